"""The contract, 7: a POST that is sent again is answered once."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from serving import papers, run_server
from serving.replies import data_of, error_of, finish, start, upload


@pytest.fixture
def key():
    return uuid4().hex


def submit(client, document, key, **body):
    return client.post("/parse/invoices", json={"document_id": document, **body}, headers={"Idempotency-Key": key})


def count_jobs(client):
    return data_of(client.get("/jobs"))["total"]


def test_the_first_reply_is_given_again(client, key):
    document = upload(client)["doc_id"]
    first = submit(client, document, key)
    before = count_jobs(client)
    again = submit(client, document, key)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert count_jobs(client) == before


def test_another_body_is_a_conflict(client, key):
    document = upload(client)["doc_id"]
    data_of(submit(client, document, key))
    error_of(submit(client, document, key, metadata={"a": 1}), 409, "IDEMPOTENCY_CONFLICT")


def test_another_address_is_a_conflict(client, key):
    body, headers = {"document_id": upload(client)["doc_id"]}, {"Idempotency-Key": key}
    data_of(client.post("/parse/invoices", json=body, headers=headers))
    error_of(client.post("/parse/statements", json=body, headers=headers), 409, "IDEMPOTENCY_CONFLICT")


def test_without_a_key_everything_runs_anew(client):
    document = upload(client)["doc_id"]
    jobs = {data_of(client.post("/parse/invoices", json={"document_id": document}))["job_id"] for _ in range(2)}
    assert len(jobs) == 2


def test_accounts_do_not_share_keys(server, client, key):
    first = submit(client, upload(client)["doc_id"], key)
    with server.client("other") as other:
        second = submit(other, upload(other)["doc_id"], key)
    assert data_of(first)["job_id"] != data_of(second)["job_id"]


def test_twenty_doubles_at_once_start_one_job(server, client, key):
    document = upload(client)["doc_id"]
    before = count_jobs(client)

    def send(_):
        with server.client() as another:
            return submit(another, document, key)

    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(send, range(20)))
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.content for reply in replies}) == 1
    assert count_jobs(client) == before + 1


def test_an_upload_is_the_same_whatever_its_boundary(client, key):
    def send(content, boundary):
        parts = [("files", ("a.pdf", content, "application/pdf"))]
        content_type = f"multipart/form-data; boundary={boundary}"
        return client.post("/parse/upload", files=parts, headers={"Idempotency-Key": key, "Content-Type": content_type})

    paper = papers.pdf()
    first = send(paper, "one")
    again = send(paper, "another-and-much-longer-one")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    error_of(send(papers.pdf(pages=2), "one"), 409, "IDEMPOTENCY_CONFLICT")


def test_doubled_uploads_at_once_make_one_file(server, key):
    paper = papers.pdf(pages=7)

    def send(_):
        with server.client("doubles") as another:
            parts = [("files", ("a.pdf", paper, "application/pdf"))]
            return another.post(
                "/parse/invoices", files=parts, data={"process": "true"}, headers={"Idempotency-Key": key}
            )

    with ThreadPoolExecutor(5) as threads:
        replies = list(threads.map(send, range(5)))
    assert len({data_of(reply)["job_id"] for reply in replies}) == 1
    with server.client("doubles") as client:
        assert data_of(client.get("/files"))["total"] == 1


def test_a_refusal_is_given_again_too(client, key):
    first = submit(client, str(uuid4()), key)
    error_of(first, 404, "DOCUMENT_NOT_FOUND")
    assert submit(client, first.json()["error"]["details"].get("document_id", ""), key).status_code in (404, 409)


def test_a_retry_is_answered_once(idle_server, key):
    with idle_server.client() as client:
        job_id = start(client)
        data_of(client.delete(f"/jobs/{job_id}"))
        replies = [client.post(f"/jobs/{job_id}/retry", headers={"Idempotency-Key": key}) for _ in range(2)]
    assert data_of(replies[0])["job_id"] == job_id
    assert replies[1].content == replies[0].content


def test_a_schema_is_made_once(client, key):
    body = {"name": f"s-{key}", "type": "invoice", "schema_string": {"fields": ["invoice_number"]}}
    replies = [client.post("/schemas", json=body, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert data_of(replies[0])["id"] == data_of(replies[1])["id"]


def test_a_reply_that_shows_a_secret_is_not_kept(client, key):
    headers = {"Idempotency-Key": key}
    data_of(client.post("/webhooks/secret/rotate", headers=headers))
    error_of(client.post("/webhooks/secret/rotate", headers=headers), 409, "IDEMPOTENCY_CONFLICT")


@pytest.mark.parametrize("odd", ["a b", "x" * 256, "x\ty"])
def test_an_odd_key_is_refused(client, odd):
    error_of(submit(client, str(uuid4()), odd), 400, "VALIDATION_ERROR")


def test_a_key_means_nothing_to_a_read(client, key):
    reply = client.get("/jobs", headers={"Idempotency-Key": key})
    assert reply.status_code == 200


def test_a_stranger_with_the_key_is_still_a_stranger(server, client, key):
    submit(client, upload(client)["doc_id"], key)
    error_of(httpx.post(f"{server.api}/parse/invoices", headers={"Idempotency-Key": key}), 401, "UNAUTHORIZED")


def test_a_replay_costs_nothing(server):
    with server.client(key=server.make_key("thrifty", work_limit=3)) as client:
        document = upload(client)["doc_id"]
        first = submit(client, document, "k")
        assert [submit(client, document, "k").content for _ in range(5)] == [first.content] * 5


@pytest.mark.slow
def test_replies_outlive_the_server_and_what_a_killed_one_left_undone_is_done_anew(data_dir, key):
    """The process is killed at odd moments while doubles are sent; in the end there is one job for each key."""
    keys = [f"{key}-{number}" for number in range(12)]
    replies: dict[str, set[str]] = {}
    for round_number in range(2):
        with run_server(data_dir, workers=0) as server, server.client() as client:
            document = upload(client)["doc_id"] if round_number == 0 else document  # noqa: F821
            for index, one in enumerate(keys):
                if round_number == 0 and index == 6:
                    os.kill(server.process.pid, signal.SIGKILL)
                    break
                replies.setdefault(one, set()).add(data_of(submit(client, document, one))["job_id"])
            if round_number == 1:
                assert count_jobs(client) == len(keys)
        time.sleep(0.5)
    assert all(len(jobs) == 1 for jobs in replies.values())


def test_a_finished_job_waited_for_in_place_is_the_same_job_when_asked_again(client, key):
    document = upload(client)["doc_id"]
    headers = {"Idempotency-Key": key, "Prefer": "wait=30"}
    first = data_of(client.post("/parse/invoices", json={"document_id": document}, headers=headers))
    again = data_of(client.post("/parse/invoices", json={"document_id": document}, headers=headers))
    assert first["status"] == "completed"
    assert again["job_id"] == first["job_id"]
    assert finish(client, again["job_id"])["status"] == "completed"
