"""The contract, 3.1: uploads, good and bad."""

from __future__ import annotations

import re

import httpx
import pytest

from serving import papers
from serving.replies import data_of, error_of, upload

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def send(client, *files, path="/parse/upload", field="files", **fields):
    return client.post(path, files=[(field, file) for file in files], data=fields)


@pytest.mark.parametrize("path", ["/parse/upload", "/files/upload"])
@pytest.mark.parametrize("field", ["files", "file"])
def test_one_file_is_described_in_the_list_and_flat(client, path, field):
    content = papers.pdf(pages=2)
    data = data_of(send(client, ("invoice.pdf", content, "application/octet-stream"), path=path, field=field))
    assert data["status"] == "done"
    (element,) = data["files"]
    assert {name: data[name] for name in element} == element
    assert UUID.fullmatch(element["doc_id"])
    assert element["document_id"] == element["doc_id"]
    assert re.fullmatch(r"[0-9]{19}_invoice\.pdf", element["file_id"])
    assert element["file_url"].endswith(f"/api/v1/files/{element['doc_id']}/download")
    assert element["validation"] == {"page_count": 2, "file_size": len(content), "format": "pdf"}
    assert element["error"] is None


def test_several_files_come_back_in_upload_order(client):
    names = [f"{number}.pdf" for number in (3, 1, 2)]
    data = data_of(send(client, *[(name, papers.pdf(pages=int(name[0]))) for name in names]))
    assert [element["filename"] for element in data["files"]] == names
    assert [element["validation"]["page_count"] for element in data["files"]] == [3, 1, 2]
    assert "doc_id" not in data


@pytest.mark.parametrize("declared", ["invoice", "statement", "bank_statement"])
@pytest.mark.parametrize("field", ["type", "doc_type"])
def test_the_declared_type_is_echoed(client, field, declared):
    assert upload(client, **{field: declared})["type"] == declared


@pytest.mark.parametrize(
    ("filename", "content", "found"),
    [
        ("a.png", papers.image("PNG"), "png"),
        ("a.jpg", papers.image("JPEG"), "jpeg"),
        ("a.JPEG", papers.image("JPEG"), "jpeg"),
        ("a.tiff", papers.image("TIFF"), "tiff"),
        ("a.webp", papers.image("WEBP"), "webp"),
        ("no extension", papers.pdf(), "pdf"),
    ],
)
def test_the_bytes_decide_what_a_file_is(client, filename, content, found):
    assert upload(client, content, filename)["validation"]["format"] == found


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/plain", "image/png"])
def test_the_content_type_of_a_part_does_not_matter(client, content_type):
    assert data_of(send(client, ("a.pdf", papers.pdf(), content_type)))["doc_id"]


def test_a_part_needs_no_content_type(client):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
        + papers.pdf()
        + b"\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert data_of(client.post("/parse/upload", content=body, headers=headers))["doc_id"]


def test_bytes_that_the_caller_has_are_not_sent_again(client):
    element = upload(client)
    path = f"/files/{element['doc_id']}/download"
    first = client.get(path)
    assert first.headers["accept-ranges"] == "none"
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    for unknown in ('"other"', etag.strip('"')[:10], ""):
        assert client.get(path, headers={"If-None-Match": unknown, "Range": "bytes=0-3"}).content == first.content
    data_of(client.delete(f"/files/{element['doc_id']}"))
    error_of(client.get(path, headers={"If-None-Match": etag}), 410, "FILE_DELETED")


def test_the_uploaded_bytes_come_back_as_they_were(client):
    content = papers.pdf()
    element = upload(client, content)
    for name in (element["doc_id"], element["file_id"]):
        reply = client.get(f"/files/{name}/download")
        assert reply.content == content
        assert reply.headers["content-disposition"].startswith("attachment;")
    assert client.get(element["file_url"]).content == content


# ---------------------------------------------------------------- bad files

