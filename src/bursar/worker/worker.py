"""The worker process: so many documents at once, for as long as it is let."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import structlog
from procrastinate.exceptions import ConnectorException

from bursar.database.listener import Listener
from bursar.errors import Unavailable
from bursar.service.attempts import CANCELLED
from bursar.service.stores import Stores
from bursar.worker.parsing import Parser, RetryPolicy
from bursar.worker.queue import PARSE, QUEUE, Queue
from bursar.worker.rescue import keep_rescuing

_RESTART_S = 1.0
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works; the times are those of the settings of the same names."""

    slots: int
    policy: RetryPolicy
    heartbeat_s: float = 5.0
    heartbeat_lost_s: float = 15.0
    rescue_s: float = 3.0
    poll_s: float = 1.0
    drain_s: float = 30.0


class Worker:
    """Takes jobs from the queue until it is told to stop, then drains: what runs may finish, for a while."""

    def __init__(self, stores: Stores, queue: Queue, options: WorkerOptions) -> None:
        self._stores = stores
        self._queue = queue
        self._options = options
        self._threads = ThreadPoolExecutor(options.slots, thread_name_prefix="parse")
        self._parser = Parser(stores, queue.enqueue_later, options.policy, self._threads)
        self._background: set[asyncio.Task[None]] = set()
        queue.app.task(name=PARSE, queue=QUEUE)(self._parser.run)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set and what was running then has finished, or was given back after `drain_s`."""
        listener = Listener(self._stores.database.url, {CANCELLED: self._parser.cancel}, on_up=self._look_for_cancelled)
        async with self._queue.app.open_async():
            listener.start()
            rescuing = asyncio.create_task(
                keep_rescuing(
                    self._stores,
                    self._queue,
                    every_s=self._options.rescue_s,
                    dead_after_s=self._options.heartbeat_lost_s,
                )
            )
            try:
                await self._keep_taking(stop)
            finally:
                rescuing.cancel()
                await listener.stop()
                self._threads.shutdown(wait=False)

    async def _keep_taking(self, stop: asyncio.Event) -> None:
        """Run Procrastinate's worker, which ends when it loses the database, until we are told to stop."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            taking = asyncio.create_task(self._take())
            await asyncio.wait([taking, stopping], return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                _LOG.info("draining", seconds=self._options.drain_s)
                taking.cancel()
            with suppress(asyncio.CancelledError, ConnectorException, Unavailable):
                await taking
            if not stop.is_set():
                _LOG.warning("the queue is away; the worker starts again")
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RESTART_S)

    async def _take(self) -> None:
        options = self._options
        await self._queue.app.run_worker_async(
            queues=[QUEUE],
            name="bursar",
            concurrency=options.slots,
            install_signal_handlers=False,
            delete_jobs="always",  # our own table says how jobs ended
            fetch_job_polling_interval=options.poll_s,
            abort_job_polling_interval=60,  # we cancel by our own announcements
            shutdown_graceful_timeout=options.drain_s,
            update_heartbeat_interval=options.heartbeat_s,
            stalled_worker_timeout=options.heartbeat_lost_s,
        )

    def _look_for_cancelled(self) -> None:
        task = asyncio.get_running_loop().create_task(self._cancel_lost())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _cancel_lost(self) -> None:
        with suppress(Unavailable):
            await self._parser.cancel_lost()
