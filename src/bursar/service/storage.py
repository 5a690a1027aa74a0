"""That database and storage belong together: the storage holds the number that the database knows it by."""

from __future__ import annotations

from bursar.database.connections import Database
from bursar.database.queries import load_queries
from bursar.errors import Unavailable
from bursar.files.store import FileStore

_KEY = "storage-id"
_SQL = load_queries("storage")


async def adopt_storage(database: Database, files: FileStore) -> None:
    """Mark the storage as this database's, unless documents lie in another one already: then raise `Unavailable`."""
    expected, in_use = await _read_expected(database)
    if await _read_mark(files) == expected:
        return
    if in_use:
        raise Unavailable("the documents of this database lie in another storage than the one that is set")
    await files.write_bytes(_KEY, expected.encode())


async def check_storage(database: Database, files: FileStore) -> None:
    """Raise `Unavailable` unless this is the storage that the database's documents lie in."""
    expected, _ = await _read_expected(database)
    if await _read_mark(files) != expected:
        raise Unavailable(
            "this is not the storage that the server keeps its documents in; "
            "set BURSAR_FILES_URL to one that both can reach, or BURSAR_DATA_DIR to the server's own folder"
        )


async def _read_expected(database: Database) -> tuple[str, bool]:
    async with database.connection() as connection:
        row = await _SQL.fetch_one(connection, "get_storage")
    assert row is not None
    return str(row["id"]), row["in_use"]


async def _read_mark(files: FileStore) -> str | None:
    try:
        return (await files.read(_KEY)).decode(errors="replace")
    except FileNotFoundError:
        return None
