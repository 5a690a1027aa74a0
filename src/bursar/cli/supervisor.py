"""Keeps the processes of one server running: starts them, starts them again when they die, drains them at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from bursar.cli.stopping import StopRequests
from bursar.database.embedded import EmbeddedPostgres
from bursar.errors import Unavailable
from bursar.settings import Settings

_LOOK_S = 0.5
_CALM_LOOK_S = 5.0  # the end of a process is told by its signal
_DRAIN_LOOK_S = 0.05
_HEALTHY_S = 10.0
_FIRST_WAIT_S = 0.2
_MAX_WAIT_S = 10.0
_STOP_MARGIN_S = 15.0
_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Member:
    """One process that shall run: how it is started, and how it has fared. `inherited` is a socket it works with, or -1."""

    role: str
    settings: Settings
    inherited: int = -1
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait_s: float = _FIRST_WAIT_S
    starts: int = field(default=0)

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C is for the supervisor alone."""
        self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-P", "-m", "bursar.cli.processes", self.role, str(os.getpid()), str(self.inherited)],
            stdin=subprocess.PIPE,
            pass_fds=(self.inherited,) if self.inherited >= 0 else (),
            start_new_session=True,
        )
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), self.process.stdin as pipe:
            pipe.write(self.settings.reveal().encode())
        self.started_at = time.monotonic()
        self.starts += 1

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


class Supervisor:
    """Must live in the main thread: children end with the thread that started them, and signals arrive there."""

    def __init__(self, members: list[Member], postgres: EmbeddedPostgres | None, *, drain_s: float) -> None:
        self._members = members
        self._postgres = postgres
        self._drain_s = drain_s
        self._asked = StopRequests()
        self._database_due = 0.0
        self._database_wait_s = _FIRST_WAIT_S

    def run(self, on_ready: Callable[[], None], is_ready: Callable[[], bool]) -> None:
        """Start everything, call `on_ready` once `is_ready` says so, and keep it running until SIGTERM or SIGINT.

        Raises `Unavailable` when a process ends before everything is ready.
        """
        self._asked.listen()
        try:
            for member in self._members:
                member.start()
            if self._wait_ready(is_ready):
                on_ready()
            while not self._asked.wait(_CALM_LOOK_S if self._is_whole() else _LOOK_S):
                self._tend()
        finally:
            self._stop_members()

    def _wait_ready(self, is_ready: Callable[[], bool]) -> bool:
        while not self._asked.wait(_LOOK_S):
            for member in self._members:
                if not member.running:
                    raise Unavailable(f"the process «{member.role}» ended while the server was starting")
            if is_ready():
                return True
        return False

    def _is_whole(self) -> bool:
        return all(member.running for member in self._members) and (self._postgres is None or self._postgres.running)

    def _tend(self) -> None:
        """Start again whatever has died, the database first; what dies at once again is waited for longer and longer."""
        now = time.monotonic()
        if self._postgres is not None and not self._postgres.running and now > self._database_due:
            self._restart_database(self._postgres)
        for member in self._members:
            if member.running:
                if now - member.started_at > _HEALTHY_S:
                    member.wait_s = _FIRST_WAIT_S
            elif now - member.started_at > member.wait_s:
                assert member.process is not None
                _LOG.error("a process died; it starts again", role=member.role, status=member.process.returncode)
                member.wait_s = min(2 * member.wait_s, _MAX_WAIT_S)
                member.start()

    def _restart_database(self, postgres: EmbeddedPostgres) -> None:
        """Start the database again; one that cannot (the disk is full) is tried again later, and requests are 503 meanwhile."""
        _LOG.error("the embedded database died; it starts again")
        try:
            postgres.restart()
        except (Unavailable, OSError) as error:
            _LOG.error("the embedded database does not start; it is tried again", error=str(error))
            self._database_due = time.monotonic() + self._database_wait_s
            self._database_wait_s = min(2 * self._database_wait_s, _MAX_WAIT_S)
        else:
            self._database_wait_s = _FIRST_WAIT_S

    def _stop_members(self) -> None:
        """Let everybody drain; who is not done after that is killed, and its jobs run again at the next start."""
        for member in self._members:
            member.send(signal.SIGTERM)
        deadline = time.monotonic() + self._drain_s + _STOP_MARGIN_S
        while any(member.running for member in self._members):
            if self._asked.count > 1 or time.monotonic() > deadline:
                for member in self._members:
                    member.send(signal.SIGKILL)
            time.sleep(_DRAIN_LOOK_S)


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any free one. Raises `Unavailable`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Unavailable(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
