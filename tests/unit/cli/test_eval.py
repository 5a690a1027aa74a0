"""`bursar eval` on a drawn corpus."""

import json

from typer.testing import CliRunner

from builders.corpus import draw_many, write_corpus
from bursar.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def test_a_corpus_is_scored_and_its_figures_written(tmp_path):
    write_corpus(tmp_path / "corpus", draw_many("statement", 3, 1))
    ran = run(
        tmp_path / "corpus", "--json", tmp_path / "figures.json", "--cache", tmp_path / "cache", "--worst", 2, "-j", 2
    )
    assert ran.exit_code == 0, ran.output
    for heading in ("fields and rows", "calibration", "reliability", "verdict against the truth", "straight through"):
        assert heading in ran.stdout
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["documents"] == {"bank_statement": 3}
    assert figures["fields"]["bank_statement: transactions"]["n"] > 10
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_a_document_without_a_result_is_named_and_is_exit_code_1(tmp_path):
    write_corpus(tmp_path, draw_many("statement", 1, 1))
    next(tmp_path.glob("*/*/document.pdf")).write_bytes(b"%PDF-1.7")
    ran = run(tmp_path, "-j", 1)
    assert ran.exit_code == 1
    assert "CORRUPT_DOCUMENT" in ran.stdout


def test_an_unknown_variant_is_exit_code_2(tmp_path):
    assert run(tmp_path, "--variant", "painting").exit_code == 2


def test_a_folder_that_is_no_corpus_is_refused_in_one_line(tmp_path):
    ran = run(tmp_path)
    assert ran.exit_code == 1
    assert "no index.jsonl" in str(ran.exception)


def test_all_variants_are_measured_and_a_file_that_several_name_once(tmp_path):
    write_corpus(tmp_path / "corpus", draw_many("statement", 2, 1))
    index = tmp_path / "corpus" / "index.jsonl"
    first, second = map(json.loads, index.read_text(encoding="utf-8").splitlines())
    for entry in (first, second):
        entry["files"] = {"document": entry["files"]["document"]}
    first["files"]["stripped"] = first["files"]["document"]
    index.write_text("".join(json.dumps(entry) + "\n" for entry in (first, second)), encoding="utf-8")
    ran = run(tmp_path / "corpus", "--variant", "all", "--json", tmp_path / "figures.json", "-j", 1)
    assert ran.exit_code == 0, ran.output
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["document"]["documents"] == {"bank_statement": 2}
    assert figures["stripped"]["documents"] == figures["scan"]["documents"] == {}
    (line,) = [line for line in ran.stdout.split("by set of documents")[1].splitlines() if "bank_statement" in line]
    cells = [cell.strip() for cell in line.strip("│ ").split("│")]
    assert cells[1] == "document"
    assert cells[6] == "2"  # lists
