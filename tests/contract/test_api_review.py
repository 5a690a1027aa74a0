"""The contract, 7: results put right by people, with history, undo and approval."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from reportlab.pdfgen.canvas import Canvas

from serving import papers
from serving.replies import data_of, error_of, finish, start

ROWS = (
    ("Description", "Quantity", "Unit price", "Amount"),
    ("Consulting", "10", "150.00", "1500.00"),
    ("Travel", "1", "200.30", "200.30"),
    ("Total EUR", "", "", "1790.30"),
)


def invoice():
    """An invoice whose total is not what the lines make: 1700.30."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for index, line in enumerate(papers.INVOICE[:4]):
        canvas.drawString(72, 770 - 20 * index, line)
    for index, row in enumerate(ROWS):
        canvas.drawString(72, 660 - 20 * index, row[0])
        for right, cell in zip((320, 420, 520), row[1:], strict=True):
            canvas.drawRightString(right, 660 - 20 * index, cell)
    canvas.save()
    return buffer.getvalue()


@pytest.fixture
def client(server):
    with server.client() as client:
        yield client


@pytest.fixture
def job(client):
    return finish(client, start(client, invoice()))


def correct(client, job, **body):
    return data_of(client.patch(f"/jobs/{job['job_id']}/results", json=body))


def history_of(client, job):
    return data_of(client.get(f"/jobs/{job['job_id']}/results/history"))["corrections"]


def verdict_of(job):
    assert job["review"]["verdict"] == job["results"]["checks"]["verdict"]
    return job["review"]["verdict"]


def test_a_corrected_total_makes_the_sums_agree(client, job):
    assert (verdict_of(job), job["review"]["needs_review"]) == ("contradicted", True)
    corrected = correct(client, job, fields={"summary.total": 1700.30}, note="misprint")
    assert corrected["results"]["summary"]["total"] == 1700.30
    assert corrected["results"]["summary"]["amount_due"] == 1700.30  # nowhere printed: it was taken from the total
    assert verdict_of(corrected) == "proven"
    assert all(equation["holds"] for equation in corrected["results"]["checks"]["equations"])
    seen = corrected["results"]["evidence"]["summary.total"]
    assert (seen["source"], seen["status"], seen["page"]) == ("person", "proven", 1)


def test_every_address_of_the_result_gives_the_corrected_one_and_a_new_version(client, job):
    before = client.get(f"/parse/invoices/{job['job_id']}").headers["etag"]
    correct(client, job, fields={"summary.total": "1700.30"})
    reply = client.get(f"/parse/invoices/{job['job_id']}", headers={"If-None-Match": before})
    assert data_of(reply)["results"]["summary"]["total"] == 1700.30
    assert data_of(reply)["updated_at"] > job["updated_at"]
    file = data_of(client.get(f"/files/{job['document_id']}"))
    assert file["processed_data"]["summary"]["total"] == 1700.30
    exported = client.get(f"/jobs/{job['job_id']}/export", params={"format": "json"}).json()
    assert exported["summary"]["total"] == 1700.30
    assert '"total":1700.30' in reply.text  # the digits as they were sent


def test_the_history_says_who_changed_what_and_an_undo_brings_the_engines_own_result_back(server, client, job):
    correct(client, job, fields={"summary.total": 1700.30}, note="misprint")
    correct(client, job, fields={"vendor.name": "Bright Harbour"})
    first, second = history_of(client, job)
    assert (first["number"], first["note"], first["author"]) == (1, "misprint", server.key_of("acme")[:12])
    assert first["fields"] == {"summary.total": 1700.30}
    assert first["replaced"] == {"summary.total": 1790.30}
    assert second["undone_at"] is None

    undone = data_of(client.post(f"/jobs/{job['job_id']}/results/undo"))
    assert undone["results"]["vendor"]["name"] == job["results"]["vendor"]["name"]
    assert undone["results"]["summary"]["total"] == 1700.30
    undone = data_of(client.post(f"/jobs/{job['job_id']}/results/undo"))
    assert undone["results"] == job["results"]
    assert all(one["undone_at"] for one in history_of(client, job))
    error_of(client.post(f"/jobs/{job['job_id']}/results/undo"), 409, "CANNOT_REVIEW_JOB")


