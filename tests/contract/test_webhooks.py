"""The contract, 6: callers are called back; by a real server, at a real receiver."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import time
from uuid import uuid4

import psutil
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from bursar.client import verify_webhook
from patience import patient
from serving import papers, run_server, wait_until
from serving.receiver import run_receiver
from serving.replies import data_of, error_of, finish, start, upload

BODY = {
    "event",
    "event_id",
    "job_id",
    "batch_id",
    "job_type",
    "status",
    "progress",
    "created_at",
    "updated_at",
    "completed_at",
    "metadata",
    "error",
    "results",
}


@pytest.fixture(scope="module")
def server(open_folders):
    """A server that may call loopback, and is quick to try again."""
    settings = {"webhook_networks": '["127.0.0.0/8"]', "webhook_retry_s": 0.003, "webhook_timeout_s": 4}
    with run_server(open_folders() / "data", **settings) as running:
        yield running


@pytest.fixture(scope="module")
def receiver():
    with run_receiver() as running:
        yield running


@pytest.fixture
def client(server):
    with server.client() as client:
        yield client


@pytest.fixture
def place(receiver):
    """An address of the receiver's that nobody else has."""

    def make(behaviour="ok"):
        path = f"/{behaviour}/{uuid4().hex}"
        return path, receiver.url + path

    return make


def deliveries_of(client, **query):
    return data_of(client.get("/webhooks/deliveries", params={"page_size": 100, **query}))["deliveries"]


def settled(client, **query):
    """The deliveries, when none of them waits any more; those of a job when it has ended."""
    if "job_id" in query:
        finish(client, query["job_id"])
    return wait_until(
        lambda: (found := deliveries_of(client, **query)) and all(one["status"] != "pending" for one in found) and found
    )


def test_a_job_is_told_of_from_its_making_to_its_end_in_order(client, receiver, place):
    path, url = place()
    job_id = start(client, papers.pdf(pages=3), callback_url=url, metadata={"reference": "R-7"})
    wait_until(lambda: "job.completed" in receiver.events(path))
    events = [call.event for call in receiver.at(path)]
    names = [event["event"] for event in events]
    assert names[:2] == ["job.created", "job.started"]
    assert names[-1] == "job.completed"
    assert set(names[2:-1]) <= {"job.progress"}
    assert all(set(event) == BODY for event in events)
    assert {event["job_id"] for event in events} == {job_id}
    assert {event["job_type"] for event in events} == {"invoice_parsing"}
    assert all(event["metadata"] == {"reference": "R-7"} for event in events)
    assert len({event["event_id"] for event in events}) == len(events)
    assert [event["progress"] for event in events] == sorted(event["progress"] for event in events)
    assert [event["results"] is not None for event in events] == [False] * (len(events) - 1) + [True]
    job = finish(client, job_id)
    assert events[-1]["results"] == job["results"]
    assert (events[-1]["status"], events[-1]["completed_at"]) == ("completed", job["completed_at"])


def test_a_failed_job_says_why(client, receiver, place):
    path, url = place()
    job_id = start(client, papers.pdf(pages=200), callback_url=url, options={"ocr": "force"})
    client.delete(f"/jobs/{job_id}")
    wait_until(lambda: "job.failed" in receiver.events(path))
    event = receiver.at(path)[-1].event
    assert (event["status"], event["error"]["code"], event["results"]) == ("failed", "JOB_CANCELLED", None)


def test_an_address_given_at_upload_is_called_as_well(client, receiver, place):
    path, url = place()
    document = upload(client, callback_url=url)
    finish(client, data_of(client.post("/parse/invoices", json={"document_id": document["doc_id"]}))["job_id"])
    wait_until(lambda: "job.completed" in receiver.events(path))


def test_a_batch_tells_when_all_its_jobs_have_ended_and_once(client, receiver, place):
    path, url = place()
    documents = [upload(client)["doc_id"] for _ in range(4)]
    batch = data_of(client.post("/parse/invoices", json={"document_ids": documents, "callback_url": url}))
    wait_until(lambda: "batch.completed" in receiver.events(path))
    wait_until(
        lambda: receiver.events(path).count("job.completed") == 4
    )  # each in order with its own job's, not the batch's
    settled(client, batch_id=batch["batch_id"])
    assert receiver.events(path).count("batch.completed") == 1
    event = next(call.event for call in receiver.at(path) if call.event["event"] == "batch.completed")
    assert (event["batch_id"], event["job_id"], event["status"]) == (batch["batch_id"], None, "completed")
    assert (event["progress"], event["results"], event["job_type"]) == (100, None, "invoice_parsing")


