"""What an account owes with earlier invoices that are listed below the total: it is not what is due of this one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Found, Layout, Row, Token
from bursar.extraction.invoices.money_cells import cells_of_row
from bursar.facts.money import total_of


def owes_earlier_invoices(layout: Layout, due: Decimal, due_tokens: Sequence[Token], total: Found[Decimal]) -> bool:
    """Whether an amount due, higher than the total, is the sum of dated rows between both, with the total or without it.

    A balance brought forward, or whatever else has a word for totals, is no row of a list of invoices.
    """
    if not (due_tokens and total.tokens) or due <= total.value:
        return False
    amounts = [
        cells[0].value
        for row in _rows_between(layout, total.tokens[0], due_tokens[0])
        if find_dates(row.text)
        and not _states_total(layout, row)
        and (cells := [cell for cell in cells_of_row(row, None) if cell.is_money])
    ]
    return bool(amounts) and total_of(amounts) in (due, due - total.value)


def _states_total(layout: Layout, row: Row) -> bool:
    return any(hit.opens and hit.keys("totals") for hit in layout.hits_of_row.get(row.index, ()))


def _rows_between(layout: Layout, first: Token, last: Token) -> list[Row]:
    low, high = ((token.page, token.box.center_y) for token in (first, last))
    return [row for row in layout.rows if low < (row.page, row.box.y0) and (row.page, row.box.y1) < high]
