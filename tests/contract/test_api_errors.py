"""The contract, 4: one envelope for every refusal, on every path and method; and what is around it."""

from __future__ import annotations

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bursar.database.embedded import EmbeddedPostgres
from serving import papers, run_server, wait_until
from serving.replies import data_of, error_of, start, upload


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/v1", "/api/v1/nowhere", "/api/v1/ledgers", "/api/v2/jobs", "/api/v1/parse/invoices/x/y",
             "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/%00", "/\u00fc"]
)  # fmt: skip
def test_an_address_where_nothing_is_answers_404(server, method, path):
    for headers in ({}, {"Authorization": f"Bearer {server.key_of('acme')}"}):
        error_of(httpx.request(method, server.url + path, headers=headers), 404, "NOT_FOUND")


WRONG_METHODS = [
    ("PUT", "/parse/invoices", {"GET", "POST"}),
    ("DELETE", "/parse/statements", {"GET", "POST"}),
    ("GET", "/parse", {"POST"}),
    ("GET", "/parse/upload", {"POST"}),
    ("DELETE", "/parse/upload", {"POST"}),
    ("GET", "/parse/invoices/batch", {"POST"}),
    ("POST", "/parse/invoices/job_1739261168870934041", {"GET"}),
    ("PATCH", "/jobs/job_1739261168870934041", {"GET", "DELETE"}),
    ("GET", "/jobs/job_1739261168870934041/retry", {"POST"}),
    ("POST", "/files", {"GET"}),
    ("PUT", "/files/x", {"GET", "DELETE"}),
    ("POST", "/health", {"GET"}),
]


@pytest.mark.parametrize(("method", "path", "allowed"), WRONG_METHODS)
def test_a_method_that_is_not_for_this_address_answers_405(client, method, path, allowed):
    reply = client.request(method, path)
    error_of(reply, 405, "METHOD_NOT_ALLOWED")
    assert allowed <= set(reply.headers["allow"].split(", "))


def test_a_doubled_prefix_and_a_trailing_slash_make_no_difference(server, client):
    element = upload(client)
    for path in ("/jobs/", "/api/v1/jobs", "/api/v1/jobs/", "/api/v1/api/v1/jobs", "/parse/invoices/"):
        assert data_of(client.get(path))["page"] == 1
    body = {"document_id": element["doc_id"]}
    for path in ("/parse/invoices/", "/api/v1/parse/invoices", "/api/v1/parse/invoices/"):
        assert data_of(client.post(path, json=body))["job_id"]
    data_of(httpx.get(server.url + "/health/"))


def test_a_request_id_is_taken_over_and_otherwise_made(client):
    given = client.get("/jobs", headers={"X-Request-Id": "order-7:a.b"})
    assert given.headers["x-request-id"] == "order-7:a.b"
    error = error_of(client.get("/jobs/nonsense", headers={"X-Request-Id": "mine"}), 400, "INVALID_JOB_ID")
    assert error["request_id"] == "mine"
    made = [client.get("/jobs").headers["x-request-id"] for _ in range(2)]
    assert made[0] != made[1]
    for bad in ("x" * 200, 'a"b', "a b", "é".encode("latin-1")):
        assert client.get("/jobs", headers={"X-Request-Id": bad}).headers["x-request-id"] not in (bad, "é")


def test_web_pages_may_call_and_see_what_they_need(server):
    origin = {"Origin": "https://app.example.com"}
    preflight = httpx.options(
        f"{server.api}/parse/invoices",
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] in ("*", origin["Origin"])
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    refused = httpx.get(f"{server.api}/jobs", headers=origin)
    error_of(refused, 401, "UNAUTHORIZED")
    assert refused.headers["access-control-allow-origin"] in ("*", origin["Origin"])
    exposed = refused.headers["access-control-expose-headers"].lower()
    for name in (
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "retry-after",
        "etag",
        "content-disposition",
    ):
        assert name in exposed