def test_the_standard_library_and_ours_verify_the_signature(server, client, receiver, place):
    path, url = place()
    secret = data_of(client.post("/webhooks/secret/rotate"))["secret"]
    data_of(client.post("/webhooks/test", json={"url": url}))
    (call,) = wait_until(lambda: receiver.at(path))
    assert Webhook(secret).verify(call.body, call.headers)["event"] == "webhook.test"
    assert verify_webhook(call.body, call.headers, secret).event == "webhook.test"
    expected = hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-signature"] == f"sha256={expected}"
    assert call.headers["webhook-id"] == call.event["event_id"]
    assert call.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(call.body + b" ", call.headers)


def test_a_rotated_secret_signs_beside_the_new_one(client, receiver, place):
    path, url = place()
    old = data_of(client.post("/webhooks/secret/rotate"))
    new = data_of(client.post("/webhooks/secret/rotate"))
    assert new["previous_expires_at"] is not None
    assert old["secret"] != new["secret"]
    client.post("/webhooks/test", json={"url": url})
    (call,) = wait_until(lambda: receiver.at(path))
    for secret in (old["secret"], new["secret"]):
        assert Webhook(secret).verify(call.body, call.headers)
    assert call.headers["x-signature"].endswith(hmac.new(new["secret"].encode(), call.body, "sha256").hexdigest())


def test_accounts_have_secrets_of_their_own(server, client, receiver, place):
    path, url = place()
    ours = data_of(client.post("/webhooks/secret/rotate"))["secret"]
    with server.client("other") as other:
        data_of(other.post("/webhooks/test", json={"url": url}))
    (call,) = wait_until(lambda: receiver.at(path))
    with pytest.raises(WebhookVerificationError):
        Webhook(ours).verify(call.body, call.headers)


def test_what_failed_is_sent_again_with_the_same_id_until_it_arrives(client, receiver, place):
    path, url = place("fail-2")
    job_id = start(client, callback_url=url)
    found = settled(client, job_id=job_id)
    assert {(one["status"], one["attempts"], one["response_status"]) for one in found} == {("delivered", 3, 200)}
    ids = [call.event["event_id"] for call in receiver.at(path)]
    assert ids == sorted(ids, key=ids.index)
    assert [ids.count(one) for one in dict.fromkeys(ids)] == [3] * len(found)
    assert list(dict.fromkeys(receiver.events(path)))[-1] == "job.completed"


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [("reset", ""), ("slow", "no answer within 4 s"), ("redirect", "HTTP 302"), ("fail-99", "HTTP 500")],
)
def test_a_receiver_that_never_takes_it_is_given_up_after_six_attempts(client, receiver, place, behaviour, told):
    path, url = place(behaviour)
    delivery = data_of(client.post("/webhooks/test", json={"url": url}))
    assert (delivery["status"], delivery["attempts"]) == ("pending", 0)

    def look():
        return data_of(client.get(f"/webhooks/deliveries/{delivery['id']}"))

    tries = 2 if behaviour == "slow" else 6  # of the slow one, two are enough to be waited for
    found = wait_until(lambda: (seen := look()) and seen["attempts"] >= tries and seen, seconds=90)
    assert len(receiver.at(path)) >= tries
    assert told in found["error"]
    assert not receiver.at("/redirected")
    if behaviour != "slow":
        wait_until(lambda: look()["status"] == "failed")
        assert len(look()["tries"]) == 6
        gaps = [
            later.at - earlier.at for earlier, later in zip(receiver.at(path)[2:], receiver.at(path)[3:], strict=False)
        ]
        assert gaps == sorted(gaps)  # ever longer


def test_outcomes_are_counted_for_monitoring(server, client, place):
    settled(client, job_id=start(client, callback_url=place()[1]))
    text = client.get(f"{server.url}/metrics").text
    assert re.search(r'bursar_webhooks_settled_lately\{status="delivered"\} [1-9]', text)
    assert re.search(r"bursar_webhooks_pending \d", text)


def test_nobody_listens(client):
    delivery = data_of(client.post("/webhooks/test", json={"url": "http://127.0.0.1:9/"}))
    found = wait_until(
        lambda: (seen := data_of(client.get(f"/webhooks/deliveries/{delivery['id']}")))["attempts"] and seen
    )
    assert found["error"]
    assert found["response_status"] is None


@pytest.mark.parametrize("behaviour", ["huge", "endless"])
def test_a_long_answer_is_not_read_to_its_end(client, place, behaviour):
    _, url = place(behaviour)
    delivery = data_of(client.post("/webhooks/test", json={"url": url}))
    wait_until(lambda: deliveries_of(client)[0]["status"] == "delivered")
    found = data_of(client.get(f"/webhooks/deliveries/{delivery['id']}"))
    assert found["response_ms"] < patient(2) * 1000
    assert found["tries"][-1]["answer"] == "x" * 1024


def test_a_slow_receiver_holds_up_nobody_else(client, receiver, place):
    for _ in range(20):
        client.post("/webhooks/test", json={"url": place("slow")[1].replace("127.0.0.1", "localhost")})
    path, url = place()
    began = time.monotonic()
    client.post("/webhooks/test", json={"url": url})
    wait_until(lambda: receiver.at(path))
    assert time.monotonic() - began < patient(1.5)


