"""Taxes that the total contains: several rates are one sum, and the rates with their amounts make the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bursar.extraction.invoices.layout import Found, Hit, Layout
from bursar.extraction.invoices.tax_table import TaxFind, sum_of, sum_untaxed
from bursar.extraction.invoices.total_lines import TotalLine
from bursar.extraction.invoices.totals import Totals
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.money import CENT, round_to, total_of

_TAXES = {"tax", "tax_total"}
_HALF_CENT = CENT / 2
_MOST = Decimal("0.25")  # of a total, that the tax contained in it is
_SEVERAL = 2


def complete_with_contained(
    layout: Layout,
    totals: Totals,
    taxes: Sequence[TaxFind],
    lines: Sequence[TotalLine],
    item_sums: Sequence[Decimal],
    mark: str | None,
) -> Totals:
    """Return the totals with the tax that they contain, which no relation between them tells.

    Its rates and amounts make a total, or its words say that it is contained. Taxes of several rates are one sum where
    nothing speaks for one of them alone.
    """
    whole = totals.values.get("tax_total")
    taxes = [tax for tax in taxes if tax.amount.value]
    if whole is not None and not whole.value and taxes:
        whole = None  # that of goods without tax, the last row of a table
    if "total" not in totals.values or not taxes or (whole is not None and "subtotal" in totals.values):
        return totals
    if whole is not None:
        is_added = totals.values["total"].value - whole.value in item_sums
        if not is_added and _is_one_of(taxes, whole) and _are_of_rates(taxes) and len(taxes) >= _SEVERAL:
            return _with_tax(totals, taxes)
        return totals
    contained = [tax for tax in taxes if _says_contained(layout, lines, tax)]
    untaxed = sum_untaxed(layout, taxes, mark)
    for found in (taxes, contained):
        if found and _are_of_rates(found) and _make_total(found, totals, untaxed):
            return _with_tax(_without_gross(totals, lines), found)
    if len(contained) != 1 or ("subtotal" in totals.values and not _may_contain(totals, contained[0])):
        return totals
    is_small = 0 < contained[0].amount.value <= _MOST * totals.values["total"].value
    return _with_tax(_without_gross(totals, lines), contained) if is_small else totals


def _may_contain(totals: Totals, tax: TaxFind) -> bool:
    """Whether the subtotal makes the total without any tax, and a tax that is said to be contained is of whole percents.

    Where its rate is printed, that was tried before.
    """
    values = {name: found.value for name, found in totals.values.items()}
    added = total_of(values.get(name, Decimal(0)) for name in ("shipping", "rounding", "tip", "service_charge"))
    rest = values["total"] - values["subtotal"] - added + values.get("discount_total", Decimal(0))
    net = values["total"] - tax.amount.value
    if tax.rate is not None or abs(rest) > CENT or net <= 0:
        return False
    rate = round_to(100 * tax.amount.value / net, Decimal(1))
    return abs(net * rate / 100 - tax.amount.value) <= CENT


def _without_gross(totals: Totals, lines: Sequence[TotalLine]) -> Totals:
    """Return the totals without a subtotal that is only called a total: with the tax in it, before it is rounded."""
    above = totals.values.get("subtotal")
    if above is None:
        return totals
    own = {id(token) for token in above.tokens}
    kinds = {line.kind for line in lines for cell, _ in line.cells if not own.isdisjoint(map(id, cell.tokens))}
    if "total" not in kinds or "subtotal" in kinds:
        return totals
    values = {name: found for name, found in totals.values.items() if name != "subtotal"}
    return Totals(values, totals.support, totals.bare_tax)


def _with_tax(totals: Totals, taxes: Sequence[TaxFind]) -> Totals:
    single = taxes[0].amount if len(taxes) == 1 else None
    sure = min(tax.amount.confidence for tax in taxes)
    found = single or Found(sum_of(taxes), (), sure)
    return Totals({**totals.values, "tax_total": found}, totals.support, totals.bare_tax)


def _is_one_of(taxes: Sequence[TaxFind], whole: Found[Decimal]) -> bool:
    """Whether what was taken for the whole tax is one of several, and not printed as their sum."""
    return any(tax.amount.value == whole.value for tax in taxes)


def _are_of_rates(taxes: Sequence[TaxFind]) -> bool:
    """Whether all taxes are of one kind, and each has a rate of its own."""
    rates = [tax.rate.value for tax in taxes if tax.rate is not None and tax.rate.value > 0]
    return len(rates) == len(taxes) == len(set(rates)) and len({tax.kind for tax in taxes}) == 1


def _make_total(taxes: Sequence[TaxFind], totals: Totals, untaxed: Decimal) -> bool:
    """Whether what the taxes were reckoned from makes with them one of the totals, as nearly as amounts of cents can.

    What was sold `untaxed` may be in it as well; there the bases must be printed.
    """
    bases = [tax.base.value for tax in taxes if tax.base is not None]
    if untaxed and len(bases) == len(taxes):
        exact = total_of((*bases, untaxed)) + sum_of(taxes)
        if any(abs(exact - target) <= CENT for target in _targets(totals)):
            return True
    whole, slack = Decimal(0), CENT
    for tax in taxes:
        assert tax.rate is not None
        factor = 1 + 100 / tax.rate.value
        whole += tax.amount.value * factor
        slack += _HALF_CENT * factor
    return any(abs(whole - target) <= slack for target in _targets(totals))


def _targets(totals: Totals) -> Iterator[Decimal]:
    """Give what may contain the taxes: the total, also before what is rounded or given, and the subtotal."""
    values = {name: found.value for name, found in totals.values.items()}
    yield values["total"]
    for name in ("rounding", "tip", "service_charge"):
        if name in values:
            yield values["total"] - values[name]
    if "subtotal" in values:
        yield values["subtotal"]


def _says_contained(layout: Layout, lines: Sequence[TotalLine], tax: TaxFind) -> bool:
    """Whether the words beside a tax say that it is contained: «includes VAT», «davon MwSt.»."""
    tokens = {id(token) for token in tax.amount.tokens}
    hits = [
        line.hit
        for line in lines
        if line.kind in _TAXES and any(id(token) in tokens for cell, _ in line.cells for token in cell.tokens)
    ]
    return any(_is_contained(layout, hit) for hit in hits)


def _is_contained(layout: Layout, hit: Hit) -> bool:
    words = {compact(token.text) for token in layout.rows[hit.segment.row].tokens}
    return not words.isdisjoint(phrases_of("modifiers", "contained"))
