"""Requests that are made to swell: each is refused with a code while it is small, and the server goes on."""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
import zipfile
import zlib
from contextlib import suppress

import httpx
import pikepdf
import psutil
import pytest

from serving import papers, run_server
from serving.killing import members
from serving.replies import data_of, error_of, finish, start, upload

MEBIBYTE = 2**20
SECRETS = ("Quokkaville Zeppelin Works", "open sesame nine", "kangaroo-court-77")


def send(client, content, filename="a.pdf", boundary="xyz", headers=()):
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{filename}"\r\n'.encode()
    body += b"".join(line + b"\r\n" for line in headers) + b"\r\n" + content + f"\r\n--{boundary}--\r\n".encode()
    return post(client, body, boundary)


def post(client, body, boundary="xyz"):
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return client.post("/parse/upload", content=body, headers=headers)


def many_pages(count=3000):
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 300))
        document.pages.extend([page] * (count - 1))
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()


def nested_zip():
    """A zip bomb: 50 MB of nothing in each of ten members, all squeezed into half a megabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(10):
            packed.writestr(f"{number}.pdf", bytes(50 * MEBIBYTE))
    return buffer.getvalue()


def swelling_png(side=50_000):
    """A grey picture of 2.5 thousand million pixels, all of them black."""

    def chunk(name, content):
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    squeeze = zlib.compressobj(9)
    packed = b"".join(squeeze.compress(bytes(MEBIBYTE)) for _ in range(200)) + squeeze.flush()
    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chained_filters(megabytes=1000):
    """A page whose contents are squeezed twice: some kilobytes that unfold to a gigabyte."""
    squeeze = zlib.compressobj(9)
    once = b"".join(squeeze.compress(b" " * MEBIBYTE) for _ in range(megabytes)) + squeeze.flush()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 300))
        stream = pikepdf.Stream(document, b"")
        stream.write(zlib.compress(once, 9), filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]))
        page.Contents = stream
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()


@pytest.fixture
def lean(server):
    """Checks that the API process has not swollen with what was sent, and that the server still works."""
    api = members(server)["api"]
    before = api.memory_info().rss
    yield
    assert api.memory_info().rss < before + 150 * MEBIBYTE
    with server.client() as client:
        assert finish(client, start(client))["status"] == "completed"


BOMBS = {
    "a zip": (nested_zip, "a.zip", "VALIDATION_ERROR"),
    "a zip that is called a PDF": (nested_zip, "a.pdf", "VALIDATION_ERROR"),
    "a picture": (swelling_png, "a.png", "VALIDATION_ERROR"),
    "three thousand pages": (many_pages, "a.pdf", "VALIDATION_ERROR"),
}


@pytest.mark.usefixtures("lean")
@pytest.mark.parametrize(("make", "filename", "code"), BOMBS.values(), ids=BOMBS)
def test_a_file_that_unfolds_is_refused_at_the_door(client, make, filename, code):
    error_of(send(client, make(), filename), 400, code)


@pytest.mark.slow
@pytest.mark.usefixtures("lean")
def test_contents_squeezed_twice_end_with_a_result_or_a_code(client):
    reply = send(client, chained_filters())
    if reply.status_code == 200:
        job = data_of(client.post("/parse/invoices", json={"document_id": data_of(reply)["files"][0]["doc_id"]}))
        ended = finish(client, job["job_id"])
        assert ended["status"] == "completed" or ended["error"]["code"] in {"TIMEOUT", "OUT_OF_MEMORY", "CRASHED"}
    else:
        assert reply.status_code == 400


# ---------------------------------------------------------------- forms


def many_parts(count):
    part = b'--xyz\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n'
    return part * count + b"--xyz--\r\n"


FORMS = {
    "a hundred thousand fields": lambda client: post(client, many_parts(100_000)),
    "a megabyte of header lines": lambda client: send(client, papers.pdf(), headers=[b"X-Long: " + b"a" * MEBIBYTE]),
    "thousands of header lines": lambda client: send(client, papers.pdf(), headers=[b"X-Many: a"] * 5_000),
    "a file name of a megabyte": lambda client: send(client, papers.pdf(), filename="a" * MEBIBYTE + ".pdf"),
    "a field of thirty megabytes": lambda client: post(
        client, b'--xyz\r\nContent-Disposition: form-data; name="password"\r\n\r\n' + bytes(30 * MEBIBYTE) + b"\r\n--xyz--"
    ),
    "a form that does not end": lambda client: post(client, many_parts(3)[:-9]),
    "JSON in JSON in JSON": lambda client: client.post(
        "/parse/invoices", content=b"[" * 200_000, headers={"Content-Type": "application/json"}
    ),
}  # fmt: skip


@pytest.mark.usefixtures("lean")
@pytest.mark.parametrize("ask", FORMS.values(), ids=FORMS)
def test_a_form_that_swells_is_refused(client, ask):
    try:
        reply = ask(client)
    except httpx.TransportError:
        return  # cut off while it was sent
    assert reply.status_code in (400, 413), reply.text
    assert reply.json()["error"]["code"]
    assert len(reply.content) < 10_000  # and not told back


@pytest.mark.usefixtures("lean")
@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 2**18, b"X-Many: a\r\n" * 2**15])
def test_header_lines_have_a_limit_for_everybody(server, line):
    """No key has been looked at yet: anybody may send them."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /api/v1/jobs HTTP/1.1\r\nHost: a\r\n")
        with suppress(OSError):  # hung up on
            for _ in range(400):
                connection.sendall(line)
        with suppress(OSError):
            reply = connection.recv(1000)
            assert reply.startswith(b"HTTP/1.1 431 ") or not reply


