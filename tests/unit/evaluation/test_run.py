import os
from pathlib import Path

import pytest

from bursar.errors import InvalidRequest
from bursar.evaluation.corpus import Example, read_corpus
from bursar.evaluation.report import make_report
from bursar.evaluation.run import Outcome, read_cached, run_corpus
from bursar.evaluation.scoring import Scores, score_example


def deadly(example):
    """An engine whose process dies of one document."""
    if example.id == "deadly":
        os._exit(11)
    return Outcome(example.name, {"summary": {"total": 1}}, None, 0.5, 0.1)


def make_examples(*ids):
    return [Example("set", id_, "invoice", Path(id_), {"total": "1.00"}) for id_ in ids]


def test_a_document_that_kills_its_process_takes_no_other_with_it():
    outcomes = list(run_corpus(make_examples("a", "deadly", "b", "c"), processes=2, work=deadly))
    assert [outcome.name for outcome in outcomes] == ["set/a", "set/deadly", "set/b", "set/c"]
    assert [outcome.error for outcome in outcomes] == [None, "CRASHED", None, None]


def test_figures_say_all_that_the_tables_say():
    examples = make_examples("a", "b")
    result = {
        "document_type": "invoice",
        "summary": {"total": 1},
        "evidence": {"summary.total": {"confidence": 0.8}},
        "checks": {"verdict": "proven", "straight_through": True},
    }
    outcomes = [Outcome("set/a", result, None, 0.5, 0.1), Outcome("set/b", {}, "CORRUPT_DOCUMENT", 0.1, 0.0)]
    scores = Scores()
    for example, outcome in zip(examples, outcomes, strict=True):
        score_example(scores, example, outcome.result)
    figures = make_report(examples, outcomes, scores).figures()
    assert figures["documents"] == {"invoice": 2}
    assert figures["kind_right"] == {"invoice": 1}
    assert figures["no_result"] == 1
    assert figures["fields"]["invoice: total"]["recall"] == 0.5
    assert figures["reliability"] == {
        "invoice: set": {"n": 1, "confidence": 0.8, "right": 1.0},
        "invoice: total": {"n": 1, "confidence": 0.8, "right": 1.0},
    }
    assert figures["straight_through"] == {"passed": 1, "right": 1, "wrong": []}
    assert figures["seconds"]["reading_longest"] == 0.5


def test_a_kept_reading_is_used_again_and_only_for_the_same_bytes(tmp_path, monkeypatch):
    from builders.invoices.layouts import draw_invoice
    from bursar.evaluation import run

    first = draw_invoice("minimal", 1, item_count=1).pdf
    read = read_cached(first, tmp_path)
    monkeypatch.setattr(run, "read_document", lambda content: pytest.fail("was read again"))
    assert read_cached(first, tmp_path) == read
    with pytest.raises(pytest.fail.Exception):
        read_cached(first + b"\n", tmp_path)


def test_a_reading_kept_by_other_code_is_not_used(tmp_path, monkeypatch):
    from builders.invoices.layouts import draw_invoice
    from bursar.evaluation import run

    content = draw_invoice("minimal", 1, item_count=1).pdf
    read_cached(content, tmp_path)
    monkeypatch.setattr(run, "_fingerprint", lambda: "changed")
    monkeypatch.setattr(run, "read_document", lambda content: pytest.fail("was read again"))
    with pytest.raises(pytest.fail.Exception):
        read_cached(content, tmp_path)


def test_a_folder_without_an_index_is_no_corpus(tmp_path):
    with pytest.raises(InvalidRequest):
        list(read_corpus(tmp_path, "document"))


def test_a_drawn_corpus_is_read_by_variant_and_dataset(tmp_path):
    from builders.corpus import draw_many, write_corpus

    write_corpus(tmp_path, draw_many("all", 14, 1), scans=False)
    everything = list(read_corpus(tmp_path, "document"))
    assert len(everything) == 14
    assert {example.dataset for example in read_corpus(tmp_path, "document", ["built-receipt"])} == {"built-receipt"}
    assert list(read_corpus(tmp_path, "scan")) == []
