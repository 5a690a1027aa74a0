"""The machines' clocks may differ, and jump: what matters is reckoned by the database's clock, or by one that never jumps."""

from __future__ import annotations

import ast
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import bursar.worker.queue
from bursar.database.connections import Database
from bursar.service.limits import ReadMeter
from contract.houses import open_house

SOURCE = Path(__file__).parents[2] / "src" / "bursar"
JUMPS = [timedelta(hours=2), timedelta(hours=-2)]
# Who may look at a clock that jumps, and why it does no harm.
ALLOWED = {
    "api/access.py": "a key kept for 20 s may outlive its expiry by a jump, until the database is asked again",
    "api/routes/keys.py": "when a key is to expire, as its maker reckons",
    "worker/couriers.py": "the moment that the log of deliveries shows, and that a signature is made for",
    "service/estimates.py": "an estimate",
    "api/door.py": "a header for callers without a budget",
    "cli/backup.py": "the date in the manifest",
    "cli/keys.py": "days from now, on a command line",
    "service/limits.py": "headers; waits are held within a minute",
}


def jumped(by):
    class Jumped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + by

    return Jumped


def looks_at_the_clock(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool(called & {"datetime.now", "datetime.utcnow", "time.time", "date.today", "datetime.today"})


def test_of_the_servers_rooms_few_look_at_a_clock_that_jumps():
    rooms = ("api", "cli", "database", "files", "sandbox", "service", "worker")
    found = {
        path.relative_to(SOURCE).as_posix()
        for room in rooms
        for path in (SOURCE / room).rglob("*.py")
        if looks_at_the_clock(path)
    }
    assert found - ALLOWED.keys() == set(), "reckon by the database's now() or time.monotonic()"


@pytest.mark.anyio
@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_a_job_put_back_by_a_machine_whose_clock_jumped_runs_again_at_once(database_url, monkeypatch, jump):
    monkeypatch.setattr(bursar.worker.queue, "datetime", jumped(jump), raising=False)
    async with open_house(database_url) as house, house.queue.opened():
        job_id = await house.start()
        worker = await house.queue.sign_on()
        entry = await house.queue.fetch(worker)
        await house.queue.put_back(entry)
        again = await house.queue.fetch(worker)
        assert again.task_kwargs["job_id"] == job_id
        await house.queue.drop(again, worker)
        async with house.stores.database.transaction() as connection:
            await house.queue.enqueue_later(connection, job_id, timedelta(seconds=60))
        due = await house.fetch("SELECT scheduled_at - now() AS wait FROM procrastinate_jobs WHERE status = 'todo'")
        assert timedelta(seconds=55) < due["wait"] <= timedelta(seconds=60)


@pytest.mark.anyio
@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_nobody_is_kept_out_longer_than_a_minute_by_a_clock_that_jumped(database_url, monkeypatch, jump):
    database = Database(database_url, max_connections=2)
    await database.open()
    try:
        async with database.transaction() as connection:
            account = await (
                await connection.execute("INSERT INTO accounts (name) VALUES ('a') RETURNING id")
            ).fetchone()
            key = await (
                await connection.execute(
                    "INSERT INTO api_keys (id, account_id, prefix, key_sha256, permissions)"
                    " VALUES (%s, %s, 'p', '', '{read}') RETURNING id",
                    (uuid4(), account["id"]),
                )
            ).fetchone()
        meter = ReadMeter(database)
        real = time.time
        monkeypatch.setattr("bursar.service.limits.time.time", lambda: real() + jump.total_seconds())
        for _ in range(5):
            budget, refused = await meter.spend(key["id"], 2)
        assert budget.remaining == 0
        assert 1 <= refused.details["retry_after"] <= 60
        assert datetime.now(UTC)
    finally:
        await database.close()
