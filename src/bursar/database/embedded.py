"""A private PostgreSQL in the data folder: started and stopped with the server, and by nobody else.

The server program is a foreground child of this process and stops with it, however it ends. It listens on 127.0.0.1
only, asks for a password (SCRAM) that stands in `postgres.json` (mode 0600) with the port, and checks its pages.

    data folder/
    ├─ postgres/            the cluster (elsewhere where `postgres.location` says so)
    ├─ postgres.json        port and password, for other processes of the same user on this machine
    ├─ postgres.log         what the server complains of
    └─ postgres.lock  postgres.users     who runs it, who uses it
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg

from bursar.database.locks import FileLock
from bursar.database.placement import Placement, place_cluster, prepare_data_dir
from bursar.errors import Unavailable

_ROLE = "bursar"
_START_S = 600  # recovery after a crash may have much to do
_STOP_S = 30
_HANDOVER_S = 30
_PORT_TRIES = 5
_MAX_LOG_BYTES = 10 * 1024 * 1024
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "jit": "off",  # the statements are short
    "random_page_cost": "1.1",  # what is read often is in memory, and disks that turn are rare: indexes are worth their way
    "bgwriter_delay": "5s",  # both of these writers would wake five times a second for a database that is small and idle
    "wal_writer_delay": "5s",
    "io_method": "sync",  # spares three processes that a database of this size has no use for
    "password_encryption": "scram-sha-256",
}
_LOG = logging.getLogger(__name__)


class EmbeddedPostgres:
    """The private server of one data folder. Only one process at a time can have it started.

    Start it in the main thread (or one that lives as long as the server shall): the kernel ends it with the thread.
    """

    def __init__(self, data_dir: Path, *, cluster_dir: Path | None = None) -> None:
        self._data_dir = prepare_data_dir(data_dir)
        self._cluster_dir = cluster_dir
        self._lock = FileLock(self._data_dir / "postgres.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._port: int | None = None  # once others may know it

    @property
    def url(self) -> str:
        """The address, with the password."""
        url = _read_url(self._data_dir)
        assert url is not None
        return url

    @property
    def running(self) -> bool:
        """Whether the server that this object started runs still."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait_s: float = _HANDOVER_S) -> str:
        """Start the server, making the cluster when there is none, and return the address once it answers.

        Raises `Unavailable` when another process still has it after `wait_s`, or when it does not start.
        """
        if not self._lock.acquire(wait_s=wait_s):
            raise Unavailable(f"another process runs the database of {self._data_dir}")
        try:
            placement = place_cluster(self._data_dir, self._cluster_dir)
            _end_leftovers(placement.cluster)
            self._prepare(placement)
            self._run(placement)
        except BaseException:
            self.stop()
            raise
        return self.url

    def restart(self) -> None:
        """Start the server anew, at the same address, after it died by itself."""
        placement = place_cluster(self._data_dir, self._cluster_dir)
        _end_leftovers(placement.cluster)
        self._run(placement)

    def stop(self) -> None:
        """Stop the server: quickly, but so that nothing need be recovered."""
        if self._process is not None:
            for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    self._process.send_signal(sign)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=_STOP_S)
                    break
            self._process = None
        self._port = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self, placement: Placement) -> None:
        if not (placement.cluster / "PG_VERSION").exists():
            _make_cluster(placement, self._data_dir)
        elif _read_access(self._data_dir) is None:
            _reset_password(placement, self._data_dir)

    def _run(self, placement: Placement) -> None:
        access = _read_access(self._data_dir)
        assert access is not None
        for _ in range(_PORT_TRIES):
            port = self._port or _choose_port(access.get("port"))
            self._process = _spawn(placement, port, self._data_dir / "postgres.log")
            if port != self._port:
                _write_access(self._data_dir, {**access, "port": port})
            if self._wait_until_ready():
                self._port = port
                return
            access.pop("port", None)
        raise Unavailable(
            f"the embedded database does not start; {self._data_dir / 'postgres.log'} ends with: "
            + _read_tail(self._data_dir / "postgres.log")
        )

    def _wait_until_ready(self) -> bool:
        """Wait until it answers; False when it ended instead."""
        deadline = time.monotonic() + _START_S
        while self.running and time.monotonic() < deadline:
            problem = _try_to_connect(self.url)
            if problem is None:
                return True
            if "password authentication failed" in problem:
                access = self._data_dir / "postgres.json"
                raise Unavailable(f"the password in {access} is not the database's; remove the file to set a new one")
            time.sleep(0.02)
        return False


def find_running(data_dir: Path) -> str | None:
    """Return the address of the server that some process runs for this data folder, None when none answers."""
    url = _read_url(data_dir)
    return url if url is not None and _try_to_connect(url) is None else None


