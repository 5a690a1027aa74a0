"""What a statement's own arithmetic says about it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bursar.checks.statement import check_statement
from bursar.facts.box import Box
from bursar.facts.document import Period
from bursar.facts.evidence import Evidence, Issue, Severity, Source, Status, Verdict
from bursar.facts.statement import Account, AccountInfo, Checks, Statement, StatementSummary, Transaction


def printed(text="1.00"):
    return Evidence(1, Box(0, 0, 1, 1), text, 0.99, Source.TEXT)


def derived():
    return Evidence(None, None, None, 0.5, Source.DERIVED)


def make_row(number, amount, balance=None, day=None):
    value = Decimal(amount)
    return Transaction(
        row=number,
        date=day or date(2024, 3, number),
        description="entry",
        amount=abs(value),
        type="credit" if value > 0 else "debit",
        balance=None if balance is None else Decimal(balance),
        page=1,
    )


def make_statement(rows, opening="100.00", closing=None, *, ends_printed=True, **summary):
    transactions = tuple(make_row(number, *row) for number, row in enumerate(rows, 1))
    evidence = {"statement_period.start_date": printed(), "statement_period.end_date": printed()}
    evidence["account_info.currency"] = printed()
    for name, value in {"opening_balance": opening, "closing_balance": closing, **summary}.items():
        if value is not None:
            evidence[f"summary.{name}"] = printed() if ends_printed else derived()
    for index, row in enumerate(transactions):
        evidence[f"transactions.{index}.amount"] = printed()
        if row.balance is not None:
            evidence[f"transactions.{index}.balance"] = printed()
    return Statement(
        account_info=AccountInfo(currency="EUR"),
        statement_period=Period(date(2024, 3, 1), date(2024, 3, 31)),
        summary=StatementSummary(
            opening_balance=None if opening is None else Decimal(opening),
            closing_balance=None if closing is None else Decimal(closing),
            **{name: Decimal(value) if "total" in name else value for name, value in summary.items()},
        ),
        transactions=transactions,
        evidence=evidence,
    )


CHAIN = [("-10.00", "90.00"), ("25.50", "115.50"), ("-5.25", "110.25")]


def test_a_running_balance_that_holds_from_a_printed_opening_is_proven():
    outcome = check_statement(make_statement(CHAIN))
    assert outcome.checks.verdict is Verdict.PROVEN
    assert outcome.statuses["transactions.1.amount"] is Status.PROVEN
    assert outcome.checks.straight_through


def test_opening_and_closing_prove_rows_without_a_balance():
    outcome = check_statement(make_statement([("-10.00",), ("4.00",)], closing="94.00"))
    assert outcome.checks.verdict is Verdict.PROVEN


def test_ends_that_were_derived_from_the_rows_prove_nothing():
    outcome = check_statement(make_statement([("-10.00",), ("4.00",)], closing="94.00", ends_printed=False))
    assert outcome.checks.verdict is Verdict.UNVERIFIABLE


def test_the_first_row_is_not_proven_when_no_opening_balance_is_printed():
    outcome = check_statement(make_statement(CHAIN, opening=None))
    assert outcome.checks.verdict is Verdict.CONSISTENT
    assert "transactions.0.amount" not in outcome.statuses


def test_newest_first_rows_are_followed_upwards():
    assert check_statement(make_statement(list(reversed(CHAIN)))).checks.verdict is Verdict.PROVEN


def test_a_closing_balance_that_does_not_follow_is_a_contradiction():
    outcome = check_statement(make_statement([("-10.00",)], closing="95.00"))
    assert outcome.checks.verdict is Verdict.CONTRADICTED
    assert not outcome.checks.straight_through
    assert outcome.checks.issues[0].code == "BALANCE_MISMATCH"


@pytest.mark.parametrize(
    ("rows", "repair"),
    [
        (
            [("-10.00", "90.00"), ("-25.50", "115.50")],
            {"repair": "sign_flipped", "field": "amount", "value": Decimal("25.50"), "row": 2},
        ),
        (
            [("-10.00", "90.00"), ("25.60", "115.50")],
            {"repair": "digit_misread", "field": "amount", "value": Decimal("25.50"), "row": 2},
        ),
        (
            [("-10.00", "90.00"), ("25.50", "118.50"), ("-5.50", "110.00")],
            {"repair": "digit_misread", "field": "balance", "value": Decimal("115.50"), "row": 2},
        ),
        (
            [("-10.00", "90.00"), ("25.50", "132.17")],
            {"repair": "row_missing", "value": Decimal("16.67"), "row": 2, "place": 1},
        ),
        (
            [("5.00", "137.17"), ("25.50", "132.17"), ("-10.00", "90.00")],  # the newest first
            {"repair": "row_missing", "value": Decimal("16.67"), "row": 2, "place": 2},
        ),
    ],
)
def test_the_first_row_that_breaks_is_named_with_the_smallest_repair(rows, repair):
    outcome = check_statement(make_statement(rows))
    broken = [issue for issue in outcome.checks.issues if issue.code == "BALANCE_CHAIN_BROKEN"]
    assert [issue.suggestion for issue in broken] == [repair]
    assert outcome.statuses["transactions.1.amount"] is Status.CONTRADICTED


def test_a_double_row_under_one_balance_is_named():
    rows = [("-10.00", "90.00"), ("-20.00",), ("-20.00", "70.00")]
    (issue,) = check_statement(make_statement(rows)).checks.issues
    assert issue.suggestion is None  # either of both could be the one too many


def test_printed_totals_that_differ_contradict():
    outcome = check_statement(make_statement(CHAIN, total_credits="25.50", total_debits="99.00"))
    assert outcome.checks.verdict is Verdict.CONTRADICTED
    assert [issue.code for issue in outcome.checks.issues] == ["TOTAL_MISMATCH"]


def test_a_total_that_counts_the_opening_balance_in_holds():
    outcome = check_statement(make_statement(CHAIN, total_credits="125.50"))
    assert outcome.checks.verdict is Verdict.PROVEN


def test_totals_alone_are_consistent_and_no_proof():
    outcome = check_statement(make_statement([("-10.00",)], opening=None, total_debits="10.00"))
    assert outcome.checks.verdict is Verdict.CONSISTENT


def test_a_row_that_is_missing_puts_those_in_no_doubt_that_the_balances_hold():
    """All rows together miss the closing balance, and so each could be at fault, were it not for the chain."""
    rows = [("-10.00", "90.00"), ("5.00", "75.00"), ("-25.00", "50.00")]  # before the second, -20.00 is not there
    statuses = check_statement(make_statement(rows, closing="50.00")).statuses
    assert statuses["transactions.1.amount"] is Status.CONTRADICTED
    assert statuses["transactions.0.amount"] is statuses["transactions.2.amount"] is Status.PROVEN
    assert statuses["summary.closing_balance"] is Status.CONTRADICTED


def test_printed_counts_are_tested():
    outcome = check_statement(make_statement(CHAIN, debit_count=3))
    assert [issue.code for issue in outcome.checks.issues] == ["COUNT_MISMATCH"]


def test_no_rows_and_equal_balances_are_no_proof_of_having_read_everything():
    assert check_statement(make_statement([], closing="100.00")).checks.verdict is Verdict.CONSISTENT


@pytest.mark.parametrize("code", ["DATE_ORDER_ASSUMED", "YEAR_ASSUMED"])
def test_a_statement_whose_dates_rest_on_an_assumption_is_not_proven(code):
    doubt = Issue(code, Severity.WARNING, "either")
    statement = replace(make_statement(CHAIN), checks=Checks(issues=(doubt,)))
    assert check_statement(statement).checks.verdict is Verdict.CONSISTENT


def test_a_row_without_a_date_is_not_proven():
    statement = make_statement(CHAIN)
    rows = (replace(statement.transactions[0], date=None), *statement.transactions[1:])
    outcome = check_statement(replace(statement, transactions=rows))
    assert outcome.checks.verdict is Verdict.CONSISTENT
    assert "DATE_MISSING" in [issue.code for issue in outcome.checks.issues]


def test_rows_outside_of_the_printed_period_are_doubted():
    rows = [("-10.00", "90.00", date(2024, 6, 1))]
    assert [issue.code for issue in check_statement(make_statement(rows)).checks.issues] == ["DATE_OUTSIDE_PERIOD"]


def test_one_date_that_steps_back_is_noted():
    days = [1, 2, 3, 4, 5, 2, 7, 8, 9]
    rows = [("1.00", str(100 + number) + ".00", date(2024, 3, day)) for number, day in enumerate(days, 1)]
    outcome = check_statement(make_statement(rows))
    assert [issue.fields for issue in outcome.checks.issues] == [("transactions.5.date",)]
    assert outcome.checks.straight_through  # it happens, and is no fault


def test_each_of_several_accounts_is_checked_and_the_worst_speaks_for_all():
    good, bad = make_statement(CHAIN), make_statement([("-10.00",)], closing="95.00")
    accounts = tuple(
        Account(part.account_info, part.statement_period, part.summary, part.transactions) for part in (good, bad)
    )
    evidence = dict(good.evidence)
    for number, part in enumerate((good, bad)):
        evidence |= {f"accounts.{number}.{path}": seen for path, seen in part.evidence.items()}
    outcome = check_statement(replace(good, accounts=accounts, evidence=evidence))
    assert outcome.checks.verdict is Verdict.CONTRADICTED
    assert [checks.verdict for checks in outcome.accounts] == [Verdict.PROVEN, Verdict.CONTRADICTED]
    assert outcome.statuses["accounts.1.summary.closing_balance"] is Status.CONTRADICTED
    assert outcome.statuses["transactions.0.amount"] is Status.PROVEN
