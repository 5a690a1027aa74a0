"""The schema, brought up to date at start: our own numbered files, and those of the job queue. Forward only.

What was applied stands in the table `schema_migrations`. Any number of processes may start at once: one migrates under
a lock while the others wait. Each file is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import LiteralString

from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from bursar.database.connections import connection_options, translated
from bursar.errors import Unavailable

_LOCK = 0x62757273  # any number will do, as long as it stays the same
_QUEUE = "queue/"
_TABLE: LiteralString = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name        text PRIMARY KEY,
        applied_at  timestamptz NOT NULL DEFAULT now()
    )
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step forward: its name in `schema_migrations`, and its SQL."""

    name: str
    sql: LiteralString


async def migrate(url: str) -> list[str]:
    """Bring the database up to date and return the names of what was applied, in order.

    Raises `Unavailable` when the database cannot be reached, or was migrated by a newer Bursar than this.
    """
    with translated():
        async with await AsyncConnection.connect(url, autocommit=True, **connection_options("bursar-migrate")) as held:
            await held.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            await held.execute(_TABLE)
            applied = await _read_applied(held)
            own = list(_read_files(resources.files("bursar.database") / "migrations", ""))
            _check_known(applied, own)
            return [*await _apply_queue(held, applied), *await _apply(held, own, applied)]


def _check_known(applied: set[str], own: list[Migration]) -> None:
    """An old program on a new schema would write rows that the new one no longer understands."""
    newer = {name for name in applied if not name.startswith(_QUEUE)} - {migration.name for migration in own}
    if newer:
        raise Unavailable("the database belongs to a newer version of Bursar", {"migrations": sorted(newer)})


async def _apply_queue(connection: AsyncConnection[TupleRow], applied: set[str]) -> list[str]:
    """Make the queue's tables, or bring them forward. Its full schema stands for all migrations known with it."""
    known = list(_read_files(resources.files("procrastinate.sql") / "migrations", _QUEUE))
    if any(name.startswith(_QUEUE) for name in applied):
        return await _apply(connection, known, applied)
    whole = Migration(_QUEUE + "schema", SchemaManager.get_schema())
    return await _apply(connection, [whole], applied, also=(migration.name for migration in known))


async def _apply(
    connection: AsyncConnection[TupleRow], migrations: list[Migration], applied: set[str], also: Iterable[str] = ()
) -> list[str]:
    missing = [migration for migration in migrations if migration.name not in applied]
    for migration in missing:
        async with connection.transaction():
            await connection.execute(migration.sql)
            for name in (migration.name, *also):
                await connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", (name,))
    return [migration.name for migration in missing]


async def _read_applied(connection: AsyncConnection[TupleRow]) -> set[str]:
    cursor = await connection.execute("SELECT name FROM schema_migrations")
    return {name for (name,) in await cursor.fetchall()}


def _read_files(folder: Traversable, prefix: str) -> Iterable[Migration]:
    by_name: Callable[[Traversable], str] = lambda file: file.name  # noqa: E731
    for file in sorted(folder.iterdir(), key=by_name):
        if file.name.endswith(".sql"):
            yield Migration(prefix + file.name, file.read_text(encoding="utf-8"))
