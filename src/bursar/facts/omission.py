"""Results without the parts that a caller does not want. The parts were read and checked: what is left is as well proven."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bursar.facts.evidence import Checks
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

PARTS = ("line_items", "transactions", "tax")

_PATHS = {
    "line_items": re.compile(r"items(\..*)?"),
    "transactions": re.compile(r"(accounts\.\d+\.)?transactions(\..*)?"),
    "tax": re.compile(r"taxes(\..*)?|summary\.tax_total|items\.\d+\.tax_(rate|amount)"),
}


def leave_out(fact: Invoice | Statement, parts: Collection[str]) -> Invoice | Statement:
    """Return the fact without the `PARTS` named: no values, no evidence, no issue or equation about nothing else."""
    if not parts:
        return fact
    paths = [_PATHS[part] for part in parts]
    evidence = {path: seen for path, seen in fact.evidence.items() if not _is_in(path, paths)}
    fact = replace(fact, evidence=evidence, checks=_thin_out(fact.checks, paths))
    return _empty_statement(fact, parts, paths) if isinstance(fact, Statement) else _empty_invoice(fact, parts)


def _empty_invoice(invoice: Invoice, parts: Collection[str]) -> Invoice:
    if "line_items" in parts:
        invoice = replace(invoice, items=())
    if "tax" in parts:
        items = tuple(replace(item, tax_rate=None, tax_amount=None) for item in invoice.items)
        summary = replace(invoice.summary, tax_total=None)
        invoice = replace(invoice, items=items, taxes=(), summary=summary)
    return invoice


def _empty_statement(statement: Statement, parts: Collection[str], paths: list[re.Pattern[str]]) -> Statement:
    if "transactions" not in parts:
        return statement
    accounts = tuple(
        replace(account, transactions=(), checks=_thin_out(account.checks, paths)) for account in statement.accounts
    )
    return replace(statement, transactions=(), accounts=accounts, unparsed_lines=())


def _thin_out(checks: Checks, paths: list[re.Pattern[str]]) -> Checks:
    """Return the checks without those that are about left out values alone; the others name what is left."""
    equations = [
        replace(equation, fields=left)
        for equation in checks.equations
        if (left := _without(equation.fields, paths)) or not equation.fields
    ]
    issues = [
        replace(issue, fields=left)
        for issue in checks.issues
        if (left := _without(issue.fields, paths)) or not issue.fields
    ]
    return replace(checks, equations=tuple(equations), issues=tuple(issues))


def _without(fields: tuple[str, ...], paths: list[re.Pattern[str]]) -> tuple[str, ...]:
    return tuple(field for field in fields if not _is_in(field, paths))


def _is_in(path: str, paths: list[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(path) for pattern in paths)
