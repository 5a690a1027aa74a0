"""The processes that `bursar serve` runs: `python -P -m bursar.cli.processes api|worker PARENT SOCKET`.

Their settings come over stdin, because they hold secrets that the list of processes and the environment should not
show. They end when PARENT does, drain on SIGTERM, and ignore Ctrl-C, which is PARENT's to understand.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType

import uvicorn
import uvloop

from bursar.api.app import create_app, send_waiters_home
from bursar.api.heads import ModestProtocol
from bursar.cli.logs import set_up_logs
from bursar.dashboard.mount import add_dashboard
from bursar.sandbox.parent import die_with_parent
from bursar.sandbox.sandbox import ENGINE
from bursar.settings import Settings
from bursar.wiring import open_server, open_worker

_GRACE_S = 10
"""How long the API may take to finish its requests when it is told to stop."""


class _ApiServer(uvicorn.Server):
    """Sleeps while nobody asks, and answers those who wait for jobs before it drains, instead of letting them sit it out."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop = asyncio.get_running_loop()
        self._signalled = asyncio.Event()

    async def main_loop(self) -> None:
        """Look at the clock once a second, where uvicorn looks ten times; a signal is heard at once."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._signalled.wait(), 1)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, because a signal says so."""
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(self._signalled.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting requests and finish those under way."""
        send_waiters_home(self.config.app)  # type: ignore[arg-type]  # it is what `run_api` made
        await super().shutdown(sockets)


async def run_api(settings: Settings, listening: socket.socket) -> None:
    """Answer requests on a socket that listens already, until SIGTERM."""
    async with open_server(settings) as server:
        app = create_app(server)
        add_dashboard(app, server)
        config = uvicorn.Config(
            app,
            http=ModestProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
            timeout_keep_alive=75,  # longer than the usual proxy keeps its side open
        )
        # uvicorn drains on a signal, and afterwards raises it anew: this process would be killed in its cleaning up.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        await _ApiServer(config).serve(sockets=[listening])


async def run_worker(settings: Settings, *, engine: str = ENGINE) -> None:
    """Work until SIGTERM or SIGINT, then drain."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_worker(settings, engine=engine) as worker:
        await worker.run(stop)


def main(arguments: list[str]) -> None:
    """Run one of the processes to its end."""
    role, parent, inherited = arguments[0], int(arguments[1]), int(arguments[2])
    die_with_parent(parent)
    settings = Settings.restore(sys.stdin.read())
    set_up_logs(settings, role)
    if role == "api":
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run_api(settings, socket.socket(fileno=inherited)))
    else:
        asyncio.run(run_worker(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
