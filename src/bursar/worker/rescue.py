"""What was left lying is taken up: jobs of workers that died, jobs that the queue lost, bytes that nobody needs.

Every worker does this; locks in the database see to it that no two do the same at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bursar.database.connections import Connection
from bursar.errors import Unavailable
from bursar.service.attempts import enqueue_forgotten
from bursar.service.discards import sweep_discards
from bursar.service.events import forget_events
from bursar.service.idempotency import forget_replies
from bursar.service.jobs import fold_tallies
from bursar.service.retention import expire_documents
from bursar.service.stores import Stores
from bursar.worker.queue import Queue

_RESCUE_LOCK = 0x62757274
_FORGOTTEN = timedelta(seconds=60)
_SWEEP_S = 30.0
_HOUSEKEEPING_S = 600.0
_LOG = structlog.get_logger(__name__)


async def keep_rescuing(
    stores: Stores,
    queue: Queue,
    *,
    every_s: float,
    dead_after_s: float,
    retention: timedelta | None = None,
    events: timedelta = timedelta(days=30),
) -> None:
    """Rescue for ever; what fails because the database is away is tried again the next time."""
    await asyncio.gather(
        _repeat(every_s, lambda: rescue_jobs(stores, queue, dead_after_s)),
        _repeat(_SWEEP_S, lambda: requeue_forgotten(stores, queue)),
        _repeat(_SWEEP_S, lambda: remove_expired(stores, retention)),
        _repeat(_SWEEP_S, lambda: tally(stores)),
        _repeat(_HOUSEKEEPING_S, lambda: keep_house(stores, queue, events)),
    )


async def rescue_jobs(stores: Stores, queue: Queue, dead_after_s: float) -> None:
    """Put entries back that dead workers hold: those silent for too long, and those that are signed off."""
    async with stores.database.transaction() as connection:
        if not await _try_lock(connection):
            return
        for entry in await queue.find_stalled(dead_after_s):
            _LOG.warning("a worker is lost; its job runs again", job_id=entry.task_kwargs.get("job_id"))
            await queue.put_back(entry)


async def requeue_forgotten(stores: Stores, queue: Queue) -> None:
    """Enter unfinished jobs anew that have no entry in the queue."""
    for job_id in await enqueue_forgotten(stores, queue.enqueue_later, _FORGOTTEN):
        _LOG.warning("a job had no entry in the queue; it has one now", job_id=job_id)


async def remove_expired(stores: Stores, retention: timedelta | None) -> None:
    """Delete files whose time is up."""
    if gone := await expire_documents(stores, retention):
        _LOG.info("files deleted: their time was up", files=gone)


async def tally(stores: Stores) -> None:
    """Keep the numbers of ended jobs quick to add up."""
    async with stores.database.connection() as connection:
        await fold_tallies(connection)


async def keep_house(stores: Stores, queue: Queue, events: timedelta) -> None:
    """Remove stored bytes that are due, events that are old, what is left of finished entries and of workers long dead."""
    await sweep_discards(stores.database, stores.files)
    async with stores.database.connection() as connection:
        while await forget_events(connection, events):
            pass
        await forget_replies(connection)
    await queue.tidy()


async def _try_lock(connection: Connection) -> bool:
    cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s) AS got", (_RESCUE_LOCK,))
    row = await cursor.fetchone()
    return bool(row and row["got"])


async def _repeat(every_s: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Unavailable as error:
            _LOG.warning("looking for lost work failed; it is done again", **error.details)
        await asyncio.sleep(every_s)
