"""What tests of more than one room share: a PostgreSQL for the whole run, a fresh database for each test."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bursar.database.embedded import EmbeddedPostgres
from bursar.database.migrations import migrate
from serving import run_server

TESTS = Path(__file__).parent
ROOMS = ("unit", "contract", "browser", "e2e")
"""In this order they run: what is quick and says most about the code comes first."""


def pytest_addoption(parser):
    parser.addoption(
        "--time-limit",
        type=float,
        default=float("inf"),
        metavar="SECONDS",
        help="tests that have not begun by then are left out, and counted among the skipped",
    )


def pytest_configure(config):
    config.begun_at = time.monotonic()


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are cores: much of a test's time goes by while it waits for a server."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path, config):
    """Leave the fuzzing of the API out where slow tests are: to collect it is to think up its calls, which takes minutes."""
    if collection_path.name == "test_openapi_fuzz.py" and config.getoption("markexpr") == "not slow":
        return True
    return None


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: ROOMS.index(item.path.relative_to(TESTS).parts[0]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if time.monotonic() - item.config.begun_at > item.config.getoption("time_limit"):
        pytest.skip("left out: the time for this run is used up")


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def open_folders():
    """Makes folders that an unprivileged user can pass through, where pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="bursar-test-") as parent:
        Path(parent).chmod(0o711)

        def make() -> Path:
            folder = Path(parent) / uuid4().hex[:8]
            folder.mkdir(mode=0o711)
            return folder

        yield make


@pytest.fixture
def data_dir(open_folders):
    """A data folder for a server of the test's own."""
    return open_folders() / "data"


@pytest.fixture(scope="session")
def postgres_url(open_folders):
    """The address of a private server, started once."""
    with EmbeddedPostgres(open_folders() / "data") as postgres:
        yield postgres.url


@pytest.fixture(scope="session")
def migrated_template(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_migrated")
    asyncio.run(migrate(_sibling(postgres_url, "template_migrated")))
    return "template_migrated"


@pytest.fixture
def database_url(postgres_url, migrated_template):
    """The address of a database of the test's own, migrated and empty."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
        yield _sibling(postgres_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database_url(postgres_url):
    """The address of a database of the test's own, without a table."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield _sibling(postgres_url, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fakes_importable(monkeypatch):
    """Child processes find the engines of `fakes`."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


def _sibling(url: str, name: str) -> str:
    return url.rpartition("/")[0] + f"/{name}"


@pytest.fixture(scope="session")
def server(open_folders):
    """A whole server with one worker, started once."""
    with run_server(open_folders() / "data") as running:
        yield running


@pytest.fixture(scope="session")
def idle_server(open_folders):
    """A server without workers, started once: jobs stay pending until a test brings a worker along."""
    with run_server(open_folders() / "data", workers=0) as running:
        yield running


@pytest.fixture
def client(server):
    """A client of that server, of the account `acme`."""
    with server.client() as client:
        yield client
