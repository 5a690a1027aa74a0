"""What keeps strangers out and pages plain: sessions, proofs, headers, escaped text, no foreign request, axe, weight."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from serving import papers, run_server
from serving.replies import data_of

PAGES = ("/", "/schemas", "/schemas/new", "/usage", "/webhooks", "/keys", "/style")
EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"


def test_a_wrong_key_is_refused_and_the_right_one_leads_to_where_one_wanted_to_go(people):
    person = people()
    page = person.open("/usage?days=7")
    assert "/login?next=" in page.url
    page.fill("#key", "bsr_wrong")
    page.click("main button")
    page.get_by_role("alert").wait_for()
    page.fill("#key", person.key)
    page.click("main button")
    page.wait_for_url(re.compile(r"/usage\?days=7$"))


def test_whoever_logs_out_is_out(person):
    person.page.get_by_role("button", name="Log out").click()
    person.page.wait_for_url(re.compile("/login$"))
    assert "/login" in person.open("/").url


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_login_leads_to_no_other_site(people, wanted):
    person = people()
    reply = httpx.post(f"{person.server.url}/login", data={"key": person.key, "next": wanted})
    assert reply.headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_the_pages_forbid_foreign_content(people):
    person = people()
    reply = httpx.post(f"{person.server.url}/login", data={"key": person.key})
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"


def test_a_change_needs_the_proof_that_a_page_of_ours_asks_for_it(people):
    person = people()
    with httpx.Client(base_url=person.server.url) as visitor:
        visitor.post("/login", data={"key": person.key})
        assert visitor.get("/api/v1/jobs").status_code == 200
        refused = visitor.post("/api/v1/keys", json={})
        assert refused.status_code == 403
        proof = re.search(
            r'name="proof" content="([0-9a-f]+)"', visitor.get("/keys", headers={"accept": "text/html"}).text
        )
        assert visitor.post("/api/v1/keys", json={}, headers={"X-Bursar-Proof": proof[1]}).status_code == 200
        foreign = {"origin": "https://evil.example"}
        assert visitor.post("/logout", data={"proof": proof[1]}, headers=foreign).status_code == 403


def test_a_session_ends_with_its_key(people):
    person = people()
    with httpx.Client(base_url=person.server.url) as visitor, person.server.client(key=person.key) as client:
        visitor.post("/login", data={"key": person.key})
        own = next(key for key in client.get("/keys").json()["data"]["keys"] if person.key.startswith(key["prefix"]))
        assert visitor.get("/api/v1/jobs").status_code == 200
        client.delete(f"/keys/{own['id']}")
        assert visitor.get("/api/v1/jobs").status_code == 401
        assert visitor.get("/usage").status_code == 303


def test_the_pages_of_another_account_are_not_there(people, documents):
    owner, stranger = people().log_in(), people().log_in()
    job_id = owner.add("invoice.pdf", documents["invoice.pdf"])
    assert owner.open(f"/review/{job_id}").title().startswith("invoice.pdf")
    with owner.server.client(key=owner.key) as client:
        schema = {"name": "Ours", "type": "invoice", "schema_string": {"fields": ["total"]}}
        schema_id = data_of(client.post("/schemas", json=schema))["id"]
    for path in (f"/review/{job_id}", f"/schemas/{schema_id}", "/webhooks/dlv_1"):
        reply = stranger.page.goto(f"{stranger.server.url}{path}")
        assert reply.status == 404, path
    assert stranger.open("/").locator("#list tbody tr").count() == 0


def test_who_may_only_read_is_shown_no_way_to_write(people, documents):
    owner = people("shared-browser").log_in()
    job_id = owner.add("invoice.pdf", documents["invoice.pdf"])
    reader = people("shared-browser", permissions=("read",)).log_in()
    assert reader.page.locator("#drop").count() == 0
    assert reader.page.locator("[data-bulk=delete], [data-bulk=retry]").count() == 0
    page = reader.open(f"/review/{job_id}")
    for name in ("Approve", "Undo", "Delete", "Draw a box"):
        assert page.get_by_role("button", name=name, include_hidden=True).count() == 0, name
    assert page.locator("[data-add], [data-remove], [data-repair]").count() == 0
    page.locator("[data-path='summary.total']").focus()
    page.keyboard.press("Enter")
    assert page.locator(".found input").count() == 0
    assert reader.page.goto(f"{reader.server.url}/keys").status == 403
    assert "admin" in reader.page.get_by_role("alert").inner_text()
    for path, names in (
        ("/schemas", ("New schema",)),
        ("/schemas/new", ("Save", "Try it out")),
        ("/webhooks", ("Send",)),
    ):
        page = reader.open(path)
        for name in names:
            assert page.get_by_role("button", name=name).count() == page.get_by_role("link", name=name).count() == 0


def test_who_may_only_read_is_refused_by_the_api_too(people, documents):
    owner = people("shared-refusal").log_in()
    job_id = owner.add("invoice.pdf", documents["invoice.pdf"])
    reader = people("shared-refusal", permissions=("read",)).log_in()
    page = reader.open(f"/review/{job_id}")
    refused = page.evaluate("id => ask('POST', `/api/v1/jobs/${id}/approve`)", job_id)
    assert refused["error"]["code"] == "FORBIDDEN"
    assert "write" in refused["error"]["message"]


def test_what_documents_names_and_schemas_say_is_text_and_nothing_else(person):
    lines = ("INVOICE", f"{EVIL} Ltd", f"Invoice number: {EVIL}", "Invoice date: 2024-01-07", "Total EUR 12.00")
    job_id = person.add(f"{EVIL}.pdf", papers.pdf(lines=lines))
    with person.server.client(key=person.key) as client:
        client.post("/schemas", json={"name": EVIL, "type": "invoice", "schema_string": {"fields": ["total"]}})
        client.patch(f"/jobs/{job_id}/results", json={"fields": {"vendor.name": EVIL}, "note": EVIL})
        document_id = person.job(job_id)["document_id"]
        sent = {"document_id": document_id, "metadata": {EVIL: EVIL}, "callback_url": "http://127.0.0.1:9/"}
        client.post("/parse", json=sent)
        deliveries = [f"/webhooks/{one['id']}" for one in data_of(client.get("/webhooks/deliveries"))["deliveries"]]
    for path in ("/", f"/review/{job_id}", "/schemas", "/schemas/new", f"/?text={EVIL}", "/webhooks", *deliveries[:2]):
        page = person.open(path)
        page.wait_for_timeout(200)
        assert page.evaluate("() => window.pwned") is None, path
        assert page.locator("img[src=x]").count() == 0, path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(people, documents, theme):
    person = people(color_scheme=theme)
    axe = Axe()
    assert _violations(axe, person.open("/login")) == {}
    person.log_in()
    jobs = [person.add(name, documents[name]) for name in ("invoice.pdf", "statement.pdf")]
    pages = [*PAGES, *(f"/review/{job_id}" for job_id in jobs), "/review/job_1"]
    found = {path: _violations(axe, person.open(path)) for path in pages}
    assert {path: rules for path, rules in found.items() if rules} == {}


def _violations(axe, page):
    response = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return {one["id"]: [node["html"][:200] for node in one["nodes"]][:3] for one in response.response["violations"]}


@pytest.mark.parametrize("width", [360, 768, 3840])
def test_no_page_is_wider_than_its_window(people, documents, width):
    person = people()
    person.page.set_viewport_size({"width": width, "height": 800})
    person.log_in()
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    for path in (*PAGES, f"/review/{job_id}"):
        page = person.open(path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path


def test_the_first_page_is_light(person):
    """As it comes over the wire, packed: page, scripts, style and icon."""
    page, finished = person.page, []
    page.goto("about:blank")
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 (a method in C cannot be kept)
    page.goto(f"{person.server.url}/")
    page.wait_for_load_state("networkidle")
    weight = sum(request.sizes()["responseBodySize"] for request in finished)
    assert weight < 100_000


def test_a_page_is_made_in_a_fraction_of_the_time_it_may_take(people):
    person = people()
    with httpx.Client(base_url=person.server.url, headers={"accept": "text/html"}) as visitor:
        visitor.post("/login", data={"key": person.key})
        times = []
        for _ in range(9):
            begun = time.perf_counter()
            assert visitor.get("/").status_code == 200
            times.append(time.perf_counter() - begun)
    assert min(times) < 0.2


def test_text_from_right_to_left_is_shown_so_and_its_amounts_are_not_turned(people, documents):
    person = people(locale="ar-EG").log_in()
    job_id = person.add("invoice.pdf", documents["invoice.pdf"])
    with person.server.client(key=person.key) as client:
        client.patch(
            f"/jobs/{job_id}/results", json={"fields": {"vendor.name": "شركة النور للتجارة"}}
        ).raise_for_status()
    page = person.open(f"/review/{job_id}")
    direction = "element => getComputedStyle(element).direction"
    assert page.locator("[data-path='vendor.name'] .value").evaluate(direction) == "rtl"
    assert page.locator("[data-path='summary.total'] .value").evaluate(direction) == "ltr"
    assert page.locator("html").evaluate(direction) == "ltr", "the words of the page are English"


def test_the_programs_that_ask_for_the_address_of_the_server_get_no_page(people):
    reply = httpx.get(people().server.url + "/")
    assert reply.headers["content-type"].startswith("application/json")


def test_the_link_that_a_fresh_server_prints_opens_one_session_once(open_folders):
    with run_server(open_folders() / "data") as server:
        link = server.login_link
        with httpx.Client(base_url=server.url, headers={"accept": "text/html"}) as visitor:
            assert visitor.get(link).status_code == 303
            assert visitor.get("/").status_code == 200
        with httpx.Client(base_url=server.url, headers={"accept": "text/html"}) as late:
            assert late.get(link).status_code == 401
            assert late.get("/").status_code == 303
