"""`bursar parse --export`."""

import pytest
from ofxtools.Parser import OFXTree
from typer.testing import CliRunner

from builders.statements.layouts import draw_statement
from bursar.cli.app import app


@pytest.fixture
def statement_path(tmp_path):
    path = tmp_path / "statement.pdf"
    path.write_bytes(draw_statement("debit-credit", 1, rows=4).pdf)
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["parse", *map(str, arguments)])


def test_a_statement_is_written_as_ofx(tmp_path, statement_path):
    output = tmp_path / "june.ofx"
    assert run(statement_path, "--export", "ofx", "-o", output).exit_code == 0
    tree = OFXTree()
    tree.parse(output)
    assert len(tree.convert().statements[0].transactions) == 4


def test_csv_goes_to_stdout(statement_path):
    ran = run(statement_path, "--export", "csv")
    assert ran.stdout.startswith("transaction_id,")
    assert len(ran.stdout.splitlines()) == 5


def test_unknown_formats_and_many_files_are_refused(statement_path):
    assert run(statement_path, "--export", "doc").exit_code == 2
    assert run(statement_path, statement_path, "--export", "csv").exit_code == 2
    assert run(statement_path, "-o", "x").exit_code == 2
