"""The contract, 3.3: lists of jobs and files, files and their deletion."""

from __future__ import annotations

import pytest

from serving import papers, run_worker, wait_until
from serving.replies import data_of, error_of, finish, start, upload

STRANGE_FILES = ("00000000-0000-4000-8000-000000000000", "1739260380783576729_invoice.pdf", "x", "%00", "..%2f..%2fetc")
LISTS = ["/jobs", "/parse/jobs", "/files", "/parse/invoices", "/parse/statements"]


@pytest.fixture(scope="module")
def lister(idle_server):
    """An account with three invoice jobs (one cancelled) and two statement jobs, and a file without a job."""
    with idle_server.client("lister") as client:
        jobs = [start(client) for _ in range(3)] + [start(client, kind="statements") for _ in range(2)]
        data_of(client.delete(f"/jobs/{jobs[0]}"))
        upload(client, type="bank_statement")
        client.jobs = jobs
        yield client


def ids(data):
    return [item.get("job_id") or item["id"] for item in data.get("jobs") or data.get("files") or []]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_its_numbers_flat_and_in_pagination(lister, path):
    data = data_of(lister.get(path, params={"page": 1, "page_size": 2}))
    numbers = {name: data[name] for name in ("total", "page", "page_size", "total_pages")}
    assert data["pagination"] == numbers
    assert (data["page"], data["page_size"]) == (1, 2)
    assert data["total_pages"] == -(-data["total"] // 2)
    assert len(ids(data)) == 2


@pytest.mark.parametrize("path", LISTS)
def test_pages_follow_each_other_newest_first_without_gap_or_double(lister, path):
    whole = data_of(lister.get(path))
    assert whole["page_size"] == 20
    pages = [data_of(lister.get(path, params={"page": page, "page_size": 2})) for page in range(1, whole["total"] + 1)]
    assert [name for page in pages for name in ids(page)] == ids(whole)
    items = whole.get("jobs") or whole["files"]
    assert [item["created_at"] for item in items] == sorted((item["created_at"] for item in items), reverse=True)
    assert {page["total"] for page in pages} == {whole["total"]}


def test_lists_of_jobs_are_filtered_by_kind_and_status(lister):
    first, *_, last = lister.jobs
    assert ids(data_of(lister.get("/parse/invoices"))) == lister.jobs[2::-1]
    assert ids(data_of(lister.get("/parse/statements"))) == lister.jobs[:2:-1]
    assert ids(data_of(lister.get("/jobs"))) == lister.jobs[::-1]
    assert ids(data_of(lister.get("/jobs?status=failed"))) == [first]
    assert ids(data_of(lister.get("/parse/invoices?page=1&page_size=10&status=pending"))) == lister.jobs[2:0:-1]
    assert data_of(lister.get("/jobs?status=completed"))["jobs"] == []
    assert last in ids(data_of(lister.get("/parse/statements?status=pending")))


def test_listed_jobs_carry_no_results(lister):
    for job in data_of(lister.get("/jobs"))["jobs"]:
        assert not {"result", "results"} & set(job)
        assert {"job_id", "status", "progress", "file_id", "document_id", "job_type"} <= set(job)


def test_lists_of_files_are_filtered_by_type_and_status(lister):
    files = data_of(lister.get("/files"))["files"]
    assert {file["status"] for file in files} == {"pending", "failed"}
    assert len(data_of(lister.get("/files?type=invoice"))["files"]) == 3
    for name in ("statement", "bank_statement"):
        assert len(data_of(lister.get(f"/files?type={name}"))["files"]) == 3
    assert len(data_of(lister.get("/files?status=failed"))["files"]) == 1
    assert data_of(lister.get("/files?status=deleted"))["files"] == []


BAD_QUERIES = [
    "page=0", "page=-1", "page=x", "page=", "page=1.5", "page=99999999999999999999", "page_size=0", "page_size=101",
    "page_size=ten", "status=done", "status=", "status=%00", "page=1&page_size=1000",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_query_out_of_range_is_refused_by_name(lister, path, query):
    details = error_of(lister.get(f"{path}?{query}"), 400, "VALIDATION_ERROR")["details"]
    assert details["field"] in query


def test_a_type_that_there_is_not_is_refused(lister):
    error_of(lister.get("/files?type=recipe"), 400, "VALIDATION_ERROR")
    error_of(lister.get("/jobs?status=deleted"), 400, "VALIDATION_ERROR")


# ---------------------------------------------------------------- one file


def test_a_file_tells_its_result_and_its_jobs(client):
    content = papers.pdf()
    element = upload(client, content, "Rechnung Mai.pdf", type="invoice")
    fresh = data_of(client.get(f"/files/{element['doc_id']}"))
    assert (fresh["status"], fresh["processed_data"], fresh["jobs"]) == ("pending", None, [])
    job_id = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
    job = finish(client, job_id)
    for name in (element["doc_id"], element["file_id"]):
        for path in ("/files", "/parse/files"):
            file = data_of(client.get(f"{path}/{name}"))
            assert (file["id"], file["file_id"], file["filename"]) == (
                element["doc_id"],
                element["file_id"],
                "Rechnung Mai.pdf",
            )
            assert (file["type"], file["status"], file["size"]) == ("invoice", "completed", len(content))
            assert file["completed_at"] == job["completed_at"]
            assert file["processed_data"] == job["results"]
            assert file["validation"]["page_count"] == 1
            assert [known["job_id"] for known in file["jobs"]] == [job_id]


@pytest.mark.parametrize("name", STRANGE_FILES)
def test_a_file_that_there_is_not_is_404_everywhere(client, name):
    for call in (client.get, client.delete):
        for path in ("/files", "/parse/files"):
            reply = call(f"{path}/{name}")
            assert reply.json()["error"]["code"] in ("FILE_NOT_FOUND", "NOT_FOUND")
            assert reply.status_code == 404
    assert client.get(f"/files/{name}/download").status_code == 404


# ---------------------------------------------------------------- deletion


@pytest.mark.parametrize("path", ["/files", "/parse/files"])
def test_a_deleted_file_is_gone_for_good(server, client, path):
    before = server.stored_files()
    element = upload(client)
    job_id = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
    assert finish(client, job_id)["results"]
    deleted = data_of(client.delete(f"{path}/{element['file_id']}"))
    assert deleted == {"file_id": element["file_id"], "message": "File deleted successfully"}
    assert server.stored_files() == before
    error_of(client.delete(f"{path}/{element['doc_id']}"), 409, "FILE_DELETED")
    error_of(client.get(f"/files/{element['doc_id']}/download"), 410, "FILE_DELETED")
    file = data_of(client.get(f"/files/{element['doc_id']}"))
    assert (file["status"], file["processed_data"]) == ("deleted", None)
    job = data_of(client.get(f"/parse/invoices/{job_id}"))
    assert (job["results"], job["result"]) == (None, None)
    assert element["doc_id"] not in ids(data_of(client.get("/files?page_size=100")))
    assert element["doc_id"] in ids(data_of(client.get("/files?status=deleted&page_size=100")))


def test_deleting_a_file_ends_what_is_under_way_on_it(idle_server):
    with idle_server.client() as client, run_worker(idle_server, engine="fakes.paced:parse"):
        element = upload(client, papers.pdf(pages=300))
        job_id = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
        wait_until(lambda: data_of(client.get(f"/jobs/{job_id}"))["status"] == "processing")
        data_of(client.delete(f"/files/{element['doc_id']}"))
        job = data_of(client.get(f"/jobs/{job_id}"))
        assert (job["status"], job["error"]["code"]) == ("failed", "JOB_CANCELLED")
        error_of(client.post(f"/jobs/{job_id}/retry"), 410, "FILE_DELETED")
        assert finish(client, start(client))["status"] == "completed"
