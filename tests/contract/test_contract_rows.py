"""The contract, all of it: each row of `rows.py` is called, and its reply held against what the contract and OpenAPI say.

Then each operation is called wrongly, in every way that its description allows to be derived.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property, reduce
from operator import getitem
from uuid import uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator

from contract.rows import API, ROWS
from serving import papers
from serving.replies import data_of, error_of, finish, start, upload

_PATIENCE_S = 90
ACCOUNT = f"rows-{uuid4().hex[:8]}"
UNKNOWN = {
    "job_id": "job_1739261168870934041",
    "batch_id": "batch_1739261168870934041",
    "file_id": "1739260380783576729_invoice.pdf",
    "schema_id": "00000000-0000-4000-8000-000000000000",
    "key_id": "00000000-0000-4000-8000-000000000000",
    "delivery_id": "dlv_999999999",
    "page": "999",
}
LACKING = {"read": ("write",), "write": ("read",), "admin": ("read", "write")}
FIRST = {row.operation: row for row in reversed(ROWS)}  # the first row of each operation


class Things:
    """Things of the account, by the names that rows give them: made once, and anew where the name says `new`."""

    def __init__(self, client):
        self.client = client
        self._numbers = itertools.count()

    def get(self, name):
        """The id of a thing."""
        made = getattr(self, name)
        return made() if callable(made) else made

    page = "1"

    @cached_property
    def document(self):
        return upload(self.client)

    @property
    def document_id(self):
        self.job_id  # noqa: B018  (a document of which a schema can be made has been processed)
        return self.document["doc_id"]

    @property
    def file_id(self):
        return self.document["file_id"]

    @cached_property
    def job_id(self):
        return self._process("/parse/invoices")

    @cached_property
    def statement_job(self):
        return self._process("/parse/statements")

    @cached_property
    def reviewed_job(self):
        job_id = start(self.client)
        finish(self.client, job_id)
        return job_id

    @cached_property
    def batch_id(self):
        return self._start_batch("/parse/invoices")

    @cached_property
    def statement_batch(self):
        return self._start_batch("/parse/statements")

    @cached_property
    def schema_id(self):
        return self.new_schema()

    @cached_property
    def delivery_id(self):
        return data_of(self.client.post("/webhooks/test", json={"url": "https://example.com/hook"}))["id"]

    def corrected_job(self):
        body = {"fields": {"invoice_info.purchase_order": f"PO-{next(self._numbers)}"}}
        data_of(self.client.patch(f"/jobs/{self.reviewed_job}/results", json=body))
        return self.reviewed_job

    def new_name(self):
        return f"Ledger {next(self._numbers)}"

    def new_document(self):
        return upload(self.client)["doc_id"]

    def new_job(self):
        return start(self.client)

    def cancelled_job(self):
        job_id = self.new_job()
        data_of(self.client.delete(f"/jobs/{job_id}"))
        return job_id

    def new_schema(self):
        # Of statements and two of them, so that they add nothing to the invoices' results.
        body = {"name": self.new_name(), "type": "bank_statement", "schema_string": {"fields": ["opening_balance"]}}
        return data_of(self.client.post("/schemas", json=body))["id"]

    def new_key(self):
        return data_of(self.client.post("/keys", json={"permissions": ["read"]}))["id"]

    def _process(self, path):
        job_id = data_of(self.client.post(path, json={"document_id": self.document["doc_id"]}))["job_id"]
        finish(self.client, job_id)
        return job_id

    def _start_batch(self, path):
        return data_of(self.client.post(f"{path}/batch", json={"document_ids": [self.document["doc_id"]]}))["batch_id"]


@pytest.fixture(scope="module")
def described(server):
    """The server's own document."""
    return httpx.get(f"{server.url}/openapi.json", timeout=_PATIENCE_S).json()


