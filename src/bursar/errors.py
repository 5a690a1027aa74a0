"""Every error that Bursar raises: its code, whose fault it is, and whether trying again may help.

    BursarError
    ├─ DocumentError            the document cannot be read
    │  ├─ EmptyDocument  UnsupportedFormat (UnsupportedEInvoice)  CorruptDocument  NoPages
    │  ├─ PasswordRequired  PasswordWrong
    │  └─ TooManyPages  TooManyPixels  FileTooLarge
    ├─ RequestError             the caller asked for something that cannot be
    │  ├─ InvalidRequest (InvalidPages, InvalidJobId, InvalidSchemaType, ModelNotConfigured)  MalformedRequest  RequestTooLarge  UnsupportedMedia
    │  ├─ NotFound (StoredFileNotFound, DocumentNotFound, JobNotFound, BatchNotFound, PageNotFound, SchemaNotFound)
    │  ├─ MethodNotAllowed
    │  ├─ Gone  Conflict (AlreadyDeleted, CannotCancelJob, CannotRetryJob, CannotReviewJob, CannotExport, SchemaExists)
    │  └─ Unauthorized  Forbidden (QuotaExceeded)  RateLimited
    ├─ ParsingError             a document's parsing ended without a result, by our doing or its
    │  └─ TimedOut  OutOfMemory  Crashed  Cancelled  UnreadablePages
    ├─ ModelFailed              a language model was of no help; the rules' result stands
    ├─ UploadFailed             an upload could not be kept
    └─ Unavailable              a part that the server rests on is away

Codes are stable: clients may branch on them. Messages may change. Doors translate errors
to exit codes and HTTP statuses; nothing below a door knows either.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class Culprit(StrEnum):
    """Whose doing an error is."""

    CALLER = "caller"  # the request was wrong
    DOCUMENT = "document"  # the document is broken, locked or too large
    BURSAR = "bursar"  # our own fault, or that of the machine


class BursarError(Exception):
    """The root of all errors that Bursar raises on purpose.

    `code` is stable and upper case, `details` says which field or limit and why (JSON-ready),
    `retryable` is true when the same request may succeed later.
    """

    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    culprit: ClassVar[Culprit] = Culprit.BURSAR
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}


# ---------------------------------------------------------------- the document


class DocumentError(BursarError):
    """The document cannot be read."""

    code = "CORRUPT_DOCUMENT"
    culprit = Culprit.DOCUMENT


class EmptyDocument(DocumentError):
    """The file holds no bytes."""

    code = "EMPTY_DOCUMENT"


class UnsupportedFormat(DocumentError):
    """The bytes are of no format that Bursar reads, or disagree with the file's extension."""

    code = "UNSUPPORTED_FORMAT"


class UnsupportedEInvoice(UnsupportedFormat):
    """The XML is a message that is no invoice (an order, say), or one in a syntax that Bursar does not read."""

    code = "UNSUPPORTED_EINVOICE"


class CorruptDocument(DocumentError):
    """The bytes claim a format that Bursar reads, and do not open as such."""


class NoPages(DocumentError):
    """The document opens and holds no page."""

    code = "NO_PAGES"


class PasswordRequired(DocumentError):
    """The document is encrypted and no password was given."""

    code = "PASSWORD_REQUIRED"


class PasswordWrong(DocumentError):
    """The document is encrypted and the password given does not open it."""

    code = "PASSWORD_WRONG"


class TooManyPages(DocumentError):
    """The document has more pages than the limit allows."""

    code = "TOO_MANY_PAGES"


class TooManyPixels(DocumentError):
    """An image has more pixels than the limit allows."""

    code = "TOO_MANY_PIXELS"


class FileTooLarge(DocumentError):
    """The file has more bytes than the limit allows."""

    code = "FILE_TOO_LARGE"


# ---------------------------------------------------------------- the request


class RequestError(BursarError):
    """The caller asked for something that cannot be."""

    code = "VALIDATION_ERROR"
    culprit = Culprit.CALLER


class InvalidRequest(RequestError):
    """The request is not of the right form; `details` names the field."""


class InvalidPages(InvalidRequest):
    """The page selection is not of the form `1-3,7` or names pages that the document lacks."""

    code = "INVALID_PAGES"


class InvalidJobId(InvalidRequest):
    """The id is of a form that no job or batch of ours ever had."""

    code = "INVALID_JOB_ID"


class InvalidSchemaType(InvalidRequest):
    """The output schema is for no kind of document, or for another one."""

    code = "INVALID_SCHEMA_TYPE"


class ModelNotConfigured(InvalidRequest):
    """A language model was asked for (`engine: llm`), and none is configured."""

    code = "LLM_NOT_CONFIGURED"


