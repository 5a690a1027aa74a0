"""The Python client against a real server, blocking and awaited."""

from __future__ import annotations

import asyncio

import pytest

from bursar import errors
from bursar.client import ApiError, AsyncClient, Client
from bursar.facts.invoice import Invoice
from serving import papers


@pytest.fixture
def bursar(server):
    with Client(server.url, key=server.key_of("acme")) as client:
        yield client


def test_an_invoice_goes_in_and_comes_out_typed(bursar, tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(papers.pdf())
    seen = []
    job = bursar.parse_invoice(path, on_progress=seen.append, metadata={"order": 7})
    assert isinstance(job.invoice, Invoice)
    assert job.metadata == {"order": 7}
    assert seen[-1] == job
    assert [one.progress for one in seen] == sorted(one.progress for one in seen)
    with pytest.raises(ValueError, match="no statement"):
        _ = job.statement


def test_a_statement_too(bursar):
    job = bursar.parse_statement(("statement.pdf", papers.pdf()))
    assert job.statement.account_info is not None
    assert bursar.get_job(job.id) == job


def test_a_batch_is_followed_to_its_end(bursar):
    seen = []
    batch = bursar.parse_batch(
        [(f"{n}.pdf", papers.pdf(pages=n)) for n in (1, 2, 3)], "invoice", on_progress=seen.append
    )
    assert (batch.status, batch.processed_files, batch.failed_files) == ("completed", 3, 0)
    assert [bursar.get_job(file.job_id).invoice.metadata.page_count for file in batch.files] == [1, 2, 3]
    assert seen[-1] == batch


def test_files_are_listed_downloaded_and_deleted(server):
    with Client(server.url, key=server.make_key("files of the client")) as bursar:
        contents = [papers.pdf(pages=n) for n in (1, 2, 1)]
        sent = bursar.upload(*[(f"{n}.pdf", content) for n, content in enumerate(contents)])
        assert sorted(file.id for file in bursar.files()) == sorted(file.document_id for file in sent)
        assert bursar.download_file(sent[1].file_id) == contents[1]
        bursar.delete_file(sent[0].document_id)
        with pytest.raises(errors.AlreadyDeleted):
            bursar.delete_file(sent[0].document_id)
        with pytest.raises(errors.Gone):
            bursar.download_file(sent[0].document_id)
        assert [file.id for file in bursar.files(status="deleted")] == [sent[0].document_id]


def test_a_broken_file_among_good_ones_says_why(bursar):
    good, bad = bursar.upload(("a.pdf", papers.pdf()), ("b.pdf", b"%PDF-1.4 and nothing"))
    assert good.error is None
    assert bad.error.code == "CORRUPT_DOCUMENT"
    assert bad.document_id is None
    with pytest.raises(errors.CorruptDocument):
        bursar.parse_invoice(("b.pdf", b"%PDF-1.4 and nothing"))


def test_a_bad_key_is_told_as_such(server):
    with Client(server.url, key="bsr_wrong") as bursar, pytest.raises(errors.Unauthorized) as caught:
        bursar.get_job("job_1739261168870934041")
    assert isinstance(caught.value, ApiError)
    assert caught.value.request_id


def test_many_documents_are_awaited_at_once(server):
    async def parse_all():
        async with AsyncClient(server.url, key=server.key_of("acme")) as bursar:
            jobs = await asyncio.gather(*[bursar.parse((f"{n}.pdf", papers.pdf(pages=n))) for n in (1, 2, 3)])
            listed = [job.id async for job in bursar.jobs(status="completed")]
            return jobs, listed

    jobs, listed = asyncio.run(parse_all())
    assert [job.results["metadata"]["page_count"] for job in jobs] == [1, 2, 3]
    assert {job.id for job in jobs} <= set(listed)
