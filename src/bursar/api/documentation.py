"""What the OpenAPI document says of a route, for routes that read and write their bodies themselves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from bursar.api import wire

_FORM = {
    "type": "object",
    "properties": {
        "files": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "One part for each file; a single one may be named `file`.",
        },
        "type": {"type": "string", "enum": ["statement", "bank_statement", "invoice"]},
        "doc_type": {"type": "string", "description": "The same as `type`."},
        "callback_url": {"type": "string", "format": "uri"},
        "password": {"type": "string", "description": "Opens encrypted documents. Used once, never stored."},
        "expires_in": {
            "type": "integer",
            "minimum": 1,
            "description": "Seconds after which the files delete themselves, with all that was made of them.",
        },
    },
    "required": ["files"],
}
_PROCESS_FORM = {
    **_FORM,
    "properties": {
        **_FORM["properties"],  # type: ignore[dict-item]
        "process": {"type": "boolean", "description": "Start a job for each file as well."},
        "options": {"type": "string", "description": "JSON text."},
        "metadata": {"type": "string", "description": "JSON text."},
        "schema_id": {"type": "string"},
        "schema": {"type": "string", "description": "An output schema for this call only, as JSON text."},
    },
}
_COMMON = (401, 403, 429, 500, 503)
_WHY = {
    400: "The request, or the document, is not sound; `details` says which field and why.",
    401: "The key is missing, malformed, unknown, revoked or expired.",
    403: "The key lacks the permission.",
    404: "There is no such thing in this account.",
    409: "It is not in a state that allows this.",
    410: "The file was deleted.",
    413: "Larger than allowed.",
    415: "The body's content type is not taken here.",
    429: "The key's budget is spent; `Retry-After` says when to come back.",
    500: "Something went wrong on our side.",
    503: "The database or the storage is away; `Retry-After` says when to come back.",
}


def documented(data: Any, *problems: int, tagged: bool = False) -> dict[str, Any]:
    """Return the keywords of a route that replies with `data` in the envelope, and may refuse with these statuses.

    `tagged` replies carry an ETag.
    """
    told = {200: {"model": wire.Reply[data], "description": "OK"}, **(unchanged() if tagged else {})}
    return {"response_model": None, "responses": {**told, **refusals(*problems)}}


def refusals(*problems: int) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of these error statuses, and of those that every route has."""
    return {
        status: {"model": wire.ErrorReply, "description": _WHY.get(status, HTTPStatus(status).phrase)}
        for status in sorted({*problems, *_COMMON})
    }


def unchanged() -> dict[int | str, dict[str, Any]]:
    """Return what the document says of a reply with an ETag that the caller sent back."""
    return {304: {"description": "It is as it was when the reply with this ETag was sent (`If-None-Match`)."}}


def partial_upload() -> dict[int | str, dict[str, Any]]:
    """Return what the document says of an upload of which only a part was kept."""
    told = {"model": wire.Reply[wire.Uploaded], "description": "Some files were refused; the others are kept."}
    return {207: told}


def json_body(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """Return the request body of a route that reads JSON."""
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": refer_to(model)}}}}


def form() -> dict[str, Any]:
    """Return the request body of an upload."""
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}


def process_body() -> dict[str, Any]:
    """Return the request body of a process call: JSON, or an upload that is processed at once."""
    content = {
        "application/json": {"schema": refer_to(wire.ProcessBody)},
        "multipart/form-data": {"schema": _PROCESS_FORM},
    }
    return {"requestBody": {"required": True, "content": content}}


def refer_to(model: type[BaseModel]) -> dict[str, str]:
    """Return a reference to a model among the document's schemas; `openapi.build` puts it there."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}
