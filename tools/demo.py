"""The main job, seen from a client: three documents go in, checked results come out.

Starts `bursar serve` in a folder of its own, makes a key, uploads an invoice, a scan and a bank statement that
`tests/builders` draws, follows the jobs by polling, prints the results as tables, compares them with what was drawn
and stops the server. Talks to the server over HTTP only. Exit code 0 when every job completed and every total is right.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bursar.cli.tables import print_fact
from bursar.facts.codec import from_wire

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from builders.drawn import Drawn
from builders.invoices.layouts import draw_invoice
from builders.scan import scan
from builders.statements.layouts import draw_statement

BURSAR = Path(sys.executable).parent / "bursar"
START_S = 120
JOB_S = 300
STOP_S = 60
ENDED = ("completed", "failed")


@dataclass(frozen=True)
class Sample:
    """A document to send, the endpoint that reads it, and what is true of it."""

    filename: str
    content: bytes
    kind: str  # invoices or statements
    truth: dict[str, Any]


@dataclass(frozen=True)
class Server:
    """A server that runs, and a key to it."""

    url: str
    key: str


def main() -> int:
    """Run the demo; return the exit code."""
    console = Console()
    samples = draw_samples()
    with tempfile.TemporaryDirectory(prefix="bursar-demo-") as folder:
        Path(folder).chmod(0o711)  # the embedded PostgreSQL runs as an unprivileged user when root starts it
        with run_server(Path(folder), console) as server, open_client(server) as client:
            jobs = start_jobs(client, samples, console)
            ended = follow(client, jobs, console)
        console.print("server stopped\n")
    for job, sample in zip(ended, samples, strict=True):
        show(console, job, sample)
    return 0 if judge(console, ended, samples) else 1


# ---------------------------------------------------------------- what is sent


def draw_samples() -> list[Sample]:
    """An invoice with a text layer, a scanned one, a statement of two pages."""
    invoice = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)
    paper = draw_invoice("bill-to-ship-to", 14, country="US", kind="invoice", basis="net", item_count=4)
    statement = draw_statement("carried-forward", 13, country="GB", rows=36, most_lines=1)
    ending, pixels = scan(paper.pdf, 14)
    return [
        _sample("invoice.pdf", invoice.pdf, "invoices", invoice),
        _sample(f"scan.{ending}", pixels, "invoices", paper),
        _sample("statement.pdf", statement.pdf, "statements", statement),
    ]


def _sample(filename: str, content: bytes, kind: str, drawn: Drawn) -> Sample:
    return Sample(filename, content, kind, drawn.truth["fields"])


# ---------------------------------------------------------------- the server


@contextmanager
def run_server(folder: Path, console: Console) -> Iterator[Server]:
    """Start a server on a free port, make a key, and stop it in the end."""
    log = folder / "server.log"
    data_dir = folder / "data"
    command = [str(BURSAR), "serve", "--port", "0", "--data-dir", str(data_dir)]
    started = time.monotonic()
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            url = wait_for_url(process, log)
            console.print(f"$ bursar serve    answers at {url} after {time.monotonic() - started:.1f} s")
            yield Server(url, make_key(data_dir, console))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for_url(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address once the server prints it; its log goes to stderr when it does not start."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"answers at (http://\S+)", log.read_text(encoding="utf-8", errors="replace")):
            return found[1]
        time.sleep(0.05)
    sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
    raise SystemExit("the server did not start")


def make_key(data_dir: Path, console: Console) -> str:
    """Return a key of an account of its own, made while the server runs."""
    command = [str(BURSAR), "keys", "create", "--account", "demo", "--json", "--data-dir", str(data_dir)]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    console.print(f"$ bursar keys create --account demo    {made['key'][:12]}…")
    return str(made["key"])


def open_client(server: Server) -> httpx.Client:
    """Return a client that knows the key."""
    headers = {"Authorization": f"Bearer {server.key}"}
    return httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=60)


# ---------------------------------------------------------------- the client's part


def call(client: httpx.Client, method: str, path: str, **options: Any) -> dict[str, Any]:
    """Return `data` of the reply; an error of the API ends the demo."""
    reply = client.request(method, path, **options)
    body = json.loads(reply.text, parse_float=Decimal)
    if not body["success"]:
        raise SystemExit(f"{method} {path}: {reply.status_code} {body['error']}")
    data: dict[str, Any] = body["data"]
    return data


def start_jobs(client: httpx.Client, samples: list[Sample], console: Console) -> list[str]:
    """Upload all in one request, start a job for each; return the paths to poll."""
    parts = [("files", (sample.filename, sample.content, "application/octet-stream")) for sample in samples]
    uploaded = call(client, "POST", "/parse/upload", files=parts)["files"]
    paths = []
    for sample, file in zip(samples, uploaded, strict=True):
        job = call(client, "POST", f"/parse/{sample.kind}", json={"document_id": file["doc_id"]})
        paths.append(f"/parse/{sample.kind}/{job['job_id']}")
        size = f"{len(sample.content) / 1024:.0f} KiB, {file['validation']['page_count']} page(s)"
        console.print(f"uploaded {sample.filename} ({size})  →  {job['job_id']} {job['status']}")
    return paths


def follow(client: httpx.Client, paths: list[str], console: Console) -> list[dict[str, Any]]:
    """Poll every job until it ends, showing status and progress; return them in order."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    jobs: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + JOB_S
    with Progress(*columns, console=console) as progress:
        tasks = {path: progress.add_task("waiting", total=100) for path in paths}
        while len(jobs) < len(paths) and time.monotonic() < deadline:
            for path in paths:
                if path in jobs:
                    continue
                job = call(client, "GET", path)
                label = f"{job['file_id'].partition('_')[2]:<14} {job['status']:<10}"
                progress.update(tasks[path], completed=float(job["progress"]), description=label)
                if job["status"] in ENDED:
                    jobs[path] = job
                    progress.stop_task(tasks[path])
            time.sleep(0.1)
    if len(jobs) < len(paths):
        raise SystemExit(f"not every job ended within {JOB_S} s")
    return [jobs[path] for path in paths]


