"""The envelope: `{success, data}` or `{success, error}`, a JSON object whatever happens. Statuses are decided here alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from bursar import errors
from bursar.api.visit import visit_of

JSON = "application/json"

_STATUSES: Mapping[type[errors.BursarError], int] = {
    errors.DocumentError: 400,
    errors.FileTooLarge: 413,
    errors.RequestError: 400,
    errors.RequestTooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.Gone: 410,
    errors.Conflict: 409,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.RateLimited: 429,
    errors.BursarError: 500,
    errors.Unavailable: 503,
}
# The published API has fewer codes than the library has errors: the finer one is kept as `details.cause`.
_PUBLISHED: Mapping[str, str] = {
    "EMPTY_DOCUMENT": "CORRUPT_DOCUMENT",
    "NO_PAGES": "CORRUPT_DOCUMENT",
    "UNSUPPORTED_FORMAT": "VALIDATION_ERROR",
    "UNSUPPORTED_EINVOICE": "VALIDATION_ERROR",
    "TOO_MANY_PAGES": "VALIDATION_ERROR",
    "TOO_MANY_PIXELS": "VALIDATION_ERROR",
    "INVALID_PAGES": "VALIDATION_ERROR",
}
_FORMATS = "PDF, JPG, JPEG, PNG, TIFF, WEBP, HEIC, XML"
_UNAVAILABLE_RETRY_S = 5
_MAX_TAGS = 2000  # characters that are looked at


def success(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a reply that carries `data`, JSON-ready but for times, which must be aware, and `orjson.Fragment`s."""
    return reply({"success": True, "data": data}, status=status, headers=headers)


def reply(body: dict[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return any JSON object as a reply."""
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), status, headers, JSON)


def read_versions(request: Request) -> list[str]:
    """Return the versions that the caller has already (`If-None-Match`); a proxy may have marked them as weak."""
    tags = request.headers.get("if-none-match", "")[:_MAX_TAGS].split(",")
    return [tag.strip().removeprefix("W/").strip('"') for tag in tags]


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has what this ETag names already, so that 304 is the reply; `*` stands for any."""
    return not {etag.strip('"'), "*"}.isdisjoint(read_versions(request))


def refusal(request: Request, error: errors.BursarError) -> Response:
    """Return the reply to a request that ended in `error`."""
    body = {**describe(error), "request_id": visit_of(request.scope).request_id}
    return reply({"success": False, "error": body}, status=status_of(error), headers=_headers_of(error))


def describe(error: errors.BursarError) -> dict[str, Any]:
    """Return code, message and details as the published API words them."""
    code = _PUBLISHED.get(error.code, error.code)
    details = dict(error.details) if code == error.code else {"cause": error.code, **error.details}
    if isinstance(error, errors.UnsupportedFormat):
        return {
            "code": code,
            "message": "Invalid file type",
            "details": {**details, "why": error.message, "types": _FORMATS},
        }
    return {"code": code, "message": error.message, "details": details}


def status_of(error: errors.BursarError) -> int:
    """Return the HTTP status that stands for the error: that of the nearest class that has one."""
    return next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)


def utc(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC, so that it is written with a `Z`."""
    return None if moment is None else moment.astimezone(UTC)


def _headers_of(error: errors.BursarError) -> dict[str, str]:
    if isinstance(error, errors.Unauthorized):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.RateLimited):
        return {"Retry-After": str(error.details["retry_after"])}
    if isinstance(error, errors.MethodNotAllowed):
        return {"Allow": ", ".join(error.details["allowed"])}
    if isinstance(error, errors.Unavailable):
        return {"Retry-After": str(_UNAVAILABLE_RETRY_S)}
    return {}
