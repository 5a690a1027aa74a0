"""Item lines that a document lists below its total, without a head of columns, told by their sum alone."""

from __future__ import annotations

from collections import defaultdict

from bursar.extraction.invoices.layout import Found, Layout, Row, join
from bursar.extraction.invoices.money_cells import Cell, find_cells
from bursar.extraction.invoices.plain_items import PlainItem
from bursar.extraction.invoices.total_lines import find_stated_totals
from bursar.facts.money import total_of

_EDGE_PT = 2.0  # lines of one list begin within so much of one another
_LETTERS = 3


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
                return [_build(row, cell) for row, cell in parts]
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


def _build(row: Row, cell: Cell) -> PlainItem:
    tokens = row.segments[0].tokens
    amount, text = Found(cell.value, cell.tokens, 0.8), Found(join(tokens), tokens, 0.8)
    return PlainItem(amount, text, None, None, row.page, (row.index,))
