"""The OpenAPI document: what FastAPI gathers, less its 422, plus the routes and bodies that it does not see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from bursar.api import wire, wire_keys, wire_review, wire_webhooks

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
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["operationId"] = _name_operation(method, path)
    return document


def _name_operation(method: str, path: str) -> str:
    """Return a name that generated clients can live with: `get_parse_invoices_job_id`."""
    words = path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
    return "_".join([method, *(word for word in words if word)]) if words != [""] else f"{method}_root"
