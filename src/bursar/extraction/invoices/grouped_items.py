"""Item lines in groups without a head of columns: each group has a heading, and a foot that is called its total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from bursar.extraction.invoices.layout import Layout, Row
from bursar.extraction.invoices.listed_items import build_line, find_amount_above
from bursar.extraction.invoices.money_cells import Cell, cells_of_row
from bursar.extraction.invoices.plain_items import PlainItem
from bursar.extraction.invoices.total_lines import STATED_TOTALS, words_for_sums
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.money import total_of

_LETTERS = 3
_MOST_ROWS = 40  # of one group
_LONGEST_SUM = 2  # words for a sum before what it is of
_OF_TAX = {"tax", "tax_total"}


class _Group(Struct, frozen=True):
    """A heading, the lines below it with their amounts, and their sum as the foot has it."""

    heading: Row
    foot: Row
    lines: list[tuple[Row, Cell]]
    total: Decimal


def read_grouped_items(layout: Layout, mark: str | None) -> list[PlainItem]:
    """Return the lines of groups: «Monthly charges», lines with an amount each, «Total monthly charges 238.89».

    The lines of each come to its foot, and the feet to a total of the document; a group that is called a tax is none.
    """
    groups = list(_find_groups(layout, mark))
    if not groups:
        return []
    charges = [group for group in groups if not _names_tax(layout, group.heading)]
    lines = [line for group in charges for line in group.lines]
    whole, feet = total_of(group.total for group in charges), {group.foot.index for group in groups}
    is_whole = len(lines) > 1 and any(value == whole for value in _totals_beside(layout, feet, mark))
    return [build_line(row, cell) for row, cell in lines] if is_whole else []


def _totals_beside(layout: Layout, feet: set[int], mark: str | None) -> Iterator[Decimal]:
    """Give the amounts on rows that are called a total, other than the feet of groups."""
    rows = {hit.segment.row for hit in layout.hits if hit.opens and hit.means("totals", STATED_TOTALS)}
    for row in rows - feet:
        yield from (cell.value for cell in cells_of_row(layout.rows[row], mark) if cell.is_money)


def _find_groups(layout: Layout, mark: str | None) -> Iterator[_Group]:
    last = -1
    for row in layout.rows:
        what = _sum_of_what(row)
        cells = [cell for cell in cells_of_row(row, mark) if cell.is_money] if what else []
        if len(cells) != 1:
            continue
        heading = _find_heading(layout, row, last, what)
        group = _read_group(layout, heading, row, cells[0], mark) if heading is not None else None
        if group is not None:
            last = row.index
            yield group


def _sum_of_what(row: Row) -> str:
    """Return what a row is the total of, by the words behind one for a total; empty where it is none."""
    words = [compact(token.text) for token in row.segments[0].tokens] if len(row.segments) > 1 else []
    for size in range(1, min(len(words), _LONGEST_SUM + 1)):
        if "".join(words[:size]) in words_for_sums():
            return "".join(words[size:])
    return ""


def _find_heading(layout: Layout, foot: Row, last: int, words: str) -> Row | None:
    """Return the row of nothing but some words above a foot on its page, behind the foot before it."""
    for row in reversed(layout.rows[max(last + 1, foot.index - _MOST_ROWS) : foot.index]):
        if row.page != foot.page:
            return None
        if len(row.segments) == 1 and compact(row.text) == words:
            return row
    return None


def _read_group(layout: Layout, heading: Row, foot: Row, total: Cell, mark: str | None) -> _Group | None:
    """Return the lines between heading and foot where their amounts, below one another, come to the foot's."""
    lines = []
    for row in layout.rows[heading.index + 1 : foot.index]:
        cell = find_amount_above(row, total, mark)
        if cell is not None and len(row.segments) > 1 and sum(c.isalpha() for c in row.segments[0].text) >= _LETTERS:
            lines.append((row, cell))
    whole = total_of(cell.value for _, cell in lines)
    return _Group(heading, foot, lines, total.value) if lines and whole == total.value else None


def _names_tax(layout: Layout, heading: Row) -> bool:
    return any(hit.means("totals", _OF_TAX) for hit in layout.hits_of_row.get(heading.index, ()))
