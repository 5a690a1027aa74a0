"""Lets jobs into the queue that were held back because their account had as many under way as it may.

Every worker does so; the account's row in the database sees to it that no two fill the same room.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from bursar.database.connections import Database
from bursar.errors import Unavailable
from bursar.service.quotas import find_accounts_held_back, release_jobs
from bursar.worker.queue import Queue

_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Admission:
    """One for each worker process. Belongs to one event loop."""

    database: Database
    queue: Queue
    _accounts: set[UUID] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _looked_at: float = float("-inf")

    def look(self, account_id: str | None = None) -> None:
        """Look for jobs of an account that may go on by now, or of all."""
        if account_id is None:
            self._looked_at = float("-inf")
        else:
            self._accounts.add(UUID(account_id))
        self._news.set()

    async def keep_admitting(self, every_s: float) -> None:
        """Admit what was announced, at once, and every few seconds what was not; until cancelled."""
        while True:
            self._news.clear()
            try:
                await self._admit(every_s)
            except Unavailable as error:
                _LOG.warning("looking for jobs that were held back failed; it is done again", **error.details)
                self._looked_at = time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), every_s)

    async def _admit(self, every_s: float) -> None:
        accounts, self._accounts = self._accounts, set()
        if time.monotonic() - self._looked_at >= every_s:
            self._looked_at = time.monotonic()
            accounts.update(await find_accounts_held_back(self.database))
        for account_id in accounts:
            await release_jobs(self.database, self.queue.enter, account_id, self.queue.job_quota)
