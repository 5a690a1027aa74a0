"""What an operator's monitoring wants to know of the jobs, of all accounts together."""

from __future__ import annotations

from dataclasses import dataclass

from bursar.database.connections import Database
from bursar.database.queries import load_queries
from bursar.service.webhooks import count_deliveries

WINDOW_S = 300
"""How far back `measure_jobs` looks; the statement says the same."""

_SQL = load_queries("metrics")


@dataclass(frozen=True, slots=True)
class Ended:
    """Jobs of one kind that ended in the last `WINDOW_S` seconds in one way; seconds and pages are sums over them."""

    status: str
    kind: str
    jobs: int
    waited_s: float
    parsed_s: float
    pages: float


@dataclass(frozen=True, slots=True)
class Asks:
    """What jobs of the last `WINDOW_S` seconds asked of the language model.

    `outcome` is `answered` or `failed`, or the code of an issue that its answers raised (`LLM_UNGROUNDED` …), which
    takes no seconds of its own.
    """

    outcome: str
    asks: int
    seconds: float


async def measure_asks(database: Database) -> list[Asks]:
    """Return what the language model was asked of late, and what came of it."""
    async with database.connection() as connection:
        return [Asks(**row) for row in await _SQL.fetch_all(connection, "count_asks")]


async def measure_webhooks(database: Database) -> dict[str, int]:
    """Return how many deliveries of webhooks ended in the last `WINDOW_S` seconds, by status, and how many wait."""
    async with database.connection() as connection:
        return await count_deliveries(connection)


async def measure_jobs(database: Database) -> list[Ended]:
    """Return how the jobs of late ended, however many there have ever been."""
    async with database.connection() as connection:
        return [Ended(**row) for row in await _SQL.fetch_all(connection, "count_jobs")]
