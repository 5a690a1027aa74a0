"""Documents come in: by picker, drop and paste; each with its progress, its kind, or the reason why it is refused."""

from __future__ import annotations

import re

import pytest

from serving import papers
from serving.replies import data_of, upload


def test_many_files_at_once_show_each_its_progress_and_then_what_it_is(person, documents):
    page = person.open("/")
    page.evaluate("""() => {
        window.seen = [];
        new MutationObserver(() => {
            for (const row of document.querySelectorAll("#uploads li")) window.seen.push(row.innerText);
        }).observe(document.querySelector("#uploads"), {subtree: true, childList: true, characterData: true});
    }""")
    names = ["a.pdf", "b.pdf", "c.pdf", "d.pdf"]
    person.drop(*((name, documents["invoice.pdf"]) for name in names), ("e.pdf", documents["statement.pdf"]))
    page.locator("#uploads a").nth(4).wait_for(timeout=120_000)
    said = page.locator("#uploads").inner_text()
    assert said.count("✔ invoice") == 4
    assert said.count("✔ statement") == 1
    seen = " ".join(page.evaluate("() => window.seen"))
    assert "waits its turn" in seen
    assert re.search(r"\d+ KB of \d+ KB", seen)
    assert "read:" in seen or "waits to be read" in seen
    assert any(address.endswith("/events") for address in person.requests), "progress comes by server-sent events"
    assert page.locator("#list tbody tr").count() == 5, "the list below shows them without being loaded anew"


def test_a_locked_document_asks_for_its_password_and_a_strange_one_is_refused_with_the_reason(person, documents):
    page = person.open("/")
    person.drop(*((name, documents[name]) for name in ("locked.pdf", "letter.docx")))
    refusal = page.locator("#uploads li", has_text="letter.docx").locator("[role=alert]")
    refusal.wait_for()
    assert "pdf" in refusal.inner_text().lower(), "it says what is taken"
    row = page.locator("#uploads li", has_text="locked.pdf")
    password = row.get_by_label("Password of locked.pdf")
    password.fill("wrong")
    password.press("Enter")
    row.locator("[role=alert]", has_text="password").wait_for()
    row.get_by_label("Password of locked.pdf").fill(papers.PASSWORD)
    row.get_by_role("button", name="Open").click()
    row.get_by_role("link", name="Review").wait_for()


def test_a_locked_document_that_failed_is_tried_again_without_its_password(person):
    """The copy that its password opened is kept with it, and goes when it goes; the password is kept nowhere."""
    content = papers.pdf(pages=300, password=papers.PASSWORD)
    with person.client() as client:
        document = upload(client, content, filename="locked.pdf", password=papers.PASSWORD)
        job_id = data_of(client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"]
        data_of(client.delete(f"/jobs/{job_id}"))
        page = person.open(f"/review/{job_id}")
        with page.expect_response(lambda reply: reply.url.endswith("/retry") and reply.ok):
            page.get_by_role("button", name="Try again").click()
        client.delete(f"/jobs/{job_id}")  # three hundred pages are more than anybody waits for here


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_document_is_dropped_or_pasted_as_well(person, documents, way):
    page = person.open("/")
    page.evaluate(
        """([way, name, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            const event = way === "drop"
                ? new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
                : new ClipboardEvent("paste", {clipboardData: data, bubbles: true});
            document.querySelector("#drop").dispatchEvent(event);
        }""",
        [way, "invoice.pdf", list(documents["invoice.pdf"])],
    )
    page.locator("#uploads a").wait_for()
    assert "✔ invoice" in page.locator("#uploads").inner_text()


def test_a_file_that_cannot_be_sent_says_so_and_is_sent_again_on_demand(person, documents):
    page = person.open("/")
    page.route("**/api/v1/parse", lambda route: route.abort())
    person.drop(("invoice.pdf", documents["invoice.pdf"]))
    row = page.locator("#uploads li")
    row.get_by_text("cannot be reached").wait_for()
    page.unroute("**/api/v1/parse")
    row.get_by_role("button", name="Try again").click()
    row.get_by_role("link", name="Review").wait_for()
