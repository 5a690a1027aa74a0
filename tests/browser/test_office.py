"""The developer's pages: schemas, keys, webhooks, usage."""

from __future__ import annotations

import re

from serving.receiver import run_receiver


def test_a_schema_is_written_checked_tried_out_saved_and_deleted(person, documents):
    person.add("invoice.pdf", documents["invoice.pdf"])
    page = person.open("/schemas/new")
    page.fill("[name=name]", "Ledger")
    page.fill("#definition", "{")
    page.get_by_role("button", name="Check").click()
    page.locator("#verdict.failed").wait_for()
    page.fill("#definition", '{"fields": ["invoice_number", "grand_total"]}')
    page.get_by_role("button", name="Check").click()
    page.locator("#verdict.completed").wait_for()
    page.get_by_role("button", name="Try it out").click()
    page.locator("#answer", has_text="FA 67887").wait_for(timeout=30_000)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/schemas$"))
    page.get_by_role("link", name="Ledger").click()
    page.fill("[name=description]", "Second")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/schemas$"))
    assert "2" in page.locator("tbody tr").inner_text().split("\t")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete Ledger").click()
    page.get_by_text("No schema yet").wait_for()


def test_a_schema_is_made_from_a_result(reader):
    page = reader().open("/schemas/new")
    page.locator("#sample").select_option(label="invoice.pdf")
    page.get_by_role("button", name="Make a schema").click()
    page.wait_for_function("""() => document.querySelector("#definition").value.includes('"invoice_number"')""")


def test_what_is_wrong_with_a_schema_is_said_where_it_is_written(person):
    page = person.open("/schemas/new")
    page.fill("[name=name]", "Ledger")
    page.fill("#definition", '{"type": "object", "properties": {"total": {"type": "no such type"}}}')
    page.get_by_role("button", name="Save").click()
    page.locator("[role=alert]", has_text="total").wait_for()
    assert page.url.endswith("/schemas/new")


def test_a_key_is_made_with_permissions_shown_once_and_revoked(person, server):
    page = person.open("/keys")
    page.get_by_label("write").uncheck()
    page.get_by_role("button", name="Make the key").click()
    page.locator(".reveal code").wait_for()
    key = page.locator(".reveal code").inner_text()
    page.locator("#live tr", has_text=key[:12]).wait_for()
    assert page.locator(".reveal code").is_visible(), "the list is new, what is shown once is still there"
    with server.client(key=key) as client:
        assert client.get("/jobs").status_code == 200
        assert client.post("/schemas", json={}).status_code == 403
    page = person.open("/keys")
    assert key not in page.content()
    assert "read" in page.locator("tr", has_text=key[:12]).inner_text()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=f"Revoke {key[:12]}").click()
    page.locator("tr", has_text=key[:12]).get_by_text("revoked").wait_for()
    with server.client(key=key) as client:
        assert client.get("/jobs").status_code == 401


def test_a_test_event_is_sent_seen_and_sent_again_and_the_secret_is_shown_once(person):
    with run_receiver() as receiver:
        page = person.open("/webhooks")
        page.fill("[name=url]", f"{receiver.url}/ok")
        page.get_by_role("button", name="Send a test event").click()
        page.locator("tbody tr").wait_for()
        for _ in range(50):
            if page.locator("tbody .delivered").count():
                break
            page.wait_for_timeout(200)
            page = person.open("/webhooks")
        page.locator("tbody a").first.click()
        assert '"event"' in page.locator("pre").last.inner_text()
        assert "200" in page.locator("h3").first.inner_text()
        page.get_by_role("button", name="Send again").click()
        page.locator("tbody tr").nth(1).wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Make a new secret").click()
    page.locator(".reveal code", has_text="whsec_").wait_for()


def test_usage_tells_what_was_done_today(person, documents):
    person.add("statement.pdf", documents["statement.pdf"])
    page = person.open("/usage")
    tiles = page.locator(".tiles").inner_text()
    assert re.search(r"1\s+documents", tiles)
    assert re.search(r"2\s+pages", tiles)
    assert "100 %" in tiles
    charts = page.locator("figure", has=page.locator("svg.days"))
    assert [name.split(" full height")[0] for name in charts.locator("figcaption").all_inner_texts()] == [
        "Documents",
        "Pages",
        "Seconds of work",
        "Straight through",
        "Verdicts",
    ]
    assert page.locator("figure > svg.days rect[height='112']").count() == 5
    assert "proven: 1" in charts.last.inner_text()
    assert person.open("/usage?days=7").locator("figure > svg.days").first.locator("rect").count() == 7


def test_the_api_is_explored_without_anybody_elses_help(person):
    page = person.open("/docs")
    page.locator(".opblock").first.wait_for()
    assert page.locator(".opblock").count() > 40
