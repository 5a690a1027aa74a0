"""Named SQL: every statement stands in `sql/*.sql` under a line `-- name: get_job`.

    queries = load_queries("jobs")
    row = await queries.fetch_one(connection, "get_job", job_id=…)

Parameters are psycopg's: `%(job_id)s`. A percent sign of the SQL itself is written twice. What several statements share stands
once, under a line `-- part: listed`, and they say `{listed}` where it belongs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, LiteralString

from psycopg import AsyncConnection

from bursar.database.connections import Row, translated

_HEAD = re.compile(r"^-- (name|part): (\w+)[ \t]*$", re.MULTILINE)


class Queries:
    """The statements of one file, run by name on a connection that the caller holds."""

    def __init__(self, statements: dict[str, LiteralString]) -> None:
        self._statements = statements

    def __getitem__(self, name: str) -> LiteralString:
        return self._statements[name]

    def __iter__(self) -> Any:
        return iter(self._statements)

    async def fetch_one(self, connection: AsyncConnection[Row], name: str, **values: Any) -> Row | None:
        """Return the first row as a dict, or None."""
        with translated():
            cursor = await connection.execute(self._statements[name], values)
            return await cursor.fetchone()

    async def fetch_all(self, connection: AsyncConnection[Row], name: str, **values: Any) -> list[Row]:
        """Return all rows as dicts."""
        with translated():
            cursor = await connection.execute(self._statements[name], values)
            return await cursor.fetchall()

    async def execute(self, connection: AsyncConnection[Row], name: str, **values: Any) -> int:
        """Run a statement that returns no rows; return how many rows it touched."""
        with translated():
            cursor = await connection.execute(self._statements[name], values)
            return cursor.rowcount


@cache
def load_queries(name: str) -> Queries:
    """Return the statements of `sql/<name>.sql`; ValueError when two share a name."""
    text = (resources.files("bursar.database") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return Queries(split_statements(text))


def split_statements(text: str) -> dict[str, LiteralString]:
    """Return the statements of a file by name, with its parts put in; ValueError when two share a name."""
    _, *pieces = _HEAD.split(text)
    parts: dict[str, str] = {}
    statements: dict[str, LiteralString] = {}  # the files are part of this package, as literal as if they stood here
    for head, name, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if name in parts or name in statements:
            raise ValueError(f"two share the name {name}")
        (parts if head == "part" else statements)[name] = body.strip().removesuffix(";")
    for part, body in parts.items():
        statements = {name: statement.replace(f"{{{part}}}", body) for name, statement in statements.items()}
    return statements
