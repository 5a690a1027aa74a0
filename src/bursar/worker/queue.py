"""The queue: Procrastinate's tables in our own database, so that a job and its entry are one transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from bursar.database.connections import Connection, connection_options

QUEUE = "documents"
PARSE = "parse_document"
_POOL_SIZE = 3


class Queue:
    """Puts jobs into the queue of one database. Takes no connection of its own unless a worker opens `app`."""

    def __init__(self, url: str) -> None:
        self.app = App(
            connector=PsycopgConnector(
                conninfo=url, min_size=1, max_size=_POOL_SIZE, kwargs=connection_options("bursar-queue")
            )
        )

    async def enqueue(self, connection: Connection, job_id: str) -> None:
        """Enter a job within the transaction that the connection is in; nothing happens when it is waiting already."""
        await self.enqueue_later(connection, job_id, timedelta(0))

    async def enqueue_later(self, connection: Connection, job_id: str, after: timedelta) -> None:
        """The same, for the job to be taken no sooner than after a while."""
        entry = self.app.configure_task(
            PARSE,
            queue=QUEUE,
            queueing_lock=job_id,
            schedule_at=datetime.now(UTC) + after if after else None,
            connection=connection,
        )
        try:
            async with connection.transaction():  # a savepoint: the caller's transaction survives
                await entry.defer_async(job_id=job_id)
        except AlreadyEnqueued:
            return