def test_rows_are_put_in_and_taken_out_with_their_evidence(client, job):
    removed = correct(client, job, remove=["items.0"])["results"]
    assert [item["description"] for item in removed["items"]] == ["Travel"]
    assert removed["evidence"]["items.0.amount"]["text"] == job["results"]["evidence"]["items.1.amount"]["text"]
    assert "items.1.amount" not in removed["evidence"]
    row = {"description": "Lunch", "amount": 90.00}
    added = correct(client, job, insert={"items.0": row, "items.1": {"description": "Dinner"}})["results"]
    assert [item["description"] for item in added["items"]] == ["Lunch", "Travel", "Dinner"]
    assert added["evidence"]["items.0.amount"]["source"] == "person"
    assert added["evidence"]["items.1.amount"] == removed["evidence"]["items.0.amount"] | {
        "status": added["evidence"]["items.1.amount"]["status"]
    }


def test_a_value_may_say_where_it_stands(client, job):
    place = {"page": 1, "box": [10, 20.5, 30, 40], "text": "PO 7"}
    corrected = correct(
        client,
        job,
        fields={"invoice_info.purchase_order": "PO-7"},
        places={"invoice_info.purchase_order": place},
    )
    seen = corrected["results"]["evidence"]["invoice_info.purchase_order"]
    assert (seen["page"], seen["box"], seen["text"]) == (1, [10.0, 20.5, 30.0, 40.0], "PO 7")


def test_an_approved_result_needs_no_review_until_it_is_changed(client, job):
    approved = data_of(client.post(f"/jobs/{job['job_id']}/approve"))
    assert (approved["review"]["needs_review"], verdict_of(approved)) == (False, "contradicted")
    again = data_of(client.post(f"/jobs/{job['job_id']}/approve"))
    assert again["review"] == approved["review"]
    listed = data_of(client.get("/jobs"))["jobs"][0]
    assert (listed["job_id"], listed["review"]) == (job["job_id"], approved["review"])
    corrected = correct(client, job, fields={"notes": "seen"})
    assert (corrected["review"]["approved_at"], corrected["review"]["needs_review"]) == (None, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"fields": {"summary.sum": 1}},
        {"fields": {"summary": {}}},
        {"fields": {"summary.total": "a lot"}},
        {"fields": {"summary.total": True}},
        {"fields": {"invoice_info.invoice_date": "07.01.2024"}},
        {"fields": {"items.9.amount": 1}},
        {"fields": {"checks.verdict": "proven"}},
        {"fields": {"metadata.page_count": 7}},
        {"fields": {"document_type": "bank_statement"}},
        {"remove": ["items.9"]},
        {"remove": ["summary.total"]},
        {"insert": {"items.9": {}}},
        {"insert": {"items.0": {"colour": "red"}}},
        {"places": {"notes": {"page": 1}}},
        {"values": {"notes": "x"}},
        {"fields": [1]},
    ],
)
def test_what_does_not_fit_the_result_is_refused_and_changes_nothing(client, one_job, body):
    error_of(client.patch(f"/jobs/{one_job['job_id']}/results", json=body), 400, "VALIDATION_ERROR")
    assert history_of(client, one_job) == []
    assert data_of(client.get(f"/jobs/{one_job['job_id']}"))["results"] == one_job["results"]


@pytest.fixture(scope="module")
def one_job(server):
    with server.client() as client:
        return finish(client, start(client, invoice()))


