"""The contract, 3.2: process calls in every form, batches, what is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from serving import papers, wait_until
from serving.replies import data_of, error_of, finish, start, upload

JOB_ID = re.compile(r"job_[0-9]{19}")
BATCH_ID = re.compile(r"batch_[0-9]{19}")
STRANGE_DOCUMENT = "00000000-0000-4000-8000-000000000000"
STRANGE_FILE = "1739260380783576729_invoice.pdf"


@pytest.fixture(scope="module")
def document(server):
    with server.client() as client:
        return upload(client)


@pytest.fixture(scope="module")
def other(server):
    with server.client() as client:
        return upload(client, papers.pdf(pages=3))


# ---------------------------------------------------------------- one document

ONE = {
    "document_id": lambda d: {"document_id": d["doc_id"]},
    "file_id": lambda d: {"file_id": d["file_id"]},
    "both": lambda d: {"file_id": d["file_id"], "document_id": d["doc_id"]},
    "a list of one file_id": lambda d: {"file_ids": [d["file_id"]]},
    "a list of one document_id": lambda d: {"document_ids": [d["doc_id"]]},
    "a file_id that is a doc_id": lambda d: {"file_id": d["doc_id"]},
    "everything optional empty": lambda d: {
        "document_id": d["doc_id"], "file_id": None, "callback_url": "", "schema_id": None, "options": {}, "metadata": None,
        "password": "",
    },
    "fields that nobody knows": lambda d: {"document_id": d["doc_id"], "priority": "high", "user_id": 7},
}  # fmt: skip


@pytest.mark.parametrize("kind", ["/invoices", "/statements", ""])
@pytest.mark.parametrize("body", ONE.values(), ids=ONE)
def test_one_document_by_any_of_its_names_is_a_job(client, document, kind, body):
    data = data_of(client.post(f"/parse{kind}", json=body(document)))
    assert JOB_ID.fullmatch(data["job_id"])
    assert data["status"] == "pending"
    assert data["document_id"] == document["doc_id"]
    for name in ("created_at", "updated_at", "estimated_completion"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", data[name])
    assert data_of(client.get(f"/parse{kind}/{data['job_id']}"))["file_id"] == document["file_id"]


def test_the_estimated_completion_lies_ahead_and_grows_with_the_pages(client, document, other):
    def estimate(element):
        data = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))
        return datetime.fromisoformat(data["estimated_completion"])

    now = datetime.now(UTC)
    assert now < estimate(document) < now + timedelta(minutes=10)
    assert now < estimate(other) < now + timedelta(minutes=10)


def test_metadata_is_echoed_as_it_was_sent(client, document):
    metadata = {"z": 1, "a": {"deep": [1.5, None, "ü🧾", "\u0000"]}, "": True}
    job_id = start(client, metadata=metadata)
    echoed = data_of(client.get(f"/parse/invoices/{job_id}"))["metadata"]
    assert echoed == metadata
    assert list(echoed) == ["z", "a", ""]


def test_the_kind_of_the_address_overrides_what_is_detected(client):
    job = finish(client, start(client, kind="statements"))
    assert job["job_type"] == "statement_parsing"


# ---------------------------------------------------------------- bad bodies

BAD_BODIES = {
    "no JSON": (b"document_id=1", 400, "INVALID_REQUEST"),
    "broken JSON": (b'{"document_id": ', 400, "INVALID_REQUEST"),
    "no body": (b"", 400, "INVALID_REQUEST"),
    "not UTF-8": (b'{"document_id": "\xff"}', 400, "INVALID_REQUEST"),
    "NaN": (b'{"document_id": NaN}', 400, "INVALID_REQUEST"),
    "a lone surrogate": (b'{"document_id": "\\ud800"}', 400, "INVALID_REQUEST"),
    "nesting without end": (b"[" * 100_000, 400, "INVALID_REQUEST"),
    "a list": (b"[]", 400, "VALIDATION_ERROR"),
    "a number": (b"7", 400, "VALIDATION_ERROR"),
    "null": (b"null", 400, "VALIDATION_ERROR"),
    "an empty object": (b"{}", 400, "VALIDATION_ERROR"),
    "more than a megabyte": (b'{"document_id": "' + b"x" * 1_100_000 + b'"}', 413, "REQUEST_TOO_LARGE"),
}


@pytest.mark.parametrize("path", ["/parse/invoices", "/parse/statements/batch", "/parse"])
@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_process_call_is_refused(client, path, body, status, code):
    error_of(client.post(path, content=body, headers={"Content-Type": "application/json"}), status, code)


def test_another_content_type_is_415(client):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        reply = client.post("/parse/invoices", content=b"{}", headers={"Content-Type": content_type})
        error_of(reply, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_json_may_say_so_in_any_of_its_ways(client, document):
    content = json.dumps({"document_id": document["doc_id"]}).encode()
    for content_type in (
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/x+json",
    ):
        assert data_of(client.post("/parse/invoices", content=content, headers={"Content-Type": content_type}))


BAD_FIELDS = {
    "an unknown document": ({"document_id": STRANGE_DOCUMENT}, 404, "DOCUMENT_NOT_FOUND"),
    "a document id that is none": ({"document_id": "x"}, 404, "DOCUMENT_NOT_FOUND"),
    "a document id with NUL": ({"document_id": "a\x00b"}, 404, "DOCUMENT_NOT_FOUND"),
    "an unknown file": ({"file_id": STRANGE_FILE}, 404, "FILE_NOT_FOUND"),
    "an unknown file in a list": ({"file_ids": [STRANGE_FILE]}, 404, "FILE_NOT_FOUND"),
    "a number for an id": ({"document_id": 7}, 400, "VALIDATION_ERROR"),
    "an empty id": ({"document_id": ""}, 400, "VALIDATION_ERROR"),
    "an endless id": ({"document_id": "x" * 500}, 400, "VALIDATION_ERROR"),
    "an empty list": ({"document_ids": []}, 400, "VALIDATION_ERROR"),
    "no list": ({"document_ids": "x"}, 400, "VALIDATION_ERROR"),
    "documents in two places": ({"document_ids": ["x"], "file_ids": ["y"]}, 400, "VALIDATION_ERROR"),
    "a nameless file": ({"files": [{}]}, 400, "VALIDATION_ERROR"),
}
BAD_EXTRAS = {
    "an unknown option": ({"options": {"speed": 9}}, "options.speed"),
    "an option of a wrong type": ({"options": {"detect_tax": "yes"}}, "options.detect_tax"),
    "an option of a wrong value": ({"options": {"ocr": "maybe"}}, "options.ocr"),
    "pages that are none": ({"options": {"pages": "one"}}, "options.pages"),
    "a page that the document lacks": ({"options": {"pages": "1-9"}}, "options.pages"),
    "options that are no object": ({"options": [1]}, "options"),
    "metadata that is no object": ({"metadata": "x"}, "metadata"),
    "metadata of more than 4 KB": ({"metadata": {"x": "y" * 4096}}, "metadata"),
    "metadata nested too deeply": ({"metadata": json.loads('{"a":' * 400 + "1" + "}" * 400)}, "metadata"),
    "a callback to no web address": ({"callback_url": "mailto:me@example.com"}, "callback_url"),
    "a callback to nowhere": ({"callback_url": "https://"}, "callback_url"),
    "a callback with a line break": ({"callback_url": "https://example.com/\r\nX: y"}, "callback_url"),
    "a password that is a number": ({"password": 1234}, "password"),
    "an inline schema without a field": ({"schema": {"fields": []}}, "schema"),
}


@pytest.mark.parametrize(("body", "status", "code"), BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_a_document_that_cannot_be_had_is_refused(client, body, status, code):
    error_of(client.post("/parse/invoices", json=body), status, code)


@pytest.mark.parametrize(("extra", "field"), BAD_EXTRAS.values(), ids=BAD_EXTRAS)
def test_a_bad_field_is_named_with_the_reason(client, document, extra, field):
    reply = client.post("/parse/invoices", json={"document_id": document["doc_id"], **extra})
    details = error_of(reply, 400, "VALIDATION_ERROR")["details"]
    assert details["field"] == field
    assert details["reason"]


def test_a_schema_that_there_is_not_is_404(client, document):
    body = {"document_id": document["doc_id"], "schema_id": STRANGE_DOCUMENT}
    error_of(client.post("/parse/invoices", json=body), 404, "SCHEMA_NOT_FOUND")


def test_a_file_id_of_another_document_is_refused(client, document, other):
    body = {"document_id": document["doc_id"], "file_id": other["file_id"]}
    error_of(client.post("/parse/invoices", json=body), 404, "FILE_NOT_FOUND")


def test_a_deleted_document_is_gone(client):
    element = upload(client)
    data_of(client.delete(f"/files/{element['doc_id']}"))
    for body in ({"document_id": element["doc_id"]}, {"file_id": element["file_id"]}):
        error_of(client.post("/parse/invoices", json=body), 410, "FILE_DELETED")


# ---------------------------------------------------------------- batches

MANY = {
    "files": lambda *ds: {"files": [{"document_id": ds[0]["doc_id"]}, {"file_id": ds[1]["file_id"]}]},
    "document_ids": lambda *ds: {"document_ids": [d["doc_id"] for d in ds]},
    "file_ids": lambda *ds: {"file_ids": [d["file_id"] for d in ds]},
}


@pytest.mark.parametrize("path", ["/parse/invoices/batch", "/parse/statements/batch", "/parse/invoices", "/parse"])
@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
def test_several_documents_are_a_batch_in_their_order(client, document, other, path, body):
    wanted = {**body(document, other), "callback_url": "https://example.com/hook"}
    data = data_of(client.post(path, json=wanted))
    assert BATCH_ID.fullmatch(data["batch_id"])
    assert (data["status"], data["total_files"], data["callback_url"]) == ("pending", 2, "https://example.com/hook")
    jobs = [data_of(client.get(f"/jobs/{job_id}")) for job_id in data["job_ids"]]
    assert [job["document_id"] for job in jobs] == [document["doc_id"], other["doc_id"]]
    assert {job["batch_id"] for job in jobs} == {data["batch_id"]}


def test_a_batch_ends_with_its_jobs_and_counts_them(client, document, other):
    body = {"document_ids": [document["doc_id"], other["doc_id"]]}
    batch_id = data_of(client.post("/parse/invoices/batch", json=body))["batch_id"]
    batch = data_of(client.get(f"/parse/invoices/batch/{batch_id}", params={"wait": 60}))
    assert (batch["status"], batch["progress"]) == ("completed", 100)
    assert (batch["total_files"], batch["processed_files"], batch["failed_files"]) == (2, 2, 0)
    assert [file["document_id"] for file in batch["files"]] == body["document_ids"]
    assert {file["status"] for file in batch["files"]} == {"completed"}
    for path in (f"/parse/invoices/{batch_id}", f"/parse/{batch_id}", f"/jobs/{batch_id}", f"/parse/jobs/{batch_id}"):
        assert data_of(client.get(path)) == batch


def test_one_bad_item_starts_nothing(client, document):
    before = data_of(client.get("/jobs"))["total"]
    body = {"files": [{"document_id": document["doc_id"]}, {"document_id": STRANGE_DOCUMENT}]}
    error_of(client.post("/parse/invoices/batch", json=body), 404, "DOCUMENT_NOT_FOUND")
    body = {"files": [{"document_id": document["doc_id"]}], "options": {"x": 1}}
    error_of(client.post("/parse/invoices/batch", json=body), 400, "VALIDATION_ERROR")
    assert data_of(client.get("/jobs"))["total"] == before


def test_a_batch_of_more_than_ten_is_refused_and_of_ten_is_not(client, document):
    body = {"document_ids": [document["doc_id"]] * 11}
    error_of(client.post("/parse/invoices/batch", json=body), 400, "VALIDATION_ERROR")
    body = {"document_ids": [document["doc_id"]] * 10}
    assert len(set(data_of(client.post("/parse/invoices/batch", json=body))["job_ids"])) == 10


def test_a_batch_of_another_kind_is_not_found_there(client, document):
    body = {"document_ids": [document["doc_id"]]}
    batch_id = data_of(client.post("/parse/invoices/batch", json=body))["batch_id"]
    error_of(client.get(f"/parse/statements/batch/{batch_id}"), 404, "BATCH_NOT_FOUND")
    error_of(client.get(f"/parse/statements/{batch_id}"), 404, "BATCH_NOT_FOUND")
    error_of(client.get("/parse/invoices/batch/batch_1739261168870934041"), 404, "BATCH_NOT_FOUND")
    error_of(client.get("/parse/invoices/batch/nonsense"), 404, "BATCH_NOT_FOUND")


# ---------------------------------------------------------------- upload and start in one call


@pytest.mark.parametrize("path", ["/parse/invoices", "/parse/statements", "/parse"])
def test_a_form_with_process_uploads_and_starts(client, path):
    fields = {"process": "true", "options": '{"pages": "1"}', "metadata": '{"a": 1}'}
    data = data_of(client.post(path, files=[("files", ("a.pdf", papers.pdf()))], data=fields))
    job = data_of(client.get(f"{path}/{data['job_id']}"))
    assert job["document_id"] == data["document_id"]
    assert job["metadata"] == {"a": 1}
    assert client.get(f"/files/{data['document_id']}/download").status_code == 200


def test_a_form_with_several_files_starts_a_batch(client):
    files = [("files", (f"{name}.pdf", papers.pdf())) for name in "ab"]
    data = data_of(client.post("/parse/invoices", files=files, data={"process": "true"}))
    assert len(data["job_ids"]) == 2


def test_a_form_without_process_is_an_upload(client):
    data = data_of(client.post("/parse/invoices", files=[("files", ("a.pdf", papers.pdf()))]))
    assert (data["status"], len(data["files"])) == ("done", 1)


BAD_FORMS = {
    "an option that is none": ({"options": '{"x": 1}'}, 400, "VALIDATION_ERROR"),
    "options that are no JSON": ({"options": "fast"}, 400, "INVALID_REQUEST"),
    "a page too many": ({"options": '{"pages": "2"}'}, 400, "VALIDATION_ERROR"),
    "metadata that is none": ({"metadata": "[]"}, 400, "VALIDATION_ERROR"),
    "an unknown schema": ({"schema_id": "x"}, 404, "SCHEMA_NOT_FOUND"),
    "a flag that is none": ({"process": "perhaps"}, 400, "VALIDATION_ERROR"),
}


@pytest.mark.parametrize(("fields", "status", "code"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_bad_form_keeps_and_starts_nothing(server, client, fields, status, code):
    before = server.stored_files(), data_of(client.get("/files"))["total"]
    reply = client.post(
        "/parse/invoices", files=[("files", ("a.pdf", papers.pdf()))], data={"process": "true", **fields}
    )
    error_of(reply, status, code)
    assert (server.stored_files(), data_of(client.get("/files"))["total"]) == before


def test_a_form_with_one_bad_file_starts_nothing(server, client):
    before = server.stored_files()
    files = [("files", ("a.pdf", papers.pdf())), ("files", ("b.pdf", papers.archive()))]
    error_of(client.post("/parse/invoices", files=files, data={"process": "true"}), 400, "VALIDATION_ERROR")
    assert server.stored_files() == before


# ---------------------------------------------------------------- locked documents


def test_a_password_at_upload_opens_the_document_for_good(server, client):
    before = server.stored_files()
    element = upload(client, papers.locked_pdf(), password=papers.PASSWORD)
    job_id = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
    assert finish(client, job_id)["status"] == "completed"
    data_of(client.delete(f"/files/{element['doc_id']}"))
    assert server.stored_files() == before


def test_a_wrong_password_is_told(server, client):
    before = server.stored_files()
    reply = client.post("/parse/upload", files=[("files", ("a.pdf", papers.locked_pdf()))], data={"password": "wrong"})
    error_of(reply, 400, "PASSWORD_WRONG")
    element = upload(client, papers.locked_pdf(), password=papers.PASSWORD)
    body = {"document_id": element["doc_id"], "password": "wrong"}
    error_of(client.post("/parse/invoices", json=body), 400, "PASSWORD_WRONG")
    data_of(client.delete(f"/files/{element['doc_id']}"))
    assert server.stored_files() == before


def test_a_password_of_a_process_call_makes_a_copy_that_goes_with_the_job(server, client):
    element = upload(client, papers.locked_pdf(), password=papers.PASSWORD)
    before = server.stored_files()
    body = {"document_id": element["doc_id"], "password": papers.PASSWORD}
    job_id = data_of(client.post("/parse/invoices", json=body))["job_id"]
    assert finish(client, job_id)["status"] == "completed"
    wait_until(lambda: server.stored_files() == before)  # it goes when the end of the job is written, not before


def test_passwords_stand_neither_in_the_database_nor_in_the_log(server, client):
    secret = "correct horse battery staple"
    content = papers.pdf(password=secret)
    element = upload(client, content, password=secret)
    body = {"document_id": element["doc_id"], "password": secret}
    finish(client, data_of(client.post("/parse/invoices", json=body))["job_id"])

    async def dump(connection):
        tables = await connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        kept = [
            await (await connection.execute(f'SELECT t::text AS row FROM "{table["tablename"]}" t')).fetchall()
            for table in await tables.fetchall()
        ]
        return "".join(row["row"] for rows in kept for row in rows)

    kept = server.run_in_database(dump)
    assert element["doc_id"] in kept
    assert secret not in kept
    assert secret not in "".join(server.log)


def test_a_password_that_nobody_needs_does_no_harm(client, document):
    body = {"document_id": document["doc_id"], "password": "superfluous"}
    assert data_of(client.post("/parse/invoices", json=body))["job_id"]
