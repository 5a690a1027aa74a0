"""Batches: several documents of one kind, started together and watched together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import BatchNotFound
from bursar.service.jobs import Enqueue, Order, start_job

_ID = re.compile(r"batch_[0-9]{1,20}")
_SQL = load_queries("batches")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and its jobs, in the order of the request; `kind` None where each document's is detected."""

    row: Row
    jobs: list[Row]

    @property
    def ended(self) -> int:
        """How many jobs have ended, well or not."""
        return sum(job["status"] in ("completed", "failed") for job in self.jobs)

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return sum(job["status"] == "failed" for job in self.jobs)

    @property
    def status(self) -> str:
        """`completed` when every job ended and one at least well, `failed` when all failed."""
        if self.ended == len(self.jobs):
            return "failed" if self.failed == len(self.jobs) else "completed"
        return "pending" if all(job["status"] == "pending" for job in self.jobs) else "processing"

    @property
    def progress(self) -> int:
        """The jobs' mean; 100 only when all have ended. A job that failed is as done as one that completed."""
        shares = [100 if job["status"] == "failed" else job["progress"] for job in self.jobs]
        return sum(shares) // len(shares)


async def start_batch(
    connection: Connection,
    enqueue: Enqueue,
    account_id: UUID,
    orders: Sequence[Order],
    *,
    kind: str | None,
    callback_url: str | None,
) -> tuple[Row, list[Row]]:
    """Start a job for each order, all or none, in the caller's transaction; return the batch's row and those of its jobs."""
    batch = await _SQL.fetch_one(connection, "add_batch", account_id=account_id, kind=kind, callback_url=callback_url)
    assert batch is not None
    jobs = [
        await start_job(connection, enqueue, account_id, order, batch_id=batch["id"], batch_position=position)
        for position, order in enumerate(orders)
    ]
    return batch, jobs


async def get_batch(connection: Connection, account_id: UUID, batch_id: str) -> Batch:
    """Return the batch and its jobs as they stand. Raises `BatchNotFound`."""
    row = (
        await _SQL.fetch_one(connection, "find_batch", id=batch_id, account_id=account_id)
        if is_batch_id(batch_id)
        else None
    )
    if row is None:
        raise BatchNotFound("No such batch", {"batch_id": batch_id[:100]})
    return Batch(row, await _SQL.fetch_all(connection, "jobs_of_batch", batch_id=batch_id))


def is_batch_id(text: str) -> bool:
    """Whether the text has the form of a batch's id."""
    return _ID.fullmatch(text) is not None
