"""Columns of credits beside those of charges: what stands in them was paid, or is a line below zero."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.item_rows import Line
from bursar.extraction.invoices.layout import Layout
from bursar.extraction.invoices.total_lines import SUMS, find_stated_totals
from bursar.facts.money import total_of


def settle_credits(layout: Layout, bodies: list[tuple[Head, list[Line]]], mark: str | None) -> None:
    """Take the lines in columns of credits out of the bodies, unless only all lines together make a total of the document.

    What is due does not count as one: it is made of payments as well.
    """
    lines = [line for _, body in bodies for line in body]
    if not any("credit" in line.numbers and "amount" in line.numbers for line in lines):
        return
    totals = find_stated_totals(layout, mark, SUMS)
    charged = [line for line in lines if "credit" not in line.numbers]
    if _sum_of(lines) in totals and _sum_of(charged) not in totals:
        return
    for _, body in bodies:
        body[:] = [line for line in body if "credit" not in line.numbers]


def _sum_of(lines: Sequence[Line]) -> Decimal:
    return total_of(line.numbers[kind].value for line in lines for kind in AMOUNTS if kind in line.numbers)
