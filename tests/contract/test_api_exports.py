"""The contract, 7: results as files for other programs."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from builders.statements.layouts import draw_statement
from serving import papers
from serving.replies import data_of, error_of, finish, start, upload


@pytest.fixture(scope="module")
def job_id(server):
    with server.client() as client:
        job_id = start(client)
        finish(client, job_id)
        return job_id


def fetch(client, job_id, **query):
    return client.get(f"/jobs/{job_id}/export", params=query)


@pytest.mark.parametrize(("name", "media_type"), [("csv", "text/csv"), ("json", "application/json")])
def test_a_result_is_downloaded_with_a_type_and_a_name(client, job_id, name, media_type):
    reply = fetch(client, job_id, format=name)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith(media_type)
    assert reply.headers["content-disposition"] == f'attachment; filename="{job_id}.{name}"'


def test_a_workbook_opens(client, job_id):
    assert openpyxl.load_workbook(io.BytesIO(fetch(client, job_id, format="xlsx").content)).sheetnames[0] == "Items"


def test_a_format_of_the_other_kind_and_one_that_there_is_not_are_refused(client, job_id):
    for wanted in ({"format": "ofx"}, {"format": "doc"}, {}):
        error_of(fetch(client, job_id, **wanted), 400, "VALIDATION_ERROR")


def test_a_job_without_a_result_cannot_be_exported(idle_server):
    with idle_server.client() as client:
        error_of(fetch(client, start(client), format="csv"), 409, "CANNOT_EXPORT")


def test_a_strangers_job_is_not_found(server, job_id):
    with server.client("stranger") as stranger:
        error_of(fetch(stranger, job_id, format="csv"), 404, "JOB_NOT_FOUND")


def test_the_result_of_a_deleted_document_cannot_be_exported(client):
    element = upload(client, papers.pdf())
    deleted = data_of(client.post("/parse/invoices", json={"document_id": element["doc_id"]}))["job_id"]
    finish(client, deleted)
    data_of(client.delete(f"/files/{element['doc_id']}"))
    assert "deleted" in error_of(fetch(client, deleted, format="json"), 409, "CANNOT_EXPORT")["message"]
    assert (
        "deleted"
        in error_of(fetch_all(client, [deleted], "json"), 409, "CANNOT_EXPORT")["details"]["jobs"][0]["message"]
    )


# ------------------------------------------------------------ of several jobs


def fetch_all(client, job_ids, wanted):
    return client.get("/exports", params={"job_id": job_ids, "format": wanted})


def read_as(client, kind, content, filename):
    element = upload(client, content, filename=filename)
    job_id = data_of(client.post(f"/parse/{kind}", json={"document_id": element["doc_id"]}))["job_id"]
    assert finish(client, job_id)["status"] == "completed"
    return job_id


@pytest.fixture(scope="module")
def several(server):
    """Two invoices whose files have one name, and a statement."""
    with server.client() as client:
        return [
            *(read_as(client, "invoices", papers.pdf(lines=papers.INVOICE), name) for name in ("may.pdf", "MAY.pdf")),
            read_as(
                client,
                "statements",
                draw_statement("carried-forward", 13, country="GB", rows=12, most_lines=1).pdf,
                "../june.pdf",
            ),
        ]


def test_the_rows_of_several_jobs_are_one_table_that_says_of_which_document_each_is(client, several):
    reply = fetch_all(client, several[:2], "csv")
    assert reply.headers["content-type"].startswith("text/csv")
    assert reply.headers["content-disposition"] == 'attachment; filename="results.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert [(row["document"], row["job_id"]) for row in rows] == [("may.pdf", several[0]), ("MAY.pdf", several[1])]
    alone = list(csv.DictReader(io.StringIO(fetch(client, several[0], format="csv").text)))
    assert [{**rows[0]}] == [{"document": "may.pdf", "job_id": several[0], **alone[0]}]


def test_invoices_and_statements_together_are_two_tables_in_a_zip(client, several):
    reply = fetch_all(client, several, "csv")
    assert reply.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        tables = {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()}
    assert {name: {row["job_id"] for row in rows} for name, rows in tables.items()} == {
        "invoices.csv": set(several[:2]),
        "statements.csv": {several[2]},
    }


def test_a_workbook_of_several_has_a_row_for_each_document_and_a_sheet_for_each_kind_of_row(client, several):
    book = openpyxl.load_workbook(io.BytesIO(fetch_all(client, several, "xlsx").content))
    assert book.sheetnames[0] == "Documents"
    assert "Transactions" in book.sheetnames
    heading, *rows = book["Documents"].iter_rows(values_only=True)
    documents = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [one["job_id"] for one in documents] == several
    total = data_of(client.get(f"/jobs/{several[0]}"))["results"]["summary"]["total"]
    assert documents[0]["amount"] == total
    statement = data_of(client.get(f"/jobs/{several[2]}"))["results"]
    assert documents[2]["amount"] == statement["summary"]["closing_balance"]
    assert book["Transactions"].max_row == 1 + len(statement["transactions"])


def test_other_formats_are_a_zip_of_a_file_for_each_whose_names_are_safe_and_all_different(client, several):
    reply = fetch_all(client, several, "json")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.namelist() == ["may.json", "MAY-2.json", "june.json"]
        first = json.loads(archive.read("may.json"))
    assert first == fetch(client, several[0], format="json").json()


def test_where_one_cannot_be_exported_none_is_and_each_that_is_in_the_way_is_named(client, several):
    refused = error_of(fetch_all(client, several, "ubl"), 409, "CANNOT_EXPORT")["details"]["jobs"]
    named = {one["job_id"]: one["code"] for one in refused}
    assert named[several[2]] == "VALIDATION_ERROR", "no format for a statement"


def test_several_are_at_least_one_at_most_a_hundred_and_all_of_the_account(client, server, several):
    for ids in ([], [f"job_{number:019}" for number in range(101)]):
        error_of(fetch_all(client, ids, "csv"), 400, "VALIDATION_ERROR")
    error_of(fetch_all(client, ["nonsense"], "csv"), 400, "INVALID_JOB_ID")
    with server.client("stranger") as stranger:
        error_of(fetch_all(stranger, several, "csv"), 404, "JOB_NOT_FOUND")