def test_a_result_in_a_callers_own_schema_is_corrected_by_its_own_names(client):
    schema = {"fields": ["invoice_number", "grand_total"]}
    job = finish(client, start(client, invoice(), schema=schema))
    corrected = correct(client, job, fields={"invoice_number": "INV-7"})
    assert corrected["results"] == {**job["results"], "invoice_number": "INV-7"}
    assert corrected["evidence"]["invoice_number"]["source"] == "person"


def test_a_job_without_a_result_is_not_to_be_reviewed(idle_server):
    with idle_server.client() as client:
        job_id = start(client)
        error_of(client.patch(f"/jobs/{job_id}/results", json={"fields": {"notes": "x"}}), 409, "CANNOT_REVIEW_JOB")
        error_of(client.post(f"/jobs/{job_id}/approve"), 409, "CANNOT_REVIEW_JOB")


def test_a_stranger_and_a_reader_correct_nothing(server, client, one_job):
    address = f"/jobs/{one_job['job_id']}"
    with server.client("stranger") as stranger:
        error_of(stranger.patch(f"{address}/results", json={"fields": {"notes": "x"}}), 404, "JOB_NOT_FOUND")
        error_of(stranger.get(f"{address}/results/history"), 404, "JOB_NOT_FOUND")
        error_of(stranger.post(f"{address}/results/undo"), 404, "JOB_NOT_FOUND")
        error_of(stranger.post(f"{address}/approve"), 404, "JOB_NOT_FOUND")
    with server.client(key=server.make_key(permissions=("read",))) as reader:
        error_of(reader.patch(f"{address}/results", json={"fields": {"notes": "x"}}), 403, "FORBIDDEN")
        error_of(reader.post(f"{address}/approve"), 403, "FORBIDDEN")


def test_corrections_at_the_same_moment_all_count(client, job):
    paths = [f"vendor.contact.{name}" for name in ("email", "phone", "website")]
    with ThreadPoolExecutor(3) as pool:
        replies = list(
            pool.map(lambda p: client.patch(f"/jobs/{job['job_id']}/results", json={"fields": {p: p}}), paths)
        )
    assert [reply.status_code for reply in replies] == [200] * 3
    contact = data_of(client.get(f"/jobs/{job['job_id']}"))["results"]["vendor"]["contact"]
    assert contact == {name: f"vendor.contact.{name}" for name in ("email", "phone", "website")}
    assert [one["number"] for one in history_of(client, job)] == [1, 2, 3]


def test_a_broken_balance_chain_is_mended_row_by_row(client):
    job = finish(client, start(client, statement(("-30.00", "970.00"), ("-20.00", "960.00")), kind="statements"))
    assert verdict_of(job) == "contradicted"
    issue = next(one for one in job["results"]["checks"]["issues"] if one["code"] == "BALANCE_CHAIN_BROKEN")
    wrong = next(path for path in issue["fields"] if path.endswith(".amount"))
    corrected = correct(client, job, fields={wrong: 10.00})
    assert verdict_of(corrected) != "contradicted"
    assert not [one for one in corrected["results"]["checks"]["issues"] if one["code"] == "BALANCE_CHAIN_BROKEN"]


def statement(*rows):
    """A statement whose rows say how much was moved and what was left."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    lines = [("Account statement", "", ""), ("Currency EUR  Period 2024-01-01 to 2024-01-31", "", "")]
    table = [("Date", "Description", "Amount", "Balance"), ("", "Opening balance", "", "1000.00")]
    table += [(f"2024-01-0{n}", f"Card payment {n}", *row) for n, row in enumerate(rows, 2)]
    table += [("", "Closing balance", "", rows[-1][1])]
    for index, (text, _, _) in enumerate(lines):
        canvas.drawString(72, 780 - 20 * index, text)
    for index, (day, text, amount, balance) in enumerate(table):
        y = 700 - 20 * index
        canvas.drawString(72, y, day)
        canvas.drawString(160, y, text)
        canvas.drawRightString(420, y, amount)
        canvas.drawRightString(520, y, balance)
    canvas.save()
    return buffer.getvalue()
