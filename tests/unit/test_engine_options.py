"""Options of `bursar.parse` from the file to the issue or value that they bring."""

import json

import pytest

import bursar
from builders.edited import draw_lines, replace_text
from builders.invoices.layouts import draw_invoice
from builders.statements.layouts import draw_statement
from bursar.errors import InvalidRequest
from bursar.facts.evidence import Severity, Verdict

HEADING = (("Date", 40), ("Details", 120), ("Paid out", 300), ("Paid in", 380), ("Balance", 470))
XS = (40, 120, 300, 380, 470)


def draw_rows(rows, **more):
    """Draw a statement; a cell may be (text, font) or several of them side by side."""
    lines = [("Statement of account", 40, 40, "Helvetica-Bold"), ("Opening balance: 100.00", 40, 80, "Helvetica")]
    lines += [(text, x, 120, "Helvetica-Bold") for text, x in HEADING]
    for number, row in enumerate(rows, 1):
        for cell, x in zip(row, XS, strict=True):
            parts = [(cell, "Helvetica")] if isinstance(cell, str) else cell
            at = x
            for text, font in parts:
                lines.append((text, at, 120 + 20 * number, font))
                at += 5.56 * len(text)
    return draw_lines([lines], **more)


ROWS = [
    ("01/03/2024", "City Pharmacy", "10.00", "", "90.00"),
    ("02/03/2024", "ACME Payroll", "", "50.00", "140.00"),
    ("03/03/2024", "Unknown", "4.00", "", "136.00"),
]


def odd(fact, severity=None):
    known = {"DUPLICATE_ROW", "CHAIN_GAP", "ROUND_AMOUNT_BURST", "ROW_OUTSIDE_PERIOD", "EDITING_PROGRAM"}
    known |= {"FONT_MIXED_IN_AMOUNT", "FONT_DIFFERS_IN_COLUMN", "INCREMENTAL_UPDATE", "PRODUCER_MISMATCH"}
    return [i for i in fact.checks.issues if i.code in known and severity in (None, i.severity)]


def test_without_the_option_no_row_has_a_category():
    fact = bursar.parse(draw_rows(ROWS))
    assert {row.category for row in fact.transactions} == {None}
    assert b"category_reason" not in bursar.encode(fact)


def test_categorize_gives_each_row_one_with_its_reason_in_the_json():
    fact = bursar.parse(draw_rows(ROWS), categorize=True)
    rows = json.loads(bursar.encode(fact))["transactions"]
    assert [row["category"] for row in rows] == ["health", "salary", "other_expense"]
    assert rows[0]["category_reason"] == {"rule": "health.en", "field": "description", "words": "pharmacy"}
    assert bursar.decode(bursar.encode(fact)).transactions == fact.transactions


def test_a_file_of_categories_that_cannot_be_used_is_refused_before_the_document_is_read(tmp_path):
    with pytest.raises(InvalidRequest):
        bursar.parse(b"no document", categorize=True, categories=tmp_path / "none.toml")


def test_an_ordinary_statement_has_no_anomaly_and_goes_straight_through():
    for layout, seed in (("debit-credit", 3), ("signed-amount", 5), ("several-accounts", 2)):
        drawn = draw_statement(layout, seed, rows=20)
        plain, checked = bursar.parse(drawn.pdf), bursar.parse(drawn.pdf, detect_anomalies=True)
        assert odd(checked, Severity.WARNING) == []
        assert checked.checks.straight_through == plain.checks.straight_through


def test_an_amount_that_was_changed_in_place_is_found_by_its_font_and_page():
    rows = [*ROWS[:2], ("03/03/2024", "Unknown", "4.00", "", [("1", "Times-Roman"), ("36.00", "Helvetica")])]
    assert odd(bursar.parse(draw_rows(rows))) == []
    fact = bursar.parse(draw_rows(rows), detect_anomalies=True)
    (issue,) = odd(fact)
    assert (issue.code, issue.fields, issue.page) == ("FONT_MIXED_IN_AMOUNT", ("transactions.2.balance",), 1)
    assert fact.evidence[issue.fields[0]].box is not None
    assert not fact.checks.straight_through


def test_a_statement_changed_by_a_later_save_is_found_though_its_balances_close():
    content = draw_rows(ROWS)
    for old, new in ((b"(50.00)", b"(950.00)"), (b"(140.00)", b"(1040.00)"), (b"(136.00)", b"(1036.00)")):
        content = replace_text(content, old, new)
    fact = bursar.parse(content, detect_anomalies=True)
    assert fact.checks.verdict is Verdict.PROVEN
    assert [(issue.code, issue.page) for issue in odd(fact)] == [("INCREMENTAL_UPDATE", 1)]
    assert not fact.checks.straight_through


def test_a_program_for_editing_is_named():
    fact = bursar.parse(draw_rows(ROWS, producer="PDFescape Desktop 4"), detect_anomalies=True)
    assert [issue.code for issue in odd(fact)] == ["EDITING_PROGRAM"]


def test_an_invoices_file_is_looked_at_too():
    drawn = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)
    assert odd(bursar.parse(drawn.pdf, detect_anomalies=True), Severity.WARNING) == []


def test_a_folder_of_profiles_reaches_the_reader(tmp_path):
    (tmp_path / "one.toml").write_text('name = "one"\nmatch = ["statement of account"]', encoding="utf-8")
    fact = bursar.parse(draw_rows(ROWS), profiles=tmp_path)
    assert [issue.message for issue in fact.checks.issues if issue.code == "PROFILE_APPLIED"] == [
        "Read by the bank profile «one»"
    ]


def test_a_part_that_there_is_not_cannot_be_left_out():
    with pytest.raises(InvalidRequest, match="leave_out"):
        bursar.parse(b"", leave_out=["everything"])


@pytest.mark.parametrize(("language", "day"), [("en-US", "2024-04-03"), ("en-GB", "2024-03-04")])
def test_the_region_of_a_language_settles_the_order_of_a_statements_dates(language, day):
    fact = bursar.parse(
        draw_rows([("04/03/2024", "City Pharmacy", "10.00", "", "90.00")]), kind="statement", language=language
    )
    assert [row.date.isoformat() for row in fact.transactions] == [day]
    assert not fact.conventions.date_order.ambiguous
    assert fact.metadata.language == "en"
