"""What is odd about the rows of a statement: reason codes with places, for those who ask; arithmetic needs none of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from bursar.checks.statement import is_newest_first, select_account, sign_amount
from bursar.facts.evidence import Issue, Severity
from bursar.facts.money import total_of
from bursar.facts.statement import Statement, Transaction

_BURST = 5  # round amounts
_BURST_SPAN = timedelta(days=7)
_LEAST_ROUND = Decimal(100)
_MAX_NAMED = 20  # issues of one code
_BLANKS = re.compile(r"\W+")


def find_anomalies(statement: Statement) -> list[Issue]:
    """Return what is odd about the rows: doubles, gaps in the chain, bursts of round amounts, dates outside the period.

    Of several accounts each is looked at by itself; the paths of the issues name it.
    """
    if not statement.accounts:
        return _find_in_one(statement)
    found = _find_in_one(select_account(statement, 0))
    for number in range(1, len(statement.accounts)):
        found += [
            replace(issue, fields=tuple(f"accounts.{number}.{path}" for path in issue.fields))
            for issue in _find_in_one(select_account(statement, number))
        ]
    return found


def _find_in_one(statement: Statement) -> list[Issue]:
    rules = (_find_doubles, _find_gaps, _find_bursts, _find_strays)
    return [issue for rule in rules for issue in list(rule(statement))[:_MAX_NAMED]]


def _find_doubles(statement: Statement) -> Iterator[Issue]:
    """Yield the rows of one day that say the same of the same amount.

    Where each has a running balance of its own that follows, the bank did book twice: then it is worth knowing (`info`),
    and no slip of the document.
    """
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, row in enumerate(statement.transactions):
        if row.date is not None:
            key = (row.date, row.amount, row.type, _BLANKS.sub(" ", row.description).strip().casefold(), row.reference)
            groups[key].append(index)
    for places in groups.values():
        if len(places) < 2:
            continue
        rows = [statement.transactions[place] for place in places]
        balances = [row.balance for row in rows]
        booked = None not in balances and len(set(balances)) == len(balances) and rows[0].reference is None
        numbers = ", ".join(str(row.row) for row in rows)
        yield Issue(
            "DUPLICATE_ROW",
            Severity.INFO if booked else Severity.WARNING,
            f"Rows {numbers} say the same of {rows[0].amount} on {rows[0].date}",
            tuple(f"transactions.{place}.amount" for place in places),
            rows[1].page,
        )


def _find_gaps(statement: Statement) -> Iterator[Issue]:
    """Yield every place where a running balance does not follow from the one before: something is missing or altered."""
    rows = statement.transactions
    order = list(range(len(rows)))
    if is_newest_first(statement):
        order.reverse()
    before: int | None = None
    between: list[int] = []
    for index in order:
        between.append(index)
        balance = rows[index].balance
        if balance is None:
            continue
        known = rows[before].balance if before is not None else None
        if before is not None and known is not None:
            gap = balance - known - total_of(sign_amount(rows[place]) for place in between)
            if gap:
                yield _describe_gap(rows, before, index, gap)
        before, between = index, []


def _describe_gap(rows: Sequence[Transaction], before: int, after: int, gap: Decimal) -> Issue:
    turn = rows[before].page != rows[after].page
    where = f"between pages {rows[before].page} and {rows[after].page}" if turn else f"on page {rows[after].page}"
    hint = "; a page may be missing" if turn else ""
    return Issue(
        "CHAIN_GAP",
        Severity.WARNING,
        f"From row {rows[before].row} to row {rows[after].row}, {where}, {gap} is not accounted for{hint}",
        (f"transactions.{before}.balance", f"transactions.{after}.balance"),
        rows[after].page,
    )


def _find_bursts(statement: Statement) -> Iterator[Issue]:
    """Yield runs of five round amounts or more, of one direction, within a week, where they are most of that week's rows.

    Round is a multiple of the power of ten below the statement's median amount, and of 100 at least: hundreds where
    people pay forty euros, thousands where they pay four thousand yen.
    """
    dated = [(row.date, index) for index, row in enumerate(statement.transactions) if row.date is not None]
    if len(dated) < _BURST:
        return
    step = _round_step([row.amount for row in statement.transactions])
    for direction in ("debit", "credit"):
        rows = sorted((day, index) for day, index in dated if statement.transactions[index].type == direction)
        last: set[int] = set()
        for start, (day, _) in enumerate(rows):
            week = [index for later, index in rows[start:] if later - day < _BURST_SPAN]
            burst = [index for index in week if statement.transactions[index].amount % step == 0]
            if len(burst) >= _BURST and 2 * len(burst) > len(week) and not last & set(burst):
                last = set(burst)
                yield _describe_burst(statement.transactions, burst, direction)


def _round_step(amounts: Sequence[Decimal]) -> Decimal:
    digits = len(str(int(median(amounts))))
    return max(_LEAST_ROUND, Decimal(10) ** (digits - 1))


def _describe_burst(rows: Sequence[Transaction], burst: Sequence[int], direction: str) -> Issue:
    total = total_of(rows[index].amount for index in burst)
    days = [day for index in burst if (day := rows[index].date) is not None]
    return Issue(
        "ROUND_AMOUNT_BURST",
        Severity.WARNING,
        f"{len(burst)} round {direction}s from {min(days)} to {max(days)}, {total} together",
        tuple(f"transactions.{index}.amount" for index in burst),
        rows[burst[0]].page,
    )


def _find_strays(statement: Statement) -> Iterator[Issue]:
    """Yield the rows dated outside of the printed period, each by itself and to the day."""
    start, end = statement.statement_period.start_date, statement.statement_period.end_date
    seen = statement.evidence.get("statement_period.start_date")
    if start is None or end is None or seen is None or seen.page is None:
        return
    for index, row in enumerate(statement.transactions):
        if row.date is not None and not start <= row.date <= end:
            yield Issue(
                "ROW_OUTSIDE_PERIOD",
                Severity.WARNING,
                f"Row {row.row} is dated {row.date}, {_distance(row.date, start, end)} the period",
                (f"transactions.{index}.date",),
                row.page,
            )


def _distance(day: date, start: date, end: date) -> str:
    days = (start - day).days if day < start else (day - end).days
    side = "before" if day < start else "after"
    return f"{days} day{'s' if days > 1 else ''} {side}"