BAD = {
    "an empty file": ("invoice.pdf", b"", 400, "CORRUPT_DOCUMENT"),
    "a truncated PDF": ("invoice.pdf", papers.truncated_pdf(), 400, "CORRUPT_DOCUMENT"),
    "a PDF without pages": ("invoice.pdf", papers.pageless_pdf(), 400, "CORRUPT_DOCUMENT"),
    "a PDF that is nothing but its header": ("invoice.pdf", b"%PDF-1.7\n", 400, "CORRUPT_DOCUMENT"),
    "a wrong extension": ("invoice.png", papers.pdf(), 400, "VALIDATION_ERROR"),
    "an extension of no format of ours": ("invoice.exe", papers.pdf(), 400, "VALIDATION_ERROR"),
    "a ZIP named .pdf": ("invoice.pdf", papers.archive(), 400, "VALIDATION_ERROR"),
    "plain text": ("invoice.txt", b"Total 12.00", 400, "VALIDATION_ERROR"),
    "a text named .pdf": ("invoice.pdf", b"Total 12.00", 400, "VALIDATION_ERROR"),
    "a web page": ("invoice.xml", b"<!DOCTYPE html><html></html>", 400, "VALIDATION_ERROR"),
    "the beginning of an image": ("scan.png", papers.image()[:20], 400, "CORRUPT_DOCUMENT"),
    "a vast image": ("scan.png", papers.vast_png(), 400, "VALIDATION_ERROR"),
    "a locked PDF without its password": ("invoice.pdf", papers.locked_pdf(), 400, "PASSWORD_REQUIRED"),
    "a file of more than 10 MB": ("invoice.pdf", papers.pdf() + bytes(10 * 1024 * 1024), 413, "FILE_TOO_LARGE"),
    "a PDF of 5,000 pages": ("invoice.pdf", papers.pdf(pages=5000, lines=()), 400, "VALIDATION_ERROR"),
}


