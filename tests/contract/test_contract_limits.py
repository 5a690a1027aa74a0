"""The contract, 3.1 to 3.4 and 6: limits that an operator sets, options of reading, numbers that the contract names."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bursar.service.webhooks import Redelivery
from serving import papers, run_server
from serving.replies import data_of, error_of, finish, upload

SMALL = {"max_files": 2, "max_pages": 2, "max_file_mb": 1, "batch_limit": 2, "max_metadata_kb": 1, "max_request_mb": 2}


@pytest.fixture(scope="module")
def small(open_folders):
    """A client of a server whose limits are small, and a document there."""
    with run_server(open_folders() / "data", workers=0, **SMALL) as server, server.client() as client:
        yield client, upload(client)["doc_id"]


def send(*contents):
    return {"files": [("files", (f"{number}.pdf", content)) for number, content in enumerate(contents)]}


BEYOND = {
    "files": ("/parse/upload", lambda _: send(*[papers.pdf()] * 3), 400, "VALIDATION_ERROR"),
    "pages": ("/parse/upload", lambda _: send(papers.pdf(pages=3)), 400, "VALIDATION_ERROR"),
    "bytes of a file": ("/parse/upload", lambda _: send(papers.pdf() + b"\n" * 1_100_000), 413, "FILE_TOO_LARGE"),
    "bytes of a request": ("/parse/upload", lambda _: send(b"x" * 6_000_000), 413, "FILE_TOO_LARGE"),
    "documents of a batch": ("/parse/invoices", lambda d: {"json": {"document_ids": [d] * 3}}, 400, "VALIDATION_ERROR"),
    "files of a batch": (
        "/parse/invoices/batch",
        lambda d: {"json": {"files": [{"document_id": d}] * 3}},
        400,
        "VALIDATION_ERROR",
    ),
    "metadata": (
        "/parse/invoices",
        lambda d: {"json": {"document_id": d, "metadata": {"a": "x" * 1100}}},
        400,
        "VALIDATION_ERROR",
    ),
}


@pytest.mark.parametrize(("path", "sent", "status", "code"), BEYOND.values(), ids=BEYOND)
def test_a_limit_that_an_operator_sets_holds(small, path, sent, status, code):
    client, document_id = small
    error_of(client.post(path, **sent(document_id)), status, code)
    within = {"document_ids": [document_id] * 2, "metadata": {"a": "x" * 900}}
    assert len(data_of(client.post("/parse/invoices", json=within))["job_ids"]) == 2
    assert len(data_of(client.post("/parse/upload", **send(*[papers.pdf(pages=2)] * 2)))["files"]) == 2


READING = {
    "pages": (papers.pdf(pages=3), {"pages": "2"}, lambda m, i: [page["page"] for page in m["pages"]] == [2]),
    "ocr forced": (papers.pdf(), {"ocr": "force"}, lambda m, i: m["source"] == "ocr"),
    "ocr never": (
        papers.image(),
        {"ocr": "never"},
        lambda m, i: (m["confidence_score"], i["invoice_number"]) == (None, None),
    ),
    "ocr as needed": (papers.pdf(), {"ocr": "auto"}, lambda m, i: m["source"] == "text"),
    "language": (papers.pdf(), {"language": "de"}, lambda m, i: (m["language"], i["language"]) == ("de", "de")),
    "engine": (papers.pdf(), {"engine": "rules"}, lambda m, i: m["engine"] == "rules"),
}


@pytest.mark.parametrize(("content", "options", "is_right"), READING.values(), ids=READING)
def test_options_of_reading_reach_the_reader(client, content, options, is_right):
    name = "scan.png" if content.startswith(b"\x89PNG") else "invoice.pdf"
    body = {"document_id": upload(client, content, filename=name)["doc_id"], "options": options}
    job = finish(client, data_of(client.post("/parse/invoices", json=body))["job_id"])
    assert job["status"] == "completed", job
    results = job["results"]
    assert is_right(results["metadata"], results["invoice_info"]), results["metadata"]


def test_an_account_has_fifty_active_schemas_at_most(server):
    with server.client(f"schemas-{uuid4().hex[:8]}") as client:

        def create(number):
            body = {"name": f"Ledger {number}", "type": "invoice", "schema_string": {"fields": ["total"]}}
            return client.post("/schemas", json=body)

        made = [data_of(create(number))["id"] for number in range(50)]
        error_of(create(50), 400, "VALIDATION_ERROR")
        data_of(client.delete(f"/schemas/id/{made[0]}"))
        data_of(create(50))


def test_a_webhook_is_sent_again_ever_later_and_five_times():
    again = Redelivery()
    waits = [again.wait_after(tries, jitter=0) for tries in range(1, 7)]
    assert waits == [*(timedelta(seconds=5 * 5**number) for number in range(4)), timedelta(seconds=3125), None]
    assert Redelivery(times=9).wait_after(9, jitter=0) == timedelta(hours=1)
    assert again.wait_after(1, jitter=1) == timedelta(seconds=5.5)
