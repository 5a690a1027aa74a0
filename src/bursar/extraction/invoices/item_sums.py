"""Lines and totals brought together: which rows, read without a table's head, are lines of the sum that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, combinations

from msgspec.structs import replace

from bursar.extraction.invoices.items import Item, ItemTable
from bursar.extraction.invoices.totals import Totals
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.money import CENT, total_of

_MOST_DROPPED = 2
_CHARGES = ("service_charge", "shipping", "tip")
_MOST_TRIED = 14  # rows; more would make a chance fit likely


def settle_items(table: ItemTable, totals: Totals) -> ItemTable:
    """Return the table without the rows that the totals speak against.

    A receipt's rows are told from its totals by their words alone, so one or two that are none of its lines (a litre
    count, a bent word for a total) are dropped where just the others add up.
    """
    table = _without_stated_charges(table, totals)
    wanted = set(_wanted(totals))
    amounts = [item.amount.value for item in table.items if item.amount]
    if not wanted or len(amounts) != len(table.items) or not 2 <= len(amounts) <= _MOST_TRIED:
        return table
    if _reaches(amounts, wanted):
        return table
    for dropped in _droppable(table):
        kept = [item for index, item in enumerate(table.items) if index not in dropped]
        if _reaches([item.amount.value for item in kept if item.amount], wanted):
            return replace(table, items=tuple(kept))
    return table


def _without_stated_charges(table: ItemTable, totals: Totals) -> ItemTable:
    """Return the table without a charge that the totals state again where the subtotal is what the other lines come to."""
    subtotal = totals.values.get("subtotal")
    if subtotal is None:
        return table
    for kind in _CHARGES:
        charge = totals.values.get(kind)
        others = [item for item in table.items if charge is None or not _is_charge(item, kind, charge.value)]
        amounts = [item.amount.value for item in others if item.amount]
        if len(others) == len(table.items) - 1 == len(amounts) and total_of(amounts) == subtotal.value:
            return replace(table, items=tuple(others))
    return table


def _is_charge(item: Item, kind: str, value: Decimal) -> bool:
    """Whether a line has the amount of a charge and begins with a word for it."""
    if item.amount is None or item.amount.value != value or item.description is None:
        return False
    words = list(accumulate(compact(token.text) for token in item.description.tokens))
    return not phrases_of("totals", kind).isdisjoint(words)


def _droppable(table: ItemTable) -> Iterator[tuple[int, ...]]:
    """Give the rows that may be none of the lines, the fewest first: of a table with a head only the last ones.

    What surely is a line stays whatever the totals come to: what they state may be a part of it, or paid for.
    """
    count = len(table.items)
    for many in range(1, min(_MOST_DROPPED, count - 1) + 1):
        if not table.headed:
            yield from combinations(range(count), many)
        elif not any(map(_is_surely_line, table.items[count - many :])):
            yield tuple(range(count - many, count))


def _is_surely_line(item: Item) -> bool:
    """Whether a row has a quantity and something else that no total has: a price, a unit, the rate of a tax."""
    return item.quantity is not None and any((item.unit_price, item.unit, item.tax_rate))


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