def test_a_head_that_is_too_large_is_told_in_the_envelope(server):
    reply = httpx.get(f"{server.api}/jobs", headers={"X-Long": "a" * 600_000})
    assert reply.status_code == 431
    assert reply.json()["error"]["code"] == "HEADERS_TOO_LARGE"
    with server.client() as client:
        assert client.get("/jobs", headers={"X-Long": "a" * 30_000}).status_code == 200
        for _ in range(5):  # on one connection, whose heads are counted each for itself
            assert client.get("/jobs", headers={"X-Long": "a" * 30_000}).status_code == 200
            assert upload(client, papers.pdf(40))["doc_id"]


def test_a_request_cannot_hide_another(server):
    """Two lengths, or a length and chunks: what one party takes for the end the other might not."""
    host, port = server.url.removeprefix("http://").split(":")
    head = f"POST /api/v1/parse/invoices HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {server.key_of('acme')}\r\n"
    for doubt in ("Content-Length: 2\r\nContent-Length: 50\r\n", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            hidden = "GET /api/v1/files HTTP/1.1\r\nHost: a\r\n\r\n"
            connection.sendall(f"{head}{doubt}\r\n0\r\n\r\n{hidden}".encode())
            reply = http.client.HTTPResponse(connection)
            reply.begin()
            assert reply.status == 400


# ---------------------------------------------------------------- browsers


@pytest.fixture(scope="module")
def choosy(open_folders):
    with run_server(open_folders() / "data", workers=0, cors_origins='["https://app.example.com"]') as running:
        yield running


ORIGINS = {
    "https://app.example.com": True,
    "http://app.example.com": False,
    "https://app.example.com:8443": False,
    "https://app.example.com.evil.com": False,
    "https://evil.com/https://app.example.com": False,
    "https://APP.example.com.": False,
    "null": False,
}


@pytest.mark.parametrize(("origin", "allowed"), ORIGINS.items())
def test_only_the_pages_that_were_named_may_call(choosy, origin, allowed):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    before = httpx.options(f"{choosy.api}/parse/upload", headers=asked)
    with choosy.client() as client:
        reply = client.get("/jobs", headers={"Origin": origin})
    for one in (before, reply):
        assert (one.headers.get("access-control-allow-origin") == origin) is allowed
        assert one.headers.get("access-control-allow-origin") in (origin if allowed else None, None)
    assert before.status_code == (200 if allowed else 400)
    assert "origin" in reply.headers.get("vary", "origin").lower()


# ---------------------------------------------------------------- logs


@pytest.mark.slow
def test_a_load_of_every_kind_leaves_no_secret_in_the_logs(data_dir):
    with run_server(data_dir, workers=1, log_level="debug") as server, server.client() as client:
        said, word, password = SECRETS
        job = start(client, papers.pdf(lines=(*papers.INVOICE, said)), metadata={"note": word})
        finish(client, job)
        for content in (
            papers.truncated_pdf(),
            b"%PDF-1.4 " + said.encode(),
            f"<a>{said}</a>".encode(),
            papers.vast_png(),
        ):
            send(client, content, filename=f"{word}.pdf")
        locked = client.post(
            "/parse/upload", files=[("files", ("locked.pdf", papers.locked_pdf()))], data={"password": password}
        )
        assert locked.status_code == 400
        client.post(
            "/parse/invoices",
            content=f'{{"document_id": "{said}'.encode(),
            headers={"Content-Type": "application/json"},
        )
        client.get("/jobs", headers={"Authorization": f"Bearer {server.key_of('acme')}-{word}"})
        client.get("/jobs", params={"status": password})
        client.patch(f"/jobs/{job}/results", json={"vendor.name": said})
        broken = members(server)["postgres"]
        broken.kill()  # faults are logged with traces
        client.get("/jobs")
        key = server.key_of("acme")
    log = "".join(server.log)
    assert len(server.log) > 3
    for line in server.log:
        assert isinstance(json.loads(line), dict), line
    for secret in (*SECRETS, key, *papers.INVOICE[:2], "Bearer "):
        assert secret not in log, re.findall(rf".*{re.escape(secret)}.*", log)[:1]
    assert not re.search(r"postgresql://[^ ]*:[^*][^ ]*@", log)
    assert psutil.pid_exists(server.process.pid) is False or server.process.poll() is not None
