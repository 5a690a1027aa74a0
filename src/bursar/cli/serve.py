"""`bursar serve`: database, API and workers in one command."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from bursar.cli.logs import set_up_logs
from bursar.cli.supervisor import Member, Supervisor, open_socket
from bursar.database.connections import Database
from bursar.database.embedded import EmbeddedPostgres
from bursar.database.locks import FileLock
from bursar.database.placement import prepare_data_dir
from bursar.errors import InvalidRequest, Unavailable
from bursar.service.keys import create_key, list_keys
from bursar.service.sessions import make_link
from bursar.settings import Settings
from bursar.wiring import find_database_url, prepare

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

ACCOUNT = "default"
_PROBE_S = 5.0


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the embedded database and the files.")] = None,
    workers: Annotated[int | None, typer.Option(help="Documents parsed at the same time; 0: API only.")] = None,
) -> None:
    """Run the server until SIGTERM or Ctrl-C, then let running documents finish.

    Everything else is set by the environment (BURSAR_…).
    """
    settings = read_settings(host=host, port=port, data_dir=data_dir, workers=workers)
    set_up_logs(settings, "server")
    prepare_data_dir(settings.data_dir)
    with hold_data_dir(settings), _open_database(settings) as (settings, postgres):
        asyncio.run(prepare(settings))
        with closing(open_socket(settings.host, settings.port)) as listening:
            listening.set_inheritable(True)
            _supervise(settings, listening, postgres)


def read_settings(**given: Any) -> Settings:
    """Return the settings, those given on the command line first; a bad one is `InvalidRequest` that names it."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise InvalidRequest(f"the settings are wrong: {faults}") from None


@contextmanager
def hold_data_dir(settings: Settings) -> Iterator[None]:
    """Hold the data folder for this server alone."""
    lock = FileLock(settings.data_dir / "server.lock")
    if not lock.acquire():
        raise Unavailable(f"a server runs for the data folder {settings.data_dir} already")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _open_database(settings: Settings) -> Iterator[tuple[Settings, EmbeddedPostgres | None]]:
    """Start the embedded database unless another is named; lend the settings with its address."""
    if settings.database_url is not None:
        yield settings, None
        return
    with EmbeddedPostgres(settings.data_dir, cluster_dir=settings.cluster_dir) as postgres:
        yield settings.model_copy(update={"database_url": SecretStr(postgres.url)}), postgres


def _supervise(settings: Settings, listening: socket.socket, postgres: EmbeddedPostgres | None) -> None:
    address = _connectable(listening)
    members = [Member("api", settings, listening.fileno())]
    if settings.workers:
        members.append(Member("worker", settings))
    supervisor = Supervisor(members, postgres, drain_s=settings.drain_s)
    supervisor.run(_announcer(settings, address), lambda: _answers(address))


def _connectable(listening: socket.socket) -> tuple[str, int]:
    """Return where a client on this machine finds the socket."""
    host, port = listening.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 (nothing is bound here)


def _answers(address: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*address, timeout=_PROBE_S)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health/live")
        return connection.getresponse().status < 500
    return False


def _announcer(settings: Settings, address: tuple[str, int]) -> Callable[[], None]:
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    url = f"http://{host}:{address[1]}"

    def announce() -> None:
        key, link = asyncio.run(_let_in(settings, open_link=is_loopback(settings.host)))
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"\n[bold]Bursar answers at {url}[/bold]   (documentation: {url}/docs)\n")
        if key is not None:
            console.print(f"API key of the account «{ACCOUNT}», shown this once and kept nowhere:\n\n    {key}\n")
        else:
            # Whoever set another folder than the default has to name it again.
            console.print(f"Make a key with:  bursar keys create --account {ACCOUNT}{_data_dir_option(settings)}\n")
        if link is not None:
            console.print(
                f"Look at documents in a browser, by this link, once, within half an hour:\n\n    {url}/login/{link}\n"
            )
        header = f"Authorization: Bearer {key or '$BURSAR_KEY'}"
        console.print(f"    curl -H '{header}' -F files=@invoice.pdf -F process=true {url}/api/v1/parse\n")

    return announce


def _data_dir_option(settings: Settings) -> str:
    default = Settings.model_fields["data_dir"].default
    return "" if settings.data_dir == default else f" --data-dir {os.fspath(settings.data_dir)}"


async def _let_in(settings: Settings, *, open_link: bool) -> tuple[str | None, str | None]:
    """Return a key, and a link that logs a browser in once, made for a server that has no key yet; else None."""
    database = Database(find_database_url(settings), max_connections=2)
    await database.open()
    try:
        async with database.transaction() as connection:
            if await list_keys(connection):
                return None, None
            made = await create_key(connection, ACCOUNT, permissions=("read", "write", "admin"))
            return made.key, await make_link(connection, made.id) if open_link else None
    finally:
        await database.close()


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
