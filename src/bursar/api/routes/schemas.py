"""Output schemas: make, list, read, change, delete; test a definition; make one from a result."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire
from bursar.api.access import Reader, Writer
from bursar.api.bodies import read_model
from bursar.api.documentation import documented, json_body
from bursar.api.replies import success, utc
from bursar.api.routes.jobs import Page, PageSize
from bursar.api.services import services_of
from bursar.api.shapes import shape_page
from bursar.database.connections import Row
from bursar.errors import InvalidRequest
from bursar.schemas.definition import Field, find_form, parse_definition, read_object
from bursar.schemas.validation import check_output
from bursar.service.documents import get_document
from bursar.service.jobs import get_job
from bursar.service.pages import Listing
from bursar.service.schemas import (
    TYPES,
    add_schema,
    change_schema,
    delete_schema,
    generate_schema,
    get_schema,
    list_schemas,
    read_type,
)

_TYPE_OF = {kind: name for name, kind in TYPES.items()}
Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="An earlier version.")]

router = APIRouter(tags=["schemas"])


@router.post("/schemas", **documented(wire.Schema, 400, 409, 413, 415), openapi_extra=json_body(wire.SchemaBody))
async def create(request: Request, visit: Writer) -> Response:
    """Keep an output schema, in any of its three forms."""
    body = await read_model(request, wire.SchemaBody)
    async with services_of(request).stores.database.transaction() as connection:
        schema = await add_schema(
            connection,
            visit.account_id,
            name=body.name,
            type_name=body.type,
            description=body.description,
            definition=body.schema_string,
        )
    return success(_shape(schema))


@router.get("/schemas/list", **documented(wire.SchemaPage, 400))
@router.get("/schemas", **documented(wire.SchemaPage, 400))
async def list_all(
    request: Request,
    visit: Reader,
    page: Page = 1,
    page_size: PageSize = 20,
    type: str | None = None,  # noqa: A002 (the contract's word)
) -> Response:
    """List schemas, newest first."""
    kind = read_type(type) if type else None
    async with services_of(request).stores.database.connection() as connection:
        found = await list_schemas(connection, visit.account_id, kind, Listing(page, page_size))
    return success({**shape_page("schemas", found, [_shape(row) for row in found.rows]), "limit": page_size})


@router.get("/schemas/id/{schema_id}", **documented(wire.Schema, 400, 404))
async def read(request: Request, visit: Reader, schema_id: str, version: Version = None) -> Response:
    """Read a schema, its newest version or an earlier one."""
    async with services_of(request).stores.database.connection() as connection:
        return success(_shape(await get_schema(connection, visit.account_id, schema_id, version)))


@router.put(
    "/schemas/id/{schema_id}", **documented(wire.Schema, 400, 404, 413, 415), openapi_extra=json_body(wire.SchemaChange)
)
async def change(request: Request, visit: Writer, schema_id: str) -> Response:
    """Change the definition or the description; the version is raised, earlier ones are kept."""
    body = await read_model(request, wire.SchemaChange)
    changes: dict[str, Any] = {}
    if body.schema_string is not None:
        changes["definition"] = body.schema_string
    if "description" in body.model_fields_set:
        changes["description"] = body.description
    if not changes:
        reason = "schema_string or description must be given; name and type are fixed"
        raise InvalidRequest(reason, {"field": "schema_string", "reason": reason})
    async with services_of(request).stores.database.transaction() as connection:
        schema = await get_schema(connection, visit.account_id, schema_id)
        for field, given, fixed in (("name", body.name, schema["name"]), ("type", body.type, _TYPE_OF[schema["kind"]])):
            if given not in (None, fixed):
                raise InvalidRequest(f"{field} is fixed", {"field": field, "reason": "is fixed"})
        return success(_shape(await change_schema(connection, visit.account_id, schema_id, changes)))


@router.delete("/schemas/id/{schema_id}", **documented(wire.DeletedSchema, 404))
async def delete(request: Request, visit: Writer, schema_id: str) -> Response:
    """Take a schema out of use; results made with it stay."""
    async with services_of(request).stores.database.transaction() as connection:
        schema = await delete_schema(connection, visit.account_id, schema_id)
    return success({"id": str(schema["id"]), "is_active": False, "message": "Schema deleted successfully"})


@router.post(
    "/schemas/validate", **documented(wire.TestedSchema, 400, 413, 415), openapi_extra=json_body(wire.ValidateBody)
)
async def validate(request: Request, visit: Reader) -> Response:
    """Test a definition, and an output against it; what is wrong with either is in the reply, which is 200 all the same."""
    assert visit.access is not None
    body = await read_model(request, wire.ValidateBody)
    given = body.schema_string if body.schema_string is not None else body.inline_schema
    if given is None:
        raise InvalidRequest("schema_string must be given", {"field": "schema_string", "reason": "must be given"})
    try:
        schema = parse_definition(given)
    except InvalidRequest as error:
        problem = {"path": error.details.get("at") or "", "reason": error.details["reason"]}
        return success({"valid": False, "form": None, "json_schema": None, "fields": [], "errors": [problem]})
    problems = check_output(schema, body.output) if body.output is not None else []
    return success(
        {
            "valid": not problems,
            "form": find_form(read_object(given)),
            "json_schema": schema.json_schema,
            "fields": [_shape_field(field) for field in schema.fields],
            "errors": [{"path": problem.path, "reason": problem.reason} for problem in problems],
        }
    )


@router.post(
    "/schemas/generate",
    **documented(wire.GeneratedSchema, 400, 404, 409, 410, 413, 415),
    openapi_extra=json_body(wire.GenerateBody),
)
async def generate(request: Request, visit: Reader) -> Response:
    """Make a schema from a document that was processed, or from one of its jobs; it is not kept."""
    body = await read_model(request, wire.GenerateBody)
    name = body.document_id or body.file_id
    if (body.job_id is None) == (name is None):
        reason = "either a job or a document must be named"
        raise InvalidRequest(reason, {"field": "job_id", "reason": reason})
    async with services_of(request).stores.database.connection() as connection:
        if body.job_id is not None:
            await get_job(connection, visit.account_id, body.job_id)
        document = await get_document(connection, visit.account_id, name) if name is not None else None
        kind, definition = await generate_schema(
            connection, visit.account_id, job_id=body.job_id, document_id=document["id"] if document else None
        )
    text = orjson.dumps(definition).decode()
    return success({"type": _TYPE_OF[kind], "schema_string": text, "json_schema": definition})


def _shape(schema: Row) -> dict[str, Any]:
    return {
        "id": str(schema["id"]),
        "user_id": str(schema["account_id"]),
        "name": schema["name"],
        "type": _TYPE_OF[schema["kind"]],
        "description": schema["description"],
        "schema_string": schema["definition"],
        "version": schema["version"],
        "is_active": True,
        "created_at": utc(schema["created_at"]),
        "updated_at": utc(schema["updated_at"]),
    }


def _shape_field(field: Field) -> dict[str, Any]:
    inner = field.fields or (field.item.fields if field.item else ())
    return {
        "name": field.name,
        "type": field.kind,
        "description": field.description,
        "fields": [_shape_field(child) for child in inner],
    }
