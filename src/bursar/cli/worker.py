"""`bursar worker`: more workers for a server, on its machine or another."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bursar.cli.logs import set_up_logs
from bursar.cli.processes import run_worker
from bursar.cli.serve import read_settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def worker(
    data_dir: Annotated[Path | None, typer.Option(help="Data folder of a server that runs on this machine.")] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="The server's PostgreSQL, from another machine; better set as BURSAR_DATABASE_URL."),
    ] = None,
    files_url: Annotated[
        str | None, typer.Option(help="The server's storage, from another machine: s3://…, gs://…, az://…")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Documents parsed at the same time; the cores.")] = None,
) -> None:
    """Work until SIGTERM or Ctrl-C, then let running documents finish or give them back."""
    settings = read_settings(data_dir=data_dir, database_url=database_url, files_url=files_url, workers=workers)
    set_up_logs(settings, "worker")
    asyncio.run(run_worker(settings))
