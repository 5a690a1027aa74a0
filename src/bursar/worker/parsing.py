"""One job from claim to end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bursar.errors import BursarError, Cancelled, Crashed, Gone, OutOfMemory, Unavailable
from bursar.sandbox.request import ParseOutcome, ParseRequest
from bursar.service.attempts import (
    Attempt,
    EnqueueLater,
    claim_job,
    fail_job,
    find_lost_attempts,
    finish_job,
    return_job,
)
from bursar.service.storage import check_storage
from bursar.service.stores import Stores
from bursar.worker.progress import ProgressWriter

_MAX_WAIT_S = 60.0
_KEEP_TRYING_S = 60.0
"""How long the end of a job is kept while the database is away. After that the job runs again, by whoever finds it."""
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a job is tried that ends badly, and how long each time is waited before (doubled from try to try)."""

    attempts: int = 3
    wait_s: float = 2.0

    def wait_after(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures, at least one."""
        return timedelta(seconds=min(self.wait_s * 2 ** max(failures - 1, 0), _MAX_WAIT_S))


@dataclass(frozen=True, slots=True)
class ReadingAids:
    """Data of the operator's own for reading statements: paths of a file of categories and a folder of bank profiles."""

    categories: str | None = None
    profiles: str | None = None


@dataclass(slots=True)
class _Held:
    attempt: Attempt
    cancelled: threading.Event


class Parser:
    """Runs jobs, each in a thread that waits for a child of the sandbox. Belongs to one event loop."""

    def __init__(
        self,
        stores: Stores,
        enqueue: EnqueueLater,
        policy: RetryPolicy,
        threads: Executor,
        aids: ReadingAids | None = None,
    ) -> None:
        self._stores = stores
        self._enqueue = enqueue
        self._policy = policy
        self._threads = threads
        self._aids = aids or ReadingAids()
        self._held: dict[str, _Held] = {}

    def cancel(self, job_id: str) -> None:
        """Stop working at a job, if we do: its caller has ended it, or somebody else has it now."""
        if job_id in self._held:
            self._held[job_id].cancelled.set()

    async def cancel_lost(self) -> None:
        """Stop working at jobs that are not ours any more; to be called when announcements may have been missed."""
        for job_id in await find_lost_attempts(self._stores, [held.attempt for held in self._held.values()]):
            self.cancel(job_id)

    async def run(self, job_id: str) -> None:
        """Claim the job, parse its document, end the job. Nothing happens when there is nothing to do any more.

        When this is cancelled (the worker shuts down) the job goes back into the queue. Raises `Unavailable` when the
        database stays away too long to say how it ended.
        """
        attempt = await claim_job(self._stores, job_id)
        if attempt is None:
            return
        if attempt.failures >= self._policy.attempts:
            lost = Crashed("the process that worked on the document was lost", {"attempts": attempt.failures})
            await self._settle(partial(fail_job, self._stores, attempt, lost))
            return
        held = self._held[job_id] = _Held(attempt, threading.Event())
        try:
            await self._attempt(attempt, held.cancelled)
        finally:
            if self._held.get(job_id) is held:
                del self._held[job_id]

    async def _attempt(self, attempt: Attempt, cancelled: threading.Event) -> None:
        log = _LOG.bind(job_id=attempt.job_id, attempt=attempt.attempt)
        try:
            outcome = await self._parse(attempt, cancelled)
        except asyncio.CancelledError:
            log.info("job given back: the worker stops")
            await asyncio.shield(self._settle(self._give_back(attempt, failed=False)))
            raise
        except Cancelled:
            log.info("job abandoned: it is not ours any more")
        except Unavailable as error:
            log.warning("job postponed: a part of the server is away", error=error.message)
            wait = self._policy.wait_after(3)
            await self._settle(self._give_back(attempt, failed=False, after=wait))
        except (Crashed, OutOfMemory) as error:
            await self._fail_or_retry(attempt, error)
        except BursarError as error:
            log.info("job failed", code=error.code, error=error.message)
            await self._settle(partial(fail_job, self._stores, attempt, error))
        else:
            ended = await self._settle(partial(finish_job, self._stores, attempt, outcome))
            log.info("job completed" if ended else "late result dropped", seconds=round(outcome.seconds, 3))

    async def _parse(self, attempt: Attempt, cancelled: threading.Event) -> ParseOutcome:
        """Return the outcome; `cancelled` or the cancelling of this coroutine kills the child."""
        try:
            content = await self._stores.files.read(attempt.storage_key)
        except FileNotFoundError:
            # A folder that is not mounted has no files at all: then the storage is away, and the document is not gone.
            await check_storage(self._stores.database, self._stores.files)
            raise Gone("the document's bytes are gone from the storage") from None
        async with ProgressWriter(self._stores, attempt, on_lost=cancelled.set) as progress:
            working = asyncio.get_running_loop().run_in_executor(
                self._threads,
                partial(
                    self._stores.sandbox.parse,
                    content,
                    replace(_build_request(attempt), categories=self._aids.categories, profiles=self._aids.profiles),
                    on_progress=progress.note,
                    cancelled=cancelled,
                ),
            )
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                cancelled.set()
                await asyncio.wait([working])  # the child is dead when it returns
                working.exception()
                raise

    async def _fail_or_retry(self, attempt: Attempt, error: BursarError) -> None:
        failures = attempt.failures + 1
        again = failures < self._policy.attempts
        _LOG.warning(
            "parsing ended badly", job_id=attempt.job_id, attempt=attempt.attempt, code=error.code, again=again
        )
        if again:
            await self._settle(self._give_back(attempt, failed=True, after=self._policy.wait_after(failures)))
        else:
            error.details["attempts"] = failures
            await self._settle(partial(fail_job, self._stores, attempt, error))

    def _give_back(
        self, attempt: Attempt, *, failed: bool, after: timedelta = timedelta(0)
    ) -> Callable[[], Awaitable[bool]]:
        return partial(return_job, self._stores, self._enqueue, attempt, failed=failed, after=after)

    async def _settle(self, write: Callable[[], Awaitable[bool]]) -> bool:
        """Write how an attempt ended, again and again while the database is away; the fence makes that safe."""
        loop = asyncio.get_running_loop()
        deadline, wait_s = loop.time() + _KEEP_TRYING_S, 0.5
        while True:
            try:
                return await write()
            except Unavailable:
                if loop.time() + wait_s > deadline:
                    raise
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, 5.0)


def _build_request(attempt: Attempt) -> ParseRequest:
    options = attempt.options
    return ParseRequest(
        kind=attempt.kind,
        pages=options.get("pages"),
        ocr=options.get("ocr", "auto"),
        language=options.get("language"),
        categorize=options.get("categorize", False),
        detect_anomalies=options.get("detect_anomalies", False),
        leave_out=_find_unwanted(options),
        schemas=attempt.schemas or None,
        engine=options.get("engine", "auto"),
    )


def _find_unwanted(options: dict[str, Any]) -> tuple[str, ...]:
    """Return the parts that the result shall not have; tables are line items and transactions alike."""
    wants = {
        "line_items": options.get("extract_line_items", True) and options.get("extract_tables", True),
        "transactions": options.get("extract_transactions", True) and options.get("extract_tables", True),
        "tax": options.get("detect_tax", True),
    }
    return tuple(part for part, wanted in wants.items() if not wanted)