@pytest.fixture(scope="module")
def sites(server, idle_server):
    """For each of the servers: a client of one account, and its things."""
    with server.client(ACCOUNT) as busy, idle_server.client(ACCOUNT) as idle:
        yield {False: (server, busy, Things(busy)), True: (idle_server, idle, Things(idle))}


def resolve(described, told):
    """What a reference of the document stands for."""
    while "$ref" in told:
        told = reduce(getitem, told["$ref"].removeprefix("#/").split("/"), described)
    return told


def find(described, operation):
    method, _, path = operation.partition(" ")
    return described["paths"][path][method.lower()]


def fill(value, things):
    """Put ids where braces name a thing."""
    if isinstance(value, dict):
        return {name: fill(inner, things) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, things) for inner in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: things.get(found[1]), value)
    return value


def call(url, client, row, things, **changed):
    """Send what the row says, but for what is `changed`."""
    method, _, path = row.operation.partition(" ")
    path = re.sub(r"\{(\w+)\}", lambda found: things.get(row.ids.get(found[1], found[1])), path)
    sent = {"params": fill(row.query, things), "headers": row.headers, "timeout": _PATIENCE_S}
    if row.json is not None:
        sent["json"] = fill(row.json, things)
    if row.form is not None:
        sent |= {"files": [("files", ("invoice.pdf", papers.pdf()))], "data": row.form}
    return client.request(changed.pop("method", method), url + changed.pop("path", path), **{**sent, **changed})


def check_told(described, operation, reply):
    """The reply has a status, a media type, headers and a shape that the document names."""
    told = find(described, operation)["responses"]
    assert str(reply.status_code) in told, (operation, reply.status_code, reply.text)
    answer = resolve(described, told[str(reply.status_code)])
    for name in answer.get("headers", {}):
        assert name in reply.headers, name
    kinds = {name.partition(";")[0]: told for name, told in answer.get("content", {}).items()}
    if not kinds:
        return
    kind = reply.headers["content-type"].partition(";")[0]
    assert kind in kinds or "application/octet-stream" in kinds, (operation, kind)
    if kind == "application/json" and is_reply(kinds[kind]):
        validator = Draft202012Validator({**kinds[kind]["schema"], "components": described["components"]})
        assert not [f"{problem.json_path}: {problem.message}" for problem in validator.iter_errors(reply.json())]


def is_reply(content):
    """Whether JSON is the reply itself, and no file that is downloaded."""
    return content["schema"].get("format") != "binary"


def test_the_table_is_about_every_operation_of_the_server_and_no_other(described):
    there = {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}
    assert {row.operation for row in ROWS} == there


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_row_of_the_contract_holds(sites, described, row):
    server, client, things = sites[row.idle]
    reply = call(server.url, client, row, things)
    assert reply.status_code == row.status, reply.text
    check_told(described, row.operation, reply)
    if row.told is not None:
        assert row.told <= set(data_of(reply, row.status))


GUARDED = [row for row in FIRST.values() if row.needs]


@pytest.mark.parametrize("row", GUARDED, ids=[row.operation for row in GUARDED])
def test_who_lacks_the_permission_or_a_key_is_refused(sites, described, row):
    server, client, things = sites[row.idle]
    key = key_with(server, LACKING[row.needs])
    reply = call(server.url, client, row, things, headers={"Authorization": f"Bearer {key}"})
    error = error_of(reply, 403, "FORBIDDEN")
    assert error["details"]["permission"] == row.needs
    check_told(described, row.operation, reply)
    reply = call(server.url, httpx, row, things)
    error_of(reply, 401, "UNAUTHORIZED")
    assert reply.headers["www-authenticate"] == "Bearer"
    check_told(described, row.operation, reply)


def key_with(server, permissions):
    """A key of the account with no other permissions, made once a server."""
    name = " ".join(permissions)
    kept = server.__dict__.setdefault("keys_by_permission", {})
    if name not in kept:
        kept[name] = server.make_key(ACCOUNT, permissions=permissions)
    return kept[name]


