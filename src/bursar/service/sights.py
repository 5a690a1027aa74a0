"""Pages for people: pictures and words, made in the sandbox when first asked for, kept until the document goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import Gone, PageNotFound, PasswordRequired
from bursar.service.discards import UPLOAD_GRACE, drop_discards, note_discards, remove_now
from bursar.service.stores import Stores

WIDTHS_PX = (160, 320, 640, 960, 1280, 1920, 2560)
"""Pictures are made in these widths only: what is kept of a page is bounded."""

_SQL = load_queries("sights")


def choose_width(wanted_px: int) -> int:
    """Return the least width that is kept and not below the one wanted; the largest where there is none."""
    return next((width for width in WIDTHS_PX if width >= wanted_px), WIDTHS_PX[-1])


async def find_turn(connection: Connection, document: Row, page: int) -> int:
    """Return by how many quarters the page is turned clockwise so that it is upright as in the newest result.

    Raises `PageNotFound`, `Gone`, or `PasswordRequired` for a document of which no readable copy is kept.
    """
    if document["deleted_at"] is not None:
        raise _gone(document)
    if not 1 <= page <= document["page_count"]:
        raise PageNotFound(f"The document has no page {page}", {"page": page, "page_count": document["page_count"]})
    if document["encrypted"] and document["unlocked_key"] is None:
        raise PasswordRequired("The document is encrypted and was uploaded without its password", {"field": "password"})
    found = await _SQL.fetch_one(connection, "find_rotation", document_id=document["id"], page=page)
    return (found["rotation"] or 0) // 90 % 4 if found else 0


async def get_picture(stores: Stores, document: Row, page: int, width_px: int, quarters: int) -> bytes:
    """Return the page as PNG."""

    async def draw(content: bytes) -> bytes:
        return await stores.draw_page(content, page, width_px, quarters)

    return await _get_sight(stores, document, page, f"{width_px}-{quarters}", draw)


async def get_words(stores: Stores, document: Row, page: int) -> bytes:
    """Return the page's size and words with their boxes, as JSON."""

    async def read(content: bytes) -> bytes:
        return await stores.read_words(content, page)

    return await _get_sight(stores, document, page, "words", read)


async def remove_sights(connection: Connection, document_id: UUID) -> list[str]:
    """Forget what was made of a document's pages; return the storage keys that nobody needs any more."""
    rows = await _SQL.fetch_all(connection, "remove_sights", document_id=document_id)
    return [row["storage_key"] for row in rows]


async def _get_sight(
    stores: Stores, document: Row, page: int, form: str, make: Callable[[bytes], Awaitable[bytes]]
) -> bytes:
    place = {"document_id": document["id"], "page": page, "form": form}
    async with stores.database.connection() as connection:
        kept = await _SQL.fetch_one(connection, "find_sight", **place)
    try:
        if kept is not None:
            return await stores.files.read(kept["storage_key"])
        made = await make(await stores.files.read(document["unlocked_key"] or document["storage_key"]))
    except FileNotFoundError:
        raise _gone(document) from None
    await _keep(stores, document, place, made)
    return made


async def _keep(stores: Stores, document: Row, place: Row, made: bytes) -> None:
    """Keep what was made, unless the document went or somebody else was quicker: then it is removed again."""
    key = f"pages/{document['account_id']}/{uuid4().hex}"
    async with stores.database.transaction() as connection:
        await note_discards(connection, [key], UPLOAD_GRACE)
    try:
        await stores.files.write_bytes(key, made)
        async with stores.database.transaction() as connection:
            if await _SQL.execute(connection, "add_sight", **place, storage_key=key):
                await drop_discards(connection, [key])
    finally:
        await remove_now(stores.database, stores.files, [key])


def _gone(document: Row) -> Gone:
    return Gone("The file was deleted", {"file_id": document["file_id"]})
