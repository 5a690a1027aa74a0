"""Several results in one table or one workbook: a row says of which document it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bursar.exports.accounts import list_accounts, name_account
from bursar.exports.spreadsheets import dump_csv, dump_xlsx
from bursar.exports.tables import LABELLED, Row, Table, tabulate, tabulate_rows
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

_OF = ("document", "job_id")
_DOCUMENTS = (
    *_OF, "document_type", "party", "number", "first_day", "last_day", "currency", "amount", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A result, with the name of its document and the id of its job."""

    document: str
    job_id: str
    fact: Invoice | Statement


def write_gathered_csv(results: Sequence[Named]) -> bytes:
    """Return the rows of all results as one table, in the dialect of `write_csv`; all must be of one kind."""
    return dump_csv(_gather("", [(one, tabulate_rows(one.fact)) for one in results]))


def write_gathered_xlsx(results: Sequence[Named]) -> bytes:
    """Return one workbook: a sheet with a row for each document, then one for each kind of row that there is."""
    by_sheet: dict[str, list[tuple[Named, Table]]] = {}
    for one in results:
        for table in tabulate(one.fact):
            if table.rows and table.heading != LABELLED:
                by_sheet.setdefault(table.name, []).append((one, table))
    sheets = (_gather(name, tables) for name, tables in by_sheet.items())
    return dump_xlsx([_tabulate_documents(results), *sheets])


def _gather(name: str, tables: Sequence[tuple[Named, Table]]) -> Table:
    rows = chain.from_iterable(((one.document, one.job_id, *row) for row in table.rows) for one, table in tables)
    return Table(name, (*_OF, *tables[0][1].heading), tuple(rows))


def _tabulate_documents(results: Iterable[Named]) -> Table:
    """Return a row for each invoice, and for each account of a statement: what one files it by."""
    return Table("Documents", _DOCUMENTS, tuple(chain.from_iterable(map(_list_documents, results))))


def _list_documents(one: Named) -> Iterable[Row]:
    fact = one.fact
    what = (one.document, one.job_id, fact.document_type)
    if isinstance(fact, Invoice):
        info = fact.invoice_info
        named = (fact.vendor.name, info.invoice_number, info.invoice_date, info.due_date, info.currency)
        yield (*what, *named, fact.summary.total, fact.checks.verdict)
        return
    for account in list_accounts(fact):
        holder, period = account.account_info, account.statement_period
        of = (holder.bank_name, name_account(holder), period.start_date, period.end_date, holder.currency)
        yield (*what, *of, account.summary.closing_balance, account.checks.verdict)
