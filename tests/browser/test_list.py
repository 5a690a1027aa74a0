"""The list of documents: live, filtered, in pages; what is done with several together; what an empty one teaches."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from serving import papers
from serving.replies import data_of, finish, upload

ROWS = "#list tbody tr"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("kind=statement", 1),
        ("text=STATEMENT.p", 1),
        ("text=kupferberg", 1),
        ("text=thornbury", 1),
        ("text=fa+67887", 1),
        ("verdict=contradicted", 0),
        ("status=completed", 3),
        ("since=2999-01-01", 0),
        ("until=2000-01-01", 0),
        ("since=2000-01-01&until=2999-01-01", 3),
        ("needs_review=no&kind=invoice&text=invoice.pdf", 1),
    ],
)
def test_the_list_shows_what_its_filter_asks_for(shelf, query, count):
    """The pages alone, without a browser: what a filter does in one is the next test's."""
    import httpx

    with httpx.Client(base_url=shelf.server.url, headers={"accept": "text/html"}) as visitor:
        visitor.post("/login", data={"key": shelf.key})
        page = visitor.get(f"/?{query}")
    assert len(re.findall("data-pick=", page.text)) == count


def test_a_choice_in_the_filter_acts_at_once_and_the_address_tells_it(reader):
    person = reader()
    page = person.open("/")
    page.get_by_label("Kind").select_option("statement")
    page.wait_for_url("**/?kind=statement")
    assert page.locator(ROWS).count() == 1
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Verdict").select_option("contradicted")
    page.get_by_text("No document fits this filter").wait_for()


def test_the_newest_stands_first_with_its_age_how_long_it_took_and_whom_it_is_from(reader):
    page = reader().open("/")
    names = [name.get_attribute("href") for name in page.locator(f"{ROWS} td:nth-child(2) a").all()]
    assert len(names) == 3
    assert "statement.pdf" in page.locator(ROWS).first.inner_text()
    row = page.locator(ROWS, has_text="invoice.pdf")
    assert "€6,290.48" in row.inner_text()
    assert re.search(r"ago|now|this minute", row.locator("time").inner_text())
    assert re.search(r"\d+ sec", row.inner_text())


def test_an_empty_list_teaches_and_one_that_is_looked_through_says_so(person):
    page = person.open("/")
    teaching = page.locator(".empty")
    assert "Drop a document" in teaching.inner_text()
    page.get_by_label("Needs a look").select_option("yes")
    page.get_by_text("Nothing needs a look").wait_for()


def test_documents_that_others_add_appear_and_change_without_a_hand(person, documents):
    page = person.open("/")
    page.get_by_text("Nothing here yet").wait_for()
    person.add("theirs.pdf", documents["invoice.pdf"])
    page.evaluate("() => document.body.dispatchEvent(new Event('refresh'))")  # what its clock does every 15 s
    page.locator(ROWS, has_text="theirs.pdf").locator(".proven").wait_for()


def test_more_than_twenty_stand_on_pages(person):
    fill(person, 21)
    page = person.open("/")
    assert page.locator(ROWS).count() == 20
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**page=2")
    assert page.locator(ROWS).count() == 1
    page.get_by_role("link", name="Newer").click()
    page.wait_for_url("**page=1")


def test_documents_chosen_are_exported_as_one_file_tried_again_and_deleted_together(person, documents):
    for name in ("invoice.pdf", "statement.pdf"):
        person.add(name, documents[name])
    with person.client() as client:
        document = upload(client, papers.pdf(pages=400), filename="long.pdf")
        stopped = data_of(client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"]
        client.delete(f"/jobs/{stopped}").raise_for_status()
        assert finish(client, stopped)["status"] == "failed"
    page = person.open("/")
    bar = page.get_by_role("toolbar")
    page.get_by_label("Choose all").check()
    assert page.locator("#picked").inner_text() == "3 chosen"
    with page.expect_download() as download:
        bar.get_by_role("button", name="CSV").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == ["invoices.csv", "statements.csv"]
        rows = list(csv.DictReader(io.StringIO(archive.read("invoices.csv").decode())))
    assert {row["document"] for row in rows} == {"invoice.pdf"}
    page.locator("#bulk").wait_for(state="hidden")

    page.locator("[data-name='invoice.pdf']").check()
    bar.get_by_role("button", name="Try again").click()
    page.locator("#trouble", has_text="None of the documents chosen has failed").wait_for()
    page.get_by_label("Choose all").check()
    with page.expect_response(lambda reply: reply.url.endswith(f"/jobs/{stopped}/retry")) as retried:
        bar.get_by_role("button", name="Try again").click()
    assert retried.value.ok
    with person.client() as client:
        client.delete(f"/jobs/{stopped}")

    page = person.open("/")
    page.get_by_label("Choose all").check()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    page.get_by_text("Nothing here yet").wait_for()


def test_what_cannot_be_in_the_file_is_named_and_chosen_no_more(person, documents):
    person.add("invoice.pdf", documents["invoice.pdf"])
    person.add("short.pdf", documents["invoice.pdf"], schema={"fields": ["invoice_number"]})
    page = person.open("/")
    page.get_by_label("Choose all").check()
    bar = page.get_by_role("toolbar")
    bar.get_by_role("button", name="XLSX").click()
    page.locator("#trouble", has_text="short.pdf: The result has the shape of a custom schema").wait_for()
    assert page.locator("#picked").inner_text() == "1 chosen"
    with page.expect_download() as download:
        bar.get_by_role("button", name="XLSX").click()
    assert download.value.suggested_filename == "results.xlsx"


def test_what_failed_is_tried_again_from_its_page_which_says_why(person):
    with person.client() as client:
        document = upload(client, papers.pdf(pages=400), filename="long.pdf")
        stopped = data_of(client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"]
        client.delete(f"/jobs/{stopped}").raise_for_status()
    page = person.open(f"/review/{stopped}")
    assert "JOB_CANCELLED" in page.get_by_role("alert").first.inner_text()
    with page.expect_response(lambda reply: reply.url.endswith(f"/jobs/{stopped}/retry")) as retried:
        page.get_by_role("button", name="Try again").click()
    assert retried.value.ok
    page.get_by_role("alert").filter(has_text="JOB_CANCELLED").wait_for(state="detached")  # it is read, or it was
    with person.client() as client:
        client.delete(f"/jobs/{stopped}")


def fill(person, count):
    """Have one short document read `count` times, so that the list has as many rows."""
    with person.client() as client:
        document_id = upload(client, papers.pdf(), filename="one-of-many.pdf")["doc_id"]
        jobs = [data_of(client.post("/parse", json={"document_id": document_id}))["job_id"] for _ in range(count)]
        for job_id in jobs:
            finish(client, job_id)
