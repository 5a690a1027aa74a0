"""Quicken Interchange Format: lines that begin with a letter, records that end with `^`."""

from __future__ import annotations

from collections.abc import Iterator

from bursar.exports.accounts import CARD, get_day, identify, list_accounts, name_account, sign_of
from bursar.exports.elements import printable
from bursar.facts.statement import Account, Statement

_NAME = "QIF"


def write_qif(statement: Statement) -> bytes:
    """Return QIF in UTF-8, dates as month/day/year. Raises `CannotExport` for a row without a day.

    The format has no field for an id: the number of a record (`N`) holds it.
    """
    kind = "CCard" if statement.document_type == CARD else "Bank"
    lines = [line for account in list_accounts(statement) for line in _write_account(account, kind)]
    return "".join(f"{' '.join(printable(line).split())}\n" for line in lines).encode()


def _write_account(account: Account, kind: str) -> Iterator[str]:
    yield "!Account"
    yield f"N{name_account(account.account_info) or account.account_info.bank_name or kind}"
    yield f"T{kind}"
    yield "^"
    yield f"!Type:{kind}"
    for identifier, row in identify(account):
        yield f"D{get_day(row, _NAME):%m/%d/%Y}"
        yield f"T{sign_of(row):f}"
        yield f"N{identifier}"
        yield f"P{row.counterparty or row.description}"
        yield f"M{' '.join(part for part in (row.description, row.reference) if part)}"
        if row.category:
            yield f"L{row.category}"
        yield "^"
