"""What a worker does with a job: claim it, tell its progress, finish it, fail it, give it back.

A job's `attempt` is the fence. Claiming raises it, and every later write names the attempt that it belongs to; when
the job has moved on (its caller cancelled it, or the worker was thought dead and another one has claimed it) the write
changes nothing and says so. So a job may run twice, but it ends once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import BursarError
from bursar.sandbox.request import ParseOutcome
from bursar.service.discards import note_discards, remove_now
from bursar.service.schemas import find_schemas_of_job
from bursar.service.stores import Stores

CANCELLED = "bursar_cancelled"
"""A job that is ended from outside is announced on this channel, by its id."""

EnqueueLater = Callable[[Connection, str, timedelta], Awaitable[None]]
"""Puts a job into the queue within the transaction that the connection is in, to be run no sooner than after a while."""

_SQL = load_queries("attempts")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job: which, of what, and how. `failures` counts the tries before it that ended badly."""

    job_id: str
    attempt: int
    failures: int
    progress: int
    kind: str | None
    storage_key: str
    unlocked_key: str | None
    options: dict[str, Any] = field(default_factory=dict)
    schemas: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def fence(self) -> dict[str, Any]:
        """What every write names."""
        return {"job_id": self.job_id, "attempt": self.attempt}


async def claim_job(stores: Stores, job_id: str) -> Attempt | None:
    """Begin a new attempt at a job; None when it has ended or is gone. Whoever had it before has it no more."""
    async with stores.database.connection() as connection:
        row = await _SQL.fetch_one(connection, "claim_job", id=job_id)
        if row is None:
            return None
        schemas = await find_schemas_of_job(connection, job_id)
    row.pop("pg_notify")
    return Attempt(**row, schemas=schemas)


async def record_progress(stores: Stores, attempt: Attempt, progress: int) -> bool:
    """Write how far the attempt is, 0 to 100 (never less than before); False when the attempt counts no more."""
    async with stores.database.connection() as connection:
        return await _SQL.fetch_one(connection, "record_progress", **attempt.fence, progress=progress) is not None


async def finish_job(stores: Stores, attempt: Attempt, outcome: ParseOutcome) -> bool:
    """Write the result and end the job; False when the attempt counts no more, and the result is dropped."""
    result = outcome.document.decode()
    used = attempt.schemas.get(outcome.kind, {})
    version = {"schema_id": used.get("schema_id"), "schema_version": used.get("version")}
    asks = orjson.dumps(outcome.asks).decode() if outcome.asks else None
    return await _end(stores, attempt, "finish_job", result=result, kind=outcome.kind, asks=asks, **version)


async def fail_job(stores: Stores, attempt: Attempt, error: BursarError) -> bool:
    """End the job with an error; False when the attempt counts no more."""
    described = {"code": error.code, "message": error.message, "details": error.details}
    return await _end(stores, attempt, "fail_job", error=orjson.dumps(described, default=str).decode())


async def return_job(
    stores: Stores, enqueue: EnqueueLater, attempt: Attempt, *, failed: bool, after: timedelta = timedelta(0)
) -> bool:
    """Put the job back into the queue; `failed` when the attempt ended badly. False when it counts no more."""
    async with stores.database.transaction() as connection:
        row = await _SQL.fetch_one(connection, "return_job", **attempt.fence, failures=int(failed))
        if row is not None:
            await enqueue(connection, attempt.job_id, after)
    return row is not None


async def find_lost_attempts(stores: Stores, held: Iterable[Attempt]) -> set[str]:
    """Return the job ids of those attempts that count no more."""
    attempts = list(held)
    async with stores.database.connection() as connection:
        rows = await _SQL.fetch_all(
            connection,
            "lost_attempts",
            job_ids=[attempt.job_id for attempt in attempts],
            attempts=[attempt.attempt for attempt in attempts],
        )
    return {row["job_id"] for row in rows}


async def enqueue_forgotten(stores: Stores, enqueue: EnqueueLater, grace: timedelta) -> list[str]:
    """Put unfinished jobs back into the queue that have no entry there and did not move for `grace`; return their ids."""
    async with stores.database.transaction() as connection:
        rows: list[Row] = await _SQL.fetch_all(connection, "jobs_without_entry", grace=grace)
        for row in rows:
            await enqueue(connection, row["id"], timedelta(0))
    return [row["id"] for row in rows]


async def _end(stores: Stores, attempt: Attempt, statement: str, **values: Any) -> bool:
    """End the job in one transaction, together with the readable copy of the document that was made for it alone."""
    due: list[str] = []
    async with stores.database.transaction() as connection:
        row = await _SQL.fetch_one(connection, statement, **attempt.fence, **values)
        if row is not None and attempt.unlocked_key is not None:
            due = await note_discards(connection, [attempt.unlocked_key])
    await remove_now(stores.database, stores.files, due)
    return row is not None
