"""Item lines that a document lists without a head of columns, below its total or below a table, told by their sum alone."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from bursar.extraction.dates import read_date
from bursar.extraction.invoices.layout import Found, Layout, Row, join
from bursar.extraction.invoices.money_cells import Cell, cells_of_row, find_cells
from bursar.extraction.invoices.plain_items import PlainItem
from bursar.extraction.invoices.total_lines import find_stated_totals
from bursar.facts.money import total_of

_EDGE_PT = 2.0  # lines of one list begin within so much of one another
_LETTERS = 3
_INVOICES = {"title_number", "invoice_number", "preceding_invoice"}
_BALANCES = {"previous_balance", "amount_due", "amount_paid", "tendered"}


def read_listed_items(layout: Layout, mark: str | None) -> list[PlainItem]:
    """Return the lines of a list of texts with an amount each whose amounts add up to a total of the document.

    A bill that begins with its summary lists afterwards what the sum is made of. The lines of the list begin at one edge
    in one size; two or more of them, none zero, must make a total to the cent, otherwise there is no list. A line of the
    summary that has the whole total is none of them.
    """
    totals = find_stated_totals(layout, mark)
    groups: dict[tuple[int, int, int], list[tuple[Row, Cell]]] = defaultdict(list)
    for row in layout.rows:
        cell = _find_amount(layout, row, mark)
        if cell is not None and cell.value:
            first = row.segments[0]
            groups[row.page, round(first.box.x0 / _EDGE_PT), round(first.size)].append((row, cell))
    for lines in groups.values():
        for total in sorted(totals, reverse=True):
            parts = [(row, cell) for row, cell in lines if cell.value != total]
            if len(parts) > 1 and total_of(cell.value for _, cell in parts) == total:
                return [build_line(row, cell) for row, cell in parts]
    return []


def _find_amount(layout: Layout, row: Row, mark: str | None) -> Cell | None:
    """Return the amount that ends a row of words, of which none is a label and no other is a number of money."""
    if len(row.segments) != 2 or any(hit.opens for hit in layout.hits_of_row.get(row.index, ())):
        return None
    text, last = row.segments
    cells = find_cells(last, mark)
    alone = len(cells) == 1 and cells[0].is_money and len(cells[0].tokens) == len(last.tokens)
    if not alone or sum(c.isalpha() for c in text.text) < _LETTERS or find_cells(text, mark):
        return None
    return cells[0]


def read_lists_below(
    layout: Layout, last_row: int, above: Decimal, totals: frozenset[Decimal], mark: str | None
) -> list[PlainItem]:
    """Return the lines of lists below the table that a total needs beside it: «Costs advanced» below «Fees».

    A list has a foot that is called a total of lines. It is the sum of the rows right above, and makes another total with
    what the table, whose sum is printed as well, came to. Earlier invoices, balances and payments are no lines.
    """
    if above not in totals:
        return []
    for row in layout.rows[last_row + 1 :]:
        foot = _find_foot(layout, row, mark)
        if foot is None or not foot.value or foot.value == above or above + foot.value not in totals:
            continue
        lines = _read_up(layout, row, foot, last_row, mark)
        if lines:
            return [build_line(row, cell) for row, cell in lines]
    return []


def _find_foot(layout: Layout, row: Row, mark: str | None) -> Cell | None:
    """Return the one amount of a row that is called a total of lines."""
    hits = layout.hits_of_row.get(row.index, ())
    if not any(hit.opens and hit.means("totals", {"items_total"}) for hit in hits) or _names_account(layout, row):
        return None
    cells = [cell for cell in cells_of_row(row, mark) if cell.is_money]
    return cells[0] if len(cells) == 1 else None


def _read_up(layout: Layout, foot_row: Row, foot: Cell, last_row: int, mark: str | None) -> list[tuple[Row, Cell]]:
    """Return the rows right above a foot that come to it, each with an amount below the other's; none where they do not."""
    found: list[tuple[Row, Cell]] = []
    for row in reversed(layout.rows[last_row + 1 : foot_row.index]):
        if row.page != foot_row.page:
            break
        cell = find_amount_above(row, foot, mark)
        if cell is None or not _names_line(layout, row):
            break
        found.insert(0, (row, cell))
        if total_of(cell.value for _, cell in found) == foot.value:
            return found
    return []


def _names_line(layout: Layout, row: Row) -> bool:
    """Whether words stand before a row's amount, of which the first are for no total."""
    words = sum(c.isalpha() for segment in row.segments[:-1] for c in segment.text)
    hits = layout.hits_of_row.get(row.index, ())
    is_total = any(hit.opens and hit.keys("totals") for hit in hits)
    return words >= _LETTERS and not is_total and not _names_account(layout, row)


def _names_account(layout: Layout, row: Row) -> bool:
    """Whether a row names an invoice, a balance or a payment."""
    hits = layout.hits_of_row.get(row.index, ())
    return any(hit.means("fields", _INVOICES) or hit.means("totals", _BALANCES) for hit in hits)


def find_amount_above(row: Row, foot: Cell, mark: str | None) -> Cell | None:
    """Return the one amount that ends a row in the column of a foot below it."""
    last = row.segments[-1]
    cells = find_cells(last, mark)
    alone = len(cells) == 1 and cells[0].is_money and abs(cells[0].box.x1 - foot.box.x1) <= last.size
    return cells[0] if alone else None


def build_line(row: Row, cell: Cell) -> PlainItem:
    """Return a line of the words before its amount, without a date before them."""
    segments = [segment for segment in row.segments[:-1] if read_date(segment.text) is None] or row.segments[:1]
    tokens = tuple(token for segment in segments for token in segment.tokens)
    amount, text = Found(cell.value, cell.tokens, 0.8), Found(join(tokens), tokens, 0.8)
    return PlainItem(amount, text, None, None, row.page, (row.index,))
