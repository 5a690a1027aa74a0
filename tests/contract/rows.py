"""The contract as a table: every operation of the API, what is sent, what must come back, and who may ask for it.

`test_contract_rows.py` runs each row against a real server, and fails where the server has an operation that no row is
about. `docs/reference/contract.md` is written from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

API = "/api/v1"
UPLOADED = frozenset({"file_id", "file_url", "doc_id", "document_id", "type", "error", "validation"})
STARTED = frozenset({"job_id", "status", "created_at", "updated_at", "estimated_completion"})
JOB = frozenset(
    {
        "job_id", "status", "file_id", "document_id", "job_type", "batch_id", "created_at", "updated_at", "completed_at",
        "progress", "error", "results", "result",
    }
)  # fmt: skip
STARTED_BATCH = frozenset(
    {"batch_id", "status", "job_ids", "total_files", "created_at", "updated_at", "callback_url"}
)  # fmt: skip
BATCH = frozenset(
    {
        "batch_id", "status", "total_files", "processed_files", "failed_files", "progress", "created_at", "updated_at", "files",
        "callback_url",
    }
)  # fmt: skip
FILE = frozenset({"id", "filename", "file_id", "type", "status", "size", "created_at", "completed_at"})
WHOLE_FILE = FILE | {"processed_data", "validation", "jobs"}
SCHEMA = frozenset(
    {
        "id", "user_id", "name", "type", "description", "schema_string", "version", "is_active", "created_at", "updated_at",
    }
)  # fmt: skip
PAGE = frozenset({"total", "page", "page_size", "total_pages", "pagination"})
DELIVERY = frozenset({"id", "event", "event_id", "status", "attempts", "response_status", "response_ms", "url"})
REVIEWED = JOB | {"review"}


@dataclass(frozen=True)
class Row:
    """One way to call an operation.

    `ids` names the thing whose id stands for a part of the path, where it is not the one of the same name. `told` are the
    keys that the contract promises in `data`; None: the reply is no JSON. `needs` is the permission, None: no key.
    `idle` asks a server without workers, where jobs stay as they are.
    """

    operation: str
    told: frozenset[str] | None
    json: Any = None
    form: dict[str, str] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    needs: str | None = "read"
    status: int = 200
    idle: bool = False
    how: str = ""

    @property
    def name(self) -> str:
        """What a test of the row is called."""
        return f"{self.operation} {self.how}".strip()


def _uploads() -> list[Row]:
    return [
        Row(f"POST {API}{path}", told, form=fields, needs="write", how=how)
        for path in ("/parse/upload", "/files/upload")
        for fields, told, how in (
            ({}, UPLOADED | {"files", "status"}, ""),
            ({"type": "statement"}, UPLOADED | {"files", "status"}, "with a type"),
            ({"doc_type": "bank_statement"}, UPLOADED | {"files", "status"}, "with a type by its other name"),
        )
    ]


def _processing() -> list[Row]:
    rows = []
    for path in ("/parse/invoices", "/parse/statements", "/parse"):
        post = f"POST {API}{path}"
        rows += [
            Row(post, STARTED, json={"document_id": "{document_id}"}, needs="write"),
            Row(post, STARTED, json={"file_id": "{file_id}"}, needs="write", how="by file_id"),
            Row(post, STARTED, json={"file_ids": ["{file_id}"]}, needs="write", how="a list of one"),
            Row(post, STARTED_BATCH, json={"document_ids": ["{document_id}"] * 2}, needs="write", how="several"),
            Row(post, STARTED, form={"process": "true", "options": "{}"}, needs="write", how="upload and start"),
            Row(
                post, JOB, json={"document_id": "{document_id}"}, headers={"Prefer": "wait=60"}, needs="write",
                how="waited for in place",
            ),
        ]  # fmt: skip
        kind = "statement_job" if path == "/parse/statements" else "job_id"
        rows.append(Row(f"GET {API}{path}/{{job_id}}", JOB, ids={"job_id": kind}, query={"wait": 30}))
        batch = "statement_batch" if path == "/parse/statements" else "batch_id"
        rows.append(Row(f"GET {API}{path}/{{job_id}}", BATCH, ids={"job_id": batch}, how="a batch_id"))
        if path != "/parse":
            one = {"document_id": "{document_id}"}
            rows += [
                Row(f"GET {API}{path}", PAGE | {"jobs"}, query={"page": 1, "page_size": 10, "status": "completed"}),
                Row(f"POST {API}{path}/batch", STARTED_BATCH, json={"files": [one, one]}, needs="write"),
                Row(
                    f"POST {API}{path}/batch", STARTED_BATCH, json={"file_ids": ["{file_id}"]}, needs="write", how="ids"
                ),
                Row(f"GET {API}{path}/batch/{{batch_id}}", BATCH, ids={"batch_id": batch}),
            ]
    return rows


def _files() -> list[Row]:
    page = {"page": "page"}
    return [
        Row(f"GET {API}/files", PAGE | {"files"}, query={"type": "invoice", "status": "completed"}),
        Row(f"GET {API}/files", PAGE | {"files"}, query={"status": "deleted"}, how="those that were deleted"),
        *[
            row
            for path in ("/files", "/parse/files")
            for row in (
                Row(f"GET {API}{path}/{{file_id}}", WHOLE_FILE),
                Row(f"GET {API}{path}/{{file_id}}", WHOLE_FILE, ids={"file_id": "document_id"}, how="by doc_id"),
                Row(
                    f"DELETE {API}{path}/{{file_id}}", frozenset({"file_id", "message"}), ids={"file_id": "new_document"},
                    needs="write",
                ),
            )
        ],
        Row(f"GET {API}/files/{{file_id}}/download", None),
        Row(f"GET {API}/files/{{file_id}}/pages/{{page}}.png", None, ids=page),
        Row(f"GET {API}/files/{{file_id}}/pages/{{page}}/words", frozenset({"page", "words"}), ids=page),
    ]  # fmt: skip


def _jobs() -> list[Row]:
    cancelled = frozenset({"job_id", "status", "message"})
    return [
        *[
            row
            for path in ("/jobs", "/parse/jobs")
            for row in (
                Row(f"GET {API}{path}", PAGE | {"jobs"}, query={"status": "completed"}),
                Row(f"GET {API}{path}/{{job_id}}", JOB),
                Row(f"DELETE {API}{path}/{{job_id}}", cancelled, ids={"job_id": "new_job"}, needs="write", idle=True),
            )
        ],
        Row(f"POST {API}/jobs/{{job_id}}/retry", STARTED, ids={"job_id": "cancelled_job"}, needs="write", idle=True),
        Row(f"GET {API}/jobs/{{job_id}}/events", None),
        Row(f"GET {API}/jobs/{{job_id}}/export", None, query={"format": "csv"}),
        Row(f"GET {API}/exports", None, query={"format": "csv", "job_id": ["{job_id}"]}),
        Row(
            f"PATCH {API}/jobs/{{job_id}}/results", REVIEWED, json={"fields": {"invoice_info.purchase_order": "PO-7"}},
            ids={"job_id": "reviewed_job"}, needs="write",
        ),
        Row(f"GET {API}/jobs/{{job_id}}/results/history", frozenset({"corrections"})),
        Row(f"POST {API}/jobs/{{job_id}}/results/undo", REVIEWED, ids={"job_id": "corrected_job"}, needs="write"),
        Row(f"POST {API}/jobs/{{job_id}}/approve", REVIEWED, ids={"job_id": "reviewed_job"}, needs="write"),
    ]  # fmt: skip


def _schemas() -> list[Row]:
    definition = {"fields": ["invoice_number", "project_code"]}
    body = {"name": "{new_name}", "type": "invoice", "schema_string": definition}
    listed = PAGE | {"schemas", "limit"}
    of = {"schema_id": "new_schema"}
    return [
        Row(f"POST {API}/schemas", SCHEMA, json=body, needs="write"),
        Row(f"GET {API}/schemas/list", listed),
        Row(f"GET {API}/schemas", listed),
        Row(f"GET {API}/schemas/id/{{schema_id}}", SCHEMA),
        Row(f"GET {API}/schemas/id/{{schema_id}}", SCHEMA, query={"version": 1}, how="an earlier version"),
        Row(f"PUT {API}/schemas/id/{{schema_id}}", SCHEMA, json={"description": "changed"}, ids=of, needs="write"),
        Row(f"DELETE {API}/schemas/id/{{schema_id}}", frozenset(), ids=of, needs="write"),
        Row(
            f"POST {API}/schemas/validate",
            frozenset({"valid", "errors"}),
            json={"schema_string": definition, "output": {"invoice_number": "1", "project_code": None}},
        ),
        Row(f"POST {API}/schemas/generate", frozenset({"type", "schema_string"}), json={"job_id": "{job_id}"}),
        Row(
            f"POST {API}/schemas/generate", frozenset({"type", "schema_string"}), json={"document_id": "{document_id}"},
            how="from a document",
        ),
    ]  # fmt: skip


def _account() -> list[Row]:
    deliveries = f"{API}/webhooks/deliveries"
    return [
        Row(f"GET {deliveries}", PAGE | {"deliveries"}),
        Row(f"GET {deliveries}/{{delivery_id}}", DELIVERY | {"tries", "body"}),
        Row(f"POST {deliveries}/{{delivery_id}}/redeliver", DELIVERY, needs="write"),
        Row(f"POST {API}/webhooks/test", DELIVERY, json={"url": "https://example.com/hook"}, needs="write"),
        Row(f"POST {API}/webhooks/secret/rotate", frozenset({"secret", "previous_expires_at"}), needs="write"),
        Row(f"GET {API}/keys", frozenset({"keys"}), needs="admin"),
        Row(f"POST {API}/keys", frozenset({"id", "key", "prefix"}), json={"permissions": ["read"]}, needs="admin"),
        Row(f"DELETE {API}/keys/{{key_id}}", frozenset({"id", "revoked_at"}), ids={"key_id": "new_key"}, needs="admin"),
        Row(f"GET {API}/usage", frozenset({"since", "until", "total", "days", "stored", "quotas"})),
        Row(f"GET {API}/accuracy", frozenset()),
        Row("GET /metrics", None, needs="admin"),
    ]


def _open() -> list[Row]:
    return [
        Row("GET /", frozenset(), needs=None),
        Row("GET /health", frozenset({"status"}), needs=None),
        Row("GET /health/live", frozenset({"status"}), needs=None),
        Row("GET /health/ready", frozenset({"status"}), needs=None),
    ]


ROWS = [*_uploads(), *_processing(), *_files(), *_jobs(), *_schemas(), *_account(), *_open()]
