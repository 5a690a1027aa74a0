"""Taking jobs from the queue: so many at once, through every outage of the database, until told to stop.

Procrastinate has a worker of its own, which ends with the first lost connection and falls silent while it drains, so
that other workers take it for dead and run its jobs a second time. This one goes on beating until its last job is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import structlog
from procrastinate.jobs import Job

from bursar.errors import Unavailable
from bursar.worker.queue import Queue

RunJob = Callable[[str], Awaitable[None]]
T = TypeVar("T")

_RETRY_S = 1.0
_AFTER_A_FAULT = timedelta(seconds=5)
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many jobs at once, and how often what is done, in seconds."""

    slots: int
    heartbeat_s: float = 5.0
    poll_s: float = 3.0
    drain_s: float = 30.0


@dataclass(slots=True)
class Taker:
    """Runs `run` for every job that it gets hold of."""

    queue: Queue
    run: RunJob
    pace: Pace
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def look(self) -> None:
        """Look into the queue now: there is something new in it, or may be."""
        self._news.set()

    async def keep_taking(self, stop: asyncio.Event) -> None:
        """Take jobs until `stop` is set; then let those that run finish, or cancel them after `drain_s`."""
        worker_id = await _insist(self.queue.sign_on)
        beating = asyncio.create_task(self._keep_beating(worker_id), name="heartbeat")
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                if len(self._running) < self.pace.slots and (entry := await self._fetch(worker_id)):
                    self._begin(entry, worker_id)
                else:
                    await self._wait_for_change(stopping)
            await self._drain()
        finally:
            stopping.cancel()
            beating.cancel()
            with suppress(Unavailable):
                await self.queue.sign_off(worker_id)

    async def _fetch(self, worker_id: int) -> Job | None:
        self._news.clear()  # before looking: what comes while we look is looked for again
        try:
            return await self.queue.fetch(worker_id)
        except Unavailable as error:
            _LOG.warning("no job can be fetched; trying again", **error.details)
            await asyncio.sleep(_RETRY_S)
            return None

    async def _wait_for_change(self, stopping: asyncio.Task[bool]) -> None:
        """Wait until a job ends, a new one may be there, or it is time to look anyway."""
        news = asyncio.create_task(self._news.wait())
        full = len(self._running) >= self.pace.slots
        awaited: set[asyncio.Task[bool] | asyncio.Task[None]] = {stopping, *self._running, *([] if full else [news])}
        await asyncio.wait(awaited, timeout=None if full else self.pace.poll_s, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()

    def _begin(self, entry: Job, worker_id: int) -> None:
        task = asyncio.create_task(self._run_entry(entry, worker_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run_entry(self, entry: Job, worker_id: int) -> None:
        """Run the job and drop its entry. After a fault of ours the entry is put back: the attempts of a job are counted."""
        job_id = str(entry.task_kwargs["job_id"])
        try:
            await self.run(job_id)
        except asyncio.CancelledError:
            await self.queue.drop(entry, worker_id)
            raise
        except Exception:  # noqa: BLE001 (whatever it was, the entry must not be held for ever)
            _LOG.exception("a job broke off; it is tried again", job_id=job_id)
            await _insist(lambda: self.queue.put_back(entry, _AFTER_A_FAULT))
        else:
            await _insist(lambda: self.queue.drop(entry, worker_id))

    async def _keep_beating(self, worker_id: int) -> None:
        while True:
            await asyncio.sleep(self.pace.heartbeat_s)
            await _insist(lambda: self.queue.beat(worker_id))

    async def _drain(self) -> None:
        if not self._running:
            return
        _LOG.info("draining", jobs=len(self._running), at_most_s=self.pace.drain_s)
        _, late = await asyncio.wait(self._running, timeout=self.pace.drain_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _insist(work: Callable[[], Awaitable[T]]) -> T:
    """Do it, again and again while the database is away."""
    while True:
        try:
            return await work()
        except Unavailable:
            await asyncio.sleep(_RETRY_S)
