"""Uploads: the parts of a form taken in as they arrive, files to storage and fields to memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated, Any

import structlog
from pydantic import BaseModel, BeforeValidator, Field
from starlette.requests import ClientDisconnect, Request

from bursar.api.bodies import check_model, media_type_of
from bursar.api.multipart import MultipartReader
from bursar.api.replies import describe
from bursar.api.services import services_of
from bursar.api.shapes import file_url, shape_validation
from bursar.api.visit import Visit
from bursar.api.wire import CallbackUrl, OptionalName, Password
from bursar.errors import BursarError, FileTooLarge, InvalidRequest, UnsupportedMedia, UploadFailed
from bursar.service.uploads import Arrival, Upload

KINDS = {"invoice": "invoice", "statement": "statement", "bank_statement": "statement"}

_FILE_FIELDS = ("files", "file", "files[]")
_MAX_FIELD_BYTES = 64 * 1024
_MAX_FIELDS = 50
_LONGEST_S = 100 * 365 * 24 * 3600
_LOG = structlog.get_logger(__name__)


def _read_flag(given: Any) -> bool:
    if str(given).lower() in ("true", "1", "yes", "on"):
        return True
    if str(given).lower() in ("false", "0", "no", "off", ""):
        return False
    raise ValueError("must be true or false")


def _read_kind(given: Any) -> str | None:
    if given in (None, ""):
        return None
    if given not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)}")
    return str(given)


class Fields(BaseModel):
    """The form's fields beside the files. `options`, `metadata` and `schema` are JSON text."""

    type: Annotated[str | None, BeforeValidator(_read_kind)] = None
    doc_type: Annotated[str | None, BeforeValidator(_read_kind)] = None
    callback_url: CallbackUrl = None
    password: Password = None
    process: Annotated[bool, BeforeValidator(_read_flag)] = False
    options: str | None = None
    metadata: str | None = None
    schema_id: OptionalName = None
    inline_schema: str | None = Field(default=None, alias="schema")
    expires_in: Annotated[int, Field(ge=1, le=_LONGEST_S)] | None = None

    @property
    def lifetime(self) -> timedelta | None:
        """How long the files are kept at most, where the caller says so."""
        return None if self.expires_in is None else timedelta(seconds=self.expires_in)

    @property
    def declared(self) -> str | None:
        """The document's type in the caller's word."""
        return self.type or self.doc_type

    @property
    def kind(self) -> str | None:
        """The document's kind as declared."""
        return KINDS[self.declared] if self.declared else None


@asynccontextmanager
async def receive_upload(request: Request, visit: Visit) -> AsyncIterator[tuple[Upload, Fields]]:
    """Take in all files of the request and open them; what is not kept when the block is left is removed.

    Raises `UnsupportedMedia`, `MalformedRequest`, `InvalidRequest`, `FileTooLarge` and `QuotaExceeded` for the request as
    a whole.
    """
    services = services_of(request)
    try:
        async with Upload(services.stores, services.upload_limits, visit.account_id) as upload:
            await upload.check_open()
            fields = check_model(await _read_parts(request, upload, services.settings.max_request_bytes), Fields)
            _check_any(upload)
            await upload.inspect(fields.password)
            yield upload, fields
    except (BursarError, ClientDisconnect):
        raise
    except Exception as error:
        _LOG.exception("an upload failed")
        raise UploadFailed("The upload could not be kept") from error


def check_any_sound(upload: Upload) -> None:
    """Raise the problem of an upload of which nothing is sound: the file's own where it was one file."""
    if any(arrival.problem is None for arrival in upload.arrivals):
        return
    if len(upload.arrivals) == 1 and (problem := upload.arrivals[0].problem) is not None:
        raise problem
    raise _refuse_files(upload, "None of the files can be accepted")


def check_all_sound(upload: Upload) -> None:
    """Raise the problem of an upload of which a part is not sound."""
    check_any_sound(upload)
    if any(arrival.problem is not None for arrival in upload.arrivals):
        raise _refuse_files(upload, "Some of the files cannot be accepted, so that nothing was started")


def shape_upload(upload: Upload, fields: Fields, base_url: str) -> tuple[dict[str, Any], bool]:
    """Return the reply's data once what is sound is kept, and whether all was."""
    files = [shape_arrival(arrival, fields.declared, base_url) for arrival in upload.arrivals]
    whole = all(arrival.problem is None for arrival in upload.arrivals)
    data = {"files": files, "status": "done" if whole else "partial_error"}
    return ({**files[0], **data} if len(files) == 1 else data), whole


def shape_arrival(arrival: Arrival, declared: str | None, base_url: str) -> dict[str, Any]:
    """Return the element of an uploaded file."""
    document = arrival.document
    doc_id = str(document["id"]) if document else None
    return {
        "file_id": document["file_id"] if document else None,
        "file_url": file_url(doc_id, base_url) if doc_id else None,
        "doc_id": doc_id,
        "document_id": doc_id,
        "filename": arrival.filename,
        "type": declared,
        "error": describe(arrival.problem) if arrival.problem else None,
        "validation": shape_validation(document) if document else None,
    }


def _check_any(upload: Upload) -> None:
    if not upload.arrivals:
        reason = "at least one file is needed, in a part named files"
        raise InvalidRequest(f"No file: {reason}", {"field": "files", "reason": reason})


def _refuse_files(upload: Upload, message: str) -> InvalidRequest:
    files = [
        {"filename": arrival.filename, "error": describe(arrival.problem)}
        for arrival in upload.arrivals
        if arrival.problem
    ]
    return InvalidRequest(message, {"field": "files", "reason": message, "files": files})


async def _read_parts(request: Request, upload: Upload, max_bytes: int) -> dict[str, str]:
    """Hand files to the upload and return the fields; of fields sent twice, the first counts."""
    if media_type_of(request) != "multipart/form-data":
        raise UnsupportedMedia("An upload must be multipart/form-data", {"supported": ["multipart/form-data"]})
    reader = MultipartReader(_limit_stream(request, max_bytes), request.headers["content-type"])
    fields: dict[str, str] = {}
    while (part := await reader.next_part()) is not None:
        if part.name in _FILE_FIELDS:
            await upload.take(part.filename or "document", part.chunks())
        elif part.filename is None:
            if len(fields) >= _MAX_FIELDS:
                raise InvalidRequest("The form has too many fields", {"field": part.name[:100], "reason": "too many"})
            fields.setdefault(part.name, await part.text(_MAX_FIELD_BYTES))
    return fields


async def _limit_stream(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """Yield the body. Raises `FileTooLarge` when it says, or shows, that it is larger than all files may be together."""
    declared = request.headers.get("content-length", "")
    allowed = max_bytes + _MAX_FIELDS * _MAX_FIELD_BYTES
    if declared.isdigit() and int(declared) > allowed:
        raise _too_large(max_bytes)
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > allowed:
            raise _too_large(max_bytes)
        if chunk:
            yield chunk


def _too_large(max_bytes: int) -> FileTooLarge:
    return FileTooLarge(f"The files are larger than {max_bytes // 1024**2} MB together", {"max_bytes": max_bytes})
