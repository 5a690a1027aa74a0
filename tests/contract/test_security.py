"""SECURITY.md, tried: strangers at every operation of the OpenAPI document, paths, headers and logs, keys."""

from __future__ import annotations

import ast
import http.client
import json
import re
from functools import reduce
from operator import getitem
from pathlib import Path

import httpx
import pytest

from serving import papers, wait_until
from serving.replies import data_of, error_of, finish, start, upload

ROOT = Path(__file__).parents[2]
OPENAPI = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
SECRET_WORDS = "Zanzibar Xylophone Works"


def resolve(part):
    """What a part of the document says, where it stands or elsewhere."""
    while "$ref" in part:
        part = reduce(getitem, part["$ref"].removeprefix("#/").split("/"), OPENAPI)
    return part


def operations():
    """Every operation that wants a key, from the document: a new endpoint is covered when it is described."""
    for path, methods in OPENAPI["paths"].items():
        for method, told in methods.items():
            if told.get("security"):
                yield method.upper(), path, told


ALL = list(operations())
NAMED = [f"{method} {path}" for method, path, _ in ALL]
_ID_FIELDS = ("document_id", "file_id", "job_id", "batch_id", "schema_id")


@pytest.fixture(scope="module")
def things(server):
    """One of everything, of the account `acme`; `unnamed` stands for ids of kinds that this test does not know."""
    with server.client("owner of things") as owner:
        element = upload(owner, papers.pdf(lines=(*papers.INVOICE, SECRET_WORDS)), filename="wholly-ours.pdf")
        job_id = data_of(owner.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
        finish(owner, job_id)
        batch = data_of(owner.post("/parse/invoices/batch", json={"document_ids": [element["doc_id"]]}))
        made = owner.post("/schemas", json={"name": "ours", "type": "invoice", "schema_string": {"fields": ["total"]}})
        for batched in batch["job_ids"]:
            finish(owner, batched)
        return {
            "document_id": element["doc_id"],
            "file_id": element["file_id"],
            "job_id": job_id,
            "batch_id": batch["batch_id"],
            "schema_id": data_of(made)["id"],
            "page": "1",
            "unnamed": element["doc_id"],
        }


def snapshot(server, things):
    with server.client("owner of things") as owner:
        paths = (
            f"/files/{things['document_id']}",
            f"/jobs/{things['job_id']}",
            f"/parse/{things['batch_id']}",
            f"/schemas/id/{things['schema_id']}",
        )
        return [data_of(owner.get(path)) for path in paths]


def address(server, path, things):
    """The URL of an operation, with our ids in its path."""
    filled = re.sub(r"\{(\w+)\}", lambda found: things.get(found[1], things["unnamed"]), path)
    return server.url + filled


def required_query(told):
    return {
        one["name"]: resolve(one["schema"]).get("enum", ["1"])[0]
        for one in map(resolve, told.get("parameters", ()))
        if one["in"] == "query" and one.get("required")
    }


def body_schema(told):
    content = told.get("requestBody", {}).get("content", {})
    return resolve(content["application/json"]["schema"]) if "application/json" in content else None


def sound_body(schema):
    """A body that is in order by itself, from the document's examples."""
    found = {}
    for name, field in schema.get("properties", {}).items():
        if field.get("examples") and name not in _ID_FIELDS:
            found[name] = field["examples"][0]
    return found


@pytest.mark.parametrize(("method", "path", "told"), ALL, ids=NAMED)
def test_a_stranger_who_knows_our_ids_finds_nothing(server, things, method, path, told):
    before = snapshot(server, things)
    schema = body_schema(told)
    with server.client("stranger") as stranger:
        sent = {"json": sound_body(schema)} if schema is not None else {}
        reply = stranger.request(method, address(server, path, things), params=required_query(told), **sent)
        if "{" in path:
            assert reply.status_code == 404, reply.text
            assert reply.json()["error"]["code"].endswith("_NOT_FOUND")
        check_silent(reply, things)
        for body in bodies_that_name_ours(schema, things):
            reply = stranger.request(method, address(server, path, things), json=body)
            assert reply.status_code in (400, 404), reply.text
            check_silent(reply, things, told=body)
    assert snapshot(server, things) == before


def bodies_that_name_ours(schema, things):
    """A body for each way in which the operation may name a thing of another account."""
    for name, field in ({} if schema is None else schema.get("properties", {})).items():
        if name in _ID_FIELDS:
            yield {name: things[name]}
        elif name in ("document_ids", "file_ids"):
            yield {name: [things[name.removesuffix("s")]]}
        elif name == "files" and "array" in json.dumps(field):
            yield {name: [{"document_id": things["document_id"]}]}


def check_silent(reply, things, told=()):
    """The reply holds nothing of ours that the stranger did not say first."""
    ours = {name: thing for name, thing in things.items() if name not in ("page", "unnamed")}
    said = json.dumps(told) + str(reply.request.url)
    for thing in (*ours.values(), SECRET_WORDS, "wholly-ours"):
        assert thing not in reply.text or thing in said, thing


@pytest.mark.parametrize(("method", "path", "told"), ALL, ids=NAMED)
def test_every_operation_wants_a_key(server, things, method, path, told):
    reply = httpx.request(method, address(server, path, things), params=required_query(told))
    error_of(reply, 401, "UNAUTHORIZED")


# ---------------------------------------------------------------- paths

CLIMBS = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/settings",
    "....//",
    "/etc/passwd",
    "a%00b",
    "..\\..\\x",
]


