"""The contract, 3.4: output schemas, and results in them."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from serving import papers
from serving.replies import data_of, error_of, finish, start, upload

LINES = (*papers.INVOICE, "Project code: PX-77")
FIELDS = {"fields": ["invoice_number", "total_amount_due", "project_code", "unicorns"]}


def create(client, name=None, definition=None, type_name="invoice"):
    body = {"name": name or f"schema {uuid4().hex}", "type": type_name, "schema_string": definition or FIELDS}
    return data_of(client.post("/schemas", json=body))


@pytest.fixture
def own(server):
    """A client of an account of the test's own, which has no schema yet."""
    with server.client(f"account-{uuid4().hex[:8]}") as client:
        yield client


FORMS = {
    "names": FIELDS,
    "names as text": json.dumps(FIELDS),
    "a template": {"invoice_number": "", "total": 0.0, "items": [{"sku": ""}]},
    "JSON Schema": {"type": "object", "properties": {"total": {"type": "number", "description": "what is to be paid"}}},
}


@pytest.mark.parametrize("definition", FORMS.values(), ids=FORMS)
def test_a_schema_is_kept_in_any_of_its_forms(own, definition):
    schema = create(own, "Purchase ledger", definition)
    assert set(schema) == {
        "id", "user_id", "name", "type", "description", "schema_string", "version", "is_active", "created_at", "updated_at",
    }  # fmt: skip
    assert (schema["version"], schema["is_active"], schema["type"]) == (1, True, "invoice")
    kept = json.loads(schema["schema_string"])
    assert kept == (json.loads(definition) if isinstance(definition, str) else definition)
    assert data_of(own.get(f"/schemas/id/{schema['id']}")) == schema


