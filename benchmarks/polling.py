"""What the status of a job costs over a bare «hello» and over reading one row: ratios of requests a second, one run.

    python benchmarks/polling.py [--seconds 3] [--rounds 3] [--connections 64] [--out FILE]

Three servers take turns, each one process of uvicorn with uvloop: Bursar itself (`GET /api/v1/parse/invoices/{job_id}`
of a job in progress, then of a completed one), a Starlette application that says hello, and one that reads one row by
its key from the same PostgreSQL. The load comes from this process, so that on two cores a server has one to itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bursar.database.embedded import find_running  # noqa: E402
from serving import run_server  # noqa: E402
from serving.replies import finish, start  # noqa: E402

BARE = """
import os
import uvicorn
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

pool = AsyncConnectionPool(os.environ["DATABASE"], min_size=2, max_size=10, open=False, kwargs={"autocommit": True})

async def hello(request):
    return JSONResponse({"hello": "world"})

async def row(request):
    async with pool.connection() as connection:
        cursor = await connection.execute("SELECT id, status, progress FROM jobs WHERE id = %s", (request.query_params["id"],))
        return JSONResponse(await cursor.fetchone())

app = Starlette(routes=[Route("/hello", hello), Route("/row", row)])

async def main():
    await pool.open()
    await uvicorn.Server(uvicorn.Config(app, port=int(os.environ["PORT"]), log_level="error", access_log=False)).serve()

import uvloop
uvloop.run(main())
"""


class Load(asyncio.Protocol):
    """One connection that asks again as soon as it was answered, and notes how long each answer took."""

    def __init__(self, request, ends_at, took, done):
        self._request, self._ends_at, self._took, self._done = request, ends_at, took, done
        self._buffer = b""

    def connection_made(self, transport):
        self._transport = transport
        self._ask()

    def data_received(self, data):
        self._buffer += data
        head, split, body = self._buffer.partition(b"\r\n\r\n")
        if not split or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]):
            return
        assert head.startswith(b"HTTP/1.1 200"), self._buffer
        self._buffer = b""
        now = time.perf_counter()
        self._took.append(now - self._asked_at)
        if now < self._ends_at:
            self._ask()
        else:
            self._transport.close()
            self._done.set()

    def _ask(self):
        self._asked_at = time.perf_counter()
        self._transport.write(self._request)


async def load(address, path, key, connections, seconds):
    """Return requests a second, and the 50th and 99th percentile in milliseconds."""
    request = f"GET {path} HTTP/1.1\r\nHost: {address[0]}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    took: list[float] = []
    ends_at = time.perf_counter() + seconds
    events = [asyncio.Event() for _ in range(connections)]
    loop = asyncio.get_running_loop()
    for event in events:
        await loop.create_connection(lambda event=event: Load(request, ends_at, took, event), *address)
    began = time.perf_counter()
    await asyncio.gather(*[event.wait() for event in events])
    took.sort()
    rate = len(took) / (time.perf_counter() - began)
    return {"rate": rate, "p50_ms": 1000 * took[len(took) // 2], "p99_ms": 1000 * took[len(took) * 99 // 100]}


@contextmanager
def run_bare(database_url):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", BARE], env={**os.environ, "DATABASE": database_url, "PORT": str(port)}
    )
    try:
        wait_for(port)
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait()


def wait_for(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def prepare(server):
    """Return the ids of a job in progress and of a completed one."""
    with server.client() as client:
        completed, pending = start(client), start(client)
        finish(client, completed)
        finish(client, pending)

    async def rewind(connection):
        await connection.execute(
            "UPDATE jobs SET status = 'processing', progress = 40, result = NULL, completed_at = NULL WHERE id = %s",
            (pending,),
        )

    server.run_in_database(rewind)
    return pending, completed


def measure(options):
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        with run_server(Path(folder) / "data") as server, run_bare(find_running(server.data_dir)) as bare:
            pending, completed = prepare(server)
            host, port = server.url.removeprefix("http://").split(":")
            api = (host, int(port))
            targets = {
                "hello": (bare, "/hello"),
                "one row": (bare, f"/row?id={pending}"),
                "status, in progress": (api, f"/api/v1/parse/invoices/{pending}"),
                "status, completed": (api, f"/api/v1/parse/invoices/{completed}"),
            }
            rounds = {name: [] for name in targets}
            for _ in range(options.rounds):
                for name, (address, path) in targets.items():
                    run = load(address, path, server.key_of("acme"), options.connections, options.seconds)
                    rounds[name].append(uvloop.run(run))
    return {name: max(runs, key=lambda run: run["rate"]) for name, runs in rounds.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 64])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = {"machine": f"{platform.node()} {platform.machine()}, {os.cpu_count()} cores", "runs": []}
    for connections in options.connections:
        options.connections = connections
        best = measure(options)
        hello, row = best["hello"]["rate"], best["one row"]["rate"]
        print(f"\n{connections} connections, best of {options.rounds} rounds of {options.seconds:g} s")
        for name, run in best.items():
            shares = f"{run['rate'] / hello:5.2f} of hello {run['rate'] / row:5.2f} of one row"
            print(
                f"  {name:22} {run['rate']:8.0f}/s  p50 {run['p50_ms']:6.2f} ms  p99 {run['p99_ms']:6.2f} ms  {shares}"
            )
        found["runs"].append({"connections": connections, **best})
    if options.out:
        options.out.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
