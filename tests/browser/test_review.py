"""The review page, looking: values and boxes that light each other, pages, zoom, signs, jumps, keys."""

from __future__ import annotations

import math
import re

import pytest

from builders.statements.layouts import draw_statement
from serving import papers

FOCUSED = "() => document.activeElement.dataset.path"


def test_a_field_lights_its_box_and_a_box_its_field(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['invoice.pdf']}")
    page.locator("[data-path='summary.total']").focus()
    assert page.locator("rect.lit").get_attribute("data-box") == "summary.total"
    page.locator("[data-path='invoice_info.invoice_number']").hover()
    assert page.locator("rect.lit").get_attribute("data-box") == "invoice_info.invoice_number"
    page.locator("rect[data-box='invoice_info.invoice_date']").click()
    assert page.evaluate(FOCUSED) == "invoice_info.invoice_date"


def test_the_picture_of_a_scan_is_put_level_so_that_its_boxes_lie_on_its_words(reader):
    person = reader()
    skew = person.job(person.jobs["scan.jpg"])["results"]["metadata"]["pages"][0]["skew"]
    assert abs(skew) > 0.2, "this one was fed askew"
    picture = person.open(f"/review/{person.jobs['scan.jpg']}").locator("image.picture")
    turned = picture.evaluate("image => { const turn = image.getCTM(); return Math.atan2(turn.b, turn.a); }")
    assert math.degrees(turned) == pytest.approx(-skew, abs=0.01)


def test_every_status_has_a_sign_of_its_own_and_a_word_and_no_colour_alone(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['invoice.pdf']}")
    page.keyboard.press("?")
    sheet = page.locator("dialog[open]")
    said = sheet.inner_text()
    for sign, word in (("✔", "proven"), ("≈", "consistent"), ("○", "unchecked"), ("✘", "contradicted"), ("?", "low")):
        assert re.search(rf"\{sign}\s[^\n]*\n?[^\n]*{word}", said), word
    page.keyboard.press("Escape")
    dots = page.locator(".field .dot").all()
    assert dots
    assert all(dot.inner_text().strip()[:1] in "✔≈○✘" and dot.get_attribute("title") for dot in dots)
    lines = {
        page.locator(f".paper .{status}").first.evaluate("element => getComputedStyle(element).strokeDasharray")
        for status in ("proven", "unchecked")
        if page.locator(f".paper .{status}").count()
    }
    assert len(lines) == 2, "boxes differ by their line as well"


def test_the_values_that_tell_what_a_document_is_stand_first_and_lead_to_their_place(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['invoice.pdf']}")
    glances = page.locator(".glances")
    assert "€6,290.48" in glances.inner_text()
    glances.get_by_text("Total").click()
    assert page.evaluate(FOCUSED) == "summary.total"
    assert page.locator("rect.lit").get_attribute("data-box") == "summary.total"


def test_pages_are_turned_and_enlarged_by_keys_and_moved_by_hand(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['statement.pdf']}")
    page.keyboard.press("]")
    page.locator("#sheet[data-page='2']").wait_for()
    page.keyboard.press("[")
    page.locator("#sheet[data-page='1']").wait_for()
    width = page.locator(".paper svg").bounding_box()["width"]
    page.keyboard.press("+")
    enlarged = page.locator(".paper svg").bounding_box()
    assert enlarged["width"] > width
    margin = page.locator(".paper").bounding_box()
    page.mouse.move(margin["x"] + 12, margin["y"] + 300)
    page.mouse.down()
    page.mouse.move(margin["x"] - 40, margin["y"] + 200, steps=3)
    page.mouse.up()
    assert page.locator(".paper svg").bounding_box()["x"] < enlarged["x"]


def test_the_running_balance_is_a_line_whose_points_lead_to_their_rows(reader):
    person = reader()
    page = person.open(f"/review/{person.jobs['statement.pdf']}")
    assert page.locator("svg.line circle").count() == len(
        person.job(person.jobs["statement.pdf"])["results"]["transactions"]
    )
    assert page.locator("svg.line circle title").first.text_content() == "May 2, 2018: 2,188.23, Interest paid"
    point = page.locator("svg.line circle").nth(4)
    point.hover()
    page.locator(".lit[data-path='transactions.4.balance']").wait_for()
    assert page.locator("rect.lit").get_attribute("data-box") == "transactions.4.balance"
    page.locator("[data-path='transactions.6.description']").hover()
    page.locator("circle.lit[data-jump='transactions.6.balance']").wait_for()
    assert page.locator("circle.lit").count() == 1
    point.click()
    assert page.evaluate(FOCUSED) == "transactions.4.balance"


