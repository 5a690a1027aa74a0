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
from bursar.facts.invoice import Invoice, TaxId
from bursar.facts.statement import Account, Statement

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
_TRANSACTION_COLUMNS = (
    "row",
    "date",
    "value_date",
    "description",
    "reference",
    "category",
    "type",
    "amount",
    "balance",
    "original_amount",
    "original_currency",
)
_HEADINGS = {"line_number": "#", "row": "#", "product_code": "code", "tax_rate": "tax %"}
_INVOICE_SECTIONS = ("invoice_info", "vendor", "customer", "summary", "payment")
_STATEMENT_SECTIONS = ("account_info", "statement_period", "summary")


def print_fact(console: Console, name: str, fact: Invoice | Statement) -> None:
    """Print a document: its fields with their status, its rows, the verdict and the issues."""
    console.rule(f"[bold]{escape(name)}[/] · {fact.document_type}")
    sections = _INVOICE_SECTIONS if isinstance(fact, Invoice) else _STATEMENT_SECTIONS
    console.print(_field_table(fact, fact.evidence, sections))
    if isinstance(fact, Invoice):
        _print_rows(console, "items", fact.items, _ITEM_COLUMNS, fact.evidence)
        _print_rows(console, "taxes", fact.taxes, ("kind", "rate", "base", "amount"), fact.evidence)
    else:
        _print_rows(console, "transactions", fact.transactions, _TRANSACTION_COLUMNS, fact.evidence)
        for index, account in enumerate(fact.accounts[1:], 1):  # the first is the document's own
            _print_account(console, f"accounts.{index}", account, fact.evidence)
        for line in fact.unparsed_lines:
            console.print(f"[yellow]not read[/] page {line.page}: {escape(line.text)}")
    _print_checks(console, fact.checks)


def _print_account(console: Console, path: str, account: Account, evidence: dict[str, Evidence]) -> None:
    """Print a further account of a statement, with its own verdict."""
    own = {name.removeprefix(f"{path}."): seen for name, seen in evidence.items() if name.startswith(f"{path}.")}
    console.print(
        f"\n[bold]account {escape(account.account_info.iban or account.account_info.account_number or path)}[/]"
    )
    console.print(_field_table(account, own, _STATEMENT_SECTIONS))
    _print_rows(console, "transactions", account.transactions, _TRANSACTION_COLUMNS, own)
    _print_checks(console, account.checks)


def _field_table(fact: Any, evidence: dict[str, Evidence], sections: Iterable[str]) -> Table:
    """A table of the fields that are there, a heading for each section; addresses as one text, not in parts."""
    table = Table(show_header=True, header_style="bold", box=None, pad_edge=False)
    table.add_column("field", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("")
    table.add_column("as printed", overflow="fold", style="dim")
    table.add_column("page", justify="right")
    for section in sections:
        rows = [(path, value) for path, value in _values(section, getattr(fact, section)) if not _is_part(path)]
        if rows:
            table.add_row(f"[bold]{_spell(section)}[/]")
        for path, value in rows:
            seen = evidence.get(path)
            shown, page = _show(value), str(seen.page) if seen and seen.page else ""
            label = path.removeprefix(f"{section}.").removesuffix(".text").rpartition(".")[2]
            table.add_row(f"  {_spell(label)}", shown, _mark(seen), _printed(seen, shown), page)
    return table


def _is_part(path: str) -> bool:
    return ".address." in path and not path.endswith(".text")


def _printed(seen: Evidence | None, shown: str) -> str:
    """The text on the page, where it says more than the value does."""
    text = escape(seen.text or "") if seen else ""
    return "" if text.split() == shown.split() else text


def _spell(name: str) -> str:
    return name.replace("_", " ").replace("info", "").strip()


def _values(path: str, value: Any) -> Iterable[tuple[str, Any]]:
    """Yield the values that are there, with their paths."""
    if is_dataclass(value) and not isinstance(value, type | TaxId):
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
        heading = _HEADINGS.get(column, _spell(column))
        is_text = column in ("description", "reference")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold", no_wrap=not is_text)
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
        return ", ".join(_show(part) for part in value)
    if isinstance(value, TaxId):
        return escape(f"{value.kind} {value.value}")
    return escape(str(value))
