"""News from the database: LISTEN on one connection of its own, kept up for as long as the process lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

import psycopg
from psycopg import AsyncConnection, sql

from bursar.database.connections import connection_options

OnNews = Callable[[str], None]

_RETRY_S = 0.2
_MAX_RETRY_S = 5.0
_PROBE_S = 15.0
"""A connection that has been silent for so long is asked whether it lives: a firewall may have dropped it unsaid."""
_LOG = logging.getLogger(__name__)


def _do_nothing() -> None:
    return None


class Listener:
    """Calls back with the payload of each notification, in the event loop; callbacks must be quick and not raise.

    While the connection is down news are lost. `on_down` is called when it goes down, `on_up` when it is up again (and
    for the first time): whoever waits for news looks for itself then.
    """

    def __init__(
        self,
        url: str,
        callbacks: Mapping[str, OnNews],
        *,
        on_up: Callable[[], None] = _do_nothing,
        on_down: Callable[[], None] = _do_nothing,
    ) -> None:
        self._url = url
        self._callbacks = callbacks
        self._on_up = on_up
        self._on_down = on_down
        self._task: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()

    def start(self) -> None:
        """Begin to listen, in the background."""
        self._task = asyncio.create_task(self._keep_listening(), name="database listener")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _keep_listening(self) -> None:
        wait_s = _RETRY_S
        while True:
            try:
                await self._listen()
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                wait_s = _RETRY_S if self.connected.is_set() else min(2 * wait_s, _MAX_RETRY_S)
                _LOG.warning("the connection that listens is down: %s", str(error).strip())
            finally:
                if self.connected.is_set():
                    self.connected.clear()
                    self._on_down()
            await asyncio.sleep(wait_s)

    async def _listen(self) -> None:
        options = connection_options("bursar-listen")
        async with await AsyncConnection.connect(self._url, autocommit=True, **options) as connection:
            connection.add_notify_handler(self._tell)  # of what arrives together with the answer to a statement
            for channel in self._callbacks:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            self.connected.set()
            self._on_up()
            while True:
                if await _has_input(connection, _PROBE_S):
                    self._take(connection)
                else:
                    await connection.execute("SELECT 1")

    def _take(self, connection: AsyncConnection) -> None:
        """Tell what has arrived. Psycopg's own `notifies` would look for it ten times a second, even at night."""
        connection.pgconn.consume_input()
        while news := connection.pgconn.notifies():
            self._callbacks[news.relname.decode()](news.extra.decode())

    def _tell(self, news: psycopg.Notify) -> None:
        self._callbacks[news.channel](news.payload)


async def _has_input(connection: AsyncConnection, seconds: float) -> bool:
    """Wait until the server has sent something, or has hung up; False when it has not for so many seconds."""
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    socket = connection.fileno()
    loop.add_reader(socket, arrived.set)
    try:
        async with asyncio.timeout(seconds):
            await arrived.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(socket)
    return True
