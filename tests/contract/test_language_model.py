"""A server whose language model is a scripted endpoint on loopback, with a habit that each document names."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from serving import papers, run_server
from serving.endpoint import HABITS, run_endpoint
from serving.replies import data_of, error_of, finish, start, upload

KEY = "sk-of-the-operator"
SCHEMA = {"fields": ["invoice_number", "vessel"]}


def choose_habit(endpoint, body):
    """Do what the document says: `habit lies`."""
    return HABITS[re.search(r"habit (\w+)", body["messages"][1]["content"])[1]](endpoint, body)


@pytest.fixture(scope="module")
def endpoint():
    with run_endpoint(choose_habit, vessel="MV Aurora") as running:
        yield running


@pytest.fixture(scope="module")
def model_server(open_folders, endpoint):
    settings = {"llm_url": endpoint.url, "llm_key": KEY, "llm_model": "tiny", "llm_timeout_s": 5}
    with run_server(open_folders() / "data", **settings) as running:
        yield running


@pytest.fixture
def own(model_server):
    with model_server.client(f"account-{uuid4().hex[:8]}") as client:
        yield client


def paper(habit):
    return papers.pdf(lines=(*papers.INVOICE, f"All goods went with MV Aurora, habit {habit}"))


def keep_schema(client):
    body = {"name": "Ships", "type": "invoice", "schema_string": SCHEMA}
    return data_of(client.post("/schemas", json=body))


def test_a_field_that_no_rule_finds_is_asked_and_grounded(own, endpoint):
    keep_schema(own)
    results = finish(own, start(own, paper("quotes")))["results"]
    assert results["custom"] == {"invoice_number": "INV-2024-001", "vessel": "MV Aurora"}
    seen = results["evidence"]["custom.vessel"]
    assert (seen["source"], seen["page"], seen["text"], seen["status"]) == ("llm", 1, "MV Aurora", "unchecked")
    assert len(seen["box"]) == 4
    assert results["evidence"]["custom.invoice_number"]["source"] == "text"
    assert results["metadata"]["engine"] == "rules+llm"
    assert [i["fields"] for i in results["checks"]["issues"] if i["code"] == "LLM_UNPROVEN"] == [["custom.vessel"]]
    assert results["checks"]["straight_through"] is False
    assert endpoint.headers[-1]["Authorization"] == f"Bearer {KEY}"


FAILING = {
    "breaks_down": "LLM_FAILED",
    "knows_no_key": "LLM_FAILED",
    "refuses": "LLM_FAILED",
    "is_no_json": "LLM_FAILED",
    "babbles": "LLM_FAILED",
    "floods_at_once": "LLM_FAILED",
    "sleeps": "LLM_FAILED",
    "lies": "LLM_UNGROUNDED",
}
HABITS["floods_at_once"] = lambda endpoint, body: (200, b" " * 3_000_000)


@pytest.mark.parametrize(("habit", "code"), FAILING.items())
def test_whatever_the_model_does_the_job_completes_with_what_the_rules_found(own, model_server, habit, code):
    keep_schema(own)
    job = finish(own, start(own, paper(habit)))
    assert job["status"] == "completed", job
    results = job["results"]
    assert results["custom"] == {"invoice_number": "INV-2024-001", "vessel": None}
    assert results["summary"]["total"] == 1700.30
    assert results["metadata"]["engine"] == "rules"
    assert code in [issue["code"] for issue in results["checks"]["issues"]]
    for told in (str(job), "".join(model_server.log)):
        assert KEY not in told
        assert "987654" not in told


def test_rules_alone_ask_nobody(own, endpoint):
    keep_schema(own)
    before = len(endpoint.requests)
    job = finish(own, start(own, paper("quotes"), options={"engine": "rules"}))
    assert job["results"]["custom"]["vessel"] is None
    assert len(endpoint.requests) == before


def test_without_a_schema_auto_asks_nothing_and_llm_asks_for_what_is_open(own, endpoint):
    before = len(endpoint.requests)
    finish(own, start(own, paper("quotes")))
    assert len(endpoint.requests) == before
    job = finish(own, start(own, paper("quotes"), options={"engine": "llm"}))
    assert job["status"] == "completed"
    assert len(endpoint.requests) == before + 1
    asked = endpoint.requests[-1]["messages"][1]["content"]
    assert '"invoice_info.contract_number"' in asked
    assert '"invoice_info.invoice_number"' not in asked


def test_a_job_is_cancelled_while_the_model_thinks(own, endpoint):
    keep_schema(own)
    before = len(endpoint.requests)
    job_id = start(own, paper("sleeps"))
    deadline = time.monotonic() + 60
    while len(endpoint.requests) == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    data_of(own.delete(f"/jobs/{job_id}"))
    assert finish(own, job_id)["error"]["code"] == "JOB_CANCELLED"
    assert finish(own, start(own, paper("quotes")))["status"] == "completed"


@pytest.mark.parametrize(
    ("habit", "code", "vessel"), [("quotes", "LLM_UNPROVEN", "MV Aurora"), ("babbles", "LLM_FAILED", None)]
)
def test_results_in_a_named_schema_tell_what_is_in_doubt_beside_them(own, habit, code, vessel):
    """They hold exactly the schema's keys, so that their issues stand where their evidence does."""
    job = finish(own, start(own, paper(habit), schema=SCHEMA))
    assert job["results"] == {"invoice_number": "INV-2024-001", "vessel": vessel}
    assert [issue["fields"] for issue in job["checks"]["issues"] if issue["code"] == code] == [["vessel"]]
    assert job["checks"]["straight_through"] is False
    assert job["checks"]["equations"]


def test_what_was_asked_is_counted_for_monitoring(own, model_server):
    def scrape():
        with model_server.client() as admin:
            text = admin.get(f"{model_server.url}/metrics").text
        return {
            (sample.name.removeprefix("bursar_llm_").removesuffix("_lately"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.startswith("bursar_llm_")
        }

    keep_schema(own)
    before = scrape()
    for habit in ("quotes", "lies", "breaks_down"):
        finish(own, start(own, paper(habit)))
    after = scrape()
    added = {name: after[name] - before.get(name, 0) for name in after if name[0] != "ask_seconds"}
    assert (added["asks", "answered"], added["asks", "failed"]) == (2, 1)
    assert (added["issues", "LLM_UNGROUNDED"], added["issues", "LLM_FAILED"]) == (1, 1)
    assert 0 < after["ask_seconds", "answered"] < 5


def test_a_server_without_a_model_says_so(client):
    body = {"document_id": upload(client)["doc_id"], "options": {"engine": "llm"}}
    error = error_of(client.post("/parse/invoices", json=body), 400, "LLM_NOT_CONFIGURED")
    assert error["details"]["field"] == "options.engine"
    assert finish(client, start(client, options={"engine": "auto"}))["results"]["metadata"]["engine"] == "rules"
