"""A real server and a real browser: Chromium, as the system has it."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from browser.documents import draw_documents
from serving.replies import data_of, finish, upload

CHROMIUM = os.environ.get("BURSAR_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PERMISSIONS = ("read", "write", "admin")


@pytest.fixture(scope="session")
def documents():
    """Contents by file name: an invoice, a scan, a statement, one that is locked, one that is nothing."""
    return draw_documents()


@pytest.fixture(scope="module")
def browser():
    """Ends with the module: while it is there, its event loop is the thread's."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; BURSAR_TEST_CHROMIUM names one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


class Person:
    """Somebody at a browser, logged in; notes what the pages ask for and what goes wrong in them."""

    def __init__(self, browser, server, account, permissions=PERMISSIONS, **options):
        self.server = server
        with ThreadPoolExecutor(1) as elsewhere:  # not in the thread of the browser's event loop
            self.key = elsewhere.submit(server.make_key, account, permissions=permissions).result()
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors, self.hosts = [], set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def log_in(self):
        self.open("/login")
        self.page.fill("#key", self.key)
        self.page.click("main button")
        self.page.wait_for_url(f"{self.server.url}/")
        return self

    def open(self, path):
        self.page.goto(self.server.url + path)
        return self.page

    def add(self, name, content):
        """Upload and have it read, not by the page; return the job's id."""
        with self.server.client(key=self.key) as client:
            document = upload(client, content, filename=name)
            job_id = data_of(client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"]
            finish(client, job_id)
            return job_id

    def job(self, job_id):
        """The job as the API tells it."""
        with self.server.client(key=self.key) as client:
            return data_of(client.get(f"/jobs/{job_id}"))

    def see(self, text):
        self.page.get_by_text(text, exact=False).first.wait_for()


@pytest.fixture
def people(browser, server):
    """Makes people, each of an account of their own unless it is named."""
    made = []

    def make(account=None, **options):
        person = Person(browser, server, account or f"browser-{id(made)}-{len(made)}", **options)
        made.append(person)
        return person

    yield make
    for person in made:
        person.context.close()
        assert person.errors == []
        assert person.hosts <= {urlsplit(server.url).netloc}, "a page asked somebody else for something"


@pytest.fixture
def person(people):
    return people().log_in()
