"""The documentation says what the code does: every option, setting, error, key and issue; its examples run."""

from __future__ import annotations

import ast
import importlib.util
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

from builders.invoices.layouts import draw_invoice
from builders.statements.layouts import draw_statement
from bursar.cli.app import app
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
RESULTS = (ROOT / "docs" / "reference" / "results.md").read_text(encoding="utf-8")


def load_tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "settings.md", "errors.md"])
def test_the_reference_is_what_the_code_says(name):
    text = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert text == load_tool("write_reference").build_pages()[name], "run tools/write_reference.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def inner_types(hints):
    return [part for hint in hints for part in get_args(hint)]


def names_of(kind, seen=None):
    """All names of the parts of a fact and of those it is made of."""
    seen = set() if seen is None else seen
    found = set()
    if kind in seen:
        return found
    seen.add(kind)
    parts = (
        {field.name for field in fields(kind)} if is_dataclass(kind) else set(getattr(kind, "__struct_fields__", ()))
    )
    for name, hint in get_type_hints(kind).items() if parts else ():
        found |= {name} & parts
        inside = get_args(hint)
        for part in (hint, *inner_types(inside), *inside):
            found |= names_of(part, seen) if isinstance(part, type) else set()
    return found


@pytest.mark.parametrize("kind", [Invoice, Statement])
def test_every_key_of_a_result_is_described(kind):
    inside_boxes_and_ranges = {"x0", "y0", "x1", "y1", "first_page", "last_page", "name", "size_bytes", "media_type"}
    missing = {name for name in names_of(kind) - inside_boxes_and_ranges if name not in RESULTS}
    assert missing - {"derived_from"} == set()


def issue_codes():
    """Codes given to issues anywhere in the engine."""
    codes = set()
    for path in [*(ROOT / "src" / "bursar").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = getattr(node.args[0], "value", constants.get(getattr(node.args[0], "id", "")))
            if called in {"Issue", "doubt", "warn"} and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", str(code)):
                codes.add(code)
    return codes


def test_every_issue_is_described_and_no_other():
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", RESULTS, re.MULTILINE))
    assert described == issue_codes()


def python_examples(page):
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_readmes_example_runs(tmp_path, monkeypatch, capsys):
    drawn = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)
    (tmp_path / "invoice.pdf").write_bytes(drawn.pdf)
    monkeypatch.chdir(tmp_path)
    (example,) = python_examples("README.md")
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert drawn.truth["fields"]["total"] in printed
    assert "on page 1" in printed


def test_the_tutorials_example_runs_on_what_parse_prints(tmp_path, monkeypatch, capsys):
    (tmp_path / "good.pdf").write_bytes(draw_statement("debit-credit", 3, rows=5).pdf)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and nothing")
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(app, ["parse", "good.pdf", "bad.pdf", "--jsonl"])
    (tmp_path / "results.jsonl").write_text(ran.stdout, encoding="utf-8")
    (example,) = python_examples("docs/tutorial.md")
    exec(compile(example, "tutorial.md", "exec"), {})
    assert capsys.readouterr().out == "good.pdf proven\nbad.pdf CORRUPT_DOCUMENT\n"


def test_every_command_in_the_documentation_exists():
    from bursar.cli.app import COMMANDS

    for page in PAGES:
        for name in re.findall(r"(?:^|`|\s)bursar ([a-z]+)(?=[ `\n])", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in COMMANDS, (page.name, name)


def test_every_threat_names_tests_that_are_there():
    rows = [line for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    there = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    threats = [row for row in rows if not set(row) <= set("|- ") and "tried by" not in row.lower()]
    assert len(threats) > 10
    for row in threats:
        cell = row.rstrip(" |").rpartition("|")[2]
        named = re.findall(r"`(test_\w+\.py)`", cell)
        assert named or "make audit" in row, row
        for name in named:
            assert re.search(r"^(async )?def test_", there.get(name, ""), re.MULTILINE), name


def test_the_contracts_page_is_what_its_tables_say():
    tool = load_tool("write_contract")
    assert tool.TARGET.read_text(encoding="utf-8") == tool.render(), "run tools/write_contract.py"


def test_every_promise_of_the_contract_names_tests_that_are_there():
    named = {
        test
        for promises in load_tool("write_contract").SECTIONS.values()
        for tests in promises.values()
        for test in tests
    }
    there = {
        f"{path.name}::{node.name}"
        for path in (ROOT / "tests" / "contract").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert named - there == set()
