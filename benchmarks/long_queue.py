"""How queue and polls fare as tables grow: with ten thousand jobs queued, and with more and more that are finished.

    python benchmarks/long_queue.py [--queued 2000] [--finished 10000 100000] [--samples 200] [--out FILE]

The statements that every job runs, through the server's own code on a real PostgreSQL, without HTTP: a job is started (its
row and its entry in one transaction), taken from the queue and claimed, looked at, ended. First with an empty history, then
with so many finished jobs in the same tables, which are made by one statement each. What is printed are milliseconds at the
50th and 95th percentile, each size's median as a share of the first, and how many pages of memory a statement touches, which
no load on the machine can change. The plans of look and claim are printed at the end:
no statement may read a table from end to end. A million finished jobs take some 1.5 GB of disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bursar.database.embedded import EmbeddedPostgres  # noqa: E402
from bursar.database.migrations import migrate  # noqa: E402
from bursar.database.queries import load_queries  # noqa: E402
from bursar.sandbox.request import ParseOutcome  # noqa: E402
from bursar.service.attempts import claim_job, finish_job  # noqa: E402
from bursar.service.jobs import Order, get_job, start_job  # noqa: E402
from contract.houses import House, open_house  # noqa: E402
from library import describe_machine  # noqa: E402

_STEPS = ("start", "take", "claim", "look", "end")
_BYTES_A_JOB = 2_500
_RESULT = {
    "document_type": "invoice",
    "summary": {"total": 1700.30},
    "checks": {"verdict": "proven"},
    "filler": "x" * 300,
}
_FINISHED = """
WITH made AS (
    INSERT INTO documents (account_id, file_id, filename, format, size_bytes, sha256, storage_key, page_count)
    SELECT %(account)s, 'old_' || n || '.pdf', 'old.pdf', 'pdf', 1, '', 'old', 1
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
    RETURNING id, file_id
)
INSERT INTO jobs (id, account_id, document_id, kind, detected_kind, status, progress, attempt, result, created_at, updated_at,
                  started_at, completed_at)
SELECT 'job_' || (1000000000000000000 + split_part(split_part(file_id, '_', 2), '.', 1)::bigint), %(account)s, id, 'invoice',
       'invoice', 'completed', 100, 1, %(result)s::json, at, at, at, at
FROM made, LATERAL (SELECT now() - interval '1 second' * split_part(split_part(file_id, '_', 2), '.', 1)::bigint AS at) t
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queued", type=int, default=2_000)
    parser.add_argument("--finished", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < 2 * _BYTES_A_JOB * max(options.finished):
        sys.exit(f"{max(options.finished)} jobs need {2 * _BYTES_A_JOB * max(options.finished) >> 20} MB of free disk")
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "data") as postgres:
            found = asyncio.run(measure(postgres.url, options.queued, options.finished, options.samples))
    found = {"benchmark": "long queue", "machine": describe_machine(), **found}
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


async def measure(url: str, queued: int, finished: list[int], samples: int) -> dict[str, Any]:
    await migrate(url)
    async with open_house(url) as house, house.queue.opened():
        document = await house.add_document()
        entering = await fill_queue(house, document, queued)
        print(f"{queued} jobs entered, {entering} a second", flush=True)
        sizes: list[dict[str, Any]] = []
        plans: dict[str, str] = {}
        for size in [0, *finished]:
            await add_finished(house, sizes[-1]["finished"] if sizes else 0, size)
            sizes.append({"finished": size, **await time_a_job(house, document, samples)})
            first, here = sizes[0], sizes[-1]
            plans = await explain(house)
            here["pages"] = {name: int(re.findall(r"shared hit=(\d+)", plan)[0]) for name, plan in plans.items()}
            here["to_the_first"] = {step: round(here[step]["p50_ms"] / first[step]["p50_ms"], 2) for step in _STEPS}
            print(json.dumps(here), flush=True)
    for name, plan in plans.items():
        print(f"\n{name}\n{plan}", flush=True)
    return {"queued": queued, "entered_a_second": entering, "sizes": sizes, "plans": plans}


