"""A statement account by account, with what bank formats need of each: ids that stay, signs, first and last day."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bursar.errors import CannotExport
from bursar.facts.money import total_of
from bursar.facts.statement import Account, AccountInfo, Statement, StatementSummary, Transaction

CARD = "credit_card_statement"


def list_accounts(statement: Statement) -> tuple[Account, ...]:
    """Return the accounts of a statement, one or several, in document order."""
    top = Account(
        statement.account_info, statement.statement_period, statement.summary, statement.transactions, statement.checks
    )
    return statement.accounts or (top,)


def name_account(info: AccountInfo) -> str | None:
    """Return what tells the account from others: its IBAN, else its number, masked or not."""
    return info.iban or info.account_number


def identify(account: Account) -> Iterator[tuple[str, Transaction]]:
    """Yield each transaction with an id of 32 hexadecimal digits, in document order.

    The id follows from what the row says and from how many equal rows stand before it, and not from its place: read
    again, the document gives the same ids, and so do the same rows on a statement that overlaps.
    """
    seen: Counter[str] = Counter()
    for row in account.transactions:
        said = "\x1f".join(
            (
                name_account(account.account_info) or "",
                str(row.date or ""),
                row.type,
                f"{row.amount.normalize():f}",
                " ".join(row.description.split()).casefold(),
                row.reference or "",
            )
        )
        yield hashlib.sha256(f"{said}\x1f{seen[said]}".encode()).hexdigest()[:32], row
        seen[said] += 1


def sign_of(row: Transaction) -> Decimal:
    """Return the amount as it moves the account: a debit is negative."""
    return -row.amount if row.type == "debit" else row.amount


@dataclass(frozen=True, slots=True)
class Balances:
    """What the holder has at the beginning and at the end: what is owed is negative."""

    opening: Decimal | None
    closing: Decimal | None


def read_balances(account: Account) -> Balances:
    """Return the printed balances as the holder's.

    A card's statement prints what is owed as a positive number: told by the arithmetic, since some print it negative.
    """
    summary = account.summary
    if _prints_debt(summary, account.transactions):
        return Balances(_negated(summary.opening_balance), _negated(summary.closing_balance))
    return Balances(summary.opening_balance, summary.closing_balance)


def _prints_debt(summary: StatementSummary, rows: Sequence[Transaction]) -> bool:
    if summary.opening_balance is None or summary.closing_balance is None:
        return False
    moved = total_of(sign_of(row) for row in rows)
    change = summary.closing_balance - summary.opening_balance
    return moved != 0 and change == -moved


def _negated(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day that a statement speaks of."""

    start: date
    end: date


def get_span(account: Account, wanted_by: str) -> Span:
    """Return the printed period, else the days of the rows. Raises `CannotExport` where there are neither."""
    days = [row.date for row in account.transactions if row.date is not None]
    start = account.statement_period.start_date or min(days, default=None)
    end = account.statement_period.end_date or max(days, default=None)
    if start is None or end is None:
        raise refuse(wanted_by, ["statement_period"])
    return Span(start, end)


def get_day(row: Transaction, wanted_by: str) -> date:
    """Return the day a row was booked on. Raises `CannotExport` where none is printed."""
    day = row.date or row.value_date
    if day is None:
        raise refuse(wanted_by, [f"transactions.{row.row - 1}.date"])
    return day


def refuse(wanted_by: str, missing: Sequence[str]) -> CannotExport:
    """Return the error for a result that lacks what a format demands: nothing is made up to fill it."""
    names = ", ".join(missing)
    return CannotExport(f"{wanted_by} demands what the document does not say: {names}", {"missing": list(missing)})
