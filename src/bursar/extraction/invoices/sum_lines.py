"""Lines that sum up others: heads and feet of groups, and what a table's summary repeats below its lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bursar.extraction.invoices.columns import AMOUNTS
from bursar.extraction.invoices.item_rows import Line, describe
from bursar.extraction.invoices.layout import Layout, join
from bursar.extraction.invoices.money_cells import Cell, cells_of_row
from bursar.extraction.invoices.total_lines import SUMS, find_stated_totals, words_for_sums
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.money import total_of

_PRICED = ("quantity", "unit_price")
_FEWEST_SUMMED = 2  # lines, that a sum is told by without the document's totals
_EDGE = 5.0  # in heights of type
_TAKEN_OFF = {"discount", "amount_paid", "tendered"}


def drop_sums(
    layout: Layout, lines: list[Line], column: str, totals: frozenset[Decimal], mark: str | None
) -> list[Line]:
    """Return the lines without those that sum up others; `column` holds the amounts, `totals` are those of the document."""
    usual = [kind for kind in _PRICED if 2 * sum(kind in line.numbers for line in lines) >= len(lines)]
    named = [_is_named_sum(line) for line in lines]
    of_group = [_begins_as_sum(layout, line) for line in lines]
    begin = _lines_at_edge(layout, lines) if not usual else [True for _ in lines]
    priced = [
        (bool(usual) or not all(begin)) and at_edge and not says_sum and all(kind in line.numbers for kind in usual)
        for line, says_sum, at_edge in zip(lines, map(max, named, of_group), begin, strict=True)
    ]
    cells = [find_amount(line, column) for line in lines]
    amounts = [cell.value for cell in cells if cell is not None]
    if len(lines) < _FEWEST_SUMMED or all(priced) or len(amounts) < len(lines):
        return lines
    if total_of(amounts) in totals:
        return lines
    if not _is_reduced(layout, mark):
        kept = _without_group_heads(lines, amounts, totals)
        if len(kept) < len(lines):
            return kept
    if usual and (heads := _find_priced_heads(amounts, priced)):
        return [line for place, line in enumerate(lines) if place not in heads]
    before = _before_tax_or_discount(layout, totals, mark)
    if total_of(amounts) in before:
        return lines
    sums = _find_sums(amounts, priced, [max(pair) if usual else pair[0] for pair in zip(named, of_group, strict=True)])
    if not any(map(max, named[:-1], of_group[:-1])):  # a line may be as high as those above it
        if not priced[-1] and len(lines) > _FEWEST_SUMMED + 1 and total_of(amounts[:-1]) == amounts[-1]:
            return lines[:-1]
        if _is_stated_below(layout, lines[-1], total_of(amounts), mark):
            return lines
    return _without_feet(lines, amounts, priced, sums, totals | before)


def _is_stated_below(layout: Layout, last: Line, whole: Decimal, mark: str | None) -> bool:
    """Whether the first row of money below the lines states nothing but what all of them come to, whatever it is called."""
    for row in layout.rows[max(last.rows) + 1 :]:
        money = [cell for cell in cells_of_row(row, mark) if cell.is_money]
        if money:
            return [cell.value for cell in money] == [whole]
    return False


def _before_tax_or_discount(layout: Layout, totals: frozenset[Decimal], mark: str | None) -> set[Decimal]:
    """Return what the totals are without a tax that is printed, or before a discount: less than half of them."""
    taxes = find_stated_totals(layout, mark, frozenset({"tax", "tax_total"}))
    parts = [-abs(tax) for tax in taxes]
    parts += [abs(discount) for discount in find_stated_totals(layout, mark, frozenset({"discount"}))]
    return {total + part for total in totals for part in parts if 2 * abs(part) < abs(total)}


def _is_named_sum(line: Line) -> bool:
    """Whether all words of a line are one for a total."""
    return compact(join(describe(line))) in words_for_sums()


def _begins_as_sum(layout: Layout, line: Line) -> bool:
    """Whether a line has no price and begins with a word for a total: «Total Smith, Jane», which may sum up quantities too."""
    if "unit_price" in line.numbers:
        return False
    hits = layout.hits_of_row.get(line.rows[0], ())
    return any(hit.segment.place == 0 and not hit.start and hit.means("totals", SUMS) for hit in hits)


def find_amount(line: Line, column: str) -> Cell | None:
    """Return a line's amount: that in the column of amounts, else whatever stands in another of them."""
    return next((line.numbers[kind] for kind in (column, *AMOUNTS) if kind in line.numbers), None)


