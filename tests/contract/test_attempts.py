"""What a worker does to a job, behind the fence, against a real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from bursar.database.listener import Listener
from bursar.errors import Cancelled, Crashed
from bursar.sandbox.request import ParseOutcome
from bursar.service.attempts import (
    claim_job,
    enqueue_forgotten,
    fail_job,
    find_lost_attempts,
    finish_job,
    record_progress,
    return_job,
)
from bursar.service.discards import UPLOAD_GRACE, note_discards
from bursar.service.documents import delete_document, describe_document
from bursar.service.ending import cancel_job
from bursar.service.jobs import Order, retry_job, start_job
from bursar.service.limits import WorkMeter
from contract.houses import open_house

pytestmark = pytest.mark.anyio
OUTCOME = ParseOutcome(b'{"summary":{"total":1700.30}}', "invoice", "invoice", 0.1)


@pytest.fixture
async def house(database_url):
    async with open_house(database_url) as opened:
        yield opened


async def test_a_job_and_its_entry_are_one_transaction(house):
    document = await house.add_document()

    async def start_and_break_off():
        async with house.stores.database.transaction() as connection:
            await start_job(connection, house.queue.enqueue, house.account_id, Order(document))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await start_and_break_off()
    assert await house.entries() == []
    job_id = await house.start()
    assert await house.entries() == [job_id]


async def test_entering_a_job_twice_changes_nothing_and_spares_the_transaction(house):
    job_id = await house.start()
    async with house.stores.database.transaction() as connection:
        await house.queue.enqueue(connection, job_id)
        await connection.execute("UPDATE jobs SET metadata = '1' WHERE id = %s", (job_id,))
    assert await house.entries() == [job_id]
    assert (await house.job(job_id))["metadata"] == b"1"


async def test_claiming_begins_an_attempt_and_tells_what_to_read(house):
    job_id = await house.start(kind="invoice", options={"pages": "1-3"})
    attempt = await claim_job(house.stores, job_id)
    assert (attempt.attempt, attempt.failures, attempt.kind) == (1, 0, "invoice")
    assert await house.stores.files.read(attempt.storage_key) == b"content"
    assert attempt.options == {"pages": "1-3"}
    job = await house.job(job_id)
    assert job["status"] == "processing"
    assert job["started_at"] is not None


async def test_a_result_is_kept_to_the_letter(house):
    job_id = await house.start()
    attempt = await claim_job(house.stores, job_id)
    assert await finish_job(house.stores, attempt, OUTCOME)
    job = await house.job(job_id)
    assert (job["status"], job["progress"], job["result"]) == ("completed", 100, OUTCOME.document)
    assert job["detected_kind"] == "invoice"
    assert job["completed_at"] is not None


async def test_progress_never_goes_back(house):
    attempt = await claim_job(house.stores, await house.start())
    for progress in (10, 50, 30):
        assert await record_progress(house.stores, attempt, progress)
    assert (await house.job(attempt.job_id))["progress"] == 50
    again = await claim_job(house.stores, attempt.job_id)
    assert again.progress == 50
    await record_progress(house.stores, again, 5)
    assert (await house.job(attempt.job_id))["progress"] == 50


async def test_what_a_lost_worker_says_late_changes_nothing(house):
    lost = await claim_job(house.stores, await house.start())
    current = await claim_job(house.stores, lost.job_id)
    assert (current.attempt, current.failures) == (2, 1)
    assert not await record_progress(house.stores, lost, 90)
    assert not await finish_job(house.stores, lost, ParseOutcome(b'"late"', "invoice", "invoice", 1))
    assert not await fail_job(house.stores, lost, Crashed("late"))
    assert not await return_job(house.stores, house.queue.enqueue_later, lost, failed=True)
    assert (await house.job(lost.job_id))["progress"] == 0
    assert await finish_job(house.stores, current, OUTCOME)
    assert not await finish_job(house.stores, current, ParseOutcome(b'"twice"', "invoice", "invoice", 1))
    assert (await house.job(lost.job_id))["result"] == OUTCOME.document


async def test_a_job_that_has_ended_cannot_be_claimed(house):
    attempt = await claim_job(house.stores, await house.start())
    await finish_job(house.stores, attempt, OUTCOME)
    assert await claim_job(house.stores, attempt.job_id) is None
    assert await claim_job(house.stores, "job_0") is None


async def test_a_failure_is_kept_with_code_and_details(house):
    attempt = await claim_job(house.stores, await house.start())
    assert await fail_job(house.stores, attempt, Crashed("it died", {"cause": "SIGSEGV"}))
    job = await house.job(attempt.job_id)
    assert job["status"] == "failed"
    assert job["error"] == {"code": "CRASHED", "message": "it died", "details": {"cause": "SIGSEGV"}}


async def test_a_job_given_back_waits_in_the_queue_and_only_failures_count(house):
    attempt = await claim_job(house.stores, await house.start())
    await house.fetch("DELETE FROM procrastinate_jobs RETURNING id")
    assert await return_job(house.stores, house.queue.enqueue_later, attempt, failed=False)
    assert (await house.job(attempt.job_id))["status"] == "pending"
    assert await house.entries() == [attempt.job_id]
    attempt = await claim_job(house.stores, attempt.job_id)
    assert (attempt.attempt, attempt.failures) == (2, 0)
    await return_job(house.stores, house.queue.enqueue_later, attempt, failed=True, after=timedelta(hours=1))
    assert (await claim_job(house.stores, attempt.job_id)).failures == 1


async def test_a_postponed_job_is_not_due_before_its_time(house):
    attempt = await claim_job(house.stores, await house.start())
    await house.fetch("DELETE FROM procrastinate_jobs RETURNING id")
    await return_job(house.stores, house.queue.enqueue_later, attempt, failed=True, after=timedelta(seconds=60))
    row = await house.fetch("SELECT extract(epoch FROM scheduled_at - now())::int AS wait_s FROM procrastinate_jobs")
    assert 55 <= row["wait_s"] <= 60


async def test_cancelling_is_announced_to_workers_and_takes_the_job_away(house, database_url):
    attempt = await claim_job(house.stores, await house.start())
    news = []
    listener = Listener(database_url, {"bursar_cancelled": news.append})
    listener.start()
    await asyncio.wait_for(listener.connected.wait(), 5)
    await cancel_job(house.stores, house.account_id, attempt.job_id)
    async with asyncio.timeout(5):
        while not news:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await listener.stop()
    assert news == [attempt.job_id]
    assert await find_lost_attempts(house.stores, [attempt]) == {attempt.job_id}
    assert not await finish_job(house.stores, attempt, OUTCOME)
    assert (await house.job(attempt.job_id))["error"]["code"] == Cancelled.code


async def test_attempts_that_count_are_not_lost(house):
    attempt = await claim_job(house.stores, await house.start())
    assert await find_lost_attempts(house.stores, [attempt]) == set()
    assert await find_lost_attempts(house.stores, []) == set()


async def test_a_job_started_again_is_forgiven_its_failures(house):
    attempt = await claim_job(house.stores, await house.start())
    attempt = await claim_job(house.stores, attempt.job_id)
    await fail_job(house.stores, attempt, Crashed("it died"))
    await retry_job(house.stores, house.queue.enqueue, WorkMeter(uuid4(), 0), house.account_id, attempt.job_id)
    again = await claim_job(house.stores, attempt.job_id)
    assert (again.attempt, again.failures, again.progress) == (3, 0, 0)


async def test_the_readable_copy_of_a_job_is_read_and_goes_with_its_end(house):
    await house.stores.files.write_bytes("unlocked/a", b"plain")
    async with house.stores.database.transaction() as connection:
        await note_discards(connection, ["unlocked/a"], UPLOAD_GRACE)
    attempt = await claim_job(house.stores, await house.start(unlocked_key="unlocked/a"))
    assert attempt.storage_key == "unlocked/a"
    await finish_job(house.stores, attempt, OUTCOME)
    assert "unlocked/a" not in house.stores.files.contents
    assert (await house.fetch("SELECT count(*) AS n FROM discards"))["n"] == 0


async def test_unfinished_jobs_without_an_entry_are_entered_anew(house):
    waiting, forgotten, running, young = [await house.start() for _ in range(4)]
    await claim_job(house.stores, running)
    await house.fetch("UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'job_id' = %s RETURNING id", running)
    await house.fetch("DELETE FROM procrastinate_jobs WHERE args->>'job_id' = ANY(%s) RETURNING id", [forgotten, young])
    await house.fetch("UPDATE jobs SET updated_at = now() - interval '1 hour' WHERE id <> %s RETURNING id", young)
    found = await enqueue_forgotten(house.stores, house.queue.enqueue_later, timedelta(minutes=1))
    assert found == [forgotten]
    assert sorted(await house.entries()) == sorted([waiting, forgotten])


async def test_a_file_that_is_deleted_while_somebody_asks_for_it_is_told_as_deleted(house):
    await house.add_document()
    before = await house.add_document()
    await delete_document(house.stores, house.account_id, before["file_id"])
    async with house.stores.database.connection() as connection:
        told = await describe_document(connection, before)
    assert told["id"] == before["id"]
    assert told["deleted_at"] is not None
