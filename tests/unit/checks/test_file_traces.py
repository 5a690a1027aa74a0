"""Signs of an edited file: each has a code and a place, and ordinary files have none."""

import pytest

from bursar.checks.file_traces import check_traces
from bursar.facts.box import Box
from bursar.facts.evidence import Evidence, Severity, Source
from bursar.facts.traces import Figures, FileTraces


def make_column(fonts, name="balance"):
    """Return the evidence of a column of amounts and the figures in their places."""
    evidence, figures = {}, []
    for index, font in enumerate(fonts):
        box = Box(400, 100 + 12 * index, 450, 110 + 12 * index)
        evidence[f"transactions.{index}.{name}"] = Evidence(1, box, f"{index}.00", 0.98, Source.TEXT)
        figures.append(Figures(1, box, f"{index}.00", font))
    return evidence, tuple(figures)


def codes(traces, evidence=None):
    return [issue.code for issue in check_traces(traces, evidence or {})]


def test_a_file_saved_once_by_one_program_in_one_font_has_none():
    evidence, figures = make_column([("Helvetica",)] * 12)
    assert codes(FileTraces(producer="Core Output 7", first_producer="Core Output 7", figures=figures), evidence) == []


def test_an_amount_in_two_fonts_is_named_with_its_place():
    evidence, figures = make_column([("Helvetica",)] * 3 + [("Helvetica", "Arial")])
    (issue,) = check_traces(FileTraces(figures=figures), evidence)
    assert (issue.code, issue.fields, issue.page) == ("FONT_MIXED_IN_AMOUNT", ("transactions.3.balance",), 1)
    assert "Helvetica and Arial" in issue.message


def test_one_amount_set_otherwise_than_its_column_is_named():
    evidence, figures = make_column([("Helvetica",)] * 11 + [("Arial",)])
    (issue,) = check_traces(FileTraces(figures=figures), evidence)
    assert (issue.code, issue.fields) == ("FONT_DIFFERS_IN_COLUMN", ("transactions.11.balance",))


def test_a_column_of_two_fonts_by_design_is_not_odd():
    evidence, figures = make_column([("Helvetica",), ("Arial",)] * 8)
    assert codes(FileTraces(figures=figures), evidence) == []


def test_descriptions_in_several_fonts_do_not_count():
    evidence, figures = make_column([("Helvetica", "Arial")], name="description")
    assert codes(FileTraces(figures=figures), evidence) == []


def test_each_page_whose_content_was_replaced_is_named():
    issues = check_traces(FileTraces(revisions=3, changed_pages=(2, 5)), {})
    assert [(issue.code, issue.page, issue.severity) for issue in issues] == [
        ("INCREMENTAL_UPDATE", 2, Severity.WARNING),
        ("INCREMENTAL_UPDATE", 5, Severity.WARNING),
    ]


def test_a_save_that_left_the_pages_alone_is_only_worth_knowing():
    (issue,) = check_traces(FileTraces(revisions=2), {})
    assert (issue.code, issue.severity) == ("INCREMENTAL_UPDATE", Severity.INFO)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        (FileTraces(producer="iText 7.1", xmp_producer="iText 7.2 (build 3)", first_producer="iText 7.1"), []),
        (FileTraces(producer="iText 7.1", xmp_producer="Other Writer"), ["PRODUCER_MISMATCH"]),
        (FileTraces(producer="iText 7.1", first_producer="Core Output"), ["PRODUCER_MISMATCH"]),
        (FileTraces(producer="Sejda 5.2"), ["EDITING_PROGRAM"]),
        (FileTraces(creator="Adobe Photoshop 25"), ["EDITING_PROGRAM"]),
    ],
)
def test_programs_that_do_not_fit_are_named(traces, expected):
    assert codes(traces) == expected