async def fill_queue(house: House, document: Any, count: int) -> float:
    """Queue so many jobs in one transaction; return how many a second."""
    began = time.perf_counter()
    async with house.stores.database.transaction() as connection:
        for _ in range(count):
            await start_job(connection, house.queue.enqueue, house.account_id, Order(document, kind="invoice"))
    await house.fetch("SELECT count(*) FROM jobs")
    return round(count / (time.perf_counter() - began), 1)


async def add_finished(house: House, before: int, size: int) -> None:
    """Let the tables hold so many finished jobs. Triggers are left out: what they write is not of these tables."""
    values = {"account": house.account_id, "result": json.dumps(_RESULT)}
    for first in range(before + 1, size + 1, 50_000):
        async with house.stores.database.transaction() as connection:
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(_FINISHED, {**values, "first": first, "last": min(first + 49_999, size)})
    async with house.stores.database.connection() as connection:
        await connection.execute("ANALYZE jobs, documents, procrastinate_jobs")


async def time_a_job(house: House, document: Any, samples: int) -> dict[str, Any]:
    """Return the times of each step; the queue is as long afterwards as before."""
    worker = await house.queue.sign_on()
    seconds: dict[str, list[float]] = {step: [] for step in _STEPS}
    outcome = ParseOutcome(json.dumps(_RESULT).encode(), "invoice", "invoice", 0.1)

    async def timed(step: str, work: Callable[[], Awaitable[Any]]) -> Any:
        began = time.perf_counter()
        done = await work()
        seconds[step].append(time.perf_counter() - began)
        return done

    for _ in range(samples):
        await timed("start", lambda: start_one(house, document))
        entry = await timed("take", lambda: house.queue.fetch(worker))
        job_id = entry.task_kwargs["job_id"]
        attempt = await timed("claim", lambda: claim_job(house.stores, job_id))  # noqa: B023  (awaited at once)
        await timed("look", lambda: look(house, job_id))  # noqa: B023
        assert await timed("end", lambda: finish_job(house.stores, attempt, outcome))  # noqa: B023
        await house.queue.drop(entry, worker)
    await house.queue.sign_off(worker)
    taken = sum(seconds["take"]) + sum(seconds["claim"])
    return {
        **{step: describe(values) for step, values in seconds.items()},
        "claims_a_second": round(samples / taken, 1),
    }


async def start_one(house: House, document: Any) -> None:
    async with house.stores.database.transaction() as connection:
        await start_job(connection, house.queue.enqueue, house.account_id, Order(document, kind="invoice"))


async def look(house: House, job_id: str) -> None:
    async with house.stores.database.connection() as connection:
        await get_job(connection, house.account_id, job_id)


def describe(seconds: list[float]) -> dict[str, float]:
    ranked = sorted(value * 1000 for value in seconds)
    return {"p50_ms": round(ranked[len(ranked) // 2], 2), "p95_ms": round(ranked[len(ranked) * 95 // 100], 2)}


async def explain(house: House) -> dict[str, str]:
    """Return how the server finds a job, and the first entry of the queue."""
    job = await house.fetch("SELECT id FROM jobs WHERE status = 'completed' ORDER BY id DESC LIMIT 1")
    looks = {"ids": [job["id"]], "account_ids": [house.account_id], "known_versions": [""]}
    asked: dict[str, tuple[Any, Any]] = {
        "look": (load_queries("jobs")["find_jobs"], looks),
        "first of the queue": (
            "SELECT id FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1",
            {},
        ),
    }
    plans = {}
    async with house.stores.database.connection() as connection:
        for name, (statement, values) in asked.items():
            await connection.execute(statement, values)  # what is read for the first time is in memory then
            rows = await (await connection.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement, values)).fetchall()
            plans[name] = "\n".join(str(next(iter(row.values()))) for row in rows)
            assert "Seq Scan on jobs" not in plans[name], plans[name]
    return plans


if __name__ == "__main__":
    main()
