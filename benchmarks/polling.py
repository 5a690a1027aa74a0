"""What the status of a job costs over a bare «hello» and over reading one row: ratios of requests a second, one run.

    python benchmarks/polling.py [--seconds 1] [--rounds 5] [--connections 1 64 512] [--out FILE]

Three servers take turns, each one process of uvicorn with uvloop: Bursar itself (`GET /api/v1/parse/invoices/{job_id}`
of jobs in progress, of completed ones, and of completed ones that the caller has already, by their ETag), a Starlette
application that says hello, and one that reads one row by its key from the same PostgreSQL through a pool of the same size.
Every request asks for another of a thousand jobs. The load comes from this process, so that on two cores a server has one
to itself. A ratio is the median of the rounds' ratios: in a round all of them ran within seconds of each other. Where others
use the cores, the ratio of processor time (of the server's process, for one request) tells more than that of the rates.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import bursar  # noqa: E402
from bursar.database.embedded import find_running  # noqa: E402
from bursar.facts.codec import encode  # noqa: E402
from library import describe_machine  # noqa: E402
from serving import papers, run_server  # noqa: E402
from serving.killing import members  # noqa: E402
from serving.replies import start  # noqa: E402

JOBS = 1000
COPIES = """
WITH copies AS (
    INSERT INTO jobs (id, account_id, document_id, kind, status, progress, attempt, started_at, completed_at, created_at,
                      updated_at, result)
    SELECT 'job_' || half || lpad(place::text, 4, '0'), account_id, document_id, kind,
           CASE half WHEN 1 THEN 'processing' ELSE 'completed' END, CASE half WHEN 1 THEN 40 ELSE 100 END, 1, now(),
           CASE half WHEN 2 THEN now() END, created_at, now(), CASE half WHEN 2 THEN %(result)s::json END
    FROM jobs, generate_series(1, 2) AS half, generate_series(0, %(count)s - 1) AS place WHERE id = %(id)s
    RETURNING id, document_id
)
-- An entry in a queue that nobody works on, so that nobody takes the copies for forgotten.
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)
SELECT 'none', 'none', id, '{}', 'todo' FROM copies WHERE id LIKE 'job_1%%'
"""

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


@dataclass(frozen=True)
class Target:
    address: tuple
    process: psutil.Process
    paths: list
    known: str = ""


class Load(asyncio.Protocol):
    """One connection that asks again as soon as it was answered, and notes how long each answer took."""

    def __init__(self, requests, ends_at, took, done):
        self._requests, self._ends_at, self._took, self._done = requests, ends_at, took, done
        self._buffer = b""

    def connection_made(self, transport):
        self._transport = transport
        self._ask()

    def data_received(self, data):
        self._buffer += data
        head, split, body = self._buffer.partition(b"\r\n\r\n")
        if not split or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0] or 0):
            return
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")), self._buffer
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
        self._transport.write(next(self._requests))


async def load(target, key, connections, seconds):
    """Return requests a second, the 50th and 99th percentile in milliseconds, and processor time for a request."""
    requests = itertools.cycle([write_request(target, path, key) for path in target.paths])
    took: list[float] = []
    events = [asyncio.Event() for _ in range(connections)]
    loop = asyncio.get_running_loop()
    spent_s = sum(target.process.cpu_times()[:2])
    began = time.perf_counter()
    for event in events:
        await loop.create_connection(lambda event=event: Load(requests, began + seconds, took, event), *target.address)
    await asyncio.gather(*[event.wait() for event in events])
    elapsed_s = time.perf_counter() - began
    spent_s = sum(target.process.cpu_times()[:2]) - spent_s
    took.sort()
    return {
        "rate": len(took) / elapsed_s,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[len(took) * 99 // 100],
        "cpu_us": 1e6 * spent_s / len(took),
    }


def write_request(target, path, key):
    lines = [f"GET {path} HTTP/1.1", f"Host: {target.address[0]}", f"Authorization: Bearer {key}"]
    if target.known:
        lines.append(f"If-None-Match: {target.known}")
    return "\r\n".join([*lines, "", ""]).encode()


@contextmanager
def run_bare(database_url):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", BARE], env={**os.environ, "DATABASE": database_url, "PORT": str(port)}
    )
    try:
        wait_for(port)
        yield ("127.0.0.1", port), psutil.Process(process.pid)
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
    """Return the ids of jobs in progress and of completed ones, and the ETag of the latter."""
    with server.client() as client:
        job_id = start(client)
    result = encode(bursar.parse_invoice(papers.pdf())).decode()

    async def copy(connection):
        await connection.execute(COPIES, {"id": job_id, "count": JOBS, "result": result})
        await connection.execute("ANALYZE jobs")

    server.run_in_database(copy)
    with server.client() as client:
        known = client.get(f"/jobs/job_2{1:04}").headers["etag"]
    return [f"job_1{number:04}" for number in range(JOBS)], [f"job_2{number:04}" for number in range(JOBS)], known


def measure(server, bare, connections, options):
    """Return the rounds of each target."""
    host, port = server.url.removeprefix("http://").split(":")
    address, process = (host, int(port)), members(server)["api"]
    pending, completed, known = options.jobs
    polls = "/api/v1/parse/invoices/"
    targets = {
        "hello": Target(*bare, ["/hello"]),
        "one row": Target(*bare, [f"/row?id={job_id}" for job_id in pending]),
        "status, in progress": Target(address, process, [polls + job_id for job_id in pending]),
        "status, completed": Target(address, process, [polls + job_id for job_id in completed]),
        "status, not changed": Target(address, process, [polls + job_id for job_id in completed], known),
    }
    rounds = {name: [] for name in targets}
    for _ in range(options.rounds):
        for name, target in targets.items():
            rounds[name].append(uvloop.run(load(target, server.key_of("acme"), connections, options.seconds)))
    return rounds


def summarise(rounds):
    """Return the medians of each target, and of its ratios to reading one row within the same round."""
    found = {}
    for name, runs in rounds.items():
        middle = {what: statistics.median(run[what] for run in runs) for what in runs[0]}
        for other in ("hello", "one row"):
            pairs = list(zip(runs, rounds[other], strict=True))
            middle[f"of {other}"] = statistics.median(run["rate"] / base["rate"] for run, base in pairs)
            middle[f"of {other}, by cpu"] = statistics.median(base["cpu_us"] / run["cpu_us"] for run, base in pairs)
        found[name] = middle
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 64, 512])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = {"benchmark": "polling", "machine": describe_machine(), "runs": []}
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        with run_server(Path(folder) / "data", workers=0) as server, run_bare(find_running(server.data_dir)) as bare:
            options.jobs = prepare(server)
            for connections in options.connections:
                middle = summarise(measure(server, bare, connections, options))
                print(f"\n{connections} connections, medians of {options.rounds} rounds of {options.seconds:g} s")
                for name, run in middle.items():
                    print(
                        f"  {name:20} {run['rate']:7.0f}/s  p50 {run['p50_ms']:6.2f} ms  p99 {run['p99_ms']:6.2f} ms  "
                        f"{run['cpu_us']:5.0f} µs of processor; of one row {run['of one row']:4.2f} "
                        f"(by processor {run['of one row, by cpu']:4.2f}), of hello {run['of hello']:4.2f}",
                        flush=True,
                    )
                found["runs"].append({"connections": connections, **middle})
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
