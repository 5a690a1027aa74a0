"""Whole walks: the bookkeeper's first visit, from upload to approval, and the same without a pointer."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from browser.conftest import Person


def test_a_newcomer_opens_the_printed_link_drops_two_documents_corrects_a_value_and_exports(browser, server, documents):
    """Nothing that a person would have to have read somewhere: only what stands on the pages is used."""
    link = server.login_link
    person = Person(browser, server, None, key="none")
    page = person.page
    page.goto(link)
    page.wait_for_url(f"{server.url}/")
    assert "Drop a document" in page.locator(".empty").inner_text()
    person.drop(*((name, documents[name]) for name in ("invoice.pdf", "statement.pdf")))
    page.locator("#uploads").get_by_text("✔ invoice").wait_for(timeout=120_000)
    page.locator("#uploads").get_by_text("✔ statement").wait_for(timeout=120_000)
    page.locator("#uploads li", has_text="invoice.pdf").get_by_role("link", name="Review").click()
    page.locator(".field", has_text="Invoice number").first.dblclick()
    page.keyboard.type("FA 67888")
    page.keyboard.press("Enter")
    page.locator(".history").wait_for()
    page.get_by_text("Export ▾").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    assert {row["invoice_number"] for row in rows} == {"FA 67888"}
    page.get_by_role("button", name="Approve and next").click()
    page.wait_for_url(re.compile(r"needs_review=yes|/review/"))
    assert person.errors == []
    person.context.close()
    with httpx.Client(base_url=server.url, headers={"accept": "text/html"}) as late:
        assert late.get(link).status_code == 401, "the link opens one session, once"
        assert late.get("/").status_code == 303


@pytest.mark.parametrize("name", ["invoice.pdf", "scan.jpg", "statement.pdf"])
def test_a_document_goes_from_upload_to_approval(person, documents, name):
    page = person.open("/")
    person.drop((name, documents[name]))
    page.locator("#uploads a").wait_for(timeout=240_000)
    kind = "statement" if name.startswith("statement") else "invoice"
    assert f"✔ {kind}" in page.locator("#uploads").inner_text()
    address = page.locator("#uploads a").get_attribute("href")
    page = person.open(address)
    assert page.locator("rect.box.proven").count() > 5
    with page.expect_navigation():
        page.keyboard.press("a")
    assert person.open("/").get_by_text("✔ approved").count() == 1
    assert person.job(address.rpartition("/")[2])["review"]["approved_at"]


def test_the_same_is_done_by_keyboard_alone(people, documents):
    """From the login to the approval: Tab, Enter and the letters of the sheet; where the focus is can be seen."""
    person = people()
    page = person.open("/")
    page.keyboard.type(person.key)  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_url(f"{person.server.url}/")
    chooser = open_chooser(page)
    chooser.set_files({"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": documents["invoice.pdf"]})
    page.locator("#uploads a").wait_for(timeout=60_000)
    tab_to(page, "#uploads a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*")
    job_id = page.url.rpartition("/")[2]
    for _ in range(60):
        page.keyboard.press("j")
        if page.evaluate("() => document.activeElement.dataset.path") == "customer.name":
            break
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.type("Ada Lovelace")
    page.keyboard.press("Enter")
    page.locator(".history").wait_for()
    assert person.job(job_id)["results"]["customer"]["name"] == "Ada Lovelace"
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert person.job(job_id)["review"]["approved_at"]


def open_chooser(page):
    """Open the picker by its key: again where the first press is lost, as Chromium loses keys until a page is first drawn."""
    page.wait_for_load_state("load")
    for _ in range(10):
        tab_to(page, "#picker")
        try:
            with page.expect_file_chooser(timeout=6_000) as chooser:
                page.keyboard.press("Space")
        except PlaywrightTimeout:
            continue
        return chooser.value
    raise AssertionError("Space on the picker opens nothing")


def tab_to(page, selector):
    """Press Tab until the element has the focus, from where it is now."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")