@contextmanager
def borrow_postgres(data_dir: Path, *, cluster_dir: Path | None = None) -> Iterator[str]:
    """Lend the address of the data folder's server: the one that runs, else one started for the moment.

    Several processes may borrow at once; the one that started it waits for the others before it stops it.
    """
    server = EmbeddedPostgres(data_dir, cluster_dir=cluster_dir)
    users = FileLock(server._data_dir / "postgres.users")  # noqa: SLF001 (the same module)
    deadline = time.monotonic() + _HANDOVER_S
    while True:
        users.acquire(wait_s=_HANDOVER_S, shared=True)
        with suppress(Unavailable):
            server.start(wait_s=0)
            break
        url = find_running(server._data_dir)  # noqa: SLF001
        if url is not None or time.monotonic() > deadline:
            break
        users.release()
        time.sleep(0.1)
    try:
        yield server.url
    finally:
        users.release()
        if server.running:
            users.acquire(wait_s=_HANDOVER_S)
            server.stop()
            users.release()


def _try_to_connect(url: str) -> str | None:
    """Return why the server at this address does not let us in, None when it does."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error)
    return None


# ---------------------------------------------------------------- the cluster


def _make_cluster(placement: Placement, data_dir: Path) -> None:
    """Make the cluster beside its place and move it there when it is whole: a crash in between leaves no half of one."""
    unfinished = placement.cluster.with_name(placement.cluster.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="bursar-") as folder:
        password_file = Path(folder) / "password"
        password_file.write_text(password)
        unfinished.mkdir(mode=0o700)
        if placement.account is not None:
            for path in (Path(folder), password_file, unfinished):
                os.chown(path, placement.account.uid, placement.account.gid)
        _run_program(
            placement.command(
                "initdb", f"--pgdata={unfinished}", f"--username={_ROLE}", f"--pwfile={password_file}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", "--data-checksums", "--no-instructions",
            )
        )  # fmt: skip
    _write_access(data_dir, {"password": password})
    unfinished.rename(placement.cluster)


def _reset_password(placement: Placement, data_dir: Path) -> None:
    """Set a new password in single-user mode, which asks for none: the file with the old one is lost."""
    password = secrets.token_urlsafe(24)  # letters, digits, `-` and `_`: nothing to quote
    _run_program(
        placement.command("postgres", "--single", "-D", str(placement.cluster), "postgres"),
        f"ALTER ROLE {_ROLE} PASSWORD '{password}'\n",
    )
    _write_access(data_dir, {"password": password})


def _run_program(command: list[str], given: str = "") -> None:
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        command, input=given, capture_output=True, text=True, check=False, cwd="/", env=_environment()
    )
    if done.returncode:
        raise Unavailable(f"the embedded database cannot be made: {(done.stderr or done.stdout).strip()[-1000:]}")


def _spawn(placement: Placement, port: int, log: Path) -> subprocess.Popen[bytes]:
    options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
    if log.exists() and log.stat().st_size > _MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
    with log.open("ab") as written:
        return subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
            placement.command("postgres", "-D", str(placement.cluster), "-p", str(port), *options),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C on a terminal is the server's business, not the database's
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _end_leftovers(cluster: Path) -> None:
    """End what is left of an earlier run, and forget a `postmaster.pid` whose number now is another process's.

    We hold the lock, so whoever works in the cluster's folder is an orphan: its parent was killed a moment ago and it
    is stopping, or it hangs. PostgreSQL itself refuses to start when the number in the file is alive, whoever it is.
    """
    for sign, patience_s in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        orphans = _find_processes(cluster)
        if not orphans:
            break
        for orphan in orphans:
            with suppress(psutil.Error):
                orphan.send_signal(sign)
        psutil.wait_procs(orphans, timeout=patience_s)
    if orphans := _find_processes(cluster):
        raise Unavailable(f"processes that cannot be ended use {cluster}: {[orphan.pid for orphan in orphans]}")
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _find_processes(cluster: Path) -> list[psutil.Process]:
    """Return all processes whose working folder is the cluster: PostgreSQL's server and all its children."""
    folder = str(cluster)
    return [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == folder]


# ---------------------------------------------------------------- port and password


def _read_access(data_dir: Path) -> dict[str, object] | None:
    try:
        access = json.loads((data_dir / "postgres.json").read_text())
    except (OSError, ValueError):
        return None
    return access if isinstance(access, dict) and "password" in access else None


def _write_access(data_dir: Path, access: dict[str, object]) -> None:
    written = data_dir / "postgres.json.new"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(access, file)
    written.replace(data_dir / "postgres.json")


def _read_url(data_dir: Path) -> str | None:
    access = _read_access(data_dir)
    if access is None or "port" not in access:
        return None
    return f"postgresql://{_ROLE}:{access['password']}@127.0.0.1:{access['port']}/postgres"


def _choose_port(wanted: object) -> int:
    """Return the port of last time when it is free, so that processes that know it find the server again."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port if isinstance(port, int) else 0))
            return int(probe.getsockname()[1])
    raise Unavailable("no free port on 127.0.0.1")


def _read_tail(log: Path) -> str:
    with suppress(OSError):
        return log.read_text(errors="replace")[-500:].strip()
    return ""
