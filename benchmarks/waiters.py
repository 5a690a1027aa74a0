"""What a client that waits costs: the memory of the API process with none and with many of them.

    python benchmarks/waiters.py [--waiters 2000] [--out FILE]

By long poll and by server-sent events; then as many connections that send nothing at all, to tell what of it is the
connection itself. Resident memory of the one API process; each kind on a server of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from library import describe_machine  # noqa: E402
from serving import Server, run_server  # noqa: E402
from serving.killing import members  # noqa: E402
from serving.replies import start  # noqa: E402

_KINDS = {"connection alone": None, "long poll": "/jobs/{}?wait=60", "events": "/jobs/{}/events"}
_SETTLE_S = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiters", type=int, default=2000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found: dict[str, Any] = {"benchmark": "waiters", "machine": describe_machine(), "waiters": options.waiters}
    for kind, path in _KINDS.items():
        with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
            Path(folder).chmod(0o711)
            with run_server(Path(folder) / "data", workers=0) as server:
                found[kind] = measure(server, path, options.waiters)
        print(kind, found[kind], flush=True)
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measure(server: Server, path: str | None, waiters: int) -> dict[str, Any]:
    with server.client() as client:
        job_id = start(client)
        client.get(f"/jobs/{job_id}")
    api = members(server)["api"]
    before = api.memory_info().rss
    wanted = b"" if path is None else _head(server, path.format(job_id))
    peak = asyncio.run(wait(server, api, wanted, waiters))
    return {
        "resident_mb_before": round(before / 2**20, 1),
        "resident_mb_with_waiters": round(peak / 2**20, 1),
        "kb_a_waiter": round((peak - before) / 1024 / waiters, 1),
        "threads": api.num_threads(),
    }


async def wait(server: Server, api: psutil.Process, head: bytes, waiters: int) -> int:
    """Open so many connections and send the head on each; return the resident bytes while all of them wait."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    writers = []
    for _ in range(waiters):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head)
        writers.append(writer)
    deadline = time.monotonic() + _SETTLE_S
    seen, quiet_s = 0, 0.0
    while quiet_s < 3 and time.monotonic() < deadline:  # until the last of them has been taken in
        spent = sum(api.cpu_times()[:2])
        await asyncio.sleep(1)
        quiet_s = quiet_s + 1 if sum(api.cpu_times()[:2]) - spent < 0.2 else 0.0
        seen = max(seen, api.memory_info().rss)
    there = sum(one.status == psutil.CONN_ESTABLISHED for one in api.net_connections("tcp"))
    assert there >= waiters, f"{there} connections"
    for writer in writers:
        writer.close()
    return seen


def _head(server: Server, path: str) -> bytes:
    key = server.key_of("acme")
    return f"GET /api/v1{path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n".encode()


if __name__ == "__main__":
    main()
