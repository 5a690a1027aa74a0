"""Examples of the OpenAPI document: how requests are refused, and by which operation how."""

from __future__ import annotations

import re
from typing import Any

from bursar.api.examples import BATCH, DELIVERY, DOCUMENT, FILE, JOB, KEY, SCHEMA

_FIELD = {"field": "page_size", "reason": "Input should be less than or equal to 100"}
ERRORS: dict[int, dict[str, tuple[str, dict[str, Any]]]] = {
    400: {
        "VALIDATION_ERROR": ("page_size: Input should be less than or equal to 100", _FIELD),
        "INVALID_REQUEST": ("The body is not JSON", {"reason": "unexpected end of data"}),
        "INVALID_JOB_ID": ("Not a job id", {"field": "job_id", "reason": f"must be of the form {JOB}"}),
        "CORRUPT_DOCUMENT": ("The document cannot be opened", {}),
        "PASSWORD_REQUIRED": ("The document is encrypted; a password is needed", {"field": "password"}),
        "PASSWORD_WRONG": ("The password does not open the document", {}),
        "INVALID_SCHEMA_TYPE": ("type must be invoice or bank_statement", {"field": "type"}),
    },
    401: {"UNAUTHORIZED": ("The API key is unknown, revoked or expired", {})},
    403: {
        "FORBIDDEN": ("The key lacks the permission write", {"permission": "write"}),
        "QUOTA_EXCEEDED": (
            "The account may have 10000 documents; it has 10000",
            {"quota": "documents", "limit": 10_000, "used": 10_000},
        ),
    },
    404: {
        "JOB_NOT_FOUND": ("No such job", {"job_id": JOB}),
        "BATCH_NOT_FOUND": ("No such batch", {"batch_id": BATCH}),
        "DOCUMENT_NOT_FOUND": ("No such document", {"document_id": DOCUMENT}),
        "FILE_NOT_FOUND": ("No such file", {"file_id": FILE}),
        "PAGE_NOT_FOUND": ("The document has no such page", {"page": 7}),
        "SCHEMA_NOT_FOUND": ("No such schema", {"schema_id": SCHEMA}),
        "KEY_NOT_FOUND": ("No such key", {"key_id": KEY}),
        "DELIVERY_NOT_FOUND": ("No such delivery", {"delivery_id": DELIVERY}),
    },
    409: {
        "IDEMPOTENCY_CONFLICT": ("This Idempotency-Key was used with another request", {"key": "order-4711"}),
        "FILE_DELETED": ("The file is deleted already", {"file_id": FILE}),
        "CANNOT_CANCEL_JOB": ("The job is completed", {"job_id": JOB, "status": "completed"}),
        "CANNOT_RETRY_JOB": ("The job is completed", {"job_id": JOB, "status": "completed"}),
        "CANNOT_REVIEW_JOB": ("The job has no result", {"job_id": JOB, "status": "failed"}),
        "CANNOT_EXPORT": ("The job has no result", {"job_id": JOB, "status": "pending"}),
        "SCHEMA_EXISTS": ("There is a schema of this name", {"name": "Purchase ledger"}),
        "CONFLICT": ("Others are correcting the same result; try again", {"job_id": JOB}),
    },
    410: {"FILE_DELETED": ("The file was deleted", {"document_id": DOCUMENT})},
    413: {
        "FILE_TOO_LARGE": ("The file is larger than 10 MB", {"max_bytes": 10_485_760, "filename": "invoice.pdf"}),
        "REQUEST_TOO_LARGE": ("The body is too large", {"max_bytes": 1_048_576}),
    },
    415: {"UNSUPPORTED_MEDIA_TYPE": ("The body must be JSON", {"supported": ["application/json"]})},
    429: {"RATE_LIMIT_EXCEEDED": ("Too many requests", {"retry_after": 12, "limit": 60})},
    500: {
        "INTERNAL_SERVER_ERROR": ("Something went wrong on our side", {}),
        "UPLOAD_ERROR": ("The upload could not be kept", {}),
    },
    503: {"UNAVAILABLE": ("the database is away", {})},
}
"""Message and details by status and code."""

