"""How much a key may do in a minute: a rolling window that all processes share, kept in the database.

Work (files uploaded, documents processed) is counted there one by one. Reads are far more and far cheaper, so a
process takes a few units at a time (`ReadMeter`) and gives them out without asking; what it does not use within a
second or two stays spent. The limit is never exceeded; a process that holds units back makes it a little smaller.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from bursar.database.connections import Connection, Database
from bursar.database.queries import load_queries
from bursar.errors import RateLimited

_SQL = load_queries("limits")
_WINDOW_S = 60
_HELD_S = 2.0
_LARGEST_SHARE = 50  # of the limit, one part in so many is taken at a time at most
_KEPT_METERS = 10_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left: `limit` 0 means that there is none. `whole_at` is the Unix second when all of it is free again."""

    limit: int
    remaining: int
    whole_at: int


class WorkMeter:
    """Counts the work of one key in one request; `budget` is what is left as far as it was asked."""

    def __init__(self, key_id: UUID, limit: int) -> None:
        self._key_id = key_id
        self._limit = limit
        self.budget = unlimited() if limit == 0 else Budget(limit, limit, int(time.time()))

    async def look(self, connection: Connection) -> None:
        """Raise `RateLimited` when nothing at all is left, so that no work is begun in vain."""
        await self.spend(connection, 0)
        if self._limit and not self.budget.remaining:
            await self.spend(connection, 1)  # refused, and says when to come back

    async def spend(self, connection: Connection, units: int) -> None:
        """Spend units in the caller's transaction, all or none. Raises `RateLimited` when they do not fit in the minute."""
        if self._limit == 0:
            return
        row = await _spend(connection, self._key_id, "work", units, self._limit, partly=False)
        self.budget = Budget(self._limit, max(self._limit - row.spent, 0), row.whole_at)
        if row.granted < units:
            raise refuse(self._limit, row.free_at)


def unlimited() -> Budget:
    """Return the budget of a key that has no limit; `remaining` is a number that no client runs out of."""
    return Budget(0, 1_000_000, int(time.time()))


def refuse(limit: int, free_at: float) -> RateLimited:
    """Return the error that says when to come back: in at least one second."""
    wait_s = min(max(math.ceil(free_at - time.time()), 1), _WINDOW_S)
    return RateLimited("Too many requests", {"retry_after": wait_s, "limit": limit})


@dataclass(slots=True)
class _Share:
    """Units that this process took for one key and has not given out, and what was left for others then."""

    size: int = 1
    left: int = 0
    elsewhere: int = 0
    whole_at: int = 0
    held_until: float = 0.0
    refused_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class ReadMeter:
    """Gives out units of reading in one process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._shares: dict[UUID, _Share] = {}

    async def spend(self, key_id: UUID, limit: int) -> tuple[Budget, RateLimited | None]:
        """Spend one unit; the error is there instead of raised, because a refusal carries its budget too."""
        if limit == 0:
            return unlimited(), None
        share = self._shares.get(key_id)
        if share is None:
            if len(self._shares) >= _KEPT_METERS:
                self._shares.clear()  # units in hand are lost, which errs on the side of the limit
            share = self._shares[key_id] = _Share()
        if not self._has_units(share):
            async with share.lock:
                if not self._has_units(share) and self._clock() >= share.refused_until:
                    await self._refill(share, key_id, limit)
        if not self._has_units(share):
            free_at = time.time() + share.refused_until - self._clock()
            return Budget(limit, 0, share.whole_at), refuse(limit, free_at)
        share.left -= 1
        return Budget(limit, share.elsewhere + share.left, share.whole_at), None

    def _has_units(self, share: _Share) -> bool:
        return share.left > 0 and self._clock() < share.held_until

    async def _refill(self, share: _Share, key_id: UUID, limit: int) -> None:
        """Take more at a time from a key that is quick to use up what was taken, less from one that is not."""
        now = self._clock()
        used_up = share.left == 0 and now < share.held_until
        share.size = min(share.size * 2, max(limit // _LARGEST_SHARE, 1)) if used_up else max(share.size // 2, 1)
        async with self._database.connection() as connection:
            row = await _spend(connection, key_id, "read", share.size, limit, partly=True)
        now = self._clock()
        share.left, share.elsewhere, share.whole_at = row.granted, max(limit - row.spent, 0), row.whole_at
        share.held_until = now + _HELD_S
        if row.granted == 0:
            share.refused_until = now + min(max(row.free_at - time.time(), 0.1), _WINDOW_S)


@dataclass(frozen=True, slots=True)
class _Spent:
    granted: int
    spent: int
    whole_at: int
    free_at: int


async def _spend(
    connection: Connection, key_id: UUID, budget: Literal["work", "read"], wanted: int, allowed: int, *, partly: bool
) -> _Spent:
    row = await _SQL.fetch_one(
        connection, "spend_units", key_id=key_id, budget=budget, wanted=wanted, allowed=allowed, partly=partly
    )
    assert row is not None
    return _Spent(**row)
