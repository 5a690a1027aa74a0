"""Tables as CSV and XLSX, in which nothing that stood on a page is ever run as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from bursar.exports.elements import printable
from bursar.exports.tables import Cell, Table, tabulate, tabulate_rows
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

_STARTS_A_FORMULA = ("=", "+", "-", "@")
_LONGEST_CELL = 32_767  # characters; Excel refuses to open a file with more in one cell
_EXACT_DIGITS = 15  # of a number in a workbook, which is a binary one when it is opened
_WIDEST = 60


def write_csv(fact: Invoice | Statement) -> bytes:
    """Return RFC 4180 in UTF-8 without a byte order mark: comma, CRLF, a point in numbers, ISO 8601 dates.

    Text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection); numbers never do.
    """
    return dump_csv(tabulate_rows(fact))


def dump_csv(table: Table) -> bytes:
    """Return a table in that dialect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.heading)
    writer.writerows([_write_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def _write_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _disarm(printable(cell))
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return "" if cell is None else str(cell)


def _disarm(text: str) -> str:
    """Put an apostrophe before what begins like a formula, as programs see it: without blanks, in half-width letters."""
    seen = unicodedata.normalize("NFKC", text).lstrip("\t\r\n \ufeff\u200b")
    return f"'{text}" if seen.startswith(_STARTS_A_FORMULA) or text.startswith(("\t", "\r", "\n")) else text


def write_xlsx(fact: Invoice | Statement) -> bytes:
    """Return a workbook: rows first, then what the document says as a whole. Text is text, numbers and dates are such."""
    return dump_xlsx(tabulate(fact))


def dump_xlsx(tables: Iterable[Table]) -> bytes:
    """Return a workbook with a sheet for each table."""
    import xlsxwriter  # noqa: PLC0415 (a quarter of the start-up of a command that seldom needs it)

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 (the same facts, the same bytes)
        forms = {"head": workbook.add_format({"bold": True}), "date": workbook.add_format({"num_format": "yyyy-mm-dd"})}
        for table in tables:
            _write_sheet(workbook.add_worksheet(table.name), table, forms)
    return out.getvalue()


def _write_sheet(sheet: object, table: Table, forms: dict[str, object]) -> None:
    sheet.freeze_panes(1, 0)  # type: ignore[attr-defined]
    for column, name in enumerate(table.heading):
        sheet.write_string(0, column, name, forms["head"])  # type: ignore[attr-defined]
        widths = (len(_write_cell(row[column])) for row in table.rows)
        sheet.set_column(column, column, min(_WIDEST, max(len(name), *widths, 0) + 2))  # type: ignore[attr-defined]
    for line, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            _put_cell(sheet, line, column, cell, forms["date"])


def _put_cell(sheet: object, line: int, column: int, cell: Cell, date_form: object) -> None:
    """Write a cell as what it is. A number with more digits than a workbook keeps is written as text, and so whole."""
    if cell is None:
        return
    if isinstance(cell, date):
        sheet.write_datetime(line, column, cell, date_form)  # type: ignore[attr-defined]
    elif isinstance(cell, Decimal | int) and len(Decimal(cell).as_tuple().digits) <= _EXACT_DIGITS:
        sheet.write_number(line, column, cell)  # type: ignore[attr-defined]
    else:
        text = printable(cell) if isinstance(cell, str) else _write_cell(cell)
        sheet.write_string(line, column, text[:_LONGEST_CELL])  # type: ignore[attr-defined]
