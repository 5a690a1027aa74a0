"""Results are taken away: files in every format, and lines to copy that fetch them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("invoice.pdf", {"json", "csv", "xlsx", "ubl", "cii"}),
        ("statement.pdf", {"json", "csv", "xlsx", "ofx", "qif", "camt053"}),
    ],
)
def test_a_result_is_taken_away_in_every_format_of_its_kind(reader, name, wanted):
    person = reader()
    page = person.open(f"/review/{person.jobs[name]}")
    page.click("summary:has-text('Export')")
    links = page.locator(".menu a[download]").all()
    assert {link.get_attribute("href").rpartition("=")[2] for link in links} == wanted
    for link in links:
        if link.inner_text() == "CII":  # wants both countries, and the document names none
            link.click()
            page.locator("#trouble", has_text="country").wait_for()
            continue
        with page.expect_download() as download:
            link.click()
        assert download.value.path().stat().st_size > 100
        assert download.value.suggested_filename.startswith(person.jobs[name])


def test_lines_to_copy_fetch_this_job_from_a_terminal_and_a_program(reader):
    person = reader()
    job_id = person.jobs["invoice.pdf"]
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = person.open(f"/review/{job_id}")
    page.click("summary:has-text('Export')")
    curl, python = page.locator(".menu pre").all_inner_texts()
    assert curl.startswith("curl ")
    assert f"{person.server.url}/api/v1/jobs/{job_id}" in curl
    assert f'get_job("{job_id}")' in python
    compile(python, "copied", "exec")
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == curl


def test_the_menu_is_closed_by_a_click_beside_it_and_by_escape(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['invoice.pdf']}")
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert not menu.evaluate("menu => menu.open")
    assert menu.locator("summary").evaluate("button => document.activeElement === button")
    menu.locator("summary").click()
    page.locator("h1").click()
    assert not menu.evaluate("menu => menu.open")


def test_the_document_itself_is_taken_away_as_it_came(reader, documents):
    person = reader()
    page = person.open(f"/review/{person.jobs['invoice.pdf']}")
    page.click("summary:has-text('Export')")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == documents["invoice.pdf"]
    assert download.value.suggested_filename == "invoice.pdf"
