"""Amounts in the page's column of line amounts that nothing in the e-invoice's XML explains.

The page's reader leaves out a line that would break the document's arithmetic. Where the XML has not got the line either, the
page asks for something that nobody else sees: its amount stands in the column all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, combinations, pairwise
from statistics import median

from bursar.extraction.amounts import find_amounts
from bursar.extraction.einvoice.witness import MISMATCH, Witness
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Issue, Severity
from bursar.facts.invoice import Invoice, InvoiceLine
from bursar.facts.money import decimals_of, round_to, total_of
from bursar.reading.page import Line, Page

_EDGE = 0.35  # heights by which edges in one column differ at most
_SAME_ROW = 0.5  # heights
_MOST_LINES = 60  # whose sums in between are reckoned: subtotals of groups
_MOST_PARTS = 8  # amounts of which some may be parts of one sum


@dataclass(frozen=True, slots=True)
class _Printed:
    """An amount and its page, 1-based."""

    value: Decimal
    page: int


def find_stray_amounts(xml: Invoice, witness: Witness) -> list[Issue]:
    """Return a warning for each amount below or between the page's line amounts that the XML has nowhere.

    Explained are all amounts of the XML and of what its lines come to: with tax, before their discounts, added up in between.
    """
    if not xml.items or len(witness.page.items) > len(xml.items):
        return []  # a line too many has its own issue
    column = list(_read_column(witness))
    if not column:
        return []
    known = {*_explain(xml), *_values_of(witness.page.items), Decimal(0)}
    reduced = _find_reduced(column, xml)
    strange = [amount for at, amount in enumerate(column) if abs(amount.value) not in known and at not in reduced]
    return [
        Issue(
            MISMATCH,
            Severity.WARNING,
            f"The page has an amount among its lines that nothing in the e-invoice's XML explains: {amount.value}",
            ("items",),
            amount.page,
            str(amount.value),
        )
        for amount in _without_parts(strange, xml)
    ]


def _read_column(witness: Witness) -> Iterator[_Printed]:
    """Give the amounts in the column of the line amounts, from the first of them to the first sum below the last."""
    evidence = witness.page.evidence.items()
    seen = [(path, known.page, known.box) for path, known in evidence if known.page and known.box]
    cells = [(page, box) for path, page, box in seen if path.startswith("items.") and path.endswith(".amount")]
    decimals = {decimals_of(line.amount) for line in witness.page.items if line.amount is not None}
    if not cells or len(decimals) != 1:
        return
    last = max(page for page, _ in cells)
    for page in witness.pages:
        boxes = [box for number, box in cells if number == page.number]
        if not boxes:
            continue
        end = low = max(box.y1 for box in boxes)
        if page.number == last:
            sums = (box.y0 for path, number, box in seen if number == last and path.startswith(("summary.", "taxes.")))
            end = min((y for y in sums if y > low - _SAME_ROW * boxes[0].height), default=low)
        area = Box(0, _find_top(page, boxes, witness), page.width, end)
        yield from _read_area(page, area, boxes, witness, decimals.copy().pop())


def _find_top(page: Page, boxes: Sequence[Box], witness: Witness) -> float:
    """Return where the column of amounts begins: above the first line that the reader found, below the column's heading."""
    top, mark = min(box.y0 for box in boxes), witness.page.conventions.decimal.value
    column = enclose(boxes)
    above = [line for line in page.lines if line.box.center_y < top and line.box.overlap_x(column) > 0]
    for line in sorted(above, key=lambda line: -line.box.y0):
        if not find_amounts(line.text, mark):
            break
        top = line.box.y0
    return top


def _read_area(page: Page, area: Box, boxes: Sequence[Box], witness: Witness, decimals: int) -> Iterator[_Printed]:
    """Give the amounts of an area whose left or right edge is that of most boxes."""
    left, right = median(box.x0 for box in boxes), median(box.x1 for box in boxes)
    mark = witness.page.conventions.decimal.value
    for line in page.lines:
        slack = _EDGE * line.box.height
        if not area.y0 <= line.box.center_y < area.y1 or line.box.x1 < left - slack:
            continue
        for amount in find_amounts(line.text, mark):
            box = _box_of(line, amount.start, amount.end)
            if amount.decimals == decimals and (abs(box.x0 - left) <= slack or abs(box.x1 - right) <= slack):
                yield _Printed(amount.value, page.number)


def _box_of(line: Line, start: int, end: int) -> Box:
    """Return the box of the words that a part of a line's text touches."""
    boxes, at = [], 0
    for word in line.words:
        if at < end and at + len(word.text) > start:
            boxes.append(word.box)
        at += len(word.text) + 1
    return enclose(boxes)


def _explain(xml: Invoice) -> Iterator[Decimal]:
    """Give what may stand among the lines: the XML's own amounts, and what they come to."""
    yield from _values_of(xml.items)
    for line in xml.items:
        if line.quantity is not None and line.unit_price is not None:
            whole = round_to(abs(line.quantity * line.unit_price))
            yield whole
            yield abs(whole - abs(line.amount or Decimal(0)))
        if line.tax_rate is not None:
            yield from (round_to(value * (100 + line.tax_rate) / 100) for value in _values_of((line,)))
            yield round_to(abs(line.amount or Decimal(0)) * line.tax_rate / 100)
    amounts = [line.amount or Decimal(0) for line in xml.items]
    for first in range(len(amounts) if len(amounts) <= _MOST_LINES else 1):
        yield from map(abs, accumulate(amounts[first:]))
    yield abs(total_of(amounts) + total_of(line.discount or Decimal(0) for line in xml.items))
    yield from _sums_of(xml)
    for tax in xml.taxes:
        yield from (abs(value) for value in (tax.base, tax.amount) if value is not None)


def _values_of(lines: Iterable[InvoiceLine]) -> Iterator[Decimal]:
    for line in lines:
        values = (line.amount, line.unit_price, line.discount, line.tax_amount)
        yield from (abs(value) for value in values if value is not None)


def _sums_of(xml: Invoice) -> Iterator[Decimal]:
    summary = xml.summary
    sums = (summary.subtotal, summary.tax_total, summary.total, summary.amount_due, summary.amount_paid)
    yield from (abs(value) for value in (*sums, *_parted(xml)) if value is not None)


def _parted(xml: Invoice) -> list[Decimal]:
    """Return the sums that stand for several discounts, charges or payments."""
    discounts = total_of(line.discount or Decimal(0) for line in xml.items)
    sums = (xml.summary.discount_total, xml.summary.shipping, xml.summary.amount_paid, discounts)
    return [abs(value) for value in sums if value]


def _find_reduced(column: Sequence[_Printed], xml: Invoice) -> set[int]:
    """Return the places of amounts that come to a line's together with what is taken off below them."""
    amounts = {abs(line.amount) for line in xml.items if line.amount is not None}
    return {
        place
        for at, (one, other) in enumerate(pairwise(column))
        if one.value * other.value < 0 and abs(one.value + other.value) in amounts
        for place in (at, at + 1)
    }


def _without_parts(strange: list[_Printed], xml: Invoice) -> list[_Printed]:
    """Leave out the amounts that make up one sum: two discounts of which the XML tells the total."""
    targets = set(_parted(xml))
    if not targets or not 1 < len(strange) <= _MOST_PARTS:
        return strange
    for size in range(len(strange), 1, -1):
        for parts in combinations(strange, size):
            if total_of(abs(part.value) for part in parts) in targets:
                return [amount for amount in strange if amount not in parts]
    return strange