# ---------------------------------------------------------------- what came out


def show(console: Console, job: dict[str, Any], sample: Sample) -> None:
    """Print the result as tables, or why there is none."""
    if job["results"] is None:
        console.print(f"{sample.filename}: {job['error']}")
        return
    print_fact(console, sample.filename, from_wire(job["results"]))
    console.print()


def judge(console: Console, jobs: list[dict[str, Any]], samples: list[Sample]) -> bool:
    """Compare totals with what was drawn; whether all are right."""
    table = Table("document", "what", "drawn", "read", "", title="read against drawn", title_justify="left")
    fine = True
    for job, sample in zip(jobs, samples, strict=True):
        for name, truth, read in compare(sample, job["results"] or {}):
            right = truth == read
            fine &= right
            table.add_row(sample.filename, name, str(truth), str(read), "[green]✓[/]" if right else "[red]✗[/]")
    console.print(table)
    return fine and all(job["status"] == "completed" for job in jobs)


def compare(sample: Sample, results: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each compared value, what is true and what was read."""
    summary = results.get("summary", {})
    rows = "items" if sample.kind == "invoices" else "transactions"
    names = {"total": "total", "opening_balance": "opening_balance", "closing_balance": "closing_balance"}
    for truth_name, name in names.items():
        if truth_name in sample.truth:
            yield name, Decimal(sample.truth[truth_name]), summary.get(name)
    true_rows = sample.truth["line_items" if rows == "items" else rows]
    yield rows, len(true_rows), len(results.get(rows, []))


if __name__ == "__main__":
    os.environ.setdefault("BURSAR_LOG_FORMAT", "console")
    sys.exit(main())
