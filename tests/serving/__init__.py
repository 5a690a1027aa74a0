"""A real server for tests: its own processes, its own PostgreSQL, a folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bursar.database.connections import Database
from bursar.database.embedded import find_running
from bursar.service.keys import create_key, revoke_key

TESTS = Path(__file__).parent.parent
BURSAR = Path(sys.executable).parent / "bursar"
_START_S = 300
_STOP_S = 60


@dataclass
class Server:
    """A server that runs. `log` is what its processes wrote to stderr, `said` what it told whoever started it."""

    url: str
    data_dir: Path
    process: subprocess.Popen
    log: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def login_link(self):
        """The link for one browser that a fresh server prints."""
        return wait_until(lambda: re.search(r"http://\S+/login/\S+", "".join(self.said)))[0]

    @property
    def api(self):
        return f"{self.url}/api/v1"

    def make_key(self, account="acme", **options):
        """Make a key without limits, unless `work_limit` or `read_limit` say otherwise."""
        limits = {"work_limit": 0, "read_limit": 0, **options}
        return self.run_in_database(lambda connection: create_key(connection, account, **limits)).key

    def revoke(self, key):
        assert self.run_in_database(lambda connection: revoke_key(connection, key[:12]))

    def key_of(self, account):
        """The account's key for this session."""
        if account not in self.keys:
            self.keys[account] = self.make_key(account, permissions=("read", "write", "admin"))
        return self.keys[account]

    def client(self, account="acme", key=None, **options):
        headers = {"Authorization": f"Bearer {key or self.key_of(account)}"}
        return httpx.Client(base_url=self.api, headers=headers, timeout=90, **options)

    def run_in_database(self, work):
        async def run():
            database = Database(find_running(self.data_dir), max_connections=2)
            await database.open()
            try:
                async with database.transaction() as connection:
                    return await work(connection)
            finally:
                await database.close()

        return asyncio.run(run())

    def stored_files(self):
        """The files in storage, by their path below it."""
        folder = self.data_dir / "files"
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@contextmanager
def run_server(data_dir, **settings):
    """Run `bursar serve` on a free port; `settings` as in `bursar.settings`, `workers=1` unless they say otherwise."""
    wanted = {"workers": 1, "log_format": "json", **settings}
    environment = {
        **os.environ,
        **{f"BURSAR_{name.upper()}": str(value) for name, value in wanted.items()},
        "COLUMNS": "200",
    }
    process = subprocess.Popen(
        [str(BURSAR), "serve", "--port", "0", "--data-dir", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    log: list[str] = []
    threading.Thread(target=lambda: log.extend(process.stderr), daemon=True).start()
    try:
        url, said = _read_url(process, log)
        yield Server(url, Path(data_dir), process, log, said=said)
    finally:
        stop(process)


@contextmanager
def run_worker(server, engine="bursar.engine:parse", **settings):
    """Run a worker of its own for the server, with any engine: `fakes.paced:parse`."""
    program = (
        "import asyncio; from bursar.settings import Settings; from bursar.cli.processes import run_worker; "
        f"asyncio.run(run_worker(Settings(), engine={engine!r}))"
    )
    wanted = {"workers": 1, "data_dir": server.data_dir, **settings}
    environment = {
        **os.environ,
        **{f"BURSAR_{name.upper()}": str(value) for name, value in wanted.items()},
        "PYTHONPATH": str(TESTS),
    }
    process = subprocess.Popen([sys.executable, "-c", program], env=environment)
    try:
        yield process
    finally:
        stop(process)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(condition, seconds=30.0, every=0.05):
    """Wait for something to become true; return what it became."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(every)
    return found


def run_cli(*arguments):
    """Run the command `bursar`; return what it did."""
    command = [str(BURSAR), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def run_cli_json(*arguments):
    done = run_cli(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _read_url(process, log):
    said: list[str] = []
    deadline = time.monotonic() + _START_S
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"answers at (http://\S+)", line):
            threading.Thread(target=lambda: said.extend(process.stdout), daemon=True).start()
            return found[1], said
        if time.monotonic() > deadline:
            break
    raise AssertionError("the server did not start: " + "".join(said + log[-20:]))
