"""Kills processes at random moments under load, and counts what became of the jobs that were accepted.

    python tools/chaos.py [--seconds 600] [--seed N] [--out FILE]

A server with its own PostgreSQL and worker, a second worker process, and callers who upload documents, start jobs with an
Idempotency-Key, ask again after whatever goes wrong, and poll. Meanwhile SIGKILL for the API, a worker, PostgreSQL, or all of
them with their supervisor. Afterwards everything accepted must have ended. Exit code 1 when a count that must be 0 is not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bursar.database.embedded import find_running  # noqa: E402
from serving import Server, papers, run_server, run_worker, wait_until  # noqa: E402
from serving.killing import kill_all, members  # noqa: E402
from serving.receiver import run_receiver  # noqa: E402

ENDED = ("completed", "failed")
RANK = {"pending": 0, "processing": 1, "completed": 2, "failed": 2}
MUST_BE_NONE = (
    "lost", "failed", "ended twice", "started twice", "not monotone", "webhooks missing", "webhooks out of order",
)  # fmt: skip
SETTINGS = {
    "heartbeat_s": 0.5, "heartbeat_lost_s": 3, "rescue_s": 0.5, "attempts": 100, "retry_wait_s": 0.2,
    "webhook_networks": '["127.0.0.0/8"]',
}  # fmt: skip
_CALLERS = 4
_BACKLOG = 60
_SETTLE_S = 900
_HISTORY = """
CREATE TABLE chaos_history (at bigserial, job_id text, was text, became text, progress_was int, progress int);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos_history (job_id, was, became, progress_was, progress)
    VALUES (NEW.id, OLD.status, NEW.status, OLD.progress, NEW.progress);
    RETURN NULL; END $$;
CREATE TRIGGER chaos_note AFTER UPDATE OF status, progress, result ON jobs FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""


@dataclass
class Town:
    """The server at its present address, and what its callers have seen."""

    server: Server
    key: str
    hook: str
    counts: Counter[str] = field(default_factory=Counter)
    accepted: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def client(self) -> httpx.Client:
        """Return a client of one caller."""
        return httpx.Client(headers={"Authorization": f"Bearer {self.key}"}, timeout=20)

    def ask(self, client: httpx.Client, method: str, path: str, **sent: Any) -> dict[str, Any] | None:
        """Return the data of a reply, None when there was none or it was a refusal."""
        try:
            reply = client.request(method, self.server.api + path, **sent)
        except httpx.TransportError:
            self.counts["requests cut off"] += 1
            return None
        if reply.status_code != 200:
            self.counts[f"replies {reply.status_code}"] += 1
            return None
        data: dict[str, Any] = reply.json()["data"]
        return data


def call(town: Town, documents: list[bytes], chance: random.Random) -> None:
    """Upload and start jobs until it is over; each order is asked for until it is accepted."""
    with town.client() as client:
        while not town.over.is_set():
            if len(town.accepted) - len(town.ended) > _BACKLOG:
                time.sleep(0.1)
                continue
            order, content = uuid4().hex, chance.choice(documents)
            document = insist(
                town, client, "POST", "/parse/upload", files=[("files", ("invoice.pdf", content, "application/pdf"))]
            )
            job = document and insist(
                town, client, "POST", "/parse/invoices", headers={"Idempotency-Key": order},
                json={"document_id": document["doc_id"], "metadata": {"order": order}, "callback_url": town.hook},
            )  # fmt: skip
            if job:
                town.accepted[job["job_id"]] = order
            time.sleep(chance.uniform(0, 0.1))


def insist(town: Town, client: httpx.Client, method: str, path: str, **sent: Any) -> dict[str, Any] | None:
    """Ask until there is a reply with data, or it is over."""
    while not town.over.is_set():
        if (data := town.ask(client, method, path, **sent)) is not None:
            return data
        time.sleep(0.2)
    return None


def watch(town: Town, chance: random.Random, done: threading.Event) -> None:
    """Poll jobs that have not ended, and note each that goes backwards in a caller's eyes."""
    seen: dict[str, tuple[int, int]] = {}
    with town.client() as client:
        while not done.is_set():
            open_jobs = [job_id for job_id in list(town.accepted) if job_id not in town.ended]
            for job_id in chance.sample(open_jobs, min(20, len(open_jobs))):
                job = town.ask(client, "GET", f"/jobs/{job_id}")
                if job is None:
                    time.sleep(0.1)
                    continue
                now = (RANK[job["status"]], job["progress"] or 0)
                before = seen.get(job_id, (0, 0))
                town.counts["seen not monotone"] += now[0] < before[0] or now[1] < before[1]
                town.counts["polls"] += 1
                seen[job_id] = now
                if job["status"] in ENDED:
                    town.ended.add(job_id)
            time.sleep(0.05)


def wreak(town: Town, stack: ExitStack, folder: Path, chance: random.Random, seconds: float) -> None:
    """Kill something every second or three. Runs in the main thread."""
    with ExitStack() as second:
        other = second.enter_context(run_worker(town.server, **SETTINGS))
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            time.sleep(chance.uniform(0.3, 3))
            if other.poll() is not None:
                other = second.enter_context(run_worker(town.server, **SETTINGS))
            victim = chance.choices(("api", "worker", "second worker", "postgres", "everything"), (4, 4, 4, 3, 1))[0]
            running = members(town.server)
            if victim == "second worker":
                kill_all([psutil.Process(other.pid)])
            elif victim == "everything":
                kill_all([psutil.Process(town.server.process.pid), *running.values()])
                stack.close()
                town.server = start_server(stack, folder)
            elif victim in running:
                running[victim].kill()
            else:
                continue  # it has not come back from the last time yet
            town.counts[f"killed: {victim}"] += 1
        if other.poll() is not None:
            second.enter_context(run_worker(town.server, **SETTINGS))
        town.over.set()
        with suppress(AssertionError):
            wait_until(lambda: len(town.ended) == len(town.accepted), _SETTLE_S, every=0.5)


