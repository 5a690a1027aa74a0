"""The OpenAPI document: what FastAPI gathers, less its 422, plus the routes and bodies that it does not see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from bursar.api import wire, wire_keys, wire_review, wire_webhooks
from bursar.api.documentation import refusals
from bursar.api.example_errors import ERRORS, list_codes, name_error
from bursar.api.example_requests import BODIES, FORMS
from bursar.api.examples import PARTIAL_REPLIES, REPLIES
from bursar.api.sharing import share_parts

_REFERENCE = "#/components/schemas/{model}"
_BODIES = (
    wire.ProcessBody,
    wire.RetryBody,
    wire.SchemaBody,
    wire.SchemaChange,
    wire.ValidateBody,
    wire.GenerateBody,
    wire_review.CorrectionBody,
    wire_webhooks.TestBody,
    wire_keys.KeyBody,
)
_PROCESS_CALLS = frozenset(
    {
        "post_parse",
        "post_parse_invoices",
        "post_parse_statements",
        "post_parse_invoices_batch",
        "post_parse_statements_batch",
    }
)
_REQUEST = "5f1c0c7c0b9e4a0f8a3b7c7d9f5e2a11"
_BUDGET = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "The request's id, the caller's own where it sent one; it stands in the server's log.",
        "schema": {"type": "string"},
        "example": _REQUEST,
    },
    "X-RateLimit-Limit": {
        "description": "Units a minute that the key may spend: of work for POST, else of reads; 0: any number.",
        "schema": {"type": "integer"},
        "example": 60,
    },
    "X-RateLimit-Remaining": {
        "description": "Units that are left.",
        "schema": {"type": "integer"},
        "example": 59,
    },
    "X-RateLimit-Reset": {
        "description": "Unix second at which all of them are free again.",
        "schema": {"type": "integer"},
        "example": 1_704_621_660,
    },
    "Retry-After": {
        "description": "Seconds after which the request may succeed.",
        "schema": {"type": "integer"},
        "example": 12,
    },
}
_IDEMPOTENCY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "For 24 hours the same request with the same key gets the first reply again; another request 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "order-4711",
}
_PREFER: dict[str, Any] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=30`: answer with the finished job or batch when it ends within so many seconds, at most 60.",
    "schema": {"type": "string"},
    "example": "wait=30",
}


def build_openapi(app: FastAPI, also: Sequence[APIRoute]) -> dict[str, Any]:
    """Return the document of the application's routes and of those that stand beside them."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=[*app.routes, *also]
    )
    schemas = document["components"]["schemas"]
    _, bodies = models_json_schema([(body, "validation") for body in _BODIES], ref_template=_REFERENCE)
    schemas.update(bodies["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    shown = document["components"]["examples"] = _list_errors()
    document["components"]["headers"] = _HEADERS
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["operationId"] = _name_operation(method, path)
            if method == "post" and "security" in operation:
                _add_repeatability(operation)
            _add_headers(operation, guarded="security" in operation)
            _add_examples(operation, shown)
    share_parts(document)
    return document


def _add_repeatability(operation: dict[str, Any]) -> None:
    """Say that any POST may be sent again with the same key, and process calls waited for."""
    told = [_IDEMPOTENCY]
    if operation["operationId"] in _PROCESS_CALLS:
        told.append(_PREFER)
    operation["parameters"] = [*operation.get("parameters", []), *told]
    for status in (400, 409):
        answer = {key: value for key, value in refusals(status)[status].items() if key != "model"}
        answer["content"] = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="ErrorReply")}}}
        operation["responses"].setdefault(str(status), answer)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _add_headers(operation: dict[str, Any], *, guarded: bool) -> None:
    """Name the headers of every reply."""
    for status, answer in operation["responses"].items():
        names = ["X-Request-Id", *(_BUDGET if guarded else ()), *(["Retry-After"] if status in ("429", "503") else [])]
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _add_examples(operation: dict[str, Any], shown: dict[str, Any]) -> None:
    """Show what is sent and what comes back, each way in which it may; what many operations show stands once in `shown`."""
    name = operation["operationId"]
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, examples in (("application/json", BODIES), ("multipart/form-data", FORMS)):
        if media_type in content:
            content[media_type]["examples"] = _refer_to_examples(examples[name], shown)
    for status, answer in operation["responses"].items():
        kinds = answer.get("content", {})
        if len(kinds) > 1 and not kinds.get("application/json", {}).get("schema", True):
            del kinds["application/json"]  # FastAPI's own guess, where the route said better
        told = kinds.get("application/json")
        if told is None or told["schema"].get("format") == "binary":
            continue
        if int(status) >= 400:
            codes = list_codes(int(status), name)
            names = [name_error(int(status), code) for code in codes]
            told["examples"] = {known: {"$ref": f"#/components/examples/{known}"} for known in names}
        else:
            examples = (PARTIAL_REPLIES if status == "207" else REPLIES)[name]
            replies = {key: {"success": True, "data": data} for key, data in examples.items()}
            told["examples"] = _refer_to_examples(replies, shown)


def _refer_to_examples(examples: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """Return references to the values among the document's examples; equal ones stand there once, whatever they show."""
    told = {}
    for key, value in examples.items():
        digest = hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]
        known = (name for name in shown if name.endswith(f"_{digest}"))
        name = next(known, re.sub(r"[^a-z0-9]+", "_", f"{key or 'example'} {digest}".lower()))
        shown[name] = {"value": value}
        told[key or "example"] = {"$ref": f"#/components/examples/{name}"}
    return told


def _list_errors() -> dict[str, Any]:
    """Return an example of each error code, in the envelope."""
    return {
        name_error(status, code): {
            "value": {
                "success": False,
                "error": {"code": code, "message": message, "details": details, "request_id": _REQUEST},
            }
        }
        for status, errors in ERRORS.items()
        for code, (message, details) in errors.items()
    }


def _name_operation(method: str, path: str) -> str:
    """Return a name that generated clients can live with: `get_parse_invoices_job_id`."""
    words = path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
    return "_".join([method, *(word for word in words if word)]) if words != [""] else f"{method}_root"
