"""What a doubt's suggestion becomes: a correction that one click accepts."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bursar.dashboard.repairs import propose_repair

OLDEST_FIRST = [
    {
        "row": 1,
        "date": "2026-01-02",
        "amount": Decimal("10.00"),
        "type": "credit",
        "balance": Decimal("110.00"),
        "page": 1,
    },
    {
        "row": 2,
        "date": "2026-01-05",
        "amount": Decimal("5.00"),
        "type": "debit",
        "balance": Decimal("85.00"),
        "page": 2,
    },
    {
        "row": 3,
        "date": "2026-01-05",
        "amount": Decimal("1.00"),
        "type": "debit",
        "balance": Decimal("84.00"),
        "page": 2,
    },
]


def _propose(rows, **suggestion):
    repair = propose_repair({"suggestion": suggestion or None}, {"transactions": rows})
    return None if repair is None else (repair.name, json.loads(repair.correction), repair.then)


@pytest.mark.parametrize(
    ("suggestion", "name", "correction"),
    [
        ({"repair": "row_double", "row": 2}, "Take out row 2", {"remove": ["transactions.1"]}),
        (
            {"repair": "sign_flipped", "field": "amount", "row": 2, "value": Decimal(5)},
            "Make row 2 a credit",
            {"fields": {"transactions.1.type": "credit"}},
        ),
        (
            {"repair": "digit_misread", "field": "amount", "row": 3, "value": Decimal("-7.00")},
            "Amount of row 3: 7.00",
            {"fields": {"transactions.2.amount": "7.00"}},
        ),
        (
            {"repair": "balance_misread", "field": "balance", "row": 3, "value": Decimal("-4.20")},
            "Balance of row 3: -4.20",
            {"fields": {"transactions.2.balance": "-4.20"}},
        ),
        ({"repair": "row_double", "at": 0}, "Take out row 1", {"remove": ["transactions.0"]}),
    ],
)
def test_a_suggestion_becomes_the_correction_that_it_names(suggestion, name, correction):
    said = _propose(OLDEST_FIRST, **suggestion)
    assert said[:2] == (name, correction)


def test_a_missing_row_is_put_in_with_what_the_balances_prove_and_no_day_where_it_could_be_either():
    name, correction, then = _propose(OLDEST_FIRST, repair="row_missing", value=Decimal("-20.00"), row=2, place=1)
    assert name == "Put in the missing row before row 2: debit 20.00"
    row = {"date": None, "description": "", "amount": "20.00", "type": "debit", "page": 2}
    assert correction == {"insert": {"transactions.1": row}}
    assert then == "transactions.1.date"


def test_a_missing_row_has_the_day_of_its_neighbours_where_both_are_of_one_day():
    _, correction, then = _propose(OLDEST_FIRST, repair="row_missing", value=Decimal("3.00"), row=3, place=2)
    assert correction["insert"]["transactions.2"]["date"] == "2026-01-05"
    assert correction["insert"]["transactions.2"]["type"] == "credit"
    assert then == "transactions.2.description"


def test_in_a_list_that_begins_with_the_newest_the_missing_row_stands_below_the_balance_that_does_not_follow():
    rows = [{**row, "row": number} for number, row in enumerate(reversed(OLDEST_FIRST), 1)]
    name, correction, _ = _propose(rows, repair="row_missing", value=Decimal("-20.00"), row=2, place=2)
    assert list(correction["insert"]) == ["transactions.2"]
    assert name == "Put in the missing row before row 3: debit 20.00"
    only = [rows[0], {**rows[1], "date": "2026-01-04", "balance": None}]
    name, correction, _ = _propose(only, repair="row_missing", value=Decimal("-20.00"), row=2, place=2)
    assert list(correction["insert"]) == ["transactions.2"]
    assert name.startswith("Put in the missing row after row 2")
    assert correction["insert"]["transactions.2"]["date"] is None, "nothing stands below it"


@pytest.mark.parametrize(
    "suggestion",
    [
        {},
        {"repair": "row_missing", "value": 3},
        {"repair": "row_missing", "value": 3, "row": 2},
        {"repair": "row_missing", "value": 3, "row": 9, "place": 8},
        {"repair": "sign_flipped", "row": 1},
    ],
)
def test_nothing_is_proposed_where_a_place_or_a_value_would_have_to_be_made_up(suggestion):
    assert _propose(OLDEST_FIRST, **suggestion) is None
