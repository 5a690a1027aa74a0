"""A real server and a real browser, Chromium as the system has it: one of each for all tests of this folder."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from browser.documents import draw_documents
from serving import run_server
from serving.replies import data_of, finish, upload

CHROMIUM = os.environ.get("BURSAR_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PERMISSIONS = ("read", "write", "admin")
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def documents():
    """Contents by file name: an invoice, a scan, a statement, one that is locked, one that is nothing."""
    return draw_documents()


@pytest.fixture(scope="package")
def server(open_folders):
    """A server that may call loopback, where the receivers of webhooks are."""
    with run_server(open_folders() / "data", webhook_networks='["127.0.0.0/8"]') as running:
        yield running


@pytest.fixture(scope="package")
def browser():
    """Ends with this folder: while it is there, its event loop is the thread's."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; BURSAR_TEST_CHROMIUM names one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


def elsewhere(work, *arguments, **options):
    """Do something in a thread of its own, whose event loop is not the browser's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *arguments, **options).result()


class Person:
    """Somebody at a browser; notes what the pages ask for and what goes wrong in them."""

    def __init__(self, browser, server, account, permissions=PERMISSIONS, key=None, **options):
        self.server = server
        self.key = key or elsewhere(server.make_key, account, permissions=permissions)
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors, self.requests = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _listen(self, said):
        """Note what a page of ours may not do: its own policy forbids it."""
        if "Content Security Policy" in said.text:
            self.errors.append(said.text)

    @property
    def hosts(self):
        """Whom the pages asked for something."""
        addresses = [urlsplit(address) for address in self.requests]
        return {address.netloc for address in addresses if address.scheme not in ("blob", "data")}

    def log_in(self):
        """Open a session as the form does, without the form."""
        reply = self.context.request.post(f"{self.server.url}/login", form={"key": self.key}, max_redirects=0)
        assert reply.status == 303
        return self

    def open(self, path):
        self.page.goto(self.server.url + path)
        return self.page

    def client(self):
        """A client of the API that may do what this person may."""
        return self.server.client(key=self.key)

    def add(self, name, content, **body):
        """Upload and have it read, not by the page; return the job's id."""
        with self.client() as client:
            document = upload(client, content, filename=name)
            job_id = data_of(client.post("/parse", json={"document_id": document["doc_id"], **body}))["job_id"]
            finish(client, job_id)
            return job_id

    def job(self, job_id):
        """The job as the API tells it."""
        with self.client() as client:
            return data_of(client.get(f"/jobs/{job_id}"))

    def drop(self, *files):
        """Choose files, as name and content, in the picker of the first page."""
        wanted = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
        self.page.set_input_files("#picker", wanted)


@pytest.fixture
def people(browser, server):
    """Makes people, each of an account of their own unless it is named."""
    made = []

    def make(account=None, **options):
        person = Person(browser, server, account or f"browser-{next(_NUMBERS)}", **options)
        made.append(person)
        return person

    yield make
    for person in made:
        person.context.close()
        assert person.errors == []
        assert person.hosts <= {urlsplit(server.url).netloc}, "a page asked somebody else for something"


@pytest.fixture
def person(people):
    """Somebody logged in, whose account is empty."""
    return people().log_in()


@pytest.fixture(scope="package")
def shelf(browser, server, documents):
    """An account with an invoice, a scan and a statement, read and proven, for tests that only look: jobs by name."""
    person = Person(browser, server, "shelf")
    person.jobs = {name: person.add(name, documents[name]) for name in ("invoice.pdf", "scan.jpg", "statement.pdf")}
    person.context.close()
    return person


@pytest.fixture(scope="package")
def depot(browser, server):
    """An account for much: whoever counts what is in an account has another."""
    person = Person(browser, server, "depot")
    person.context.close()
    return person


@pytest.fixture
def reader(people, shelf):
    """Somebody logged in to the account of `shelf`, who changes nothing in it."""

    def make(**options):
        person = people(key=shelf.key, **options).log_in()
        person.jobs = shelf.jobs
        return person

    return make