def test_a_delivery_is_logged_and_sent_again_on_demand(client, receiver, place):
    path, url = place()
    job_id = start(client, callback_url=url)
    found = settled(client, job_id=job_id)
    last = found[0]  # newest first
    assert (last["event"], last["job_id"], last["url"]) == ("job.completed", job_id, url)
    assert last["response_ms"] >= 0
    described = data_of(client.get(f"/webhooks/deliveries/{last['id']}"))
    assert described["tries"][0]["answer"] == "thanks"
    assert described["body"]["results"]["document_type"]
    again = data_of(client.post(f"/webhooks/deliveries/{last['id']}/redeliver"))
    assert again["id"] != last["id"]
    assert again["event_id"] == last["event_id"]
    wait_until(lambda: receiver.events(path).count("job.completed") == 2)
    bodies = {call.body for call in receiver.at(path) if call.event["event"] == "job.completed"}
    assert len(bodies) == 1


def test_deliveries_are_filtered_and_paged(client, place):
    _, url = place()
    job_id = start(client, callback_url=url)
    found = settled(client, job_id=job_id)
    page = data_of(client.get("/webhooks/deliveries", params={"job_id": job_id, "page_size": 1, "page": 2}))
    assert [one["id"] for one in page["deliveries"]] == [found[1]["id"]]
    assert page["total"] == len(found)
    assert deliveries_of(client, job_id=job_id, status="failed") == []
    error_of(client.get("/webhooks/deliveries", params={"status": "odd"}), 400, "VALIDATION_ERROR")


def test_another_accounts_deliveries_are_not_there(server, client, place):
    delivery = data_of(client.post("/webhooks/test", json={"url": place()[1]}))
    with server.client("other") as other:
        error_of(other.get(f"/webhooks/deliveries/{delivery['id']}"), 404, "DELIVERY_NOT_FOUND")
        error_of(other.post(f"/webhooks/deliveries/{delivery['id']}/redeliver"), 404, "DELIVERY_NOT_FOUND")
        assert delivery["id"] not in {one["id"] for one in deliveries_of(other)}
    error_of(client.get("/webhooks/deliveries/dlv_x"), 404, "DELIVERY_NOT_FOUND")


@pytest.mark.parametrize("url", ["ftp://a/b", "nothing", "http://", "", None])
def test_an_address_that_cannot_be_called_is_refused(client, url):
    error_of(client.post("/webhooks/test", json={"url": url}), 400, "VALIDATION_ERROR")


def test_after_its_file_is_deleted_no_results_are_told_any_more(client, place):
    _, url = place()
    document = upload(client)
    job = data_of(client.post("/parse/invoices", json={"document_id": document["doc_id"], "callback_url": url}))
    last = settled(client, job_id=finish(client, job["job_id"])["job_id"])[0]
    data_of(client.delete(f"/files/{document['doc_id']}"))
    assert data_of(client.get(f"/webhooks/deliveries/{last['id']}"))["body"]["results"] is None


def kill_worker(server):
    """Kill the server's worker; return whether there was one: its successor takes its time."""
    for child in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "worker" in " ".join(child.cmdline()):
                child.kill()
                return True
    return False


@pytest.mark.slow
def test_a_killed_worker_loses_no_delivery(open_folders, receiver, place):
    settings = {"webhook_networks": '["127.0.0.0/8"]', "webhook_retry_s": 0.003, "webhook_timeout_s": 4}
    path, url = place("fail-3")
    with run_server(open_folders() / "data", **settings) as server, server.client() as client:
        job_id = start(client, callback_url=url)
        for _ in range(3):
            wait_until(lambda: receiver.at(path))
            wait_until(lambda: kill_worker(server))
            time.sleep(0.3)
        found = wait_until(
            lambda: (
                (seen := deliveries_of(client, job_id=job_id))
                and seen[0]["event"] == "job.completed"
                and all(one["status"] == "delivered" for one in seen)
                and seen
            ),
            seconds=150,
        )
    told = list(dict.fromkeys(call.event["event_id"] for call in receiver.at(path)))
    assert told == [one["event_id"] for one in reversed(found)]


def test_without_leave_no_private_address_is_called(open_folders, receiver, place):
    path, url = place()
    with run_server(open_folders() / "data") as server, server.client() as client:
        for address in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::ffff:127.0.0.1]")):
            delivery = data_of(client.post("/webhooks/test", json={"url": address}))
            found = wait_until(
                lambda wanted=delivery: (
                    (seen := data_of(client.get(f"/webhooks/deliveries/{wanted['id']}")))["attempts"] and seen
                )
            )
            assert "not public" in found["error"]
    assert not receiver.at(path)