def start_server(stack: ExitStack, folder: Path) -> Server:
    """Start a server for the folder; it stops with the stack."""
    server: Server = stack.enter_context(run_server(folder / "data", workers=1, **SETTINGS))
    return server


def run_chaos(seconds: float, seed: int) -> dict[str, int]:
    """Run it all; return the counts."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    documents = [papers.pdf(pages) for pages in (1, 1, 2, 40, 100, 200)]
    with tempfile.TemporaryDirectory(prefix="bursar-chaos-") as name, run_receiver() as receiver, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o711)
        server = start_server(stack, folder)
        with psycopg.connect(find_running(server.data_dir), autocommit=True) as connection:
            connection.execute(_HISTORY)
        town = Town(server, server.make_key("chaos", permissions=("read", "write", "admin")), f"{receiver.url}/ok")
        callers = [
            threading.Thread(target=call, args=(town, documents, random.Random(chance.random())))  # noqa: S311
            for _ in range(_CALLERS)
        ]
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(town, random.Random(chance.random()), done))  # noqa: S311
        for thread in (*callers, watcher):
            thread.start()
        try:
            wreak(town, stack, folder, chance, seconds)
        finally:
            town.over.set()
            done.set()
            for thread in (*callers, watcher):
                thread.join()
        return count(town, receiver)


def count(town: Town, receiver: Any) -> dict[str, int]:
    """Compare what callers were promised with what the database and the receiver of webhooks have."""
    jobs = list(town.accepted)
    with psycopg.connect(find_running(town.server.data_dir)) as connection:
        query = connection.execute
        states = dict(query("SELECT id, status FROM jobs WHERE id = ANY(%s)", (jobs,)).fetchall())
        twice = query(
            "SELECT count(*) FROM (SELECT job_id FROM chaos_history WHERE became IN ('completed', 'failed')"
            " GROUP BY job_id HAVING count(*) > 1) AS found"
        ).fetchone()
        doubled = query(
            "SELECT count(*) FROM (SELECT metadata->>'order' FROM jobs GROUP BY 1 HAVING count(*) > 1) AS found"
        ).fetchone()
        backwards = query(
            "SELECT count(*) FROM chaos_history WHERE progress < progress_was OR was IN ('completed', 'failed')"
            " OR (was = 'processing' AND became = 'pending')"
        ).fetchone()
        again = query("SELECT count(*) FROM jobs WHERE attempt > 1").fetchone()
        happened = {
            f"evt_{number}" for (number,) in query("SELECT id FROM events WHERE job_id = ANY(%s)", (jobs,)).fetchall()
        }
    ended = {job_id for job_id, status in states.items() if status in ENDED}
    wait_for_hooks(receiver, happened)
    assert twice
    assert doubled
    assert backwards
    assert again
    return {
        "accepted": len(jobs),
        "completed": sum(status == "completed" for status in states.values()),
        "failed": sum(status == "failed" for status in states.values()),
        "lost": len(jobs) - len(ended),
        "ended twice": twice[0],
        "started twice": doubled[0],
        "not monotone": backwards[0] + town.counts.pop("seen not monotone", 0),
        "webhooks missing": len(happened - told_of(receiver)),
        "webhooks out of order": count_unordered(receiver),
        "webhooks told": len(happened),
        "jobs that took more than one attempt": again[0],
        **dict(sorted(town.counts.items())),
    }


def told_of(receiver: Any) -> set[str]:
    """The events that a webhook told of."""
    return {call.headers["webhook-id"] for call in list(receiver.calls)}


def count_unordered(receiver: Any) -> int:
    """Count the events that came for the first time after a later one of the same job."""
    last: dict[str, int] = {}
    seen: set[str] = set()
    unordered = 0
    for call in list(receiver.calls):
        name, job_id = call.headers["webhook-id"], call.event["job_id"]
        if name in seen:
            continue  # at least once: a courier was killed before it could write down that the event had arrived
        seen.add(name)
        number = int(name.removeprefix("evt_"))
        unordered += number < last.get(job_id, 0)
        last[job_id] = max(number, last.get(job_id, 0))
    return unordered


def wait_for_hooks(receiver: Any, happened: set[str]) -> None:
    """Give couriers the time to come: each event is to be told."""
    with suppress(AssertionError):
        wait_until(lambda: happened <= told_of(receiver), 90, every=1)


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    print(f"{options.seconds:g} s, seed {options.seed}", flush=True)
    counts = run_chaos(options.seconds, options.seed)
    for name, number in counts.items():
        mark = "" if name not in MUST_BE_NONE else "   (as it must be)" if number == 0 else "   MUST BE 0"
        print(f"{name:40} {number:8}{mark}")
    if options.out:
        options.out.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    return 1 if any(counts[name] for name in MUST_BE_NONE) else 0


if __name__ == "__main__":
    sys.exit(main())
