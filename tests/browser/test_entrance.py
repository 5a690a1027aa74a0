"""In and out: keys, the link of a fresh server, the cookie, the proof of changes, what a key may do."""

from __future__ import annotations

import re

import httpx
import pytest

from serving import papers, run_server, wait_until
from serving.replies import data_of

HTML = {"accept": "text/html"}


@pytest.fixture
def visitor(server):
    """Somebody without a browser, who keeps cookies."""
    with httpx.Client(base_url=server.url) as client:
        yield client


def proof_in(page):
    return re.search(r'name="proof" content="([0-9a-f]+)"', page.text)[1]


def test_a_link_is_printed_where_the_server_is_fresh_and_on_loopback_and_nowhere_else(open_folders):
    def all_said(running):
        wait_until(lambda: any("curl -H" in line for line in running.said))
        return "".join(running.said)

    folder = open_folders() / "data"
    with run_server(folder, workers=0) as fresh:
        assert "/login/" in all_said(fresh)
    with run_server(folder, workers=0) as again:
        assert "/login/" not in all_said(again)
        assert "keys create" in all_said(again)
    with run_server(open_folders() / "data", workers=0, host="0.0.0.0") as reached:
        assert "/login/" not in all_said(reached)
        assert "API key of the account" in all_said(reached)


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
    person.open("/").get_by_role("button", name="Log out").click()
    person.page.wait_for_url(re.compile("/login$"))
    assert "/login" in person.open("/").url


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_login_leads_to_no_other_site(server, people, wanted):
    reply = httpx.post(f"{server.url}/login", data={"key": people().key, "next": wanted})
    assert reply.headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_the_pages_forbid_foreign_content(server, people):
    reply = httpx.post(f"{server.url}/login", data={"key": people().key})
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"


def test_a_change_needs_the_proof_that_a_page_of_ours_asks_for_it(visitor, people):
    visitor.post("/login", data={"key": people().key})
    assert visitor.get("/api/v1/jobs").status_code == 200
    assert visitor.post("/api/v1/keys", json={}).status_code == 403
    proof = proof_in(visitor.get("/keys", headers=HTML))
    assert visitor.post("/api/v1/keys", json={}, headers={"X-Bursar-Proof": proof}).status_code == 200
    foreign = {"origin": "https://evil.example"}
    assert visitor.post("/logout", data={"proof": proof}, headers=foreign).status_code == 403


def test_a_session_ends_with_its_key(visitor, people):
    person = people()
    visitor.post("/login", data={"key": person.key})
    with person.client() as client:
        own = next(key for key in client.get("/keys").json()["data"]["keys"] if person.key.startswith(key["prefix"]))
        assert visitor.get("/api/v1/jobs").status_code == 200
        client.delete(f"/keys/{own['id']}")
    assert visitor.get("/api/v1/jobs").status_code == 401
    assert visitor.get("/usage").status_code == 303


def test_who_may_only_read_is_shown_no_way_to_write(people, shelf):
    person = people("shelf", permissions=("read",)).log_in()
    page = person.open("/")
    assert page.locator("#drop").count() == 0
    assert page.locator("[data-bulk=delete], [data-bulk=retry]").count() == 0
    page = person.open(f"/review/{shelf.jobs['invoice.pdf']}")
    for name in ("Approve", "Undo", "Delete", "Draw a box"):
        assert page.get_by_role("button", name=name, include_hidden=True).count() == 0, name
    assert page.locator("[data-add], [data-remove], [data-repair]").count() == 0
    page.locator("[data-path='summary.total']").focus()
    page.keyboard.press("Enter")
    assert page.locator(".found input").count() == 0
    assert page.goto(f"{person.server.url}/keys").status == 403
    assert "admin" in page.get_by_role("alert").inner_text()
    for path, names in (
        ("/schemas", ("New schema",)),
        ("/schemas/new", ("Save", "Try it out")),
        ("/webhooks", ("Send",)),
    ):
        page = person.open(path)
        for name in names:
            assert page.get_by_role("button", name=name).count() == page.get_by_role("link", name=name).count() == 0


def test_who_may_only_read_is_refused_by_the_api_too(people, shelf):
    person = people("shelf", permissions=("read",)).log_in()
    job_id = shelf.jobs["invoice.pdf"]
    refused = person.open(f"/review/{job_id}").evaluate("id => ask('POST', `/api/v1/jobs/${id}/approve`)", job_id)
    assert refused["error"]["code"] == "FORBIDDEN"
    assert "write" in refused["error"]["message"]


def test_the_pages_of_another_account_are_not_there(person, shelf):
    """Real ids of another account: nothing of it is told, not even that it is there."""
    with shelf.client() as client:
        schema = {"name": "Theirs", "type": "invoice", "schema_string": {"fields": ["total"]}}
        schema_id = data_of(client.post("/schemas", json=schema))["id"]
        data_of(client.post("/webhooks/test", json={"url": "http://127.0.0.1:9/"}))
        delivery_id = data_of(client.get("/webhooks/deliveries"))["deliveries"][0]["id"]
        own = httpx.Client(base_url=shelf.server.url, headers=HTML)
        own.post("/login", data={"key": shelf.key})
        for path in (f"/review/{shelf.jobs['invoice.pdf']}", f"/schemas/{schema_id}", f"/webhooks/{delivery_id}"):
            assert own.get(path).status_code == 200, path
            reply = person.page.goto(person.server.url + path)
            assert reply.status == 404, path
            assert "invoice.pdf" not in reply.text()
            assert "Theirs" not in reply.text()
        client.delete(f"/schemas/id/{schema_id}")
        own.close()
    assert person.open("/").locator("#list tbody tr").count() == 0


def test_the_programs_that_ask_for_the_address_of_the_server_get_no_page(visitor):
    assert visitor.get("/").headers["content-type"].startswith("application/json")


def test_a_session_that_ended_while_a_page_was_open_leads_to_the_login_and_back(person):
    page = person.open("/")
    person.context.clear_cookies()
    person.drop(("late.pdf", papers.pdf()))
    page.wait_for_url(re.compile(r"/login\?next="))
    page.fill("#key", person.key)
    page.click("main button")
    page.wait_for_url(f"{person.server.url}/")
