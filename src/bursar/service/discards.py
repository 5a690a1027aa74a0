"""Stored bytes that have to go, written down in the database before they are orphans: nothing is left behind by a crash."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from bursar.database.connections import Connection, Database, Row
from bursar.database.queries import load_queries
from bursar.errors import Unavailable
from bursar.files.store import FileStore

UPLOAD_GRACE = timedelta(hours=1)
"""How long an upload may take from its first byte until it is a document; then what is there of it goes."""

_SQL = load_queries("discards")


async def note_discards(
    connection: Connection, storage_keys: Iterable[str], after: timedelta = timedelta(0)
) -> list[str]:
    """Write down that these bytes go when `after` has passed, unless they are struck off before; return the keys."""
    keys = list(storage_keys)
    for key in keys:
        await _SQL.execute(connection, "note_discard", storage_key=key, after=after)
    return keys


async def drop_discards(connection: Connection, storage_keys: Iterable[str]) -> int:
    """Strike off what was written down (the bytes are referred to now, or gone); return how many were still there."""
    keys = list(storage_keys)
    return await _SQL.execute(connection, "drop_discards", storage_keys=keys) if keys else 0


async def remove_now(database: Database, files: FileStore, storage_keys: list[str]) -> None:
    """Remove those of the bytes that are written down still, due or not, and leave what is referred to meanwhile.

    While storage or database are away they stay for `sweep_discards`.
    """
    if not storage_keys:
        return
    with suppress(Unavailable):
        async with database.transaction() as connection:
            rows = await _SQL.fetch_all(connection, "lock_discards", storage_keys=storage_keys)
            await _remove(connection, files, rows)


async def sweep_discards(database: Database, files: FileStore) -> int:
    """Remove all that is due, for housekeeping; return how many. Any number of processes may do so at once."""
    removed = 0
    while True:
        async with database.transaction() as connection:
            rows = await _SQL.fetch_all(connection, "lock_due_discards")
            await _remove(connection, files, rows)
        removed += len(rows)
        if not rows:
            return removed


async def _remove(connection: Connection, files: FileStore, rows: list[Row]) -> None:
    for row in rows:
        await files.delete(row["storage_key"])
    await drop_discards(connection, [row["storage_key"] for row in rows])
