"""Totals that no label states: told by what the lines, the taxes and the other totals come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice

from msgspec.structs import replace

from bursar.extraction.invoices.items import ItemTable
from bursar.extraction.invoices.layout import Found, Layout
from bursar.extraction.invoices.money_cells import Cell, cells_of_row
from bursar.extraction.invoices.totals import Totals
from bursar.facts.money import CENT, is_close, round_to, total_of

_TAX_WORDS = {"tax", "tax_total", "tax_rate", "tax_amount", "tax_base", "gross_amount", "cgst", "sgst", "igst"}
_SUREST, _BORNE_OUT = 0.99, 0.12
_OF_PAYMENT = {"amount_paid", "tendered", "amount_due", "subtotal", "total"}
_ROWS_TO_PAYMENT = 6  # from the total
_ADDED = ("rounding", "shipping", "tip", "service_charge")


def complete_with_rate(totals: Totals, bare: tuple[str, Found[Decimal]] | None) -> Totals:
    """Return the totals with the tax that a rate without an amount makes of subtotal and total, where it fits both."""
    subtotal, total = totals.values.get("subtotal"), totals.values.get("total")
    if bare is None or subtotal is None or total is None or "tax_total" in totals.values:
        return totals
    tax = total.value - subtotal.value
    if not is_close(round_to(subtotal.value * bare[1].value / 100), tax, tolerance=CENT):
        return totals
    found = Found(tax, (), 0.9, ("summary.subtotal", "summary.total", "taxes.0.rate"))
    return Totals({**totals.values, "tax_total": found}, totals.support, bare)


def complete_with_lines(layout: Layout, totals: Totals, table: ItemTable, mark: str | None, *, receipt: bool) -> Totals:
    """Return the totals with the subtotal that the lines come to, where no label states one.

    It is printed without a label, or under one that nobody knows, and makes the total with the tax; or nothing speaks of
    tax, and it is the total itself (not said of receipts).
    """
    whole = _sum_of(table)
    if whole is None or "total" not in totals.values or "subtotal" in totals.values:
        return totals
    if "tax_total" in totals.values:
        found = _find_printed(layout, totals, table, whole, mark)
    else:
        found = None if receipt else _find_untaxed(layout, totals, table, whole)
    if found is None:
        return totals
    values = {**totals.values, "subtotal": found}
    if found.tokens:  # printed, it bears the total out as a labelled one would
        total = totals.values["total"]
        values["total"] = replace(total, confidence=min(_SUREST, total.confidence + _BORNE_OUT))
    return Totals(values, totals.support, totals.bare_tax)


def complete_with_payment(layout: Layout, totals: Totals, table: ItemTable, mark: str | None) -> Totals:
    """Return the totals with what was paid, where total and amount due differ by an amount printed below the total.

    Whatever it is called («Payment on March 3», «Credit applied»), but a discount, a tax or what is withheld.
    """
    total, due = totals.values.get("total"), totals.values.get("amount_due")
    if total is None or due is None or "amount_paid" in totals.values or not total.tokens or not due.tokens:
        return totals
    paid = total.value - due.value
    if not 0 < paid < total.value:
        return totals
    used = {id(token) for found in totals.values.values() for token in found.tokens}
    page, top = total.tokens[0].page, total.tokens[0].box.y1
    below = (row for row in layout.rows if row.page == page and row.box.center_y > top and row.index not in table.rows)
    for row in islice(below, _ROWS_TO_PAYMENT):
        if any(hit.opens and set(hit.keys("totals")) - _OF_PAYMENT for hit in layout.hits_of_row.get(row.index, ())):
            continue
        for cell in cells_of_row(row, mark):
            if cell.is_money and abs(cell.value) == paid and used.isdisjoint(map(id, cell.tokens)):
                found = Found(cell.value, cell.tokens, 0.9 * min(total.confidence, due.confidence))
                return Totals({**totals.values, "amount_paid": found}, totals.support, totals.bare_tax)
    return totals


def _sum_of(table: ItemTable) -> Decimal | None:
    """Return what the lines come to; None where one of them has no amount."""
    amounts = [item.amount.value for item in table.items if item.amount]
    return total_of(amounts) if amounts and len(amounts) == len(table.items) else None


def _find_printed(
    layout: Layout, totals: Totals, table: ItemTable, whole: Decimal, mark: str | None
) -> Found[Decimal] | None:
    """Return the lines' sum where it is printed outside them and makes the total with the tax: the print next above the total.

    One line alone is no sum, and what is printed as another total is not the subtotal as well.
    """
    total = totals.values["total"]
    if len(table.items) < 2 or whole == total.value or not any(value == whole for value in _rests(totals)):
        return None
    used = {id(token) for found in totals.values.values() for token in found.tokens}
    prints = [
        cell
        for row in layout.rows
        if row.index not in table.rows
        for cell in cells_of_row(row, mark)
        if cell.is_money and used.isdisjoint(map(id, cell.tokens))
    ]
    best = min((cell for cell in prints if cell.value == whole), key=lambda cell: _distance(cell, total), default=None)
    if best is None:
        return None
    basis = _find_basis(totals, best, prints) or best
    return Found(basis.value, basis.tokens, 0.9 * total.confidence)


def _find_basis(totals: Totals, best: Cell, prints: Sequence[Cell]) -> Cell | None:
    """Return what the tax is reckoned from where charges or discounts stand between the lines' sum and it, and it is printed."""
    values = {name: found.value for name, found in totals.values.items()}
    wanted = values["total"] - values["tax_total"] - values.get("rounding", Decimal(0))
    top, total = best.box.y1, totals.values["total"].tokens
    if not total or wanted == best.value:
        return None
    between = [cell for cell in prints if cell.page == best.page and top < cell.box.center_y < total[0].box.y1]
    return next((cell for cell in between if cell.value == wanted), None)


def _rests(totals: Totals) -> Iterator[Decimal]:
    """Give what is left of the total without the tax, and without roundings, charges and discounts as well."""
    values = {name: found.value for name, found in totals.values.items()}
    parts = [values[name] for name in _ADDED if values.get(name)]
    parts += [-abs(values["discount_total"])] if values.get("discount_total") else []
    for count in range(len(parts) + 1):
        for chosen in combinations(parts, count):
            yield values["total"] - values["tax_total"] - total_of(chosen)


def _distance(cell: Cell, total: Found[Decimal]) -> tuple[bool, bool, float]:
    """Return how far an amount stands from the total, nearer above it on its page than anywhere else."""
    if not total.tokens:
        return True, True, -cell.box.y0
    below = total.tokens[0].box.center_y - cell.box.center_y
    return cell.page != total.tokens[0].page, below < 0, abs(below)


def _find_untaxed(layout: Layout, totals: Totals, table: ItemTable, whole: Decimal) -> Found[Decimal] | None:
    """Return the total as the subtotal where nothing speaks of tax and the lines alone make the total."""
    total = totals.values["total"]
    if not table.headed or set(totals.values) - {"total", "amount_due", "amount_paid"} or whole != total.value:
        return None
    if any(_TAX_WORDS & {label.key for label in hit.labels} for hit in layout.hits):
        return None
    return Found(total.value, (), 0.9 * total.confidence, ("items", "summary.total"))
