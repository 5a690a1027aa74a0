"""The shapes that go over the wire, for reading bodies and for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

Data = TypeVar("Data")

_JOB = "job_1739261168870934041"
_BATCH = "batch_1739261168870934077"
_FILE = "1739260380783576729_invoice.pdf"
_DOCUMENT = "f663d9ac-6d5b-4cfe-bf30-ac19ad9429e4"
_AT = "2024-01-07T10:00:00Z"

Status = Literal["pending", "processing", "completed", "failed"]


def check_callback_url(url: str) -> str:
    """Return the address. Raises ValueError when it is none that could be called back."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or " " in url:
        raise ValueError("must be an http or https address")
    return url


_BLANK_IS_NONE = BeforeValidator(lambda given: None if given == "" else given)
CallbackUrl = Annotated[
    Annotated[str, StringConstraints(max_length=2048), AfterValidator(check_callback_url)] | None, _BLANK_IS_NONE
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
OptionalName = Annotated[Name | None, _BLANK_IS_NONE]
Password = Annotated[Annotated[str, StringConstraints(max_length=1024)] | None, _BLANK_IS_NONE]


# ---------------------------------------------------------------- what comes in


class _Body(BaseModel):
    """Strict about types; fields that are not known are left alone, because older clients send a few."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Options(BaseModel):
    """How to parse. An option that is not in this list is refused. For the document only: the service checks them."""

    model_config = ConfigDict(extra="forbid")

    extract_line_items: bool = Field(default=True, description="False: `items` is left empty.")
    extract_items: bool = Field(default=True, description="The same as `extract_line_items`.")
    extract_transactions: bool = Field(default=True, description="False: `transactions` is left empty.")
    extract_tables: bool = Field(default=True, description="False: both are left empty.")
    detect_tax: bool = Field(
        default=True, description="False: `taxes`, `summary.tax_total` and the taxes of items are left out."
    )
    categorize: bool = Field(default=False, description="A category for each transaction, with the reason.")
    detect_anomalies: bool = Field(
        default=False, description="Issues for odd rows (doubles, gaps, bursts) and for signs of an edited file."
    )
    pages: str | None = Field(default=None, description="Pages to read.", examples=["1-3,7"])
    language: str | None = Field(default=None, description="A hint.", examples=["de"])
    ocr: Literal["auto", "force", "never"] = "auto"
    engine: Literal["auto", "rules", "llm"] = Field(
        default="auto",
        description="Where the server has a language model: `auto` asks it for fields of a schema that are not found, "
        "`llm` for those of the standard result too, `rules` for nothing. `llm` without a model: 400 LLM_NOT_CONFIGURED.",
    )


class FileItem(_Body):
    """One document of a batch, by either of its names."""

    document_id: Name | None = Field(default=None, examples=[_DOCUMENT])
    file_id: Name | None = Field(default=None, examples=[_FILE])
    schema_id: OptionalName = None


class ProcessBody(_Body):
    """What to process: one document by `document_id` or `file_id`, or several in one of the lists."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document_id": _DOCUMENT}, {"file_ids": [_FILE], "options": {"pages": "1-3"}}]}
    )
    document_id: Name | None = None
    file_id: Name | None = None
    document_ids: list[Name] | None = None
    file_ids: list[Name] | None = None
    files: list[FileItem] | None = None
    callback_url: CallbackUrl = None
    schema_id: OptionalName = None
    inline_schema: Any = Field(default=None, alias="schema", description="An output schema for this call only.")
    options: Annotated[Any, WithJsonSchema(Options.model_json_schema())] = None
    metadata: dict[str, Any] | None = Field(
        default=None, description="Yours, echoed with the job; at most 4 KB of JSON."
    )
    password: Password = Field(default=None, description="Opens an encrypted document. Used once, never stored.")


class RetryBody(_Body):
    """What a retry may need anew."""

    password: Password = Field(default=None, description="Of an encrypted document; it was not stored.")


