"""Several accounts in one document: where one's part ends and the next one's begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bursar.extraction.statements.cells import Row, Sheet
from bursar.extraction.statements.columns import counts_as_money
from bursar.extraction.statements.fields import find_values, named
from bursar.extraction.statements.headings import find_headings

_MIN_DIGITS = 5  # of a number that can name an account
_NUMBER = re.compile(r"[A-Za-z]{0,2}[\d*xX•·][\d*xX•·A-Z./\- ]*")


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the document, by sheet and index, in reading order."""

    sheet: int
    row: int


def split_accounts(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Return the sheets of each account; those of a document of one account as they are.

    A new account begins where, after transactions, another account's number is printed above a further table on the
    same page. Numbers within the texts of transactions do not count: no table begins below them.
    """
    starts = _find_starts(sheets)
    if not starts:
        return [list(sheets)]
    parts = []
    edges = [_Place(0, -1), *starts, _Place(len(sheets), -1)]
    for begin, end in pairwise(edges):
        part = []
        for number in range(begin.sheet, min(end.sheet, len(sheets) - 1) + 1):
            rows = tuple(row for row in sheets[number].rows if _lies_between(number, row, begin, end))
            if rows:
                part.append(replace(sheets[number], rows=rows))
        parts.append(part)
    return parts


def _lies_between(sheet: int, row: Row, begin: _Place, end: _Place) -> bool:
    place = (sheet, row.index)
    return (begin.sheet, begin.row) <= place < (end.sheet, end.row)


def _find_starts(sheets: Sequence[Sheet]) -> list[_Place]:
    numbers = _numbers_by_row(sheets)
    current: set[str] = set()
    entries = 0
    starts: list[_Place] = []
    headed = False
    for number, sheet in enumerate(sheets):
        tables = [heading.first for heading in find_headings(sheet.rows) if heading.of_transactions]
        for row in sheet.rows:
            headed = headed or row.index in tables
            entries += headed and _is_entry(row)
            found = numbers.get((row.page, row.index), set())
            fresh = {text for text in found if not any(_same_account(text, known) for known in current)}
            if entries and fresh and len(fresh) == len(found) and _opens_table(sheet, row, tables):
                starts.append(_Place(number, _title_row(sheet, row)))
                current, entries = set(found), 0
            else:
                current |= found if not entries else set()
    return starts


def _numbers_by_row(sheets: Sequence[Sheet]) -> dict[tuple[int, int], set[str]]:
    found: dict[tuple[int, int], set[str]] = {}
    for value in named(find_values(sheets, set()), "account_number", "iban"):
        match = _NUMBER.match(value.text.strip(" :"))
        text = re.sub(r"[^A-Za-z0-9*•·]", "", match.group()).upper() if match else ""
        if sum(c.isdigit() for c in text) >= _MIN_DIGITS or text.count("X") + text.count("*") >= _MIN_DIGITS:
            found.setdefault((value.label.page, value.label.row), set()).add(text)
    return found


def _same_account(left: str, right: str) -> bool:
    """Whether one number is the other, or a part of it as an account's number is of its IBAN."""
    short, long = sorted((left, right), key=len)
    return short in long or short.lstrip("0") in long


def _is_entry(row: Row) -> bool:
    return any(day.leads for day in row.days) and any(
        counts_as_money(money, row) and money.amount.decimals for money in row.moneys
    )


def _opens_table(sheet: Sheet, row: Row, tables: Sequence[int]) -> bool:
    """Whether a table's heading comes below on the page before any transaction does."""
    below = next((first for first in tables if first > row.index), None)
    return below is not None and not any(_is_entry(other) for other in sheet.rows if row.index < other.index < below)


def _title_row(sheet: Sheet, row: Row) -> int:
    """Return the first of the rows above that hold neither amounts nor dates: the account's title stands there."""
    first = row.index
    for other in reversed([above for above in sheet.rows if above.index < row.index]):
        if other.moneys or any(day.leads for day in other.days) or first - other.index > 4:
            break
        first = other.index
    return first
