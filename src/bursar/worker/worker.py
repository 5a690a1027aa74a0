"""The worker process: so many documents at once, for as long as it is let."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bursar.database.listener import Listener
from bursar.errors import Unavailable
from bursar.service.attempts import CANCELLED
from bursar.service.quotas import CHANNEL as ROOM
from bursar.service.stores import Stores
from bursar.service.webhooks import CHANNEL as DELIVERIES
from bursar.service.webhooks import Redelivery
from bursar.worker.admission import Admission
from bursar.worker.couriers import Courier
from bursar.worker.parsing import Parser, ReadingAids, RetryPolicy
from bursar.worker.posting import Network, Poster
from bursar.worker.queue import CHANNEL, Queue
from bursar.worker.rescue import keep_rescuing
from bursar.worker.taking import Pace, Taker


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works; the times are those of the settings of the same names."""

    pace: Pace
    policy: RetryPolicy
    heartbeat_lost_s: float = 15.0
    rescue_s: float = 3.0
    aids: ReadingAids = ReadingAids()
    retention: timedelta | None = None
    events: timedelta = timedelta(days=30)
    redelivery: Redelivery = Redelivery()
    webhook_networks: tuple[Network, ...] = ()
    webhook_timeout_s: float = 10.0


class Worker:
    """Takes jobs from the queue until it is told to stop, then drains: what runs may finish, for a while."""

    def __init__(self, stores: Stores, queue: Queue, options: WorkerOptions) -> None:
        self._stores = stores
        self._queue = queue
        self._options = options
        self._threads = ThreadPoolExecutor(options.pace.slots, thread_name_prefix="parse")
        self._parser = Parser(stores, queue.enqueue_later, options.policy, self._threads, options.aids)
        self._admission = Admission(stores.database, queue)
        self._taker = Taker(queue, self._parser.run, options.pace)
        self._background: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set and what was running then has finished, or was given back after `drain_s`."""
        options = self._options
        poster = Poster(options.webhook_networks, timeout_s=options.webhook_timeout_s)
        courier = Courier(self._stores.database, poster, options.redelivery)

        def catch_up() -> None:
            self._catch_up()
            courier.look()
            self._admission.look()

        listener = Listener(
            self._stores.database.url,
            {
                CANCELLED: self._parser.cancel,
                CHANNEL: lambda _: self._taker.look(),
                DELIVERIES: lambda _: courier.look(),
                ROOM: self._admission.look,
            },
            on_up=catch_up,
        )
        async with self._queue.opened():
            listener.start()
            rescuing = asyncio.create_task(
                keep_rescuing(
                    self._stores,
                    self._queue,
                    every_s=options.rescue_s,
                    dead_after_s=options.heartbeat_lost_s,
                    retention=options.retention,
                    events=options.events,
                )
            )
            delivering = asyncio.create_task(courier.keep_delivering(), name="courier")
            admitting = asyncio.create_task(self._admission.keep_admitting(options.rescue_s), name="admission")
            try:
                await self._taker.keep_taking(stop)
            finally:
                rescuing.cancel()
                admitting.cancel()
                delivering.cancel()
                await asyncio.wait([delivering])
                await poster.close()
                await listener.stop()
                self._threads.shutdown(wait=False)

    def _catch_up(self) -> None:
        """Announcements may have been missed: of new jobs, and of jobs cancelled."""
        self._taker.look()
        task = asyncio.get_running_loop().create_task(self._cancel_lost())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _cancel_lost(self) -> None:
        with suppress(Unavailable):
            await self._parser.cancel_lost()
