"""A worker with its sandbox, queue and database; the engines misbehave as the documents say."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bursar.database.listener import Listener
from bursar.errors import Unavailable
from bursar.facts.codec import decode
from bursar.files.memory import MemoryFileStore
from bursar.sandbox.request import SandboxLimits
from bursar.sandbox.sandbox import Sandbox
from bursar.service.attempts import claim_job
from bursar.service.ending import cancel_job
from bursar.worker.parsing import RetryPolicy
from bursar.worker.queue import Queue
from bursar.worker.rescue import keep_house, requeue_forgotten, rescue_jobs
from bursar.worker.taking import Pace
from bursar.worker.worker import Worker, WorkerOptions
from contract.houses import open_house
from patience import patient

pytestmark = pytest.mark.anyio
LIMITS = SandboxLimits(wall_s=60, stall_s=6, memory_bytes=400 * 1024 * 1024)
QUICK = WorkerOptions(
    pace=Pace(2, heartbeat_s=0.3, poll_s=0.1, drain_s=5),
    policy=RetryPolicy(attempts=3, wait_s=0.05),
    heartbeat_lost_s=1.5,
    rescue_s=0.2,
)


@pytest.fixture(scope="module")
def sandbox():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        with Sandbox(2, LIMITS, engine="fakes.engines:chooses_by_content") as opened:
            yield opened


@pytest.fixture
async def house(database_url, sandbox):
    async with open_house(database_url, sandbox) as opened:
        yield opened


@asynccontextmanager
async def working(house, options=QUICK):
    """Run a worker meanwhile; at the end it drains."""
    worker = Worker(house.stores, Queue(house.stores.database.url), options)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await running


async def wait_for(house, job_id, *statuses, seconds=90):
    async with asyncio.timeout(seconds):
        while (job := await house.job(job_id))["status"] not in statuses:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return job


def number_of(job):
    return decode(job["result"]).invoice_info.invoice_number


async def test_jobs_are_parsed_and_leave_no_entry_behind(house):
    job_ids = [await house.start(b"answers") for _ in range(6)]
    async with working(house):
        jobs = [await wait_for(house, job_id, "completed") for job_id in job_ids]
    assert [number_of(job) for job in jobs] == ["answers"] * 6
    assert {job["attempt"] for job in jobs} == {1}
    assert (await house.fetch("SELECT count(*) AS n FROM procrastinate_jobs"))["n"] == 0


async def test_a_job_starts_when_it_is_announced_not_when_it_is_looked_for(house):
    async with working(house, WorkerOptions(Pace(1, poll_s=30), RetryPolicy())):
        await asyncio.sleep(0.5)
        await wait_for(house, await house.start(b"answers"), "completed", seconds=patient(5))


async def test_progress_moves_with_the_pages_and_is_announced(house, database_url):
    rung = []
    listener = Listener(database_url, {"bursar_jobs": rung.append})
    listener.start()
    seen = set()
    job_id = await house.start(b"turns_20_pages")
    async with working(house):
        while (job := await house.job(job_id))["status"] in ("pending", "processing"):
            seen.add(job["progress"])
            await asyncio.sleep(0.02)
    await listener.stop()
    assert job["status"] == "completed"
    assert job["progress"] == 100
    assert len(seen - {0, 100}) >= 8
    assert rung.count(job_id) >= 10


@pytest.mark.parametrize(
    ("habit", "code", "attempts"),
    [
        (b"refuses", "CORRUPT_DOCUMENT", 1),
        (b"has_a_bug", "PARSING_FAILED", 1),
        (b"hangs", "TIMEOUT", 1),
        (b"segfaults", "CRASHED", 3),
        (b"gulps_memory", "OUT_OF_MEMORY", 3),
    ],
)
async def test_each_bad_end_has_its_code_and_is_tried_again_where_it_may_help(house, habit, code, attempts):
    job_id = await house.start(habit)
    async with working(house):
        job = await wait_for(house, job_id, "failed", seconds=90)
        good = await wait_for(house, await house.start(b"answers"), "completed")
    assert job["error"]["code"] == code
    assert job["attempt"] == attempts
    assert job["completed_at"] is not None
    assert number_of(good) == "answers"


async def test_a_document_whose_bytes_are_gone_fails_with_a_code(house):
    job_id = await house.start(b"answers")
    for name in [name for name in house.stores.files.contents if name.startswith("documents/")]:
        del house.stores.files.contents[name]
    async with working(house):
        assert (await wait_for(house, job_id, "failed"))["error"]["code"] == "FILE_DELETED"


class AbsentFileStore(MemoryFileStore):
    """Is away the first times it is asked for a document."""

    def __init__(self, times):
        super().__init__()
        self.times = times

    async def read(self, key):
        self.times -= key.startswith("documents/")
        if self.times >= 0 and key.startswith("documents/"):
            raise Unavailable("the file storage is away")
        return await super().read(key)


async def test_a_storage_that_is_away_for_longer_than_all_attempts_loses_no_job(database_url, sandbox):
    async with open_house(database_url, sandbox, AbsentFileStore(5)) as house:
        job_id = await house.start(b"answers")
        async with working(house):
            job = await wait_for(house, job_id, "completed")
    assert (job["attempt"], job["failures"]) == (6, 0)


async def test_cancelling_a_running_job_ends_its_child_within_two_seconds(house):
    job_id = await house.start(b"hangs_after_a_page")
    async with working(house, QUICK) as _:
        await wait_for(house, job_id, "processing")
        await asyncio.sleep(0.3)
        started = time.monotonic()
        await cancel_job(house.stores, house.account_id, job_id)
        others = [await house.start(b"answers") for _ in range(4)]
        for other in others:
            await wait_for(house, other, "completed", seconds=patient(5))
        assert time.monotonic() - started < patient(5)
    job = await house.job(job_id)
    assert (job["status"], job["error"]["code"], job["attempt"]) == ("failed", "JOB_CANCELLED", 1)


async def test_a_job_cancelled_before_it_began_never_begins(house):
    job_id = await house.start(b"answers")
    await cancel_job(house.stores, house.account_id, job_id)
    async with working(house):
        await wait_for(house, await house.start(b"answers"), "completed")
    assert (await house.job(job_id))["attempt"] == 0


async def test_draining_lets_a_running_document_finish_and_takes_no_other(house):
    running = await house.start(b"turns_15_pages")
    async with working(house, WorkerOptions(Pace(1, poll_s=0.1, drain_s=10), RetryPolicy())) as stop:
        await wait_for(house, running, "processing")
        waiting = await house.start(b"answers")
        stop.set()
    assert (await house.job(running))["status"] == "completed"
    assert (await house.job(waiting))["attempt"] == 0
    assert await house.entries() == [waiting]


async def test_what_is_not_done_when_draining_ends_goes_back_into_the_queue(house):
    job_id = await house.start(b"hangs")
    started = time.monotonic()
    async with working(house, WorkerOptions(Pace(1, poll_s=0.1, drain_s=0.3), RetryPolicy())) as stop:
        await wait_for(house, job_id, "processing")
        stop.set()
    assert time.monotonic() - started < patient(5)
    job = await house.job(job_id)
    assert (job["status"], job["attempt"], job["failures"]) == ("pending", 1, 0)
    assert await house.entries() == [job_id]


async def test_a_job_of_a_worker_that_fell_silent_runs_again_and_ends_once(house):
    job_id = await house.start(b"answers")
    await fake_a_dead_worker(house, job_id, silent_for="1 hour")
    async with working(house):
        job = await wait_for(house, job_id, "completed")
    assert (job["attempt"], job["failures"]) == (2, 1)


async def fake_a_dead_worker(house, job_id, silent_for):
    """Leave rows as a worker does that is killed in the middle of the job."""
    await claim_job(house.stores, job_id)
    await house.fetch(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)"
        " WHERE args->>'job_id' = %s RETURNING id",
        silent_for,
        job_id,
    )


async def test_a_worker_that_spoke_a_moment_ago_keeps_its_job(house):
    job_id = await house.start(b"answers")
    await fake_a_dead_worker(house, job_id, silent_for="0 s")
    async with house.queue.opened():
        await rescue_jobs(house.stores, house.queue, 15)
    assert await house.entries() == []


async def test_a_job_that_loses_its_worker_every_time_fails_in_the_end(house):
    job_id = await house.start(b"answers")
    for _ in range(3):
        await claim_job(house.stores, job_id)
    async with working(house):
        job = await wait_for(house, job_id, "failed")
    assert job["error"]["code"] == "CRASHED"


async def test_a_job_taken_over_by_another_worker_is_abandoned_here(house):
    job_id = await house.start(b"turns_30_pages")
    async with working(house):
        await wait_for(house, job_id, "processing")
        other = await claim_job(house.stores, job_id)
        await asyncio.sleep(1)
        assert (await house.job(job_id))["attempt"] == other.attempt
        assert (await house.job(job_id))["status"] == "processing"
        assert number_of(await wait_for(house, await house.start(b"answers"), "completed")) == "answers"


async def test_connections_cut_in_the_middle_lose_no_job(house, database_url, caplog):
    caplog.set_level(logging.CRITICAL, "procrastinate")
    job_ids = [await house.start(b"turns_5_pages") for _ in range(4)]
    async with working(house):
        await wait_for(house, job_ids[0], "processing", "completed")
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        jobs = []
        for job_id in job_ids:
            async with asyncio.timeout(30):
                while True:
                    try:
                        jobs.append(await wait_for(house, job_id, "completed", seconds=90))
                        break
                    except Unavailable:
                        await asyncio.sleep(0.1)
    assert {job["status"] for job in jobs} == {"completed"}


async def test_a_job_that_the_queue_forgot_is_found(house):
    job_id = await house.start(b"answers")
    await house.fetch("DELETE FROM procrastinate_jobs RETURNING id")
    await house.fetch("UPDATE jobs SET updated_at = now() - interval '1 hour' RETURNING id")
    async with house.queue.opened():
        await requeue_forgotten(house.stores, house.queue)
    assert await house.entries() == [job_id]


async def test_housekeeping_removes_bytes_that_are_due_and_old_entries(house):
    await house.stores.files.write_bytes("orphan", b"x")
    await house.fetch("INSERT INTO discards VALUES ('orphan', now() - interval '1 s') RETURNING 1")
    job_id = await house.start(b"answers")
    await house.fetch("UPDATE procrastinate_jobs SET status = 'cancelled' RETURNING id")
    await house.fetch("UPDATE procrastinate_events SET at = now() - interval '2 days' RETURNING id")
    async with house.queue.opened():
        await keep_house(house.stores, house.queue, timedelta(days=30))
    assert "orphan" not in house.stores.files.contents
    assert (await house.fetch("SELECT count(*) AS n FROM procrastinate_jobs"))["n"] == 0
    assert (await house.job(job_id))["status"] == "pending"


async def test_a_worker_that_drains_for_long_is_not_taken_for_dead(house):
    job_id = await house.start(b"turns_30_pages")
    other = Worker(house.stores, Queue(house.stores.database.url), QUICK)
    stop_other = asyncio.Event()
    async with working(house) as stop:
        await wait_for(house, job_id, "processing")
        helping = asyncio.create_task(other.run(stop_other))
        stop.set()  # three seconds to go, and 1.5 of silence would be death
    stop_other.set()
    await helping
    job = await house.job(job_id)
    assert (job["status"], job["attempt"]) == ("completed", 1)


async def test_a_fault_of_our_own_is_tried_again_and_counted(house, monkeypatch):
    job_id = await house.start(b"answers")
    monkeypatch.setattr("bursar.worker.parsing._build_request", lambda attempt: 1 / 0)
    monkeypatch.setattr("bursar.worker.taking._AFTER_A_FAULT", timedelta(seconds=0.05))
    async with working(house):
        job = await wait_for(house, job_id, "failed")
    assert job["error"]["code"] == "CRASHED"
    assert job["attempt"] == 4