def _lines_at_edge(layout: Layout, lines: Sequence[Line]) -> list[bool]:
    """Return which lines begin where the first of them does; a summary is often set further right."""
    firsts = [layout.rows[line.rows[0]].segments[0] for line in lines]
    return [first.box.x0 - firsts[0].box.x0 <= _EDGE * first.size for first in firsts]


def _is_reduced(layout: Layout, mark: str | None) -> bool:
    """Whether an amount is said to be taken off or paid: then a line may be as high as others without heading them."""
    rows = {hit.segment.row for hit in layout.hits if hit.means("totals", _TAKEN_OFF)}
    return any(cell.is_money for row in rows for cell in cells_of_row(layout.rows[row], mark))


def _without_group_heads(lines: list[Line], amounts: Sequence[Decimal], totals: frozenset[Decimal]) -> list[Line]:
    """Return the lines without those that head a group and sum it up, each the sum of the lines that follow it.

    They alone make a total of the document, and all lines together make none.
    """
    if total_of(amounts) in totals or min(amounts) < 0:
        return lines
    heads: set[int] = set()
    place = 0
    while place < len(amounts):
        if any(kind in lines[place].numbers for kind in _PRICED):
            return lines
        heads.add(place)
        rest, place = amounts[place], place + 1
        while place < len(amounts) and rest > 0:
            rest, place = rest - amounts[place], place + 1
        if rest or place - 1 in heads:
            return lines
    if 2 * len(heads) == len(lines) or total_of(amounts[place] for place in heads) not in totals:
        return lines
    return [line for place, line in enumerate(lines) if place not in heads]


def _find_priced_heads(amounts: Sequence[Decimal], priced: Sequence[bool]) -> set[int]:
    """Return the places of the lines that head groups: they lack the quantity or the price that all others have.

    Each is the sum of the lines that follow it down to the next; none where one of them is not, or none sums up several.
    """
    heads = [place for place, is_priced in enumerate(priced) if not is_priced]
    several = False
    for head, end in zip(heads, [*heads[1:], len(amounts)], strict=True):
        if total_of(amounts[head + 1 : end]) != amounts[head] or head + 1 == end:
            return set()
        several = several or end - head > _FEWEST_SUMMED
    return set(heads) if several else set()


def _without_feet(
    lines: list[Line], amounts: Sequence[Decimal], priced: Sequence[bool], sums: set[int], totals: frozenset[Decimal]
) -> list[Line]:
    """Return the lines without sums of the lines above them and without what the summary says below a table.

    A sum lacks the quantity or the price. It is told by the lines above, where all of them have what it lacks; else by the
    totals, which only the lines without sums make.
    """
    end = _find_end(amounts, priced, sums, totals)
    kept = [place for place in range(end) if place not in sums]
    if len(kept) == len(lines) or not kept:
        return lines
    makes_total = total_of(amounts[place] for place in kept) in totals and total_of(amounts) not in totals
    return [lines[place] for place in kept] if makes_total or all(priced[place] for place in kept) else lines


def _find_sums(amounts: Sequence[Decimal], priced: Sequence[bool], named: Sequence[bool]) -> set[int]:
    """Return the places of the amounts that are what the lines since the last sum, or all lines, come to.

    A single line has a sum where that is called one.
    """
    found: set[int] = set()
    group: list[Decimal] = []
    whole: list[Decimal] = []
    for place, amount in enumerate(amounts):
        fewest = 1 if named[place] else _FEWEST_SUMMED
        is_sum = any(len(part) >= fewest and total_of(part) == amount for part in (group, whole))
        if amount and is_sum and not priced[place]:
            found.add(place)
            group = []
        else:
            group.append(amount)
            whole.append(amount)
    return found


def _find_end(amounts: Sequence[Decimal], priced: Sequence[bool], sums: set[int], totals: frozenset[Decimal]) -> int:
    """Return where the summary begins: behind the last line with quantity and price, where what follows adds nothing.

    It adds nothing where the sum of all lines is in it, it comes to that sum, or the totals are made without it.
    """
    end = max((place + 1 for place, is_priced in enumerate(priced) if is_priced), default=len(amounts))
    lines = [place for place in range(end) if place not in sums]
    if end == len(amounts) or not all(priced[place] for place in lines):
        return len(amounts)
    whole, rest = total_of(amounts[place] for place in lines), amounts[end:]
    is_summed = any(amounts[place] == whole for place in sums if place >= end) or total_of(rest) == whole
    if len(lines) >= _FEWEST_SUMMED and is_summed:
        return end
    return end if whole in totals and total_of(amounts) not in totals else len(amounts)
