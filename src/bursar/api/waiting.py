"""Waiting for jobs: a bell for each, rung by the database's notifications. A waiter is a coroutine and nothing more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

T = TypeVar("T")

_DEAF_POLL_S = 1.0
_LONGEST_NAP_S = 15.0
"""However well the bells work, a waiter looks for itself now and then."""


class Bells:
    """Wakes those who wait for a job when it is announced to have changed.

    One a process, fed by one listening connection. While that is down (`deaf`), waiters look for themselves.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.deaf = True
        self.closed = False

    def ring(self, job_id: str) -> None:
        """Wake whoever waits for this job."""
        for event in self._waiting.get(job_id, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake everybody: announcements may have been missed."""
        for events in self._waiting.values():
            for event in events:
                event.set()

    def close(self) -> None:
        """Send everybody home with what they have, because the process is about to end."""
        self.closed = True
        self.ring_all()

    @contextmanager
    def watch(self, job_ids: Iterable[str]) -> Iterator[asyncio.Event]:
        """Lend an event that is set whenever one of the jobs is announced."""
        event = asyncio.Event()
        watched = list(job_ids)
        for job_id in watched:
            self._waiting.setdefault(job_id, set()).add(event)
        try:
            yield event
        finally:
            for job_id in watched:
                self._waiting[job_id].discard(event)
                if not self._waiting[job_id]:
                    del self._waiting[job_id]

    async def wait_for(
        self, job_ids: Iterable[str], seconds: float, read: Callable[[], Awaitable[T]], is_over: Callable[[T], bool]
    ) -> T:
        """Read until it is over, again after each announcement, for so many seconds at most; return what was read last."""
        ends_at = time.monotonic() + seconds
        with self.watch(job_ids) as event:
            while True:
                event.clear()
                found = await read()
                left_s = ends_at - time.monotonic()
                if is_over(found) or left_s <= 0 or self.closed:
                    return found
                nap_s = _DEAF_POLL_S if self.deaf else _LONGEST_NAP_S
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), min(left_s, nap_s))
