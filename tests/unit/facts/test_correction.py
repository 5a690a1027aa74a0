"""What a person puts right in a fact."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bursar.errors import InvalidRequest
from bursar.facts.box import Box
from bursar.facts.correction import Correction, correct
from bursar.facts.evidence import Checks, Evidence, Issue, Severity, Source
from bursar.facts.invoice import Invoice, InvoiceLine, InvoiceSummary
from bursar.facts.statement import Account, Statement, Transaction
from patience import patient

SEEN = Evidence(1, Box(1, 2, 3, 4), "12.00", 0.9, Source.OCR)


def statement(*amounts):
    rows = tuple(Transaction(n, date(2024, 1, n), f"row {n}", Decimal(a), "debit") for n, a in enumerate(amounts, 1))
    evidence = {f"transactions.{n}.amount": SEEN for n in range(len(rows))}
    return Statement(transactions=rows, evidence=evidence)


def test_a_value_keeps_its_digits_and_the_place_of_the_old_one():
    before = Invoice(summary=InvoiceSummary(total=Decimal("12.00")), evidence={"summary.total": SEEN})
    after, replaced = correct(before, Correction({"summary.total": "13.50"}))
    assert str(after.summary.total) == "13.50"
    assert after.evidence["summary.total"] == Evidence(1, Box(1, 2, 3, 4), "12.00", 1.0, Source.PERSON)
    assert replaced == {"summary.total": Decimal("12.00")}
    assert before.summary.total == Decimal("12.00")


def test_a_value_that_is_not_there_has_no_evidence():
    before = Invoice(summary=InvoiceSummary(total=Decimal(12)), evidence={"summary.total": SEEN})
    after, _ = correct(before, Correction({"summary.total": None}))
    assert after.summary.total is None
    assert after.evidence == {}


def test_a_missing_row_is_put_in_and_the_rows_after_it_are_counted_anew():
    row = {"date": "2024-01-02", "description": "missing", "amount": 5, "type": "credit"}
    after, _ = correct(statement("1", "2"), Correction(insert={"transactions.1": row}))
    assert [(found.row, found.description) for found in after.transactions] == [
        (1, "row 1"),
        (2, "missing"),
        (3, "row 2"),
    ]
    assert after.evidence["transactions.1.amount"].source is Source.PERSON
    assert after.evidence["transactions.2.amount"] == SEEN


def test_values_rows_put_in_and_rows_taken_out_all_name_the_rows_as_they_were():
    correction = Correction(
        {"transactions.2.amount": 9},
        {"transactions.3": {"date": None, "description": "last", "amount": 1, "type": "debit"}},
        ("transactions.0",),
    )
    after, replaced = correct(statement("1", "2", "3"), correction)
    assert [found.amount for found in after.transactions] == [2, 9, 1]
    assert after.evidence["transactions.1.amount"].source is Source.PERSON
    assert replaced["transactions.0"]["amount"] == 1


def test_doubts_and_derived_values_go_with_the_rows_that_they_are_about():
    before = statement("1", "2", "3")
    total = Evidence(
        None, None, None, 1.0, Source.DERIVED, derived_from=("transactions.0.amount", "transactions.2.amount")
    )
    doubt = Issue("LOW_CONFIDENCE", Severity.WARNING, "?", ("transactions.2.amount",))
    before = replace(before, evidence=before.evidence | {"summary.total_debits": total}, checks=Checks(issues=(doubt,)))
    after, _ = correct(before, Correction(remove=("transactions.0",)))
    assert after.evidence["summary.total_debits"].derived_from == ("transactions.1.amount",)
    assert after.checks.issues[0].fields == ("transactions.1.amount",)


def test_a_long_statement_is_corrected_in_a_moment():
    before = statement(*["1"] * 28)
    rows = tuple(replace(before.transactions[0], row=n) for n in range(1, 20_001))
    evidence = {f"transactions.{n}.{name}": SEEN for n in range(20_000) for name in ("date", "amount", "balance")}
    started = time.perf_counter()
    after, _ = correct(replace(before, transactions=rows, evidence=evidence), Correction(remove=("transactions.0",)))
    assert len(after.transactions) == 19_999
    assert time.perf_counter() - started < patient(20)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "", "1,5", 1.5, [], True, "9" * 40])
def test_an_amount_is_a_number_of_a_size_that_money_has(value):
    with pytest.raises(InvalidRequest):
        correct(Invoice(), Correction({"summary.total": value}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("items.0.line_number", None),
        ("items.-1.amount", 1),
        ("items.0", 1),
        ("", 1),
        ("..", 1),
        ("evidence.summary.total", 1),
        ("notes", "\x00"),
        ("summary.__class__", 1),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path, value):
    before = Invoice(items=(InvoiceLine(1),))
    with pytest.raises(InvalidRequest):
        correct(before, Correction({path: value}))


@pytest.mark.parametrize("path", ["transactions.0.amount", "accounts.0.transactions.0.amount"])
def test_the_first_of_several_accounts_stands_at_the_top_as_well(path):
    top = statement("1", "2")
    account = Account(top.account_info, top.statement_period, top.summary, top.transactions)
    evidence = top.evidence | {f"accounts.0.{name}": seen for name, seen in top.evidence.items()}
    before = replace(top, accounts=(account, account), evidence=evidence)
    after, _ = correct(before, Correction({path: 7}, remove=("transactions.1",)))
    assert [row.amount for row in after.transactions] == [7]
    assert after.accounts[0].transactions == after.transactions
    assert len(after.accounts[1].transactions) == 2
    for prefix in ("", "accounts.0."):
        assert after.evidence[f"{prefix}transactions.0.amount"].source is Source.PERSON
        assert f"{prefix}transactions.1.amount" not in after.evidence


def test_a_direction_is_credit_or_debit():
    with pytest.raises(InvalidRequest):
        correct(statement("1"), Correction({"transactions.0.type": "sideways"}))
