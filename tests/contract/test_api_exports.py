"""The contract, 7: results as files for other programs."""

import io

import openpyxl
import pytest

from serving.replies import error_of, finish, start


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
