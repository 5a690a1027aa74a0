"""Delivers events: claims what is due, posts it, writes down how it went.

A courier may die at any moment: what it had is due again when its claim runs out, so an event comes at least once, with
the same id. A receiver that is slow or away holds up its own deliveries only.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bursar.database.connections import Database
from bursar.errors import Unavailable
from bursar.service.events import dump_event, get_event, name_event
from bursar.service.webhooks import (
    Claim,
    Redelivery,
    Try,
    claim_deliveries,
    list_secrets,
    measure_wait,
    settle_delivery,
    sign,
)
from bursar.version import __version__
from bursar.worker.posting import Poster, Undeliverable

_AT_ONCE = 64
_PER_HOST = 8
_NAP_S = 5.0
_SHORTEST_NAP_S = 0.05
_RETRY_S = 1.0
_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Courier:
    """One for each worker process; any number of them share the work."""

    database: Database
    poster: Poster
    redelivery: Redelivery
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[asyncio.Task[None], str] = field(default_factory=dict)

    def look(self) -> None:
        """Look for deliveries now: there are new ones, or may be."""
        self._news.set()

    async def keep_delivering(self) -> None:
        """Deliver until cancelled; then let what is on its way arrive, which takes no longer than a timeout."""
        try:
            while True:
                self._news.clear()
                try:
                    found = await self._claim()
                    nap_s = 0.0 if found else await self._measure_nap()
                except Unavailable:
                    nap_s = _RETRY_S
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), nap_s)
        finally:
            await asyncio.shield(self._finish())

    async def _claim(self) -> bool:
        free = _AT_ONCE - len(self._running)
        if free <= 0:
            return False
        hosts = Counter(self._running.values())
        async with self.database.connection() as connection:
            claims = await claim_deliveries(
                connection,
                busy=[host for host, count in hosts.items() if count >= _PER_HOST],
                per_host=_PER_HOST,
                most=free,
                lease=timedelta(seconds=2 * self.poster.timeout_s + 2),
            )
        for claim in claims:
            task = asyncio.create_task(self._deliver(claim), name=f"delivery {claim.id}")
            self._running[task] = claim.host
            task.add_done_callback(self._part_with)
        return bool(claims)

    async def _measure_nap(self) -> float:
        async with self.database.connection() as connection:
            seconds = await measure_wait(connection)
        return _NAP_S if seconds is None else min(max(seconds, _SHORTEST_NAP_S), _NAP_S)

    def _part_with(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self.look()  # the next of its job may go, or its host has room again

    async def _deliver(self, claim: Claim) -> None:
        try:
            tried = await self._try(claim)
            wait = self.redelivery.wait_after(claim.tried + 1, random.random())  # noqa: S311  (not for secrecy)
            async with self.database.connection() as connection:
                status = await settle_delivery(connection, claim, tried, wait)
        except Unavailable:
            return  # it is due again when the claim runs out
        except Exception:  # noqa: BLE001  (whatever it was, the others must go on)
            _LOG.exception("a delivery broke off; it is tried again", delivery_id=claim.id)
            return
        if not tried.is_right:
            _LOG.info("not delivered", delivery_id=claim.id, status=status, answer=tried.status, error=tried.error)

    async def _try(self, claim: Claim) -> Try:
        async with self.database.connection() as connection:
            event = await get_event(connection, claim.event_id)
            signers = await list_secrets(connection, claim.account_id)
        body, now = dump_event(event), datetime.now(UTC)
        headers = {"User-Agent": f"Bursar/{__version__}", **sign(body, name_event(claim.event_id), now, signers)}
        began = time.perf_counter()
        try:
            answer = await self.poster.post(claim.url, headers, body)
        except Undeliverable as error:
            return Try(now, _ms_since(began), error=str(error))
        tried = Try(now, _ms_since(began), status=answer.status, answer=answer.text)
        return tried if tried.is_right else Try(now, tried.ms, tried.status, tried.answer, f"HTTP {answer.status}")

    async def _finish(self) -> None:
        if self._running:
            await asyncio.wait(list(self._running))


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