def test_only_the_origins_that_are_set_may_call(data_dir):
    with run_server(data_dir, workers=0, cors_origins='["https://app.example.com"]') as server:
        for origin, allowed in (("https://app.example.com", True), ("https://evil.example.com", False)):
            reply = httpx.get(f"{server.url}/health", headers={"Origin": origin})
            assert ("access-control-allow-origin" in reply.headers) == allowed


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /api/v1/jobs?status=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: \x01\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_broken_requests_do_no_harm(server, request_bytes):
    import socket

    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(request_bytes)
        raw.recv(65536)
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_an_early_refusal_reaches_a_client_that_is_still_sending(server):
    """A megabyte to an address that wants a key: the reply comes, and the connection can be used again."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    for _ in range(2):
        connection.request(
            "POST",
            "/api/v1/parse/upload",
            body=bytes(20_000_000),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        reply = connection.getresponse()
        assert (reply.status, reply.read()[:17]) == (401, b'{"success":false,')
    connection.close()


def test_the_health_tells_of_the_parts(server):
    for path in ("/health", "/api/v1/health", "/health/ready"):
        health = data_of(httpx.get(server.url + path))
        assert health["status"] == "ok"
        assert health["version"]
        for part in ("database", "storage", "queue"):
            assert health[part]["status"] == "ok"
    assert data_of(httpx.get(f"{server.url}/"))["name"] == "Bursar"


@pytest.mark.slow
def test_while_the_database_is_away_requests_are_503_and_afterwards_all_is_well(data_dir):
    with (
        EmbeddedPostgres(data_dir) as postgres,
        run_server(data_dir, workers=0, database_url=postgres.url, database_wait_s=2) as server,
        server.client() as client,
    ):
        element = upload(client)
        job_id = start(client)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(client.get, f"/jobs/{job_id}", params={"wait": 60})
            postgres.stop()
            for reply in (client.post("/parse/invoices", json={"document_id": element["doc_id"]}), client.get("/jobs")):
                error_of(reply, 503, "UNAVAILABLE")
                assert int(reply.headers["retry-after"]) >= 1
            error_of(waiting.result(), 503, "UNAVAILABLE")
        assert data_of(httpx.get(f"{server.url}/health/live"))["status"] == "ok"
        assert data_of(httpx.get(f"{server.url}/health", timeout=60))["status"] == "degraded"
        error_of(httpx.get(f"{server.url}/health/ready", timeout=60), 503, "UNAVAILABLE")
        postgres.start()
        wait_until(lambda: httpx.get(f"{server.url}/health/ready", timeout=60).status_code == 200)
        assert data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
        threading.Timer(0.5, lambda: client.delete(f"/jobs/{job_id}")).start()
        assert data_of(client.get(f"/jobs/{job_id}?wait=30"))["status"] == "failed"


def test_while_the_storage_is_away_uploads_are_503_and_afterwards_all_is_well(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        folder = server.data_dir / "files"
        upload(client)
        away = folder.with_name("elsewhere")
        folder.rename(away)
        folder.write_text("a file where the folder was")
        try:
            reply = client.post("/parse/upload", files=[("files", ("a.pdf", papers.pdf()))])
            error_of(reply, 503, "UNAVAILABLE")
            assert data_of(httpx.get(f"{server.url}/health"))["storage"]["status"] == "unavailable"
            assert error_of(httpx.get(f"{server.url}/health/ready"), 503, "UNAVAILABLE")["details"]["storage"] == {
                "status": "unavailable"
            }
            assert data_of(httpx.get(f"{server.url}/health/live"))["status"] == "ok"
        finally:
            folder.unlink()
            away.rename(folder)
        assert data_of(httpx.get(f"{server.url}/health/ready"))["storage"] == {"status": "ok"}
        assert upload(client)["doc_id"]


def test_our_own_fault_is_a_500_without_a_trace(data_dir):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        data_of(client.get("/jobs"))

        async def break_it(connection):
            await connection.execute("ALTER TABLE jobs RENAME COLUMN progress TO regress")

        server.run_in_database(break_it)
        reply = client.get("/jobs", headers={"Origin": "https://app.example.com"})
        error = error_of(reply, 500, "INTERNAL_SERVER_ERROR")
        assert error["details"] == {}
        for secret in ("Traceback", "psycopg", "SELECT", ".py", "progress"):
            assert secret not in reply.text
        assert reply.headers["access-control-allow-origin"]
        wait_until(lambda: any(error["request_id"] in line and "progress" in line for line in server.log))


def test_a_head_is_a_get_without_its_body(client):
    document = upload(client)
    for path in ("/health", "/jobs", f"/files/{document['doc_id']}", f"/files/{document['doc_id']}/download"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"] == get.headers["content-length"]
    assert client.head("/jobs/job_1").status_code == 404
    assert client.head("/parse/upload").status_code == 405
