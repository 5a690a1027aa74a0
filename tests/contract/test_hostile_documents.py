"""Documents that pass the door and mean harm inside: the job ends with a result or a code, and the server goes on."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest

from serving import papers
from serving.replies import finish, start, upload

UBL = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{LAUGHS}]><Invoice xmlns="{UBL}"><ID>&l9;</ID></Invoice>'.encode()
DEEP = f'<Invoice xmlns="{UBL}">'.encode() + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Invoice>"


def save(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_attachment(content, name="factur-x.xml"):
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name, mime_type="text/xml")
        return save(document)


def swelling_pdf(megabytes=2_000):
    """A page of a few megabytes whose drawing instructions unfold to gigabytes."""
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        squeeze = zlib.compressobj(9)
        packed = b"".join(squeeze.compress(b"0 0 m 9 9 l S\n" * 70_000) for _ in range(megabytes)) + squeeze.flush()
        stream = pikepdf.Stream(document, b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        page.Contents = stream
        return save(document)


def with_boundless_page():
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.pages[0].MediaBox = pikepdf.Array([0, 0, 10**9, 10**9])
        return save(document)


EMBEDDED = {"laughs": BOMB, "endless depth": DEEP, "no XML at all": b"\x00" * 1000}


@pytest.mark.parametrize("content", EMBEDDED.values(), ids=EMBEDDED)
def test_a_bomb_within_an_invoice_is_an_issue_and_the_page_is_read(client, content):
    job = finish(client, start(client, with_attachment(content)))
    assert job["status"] == "completed", job
    assert job["results"]["invoice_info"]["invoice_number"] == "INV-2024-001"
    assert "XML_UNREADABLE" in [issue["code"] for issue in job["results"]["checks"]["issues"]]


@pytest.mark.parametrize("content", [BOMB, DEEP], ids=["laughs", "endless depth"])
def test_a_bomb_that_is_a_file_of_its_own_ends_with_a_code(client, content):
    document_id = upload(client, content, "invoice.xml")["doc_id"]
    started = client.post("/parse/invoices", json={"document_id": document_id}).json()["data"]
    job = finish(client, started["job_id"])
    assert (job["status"], job["error"]["code"]) == ("failed", "CORRUPT_DOCUMENT")


UNFOLDING = {"drawing without end": swelling_pdf, "a page of a million kilometres": with_boundless_page}


@pytest.mark.slow
@pytest.mark.parametrize("make", UNFOLDING.values(), ids=UNFOLDING)
def test_a_document_that_unfolds_in_memory_ends_with_a_result_or_a_code(client, make):
    parts = [("files", ("invoice.pdf", make(), "application/pdf"))]
    reply = client.post("/parse/upload", files=parts)
    if reply.status_code == 200:
        document_id = reply.json()["data"]["files"][0]["doc_id"]
        started = client.post("/parse/invoices", json={"document_id": document_id}).json()["data"]
        job = finish(client, started["job_id"])
        assert job["status"] == "completed" or job["error"]["code"] in {
            "TIMEOUT", "OUT_OF_MEMORY", "CRASHED", "UNREADABLE_PAGES",
        }  # fmt: skip
    else:
        assert reply.status_code == 400
    assert finish(client, start(client))["status"] == "completed"
    assert upload(client)["doc_id"]
