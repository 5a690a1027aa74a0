"""A job's progress on its way to the database: each page, but no more often than the database and the eye can follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bursar.errors import Unavailable
from bursar.service.attempts import Attempt, record_progress
from bursar.service.stores import Stores

_SHARE_OF_PAGES = 99
"""When all pages are read the document is still to be extracted: 100 is written with the result."""
_SETTLE_S = 0.05
"""Pages that follow each other more quickly are written together; a document that ends before writes none at all."""


class ProgressWriter:
    """Writes the newest progress in the background while a document is parsed.

    `on_lost` is called when the database says that the attempt counts no more. A database that is away is no reason
    to stop parsing.
    """

    def __init__(self, stores: Stores, attempt: Attempt, on_lost: Callable[[], None]) -> None:
        self._stores = stores
        self._attempt = attempt
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._newest = attempt.progress
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def note(self, done: int, total: int) -> None:
        """Take note of pages done and pages to do; from any thread."""
        self._loop.call_soon_threadsafe(self._note, _SHARE_OF_PAGES * done // max(total, 1))

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_writing(), name="progress")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def _note(self, progress: int) -> None:
        if progress > self._newest:
            self._newest = progress
            self._moved.set()

    async def _keep_writing(self) -> None:
        while True:
            await self._moved.wait()
            await asyncio.sleep(_SETTLE_S)
            self._moved.clear()
            with suppress(Unavailable):
                if not await record_progress(self._stores, self._attempt, self._newest):
                    self._on_lost()
                    return
