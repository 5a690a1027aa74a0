"""Facts as tables: one of rows, for CSV, and several, for a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from bursar.exports.accounts import identify, list_accounts, name_account, sign_of
from bursar.facts.invoice import Invoice, InvoiceLine
from bursar.facts.statement import Account, Statement

Cell = str | Decimal | int | date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading for each column, and rows as long."""

    name: str
    heading: tuple[str, ...]
    rows: tuple[Row, ...]


_TRANSACTIONS = (
    "transaction_id", "account", "date", "value_date", "description", "counterparty", "reference", "type", "amount",
    "currency", "balance", "original_amount", "original_currency", "exchange_rate", "category", "page", "row",
)  # fmt: skip
_INVOICE = (
    "document_type", "invoice_number", "invoice_date", "due_date", "vendor", "vendor_tax_id", "customer",
    "customer_tax_id", "currency", "subtotal", "tax_total", "total", "amount_due",
)  # fmt: skip
_ITEM = (
    "line_number", "description", "product_code", "hsn_code", "quantity", "unit", "unit_price", "discount", "tax_rate",
    "tax_amount", "amount",
)  # fmt: skip
_TAX = ("kind", "rate", "base", "amount", "note")
LABELLED = ("field", "value")
"""The heading of a table that says one thing a row."""


def tabulate_rows(fact: Invoice | Statement) -> Table:
    """Return one table: a statement's transactions, or an invoice's lines, each with its invoice beside it."""
    return _tabulate_transactions(fact) if isinstance(fact, Statement) else _tabulate_lines(fact)


def tabulate(fact: Invoice | Statement) -> tuple[Table, ...]:
    """Return the tables of a workbook."""
    if isinstance(fact, Statement):
        return (_tabulate_transactions(fact), _tabulate_accounts(fact))
    items = tuple(_row_of_item(item) for item in fact.items)
    taxes = tuple((tax.kind, tax.rate, tax.base, tax.amount, tax.note) for tax in fact.taxes)
    invoice = (*zip(_INVOICE, _row_of_invoice(fact), strict=True), *_paths("summary", asdict(fact.summary)))
    return (Table("Items", _ITEM, items), Table("Invoice", LABELLED, invoice), Table("Taxes", _TAX, taxes))


def _tabulate_transactions(statement: Statement) -> Table:
    rows = tuple(row for account in list_accounts(statement) for row in _rows_of_account(account))
    return Table("Transactions", _TRANSACTIONS, rows)


def _rows_of_account(account: Account) -> Iterator[Row]:
    """Yield the rows; an amount carries its sign, so that the column adds up."""
    info = account.account_info
    for identifier, row in identify(account):
        yield (
            identifier,
            name_account(info),
            row.date,
            row.value_date,
            row.description,
            row.counterparty,
            row.reference,
            row.type,
            sign_of(row),
            row.currency or info.currency,
            row.balance,
            row.original_amount,
            row.original_currency,
            row.exchange_rate,
            row.category,
            row.page,
            row.row,
        )


def _tabulate_accounts(statement: Statement) -> Table:
    rows = tuple(
        (f"{number}.{name}", value)
        for number, account in enumerate(list_accounts(statement), 1)
        for part in ("account_info", "statement_period", "summary")
        for name, value in _paths(part, asdict(getattr(account, part)))
    )
    return Table("Accounts", LABELLED, rows)


def _paths(part: str, values: dict[str, Cell]) -> Iterator[tuple[str, Cell]]:
    return ((f"{part}.{name}", value) for name, value in values.items())


def _tabulate_lines(invoice: Invoice) -> Table:
    """Return a row for each line; an invoice without lines keeps one, for its totals."""
    before = _row_of_invoice(invoice)
    lines = [_row_of_item(item) for item in invoice.items] or [(None,) * len(_ITEM)]
    heading = (*_INVOICE, *(f"item_{name}" for name in _ITEM))
    return Table("Items", heading, tuple(before + line for line in lines))


def _row_of_invoice(invoice: Invoice) -> Row:
    info, summary = invoice.invoice_info, invoice.summary
    return (
        invoice.document_type,
        info.invoice_number,
        info.invoice_date,
        info.due_date,
        invoice.vendor.name,
        invoice.vendor.tax_id,
        invoice.customer.name,
        invoice.customer.tax_id,
        info.currency,
        summary.subtotal,
        summary.tax_total,
        summary.total,
        summary.amount_due,
    )


def _row_of_item(item: InvoiceLine) -> Row:
    return tuple(getattr(item, name) for name in _ITEM)
