"""The contract, 7: server-sent events, resumable; `Prefer: wait`."""

from __future__ import annotations

import json

import httpx
import pytest

from serving import papers, run_worker
from serving.replies import data_of, error_of, finish, start, upload


def read_events(client, job_id, last=None, most=1000):
    """The events of a stream until it ends: (id, name, data)."""
    headers = {"Last-Event-ID": last} if last else {}
    found = []
    with client.stream("GET", f"/jobs/{job_id}/events", headers=headers) as reply:
        assert reply.status_code == 200, reply.read()
        assert reply.headers["content-type"].startswith("text/event-stream")
        fields = {}
        for line in reply.iter_lines():
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                found.append((fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}
                if len(found) == most:
                    break
    return found


def test_a_stream_tells_everything_and_ends_with_the_job(client):
    job_id = start(client, papers.pdf(pages=3))
    events = read_events(client, job_id)
    names = [name for _, name, _ in events]
    assert names[:2] == ["job.created", "job.started"]
    assert names[-1] == "job.completed"
    assert [data["event_id"] for _, _, data in events] == [number for number, _, _ in events]
    assert events[-1][2]["results"] == finish(client, job_id)["results"]


def test_events_come_while_the_job_runs(idle_server):
    with idle_server.client() as client:
        job_id = start(client)
        assert [name for _, name, _ in read_events(client, job_id, most=1)] == ["job.created"]
        with run_worker(idle_server):
            assert read_events(client, job_id)[-1][1] == "job.completed"


def test_a_stream_goes_on_after_the_last_event_that_was_received(client):
    job_id = start(client, papers.pdf(pages=3))
    events = read_events(client, job_id)
    assert read_events(client, job_id, last=events[0][0]) == events[1:]


def test_who_has_everything_is_told_not_to_come_back(client):
    job_id = start(client)
    last = read_events(client, job_id)[-1][0]
    reply = client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": last})
    assert (reply.status_code, reply.content) == (204, b"")


def test_an_odd_last_event_id_means_from_the_beginning(client):
    job_id = start(client)
    everything = read_events(client, job_id)
    for odd in ("x", "evt_", "9" * 30, "-1"):
        assert read_events(client, job_id, last=odd) == everything


def test_what_people_do_with_a_result_is_told_to_who_comes_back(client):
    job_id = start(client)
    told = read_events(client, job_id)
    etag = client.get(f"/jobs/{job_id}").headers["etag"]
    data_of(client.patch(f"/jobs/{job_id}/results", json={"fields": {"invoice_info.invoice_number": "A-1"}}))
    data_of(client.post(f"/jobs/{job_id}/approve"))
    data_of(client.post(f"/jobs/{job_id}/approve"))  # it is approved already: no event
    assert client.get(f"/jobs/{job_id}", headers={"If-None-Match": etag}).status_code == 200
    data_of(client.post(f"/jobs/{job_id}/results/undo"))
    after = read_events(client, job_id, last=told[-1][0])
    assert [name for _, name, _ in after] == ["job.corrected", "job.approved", "job.corrected"]
    now = data_of(client.get(f"/jobs/{job_id}"))
    assert [data["results"] for _, _, data in after] == [now["results"]] * 3
    assert {(data["status"], data["progress"]) for _, _, data in after} == {("completed", 100)}
    last = client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": after[-1][0]})
    assert last.status_code == 204


def test_a_cancelled_job_ends_its_stream(idle_server):
    with idle_server.client() as client:
        job_id = start(client)
        data_of(client.delete(f"/jobs/{job_id}"))
        events = read_events(client, job_id)
        assert [name for _, name, _ in events] == ["job.created", "job.failed"]
        assert events[-1][2]["error"]["code"] == "JOB_CANCELLED"


def test_another_accounts_job_has_no_events(server, client):
    job_id = start(client)
    with server.client("other") as other:
        error_of(other.get(f"/jobs/{job_id}/events"), 404, "JOB_NOT_FOUND")
    error_of(client.get("/jobs/x/events"), 400, "INVALID_JOB_ID")


def test_a_stream_needs_a_key(server, client):
    error_of(httpx.get(f"{server.api}/jobs/{start(client)}/events"), 401, "UNAUTHORIZED")


# ---------------------------------------------------------------- waiting in place


def test_who_prefers_to_wait_gets_the_finished_job(client):
    document = upload(client)["doc_id"]
    reply = client.post("/parse/invoices", json={"document_id": document}, headers={"Prefer": "wait=30"})
    job = data_of(reply)
    assert (job["status"], job["progress"]) == ("completed", 100)
    assert job["results"]["document_type"]
    assert reply.headers["preference-applied"] == "wait=30"


def test_a_form_may_be_waited_for_as_well(client):
    parts = [("files", ("a.pdf", papers.pdf()))]
    reply = client.post("/parse", files=parts, data={"process": "true"}, headers={"Prefer": 'respond-async, wait="20"'})
    assert data_of(reply)["status"] == "completed"


def test_a_batch_may_be_waited_for(client):
    documents = [upload(client)["doc_id"] for _ in range(2)]
    body = {"document_ids": documents}
    batch = data_of(client.post("/parse/invoices", json=body, headers={"Prefer": "wait=60"}))
    assert (batch["status"], batch["processed_files"]) == ("completed", 2)


def test_what_does_not_end_in_time_is_answered_as_ever(idle_server):
    with idle_server.client() as client:
        document = upload(client)["doc_id"]
        reply = client.post("/parse/invoices", json={"document_id": document}, headers={"Prefer": "wait=0.2"})
        assert data_of(reply)["status"] == "pending"
        assert "estimated_completion" in data_of(reply)


@pytest.mark.parametrize("preference", ["wait", "wait=soon", "wait=-1", "return=minimal", ""])
def test_a_preference_that_is_not_understood_is_ignored(client, preference):
    document = upload(client)["doc_id"]
    reply = client.post("/parse/invoices", json={"document_id": document}, headers={"Prefer": preference})
    assert data_of(reply)["status"] == "pending"
    assert "preference-applied" not in reply.headers
