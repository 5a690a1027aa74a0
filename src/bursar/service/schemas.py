"""Output schemas: kept in versions, used by jobs, made from results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import Conflict, InvalidRequest, InvalidSchemaType, SchemaExists, SchemaNotFound
from bursar.schemas.definition import MAX_BYTES, parse_definition, read_object
from bursar.schemas.generation import generate_definition
from bursar.service.pages import Listing, PageOf

TYPES: Mapping[str, str] = {"invoice": "invoice", "bank_statement": "statement"}
"""What the published API calls the kinds of schemas."""

MAX_ACTIVE = 50
_SQL = load_queries("schemas")


@dataclass(frozen=True, slots=True)
class SchemaUse:
    """The schema that a job is to be answered in: a version of one that is kept, or the JSON text of one given inline."""

    schema_id: str | None = None
    version: int | None = None
    inline: str | None = None


async def add_schema(
    connection: Connection, account_id: UUID, *, name: str, type_name: str, description: str | None, definition: Any
) -> Row:
    """Keep a new schema and return it.

    Raises `InvalidSchemaType`, `InvalidRequest` for the definition or when the account has too many, `SchemaExists`.
    """
    kind, text = read_type(type_name), check_definition(definition)
    await _SQL.fetch_one(connection, "hold_account", account_id=account_id)
    counted = await _SQL.fetch_one(connection, "count_schemas", account_id=account_id, schema_name=name)
    assert counted is not None
    if counted["same_name"]:
        raise SchemaExists("A schema of this name exists", {"field": "name", "reason": "is in use", "name": name})
    if counted["active"] >= MAX_ACTIVE:
        reason = f"an account may have at most {MAX_ACTIVE} schemas"
        raise InvalidRequest(reason, {"field": "name", "reason": reason})
    added = await _SQL.fetch_one(
        connection, "add_schema", account_id=account_id, schema_name=name, kind=kind, description=description
    )
    assert added is not None
    await _SQL.execute(connection, "add_version", id=added["id"], definition=text)
    return await get_schema(connection, account_id, str(added["id"]))


async def change_schema(connection: Connection, account_id: UUID, schema_id: str, changes: Mapping[str, Any]) -> Row:
    """Make a new version with another `definition` or `description`, whichever is there; return the schema."""
    await _SQL.fetch_one(connection, "hold_account", account_id=account_id)
    schema = await get_schema(connection, account_id, schema_id)
    text = check_definition(changes["definition"]) if "definition" in changes else schema["definition"]
    await _SQL.execute(
        connection,
        "raise_version",
        id=schema["id"],
        described="description" in changes,
        description=changes.get("description"),
    )
    await _SQL.execute(connection, "add_version", id=schema["id"], definition=text)
    return await get_schema(connection, account_id, schema_id)


async def get_schema(connection: Connection, account_id: UUID, schema_id: str, version: int | None = None) -> Row:
    """Return the account's schema, its newest version or another one. Raises `SchemaNotFound`."""
    try:
        wanted = UUID(schema_id)
    except ValueError:
        wanted = None
    schema = wanted and await _SQL.fetch_one(
        connection, "find_schema", account_id=account_id, id=wanted, version=version
    )
    if not schema:
        raise SchemaNotFound("No such schema", {"schema_id": schema_id[:200]})
    return schema


async def list_schemas(connection: Connection, account_id: UUID, kind: str | None, listing: Listing) -> PageOf:
    """Return a page of the account's schemas, newest first."""
    return await listing.fetch(_SQL, connection, "list_schemas", account_id=account_id, kind=kind)


async def delete_schema(connection: Connection, account_id: UUID, schema_id: str) -> Row:
    """Take a schema out of use and return it as it was; jobs that used it keep it."""
    await _SQL.fetch_one(connection, "hold_account", account_id=account_id)
    schema = await get_schema(connection, account_id, schema_id)
    await _SQL.execute(connection, "delete_schema", id=schema["id"])
    return schema


async def find_use(connection: Connection, account_id: UUID, schema_id: str, kind: str | None) -> SchemaUse:
    """Return the newest version of a schema, for a job. Raises `SchemaNotFound`, or `InvalidSchemaType` for another kind's."""
    schema = await get_schema(connection, account_id, schema_id)
    if kind is not None and schema["kind"] != kind:
        reason = f"the schema is for documents of the kind {schema['kind']}"
        raise InvalidSchemaType(f"schema_id: {reason}", {"field": "schema_id", "reason": reason})
    return SchemaUse(str(schema["id"]), schema["version"])


def check_inline(given: Any) -> SchemaUse:
    """Return the use of a schema given with the call. Raises `InvalidRequest`."""
    return SchemaUse(inline=check_definition(given, "schema"))


def check_definition(given: Any, field: str = "schema_string") -> str:
    """Return a definition, an object or JSON text, as the JSON text to be kept. Raises `InvalidRequest`, naming `field`."""
    try:
        parse_definition(given)
        text = orjson.dumps(read_object(given)).decode()
    except InvalidRequest as error:
        raise InvalidRequest(error.message, {**error.details, "field": field}) from None
    assert len(text) <= 2 * MAX_BYTES
    return text


def read_type(name: str) -> str:
    """Return the kind that a type stands for. Raises `InvalidSchemaType`."""
    if name not in TYPES:
        reason = f"must be one of {', '.join(TYPES)}"
        raise InvalidSchemaType(f"type {reason}", {"field": "type", "reason": reason})
    return TYPES[name]


async def generate_schema(
    connection: Connection, account_id: UUID, *, job_id: str | None, document_id: UUID | None
) -> tuple[str, dict[str, Any]]:
    """Return the kind and a JSON Schema of what a result says. Raises `Conflict` where there is no result (yet)."""
    row = await _SQL.fetch_one(
        connection, "newest_result", account_id=account_id, job_id=job_id, document_id=document_id
    )
    if row is None:
        raise Conflict("There is no result of it to make a schema from", {"job_id": job_id})
    result = json.loads(row["result"], parse_float=Decimal)
    return ("statement" if "account_info" in result else "invoice"), generate_definition(result)


async def find_schemas_of_job(connection: Connection, job_id: str) -> dict[str, dict[str, Any]]:
    """Return the schema to answer in for each kind that the document may be of, with its `definition` as JSON text."""
    rows = await _SQL.fetch_all(connection, "schemas_of_job", job_id=job_id)
    return {kind: dict(row) for row in rows for kind in ([row["kind"]] if row["kind"] else ["invoice", "statement"])}
