"""What is odd about rows: each rule fires on what it is for, names the place, and stays quiet otherwise."""

from datetime import date, timedelta
from decimal import Decimal

from bursar.checks.anomalies import find_anomalies
from bursar.facts.box import Box
from bursar.facts.document import Period
from bursar.facts.evidence import Evidence, Severity, Source
from bursar.facts.statement import Account, AccountInfo, Statement, StatementSummary, Transaction

START = date(2024, 3, 1)


def make_row(index, amount, day=None, text=None, balance=None, page=1, **more):
    value = Decimal(amount)
    return Transaction(
        index + 1,
        START + timedelta(days=index) if day is None else day,
        text or f"Row {index}",
        abs(value),
        "credit" if value > 0 else "debit",
        balance=None if balance is None else Decimal(balance),
        page=page,
        **more,
    )


def find(*rows, **more):
    return find_anomalies(Statement(transactions=rows, **more))


def test_an_ordinary_statement_has_none():
    amounts = ["-12.40", "-7.99", "2100.00", "-640.00", "-31.05", "-100.00", "-18.20"]
    assert find(*(make_row(i, amount) for i, amount in enumerate(amounts))) == []


def test_a_row_printed_twice_is_named_with_both_places():
    (issue,) = find(
        make_row(0, "-12.40", START, "Shop"), make_row(1, "-9.00", START), make_row(2, "-12.40", START, "SHOP.", page=2)
    )
    assert (issue.code, issue.severity, issue.page) == ("DUPLICATE_ROW", Severity.WARNING, 2)
    assert issue.fields == ("transactions.0.amount", "transactions.2.amount")


def test_a_double_that_the_bank_booked_twice_is_only_worth_knowing():
    (issue,) = find(
        make_row(0, "-2.50", START, "Tram", balance="97.50"), make_row(1, "-2.50", START, "Tram", balance="95.00")
    )
    assert issue.severity is Severity.INFO


def test_the_same_on_another_day_is_no_double():
    assert find(make_row(0, "-2.50", text="Tram"), make_row(1, "-2.50", text="Tram")) == []


def test_every_gap_in_the_chain_is_named_and_a_missing_page_guessed_at():
    issues = find(
        make_row(0, "-10.00", balance="90.00"),
        make_row(1, "-10.00", balance="75.00"),
        make_row(2, "-10.00", balance="65.00"),
        make_row(3, "-10.00", balance="200.00", page=2),
    )
    assert [issue.code for issue in issues] == ["CHAIN_GAP", "CHAIN_GAP"]
    assert issues[0].fields == ("transactions.0.balance", "transactions.1.balance")
    assert "-5.00" in issues[0].message
    assert "a page may be missing" in issues[1].message
    assert issues[1].page == 2


def test_rows_without_a_balance_between_two_balances_are_counted_in():
    assert find(make_row(0, "-1.00", balance="9.00"), make_row(1, "-2.00"), make_row(2, "-3.00", balance="4.00")) == []


def test_newest_first_is_followed_upwards():
    assert (
        find(
            make_row(3, "-3.00", balance="4.00"),
            make_row(2, "-2.00", balance="7.00"),
            make_row(1, "-1.00", balance="9.00"),
        )
        == []
    )


def test_five_round_debits_within_a_week_are_a_burst():
    rows = [make_row(i, f"-{100 * (i + 1)}.00") for i in range(5)]
    rows += [make_row(20 + i, f"-1{i}.35") for i in range(8)]
    (issue,) = find(*rows)
    assert issue.code == "ROUND_AMOUNT_BURST"
    assert issue.fields == tuple(f"transactions.{i}.amount" for i in range(5))
    assert "1500.00" in issue.message


def test_round_amounts_spread_over_months_are_none():
    rows = [make_row(30 * i, "-500.00") for i in range(6)] + [make_row(200 + i, f"-1{i}.35") for i in range(8)]
    assert find(*rows) == []


def test_whole_thousands_are_ordinary_where_all_amounts_are_large():
    rows = [make_row(i, f"-{amount}") for i, amount in enumerate((41000, 52000, 38000, 47000, 45000, 66000))]
    assert find(*rows) == []


def test_a_date_outside_the_printed_period_is_named_to_the_day():
    seen = {"statement_period.start_date": Evidence(1, Box(0, 0, 1, 1), "x", 0.9, Source.TEXT)}
    (issue,) = find(
        make_row(0, "-1.00"),
        make_row(1, "-2.00", date(2024, 4, 2)),
        statement_period=Period(START, date(2024, 3, 31)),
        evidence=seen,
    )
    assert (issue.code, issue.fields) == ("ROW_OUTSIDE_PERIOD", ("transactions.1.date",))
    assert "2 days after" in issue.message


def test_a_period_that_was_derived_from_the_rows_puts_none_outside():
    seen = {"statement_period.start_date": Evidence(None, None, None, 0.5, Source.DERIVED)}
    period = Period(START, START)
    assert find(make_row(0, "-1.00"), make_row(1, "-2.00"), statement_period=period, evidence=seen) == []


def test_issues_of_a_second_account_name_it():
    rows = (make_row(0, "-1.00", START, "A"), make_row(1, "-1.00", START, "A"))
    clean = Account(AccountInfo(), Period(), StatementSummary(), rows[:1])
    odd = Account(AccountInfo(), Period(), StatementSummary(), rows)
    (issue,) = find_anomalies(Statement(transactions=rows[:1], accounts=(clean, odd)))
    assert issue.fields[0] == "accounts.1.transactions.0.amount"
