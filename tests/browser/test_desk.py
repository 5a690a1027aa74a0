"""The bookkeeper's day, in a browser: upload, look, correct, approve, take away."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from builders.statements.layouts import draw_statement
from serving import papers
from serving.replies import data_of, finish, upload


def total_field(page):
    return page.locator("[data-path='summary.total']")


def save(page, field, text):
    """Change a value as a person does: Enter, type, Enter."""
    field.focus()
    page.keyboard.press("Enter")
    field.locator("input").fill(text)
    page.keyboard.press("Enter")


def test_an_invoice_a_scan_and_a_statement_go_from_upload_to_approval(person, documents):
    page = person.page
    wanted = ["invoice.pdf", "scan.jpg", "statement.pdf"]
    page.set_input_files(
        "#picker",
        [{"name": name, "mimeType": "application/octet-stream", "buffer": documents[name]} for name in wanted],
    )
    page.locator("#uploads a").nth(2).wait_for(timeout=240_000)
    said = page.locator("#uploads").inner_text()
    assert said.count("✔ invoice") == 2
    assert said.count("✔ statement") == 1
    reviews = [link.get_attribute("href") for link in page.locator("#uploads a").all()]
    for address in reviews:
        page = person.open(address)
        assert page.locator("rect.box.proven").count() > 5
        with page.expect_navigation():
            page.keyboard.press("a")
    page = person.open("/")
    assert page.get_by_text("✔ approved").count() == 3
    for address in reviews:
        assert person.job(address.rpartition("/")[2])["review"]["approved_at"]


def test_a_locked_document_asks_for_its_password_and_a_strange_one_is_refused_with_the_reason(person, documents):
    page = person.page
    for name in ("locked.pdf", "letter.docx"):
        page.set_input_files(
            "#picker", {"name": name, "mimeType": "application/octet-stream", "buffer": documents[name]}
        )
    refusal = page.locator("#uploads li", has_text="letter.docx").locator("[role=alert]")
    refusal.wait_for()
    assert len(refusal.inner_text()) > 20
    row = page.locator("#uploads li", has_text="locked.pdf")
    password = row.get_by_label("Password of locked.pdf")
    password.fill("wrong")
    password.press("Enter")
    row.locator("[role=alert]", has_text="password").wait_for()
    row.get_by_label("Password of locked.pdf").fill("open sesame")
    row.get_by_role("button", name="Open").click()
    row.get_by_role("link", name="Review").wait_for(timeout=60_000)


def test_a_correction_is_checked_at_once_remembered_and_can_be_taken_back(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    before = person.job(job_id)["results"]["summary"]["total"]
    page = person.open(f"/review/{job_id}")
    assert page.locator(".equations .contradicted").count() == 0
    save(page, total_field(page), "7.290,48 €")  # as the page writes it
    page.locator(".equations .contradicted").first.wait_for()
    assert str(person.job(job_id)["results"]["summary"]["total"]) == "7290.48"
    assert page.locator(".head .sign").first.inner_text().endswith("contradicted")
    assert page.locator(".history").inner_text().count("summary.total") == 1
    page.keyboard.press("u")
    page.locator(".history .undone").wait_for()
    assert person.job(job_id)["results"]["summary"]["total"] == before
    assert page.locator(".equations .contradicted").count() == 0


def test_a_value_that_cannot_be_is_refused_where_the_person_looks(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    field = page.locator("[data-path='invoice_info.due_date']")
    save(page, field, "soon")
    page.locator("#trouble").wait_for()
    assert "2024-01-31" in page.locator("#trouble").inner_text()
    assert field.locator("input").input_value() == "soon"
    page.keyboard.press("Escape")
    assert field.locator("input").count() == 0


def test_a_field_lights_its_box_and_a_box_its_field(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    total_field(page).focus()
    assert page.locator("rect.lit").get_attribute("data-box") == "summary.total"
    page.locator("rect[data-box='invoice_info.invoice_number']").click()
    assert page.evaluate("() => document.activeElement.dataset.path") == "invoice_info.invoice_number"


def test_a_box_drawn_on_the_page_fills_the_field_with_the_words_in_it(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    seen = page.locator("rect[data-box='invoice_info.invoice_number']").bounding_box()
    field = page.locator("[data-path='customer.name']")
    field.focus()
    page.evaluate("() => window.scrollTo(0, 0)")
    page.locator("[data-act=draw]").click()
    page.mouse.move(seen["x"] - 4, seen["y"] - 3)
    page.mouse.down()
    page.mouse.move(seen["x"] + seen["width"] + 4, seen["y"] + seen["height"] + 3, steps=4)
    page.mouse.up()
    field.locator("input").wait_for()
    page.keyboard.press("Enter")
    page.locator(".history").wait_for()
    result = person.job(job_id)["results"]
    assert result["customer"]["name"] == result["invoice_info"]["invoice_number"]
    place = result["evidence"]["customer.name"]
    number = result["evidence"]["invoice_info.invoice_number"]
    assert place["page"] == 1
    assert all(abs(Decimal(str(a)) - Decimal(str(b))) < 3 for a, b in zip(place["box"], number["box"], strict=True))


def test_rows_are_added_and_taken_out_and_cells_are_walked_by_keys(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"])
    count = len(person.job(job_id)["results"]["transactions"])
    page = person.open(f"/review/{job_id}")
    first = page.locator("[data-path='transactions.0.date']")
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.dataset.path").startswith("transactions.1.")
    page.locator("[data-remove='transactions.3']").click()
    page.locator(".equations .contradicted, .issues .error, .issues .warning").first.wait_for()
    assert len(person.job(job_id)["results"]["transactions"]) == count - 1
    page.locator("[data-add='transactions.3']").click()
    page.locator(".history li").nth(1).wait_for()
    assert len(person.job(job_id)["results"]["transactions"]) == count


def test_the_repair_of_a_broken_balance_is_accepted_with_one_click(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"])
    right = person.job(job_id)["results"]["transactions"][5]
    page = person.open(f"/review/{job_id}")
    kind = page.locator("[data-path='transactions.5.type']")
    save(page, kind, "debit" if right["type"] == "credit" else "credit")
    page.locator("[data-repair]").first.click()
    page.locator(".history li").nth(1).wait_for()
    mended = person.job(job_id)["results"]
    assert mended["transactions"][5]["type"] == right["type"]
    assert mended["checks"]["verdict"] == "proven"


def test_pages_are_turned_and_enlarged_by_keys_and_the_sheet_of_keys_opens(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"])
    page = person.open(f"/review/{job_id}")
    page.keyboard.press("]")
    page.locator("#sheet[data-page='2']").wait_for()
    page.keyboard.press("[")
    page.locator("#sheet[data-page='1']").wait_for()
    width = page.locator(".paper svg").bounding_box()["width"]
    page.keyboard.press("+")
    enlarged = page.locator(".paper svg").bounding_box()
    assert enlarged["width"] > width
    margin = page.locator(".paper").bounding_box()
    page.mouse.move(margin["x"] + 12, margin["y"] + 300)  # and is moved by hand
    page.mouse.down()
    page.mouse.move(margin["x"] - 40, margin["y"] + 200, steps=3)
    page.mouse.up()
    assert page.locator(".paper svg").bounding_box()["x"] < enlarged["x"]
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()


def test_a_result_is_taken_away_in_every_format_and_by_a_line_that_can_be_copied(person, documents):
    formats = {"invoice.pdf": {"json", "csv", "xlsx", "ubl", "cii"}}
    formats["statement.pdf"] = {"json", "csv", "xlsx", "ofx", "qif", "camt053"}
    for name, wanted in formats.items():
        job_id = person.add(name, documents[name])
        page = person.open(f"/review/{job_id}")
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
        curl, python = page.locator(".menu pre").all_inner_texts()
        assert curl.startswith("curl ")
        assert f"/api/v1/jobs/{job_id}" in curl
        assert f'get_job("{job_id}")' in python
        compile(python, "copied", "exec")


def test_the_list_is_filtered_and_its_documents_are_deleted_together(person, documents):
    for name in ("invoice.pdf", "statement.pdf"):
        person.add(name, documents[name])
    rows = "#list tbody tr"
    for address, count in (
        ("/?kind=statement", 1),
        ("/?text=STATEMENT.p", 1),
        ("/?text=kupferberg", 1),
        ("/?verdict=contradicted", 0),
        ("/?status=completed", 2),
        ("/?since=2999-01-01", 0),
        ("/?needs_review=no", 2),
    ):
        assert person.open(address).locator(rows).count() == count, address
    page = person.open("/")
    page.get_by_label("Choose all").check()
    assert page.locator("#picked").inner_text() == "2 chosen"
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    page.get_by_text("Nothing here yet").wait_for()


def test_a_choice_in_the_filter_acts_at_once_and_the_address_tells_it(person, documents):
    for name in ("invoice.pdf", "statement.pdf"):
        person.add(name, documents[name])
    page = person.open("/")
    page.get_by_label("Kind").select_option("statement")
    page.wait_for_url("**/?kind=statement")
    assert page.locator("#list tbody tr").count() == 1
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Needs a look").select_option("yes")
    page.get_by_text("Nothing needs a look").wait_for()


def test_what_failed_is_tried_again_and_of_those_chosen_together_each_is_taken_that_can_be(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    with person.server.client(key=person.key) as client:
        document = upload(client, papers.pdf(pages=400), filename="long.pdf")
        stopped = data_of(client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"]
        client.delete(f"/jobs/{stopped}").raise_for_status()
        assert finish(client, stopped)["status"] == "failed"
    page = person.open("/")
    for chosen in (job_id, stopped):
        page.locator(f"[data-pick='{chosen}']").check()
    with page.expect_download() as download:
        page.get_by_role("toolbar").get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.locator("#bulk").wait_for(state="hidden")
    page.locator(f"[data-pick='{job_id}']").check()
    page.get_by_role("toolbar").get_by_role("button", name="Try again").click()
    page.locator("#trouble", has_text="None of the documents chosen has failed").wait_for()
    page = person.open(f"/review/{stopped}")
    assert "JOB_CANCELLED" in page.get_by_role("alert").first.inner_text()
    with page.expect_response(lambda reply: reply.url.endswith(f"/jobs/{stopped}/retry")) as retried:
        page.get_by_role("button", name="Try again").click()
    assert retried.value.ok


def test_the_values_that_tell_what_a_document_is_stand_first_and_lead_to_their_place(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    glances = page.locator(".glances")
    assert "€6,290.48" in glances.inner_text()
    glances.get_by_text("Total").click()
    assert page.evaluate("() => document.activeElement.dataset.path") == "summary.total"
    assert page.locator("rect.lit").get_attribute("data-box") == "summary.total"


def test_any_page_is_opened_by_its_number_and_the_next_is_there_before_it_is_asked_for(person, documents):
    job_id = person.add("long.pdf", papers.pdf(pages=20))
    page = person.page
    with page.expect_response(re.compile(r"/pages/2\.png$")):
        person.open(f"/review/{job_id}")
    number = page.get_by_label("Page", exact=True)
    number.fill("17")
    with page.expect_response(re.compile(r"/pages/18\.png$")):
        number.press("Enter")
    page.locator("#sheet[data-page='17']").wait_for()
    assert page.url.endswith(job_id), "the page is turned, not loaded anew"


def test_the_running_balance_is_a_line_whose_points_lead_to_their_rows(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"])
    page = person.open(f"/review/{job_id}")
    assert page.locator("svg.line circle").count() == len(person.job(job_id)["results"]["transactions"])
    page.locator("svg.line circle").nth(4).click()
    assert page.evaluate("() => document.activeElement.dataset.path") == "transactions.4.balance"


@pytest.mark.parametrize(
    ("language", "amount", "day"), [("de-DE", "6.290,48", "09.07.2021"), ("en-US", "6,290.48", "Jul 9, 2021")]
)
def test_amounts_and_days_are_written_as_the_reader_writes_them(people, documents, language, amount, day):
    person = people(locale=language).log_in()
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    assert total_field(page).locator(".value").inner_text() == amount
    assert page.locator("[data-path='invoice_info.invoice_date'] .value").inner_text() == day


def test_corrections_are_counted_as_what_the_engine_got_wrong(person, documents):
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open(f"/review/{job_id}")
    save(page, page.locator("[data-path='customer.name']"), "Somebody else")
    page.locator(".history").wait_for()
    page.keyboard.press("a")
    page.wait_for_url(re.compile("needs_review=yes"))
    row = person.open("/usage").locator("tr", has_text="customer.name")
    assert row.locator("td").all_inner_texts()[1:4] == ["1", "0", "0"]
    with person.server.client(key=person.key) as client:
        told = json.loads(client.get("/accuracy").text)["data"]
    assert told["documents"] == 1
    assert {"field": "summary.total", "given": 1, "right": 1, "missed": 0} in told["fields"]


def test_a_long_statement_is_shown_a_page_at_a_time_and_every_row_can_be_reached(person):
    drawn = draw_statement("carried-forward", 13, country="GB", rows=500, most_lines=1)
    job_id = person.add("long.pdf", drawn.pdf)
    page = person.open(f"/review/{job_id}")
    cells = page.locator("td[data-path$='.amount']")
    assert 0 < cells.count() < 100
    assert page.locator("[data-path='transactions.450.amount']").count() == 0
    page.keyboard.press("]")
    page.locator("#sheet[data-page='2']").wait_for()
    assert page.locator("[data-path='transactions.0.amount']").count() == 0
    page.locator("circle[data-jump='transactions.450.balance']").dispatch_event("click")
    page.locator("[data-path='transactions.450.balance']").wait_for()
    save(page, page.locator("[data-path='transactions.450.description']"), "Looked at")
    page.locator(".history").wait_for()
    assert person.job(job_id)["results"]["transactions"][450]["description"] == "Looked at"


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_document_is_dropped_or_pasted_as_well(person, documents, way):
    page = person.page
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
    page.locator("#uploads a").wait_for(timeout=30_000)
    assert "✔ invoice" in page.locator("#uploads").inner_text()


def test_a_statement_dropped_here_shows_income_and_spending_by_category(person, documents):
    page = person.page
    page.set_input_files(
        "#picker", {"name": "statement.pdf", "mimeType": "application/pdf", "buffer": documents["statement.pdf"]}
    )
    page.locator("#uploads a").click(timeout=30_000)
    bars = page.locator("section", has=page.get_by_role("heading", name="Income and spending"))
    bars.wait_for()
    said = bars.inner_text()
    assert "income" in said
    assert "spending" in said
