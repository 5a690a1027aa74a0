"""`bursar parse` as people and programs use it: real documents, the real engine in its child processes."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from builders.invoices.layouts import draw_invoice
from builders.statements.layouts import draw_statement
from bursar.cli.app import app


@pytest.fixture(scope="module")
def invoice():
    return draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)


@pytest.fixture
def invoice_path(tmp_path, invoice):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(invoice.pdf)
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["parse", *map(str, arguments)])


def test_json_prints_one_result_with_the_digits_of_the_page(invoice_path, invoice):
    ran = run(invoice_path, "--json")
    assert ran.exit_code == 0
    total = invoice.truth["fields"]["total"]
    assert f'"total": {total}' in ran.stdout
    result = json.loads(ran.stdout, parse_float=Decimal)
    assert str(result["summary"]["total"]) == total
    assert result["document_type"] == "invoice"


def test_jsonl_prints_one_line_a_file_in_the_order_given_and_goes_on_after_an_error(tmp_path, invoice_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    statement = tmp_path / "statement.pdf"
    statement.write_bytes(draw_statement("debit-credit", 1, rows=4).pdf)
    missing = tmp_path / "missing.pdf"
    ran = run(statement, broken, missing, invoice_path, "--jsonl")
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.exit_code == 1
    assert [line["file"] for line in lines] == [str(path) for path in (statement, broken, missing, invoice_path)]
    assert [set(line) - {"file"} for line in lines] == [{"result"}, {"error"}, {"error"}, {"result"}]
    assert lines[1]["error"]["code"] == "CORRUPT_DOCUMENT"
    assert set(lines[1]["error"]) == {"code", "message"}
    assert len(lines[0]["result"]["transactions"]) == 4


def test_a_table_shows_fields_rows_and_the_verdict(invoice_path, invoice):
    ran = run(invoice_path)
    assert ran.exit_code == 0
    for shown in (invoice.truth["fields"]["invoice_number"], "items (5)", "equations hold", "as printed"):
        assert shown in ran.stdout


def test_an_error_in_a_table_run_goes_to_stderr_with_its_code(tmp_path):
    empty = tmp_path / "empty.pdf"
    empty.touch()
    ran = run(empty)
    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert "EMPTY_DOCUMENT" in ran.stderr


def test_the_kind_given_overrides_what_the_document_looks_like(invoice_path):
    ran = run(invoice_path, "--json", "--kind", "statement")
    assert "account_info" in json.loads(ran.stdout)


def test_only_the_pages_asked_for_are_read(tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(draw_statement("carried-forward", 1, rows=90).pdf)
    result = json.loads(run(path, "--json", "--pages", "2").stdout)
    assert [page["page"] for page in result["metadata"]["pages"]] == [2]


@pytest.mark.parametrize(
    "wrong",
    [["--json", "--jsonl"], ["--json", "second.pdf"], ["--nonsense"], ["--jobs", "0"]],
    ids=" ".join,
)
def test_a_wrong_command_line_is_exit_code_2(invoice_path, wrong):
    assert run(invoice_path, *wrong).exit_code == 2


def test_without_files_the_command_line_is_wrong():
    assert run().exit_code == 2


def test_a_wrong_option_of_the_engine_is_said_and_is_exit_code_1(invoice_path):
    ran = run(invoice_path, "--kind", "poem")
    assert ran.exit_code == 1
    assert "VALIDATION_ERROR" in ran.stderr


def test_parse_needs_none_of_the_servers_packages(invoice_path):
    program = (
        "import sys\n"
        "for name in ('fastapi', 'pydantic_settings', 'psycopg', 'procrastinate', 'uvicorn', 'httpx',\n"
        "             'obstore', 'structlog', 'prometheus_client'):\n"
        "    sys.modules[name] = None\n"
        "from bursar.cli.app import main\n"
        f"main(['parse', {str(invoice_path)!r}, '--json'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["document_type"] == "invoice"


def test_results_go_to_the_pipe_while_a_terminal_shows_the_bar(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7\nnothing")
    ours, theirs = os.openpty()
    command = [str(Path(sys.executable).parent / "bursar"), "parse", "a.pdf", "b.pdf", "--jsonl"]
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs) as process:
        printed, _ = process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    assert [json.loads(line)["file"] for line in printed.splitlines()] == ["a.pdf", "b.pdf"]
