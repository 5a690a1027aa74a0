"""The review page, changing: values, rows, drawn boxes, repairs, undo, approval, and the next that needs a look."""

from __future__ import annotations

from decimal import Decimal

import pytest

FOCUSED = "() => document.activeElement.dataset.path"


def save(page, field, text):
    """Change a value as a person does: Enter, type, Enter."""
    field.focus()
    page.keyboard.press("Enter")
    field.locator("input").fill(text)
    page.keyboard.press("Enter")


@pytest.fixture
def invoice(person, documents):
    return person.add("invoice.pdf", documents["invoice.pdf"])


@pytest.fixture
def statement(person, documents):
    return person.add("statement.pdf", documents["statement.pdf"])


def test_a_correction_is_checked_at_once_remembered_and_can_be_taken_back(person, invoice):
    before = person.job(invoice)["results"]["summary"]["total"]
    page = person.open(f"/review/{invoice}")
    assert page.locator(".equations .contradicted").count() == 0
    save(page, page.locator("[data-path='summary.total']"), "7.290,48 €")  # as the page writes it
    page.locator(".equations .contradicted").first.wait_for()
    assert str(person.job(invoice)["results"]["summary"]["total"]) == "7290.48"
    page.locator(".head .sign", has_text="contradicted").wait_for()
    history = page.locator(".history").inner_text()
    assert history.count("Summary: Total: 6,290.48 → 7,290.48") == 1
    assert person.key[:8] in history, "who did it"
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("u")
    page.locator(".history .undone").wait_for()
    assert person.job(invoice)["results"]["summary"]["total"] == before
    assert page.locator(".equations .contradicted").count() == 0
    page.locator(".head .sign", has_text="proven").wait_for()


def test_a_value_that_cannot_be_is_refused_where_the_person_looks(person, invoice):
    page = person.open(f"/review/{invoice}")
    field = page.locator("[data-path='invoice_info.due_date']")
    save(page, field, "soon")
    page.locator("#trouble").wait_for()
    assert "2024-01-31" in page.locator("#trouble").inner_text()
    assert field.locator("input").input_value() == "soon"
    page.keyboard.press("Escape")
    assert field.locator("input").count() == 0


def test_a_box_drawn_on_the_page_fills_the_field_with_the_words_in_it(person, invoice):
    page = person.open(f"/review/{invoice}")
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
    result = person.job(invoice)["results"]
    assert result["customer"]["name"] == result["invoice_info"]["invoice_number"]
    place = result["evidence"]["customer.name"]
    number = result["evidence"]["invoice_info.invoice_number"]
    assert place["page"] == 1
    assert all(abs(Decimal(str(a)) - Decimal(str(b))) < 3 for a, b in zip(place["box"], number["box"], strict=True))


