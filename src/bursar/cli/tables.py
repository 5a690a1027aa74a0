"""Facts as tables on a terminal, for a person's look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bursar.facts.evidence import Checks, Evidence, Severity, Status, Verdict
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

_MARKS = {
    Status.PROVEN: "[green]✓[/]",
    Status.CONSISTENT: "[cyan]≈[/]",
    Status.UNCHECKED: "·",
    Status.CONTRADICTED: "[red]✗[/]",
}
_VERDICTS = {
    Verdict.PROVEN: "green",
    Verdict.CONSISTENT: "cyan",
    Verdict.UNVERIFIABLE: "yellow",
    Verdict.CONTRADICTED: "red",
}
_SEVERITIES = {Severity.INFO: "dim", Severity.WARNING: "yellow", Severity.ERROR: "red"}
_ITEM_COLUMNS = ("line_number", "product_code", "description", "quantity", "unit", "unit_price", "tax_rate", "amount")
_TRANSACTION_COLUMNS = ("row", "date", "value_date", "description", "reference", "type", "amount", "balance")
_INVOICE_SECTIONS = ("invoice_info", "vendor", "customer", "summary", "payment")
_STATEMENT_SECTIONS = ("account_info", "statement_period", "summary")


def print_fact(console: Console, name: str, fact: Invoice | Statement) -> None:
    """Print a document: its fields with their status, its rows, the verdict and the issues."""
    console.rule(f"[bold]{escape(name)}[/] · {fact.document_type}")
    sections = _INVOICE_SECTIONS if isinstance(fact, Invoice) else _STATEMENT_SECTIONS
    console.print(_field_table(fact, sections))
    if isinstance(fact, Invoice):
        _print_rows(console, "items", fact.items, _ITEM_COLUMNS, fact.evidence)
        _print_rows(console, "taxes", fact.taxes, ("kind", "rate", "base", "amount"), fact.evidence)
    else:
        _print_rows(console, "transactions", fact.transactions, _TRANSACTION_COLUMNS, fact.evidence)
        for line in fact.unparsed_lines:
            console.print(f"[yellow]not read[/] page {line.page}: {escape(line.text)}")
    _print_checks(console, fact.checks)


def _field_table(fact: Invoice | Statement, sections: Iterable[str]) -> Table:
    table = Table(show_header=True, header_style="bold", box=None, pad_edge=False)
    for heading in ("field", "value", "", "as printed", "page"):
        table.add_column(heading, overflow="fold")
    for section in sections:
        for path, value in _values(section, getattr(fact, section)):
            seen = fact.evidence.get(path)
            printed = (seen.text or "") if seen else ""
            page = str(seen.page) if seen and seen.page else ""
            table.add_row(path, _show(value), _mark(seen), f"[dim]{escape(printed)}[/]", page)
    return table


def _values(path: str, value: Any) -> Iterable[tuple[str, Any]]:
    """Yield the values that are there, with their paths."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _values(f"{path}.{field.name}", getattr(value, field.name))
    elif value not in (None, (), ""):
        yield path, value


def _print_rows(
    console: Console, name: str, rows: tuple[Any, ...], columns: Iterable[str], evidence: dict[str, Evidence]
) -> None:
    """Print the rows; columns in which nothing stands are left out."""
    used = [column for column in columns if any(getattr(row, column) is not None for row in rows)]
    if not used:
        return
    table = Table(title=f"{name} ({len(rows)})", title_justify="left", header_style="bold")
    for column in used:
        is_number = any(isinstance(getattr(row, column), Decimal | int) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    table.add_column("")
    for index, row in enumerate(rows):
        mark = _mark(evidence.get(f"{name}.{index}.balance") or evidence.get(f"{name}.{index}.amount"))
        table.add_row(*(_show(getattr(row, column)) for column in used), mark)
    console.print(table)


def _print_checks(console: Console, checks: Checks) -> None:
    holding = sum(equation.holds for equation in checks.equations)
    style = _VERDICTS[checks.verdict]
    through = "a person need not look" if checks.straight_through else "a person should look"
    console.print(
        f"[bold {style}]{checks.verdict}[/] · {holding} of {len(checks.equations)} equations hold · {through}"
    )
    for equation in checks.equations:
        if not equation.holds:
            console.print(f"  [red]✗[/] {escape(equation.rule)}: {equation.left} ≠ {equation.right}")
    for issue in checks.issues:
        style = _SEVERITIES[issue.severity]
        console.print(f"  [{style}]{issue.severity} {issue.code}[/]: {escape(issue.message)}")


def _mark(seen: Evidence | None) -> str:
    return _MARKS[seen.status] if seen else ""


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return escape(", ".join(str(part) for part in value))
    return escape(str(value))
