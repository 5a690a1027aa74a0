"""Process calls: from a body to orders for the service, in all the forms that clients send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from bursar.api.bodies import parse_json
from bursar.api.forms import Fields
from bursar.api.wire import FileItem, ProcessBody
from bursar.database.connections import Connection, Row
from bursar.errors import InvalidRequest, ModelNotConfigured, StoredFileNotFound
from bursar.service.documents import get_document, get_file
from bursar.service.jobs import Order
from bursar.service.options import check_options, check_pages
from bursar.service.schemas import SchemaUse, check_inline, find_use
from bursar.settings import Settings


@dataclass(frozen=True, slots=True)
class Wish:
    """What a process call asks for, checked, before its documents are looked up."""

    items: list[FileItem]
    as_batch: bool
    options: dict[str, Any]
    metadata: str | None
    callback_url: str | None
    password: str | None
    schema_ids: Sequence[str | None] = ()
    inline_schema: SchemaUse | None = None

    async def find_uses(self, connection: Connection, account_id: UUID, kind: str | None) -> list[SchemaUse | None]:
        """Return the schema that each document's result is wanted in. Raises `SchemaNotFound` or `InvalidSchemaType`."""
        return [
            await find_use(connection, account_id, schema_id, kind) if schema_id is not None else self.inline_schema
            for schema_id in self.schema_ids
        ]


def read_wish(body: ProcessBody, settings: Settings, *, as_batch: bool) -> Wish:
    """Return what the body asks for. Raises `InvalidRequest`."""
    items = _collect_items(body)
    if len(items) > settings.batch_limit:
        raise _refuse("files", f"at most {settings.batch_limit} documents may be processed in one call")
    schema_ids = [item.schema_id or body.schema_id for item in items]
    if body.inline_schema is not None and body.schema_id is not None:
        raise _refuse("schema", "may not be given together with schema_id")
    return Wish(
        items,
        as_batch or len(items) > 1,
        check_engine(check_options(body.options), settings),
        check_metadata(body.metadata, settings.max_metadata_kb * 1024),
        body.callback_url,
        body.password,
        schema_ids,
        None if body.inline_schema is None else check_inline(body.inline_schema),
    )


def read_form_wish(fields: Fields, file_count: int, settings: Settings) -> Wish:
    """Return what a form asks for that brings its documents along; a password was used when they were taken in."""
    if file_count > settings.batch_limit:
        raise _refuse("files", f"at most {settings.batch_limit} documents may be processed in one call")
    return Wish(
        items=[],
        as_batch=file_count > 1,
        options=check_engine(check_options(parse_field(fields.options, "options")), settings),
        metadata=check_metadata(parse_field(fields.metadata, "metadata"), settings.max_metadata_kb * 1024),
        callback_url=fields.callback_url,
        password=None,
        schema_ids=[fields.schema_id] * file_count,
        inline_schema=check_inline(fields.inline_schema) if fields.inline_schema else None,
    )


async def find_documents(connection: Connection, account_id: UUID, items: Sequence[FileItem]) -> list[Row]:
    """Return the document of each item. Raises what is said of the first that cannot be had."""
    return [await _find_document(connection, account_id, item) for item in items]


def make_orders(
    documents: Sequence[Row],
    unlocked_keys: Sequence[str | None],
    kind: str | None,
    wish: Wish,
    uses: Sequence[SchemaUse | None],
) -> list[Order]:
    """Return an order for each document. Raises `InvalidRequest` for pages that one of them lacks."""
    return [
        Order(document, kind, wish.options, wish.metadata, wish.callback_url, key, use)
        for document, key, use in zip(documents, unlocked_keys, uses, strict=True)
    ]


def check_pages_of(documents: Sequence[Row], options: dict[str, Any]) -> None:
    """Raise `InvalidRequest` when pages are asked for that one of the documents lacks."""
    if pages := options.get("pages"):
        for document in documents:
            check_pages(pages, document["page_count"])


def check_engine(options: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the options. Raises `ModelNotConfigured` where they ask for a language model and there is none."""
    if options.get("engine") == "llm" and settings.llm_url is None:
        reason = "no language model is configured on this server"
        raise ModelNotConfigured(f"options.engine: {reason}", {"field": "options.engine", "reason": reason})
    return options


def check_metadata(metadata: Any, max_bytes: int) -> str | None:
    """Return the caller's metadata as JSON text. Raises `InvalidRequest` when it is too large or no object."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise _refuse("metadata", "must be an object")
    try:
        text = orjson.dumps(metadata)
    except TypeError:
        raise _refuse("metadata", "is nested too deeply") from None
    if len(text) > max_bytes:
        raise _refuse("metadata", f"is larger than {max_bytes} bytes")
    return text.decode()


def parse_field(text: str | None, field: str) -> Any:
    """Return the value of a form's field that holds JSON. Raises `MalformedRequest`."""
    return parse_json(text, field) if text else None


def _collect_items(body: ProcessBody) -> list[FileItem]:
    """Return the documents named, in order, from the one place where they are."""
    single = FileItem(document_id=body.document_id, file_id=body.file_id)
    places: dict[str, list[FileItem]] = {
        "document_id": [single] if body.document_id or body.file_id else [],
        "files": body.files or [],
        "document_ids": [FileItem(document_id=name) for name in body.document_ids or []],
        "file_ids": [FileItem(file_id=name) for name in body.file_ids or []],
    }
    named = {place: items for place, items in places.items() if items}
    if not named:
        raise _refuse("document_id", "a document must be named, by document_id or file_id")
    if len(named) > 1:
        raise _refuse(next(reversed(named)), f"documents are named in {next(iter(named))} already")
    items = next(iter(named.values()))
    if any(item.document_id is None and item.file_id is None for item in items):
        raise _refuse("files", "each must have a document_id or a file_id")
    return items


async def _find_document(connection: Connection, account_id: UUID, item: FileItem) -> Row:
    if item.document_id is None:
        assert item.file_id is not None
        file = await get_file(connection, account_id, item.file_id)
        return await get_document(connection, account_id, str(file["id"]))
    document = await get_document(connection, account_id, item.document_id)
    if item.file_id is not None and item.file_id not in (document["file_id"], str(document["id"])):
        raise StoredFileNotFound("The document is not that file's", {"file_id": item.file_id})
    return document


def _refuse(field: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {reason}", {"field": field, "reason": reason})