@pytest.mark.parametrize("way", ["clicks", "keys"])
def test_a_box_is_drawn_without_dragging(person, invoice, way):
    page = person.open(f"/review/{invoice}")
    box = page.locator("rect[data-box='invoice_info.invoice_number']")
    field = page.locator("[data-path='customer.name']")
    if way == "clicks":
        field.click()
        page.evaluate("() => window.scrollTo(0, 0)")
        page.keyboard.press("b")
        page.locator("#hint").wait_for()
        hint = page.locator("#hint").bounding_box()
        assert hint["y"] + hint["height"] <= 900, "it is seen, wherever the page is scrolled to"
        seen = box.bounding_box()
        page.mouse.click(seen["x"] - 4, seen["y"] - 3)
        page.mouse.click(seen["x"] + seen["width"] + 4, seen["y"] + seen["height"] + 3)
    else:
        page.locator("[data-path='invoice_info.invoice_number']").focus()
        page.keyboard.press("b")
        for key in ("ArrowLeft", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowUp", "Shift+ArrowDown"):
            page.keyboard.press(key)
        page.locator(".rubber").wait_for()
        page.keyboard.press("Escape")
        assert page.locator(".rubber").count() == 0
        assert page.locator("#hint").is_hidden()
        field.focus()
        page.keyboard.press("b")
        bring(page, box)
        page.keyboard.press("Enter")
    field.locator("input").wait_for()
    number = person.job(invoice)["results"]["invoice_info"]["invoice_number"]
    assert field.locator("input").input_value() == number
    page.keyboard.press("Enter")
    page.locator(".history").wait_for()
    assert person.job(invoice)["results"]["customer"]["name"] == number


def bring(page, box):
    """Move the box that is drawn by arrows, and make it as large, until the other one lies within."""
    page.keyboard.press("ArrowRight")
    edges = "rect => ['x', 'y', 'width', 'height'].map(name => Number(rect.getAttribute(name)))"
    left, top, width, height = box.evaluate(edges)
    for _ in range(400):
        x, y, wide, high = page.locator(".rubber").evaluate(edges)
        if x > left - 1:
            key = "ArrowLeft"
        elif y > top - 1:
            key = "ArrowUp"
        elif y < top - 6:
            key = "ArrowDown"
        elif x < left - 6:
            key = "ArrowRight"
        elif x + wide < left + width + 1:
            key = "Shift+ArrowRight"
        elif y + high < top + height + 1:
            key = "Shift+ArrowDown"
        else:
            return
        page.keyboard.press(key)
    raise AssertionError("the arrows never bring it there")


def test_a_value_is_chosen_by_the_first_click_and_opened_by_the_next(person, invoice):
    page = person.open(f"/review/{invoice}")
    assert "click it again" in page.locator(".found").inner_text(), "and the page says so"
    field = page.locator("[data-path='summary.total']")
    field.click()
    assert page.evaluate(FOCUSED) == "summary.total"
    assert field.locator("input").count() == 0
    field.click()
    field.locator("input").wait_for()


def test_undo_is_offered_where_there_is_something_to_take_back(person, invoice):
    page = person.open(f"/review/{invoice}")
    undo = page.get_by_role("button", name="Undo")
    assert undo.is_disabled()
    save(page, page.locator("[data-path='customer.name']"), "Ada Lovelace")
    page.locator(".history").wait_for()
    undo.click()
    page.locator(".history .undone").wait_for()
    assert undo.is_disabled()
    save(page, page.locator("[data-path='customer.name']"), "Ada")
    page.locator(".history li").nth(1).wait_for()
    page.reload()
    assert undo.is_enabled()


def test_what_was_corrected_stays_where_the_person_looks_and_the_verdict_stays_in_sight(person, statement):
    """Doubts that come up above push what is below them down: by as much is the page moved."""
    page = person.open(f"/review/{statement}")
    page.set_viewport_size({"width": 1280, "height": 800})
    cell = page.locator("[data-path='transactions.12.amount']")
    cell.scroll_into_view_if_needed()
    cell.click()
    before = cell.bounding_box()["y"]
    page.keyboard.press("Enter")
    assert cell.bounding_box()["y"] == before, "a table that is typed in stays as it is"
    cell.locator("input").fill("1.00")
    page.keyboard.press("Enter")
    page.locator(".issues .error").first.wait_for()
    page.wait_for_function("() => document.activeElement.dataset.path === 'transactions.12.amount'")
    assert abs(cell.bounding_box()["y"] - before) < 10, "that of rows whose text wraps anew"
    assert cell.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid", "and one sees where one is"
    assert 0 <= page.locator(".head .contradicted").bounding_box()["y"] < 100


def test_cells_are_walked_by_keys_and_rows_are_added_and_taken_out(person, statement):
    count = len(person.job(statement)["results"]["transactions"])
    page = person.open(f"/review/{statement}")
    page.locator("[data-path='transactions.0.date']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED).startswith("transactions.1.")
    page.locator("[data-remove='transactions.3']").click()
    page.locator(".equations .contradicted, .issues .error, .issues .warning").first.wait_for()
    assert len(person.job(statement)["results"]["transactions"]) == count - 1
    page.locator("[data-add='transactions.3']").click()
    page.locator(".history li").nth(1).wait_for()
    assert len(person.job(statement)["results"]["transactions"]) == count


def test_a_sign_that_breaks_the_chain_of_balances_is_turned_with_one_click(person, statement):
    right = person.job(statement)["results"]["transactions"][5]
    page = person.open(f"/review/{statement}")
    save(page, page.locator("[data-path='transactions.5.type']"), "debit" if right["type"] == "credit" else "credit")
    page.locator("[data-repair]").first.click()
    page.locator(".history li").nth(1).wait_for()
    mended = person.job(statement)["results"]
    assert mended["transactions"][5]["type"] == right["type"]
    assert mended["checks"]["verdict"] == "proven"


def test_a_row_that_is_missing_is_put_in_with_one_click_and_the_person_says_what_it_was(person, statement):
    """Amount and direction follow from the balances; what was bought does not, and nothing is made up."""
    lost = person.job(statement)["results"]["transactions"][7]
    page = person.open(f"/review/{statement}")
    page.locator("[data-remove='transactions.7']").click()
    repair = page.locator("[data-repair]", has_text="Put in the missing row before row 8")
    assert f"{lost['amount']:,}" in repair.inner_text()
    repair.click()
    page.locator(".history li").nth(1).wait_for()
    mended = person.job(statement)["results"]
    put_in = mended["transactions"][7]
    assert (put_in["amount"], put_in["type"], put_in["description"]) == (lost["amount"], lost["type"], "")
    assert mended["checks"]["verdict"] == "consistent", "all holds, though nothing printed says so of the new row"
    assert all(equation["holds"] for equation in mended["checks"]["equations"])
    assert page.evaluate(FOCUSED) in ("transactions.7.date", "transactions.7.description"), "and there one goes on"


def test_approval_leads_to_the_next_that_needs_a_look_and_at_last_to_the_list_that_says_so(person, documents):
    jobs = [person.add(name, documents["invoice.pdf"]) for name in ("one.pdf", "two.pdf")]
    with person.client() as client:
        for job_id in jobs:
            wrong = {"fields": {"summary.total": "1.00"}}
            client.patch(f"/jobs/{job_id}/results", json=wrong).raise_for_status()
    page = person.open("/next")
    seen = []
    for _ in jobs:
        page.wait_for_url("**/review/*")
        seen.append(page.url.rpartition("/")[2])
        with page.expect_navigation():
            page.get_by_role("button", name="Approve and next").click()
    assert sorted(seen) == sorted(jobs)
    page.get_by_text("Nothing needs a look").wait_for()
    assert all(person.job(job_id)["review"]["approved_by"] for job_id in jobs)
