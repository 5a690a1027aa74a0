"""When a job will be done, told by how fast jobs were of late and what stands before it in the queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bursar.database.connections import Database
from bursar.database.queries import load_queries

_FRESH_S = 2.0
_FIRST_GUESS_S = 1.0  # a page, until one was measured
_SQL = load_queries("jobs")


@dataclass(frozen=True, slots=True)
class Queue:
    """What is waiting or under way: `pages` still to be read in all, the age of the oldest waiting job in seconds."""

    pending: int
    processing: int
    pages: float
    oldest_s: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long a page takes, and how long it is until a job's turn comes that is put into the queue now."""

    made_at: datetime
    seconds_per_page: float
    waiting_s: float

    def ends_at(self, pages: int) -> datetime:
        """Return when a job of so many pages will be done that is put into the queue then."""
        seconds = self.waiting_s + self.seconds_per_page * pages
        return self.made_at + timedelta(seconds=min(seconds, 1e7))


class Estimator:
    """Measures at most every two seconds, however many jobs are started in between."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._measured_at = float("-inf")
        self._seconds_per_page = _FIRST_GUESS_S
        self._queue = Queue(0, 0, 0.0, 0.0)

    async def forecast(self) -> Forecast:
        """Return what a job that is put into the queue now has to expect."""
        if self._clock() - self._measured_at > _FRESH_S:
            self._measured_at = self._clock()
            await self._measure()
        at_once = max(self._queue.processing, 1)  # as many workers as are busy, on whatever machine
        return Forecast(datetime.now(UTC), self._seconds_per_page, self._seconds_per_page * self._queue.pages / at_once)

    async def _measure(self) -> None:
        self._queue = await measure_queue(self._database)
        async with self._database.connection() as connection:
            speed = await _SQL.fetch_one(connection, "measure_speed")
        self._seconds_per_page = (speed and speed["seconds_per_page"]) or _FIRST_GUESS_S


async def measure_queue(database: Database) -> Queue:
    """Return what is waiting and under way, of all accounts."""
    async with database.connection() as connection:
        row = await _SQL.fetch_one(connection, "measure_queue")
    assert row is not None
    return Queue(**row)
