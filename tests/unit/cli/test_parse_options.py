"""`bursar parse` hands the options for statements to the engine in its child process."""

import json

import pytest
from typer.testing import CliRunner

from builders.edited import replace_text
from builders.statements.layouts import draw_statement
from bursar.cli.app import app

OWN = '[[category]]\nname = "everything"\nwords.any = ["e*", "a*", "r*", "s*"]\n[fallback]\ndebit = "d"\ncredit = "c"\n'


@pytest.fixture
def statement(tmp_path):
    path = tmp_path / "statement.pdf"
    path.write_bytes(draw_statement("debit-credit", 3, rows=6).pdf)
    return path


def parse(*arguments):
    ran = CliRunner().invoke(app, ["parse", *map(str, arguments), "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_categorize_and_a_file_of_ones_own(statement, tmp_path):
    assert {row["category"] for row in parse(statement)["transactions"]} == {None}
    assert None not in {row["category"] for row in parse(statement, "--categorize")["transactions"]}
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    assert {row["category"] for row in parse(statement, "--categories", own)["transactions"]} <= {
        "everything",
        "d",
        "c",
    }


def test_detect_anomalies(statement):
    statement.write_bytes(replace_text(statement.read_bytes(), b"ET", b"ET "))
    codes = [issue["code"] for issue in parse(statement)["checks"]["issues"]]
    more = [issue["code"] for issue in parse(statement, "--detect-anomalies")["checks"]["issues"]]
    assert "INCREMENTAL_UPDATE" not in codes
    assert "INCREMENTAL_UPDATE" in more


def test_a_folder_of_profiles(statement, tmp_path):
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "any.toml").write_text('name = "any"\nmatch = ["e"]\nunknown = 1', encoding="utf-8")
    ran = CliRunner().invoke(app, ["parse", str(statement), "--profiles", str(folder)])
    assert ran.exit_code == 1
    assert "any.toml" in ran.stderr