@pytest.mark.parametrize(("filename", "content", "status", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_a_stable_code_and_leaves_nothing_behind(
    server, client, filename, content, status, code
):
    before = server.stored_files()
    error_of(send(client, (filename, content)), status, code)
    assert server.stored_files() == before


def test_a_page_tree_that_loops_does_no_harm(client):
    reply = send(client, ("invoice.pdf", papers.looping_pdf()))
    assert reply.status_code == 200 or error_of(reply, 400, "CORRUPT_DOCUMENT")
    assert upload(client)["doc_id"]


def test_a_wrong_type_is_told_with_the_types_that_are_read(client):
    error = error_of(send(client, ("notes.txt", b"Total 12.00")), 400, "VALIDATION_ERROR")
    assert error["message"] == "Invalid file type"
    for name in ("PDF", "JPG", "JPEG", "PNG"):
        assert name in error["details"]["types"]


def test_some_bad_files_do_not_spoil_the_good_ones(client):
    reply = send(client, ("a.pdf", papers.pdf()), ("b.pdf", papers.archive()), ("c.pdf", papers.pdf(pages=3)))
    data = data_of(reply, status=207)
    assert data["status"] == "partial_error"
    good, bad, also_good = data["files"]
    assert (bad["doc_id"], bad["document_id"], bad["file_id"], bad["file_url"]) == (None, None, None, None)
    assert bad["error"]["code"] == "VALIDATION_ERROR"
    assert bad["error"]["message"]
    for element in (good, also_good):
        assert client.get(element["file_url"]).status_code == 200


def test_only_bad_files_are_400_and_each_is_named(client):
    error = error_of(send(client, ("a.pdf", b""), ("b.pdf", papers.archive())), 400, "VALIDATION_ERROR")
    assert [file["filename"] for file in error["details"]["files"]] == ["a.pdf", "b.pdf"]
    assert [file["error"]["code"] for file in error["details"]["files"]] == ["CORRUPT_DOCUMENT", "VALIDATION_ERROR"]


def test_over_50_files_are_refused_as_a_whole(server, client):
    before = server.stored_files()
    error_of(send(client, *[(f"{number}.pdf", papers.pdf()) for number in range(51)]), 400, "VALIDATION_ERROR")
    assert server.stored_files() == before


def test_50_files_are_taken(client):
    assert len(data_of(send(client, *[(f"{number}.pdf", papers.pdf()) for number in range(50)]))["files"]) == 50


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (lambda c: c.post("/parse/upload", data={"type": "invoice"}, files={}), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (lambda c: c.post("/parse/upload", json={}), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (lambda c: c.post("/parse/upload"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (lambda c: send(c, ("a.pdf", papers.pdf()), field="attachment"), 400, "VALIDATION_ERROR"),
        (lambda c: send(c, ("a.pdf", papers.pdf()), type="recipe"), 400, "VALIDATION_ERROR"),
        (lambda c: send(c, ("a.pdf", papers.pdf()), callback_url="ftp://x"), 400, "VALIDATION_ERROR"),
        (lambda c: send(c, ("a.pdf", papers.pdf()), callback_url="javascript:alert(1)"), 400, "VALIDATION_ERROR"),
        (lambda c: raw_form(c, b"--x\r\nContent-Disposition: form-data"), 400, "INVALID_REQUEST"),
        (lambda c: raw_form(c, b"no boundary at all"), 400, "INVALID_REQUEST"),
        (lambda c: raw_form(c, b""), 400, "INVALID_REQUEST"),
        (lambda c: raw_form(c, b"--x\r\n\r\nnameless\r\n--x--\r\n"), 400, "INVALID_REQUEST"),
        (lambda c: raw_form(c, b"--x--", "multipart/form-data"), 400, "INVALID_REQUEST"),
        (lambda c: raw_form(c, b"--x--", "multipart/form-data; boundary=" + "b" * 500), 400, "INVALID_REQUEST"),
    ],
)
def test_a_request_that_is_no_upload_is_refused(client, reply, status, code):
    error_of(reply(client), status, code)


def raw_form(client, body, content_type="multipart/form-data; boundary=x"):
    return client.post("/parse/upload", content=body, headers={"Content-Type": content_type})


# ---------------------------------------------------------------- names

NAMES = {
    "folders": "../../etc/passwd.pdf",
    "Windows folders": "..\\..\\boot.pdf",
    "NUL": "a\x00b.pdf",
    "300 characters": "x" * 296 + ".pdf",
    "emoji": "Rechnung 🧾👨‍👩‍👧.pdf",
    "300 emoji": "🧾" * 300 + ".pdf",
    "right to left": "فاتورة مايو.pdf",
    "reversed": "invoice\u202efdp.exe.pdf",
    "line breaks": "a\r\nX-Injected: yes\r\n.pdf",
    "quotes": 'the "big" one.pdf',
    "nothing": "",
}


@pytest.mark.parametrize("filename", NAMES.values(), ids=NAMES)
def test_hostile_names_are_shown_harmlessly_and_stored_safely(client, filename):
    disposition = b'form-data; name="files"; filename="' + filename.replace('"', "%22").encode() + b'"'
    head = b"--x\r\nContent-Disposition: " + disposition.replace(b"\r\n", b"%0D%0A") + b"\r\n\r\n"
    reply = raw_form(client, head + papers.pdf() + b"\r\n--x--\r\n")
    element = data_of(reply)["files"][0]
    assert re.fullmatch(r"[0-9]{19}_[A-Za-z0-9][A-Za-z0-9._-]{0,99}", element["file_id"])
    assert ".." not in element["file_id"]
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", element["filename"])
    assert element["filename"]
    listed = data_of(client.get(f"/files/{element['file_id']}"))
    assert listed["filename"] == element["filename"]
    download = client.get(f"/files/{element['doc_id']}/download")
    assert download.status_code == 200
    assert "x-injected" not in download.headers


def test_ordinary_names_are_kept_as_sent(client):
    for name in ("Rechnung Mai – №7.pdf", "فاتورة مايو.pdf", "領収書 🧾.pdf"):
        assert upload(client, filename=name)["filename"] == name


# ---------------------------------------------------------------- bytes at rest


def test_equal_bytes_make_two_documents_that_share_storage(server):
    with server.client("sharing") as client:
        before = server.stored_files()
        content = papers.pdf(pages=4)
        first, second = upload(client, content), upload(client, content)
        assert first["doc_id"] != second["doc_id"]
        assert len(server.stored_files() - before) == 1
        assert data_of(client.delete(f"/files/{first['doc_id']}"))
        assert client.get(second["file_url"]).status_code == 200
        assert data_of(client.delete(f"/files/{second['doc_id']}"))
        assert server.stored_files() == before


def test_accounts_do_not_share_storage(server):
    with server.client("one") as one, server.client("two") as two:
        before = server.stored_files()
        content = papers.pdf(pages=5)
        upload(one, content)
        upload(two, content)
        assert len(server.stored_files() - before) == 2


def test_an_upload_that_breaks_off_leaves_nothing_behind(server):
    before = server.stored_files()

    def body():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + papers.pdf()
        raise ConnectionAbortedError

    with server.client() as client, pytest.raises((ConnectionAbortedError, httpx.TransportError)):
        client.post("/parse/upload", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    with server.client() as client:
        upload(client)  # whatever the broken one did is done by now
    assert len(server.stored_files() - before) <= 1


def test_a_body_that_is_larger_than_all_files_may_be_is_refused_at_once(client):
    huge = str(600 * 1024 * 1024)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": huge}
    request = client.build_request("POST", "/parse/upload", content=b"--x\r\n", headers=headers)
    with httpx.Client(transport=EarlyReader()) as early:
        error_of(early.send(request), 413, "FILE_TOO_LARGE")


class EarlyReader(httpx.BaseTransport):
    """Reads the reply without having sent all that was announced."""

    def handle_request(self, request):
        import http.client

        connection = http.client.HTTPConnection(request.url.host, request.url.port, timeout=30)
        connection.putrequest("POST", request.url.raw_path.decode(), skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.endheaders(request.content)
        reply = connection.getresponse()
        return httpx.Response(reply.status, headers=reply.getheaders(), content=reply.read())
