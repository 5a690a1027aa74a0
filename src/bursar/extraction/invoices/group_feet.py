"""Rows that look like a table's end and are the foot of a group: the sum of the lines above, with lines of the next below."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.layout import Layout, join
from bursar.extraction.invoices.row_cells import RowCells
from bursar.extraction.invoices.row_roles import is_anchor
from bursar.extraction.invoices.total_lines import words_for_sums
from bursar.extraction.labels.vocabulary import compact

_PRICED = {"quantity", "unit_price"}
_LONGEST_SUM = 3  # words for a sum before what it is of
_EDGE = 1.0  # in heights of type, by which lines of one column begin apart at most
_NOT_OF_LINES = {"shipping", "discount", "rounding", "tip", "service_charge", "withholding", "amount_paid", "tax"}


def is_sum_of_last(cells: RowCells, lines: Sequence[RowCells]) -> bool:
    """Whether a row states what the last lines above it come to, one of them at least."""
    wanted = _amount_of(cells)
    running = Decimal(0)
    if not wanted:
        return False
    for line in reversed(lines):
        running += _amount_of(line) or Decimal(0)
        if running == wanted:
            return True
    return False


def goes_on_behind_sum(layout: Layout, pending: Sequence[RowCells], above: Sequence[RowCells], head: Head) -> bool:
    """Whether the last of the rows behind a sum is a line as those above it are.

    It has quantity and price where they have, and begins where they do; where they have neither, a heading stands between.
    """
    line, lines = pending[-1], [cells for cells in above if is_anchor(cells, head)]
    if any(hit.opens and hit.means("totals", _NOT_OF_LINES) for hit in layout.hits_of_row.get(line.row.index, ())):
        return False
    usual = [kind for kind in _PRICED if all(kind in cells.numbers for cells in lines)]
    if not usual and not any(cells.texts and not cells.numbers for cells in pending[1:-1]):
        return False
    first = line.row.segments[0]
    edge = min(abs(cells.row.segments[0].box.x0 - first.box.x0) for cells in lines)
    return all(kind in line.numbers for kind in usual) and edge <= _EDGE * first.size


def _amount_of(cells: RowCells) -> Decimal | None:
    return next((cells.numbers[kind].value for kind in AMOUNTS if kind in cells.numbers), None)


def find_heading(cells: RowCells, waiting: Sequence[RowCells]) -> RowCells | None:
    """Return the heading that a row sums up in its words: «Total catering» below «Catering» and lines without amounts."""
    tokens = cells.texts.get("description", ())
    words = [compact(token.text) for token in tokens]
    for start in range(1, min(len(words), _LONGEST_SUM + 1)):
        if "".join(words[:start]) in words_for_sums():
            rest = "".join(words[start:])
            named = (each for each in waiting if not each.numbers and _says(each, rest))
            if rest and (found := next(named, None)) is not None:
                return found
    return None


def _says(cells: RowCells, words: str) -> bool:
    return compact(join(cells.texts.get("description", ()))) == words
