"""Connections to PostgreSQL: a pool, transactions, and the translation of what may go wrong."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection
from psycopg.adapt import Buffer, Loader
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from bursar.errors import Unavailable

Row = dict[str, Any]
Connection = AsyncConnection[Row]

_FRESH_S = 2.0  # a connection that worked so recently is handed out without asking the server again
_WAIT_S = 10.0  # for a connection to become free
_OPENING_S = 30.0  # a start may wait longer than a request: everything on the machine may be starting just then


class Database:
    """A pool of connections to one PostgreSQL.

    `json` columns come back as bytes, exactly as they were written; `jsonb` columns come back parsed; instants are
    aware and in UTC; rows are dicts.
    """

    def __init__(self, url: str, *, max_connections: int = 10) -> None:
        self.url = url
        self._checked: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            connection_class=AsyncConnection[Row],
            kwargs={"autocommit": True, "row_factory": dict_row, **connection_options("bursar")},
            min_size=min(2, max_connections),
            max_size=max_connections,
            timeout=_WAIT_S,
            configure=_configure,
            check=self._check,
            open=False,
        )

    async def open(self, *, wait_s: float = _OPENING_S) -> None:
        """Open the pool; raises `Unavailable` when the server cannot be reached in time."""
        with translated():
            await self._pool.open(wait=True, timeout=wait_s)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a connection within a transaction: committed at the end, rolled back when an error leaves the block."""
        with self._watched():
            async with self._pool.connection() as connection, connection.transaction():
                yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection without a transaction, each statement for itself: for a single read."""
        with self._watched():
            async with self._pool.connection() as connection:
                yield connection

    async def check(self) -> None:
        """Raise `Unavailable` unless the database answers."""
        async with self.connection() as connection:
            await connection.execute("SELECT 1")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Trust no connection unasked after one was lost: a server that went took all of them with it."""
        try:
            with translated():
                yield
        except Unavailable:
            self._checked.clear()
            raise

    async def _check(self, connection: Connection) -> None:
        """Ask the server whether the connection lives, but not on every use: it would double the cost of a short read."""
        now = time.monotonic()
        if now - self._checked.get(connection, 0.0) > _FRESH_S:
            await AsyncConnectionPool.check_connection(connection)
            self._checked[connection] = now


def connection_options(application: str) -> dict[str, Any]:
    """Return libpq options for every connection of ours: a server that vanished is noticed, not waited for."""
    return {
        "application_name": application,
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }


@contextmanager
def translated() -> Iterator[None]:
    """Turn the loss or lack of a connection into `Unavailable`; errors of the statement itself stay what they are."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed) as error:
        raise Unavailable("the database is away", {"reason": str(error).strip()[:300]}) from error


class _RawLoader(Loader):
    """Hands a `json` value on as the bytes that were stored: key order and digits stay as written."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


async def _configure(connection: Connection) -> None:
    connection.adapters.register_loader("json", _RawLoader)
    await connection.execute("SET TIME ZONE 'UTC'")
