"""The contract, 1, 3.5 and 7: the status of a job, progress, long poll, ETag, cancel, retry."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from patience import patient
from serving import papers, run_worker, wait_until
from serving.replies import data_of, error_of, finish, start, upload

JOB = {
    "job_id", "status", "file_id", "document_id", "job_type", "batch_id", "created_at", "updated_at", "completed_at",
    "progress", "error", "metadata", "results", "result", "review",
}  # fmt: skip
STRANGE_JOB = "job_1739261168870934041"
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def idle(idle_server):
    with idle_server.client() as client:
        yield client


@pytest.fixture(scope="module")
def completed(server):
    with server.client() as client:
        return finish(client, start(client, metadata={"a": 1}))


# ---------------------------------------------------------------- what a status says


def test_a_pending_job_has_no_results(idle):
    job = data_of(idle.get(f"/parse/invoices/{start(idle)}"))
    assert set(job) == JOB
    assert (job["status"], job["progress"], job["job_type"]) == ("pending", 0, "invoice_parsing")
    assert [job[name] for name in ("completed_at", "error", "results", "result", "batch_id")] == [None] * 5


def test_a_completed_job_has_its_results_twice(completed):
    assert set(completed) == JOB
    assert (completed["status"], completed["progress"], completed["error"]) == ("completed", 100, None)
    assert completed["results"] == completed["result"]
    assert completed["results"]["document_type"]
    for name in ("created_at", "updated_at", "completed_at"):
        assert UTC_TIME.fullmatch(completed[name])


def test_amounts_come_out_with_the_digits_that_were_stored(server, client):
    document = upload(client)
    job_id = data_of(client.post("/parse/invoices", json={"document_id": document["doc_id"]}))["job_id"]
    finish(client, job_id)
    stored = '{"summary": {"total": 1700.30, "tiny": 0.10, "long": 12345678901234567890.12}, "z": 1, "a": 1.0e2}'

    async def store(connection):
        await connection.execute(
            "UPDATE jobs SET status = 'completed', result = %s::json, error = NULL WHERE id = %s", (stored, job_id)
        )

    server.run_in_database(store)
    text = client.get(f"/parse/invoices/{job_id}").text
    assert text.count(stored) == 2
    assert stored in client.get(f"/files/{document['doc_id']}").text


def test_a_failed_job_answers_200_with_its_error(server, client):
    job_id = start(client)
    finish(client, job_id)

    async def fail(connection):
        error = '{"message": "m", "details": {"limit_s": 3}, "code": "TIMEOUT"}'
        await connection.execute(
            "UPDATE jobs SET status = 'failed', result = NULL, error = %s::jsonb WHERE id = %s", (error, job_id)
        )

    server.run_in_database(fail)
    job = data_of(client.get(f"/parse/invoices/{job_id}"))
    assert job["error"] == {"code": "TIMEOUT", "message": "m", "details": {"limit_s": 3}}
    assert (job["status"], job["results"]) == ("failed", None)


@pytest.mark.parametrize("path", ["/parse/invoices/{}", "/parse/{}", "/jobs/{}", "/parse/jobs/{}"])
def test_a_job_is_read_at_all_its_addresses(client, completed, path):
    for end in ("", "/"):
        assert data_of(client.get(path.format(completed["job_id"]) + end)) == completed


def test_a_job_of_another_kind_is_not_found_there(client, completed):
    error_of(client.get(f"/parse/statements/{completed['job_id']}"), 404, "JOB_NOT_FOUND")


@pytest.mark.parametrize(
    "path", ["/parse/invoices/{}", "/parse/statements/{}", "/parse/{}", "/jobs/{}", "/parse/jobs/{}"]
)
def test_unknown_jobs_are_404_and_impossible_ids_400(client, path):
    error_of(client.get(path.format(STRANGE_JOB)), 404, "JOB_NOT_FOUND")
    for impossible in (
        "nonsense",
        "job_x",
        "1739261168870934041",
        "%00",
        "job_1%0a",
        "00000000-0000-4000-8000-000000000000",
    ):
        error_of(client.get(path.format(impossible)), 400, "INVALID_JOB_ID")


# ---------------------------------------------------------------- waiting


def test_a_long_poll_answers_as_soon_as_the_job_ends(idle_server, idle):
    job_id = start(idle, papers.pdf(pages=5))
    with ThreadPoolExecutor() as pool, run_worker(idle_server, engine="fakes.paced:parse"):
        waits = [pool.submit(timed, idle, f"/parse/invoices/{job_id}?wait=60") for _ in range(5)]
        answers = [wait.result() for wait in waits]
    for reply, answered_at in answers:
        job = data_of(reply)
        assert (job["status"], job["progress"]) == ("completed", 100)
        ended_at = parse_time(job["completed_at"])
        assert answered_at - ended_at < patient(0.5)


def timed(client, path):
    return client.get(path), time.time()


def parse_time(text):
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def test_a_long_poll_answers_with_what_there_is_when_its_time_is_over(idle):
    job_id = start(idle)
    for wait_s in (0.3, 1):
        began = time.monotonic()
        job = data_of(idle.get(f"/parse/invoices/{job_id}", params={"wait": wait_s}))
        assert job["status"] == "pending"
        assert wait_s <= time.monotonic() - began < wait_s + patient(0.5)


def test_a_long_poll_for_an_ended_job_answers_at_once(client, completed):
    began = time.monotonic()
    assert data_of(client.get(f"/parse/invoices/{completed['job_id']}?wait=30")) == completed
    assert time.monotonic() - began < patient(1)


@pytest.mark.parametrize("wait", ["-1", "61", "soon", "", "nan", "inf", "1e1", "99999999999"])
def test_a_wait_that_is_none_is_refused(client, completed, wait):
    error_of(client.get(f"/parse/invoices/{completed['job_id']}", params={"wait": wait}), 400, "VALIDATION_ERROR")


def test_a_batch_can_be_waited_for(idle_server, idle):
    ids = [upload(idle, papers.pdf(pages=2))["doc_id"] for _ in range(3)]
    batch_id = data_of(idle.post("/parse/invoices/batch", json={"document_ids": ids}))["batch_id"]
    pending = data_of(idle.get(f"/parse/invoices/batch/{batch_id}"))
    assert (pending["status"], pending["processed_files"], pending["progress"]) == ("pending", 0, 0)
    with run_worker(idle_server, engine="fakes.paced:parse"):
        seen = []
        while not seen or seen[-1]["status"] not in ("completed", "failed"):
            seen.append(data_of(idle.get(f"/parse/invoices/batch/{batch_id}")))
            time.sleep(0.02)
        assert data_of(idle.get(f"/parse/invoices/{batch_id}?wait=30")) == seen[-1]
    assert {batch["status"] for batch in seen} <= {"pending", "processing", "completed"}
    assert [batch["progress"] for batch in seen] == sorted(batch["progress"] for batch in seen)
    assert (seen[-1]["processed_files"], seen[-1]["failed_files"]) == (3, 0)


def test_a_version_that_the_caller_has_is_not_sent_again(idle, client, completed):
    job_id = start(idle)
    path = f"/parse/invoices/{job_id}"
    tag = idle.get(path).headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}'):
        again = idle.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    data_of(idle.delete(f"/jobs/{job_id}"))
    changed = idle.get(path, headers={"If-None-Match": tag})
    assert data_of(changed)["status"] == "failed"
    assert changed.headers["etag"] != tag
    path = f"/parse/invoices/{completed['job_id']}"
    reply = client.get(path)
    assert data_of(client.get(path, headers={"If-None-Match": '"other"'})) == completed
    assert client.get(path, headers={"If-None-Match": reply.headers["etag"]}).status_code == 304


# ---------------------------------------------------------------- progress


def test_progress_moves_with_the_pages_and_never_goes_back(idle_server, idle):
    job_id = start(idle, papers.pdf(pages=10))
    with run_worker(idle_server, engine="fakes.paced:parse"):
        seen = []
        while not seen or seen[-1]["status"] not in ("completed", "failed"):
            seen.append(data_of(idle.get(f"/parse/invoices/{job_id}")))
            time.sleep(0.02)
    progress = [job["progress"] for job in seen]
    assert progress == sorted(progress)
    assert len(set(progress)) >= 8
    assert (seen[-1]["status"], progress[-1]) == ("completed", 100)
    statuses = list(dict.fromkeys(job["status"] for job in seen))
    assert statuses in (["pending", "processing", "completed"], ["processing", "completed"])
    updates = [job["updated_at"] for job in seen]
    assert updates == sorted(updates)


# ---------------------------------------------------------------- cancel and retry


@pytest.mark.parametrize("path", ["/jobs/{}", "/parse/jobs/{}"])
def test_a_pending_job_is_cancelled(idle, path):
    job_id = start(idle)
    assert data_of(idle.delete(path.format(job_id)))["job_id"] == job_id
    job = data_of(idle.get(f"/parse/invoices/{job_id}"))
    assert (job["status"], job["error"]["code"]) == ("failed", "JOB_CANCELLED")
    error_of(idle.delete(path.format(job_id)), 409, "CANNOT_CANCEL_JOB")


def test_a_running_job_is_cancelled_within_two_seconds_and_its_worker_goes_on(idle_server, idle):
    job_id, next_id = start(idle, papers.pdf(pages=300)), start(idle)
    with run_worker(idle_server, engine="fakes.paced:parse"):
        wait_until(lambda: data_of(idle.get(f"/jobs/{job_id}"))["progress"] > 0)
        data_of(idle.delete(f"/jobs/{job_id}"))
        cancelled = data_of(idle.get(f"/jobs/{job_id}"))
        assert (cancelled["status"], cancelled["error"]["code"]) == ("failed", "JOB_CANCELLED")
        began = time.monotonic()
        assert finish(idle, next_id)["status"] == "completed"
        assert time.monotonic() - began < patient(2)
        assert data_of(idle.get(f"/jobs/{job_id}")) == cancelled


def test_a_waiter_learns_of_a_cancellation_at_once(idle):
    job_id = start(idle)
    threading.Timer(0.5, lambda: idle.delete(f"/jobs/{job_id}")).start()
    began = time.monotonic()
    assert data_of(idle.get(f"/jobs/{job_id}?wait=30"))["status"] == "failed"
    assert time.monotonic() - began < patient(1.5)


def test_an_ended_job_cannot_be_cancelled_nor_a_completed_one_retried(client, completed):
    error_of(client.delete(f"/jobs/{completed['job_id']}"), 409, "CANNOT_CANCEL_JOB")
    error_of(client.post(f"/jobs/{completed['job_id']}/retry"), 409, "CANNOT_RETRY_JOB")


def test_a_failed_job_starts_again_under_its_id(idle_server, idle):
    job_id = start(idle)
    error_of(idle.post(f"/jobs/{job_id}/retry"), 409, "CANNOT_RETRY_JOB")
    data_of(idle.delete(f"/jobs/{job_id}"))
    again = data_of(idle.post(f"/jobs/{job_id}/retry"))
    assert (again["job_id"], again["status"]) == (job_id, "pending")
    job = data_of(idle.get(f"/jobs/{job_id}"))
    assert (job["status"], job["progress"], job["error"], job["completed_at"]) == ("pending", 0, None, None)
    with run_worker(idle_server, engine="fakes.paced:parse"):
        assert finish(idle, job_id)["status"] == "completed"


def test_a_retry_of_a_locked_document_asks_for_the_password_again(idle_server, idle):
    element = upload(idle, papers.locked_pdf(), password=papers.PASSWORD)

    async def lock(connection):
        await connection.execute("UPDATE documents SET unlocked_key = NULL WHERE id = %s", (element["doc_id"],))

    idle_server.run_in_database(lock)
    body = {"document_id": element["doc_id"]}
    error_of(idle.post("/parse/invoices", json=body), 400, "PASSWORD_REQUIRED")
    job_id = data_of(idle.post("/parse/invoices", json={**body, "password": papers.PASSWORD}))["job_id"]
    before = idle_server.stored_files()
    data_of(idle.delete(f"/jobs/{job_id}"))
    assert len(before - idle_server.stored_files()) == 1
    error_of(idle.post(f"/jobs/{job_id}/retry"), 400, "PASSWORD_REQUIRED")
    error_of(idle.post(f"/jobs/{job_id}/retry", json={"password": "wrong"}), 400, "PASSWORD_WRONG")
    data_of(idle.post(f"/jobs/{job_id}/retry", json={"password": papers.PASSWORD}))
    data_of(idle.delete(f"/jobs/{job_id}"))


@pytest.mark.parametrize("call", [lambda c, i: c.delete(f"/jobs/{i}"), lambda c, i: c.post(f"/jobs/{i}/retry")])
def test_what_is_no_job_can_be_neither_cancelled_nor_retried(client, call):
    error_of(call(client, STRANGE_JOB), 404, "JOB_NOT_FOUND")
    error_of(call(client, "nonsense"), 400, "INVALID_JOB_ID")