class MalformedRequest(RequestError):
    """The request's body is not what its content type says: no JSON, a broken multipart body."""

    code = "INVALID_REQUEST"


class RequestTooLarge(RequestError):
    """The request's body has more bytes than the limit allows."""

    code = "REQUEST_TOO_LARGE"


class UnsupportedMedia(RequestError):
    """The request's body is of a content type that this endpoint does not take."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class MethodNotAllowed(RequestError):
    """The address exists and does not take this method."""

    code = "METHOD_NOT_ALLOWED"


class NotFound(RequestError):
    """The thing named does not exist, or belongs to another account; `code` names the thing."""

    code = "NOT_FOUND"


class StoredFileNotFound(NotFound):
    """No such file in this account."""

    code = "FILE_NOT_FOUND"


class DocumentNotFound(NotFound):
    """No such document in this account: a file by another of its names."""

    code = "DOCUMENT_NOT_FOUND"


class JobNotFound(NotFound):
    """No such job in this account, or not of the kind asked for."""

    code = "JOB_NOT_FOUND"


class BatchNotFound(NotFound):
    """No such batch in this account."""

    code = "BATCH_NOT_FOUND"


class PageNotFound(NotFound):
    """The document has no page of this number."""

    code = "PAGE_NOT_FOUND"


class KeyNotFound(NotFound):
    """No such API key in this account."""

    code = "KEY_NOT_FOUND"


class DeliveryNotFound(NotFound):
    """No such delivery of a webhook in this account."""

    code = "DELIVERY_NOT_FOUND"


class SchemaNotFound(NotFound):
    """No such output schema in this account."""

    code = "SCHEMA_NOT_FOUND"


class Gone(RequestError):
    """The thing named existed and was deleted."""

    code = "FILE_DELETED"


class Conflict(RequestError):
    """The thing named is not in a state that allows this."""

    code = "CONFLICT"


class AlreadyDeleted(Conflict):
    """The file was deleted before."""

    code = "FILE_DELETED"


class SchemaExists(Conflict):
    """The account has an output schema of this name."""

    code = "SCHEMA_EXISTS"


class IdempotencyConflict(Conflict):
    """The idempotency key was used with another request, or the first request with it is still being answered."""

    code = "IDEMPOTENCY_CONFLICT"


class CannotCancelJob(Conflict):
    """The job has ended."""

    code = "CANNOT_CANCEL_JOB"


class CannotRetryJob(Conflict):
    """The job has not failed."""

    code = "CANNOT_RETRY_JOB"


class CannotReviewJob(Conflict):
    """The job has no result that could be corrected or approved, or none of its corrections is left to be undone."""

    code = "CANNOT_REVIEW_JOB"


class CannotExport(Conflict):
    """The job has no result yet, or its result lacks what the wanted file format demands."""

    code = "CANNOT_EXPORT"


class Unauthorized(RequestError):
    """No key, or one that is malformed, unknown, revoked or expired."""

    code = "UNAUTHORIZED"


class Forbidden(RequestError):
    """The key is good and lacks the permission."""

    code = "FORBIDDEN"


class QuotaExceeded(Forbidden):
    """The account has as much in storage as it may, or has uploaded as much this month; `details` says which quota."""

    code = "QUOTA_EXCEEDED"


class RateLimited(RequestError):
    """The key has spent its budget for now."""

    code = "RATE_LIMIT_EXCEEDED"
    retryable = True


# ---------------------------------------------------------------- parsing


class ParsingError(BursarError):
    """A document's parsing ended without a result."""

    code = "PARSING_FAILED"


class TimedOut(ParsingError):
    """Parsing took more wall or CPU time than the limit allows."""

    code = "TIMEOUT"
    culprit = Culprit.DOCUMENT


class OutOfMemory(ParsingError):
    """Parsing took more memory than the limit allows, or the machine ran out of it."""

    code = "OUT_OF_MEMORY"
    culprit = Culprit.DOCUMENT
    retryable = True


class Crashed(ParsingError):
    """The process that parsed the document died."""

    code = "CRASHED"
    retryable = True


class Cancelled(ParsingError):
    """The caller cancelled the job."""

    code = "JOB_CANCELLED"
    culprit = Culprit.CALLER


class UnreadablePages(ParsingError):
    """Not one page of the document could be read."""

    code = "UNREADABLE_PAGES"
    culprit = Culprit.DOCUMENT


class ModelFailed(BursarError):
    """A language model could not be asked, or its answer is of no use. An issue of the result; no job fails of it."""

    code = "LLM_FAILED"
    retryable = True


class UploadFailed(BursarError):
    """An upload could not be kept, by our own fault."""

    code = "UPLOAD_ERROR"
    retryable = True


class Unavailable(BursarError):
    """The database or the storage is away."""

    code = "UNAVAILABLE"
    retryable = True
