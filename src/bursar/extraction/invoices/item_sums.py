"""Lines and totals brought together: which rows, read without a table's head, are lines of the sum that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from msgspec.structs import replace

from bursar.extraction.invoices.items import ItemTable
from bursar.extraction.invoices.totals import Totals
from bursar.facts.money import CENT, total_of

_MOST_DROPPED = 2
_MOST_TRIED = 14  # rows; more would make a chance fit likely


def settle_items(table: ItemTable, totals: Totals) -> ItemTable:
    """Return the table without the rows that the totals speak against.

    A receipt's rows are told from its totals by their words alone, so one or two that are none of its lines (a litre
    count, a bent word for a total) are dropped where just the others add up.
    """
    wanted = set(_wanted(totals))
    amounts = [item.amount.value for item in table.items if item.amount]
    if not wanted or len(amounts) != len(table.items) or not 2 <= len(amounts) <= _MOST_TRIED:
        return table
    if _reaches(amounts, wanted):
        return table
    for dropped in _droppable(len(amounts), headed=table.headed):
        kept = [item for index, item in enumerate(table.items) if index not in dropped]
        if _reaches([item.amount.value for item in kept if item.amount], wanted):
            return replace(table, items=tuple(kept))
    return table


def _droppable(count: int, *, headed: bool) -> Iterator[tuple[int, ...]]:
    """Give the rows that may be none of the lines, the fewest first: of a table with a head only the last ones."""
    for many in range(1, min(_MOST_DROPPED, count - 1) + 1):
        yield from [tuple(range(count - many, count))] if headed else combinations(range(count), many)


def _reaches(amounts: Sequence[Decimal], wanted: set[Decimal]) -> bool:
    total = total_of(amounts)
    return any(abs(total - value) <= CENT for value in wanted)


def _wanted(totals: Totals) -> Iterator[Decimal]:
    """Give what the lines may add up to: subtotal or total, before tax, rounding, discounts and charges."""
    values = {name: found.value for name, found in totals.values.items()}
    parts = [
        -abs(value) if name == "discount_total" else value
        for name in ("tax_total", "rounding", "discount_total", "shipping", "tip", "service_charge")
        if (value := values.get(name))
    ]
    for name in ("subtotal", "total"):
        if name in values:
            for count in range(len(parts) + 1):
                for chosen in combinations(parts, count):
                    yield values[name] - total_of(chosen)
