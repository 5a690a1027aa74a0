"""The queue: Procrastinate's tables and functions in our own database, so that a job and its entry are one transaction.

A worker signs on, says now and then that it lives, fetches entries and drops them when they are done. An entry that a
dead worker holds is put back by whoever notices (`rescue`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from bursar.database.connections import Connection, connection_options
from bursar.database.queries import load_queries
from bursar.errors import Unavailable
from bursar.service.quotas import admit_job

QUEUE = "documents"
PARSE = "parse_document"
CHANNEL = f"procrastinate_queue_v1#{QUEUE}"
"""Procrastinate announces new entries here."""

_SQL = load_queries("queue")
_POOL_SIZE = 3
_FORGET_DEAD_S = 24 * 3600


class Queue:
    """The queue of one database. Entering jobs takes no connection of its own; everything else wants `opened`.

    An account that has no quota of its own may have `job_quota` jobs in it or running (0: any number).
    Everything raises `Unavailable` when the database is away.
    """

    def __init__(self, url: str, job_quota: int = 0) -> None:
        self.job_quota = job_quota
        self._app = App(
            connector=PsycopgConnector(
                conninfo=url, min_size=1, max_size=_POOL_SIZE, timeout=10, kwargs=connection_options("bursar-queue")
            )
        )

    async def enqueue(self, connection: Connection, job_id: str) -> None:
        """Enter a job within the transaction that the connection is in; nothing happens when it is waiting already.

        One that its account has no room for is held back (`service.quotas`).
        """
        if await admit_job(connection, job_id, self.job_quota):
            await self.enter(connection, job_id)

    async def enter(self, connection: Connection, job_id: str) -> None:
        """Enter a job that is admitted: it gets its turn."""
        row = await _SQL.fetch_one(connection, "take_turn", job_id=job_id)
        assert row is not None
        await self._enter(connection, job_id, row["turn"])

    async def enqueue_later(self, connection: Connection, job_id: str, after: timedelta) -> None:
        """Enter a job again, to be taken no sooner than after a while; then it need not wait for its turn once more."""
        row = await _SQL.fetch_one(connection, "current_turn")
        assert row is not None
        await self._enter(connection, job_id, row["turn"], after)

    async def _enter(self, connection: Connection, job_id: str, turn: int, after: timedelta = timedelta(0)) -> None:
        entry = self._app.configure_task(
            PARSE,
            queue=QUEUE,
            queueing_lock=job_id,
            priority=-turn,
            schedule_at=await _moment_after(connection, after) if after else None,
            connection=connection,
        )
        with _translated(), suppress(AlreadyEnqueued):
            async with connection.transaction():  # a savepoint: the caller's transaction survives
                await entry.defer_async(job_id=job_id)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep connections open meanwhile."""
        with _translated():
            await self._app.open_async()
        try:
            yield
        finally:
            await self._app.close_async()

    async def sign_on(self) -> int:
        """Return the number of a new worker, which lives as of now."""
        with _translated():
            return await self._app.job_manager.register_worker()

    async def sign_off(self, worker_id: int) -> None:
        """Forget a worker; what it still holds counts as held by a dead one."""
        with _translated():
            await self._app.job_manager.unregister_worker(worker_id)

    async def beat(self, worker_id: int) -> None:
        """Note that the worker lives."""
        with _translated():
            await self._app.job_manager.update_heartbeat(worker_id)

    async def fetch(self, worker_id: int) -> Job | None:
        """Return an entry that is due, now held by this worker; None when there is none."""
        with _translated():
            return await self._app.job_manager.fetch_job(queues=[QUEUE], worker_id=worker_id)

    async def find_stalled(self, dead_after_s: float) -> list[Job]:
        """Return the entries that dead workers hold: those silent for so long, and those that signed off."""
        with _translated():
            return list(await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after_s))

    async def put_back(self, entry: Job, after: timedelta = timedelta(0)) -> None:
        """Let an entry that somebody holds be fetched again, no sooner than after a while."""
        with _translated():
            try:
                due = await self._app.connector.execute_query_one_async("SELECT now() + %(after)s AS at", after=after)
                await self._app.job_manager.retry_job(entry, retry_at=due["at"])
            except UniqueViolation:  # the job waits a second time already
                await self._app.job_manager.finish_job(entry, status=Status.ABORTED, delete_job=True)

    async def drop(self, entry: Job, worker_id: int) -> None:
        """Remove an entry that is done; nothing happens when this worker does not hold it any more."""
        with _translated():
            await self._app.connector.execute_query_async(
                "DELETE FROM procrastinate_jobs WHERE id = %(entry)s AND worker_id = %(worker)s AND status = 'doing'",
                entry=entry.id,
                worker=worker_id,
            )

    async def tidy(self) -> None:
        """Remove entries that ended in some other way long ago, and workers dead for a day."""
        with _translated():
            await self._app.job_manager.delete_old_jobs(
                nb_hours=24, include_failed=True, include_cancelled=True, include_aborted=True
            )
            await self._app.job_manager.prune_stalled_workers(_FORGET_DEAD_S)


async def _moment_after(connection: Connection, wait: timedelta) -> datetime:
    """Return when a while will have passed by the database's clock: those of the machines may differ, or jump."""
    row = await _SQL.fetch_one(connection, "moment_after", wait=wait)
    assert row is not None
    moment: datetime = row["at"]
    return moment


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ConnectorException as error:
        raise Unavailable("the queue is away", {"reason": str(error.__cause__ or error).strip()[:300]}) from error