class SchemaBody(_Body):
    """An output schema to be kept."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=255, strip_whitespace=True)] = Field(
        examples=["Purchase ledger"]
    )
    type: str = Field(examples=["invoice"], description="`invoice` or `bank_statement`.")
    description: Annotated[str, StringConstraints(max_length=2000)] | None = None
    schema_string: Any = Field(
        description="An object, or the same as JSON text: `{fields: […]}`, a template of empty values, or JSON Schema.",
        examples=[{"fields": ["invoice_number", "supplier_vat_id", "project_code"]}],
    )


class SchemaChange(_Body):
    """A new version of an output schema; `name` and `type` are fixed."""

    name: str | None = None
    type: str | None = None
    description: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        default=None, examples=["As of January"]
    )
    schema_string: Any = None


class ValidateBody(_Body):
    """A definition to be tested, and an output to be tested against it."""

    schema_string: Any = Field(default=None, examples=[{"invoice_number": "", "total": 0.0}])
    inline_schema: Any = Field(default=None, alias="schema", description="The same as `schema_string`.")
    output: dict[str, Any] | None = None


class GenerateBody(_Body):
    """What to make a schema from: a job, or a document by either of its names."""

    job_id: Name | None = Field(default=None, examples=[_JOB])
    document_id: Name | None = None
    file_id: Name | None = None


# ---------------------------------------------------------------- what goes out


class Problem(BaseModel):
    """What went wrong. `code` is stable, `message` may change."""

    code: str = Field(examples=["VALIDATION_ERROR"])
    message: str
    details: dict[str, Any] = Field(description="Which field and why; of a 429 `retry_after` in seconds.")


class RequestProblem(Problem):
    """The same, with the id under which the server's log knows the request."""

    request_id: str


class ErrorReply(BaseModel):
    """The reply to a request that failed."""

    success: Literal[False]
    error: RequestProblem


class Reply(BaseModel, Generic[Data]):
    """The reply to a request that went well."""

    success: Literal[True]
    data: Data


class Validation(BaseModel):
    """What the look into an uploaded file found."""

    page_count: int
    file_size: int = Field(description="In bytes.")
    format: str = Field(examples=["pdf"])


class UploadedFile(BaseModel):
    """One file of an upload; where it was refused, `error` says why and the ids are null."""

    file_id: str | None = Field(examples=[_FILE])
    file_url: str | None
    doc_id: str | None = Field(examples=[_DOCUMENT])
    document_id: str | None = Field(examples=[_DOCUMENT])
    filename: str
    type: str | None = Field(description="As declared.")
    error: Problem | None
    validation: Validation | None


class Uploaded(BaseModel):
    """The files in upload order. Where one file was sent, its fields stand here as well."""

    model_config = ConfigDict(extra="allow")
    files: list[UploadedFile]
    status: Literal["done", "partial_error"]


class StartedJob(BaseModel):
    """A job just started."""

    job_id: str = Field(examples=[_JOB])
    status: Status
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])
    estimated_completion: datetime = Field(description="From the speed of late and what stands before it.")
    document_id: str = Field(examples=[_DOCUMENT])
    file_id: str = Field(examples=[_FILE])


class StartedBatch(BaseModel):
    """A batch just started; `job_ids` in the order of the request."""

    batch_id: str = Field(examples=[_BATCH])
    status: Status
    job_ids: list[str] = Field(examples=[[_JOB]])
    total_files: int
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])
    callback_url: str | None


class Review(BaseModel):
    """What the checks and people say of a result; all null or 0 while there is none."""

    verdict: Literal["proven", "consistent", "unverifiable", "contradicted"] | None
    needs_review: bool | None = Field(description="Not straight through, and not approved.")
    approved_at: datetime | None
    approved_by: str | None = Field(description="The prefix of the key.")
    revision: int = Field(description="Raised by every correction and undo.")


class ListedJob(BaseModel):
    """A job without its results."""

    job_id: str = Field(examples=[_JOB])
    status: Status
    file_id: str = Field(examples=[_FILE])
    document_id: str = Field(examples=[_DOCUMENT])
    job_type: Literal["invoice_parsing", "statement_parsing", "document_parsing"]
    batch_id: str | None
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])
    completed_at: datetime | None
    progress: int = Field(ge=0, le=100, description="Never goes back.")
    error: Problem | None
    metadata: dict[str, Any] | None
    review: Review


class UsedSchema(BaseModel):
    """The schema that a result is in; both null for one given inline."""

    schema_id: str | None
    version: int | None


