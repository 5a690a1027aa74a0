"""What an account has used, day by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries

_SUMS = (
    "documents",
    "bytes",
    "jobs",
    "completed",
    "failed",
    "pages",
    "seconds",
    "straight_through",
    "invoices",
    "statements",
)
_SQL = load_queries("usage")


@dataclass(frozen=True, slots=True)
class Usage:
    """`days` has an element for each day, also where nothing was used; `stored` is what lies there now."""

    days: list[dict[str, Any]]
    stored: Row

    @property
    def total(self) -> dict[str, Any]:
        """The sum of the days."""
        verdicts: Counter[str] = Counter()
        for day in self.days:
            verdicts.update(day["verdicts"])
        return {**{name: sum(day[name] for day in self.days) for name in _SUMS}, "verdicts": dict(verdicts)}


async def measure_usage(connection: Connection, account_id: UUID, since: date, until: date) -> Usage:
    """Return what the account used from one day to another, both included, in UTC.

    A job counts on the day on which it was started, also while it runs.
    """
    asked = {"account_id": account_id, "since": since, "until": until}
    documents = {row["day"]: row for row in await _SQL.fetch_all(connection, "count_documents", **asked)}
    jobs = {row["day"]: row for row in await _SQL.fetch_all(connection, "count_jobs", **asked)}
    verdicts: dict[date, dict[str, int]] = {}
    for row in await _SQL.fetch_all(connection, "count_verdicts", **asked):
        verdicts.setdefault(row["day"], {})[row["verdict"]] = row["jobs"]
    stored = await _SQL.fetch_one(connection, "measure_stored", account_id=account_id)
    assert stored is not None
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    return Usage([_join(day, documents.get(day, {}), jobs.get(day, {}), verdicts.get(day, {})) for day in days], stored)


def _join(day: date, documents: Row, jobs: Row, verdicts: dict[str, int]) -> dict[str, Any]:
    counted = {**documents, **jobs}
    return {"date": day, **{name: counted.get(name, 0) for name in _SUMS}, "verdicts": verdicts}
