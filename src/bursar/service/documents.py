"""Documents: found, listed, read, deleted for good. How they come in stands in `uploads`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import AlreadyDeleted, DocumentNotFound, Gone, StoredFileNotFound
from bursar.service.discards import note_discards, remove_now
from bursar.service.ending import end_jobs_of_document
from bursar.service.pages import Listing, PageOf
from bursar.service.quotas import hold_storage
from bursar.service.sights import remove_sights
from bursar.service.stores import Stores

STATUSES = ("pending", "processing", "completed", "failed", "deleted")
_MAX_NAME = 200
_SQL = load_queries("documents")


async def find_document(connection: Connection, account_id: UUID, name: str) -> Row | None:
    """Return the account's document of this id (UUID) or file_id, a deleted one too; None when there is none."""
    if len(name) > _MAX_NAME or not name.isascii() or not name.isprintable():
        return None
    return await _SQL.fetch_one(connection, "find_document", account_id=account_id, id=_read_uuid(name), file_id=name)


async def get_document(connection: Connection, account_id: UUID, name: str) -> Row:
    """Return the document to work with. Raises `DocumentNotFound`, or `Gone` when it was deleted."""
    document = await find_document(connection, account_id, name)
    if document is None:
        raise DocumentNotFound("No such document", {"document_id": name[:_MAX_NAME]})
    if document["deleted_at"] is not None:
        raise Gone("The file was deleted", {"document_id": str(document["id"])})
    return document


async def get_file(connection: Connection, account_id: UUID, name: str) -> Row:
    """Return the document as the Files API knows it, a deleted one too. Raises `StoredFileNotFound`."""
    document = await find_document(connection, account_id, name)
    if document is None:
        raise StoredFileNotFound("No such file", {"file_id": name[:_MAX_NAME]})
    return document


async def list_documents(connection: Connection, account_id: UUID, kind: str | None, listing: Listing) -> PageOf:
    """Return a page of the account's documents, newest first; deleted ones only when asked for by that status."""
    return await listing.fetch(
        _SQL, connection, "list_documents", counted_by="count_documents", account_id=account_id, kind=kind, id=None
    )


async def describe_document(connection: Connection, document: Row) -> Row:
    """Return the document as it stands in lists, with its `jobs` and the newest `result` (JSON bytes, or None)."""
    values = {"account_id": document["account_id"], "kind": None, "id": document["id"]}
    for status in (None, "deleted") if document["deleted_at"] is None else ("deleted",):
        page = await Listing(status=status).fetch(
            _SQL, connection, "list_documents", counted_by="count_documents", **values
        )
        if page.rows:
            break  # else it was deleted this very moment
    jobs = await _SQL.fetch_all(connection, "jobs_of_document", document_id=document["id"])
    newest = await _SQL.fetch_one(connection, "newest_result", document_id=document["id"])
    return {**page.rows[0], "jobs": jobs, "result": newest["result"] if newest else None}


async def read_content(stores: Stores, document: Row) -> AsyncIterator[bytes]:
    """Return the bytes as they were uploaded, in chunks. Raises `Gone` when they were deleted, also just now."""
    gone = Gone("The file was deleted", {"file_id": document["file_id"]})
    if document["deleted_at"] is not None:
        raise gone
    try:
        return await stores.files.stream(document["storage_key"])
    except FileNotFoundError:
        raise gone from None


async def delete_document(stores: Stores, account_id: UUID, name: str) -> Row:
    """Remove bytes and results for good and end what is running on them; the row stays, to say that it is deleted.

    Bytes that an equal document of the account shares stay until the last of them goes.
    Raises `StoredFileNotFound`, or `AlreadyDeleted`.
    """
    async with stores.database.transaction() as connection:
        await hold_storage(connection, account_id)
        document = await get_file(connection, account_id, name)
        document = await _SQL.fetch_one(connection, "lock_document", id=document["id"]) or document
        if document["deleted_at"] is not None:
            raise AlreadyDeleted("The file is deleted already", {"file_id": document["file_id"]})
        due = await end_jobs_of_document(connection, document["id"])
        await _SQL.execute(connection, "mark_deleted", id=document["id"])  # last: the jobs that it ends are tallied so
        unused = await _find_unused(connection, document) + await remove_sights(connection, document["id"])
        due += await note_discards(connection, unused)
    await remove_now(stores.database, stores.files, due)
    return document


async def _find_unused(connection: Connection, document: Row) -> list[str]:
    """Return the storage keys that nobody needs once this document is deleted."""
    shared = await _SQL.fetch_one(
        connection, "is_used", account_id=document["account_id"], storage_key=document["storage_key"]
    )
    assert shared is not None
    keys = [] if shared["used"] else [document["storage_key"]]
    return keys + ([document["unlocked_key"]] if document["unlocked_key"] else [])


def _read_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