def test_a_doubt_leads_to_its_place_by_pointer_and_by_key(person, documents):
    job_id = person.add("statement.pdf", documents["statement.pdf"])
    with person.client() as client:
        client.patch(f"/jobs/{job_id}/results", json={"fields": {"transactions.20.balance": "1.00"}}).raise_for_status()
    page = person.open(f"/review/{job_id}")
    doubt = page.locator(".issues li.error, .issues li", has_text="Row 21").first
    doubt.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.dataset.path === 'transactions.20.balance'")
    page.evaluate("() => document.activeElement.blur()")
    page.locator(".equations [data-jump]").first.click()
    assert page.evaluate(FOCUSED)
    assert page.locator(".bad-cell").count()


def test_a_long_statement_is_shown_a_page_at_a_time_and_every_row_can_be_reached(person):
    drawn = draw_statement("carried-forward", 13, country="GB", rows=500, most_lines=1)
    job_id = person.add("long.pdf", drawn.pdf)
    page = person.open(f"/review/{job_id}")
    assert 0 < page.locator("td[data-path$='.amount']").count() < 100
    assert page.locator("[data-path='transactions.450.amount']").count() == 0
    page.keyboard.press("]")
    page.locator("#sheet[data-page='2']").wait_for()
    assert page.locator("[data-path='transactions.0.amount']").count() == 0
    page.locator("circle[data-jump='transactions.450.balance']").dispatch_event("click")
    cell = page.locator("[data-path='transactions.450.description']")
    cell.focus()
    page.keyboard.press("Enter")
    cell.locator("input").fill("Looked at")
    page.keyboard.press("Enter")
    page.locator(".history").wait_for()
    assert person.job(job_id)["results"]["transactions"][450]["description"] == "Looked at"
    assert cell.locator(".value").inner_text() == "Looked at", "what was kept for turning pages is not shown any more"


@pytest.fixture(scope="package")
def two_hundred(depot):
    """A document of two hundred pages."""
    return depot.add("two-hundred.pdf", papers.pdf(pages=200))


def test_two_hundred_pages_are_turned_without_lag_and_none_but_the_open_one_is_held(people, depot, two_hundred):
    person = people(key=depot.key).log_in()
    page = person.open(f"/review/{two_hundred}")
    page.locator("#sheet[data-page='1']").wait_for()
    session = person.context.new_cdp_session(page)
    session.send("Performance.enable")

    def weigh():
        session.send("HeapProfiler.collectGarbage")
        told = session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in told if one["name"] in ("Nodes", "JSHeapUsedSize")}

    def turn(times):
        """How long turning takes, in the page's own clock, until the next page stands there; the middle of all."""
        return page.evaluate(
            """async (times) => {
                const took = [];
                for (let turned = 0; turned < times; turned += 1) {
                    const begun = performance.now(), next = String(Number(pageNow()) + 1);
                    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "]", bubbles: true}));
                    while (pageNow() !== next) await new Promise((go) => setTimeout(go, 1));
                    took.push(performance.now() - begun);
                }
                return took.sort((a, b) => a - b)[times >> 1];
            }""",
            times,
        )

    first = turn(20)
    before = weigh()
    number = page.get_by_label("Page", exact=True)
    number.fill("160")
    number.press("Enter")
    page.locator("#sheet[data-page='160']").wait_for()
    page.evaluate("() => document.activeElement.blur()")
    last = turn(30)
    after = weigh()
    assert last < 3 * first + 50, (first, last)
    assert after["Nodes"] < before["Nodes"] + 500, "pages that were turned are let go of"
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 2_000_000
    assert page.locator("image.picture").count() == 1
    asked = {int(found[1]) for address in person.requests if (found := re.search(r"/pages/(\d+)\.png", address))}
    assert asked <= {*range(1, 24), *range(158, 193)}, "pictures are asked for near the open page only"


def test_any_page_is_opened_by_its_number_and_the_next_is_there_before_it_is_asked_for(people, depot, two_hundred):
    person = people(key=depot.key).log_in()
    page = person.page
    with page.expect_response(re.compile(r"/pages/2\.png$")):
        person.open(f"/review/{two_hundred}")
    number = page.get_by_label("Page", exact=True)
    number.fill("117")
    with page.expect_response(re.compile(r"/pages/118\.png$")):
        number.press("Enter")
    page.locator("#sheet[data-page='117']").wait_for()
    assert page.url.endswith(two_hundred), "the page is turned, not loaded anew"


def test_a_document_that_is_still_being_read_shows_how_far_it_is(person):
    page = person.open("/")
    person.drop(("many.pdf", papers.pdf(pages=120)))
    page.locator("#list tbody a").first.click()
    page.wait_for_url("**/review/*")
    page.locator(".glances").wait_for(timeout=120_000)
    assert page.locator("[data-await]").count() == 0
