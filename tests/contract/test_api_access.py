"""The contract, 2 and 5: keys, permissions, strangers, limits; one table of all endpoints for all of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from serving import papers, run_cli, run_cli_json, run_server
from serving.replies import data_of, error_of, start, upload

FORM = {"files": [("files", ("a.pdf", papers.pdf()))]}
# Every endpoint that needs a key: method, path with the owner's ids in it, what is sent, permission.
ENDPOINTS = [
    ("POST", "/parse/upload", FORM, "write"),
    ("POST", "/files/upload", FORM, "write"),
    *[
        row
        for path in ("/parse/invoices", "/parse/statements", "/parse")
        for row in (
            ("POST", path, {"json": {"document_id": "{doc_id}"}}, "write"),
            ("POST", path, {"json": {"file_id": "{file_id}"}}, "write"),
            ("POST", path, {"json": {"document_ids": ["{doc_id}", "{doc_id}"]}}, "write"),
            ("GET", path + "/{job_id}", {}, "read"),
            ("GET", path + "/{batch_id}", {}, "read"),
        )
    ],
    *[
        row
        for path in ("/parse/invoices", "/parse/statements")
        for row in (
            ("GET", path, {}, "read"),
            ("POST", path + "/batch", {"json": {"files": [{"document_id": "{doc_id}"}]}}, "write"),
            ("GET", path + "/batch/{batch_id}", {}, "read"),
        )
    ],
    ("GET", "/files", {}, "read"),
    ("GET", "/files/{doc_id}", {}, "read"),
    ("GET", "/files/{file_id}", {}, "read"),
    ("GET", "/files/{doc_id}/download", {}, "read"),
    ("GET", "/files/{file_id}/download", {}, "read"),
    ("GET", "/parse/files/{doc_id}", {}, "read"),
    ("GET", "/jobs", {}, "read"),
    ("GET", "/jobs/{job_id}", {}, "read"),
    ("GET", "/parse/jobs", {}, "read"),
    ("GET", "/parse/jobs/{job_id}", {}, "read"),
    ("POST", "/jobs/{job_id}/retry", {}, "write"),
    ("DELETE", "/jobs/{job_id}", {}, "write"),
    ("DELETE", "/parse/jobs/{job_id}", {}, "write"),
    ("DELETE", "/files/{doc_id}", {}, "write"),
    ("DELETE", "/files/{file_id}", {}, "write"),
    ("DELETE", "/parse/files/{doc_id}", {}, "write"),
]
NAMED = [f"{method} {path} {index}" for index, (method, path, _, _) in enumerate(ENDPOINTS)]
OPEN = ["/", "/health", "/health/live", "/health/ready", "/api/v1/health", "/docs", "/openapi.json"]


@pytest.fixture(scope="module")
def things(server):
    """A document, a job and a batch of the account `acme`."""
    with server.client() as client:
        element = upload(client)
        batch = data_of(client.post("/parse/invoices/batch", json={"document_ids": [element["doc_id"]]}))
        return {**element, "job_id": start(client), "batch_id": batch["batch_id"]}


def call(client, endpoint, things):
    method, path, sent, _ = endpoint
    filled = {name: fill(value, things) if name == "json" else value for name, value in sent.items()}
    return client.request(method, path.format(**things), **filled)


def fill(value, things):
    if isinstance(value, dict):
        return {name: fill(inner, things) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, things) for inner in value]
    return value.format(**things)


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMED)
def test_every_endpoint_wants_a_key(server, things, endpoint):
    with httpx.Client(base_url=server.api) as client:
        reply = call(client, endpoint, things)
    error_of(reply, 401, "UNAUTHORIZED")
    assert reply.headers["www-authenticate"] == "Bearer"


BAD_KEYS = ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer bsr_", "Bearer bsr_" + "x" * 43, "{key}",
            "Bearer {key}x", "Bearer {key} {key}", "Token {key}", "Bearer bsr_" + "x" * 5000]  # fmt: skip


@pytest.mark.parametrize("header", BAD_KEYS)
def test_a_key_that_is_none_is_refused(server, header):
    header = header.format(key=server.key_of("acme"))
    error_of(httpx.get(f"{server.api}/jobs", headers={"Authorization": header}), 401, "UNAUTHORIZED")


def test_the_scheme_may_be_written_in_any_case(server):
    for scheme in ("bearer", "BEARER"):
        data_of(httpx.get(f"{server.api}/jobs", headers={"Authorization": f"{scheme} {server.key_of('acme')}"}))


@pytest.mark.parametrize("path", OPEN)
def test_some_addresses_are_open_to_all(server, path):
    assert httpx.get(server.url + path).status_code == 200


def test_a_revoked_key_is_dead_at_once_also_where_it_was_just_used(server):
    key = server.make_key("revoking")
    with server.client(key=key) as client:
        for _ in range(3):
            data_of(client.get("/jobs"))
        server.revoke(key)
        time.sleep(0.1)
        error_of(client.get("/jobs"), 401, "UNAUTHORIZED")


def test_an_expired_key_is_dead_also_where_it_was_just_used(server):
    key = server.make_key("expiring", expires_at=datetime.now(UTC) + timedelta(seconds=6))
    with server.client(key=key) as client:
        data_of(client.get("/jobs"))
        time.sleep(6.1)
        error_of(client.get("/jobs"), 401, "UNAUTHORIZED")


def test_only_the_hash_of_a_key_is_kept(server):
    key = server.key_of("acme")

    async def read(connection):
        return await (await connection.execute("SELECT t::text AS row FROM api_keys t")).fetchall()

    rows = "".join(row["row"] for row in server.run_in_database(read))
    assert key[:12] in rows
    assert key[12:] not in rows
    assert key not in "".join(server.log)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMED)
def test_a_key_without_the_permission_is_403(server, things, endpoint):
    other = {"read": "write", "write": "read"}[endpoint[3]]
    if other not in server.keys:
        server.keys[other] = server.make_key("acme", permissions=[other])
    with server.client(key=server.keys[other]) as client:
        error_of(call(client, endpoint, things), 403, "FORBIDDEN")


# ---------------------------------------------------------------- strangers


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMED)
def test_another_accounts_things_do_not_exist(server, things, endpoint):
    with server.client("stranger") as stranger, server.client() as owner:
        before = data_of(owner.get(f"/files/{things['doc_id']}"))
        reply = call(stranger, endpoint, things)
        if "_id}" in endpoint[1] + str(endpoint[2].get("json")):
            assert reply.status_code == 404, reply.text
            assert reply.json()["error"]["code"].endswith("_NOT_FOUND")
        else:
            for name in ("doc_id", "file_id", "job_id", "batch_id"):
                assert things[name] not in reply.text
        assert data_of(owner.get(f"/files/{things['doc_id']}")) == before


# ---------------------------------------------------------------- limits


def budget_of(reply):
    return [int(reply.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")]


@pytest.mark.parametrize(
    "path", ["/jobs", "/nowhere", "/jobs/nonsense", "/files?page=0", "/parse/invoices/job_1739261168870934041"]
)
def test_every_reply_tells_the_budget(server, path):
    with server.client(key=server.make_key("budget", read_limit=100)) as client:
        limit, remaining, reset = budget_of(client.get(path))
    assert (limit, remaining) == (100, 99)
    assert time.time() <= reset <= time.time() + 61


def test_replies_without_a_key_tell_a_budget_too(server):
    for path in ("/health", "/api/v1/jobs", "/nowhere"):
        assert budget_of(httpx.get(server.url + path))[0] == 1200


def test_reads_have_a_budget_of_their_own(server):
    with server.client(key=server.make_key("reader", read_limit=20, work_limit=5)) as client:
        element = upload(client)
        replies = [client.get("/jobs") for _ in range(25)]
        assert [reply.status_code for reply in replies] == [200] * 20 + [429] * 5
        assert [budget_of(reply)[1] for reply in replies[:20]] == list(range(19, -1, -1))
        refused = replies[-1]
        error = error_of(refused, 429, "RATE_LIMIT_EXCEEDED")
        assert error["message"] == "Too many requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert error["details"]["retry_after"] == int(refused.headers["retry-after"])
        assert data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))


def test_each_file_uploaded_and_each_document_processed_is_a_unit_of_work(server):
    with server.client(key=server.make_key("worker", work_limit=10)) as client:
        reply = client.post("/parse/upload", files=[("files", (f"{n}.pdf", papers.pdf())) for n in range(3)])
        assert budget_of(reply)[:2] == [10, 7]
        ids = [element["doc_id"] for element in data_of(reply)["files"]]
        reply = client.post("/parse/invoices/batch", json={"document_ids": ids})
        assert budget_of(reply)[:2] == [10, 4]
        reply = client.post("/parse/invoices", files=FORM["files"], data={"process": "true"})
        assert budget_of(reply)[:2] == [10, 2]
        before = server.stored_files()
        reply = client.post("/parse/upload", files=[("files", (f"{n}.pdf", papers.pdf())) for n in range(3)])
        error_of(reply, 429, "RATE_LIMIT_EXCEEDED")
        assert server.stored_files() == before
        reply = client.post("/parse/invoices/batch", json={"document_ids": ids})
        error_of(reply, 429, "RATE_LIMIT_EXCEEDED")
        assert budget_of(client.post("/parse/invoices", json={"document_id": ids[0]}))[1] == 1
        assert data_of(client.get("/jobs"))["total"] == 5


def test_a_refused_call_that_did_no_work_costs_nothing(server):
    with server.client(key=server.make_key("careful", work_limit=3)) as client:
        for body in ({}, {"document_id": "x"}, {"document_id": "x", "options": {"y": 1}}):
            assert budget_of(client.post("/parse/invoices", json=body))[1] == 3


def test_a_limit_of_0_is_none(server):
    with server.client(key=server.make_key("free", read_limit=0, work_limit=0)) as client:
        limit, remaining, _ = budget_of(client.get("/jobs"))
        assert limit == 0
        assert remaining > 0


def test_limits_hold_across_api_processes(server):
    """A second server on the same database and files, as one adds for more requests."""
    from bursar.database.embedded import find_running

    key = server.make_key("across", read_limit=30, work_limit=6)
    second = run_server(
        server.data_dir.parent / "second", workers=0, database_url=find_running(server.data_dir),
        files_url=f"file://{server.data_dir / 'files'}",
    )  # fmt: skip
    with (
        second as other,
        server.client(key=key) as here,
        httpx.Client(base_url=other.api, headers=here.headers) as there,
    ):
        with ThreadPoolExecutor(8) as pool:
            reads = list(pool.map(lambda n: (here, there)[n % 2].get("/jobs").status_code, range(60)))
        assert 24 <= reads.count(200) <= 30  # what the one holds back for a moment the other may lack
        element = upload(here)
        bodies = [{"document_id": element["doc_id"]}] * 8
        with ThreadPoolExecutor(4) as pool:
            work = list(
                pool.map(lambda n: (here, there)[n % 2].post("/parse/invoices", json=bodies[n]).status_code, range(8))
            )
        assert (work.count(200), work.count(429)) == (5, 3)
        server.revoke(key)
        time.sleep(0.1)
        for client in (here, there):
            error_of(client.get("/jobs"), 401, "UNAUTHORIZED")


# ---------------------------------------------------------------- the command


def test_keys_are_made_listed_and_revoked_while_the_server_runs(server):
    made = run_cli_json("keys", "create", "--account", "Über & Söhne", "--data-dir", server.data_dir, "--json")
    assert made["key"].startswith("bsr_")
    with server.client(key=made["key"]) as client:
        data_of(client.get("/jobs"))
        listed = run_cli("keys", "list", "--data-dir", server.data_dir)
        assert made["prefix"] in listed.stdout
        assert made["key"] not in listed.stdout
        run_cli_json("keys", "revoke", made["prefix"], "--data-dir", server.data_dir, "--json")
        time.sleep(0.1)
        error_of(client.get("/jobs"), 401, "UNAUTHORIZED")
    again = run_cli("keys", "revoke", made["prefix"], "--data-dir", server.data_dir)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_keys_are_made_listed_and_revoked_while_no_server_runs(data_dir):
    made = run_cli_json(
        "keys", "create", "--account", "acme", "--permissions", "read", "--data-dir", data_dir, "--json"
    )
    (listed,) = run_cli_json("keys", "list", "--data-dir", data_dir, "--json")
    assert (listed["id"], listed["permissions"], listed["revoked_at"]) == (made["id"], ["read"], None)
    run_cli_json("keys", "revoke", made["id"], "--data-dir", data_dir, "--json")
    (listed,) = run_cli_json("keys", "list", "--data-dir", data_dir, "--json")
    assert listed["revoked_at"]
    assert run_cli("keys", "create", "--account", "x", "--permissions", "fly", "--data-dir", data_dir).returncode == 1
