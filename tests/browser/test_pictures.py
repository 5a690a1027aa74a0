"""Pictures where people would rather look than read: categories, how often the engine was right, how sure it was."""

from __future__ import annotations

import re


def test_a_statement_shows_income_and_spending_by_category(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"], options={"categorize": True})
    page = person.open(f"/review/{job_id}")
    bars = page.locator("section", has=page.get_by_role("heading", name="Income and spending"))
    assert bars.locator("caption").all_inner_texts() == ["Income", "Spending"]
    assert re.search(r"salary\s+7,984\.49", bars.locator("table").first.inner_text())
    assert re.search(r"rent\s+810\.31", bars.locator("table").last.inner_text())
    lengths = [int(bar.get_attribute("width")) for bar in bars.locator("rect").all()]
    assert max(lengths) == 100, "the largest fills its place"
    assert len(set(lengths)) > 1


def test_what_is_uploaded_here_is_sorted_into_categories(person, documents):
    person.open("/")
    person.drop(("statement.pdf", documents["statement.pdf"]))
    person.page.locator("#uploads a").click()
    person.page.get_by_role("heading", name="Income and spending").wait_for()


def test_corrections_of_approved_documents_are_the_truth_that_the_engine_is_measured_by(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open("/usage")
    page.get_by_text("Nothing to count yet").wait_for()
    with person.client() as client:
        number = person.job(job_id)["results"]["invoice_info"]["invoice_number"]
        client.patch(
            f"/jobs/{job_id}/results", json={"fields": {"invoice_info.invoice_number": f"{number}9"}}
        ).raise_for_status()
        client.post(f"/jobs/{job_id}/approve").raise_for_status()
    page = person.open("/usage")
    shares = {}
    for row in page.locator("table.bars tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        shares[cells[0]] = tuple(map(int, cells[1:4]))
    assert shares["invoice_info.invoice_number"] == (1, 0, 0), "given once, right never"
    assert shares["summary.total"] == (1, 1, 0)
    points = page.locator("svg.calibration circle")
    assert points.count() >= 1
    assert all(re.search(r"\d+ of \d+ right", title) for title in points.locator("title").all_text_contents())
