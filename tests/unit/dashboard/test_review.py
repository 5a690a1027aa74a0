"""What the review page makes of a result."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bursar.dashboard.review import build_review, name_place, read_findings


def _review(result, page=1):
    job = {"result": json.dumps(result), "evidence": None, "detected_kind": "statement", "kind": None}
    return build_review(job, {"page_count": 2}, read_findings(job), page, [])


def _seen(page, *box):
    return {"page": page, "box": list(box), "text": "12.00", "confidence": 0.5, "status": "unchecked"}


STATEMENT = {
    "document_type": "bank_statement",
    "account_info": {"bank_name": "Harbour Bank", "currency": "GBP"},
    "statement_period": {"start_date": "2026-01-01", "end_date": None},
    "summary": {"opening_balance": 1, "closing_balance": 2},
    "transactions": [{"row": 1, "amount": 1, "page": 1}],
    "accounts": [
        {"summary": {"closing_balance": 2}, "transactions": [{"row": 1, "amount": 1, "page": 1}]},
        {"summary": {"closing_balance": 9}, "transactions": [{"row": 1, "amount": 7, "page": 1}]},
    ],
    "unparsed_lines": [{"page": 1, "text": "Carried over", "box": [1, 2, 3, 4]}],
    "custom": {"branch_manager": "A. Reed", "fees": [{"amount": 3}]},
    "evidence": {
        "summary.closing_balance": _seen(1, 5, 5, 9, 9),
        "accounts.0.summary.closing_balance": _seen(1, 5, 5, 9, 9),
        "accounts.1.summary.closing_balance": _seen(1, 6, 6, 9, 9),
    },
    "checks": {"verdict": "contradicted", "equations": [{"holds": True}, {"holds": False}], "issues": []},
}


def test_a_glance_tells_what_the_document_is_with_its_currency_and_names_what_is_missing():
    glances = {one.label: one for one in _review(STATEMENT).found.glances}
    assert (glances["Bank"].value, glances["Bank"].currency) == ("Harbour Bank", None)
    assert (glances["Closing balance"].value, glances["Closing balance"].currency) == (2, "GBP")
    assert glances["Last day"].value is None


def test_further_accounts_and_the_values_of_a_schema_are_shown_and_can_be_corrected():
    review = _review(STATEMENT)
    groups = {group.label: [field.mark.path for field in group.fields] for group in review.found.groups}
    assert groups["Account 2: Summary"] == ["accounts.1.summary.closing_balance"]
    assert groups["Your schema"] == ["custom.branch_manager"]
    assert next(iter(groups)) == "Summary"
    assert [grid.path for grid in review.grids] == ["transactions", "custom.fees", "accounts.1.transactions"]
    assert review.grids[-1].rows[0][1].mark.path == "accounts.1.transactions.0.amount"


def test_a_line_that_was_not_understood_stands_on_the_page_and_no_box_is_drawn_twice():
    review = _review(STATEMENT)
    assert [mark.path for mark in review.sheet.marks] == [
        "summary.closing_balance",
        "accounts.1.summary.closing_balance",
        "unparsed_lines.0",
    ]
    assert review.found.unread[0].text == "Carried over"
    assert _review(STATEMENT, page=2).sheet.marks == []


def test_a_table_has_no_column_that_says_on_which_page_its_rows_stand():
    assert _review(STATEMENT).grids[0].columns == ["Row", "Amount"]


def test_an_iban_is_shown_in_groups_of_four_and_kept_as_it_is():
    field = _review({"account_info": {"iban": "DE45562908111274021572"}}).found.groups[0].fields[0]
    assert field.shown == "DE45 5629 0811 1274 0215 72"
    assert field.value == "DE45562908111274021572"


def test_a_page_that_was_scanned_askew_has_its_picture_put_level_under_the_boxes():
    pages = [{"page": 1, "width": 100, "height": 200, "skew": -0.8}, {"page": 2, "width": 100, "height": 200}]
    assert _review({"metadata": {"pages": pages}}).sheet.skew == Decimal("-0.8")
    assert _review({"metadata": {"pages": pages}}, page=2).sheet.skew == 0, "as of a result of before"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("summary.total", "Summary: Total"),
        ("transactions.7", "Transactions, row 8"),
        ("items.0.unit_price", "Items, row 1: Unit price"),
        ("payment.bank_info.iban", "Payment: Bank info: IBAN"),
        ("accounts.1.transactions.0.amount", "Accounts, row 2: Transactions, row 1: Amount"),
    ],
)
def test_a_place_is_named_as_people_write_it(path, said):
    assert name_place(path) == said


def test_the_history_has_amounts_that_came_as_text_as_amounts():
    job = {"result": "{}", "evidence": None, "detected_kind": "invoice", "kind": None}
    fields = {"fields": {"summary.total": "12.50", "summary.tip": "none", "invoice_info.invoice_number": "12.50"}}
    one = {"fields": json.dumps(fields), "replaced": '{"summary.total": 12.05}'}
    shown = build_review(job, {"page_count": 1}, read_findings(job), 1, [one]).history[0]
    assert shown["fields"] == {
        "fields": {"summary.total": Decimal("12.50"), "summary.tip": "none", "invoice_info.invoice_number": "12.50"}
    }
    assert shown["replaced"] == {"summary.total": Decimal("12.05")}


def test_equations_that_fail_stand_first_and_are_counted():
    review = _review(STATEMENT)
    assert [equation["holds"] for equation in review.found.equations] == [False, True]
    assert review.found.failing == 1


def test_a_job_that_has_no_result_yet_has_a_page_all_the_same():
    job = {"result": None, "evidence": None, "detected_kind": None, "kind": None}
    review = build_review(job, {"page_count": 0}, read_findings(job), 7, [])
    assert (review.found.glances, review.found.groups, review.found.unread, review.sheet.number) == ([], [], [], 1)
