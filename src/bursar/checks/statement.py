"""Checks of a statement: the balance chain, row by row and from end to end, printed totals and counts, dates.

Sources: a running balance is the previous one plus the movement (ISO 20022 camt.053, `Bal` and `Ntry`); the closing
balance is the opening balance plus credits minus debits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from bursar.checks.outcome import CheckOutcome
from bursar.checks.repair import suggest_repair
from bursar.facts.evidence import Checks, Equation, Issue, Severity, Source, Status, Verdict
from bursar.facts.money import total_of
from bursar.facts.statement import Statement, Transaction

_BOOKED_LATE = timedelta(days=10)  # entries are booked a little outside of the printed period
_REQUIRED = ("account_info.currency", "statement_period.start_date", "statement_period.end_date")
_BADNESS = (Verdict.PROVEN, Verdict.CONSISTENT, Verdict.UNVERIFIABLE, Verdict.CONTRADICTED)
_DOUBTS_ON_DATES = {"DATE_ORDER_ASSUMED", "YEAR_ASSUMED"}


@dataclass(slots=True)
class _Findings:
    """What the rules found so far."""

    equations: list[Equation] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)  # indices of rows that an equation between printed balances holds

    def test(self, rule: str, left: Decimal, right: Decimal, fields: tuple[str, ...]) -> bool:
        """Note an equation, and whether it holds."""
        holds = left == right
        self.equations.append(Equation(rule, left, right, left - right, holds, fields))
        (self.proven if holds else self.contradicted).update(fields)
        return holds


def check_statement(statement: Statement) -> CheckOutcome:
    """Return what the statement's own arithmetic says about it.

    `proven`: every row stands between printed balances that it explains. `consistent`: what can be tested holds, and
    something cannot. `contradicted`: an equation between printed numbers fails. `unverifiable`: there is none.
    """
    if statement.accounts:
        return _check_accounts(statement)
    return _check_one(statement)


def _check_accounts(statement: Statement) -> CheckOutcome:
    """Check each account by itself; the whole is as good as the worst of them."""
    outcomes = [_check_one(select_account(statement, number)) for number in range(len(statement.accounts))]
    worst = max((outcome.checks.verdict for outcome in outcomes), key=_BADNESS.index)
    statuses = dict(outcomes[0].statuses)
    equations, issues = list(outcomes[0].checks.equations), list(outcomes[0].checks.issues)
    for number, outcome in enumerate(outcomes):
        prefix = f"accounts.{number}."
        statuses |= {prefix + path: status for path, status in outcome.statuses.items()}
        if number:
            equations += [
                replace(e, fields=tuple(prefix + path for path in e.fields)) for e in outcome.checks.equations
            ]
            issues += [replace(i, fields=tuple(prefix + path for path in i.fields)) for i in outcome.checks.issues]
    straight = all(outcome.checks.straight_through for outcome in outcomes)
    return CheckOutcome(
        Checks(worst, straight, tuple(equations), tuple(issues)),
        statuses,
        tuple(outcome.checks for outcome in outcomes),
    )


def select_account(statement: Statement, number: int) -> Statement:
    """Return one of several accounts as a statement of its own, with its own evidence."""
    account, prefix = statement.accounts[number], f"accounts.{number}."
    return replace(
        statement,
        account_info=account.account_info,
        statement_period=account.statement_period,
        summary=account.summary,
        transactions=account.transactions,
        accounts=(),
        evidence={p.removeprefix(prefix): seen for p, seen in statement.evidence.items() if p.startswith(prefix)},
    )


def _check_one(statement: Statement) -> CheckOutcome:
    found = _Findings()
    _check_running_balance(statement, found)
    _check_ends(statement, found)
    _check_totals(statement, found)
    _check_dates(statement, found)
    verdict = _judge(statement, found)
    statuses = dict.fromkeys(found.proven, Status.PROVEN) | dict.fromkeys(found.contradicted, Status.CONTRADICTED)
    return CheckOutcome(
        Checks(verdict, _is_straight(statement, found, verdict), tuple(found.equations), tuple(found.issues)), statuses
    )


def sign_amount(row: Transaction) -> Decimal:
    """Return what the row adds to the account."""
    return row.amount if row.type == "credit" else -row.amount


def _is_printed(statement: Statement, path: str) -> bool:
    seen = statement.evidence.get(path)
    return seen is not None and seen.source is not Source.DERIVED


def is_newest_first(statement: Statement) -> bool:
    """Whether the running balances (or else the dates) run upwards on the page."""
    rows = statement.transactions
    pairs = list(pairwise(rows))
    down = sum(
        b.balance == a.balance + sign_amount(b) for a, b in pairs if a.balance is not None and b.balance is not None
    )
    up = sum(
        a.balance == b.balance + sign_amount(a) for a, b in pairs if a.balance is not None and b.balance is not None
    )
    if up != down:
        return up > down
    dates = [row.date for row in rows if row.date is not None]
    falls = sum(b < a for a, b in pairwise(dates))
    return falls > sum(b > a for a, b in pairwise(dates))


def _check_running_balance(statement: Statement, found: _Findings) -> None:
    order = list(range(len(statement.transactions)))
    if is_newest_first(statement):
        order.reverse()
    rows = statement.transactions
    opening = statement.summary.opening_balance
    known = opening if _is_printed(statement, "summary.opening_balance") else None
    before = "summary.opening_balance"
    group: list[int] = []
    held: list[str] = []
    first_bad: tuple[int, list[int], Decimal, Decimal] | None = None
    last = None
    for index in order:
        group.append(index)
        balance = rows[index].balance
        if balance is None:
            continue
        path = f"transactions.{index}.balance"
        if known is not None:
            expected = known + total_of(sign_amount(rows[i]) for i in group)
            fields = (before, *(f"transactions.{i}.amount" for i in group), path)
            if expected == balance:
                found.covered.update(group)
                found.proven.update(fields)
                held.extend(fields)
                last = (expected, balance)
            else:
                found.test(_row_rule(group, rows), expected, balance, fields)
                first_bad = first_bad or (index, list(group), known, balance)
        known, before, group = balance, path, []
    if held and last is not None:
        found.equations.append(
            Equation("running balance, row by row", last[0], last[1], Decimal(0), holds=True, fields=_unique(held))
        )
    if first_bad is not None:
        found.issues.append(_broken_row(statement, *first_bad, order))


def _row_rule(group: Sequence[int], rows: Sequence[Transaction]) -> str:
    if len(group) == 1:
        return f"balance before row {rows[group[0]].row} + its amount = its balance"
    return f"balance before row {rows[group[0]].row} + rows to {rows[group[-1]].row} = balance of row {rows[group[-1]].row}"


def _unique(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paths))


def _broken_row(
    statement: Statement, index: int, group: Sequence[int], known: Decimal, balance: Decimal, order: Sequence[int]
) -> Issue:
    rows = statement.transactions
    position = order.index(index)
    after = next(
        ((i, rows[i].balance) for i in order[position + 1 : position + 2] if rows[i].balance is not None), None
    )
    following = None if after is None or after[1] is None else (sign_amount(rows[after[0]]), after[1])
    repair = suggest_repair(known, [sign_amount(rows[i]) for i in group], balance, following)
    difference = balance - known - total_of(sign_amount(rows[i]) for i in group)
    suggestion = None if repair is None else {**repair, "row": rows[group[repair.get("at", len(group) - 1)]].row}
    if suggestion is not None:
        suggestion.pop("at", None)
        if suggestion["repair"] == "row_missing":  # where in the list it would stand
            suggestion["place"] = index + 1 if order[0] > order[-1] else index
    return Issue(
        "BALANCE_CHAIN_BROKEN",
        Severity.ERROR,
        f"Row {rows[index].row}: the running balance differs by {difference} from what the rows make it",
        (f"transactions.{index}.balance", *(f"transactions.{i}.amount" for i in group)),
        rows[index].page,
        suggestion,
    )


def _check_ends(statement: Statement, found: _Findings) -> None:
    """Test opening + credits - debits = closing where both ends are printed on their own."""
    summary, rows = statement.summary, statement.transactions
    opening, closing = summary.opening_balance, summary.closing_balance
    if opening is None or closing is None:
        return
    if not (_is_printed(statement, "summary.opening_balance") and _is_printed(statement, "summary.closing_balance")):
        return
    open_to_doubt = (index for index in range(len(rows)) if index not in found.covered)  # balances hold the others
    amounts = tuple(f"transactions.{index}.amount" for index in open_to_doubt)
    fields = ("summary.opening_balance", *amounts, "summary.closing_balance")
    total = total_of(sign_amount(row) for row in rows)
    if not rows and opening != closing and not _totals_zero(statement):
        return  # the movements stand elsewhere, or not at all: nothing to compare
    if found.test("opening_balance + credits - debits = closing_balance", opening + total, closing, fields):
        found.covered.update(range(len(rows)))
        return
    repair = suggest_repair(opening, [sign_amount(row) for row in rows], closing, None) if not found.covered else None
    found.issues.append(
        Issue(
            "BALANCE_MISMATCH",
            Severity.ERROR,
            f"Opening balance and movements make {opening + total}, the closing balance is {closing}",
            ("summary.opening_balance", "summary.closing_balance"),
            suggestion=repair,
        )
    )


def _totals_zero(statement: Statement) -> bool:
    return not statement.summary.total_credits and not statement.summary.total_debits


def _check_totals(statement: Statement, found: _Findings) -> None:
    summary = statement.summary
    for kind, printed, count in (
        ("credit", summary.total_credits, summary.credit_count),
        ("debit", summary.total_debits, summary.debit_count),
    ):
        rows = [(index, row) for index, row in enumerate(statement.transactions) if row.type == kind]
        path = f"summary.total_{kind}s"
        if printed is not None and _is_printed(statement, path) and statement.transactions:
            fields = (path, *(f"transactions.{index}.amount" for index, _ in rows))
            total = total_of(row.amount for _, row in rows) + _counted_opening(statement, kind, printed, rows)
            if not found.test(
                f"sum of {kind}s = total_{kind}s", total, printed, fields[:1] if found.covered else fields
            ):
                found.issues.append(
                    Issue(
                        "TOTAL_MISMATCH", Severity.WARNING, f"The {kind}s make {total}, printed are {printed}", (path,)
                    )
                )
        path = f"summary.{kind}_count"
        if count is None or not _is_printed(statement, path) or not statement.transactions:
            continue
        if not found.test(f"number of {kind}s = {kind}_count", Decimal(len(rows)), Decimal(count), (path,)):
            message = f"There are {len(rows)} {kind}s, printed are {count}"
            found.issues.append(Issue("COUNT_MISMATCH", Severity.WARNING, message, (path,)))


def _counted_opening(
    statement: Statement, kind: str, printed: Decimal, rows: Sequence[tuple[int, Transaction]]
) -> Decimal:
    """Return the opening balance where the printed sum counts it in, as some banks do; else 0."""
    opening = statement.summary.opening_balance
    if opening is None or (opening > 0) != (kind == "credit"):
        return Decimal(0)
    return abs(opening) if total_of(row.amount for _, row in rows) + abs(opening) == printed else Decimal(0)


def _check_dates(statement: Statement, found: _Findings) -> None:
    start, end = statement.statement_period.start_date, statement.statement_period.end_date
    dated = [(index, row.date) for index, row in enumerate(statement.transactions) if row.date is not None]
    if start is not None and end is not None and _is_printed(statement, "statement_period.start_date"):
        outside = [index for index, day in dated if not start - _BOOKED_LATE <= day <= end + _BOOKED_LATE]
        if outside:
            found.issues.append(
                Issue(
                    "DATE_OUTSIDE_PERIOD",
                    Severity.WARNING,
                    f"{len(outside)} rows lie outside of the statement's period",
                    tuple(f"transactions.{index}.date" for index in outside[:20]),
                )
            )
    strays = _out_of_order([day for _, day in dated])
    if strays:
        found.issues.append(
            Issue(
                "DATE_OUT_OF_ORDER",
                Severity.INFO,
                f"{len(strays)} rows break the order of dates",
                tuple(f"transactions.{dated[place][0]}.date" for place in strays[:20]),
            )
        )
    undated = [index for index, row in enumerate(statement.transactions) if row.date is None]
    if undated:
        found.issues.append(
            Issue(
                "DATE_MISSING",
                Severity.WARNING,
                f"{len(undated)} rows have no date",
                tuple(f"transactions.{index}.date" for index in undated[:20]),
            )
        )


def _out_of_order(days: Sequence[date]) -> list[int]:
    """Return the places where a date steps back, when most do not: statements sorted by something else have no order."""
    steps = list(pairwise(days))
    down = [place + 1 for place, (a, b) in enumerate(steps) if b < a]
    up = [place + 1 for place, (a, b) in enumerate(steps) if b > a]
    few, many = (down, up) if len(down) <= len(up) else (up, down)
    return few if few and len(few) * 5 <= len(many) else []


def _judge(statement: Statement, found: _Findings) -> Verdict:
    chain = [equation for equation in found.equations if not equation.rule.startswith(("number of", "sum of"))]
    if any(not equation.holds for equation in found.equations):
        return Verdict.CONTRADICTED
    if not found.equations:
        return Verdict.UNVERIFIABLE
    rows = statement.transactions
    whole = bool(chain) and bool(rows) and len(found.covered) == len(rows) and all(row.date is not None for row in rows)
    doubtful = any(issue.code in _DOUBTS_ON_DATES for issue in statement.checks.issues)
    return Verdict.PROVEN if whole and not doubtful else Verdict.CONSISTENT


def _is_straight(statement: Statement, found: _Findings, verdict: Verdict) -> bool:
    return (
        verdict is Verdict.PROVEN
        and not statement.unparsed_lines
        and all(issue.severity is Severity.INFO for issue in found.issues)
        and all(path in statement.evidence for path in _REQUIRED)
    )