_FORMS = ("VALIDATION_ERROR", "INVALID_REQUEST", "CORRUPT_DOCUMENT", "PASSWORD_REQUIRED", "PASSWORD_WRONG")
_WHICH: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (400, r"post_(parse|parse_invoices|parse_statements|.*upload)", _FORMS),
    (400, r".*batch", ("VALIDATION_ERROR", "INVALID_REQUEST", "PASSWORD_REQUIRED", "PASSWORD_WRONG")),
    (400, r".*pages.*", ("VALIDATION_ERROR", "PASSWORD_REQUIRED")),
    (400, r"(post|patch)_.*job_id.*", ("VALIDATION_ERROR", "INVALID_REQUEST", "INVALID_JOB_ID")),
    (400, r".*job_id.*|get_exports", ("VALIDATION_ERROR", "INVALID_JOB_ID")),
    (400, r"post_schemas", ("VALIDATION_ERROR", "INVALID_REQUEST", "INVALID_SCHEMA_TYPE")),
    (400, r"get_schemas.*", ("VALIDATION_ERROR", "INVALID_SCHEMA_TYPE")),
    (400, r"(post|put|patch)_.*", ("VALIDATION_ERROR", "INVALID_REQUEST")),
    (400, r".*", ("VALIDATION_ERROR",)),
    (403, r"post_(parse|parse_invoices|parse_statements|.*upload)", ("FORBIDDEN", "QUOTA_EXCEEDED")),
    (403, r".*", ("FORBIDDEN",)),
    (404, r".*pages.*", ("FILE_NOT_FOUND", "PAGE_NOT_FOUND")),
    (404, r".*batch_id", ("BATCH_NOT_FOUND",)),
    (404, r"get_.*job_id", ("JOB_NOT_FOUND", "BATCH_NOT_FOUND")),
    (404, r".*job_id.*|get_exports", ("JOB_NOT_FOUND",)),
    (404, r".*file_id.*", ("FILE_NOT_FOUND",)),
    (404, r".*schema_id.*", ("SCHEMA_NOT_FOUND",)),
    (404, r".*key_id.*", ("KEY_NOT_FOUND",)),
    (404, r".*delivery_id.*", ("DELIVERY_NOT_FOUND",)),
    (404, r"post_schemas_generate", ("JOB_NOT_FOUND", "DOCUMENT_NOT_FOUND")),
    (404, r".*", ("DOCUMENT_NOT_FOUND", "FILE_NOT_FOUND", "SCHEMA_NOT_FOUND")),
    (409, r"delete_.*file_id", ("FILE_DELETED",)),
    (409, r"delete_.*job_id", ("CANNOT_CANCEL_JOB",)),
    (409, r".*retry", ("CANNOT_RETRY_JOB", "IDEMPOTENCY_CONFLICT")),
    (409, r"patch_.*", ("CANNOT_REVIEW_JOB", "CONFLICT")),
    (409, r".*(undo|approve)", ("CANNOT_REVIEW_JOB", "CONFLICT", "IDEMPOTENCY_CONFLICT")),
    (409, r".*exports?", ("CANNOT_EXPORT",)),
    (409, r"post_schemas", ("SCHEMA_EXISTS", "IDEMPOTENCY_CONFLICT")),
    (409, r"post_schemas_generate", ("CONFLICT", "IDEMPOTENCY_CONFLICT")),
    (409, r".*", ("IDEMPOTENCY_CONFLICT",)),
    (413, r"post_(parse|parse_invoices|parse_statements)", ("FILE_TOO_LARGE", "REQUEST_TOO_LARGE")),
    (413, r".*upload", ("FILE_TOO_LARGE",)),
    (413, r".*", ("REQUEST_TOO_LARGE",)),
    (500, r"post_(parse|parse_invoices|parse_statements|.*upload)", ("INTERNAL_SERVER_ERROR", "UPLOAD_ERROR")),
    (500, r".*", ("INTERNAL_SERVER_ERROR",)),
)


def list_codes(status: int, operation: str) -> tuple[str, ...]:
    """Return the codes with which an operation may refuse by this status, the likeliest first."""
    for of_status, pattern, codes in _WHICH:
        if of_status == status and re.fullmatch(pattern, operation):
            return codes
    return tuple(ERRORS[status])


def name_error(status: int, code: str) -> str:
    """Return the name of an error among the document's examples; some codes stand for two statuses."""
    return f"{code}_{status}" if code == "FILE_DELETED" else code