NAMED = [row for row in FIRST.values() if "{" in row.operation]


@pytest.mark.parametrize("row", NAMED, ids=[row.operation for row in NAMED])
def test_what_there_is_not_is_404_by_a_code_that_the_document_shows(sites, described, row):
    server, client, things = sites[row.idle]
    path = row.operation.partition(" ")[2]
    shown = [
        resolve(described, example)["value"]["error"]["code"]
        for answer in [resolve(described, find(described, row.operation)["responses"]["404"])]
        for example in answer["content"]["application/json"]["examples"].values()
    ]
    for unknown in re.findall(r"\{(\w+)\}", path):
        ids = {name: things.get(row.ids.get(name, name)) for name in re.findall(r"\{(\w+)\}", path)}
        ids[unknown] = UNKNOWN[unknown]
        reply = call(server.url, client, row, things, path=path.format(**ids))
        assert reply.status_code == 404, reply.text
        assert reply.json()["error"]["code"] in shown
        check_told(described, row.operation, reply)


READING = [row for row in FIRST.values() if row.json is not None]
BAD_BODIES = {
    "no JSON": (b"{", "application/json", 400, "INVALID_REQUEST"),
    "a list": (b"[]", "application/json", 400, "VALIDATION_ERROR"),
    "text": (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
}


@pytest.mark.parametrize("row", READING, ids=[row.operation for row in READING])
def test_a_body_that_is_none_is_refused(sites, described, row):
    server, client, things = sites[row.idle]
    for content, media_type, status, code in BAD_BODIES.values():
        reply = call(server.url, client, row, things, json=None, content=content, headers={"Content-Type": media_type})
        error_of(reply, status, code)
        check_told(described, row.operation, reply)


def bad_values(schema):
    """Values that a parameter's description forbids."""
    for choice in schema.get("anyOf", [schema]):
        if "minimum" in choice:
            yield choice["minimum"] - 1
        if "maximum" in choice:
            yield choice["maximum"] + 1
        if "enum" in choice:
            yield "unheard-of"
        if choice.get("format") == "date":
            yield "2024-02-30"


@pytest.mark.parametrize("row", FIRST.values(), ids=FIRST)
def test_a_parameter_out_of_its_bounds_is_refused_by_name(sites, described, row):
    server, client, things = sites[row.idle]
    for told in find(described, row.operation).get("parameters", []):
        parameter = resolve(described, told)
        if parameter["in"] != "query":
            continue
        schema = resolve(described, parameter["schema"])
        for value in bad_values(schema):
            reply = call(server.url, client, row, things, params=fill({**row.query, parameter["name"]: value}, things))
            error = error_of(reply, 400, "VALIDATION_ERROR")
            assert error["details"]["field"] == parameter["name"]
            check_told(described, row.operation, reply)


@pytest.mark.parametrize("row", FIRST.values(), ids=FIRST)
def test_an_address_refuses_other_methods_and_answers_with_a_slash_and_a_doubled_prefix(sites, described, row):
    server, client, things = sites[row.idle]
    method, _, path = row.operation.partition(" ")
    filled = re.sub(r"\{(\w+)\}", lambda found: UNKNOWN[found[1]], path)
    taken = {name.upper() for name in described["paths"][path]}
    reply = client.request("PROPFIND", server.url + filled)
    error_of(reply, 405, "METHOD_NOT_ALLOWED")
    assert taken <= set(reply.headers["allow"].split(", "))
    plain = call(server.url, client, row, things, path=filled)
    for other in (f"{filled}/", filled.replace(API, API + API, 1)):
        again = call(server.url, client, row, things, path=other)
        assert again.status_code == plain.status_code or row.operation.startswith("DELETE"), other
    if method == "GET" and not path.endswith("/events"):  # a stream has no end that a HEAD could wait for
        head = call(server.url, client, row, things, path=filled, method="HEAD")
        assert (head.status_code, head.content) == (plain.status_code, b"")
