"""Lists, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bursar.database.connections import Connection, Row
from bursar.database.queries import Queries


@dataclass(frozen=True, slots=True)
class PageOf:
    """Some rows of a list: those of page `page`, of `total` in all."""

    rows: list[Row]
    total: int
    page: int
    page_size: int

    @property
    def total_pages(self) -> int:
        """How many pages the list has; 0 when it is empty."""
        return -(-self.total // self.page_size)


@dataclass(frozen=True, slots=True)
class Listing:
    """What part of a list is wanted: the `page` (from 1) of `page_size` rows, in `status` or in any."""

    page: int = 1
    page_size: int = 20
    status: str | None = None

    async def fetch(
        self, queries: Queries, connection: Connection, name: str, *, counted_by: str | None = None, **values: Any
    ) -> PageOf:
        """Run a statement that gives the rows of a page, and the one that counts those of all pages.

        Where there is none of these, the rows carry the `total`; past the end, where there are no rows, the first is asked.
        """
        wanted = {**values, "status": self.status, "page_size": self.page_size}
        rows = await queries.fetch_all(connection, name, **wanted, skipped=(self.page - 1) * self.page_size)
        if counted_by is not None:
            first = await queries.fetch_all(connection, counted_by, **wanted)
        else:
            first = rows[:1] or (
                await queries.fetch_all(connection, name, **wanted, skipped=0) if self.page > 1 else []
            )
        return PageOf(rows, first[0]["total"] if first else 0, self.page, self.page_size)
