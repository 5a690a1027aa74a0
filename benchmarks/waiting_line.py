"""What the queue costs beside parsing: how soon a job starts, and what share of a worker's time is not parsing.

    python benchmarks/waiting_line.py [--documents 500] [--single 50] [--out FILE]

- single: jobs submitted one after another to an idle worker, submit to start;
- flood: all documents submitted as fast as the server takes them, submit to start, and the share of the worker's time
  between its first start and its last end in which it was not parsing (`processing_time` of the results).

A real server with one worker, so that its time is one line; one-page text invoices.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from builders.corpus import draw_many  # noqa: E402
from bursar.database.embedded import find_running  # noqa: E402
from library import describe_machine  # noqa: E402
from serving import Server, run_server  # noqa: E402
from serving.replies import data_of, finish, start  # noqa: E402

_A_REQUEST = 50  # files in one upload: as many as the contract allows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--single", type=int, default=50)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    papers = [drawn.pdf for _, drawn in draw_many("invoice", 60, 7) if drawn.pages == 1]
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as folder:
        Path(folder).chmod(0o711)
        with run_server(Path(folder) / "data", workers=1) as server:
            result = {
                "benchmark": "queue",
                "machine": describe_machine(),
                "single": measure_single(server, papers, options.single),
                "flood": measure_flood(server, papers, options.documents),
            }
    text = json.dumps(result, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def measure_single(server: Server, papers: list[bytes], count: int) -> dict[str, Any]:
    with server.client() as client:
        finish(client, start(client, papers[0]))  # the worker is warm
        jobs = []
        for number in range(count):
            jobs.append(start(client, papers[number % len(papers)]))
            finish(client, jobs[-1])
    return describe_waits(read_jobs(server, jobs))


def measure_flood(server: Server, papers: list[bytes], count: int) -> dict[str, Any]:
    with server.client() as client:
        jobs = [job for first in range(0, count, _A_REQUEST) for job in submit(client, papers, first, count)]
        for job in jobs:
            finish(client, job)
    rows = read_jobs(server, jobs)
    busy = (max(row["completed_at"] for row in rows) - min(row["started_at"] for row in rows)).total_seconds()
    parsing = sum(float(row["result"]["metadata"]["processing_time"].removesuffix("s")) for row in rows)
    return {
        **describe_waits(rows),
        "documents_a_second": round(len(rows) / busy, 1),
        "seconds_busy": round(busy, 2),
        "seconds_parsing": round(parsing, 2),
        "share_outside_parsing": round(1 - parsing / busy, 3),
    }


def submit(client: Any, papers: list[bytes], first: int, count: int) -> list[str]:
    """Upload up to fifty files and start a job on each."""
    numbers = range(first, min(first + _A_REQUEST, count))
    parts = [("files", (f"{number}.pdf", papers[number % len(papers)], "application/pdf")) for number in numbers]
    files = data_of(client.post("/parse/upload", files=parts))["files"]
    return [data_of(client.post("/parse/invoices", json={"document_id": each["doc_id"]}))["job_id"] for each in files]


def read_jobs(server: Server, job_ids: list[str]) -> list[dict[str, Any]]:
    with psycopg.connect(find_running(server.data_dir), row_factory=psycopg.rows.dict_row) as connection:
        rows = connection.execute("SELECT * FROM jobs WHERE id = ANY(%s)", (job_ids,)).fetchall()
    assert all(row["status"] == "completed" for row in rows)
    assert len(rows) == len(job_ids)
    return rows


def describe_waits(rows: list[dict[str, Any]]) -> dict[str, Any]:
    waits = sorted((row["started_at"] - row["created_at"]).total_seconds() * 1_000 for row in rows)
    return {
        "documents": len(rows),
        "submit_to_start_p50_ms": round(waits[len(waits) // 2], 1),
        "submit_to_start_p95_ms": round(waits[len(waits) * 95 // 100], 1),
    }


if __name__ == "__main__":
    main()