class Job(ListedJob):
    """A job. `results` and `result` are the same: null until it is completed."""

    results: dict[str, Any] | None
    result: dict[str, Any] | None
    schema_used: UsedSchema | None = Field(default=None, alias="schema", description="There when one was used.")
    evidence: dict[str, Any] | None = Field(
        default=None, description="Of `results` in a schema that was named, by path."
    )
    checks: dict[str, Any] | None = Field(
        default=None,
        description="Of the document whose `results` are in a schema that was named. Issues about its values name them by "
        "their path in `results`, others by that in the standard result.",
    )


class BatchFile(BaseModel):
    """One file of a batch."""

    file_id: str
    document_id: str
    job_id: str
    status: Status
    error: Problem | None


class CancelledJob(BaseModel):
    """A job that was cancelled."""

    job_id: str = Field(examples=[_JOB])
    status: Literal["failed"]
    message: str


class Batch(BaseModel):
    """A batch: `completed` when every job ended and one at least well, `failed` when all failed."""

    batch_id: str = Field(examples=[_BATCH])
    status: Status
    total_files: int
    processed_files: int = Field(description="Jobs that ended, well or not.")
    failed_files: int
    progress: int = Field(ge=0, le=100)
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])
    files: list[BatchFile]
    callback_url: str | None


class PageNumbers(BaseModel):
    """Where in a list a page stands."""

    total: int
    page: int
    page_size: int
    total_pages: int


class JobPage(PageNumbers):
    """A page of jobs, newest first."""

    jobs: list[ListedJob]
    pagination: PageNumbers


class ListedFile(BaseModel):
    """A file. `id`, `doc_id` and `document_id` are the same."""

    id: str = Field(examples=[_DOCUMENT])
    doc_id: str = Field(examples=[_DOCUMENT])
    document_id: str = Field(examples=[_DOCUMENT])
    file_id: str = Field(examples=[_FILE])
    filename: str
    file_url: str
    type: Literal["invoice", "statement"] | None
    status: Literal["pending", "processing", "completed", "failed", "deleted"]
    size: int = Field(description="In bytes.")
    created_at: datetime = Field(examples=[_AT])
    completed_at: datetime | None
    expires_at: datetime | None = Field(description="When it deletes itself, where its upload said so.")


class FilePage(PageNumbers):
    """A page of files, newest first."""

    files: list[ListedFile]
    pagination: PageNumbers


class JobOfFile(BaseModel):
    """A job in a file's list of jobs."""

    job_id: str
    job_type: str
    status: Status
    progress: int
    created_at: datetime
    completed_at: datetime | None


class File(ListedFile):
    """A file with its newest result and its newest hundred jobs."""

    processed_data: dict[str, Any] | None
    validation: Validation
    jobs: list[JobOfFile]


class DeletedFile(BaseModel):
    """A file that is gone."""

    file_id: str
    message: str


class Schema(BaseModel):
    """An output schema."""

    id: str
    user_id: str
    name: str
    type: Literal["invoice", "bank_statement"]
    description: str | None
    schema_string: str = Field(description="JSON text.")
    version: int
    is_active: bool
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT])


class SchemaPage(PageNumbers):
    """A page of schemas, newest first."""

    schemas: list[Schema]
    pagination: PageNumbers
    limit: int = Field(description="The same as `page_size`.")


class DeletedSchema(BaseModel):
    """A schema that is out of use."""

    id: str
    is_active: Literal[False]
    message: str


class SchemaProblem(BaseModel):
    """Where something is wrong, as a dotted path, and what."""

    path: str
    reason: str


class TestedSchema(BaseModel):
    """What a definition is understood as."""

    valid: bool
    form: Literal["fields", "template", "json_schema"] | None
    json_schema: dict[str, Any] | None
    fields: list[dict[str, Any]]
    errors: list[SchemaProblem]


class GeneratedSchema(BaseModel):
    """A schema made from a result, ready to be kept."""

    type: Literal["invoice", "bank_statement"]
    schema_string: str
    json_schema: dict[str, Any]


class Part(BaseModel):
    """The state of one part that the server rests on."""

    status: Literal["ok", "unavailable"]


class QueueState(Part):
    """The state of the queue, over all accounts."""

    pending: int | None
    processing: int | None
    oldest_s: float | None = Field(description="How long the oldest pending job has waited, in seconds.")


class Health(BaseModel):
    """`degraded` while a part is away."""

    status: Literal["ok", "degraded"]
    version: str
    database: Part
    storage: Part
    queue: QueueState