@pytest.mark.parametrize("name", CLIMBS)
@pytest.mark.parametrize(
    "path", ["/files/{}", "/files/{}/download", "/jobs/{}", "/schemas/id/{}", "/parse/invoices/{}"]
)
def test_a_path_that_climbs_leads_nowhere(server, path, name):
    """Sent as it stands, without a client that would tidy it up."""
    host = server.url.removeprefix("http://")

    connection = http.client.HTTPConnection(host, timeout=30)
    connection.putrequest("GET", "/api/v1" + path.format(name), skip_host=False)
    connection.putheader("Authorization", f"Bearer {server.key_of('acme')}")
    connection.endheaders()
    reply = connection.getresponse()
    body = reply.read()
    assert reply.status in (400, 404), body
    assert b"root:" not in body


@pytest.mark.parametrize("filename", ["../../../evil.pdf", "..\\evil.pdf", "/etc/evil.pdf", "a/../../evil.pdf", ".pdf"])
def test_a_file_name_decides_nothing_about_where_bytes_lie(server, client, filename):
    before = server.stored_files()
    element = upload(client, filename=filename)
    assert "/" not in element["file_id"]
    assert "\\" not in element["file_id"]
    added = server.stored_files() - before
    assert all("evil" not in path and path.startswith("documents/") for path in added)
    reply = client.get(f"/files/{element['doc_id']}/download")
    assert reply.status_code == 200
    assert ".." not in reply.headers["content-disposition"]


# ---------------------------------------------------------------- headers, logs


def test_a_file_name_cannot_add_a_header_to_a_download(client):
    content = papers.pdf()
    boundary = "xx"
    name = 'a"; x=y\\ %0d%0aSet-Cookie: a=b ünï.pdf'
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    reply = client.post("/parse/upload", content=body, headers=headers)
    if reply.status_code == 400:
        error_of(reply, 400, reply.json()["error"]["code"])
        return
    download = client.get(f"/files/{data_of(reply)['doc_id']}/download")
    assert "set-cookie" not in download.headers
    assert download.headers["content-disposition"].startswith("attachment")
    assert download.headers["x-content-type-options"] == "nosniff"


def test_what_a_caller_sends_is_one_line_of_the_log_and_stays_data(server, client):
    forged = '{"event": "forged", "level": "info"}'
    client.get("/jobs", headers={"X-Request-Id": f"a {forged}"})
    client.get("/files/x%0a" + forged.replace(" ", "%20"))
    for line in list(server.log):
        if line.startswith("{"):
            assert json.loads(line).get("event") != "forged"
        assert not line.startswith(forged)


def test_no_key_no_password_and_nothing_of_a_document_is_logged_or_told(server, things):
    key = server.key_of("owner of things")
    with server.client("owner of things") as owner:
        refused = owner.get("/jobs", headers={"Authorization": f"Bearer {key}x"})
        assert key not in refused.text
        broken = owner.post(
            "/parse/upload",
            files=[("files", ("b.pdf", b"%PDF-1.4 " + SECRET_WORDS.encode()))],
            data={"password": "hush-hush-9"},
        )
        assert SECRET_WORDS not in broken.text
        wrong = owner.post("/parse/invoices", json={"document_id": things["document_id"], "options": {"language": 7}})
        assert wrong.status_code == 400
        marker = finish(owner, start(owner))["job_id"]
    wait_until(lambda: server.log)
    log = "".join(server.log)
    for secret in (key, key[4:], SECRET_WORDS, "hush-hush-9", "Bearer "):
        assert secret not in log
    assert marker


# ---------------------------------------------------------------- keys


def test_keys_are_compared_by_their_hash_alone():
    """No `==` between a given key and a kept one: the database looks up a SHA-256, so no guess gets warmer."""
    tree = ast.parse((ROOT / "src/bursar/service/keys.py").read_text(encoding="utf-8"))
    compared = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [one for one in compared if re.search(r"\bkey\b", one) and "==" in one]
    statement = (ROOT / "src/bursar/database/sql/keys.sql").read_text(encoding="utf-8")
    assert "key_sha256 = %(key_sha256)s" in statement


# ---------------------------------------------------------------- browsers


def test_a_web_page_is_never_given_credentials(server):
    origin = {"Origin": "https://evil.example.com"}
    reply = httpx.get(f"{server.api}/jobs", headers=origin)
    assert "access-control-allow-credentials" not in reply.headers
    asked = {**origin, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"}
    assert "access-control-allow-credentials" not in httpx.options(f"{server.api}/jobs", headers=asked).headers
