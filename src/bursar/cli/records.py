"""The server's database, for commands that look into it: while the server runs and while it does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import typer

from bursar.cli.serve import read_settings
from bursar.database.connections import Connection, Database
from bursar.database.embedded import borrow_postgres
from bursar.database.migrations import migrate
from bursar.settings import Settings

Found = TypeVar("Found")


def run_in_database(data_dir: Path | None, work: Callable[[Connection], Awaitable[Found]]) -> Found:
    """Do something in one transaction of the server's database, which is started for the moment where it is not running."""

    async def work_at(url: str) -> Found:
        await migrate(url)
        database = Database(url, max_connections=2)
        await database.open()
        try:
            async with database.transaction() as connection:
                return await work(connection)
        finally:
            await database.close()

    with _lend_database(read_settings(data_dir=data_dir)) as url:
        return asyncio.run(work_at(url))


def print_json(value: Any) -> None:
    """Print rows as JSON on stdout."""
    typer.echo(json.dumps(value, default=_write_plain, ensure_ascii=False))


@contextmanager
def _lend_database(settings: Settings) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    else:
        with borrow_postgres(settings.data_dir, cluster_dir=settings.cluster_dir) as url:
            yield url


def _write_plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