BAD = {
    "an unknown type": ({"type": "letter"}, "INVALID_SCHEMA_TYPE", "type"),
    "a short name": ({"name": "ab"}, "VALIDATION_ERROR", "name"),
    "a long name": ({"name": "x" * 256}, "VALIDATION_ERROR", "name"),
    "no JSON": ({"schema_string": "{"}, "VALIDATION_ERROR", "schema_string"),
    "a list": ({"schema_string": ["total"]}, "VALIDATION_ERROR", "schema_string"),
    "no field": ({"schema_string": {"fields": []}}, "VALIDATION_ERROR", "schema_string"),
    "a field named twice": ({"schema_string": {"fields": ["a", "a"]}}, "VALIDATION_ERROR", "schema_string"),
    "more than 100 KB": ({"schema_string": {"x": "y" * 103_000}}, "VALIDATION_ERROR", "schema_string"),
    "a type that is none": (
        {"schema_string": {"type": "object", "properties": {"a": {"type": "money"}}}}, "VALIDATION_ERROR", "schema_string",
    ),
    "a reference to elsewhere": (
        {"schema_string": {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1/a"}}}},
        "VALIDATION_ERROR", "schema_string",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "field"), BAD.values(), ids=BAD)
def test_a_bad_schema_is_refused_with_the_reason(own, changes, code, field):
    body = {"name": "Ledger", "type": "invoice", "schema_string": FIELDS, **changes}
    details = error_of(own.post("/schemas", json=body), 400, code)["details"]
    assert details["field"] == field
    assert details["reason"]
    assert data_of(own.get("/schemas/list"))["total"] == 0


def test_a_name_is_unique_among_the_active_schemas_of_an_account(own, client):
    first = create(own, "Ledger")
    body = {"name": "Ledger", "type": "invoice", "schema_string": FIELDS}
    error_of(own.post("/schemas", json=body), 409, "SCHEMA_EXISTS")
    data_of(client.delete(f"/schemas/id/{create(client, 'Ledger')['id']}"))
    data_of(own.delete(f"/schemas/id/{first['id']}"))
    assert create(own, "Ledger")["id"] != first["id"]


def test_a_change_raises_the_version_and_keeps_the_earlier_ones(own):
    schema = create(own, "Ledger")
    changed = data_of(own.put(f"/schemas/id/{schema['id']}", json={"schema_string": {"fields": ["total"]}}))
    assert (changed["version"], json.loads(changed["schema_string"])) == (2, {"fields": ["total"]})
    described = data_of(own.put(f"/schemas/id/{schema['id']}", json={"description": "What we book"}))
    assert (described["version"], described["description"]) == (3, "What we book")
    first = data_of(own.get(f"/schemas/id/{schema['id']}", params={"version": 1}))
    assert json.loads(first["schema_string"]) == FIELDS
    for fixed in ({"name": "Other", "description": "x"}, {"type": "bank_statement", "description": "x"}, {}):
        error_of(own.put(f"/schemas/id/{schema['id']}", json=fixed), 400, "VALIDATION_ERROR")


def test_lists_have_the_numbers_of_pages_and_the_newest_first(own):
    names = [create(own)["name"] for _ in range(3)]
    page = data_of(own.get("/schemas/list", params={"page": 1, "page_size": 2}))
    assert [schema["name"] for schema in page["schemas"]] == names[:0:-1]
    assert (page["total"], page["limit"], page["total_pages"]) == (3, 2, 2)


def test_a_schema_of_another_account_is_404(own, client):
    schema = create(own)
    for reply in (
        client.get(f"/schemas/id/{schema['id']}"),
        client.put(f"/schemas/id/{schema['id']}", json={"description": "mine"}),
        client.delete(f"/schemas/id/{schema['id']}"),
        client.get("/schemas/id/none"),
    ):
        error_of(reply, 404, "SCHEMA_NOT_FOUND")
    document = upload(client)
    body = {"document_id": document["doc_id"], "schema_id": schema["id"]}
    error_of(client.post("/parse/invoices", json=body), 404, "SCHEMA_NOT_FOUND")


def test_the_doubled_prefix_of_generated_clients_works(own):
    schema = create(own)
    assert data_of(own.get(f"/api/v1/schemas/id/{schema['id']}"))["id"] == schema["id"]


def test_a_result_in_a_schema_holds_exactly_its_keys_with_evidence(own):
    schema = create(own)
    job = finish(own, start(own, papers.pdf(lines=LINES), schema_id=schema["id"]))
    assert job["status"] == "completed", job
    assert job["results"] == {
        "invoice_number": "INV-2024-001", "total_amount_due": job["results"]["total_amount_due"],
        "project_code": "PX-77", "unicorns": None,
    }  # fmt: skip
    assert list(job["results"]) == FIELDS["fields"]
    assert job["result"] == job["results"]
    assert job["schema"] == {"schema_id": schema["id"], "version": 1}
    assert job["evidence"]["project_code"]["text"] == "PX-77"
    assert job["evidence"]["project_code"]["page"] == 1
    assert job["checks"]["verdict"] == job["review"]["verdict"]
    assert {"straight_through", "equations", "issues"} < set(job["checks"])


def test_a_job_keeps_the_version_that_it_was_started_with(own):
    schema = create(own)
    job_id = start(own, schema_id=schema["id"])
    data_of(own.put(f"/schemas/id/{schema['id']}", json={"schema_string": {"fields": ["total"]}}))
    data_of(own.delete(f"/schemas/id/{schema['id']}"))
    job = finish(own, job_id)
    assert list(job["results"]) == FIELDS["fields"]
    assert job["schema"]["version"] == 1


def test_a_files_processed_data_is_what_its_newest_job_shows(own):
    document_id = upload(own, papers.pdf(lines=LINES))["doc_id"]
    for body in ({"schema": FIELDS}, {}):
        job_id = data_of(own.post("/parse/invoices", json={"document_id": document_id, **body}))["job_id"]
        job = finish(own, job_id)
        shown = data_of(own.get(f"/files/{document_id}"))["processed_data"]
        assert shown == job["results"]
        assert (set(shown) == set(FIELDS["fields"])) == bool(body)


def test_an_inline_schema_counts_for_the_call_alone(own):
    job = finish(own, start(own, papers.pdf(lines=LINES), schema={"project_code": "", "total": 0.0}))
    assert job["results"] == {"project_code": "PX-77", "total": 1700.30}
    assert job["schema"] == {"schema_id": None, "version": None}
    assert "invoice_info" in finish(own, start(own))["results"]


def test_the_only_schema_of_a_kind_adds_a_custom_block(own):
    schema = create(own)
    create(own, type_name="bank_statement", definition={"fields": ["opening_balance"]})
    for kind in ("invoices", ""):
        document_id = upload(own, papers.pdf(lines=LINES))["doc_id"]
        path = f"/parse/{kind}".rstrip("/")
        job = finish(own, data_of(own.post(path, json={"document_id": document_id}))["job_id"])
        assert job["results"]["custom"]["project_code"] == "PX-77", path
        assert job["results"]["invoice_info"]["invoice_number"] == "INV-2024-001"
        assert job["results"]["evidence"]["custom.project_code"]["text"] == "PX-77"
        assert job["schema"] == {"schema_id": schema["id"], "version": 1}
    create(own)
    assert finish(own, start(own))["results"]["custom"] is None


def test_each_document_of_a_batch_may_have_a_schema_of_its_own(own):
    schemas = [create(own, definition={"fields": [name]}) for name in ("invoice_number", "due_date")]
    files = [{"document_id": upload(own)["doc_id"], "schema_id": schema["id"]} for schema in schemas]
    job_ids = data_of(own.post("/parse/invoices/batch", json={"files": files}))["job_ids"]
    results = [finish(own, job_id)["results"] for job_id in job_ids]
    assert results == [{"invoice_number": "INV-2024-001"}, {"due_date": "2024-02-06"}]


def test_a_schema_of_the_other_kind_is_refused(own):
    schema = create(own, type_name="bank_statement", definition={"fields": ["opening_balance"]})
    body = {"document_id": upload(own)["doc_id"], "schema_id": schema["id"]}
    error_of(own.post("/parse/invoices", json=body), 400, "INVALID_SCHEMA_TYPE")


def test_a_definition_can_be_tested_with_an_output(client):
    definition = {
        "type": "object",
        "properties": {"total": {"type": "number"}, "due": {"type": "string", "format": "date"}},
    }
    tested = data_of(client.post("/schemas/validate", json={"schema_string": definition}))
    assert (tested["valid"], tested["form"], tested["errors"]) == (True, "json_schema", [])
    assert [field["name"] for field in tested["fields"]] == ["total", "due"]
    body = {"schema_string": definition, "output": {"total": None, "due": "soon"}}
    tested = data_of(client.post("/schemas/validate", json=body))
    assert not tested["valid"]
    assert [error["path"] for error in tested["errors"]] == ["due"]
    tested = data_of(client.post("/schemas/validate", json={"schema_string": {"fields": []}}))
    assert not tested["valid"]
    assert tested["errors"][0]["reason"]


UNMET = {
    "a choice that the document does not make": ({"currency": {"type": "string", "enum": ["USD", "CHF"]}}, "currency"),
    "more rows than the document has": ({"items": {"type": "array", "minItems": 9}}, "items"),
    "a total that is too small": ({"total": {"type": "number", "minimum": 5000}}, "total"),
}


@pytest.mark.parametrize(("properties", "field"), UNMET.values(), ids=UNMET)
def test_a_result_that_does_not_meet_the_schema_says_so(own, properties, field):
    """Null is always allowed: a value that does not fit is not taken, and what was taken is held against the schema."""
    definition = {"type": "object", "properties": {"invoice_number": {"type": "string"}, **properties}}
    create(own, definition=definition)
    job = finish(own, start(own))
    assert job["status"] == "completed"
    found = job["results"]["custom"][field]
    unmet = [one["fields"] for one in job["results"]["checks"]["issues"] if one["code"] == "SCHEMA_NOT_MET"]
    assert (found is None) != (unmet == [[f"custom.{field}"]]), (found, unmet)
    exact = finish(own, start(own, schema=definition))
    told = [one["fields"] for one in exact["checks"]["issues"] if one["code"] == "SCHEMA_NOT_MET"]
    assert told == [[name.removeprefix("custom.") for name in names] for names in unmet]
    assert job["results"]["checks"]["straight_through"] is (not unmet and job["review"]["verdict"] == "proven")


def test_only_ones_own_documents_make_schemas(own, server):
    job_id = start(own)
    job = finish(own, job_id)
    with server.client("stranger to schemas") as stranger:
        for body, code in (
            ({"job_id": job_id}, "JOB_NOT_FOUND"),
            ({"document_id": job["document_id"]}, "DOCUMENT_NOT_FOUND"),
        ):
            error_of(stranger.post("/schemas/generate", json=body), 404, code)
    error_of(own.post("/schemas/generate", json={"job_id": "job_1739261168870934041"}), 404, "JOB_NOT_FOUND")
    error_of(own.post("/schemas/generate", json={"job_id": job_id, "document_id": "x"}), 400, "VALIDATION_ERROR")


def test_a_schema_made_from_a_document_reads_it_again(own):
    job_id = start(own)
    finish(own, job_id)
    made = data_of(own.post("/schemas/generate", json={"job_id": job_id}))
    assert made["type"] == "invoice"
    assert json.loads(made["schema_string"]) == made["json_schema"]
    job = finish(own, start(own, schema=made["schema_string"]))
    assert job["results"]["invoice_info"]["invoice_number"] == "INV-2024-001"
    assert set(job["results"]) == set(made["json_schema"]["properties"])
    error_of(own.post("/schemas/generate", json={"document_id": upload(own)["doc_id"]}), 409, "CONFLICT")
    error_of(own.post("/schemas/generate", json={}), 400, "VALIDATION_ERROR")
