"""`/metrics` against a real server."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from serving.replies import error_of, finish, start


@pytest.fixture
def scrape(server):
    def read():
        with server.client() as client:
            reply = client.get(f"{server.url}/metrics")
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/plain")
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.text)
            for sample in family.samples
        }

    return read


def total(samples, name, **labels):
    return sum(value for (found, having), value in samples.items() if found == name and labels.items() <= set(having))


def test_jobs_are_counted_with_their_stages_and_pages(client, scrape):
    before = total(scrape(), "bursar_jobs_ended_lately", status="completed", kind="invoice")
    finish(client, start(client))
    samples = scrape()
    assert total(samples, "bursar_jobs_ended_lately", status="completed", kind="invoice") == before + 1
    assert total(samples, "bursar_stage_seconds_lately", stage="parsing") > 0
    assert total(samples, "bursar_pages_per_second_lately") > 0
    assert total(samples, "bursar_database_up") == 1


def test_what_waits_is_counted_with_its_age(idle_server):
    with idle_server.client() as client:
        start(client)
        text = client.get(f"{idle_server.url}/metrics").text
    samples = {s.name: s.value for f in text_string_to_metric_families(text) for s in f.samples if not s.labels}
    assert 'bursar_jobs{status="pending"}' in text
    assert samples["bursar_queue_pages"] >= 1
    assert samples["bursar_queue_oldest_seconds"] > 0


def test_requests_are_timed_by_operation_and_no_caller_makes_a_new_one(client, scrape):
    scrape()
    before = {name for name in scrape() if name[0] == "bursar_http_request_seconds_count"}
    client.get("/jobs/job_1739261168870934041")
    for number in range(20):
        client.get(f"/nowhere/{number}")
        client.request(f"BREW{number}", "/jobs")
    samples = scrape()
    added = {name for name in samples if name[0] == "bursar_http_request_seconds_count"} - before
    assert len(added) <= 4
    assert total(samples, "bursar_http_request_seconds_count", operation="read_status", status="404") >= 1


def test_only_an_administrator_may_look(server):
    error_of(httpx.get(f"{server.url}/metrics"), 401, "UNAUTHORIZED")
    with server.client(key=server.make_key("someone")) as client:
        error_of(client.get(f"{server.url}/metrics"), 403, "FORBIDDEN")
