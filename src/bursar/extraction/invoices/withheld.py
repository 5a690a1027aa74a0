"""What the buyer withholds: taxes and retentions that stand between the total and what is due, and are no part of the total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from bursar.extraction.invoices.layout import Found, Token
from bursar.facts.money import CENT, is_close


class Printed(Protocol):
    """An amount that a label proposes for a total."""

    @property
    def value(self) -> Decimal: ...  # noqa: D102
    @property
    def tokens(self) -> tuple[Token, ...]: ...  # noqa: D102


def settle_withheld(
    values: Mapping[str, Found[Decimal]], pool: Mapping[str, Sequence[Printed]]
) -> dict[str, Found[Decimal]]:
    """Return the totals with what is withheld between total and amount due.

    A total from which it was taken already is what is due: then the total is what subtotal and tax come to. What was
    taken off before the tax stays as it is.
    """
    found = dict(values)
    withheld, total = found.pop("withholding", None), found["total"]
    if withheld is not None:
        before = _find_total_before(found, withheld)
        if before is None:
            return dict(values)
        return {**found, "total": before, "amount_due": total, "withholding": withheld}
    for taken, due, paid in _relations(total, pool):
        sure = 0.95 * total.confidence
        of_payment = {"amount_paid": Found(paid.value, paid.tokens, sure)} if paid else {}
        of_due = {
            "amount_due": Found(due.value, due.tokens, sure),
            "withholding": Found(taken.value, taken.tokens, sure),
        }
        return {**found, **of_payment, **of_due}
    return found


def _find_total_before(values: Mapping[str, Found[Decimal]], withheld: Found[Decimal]) -> Found[Decimal] | None:
    """Return what subtotal and tax come to where the total printed is less by what is withheld."""
    subtotal, tax, total = (values.get(name) for name in ("subtotal", "tax_total", "total"))
    if subtotal is None or tax is None or total is None:
        return None
    whole = subtotal.value + tax.value
    if not is_close(whole - abs(withheld.value), total.value, tolerance=CENT):
        return None
    return Found(whole, (), 0.9 * total.confidence, ("summary.subtotal", "summary.tax_total"))


def _relations(
    total: Found[Decimal], pool: Mapping[str, Sequence[Printed]]
) -> Iterator[tuple[Printed, Printed, Printed | None]]:
    """Give what is withheld, what is due and what is paid, which make the total together, as they are printed."""
    dues = [*pool.get("amount_due", ()), *pool.get("total", ())]
    paids = [*pool.get("amount_paid", ())]
    for taken in pool.get("withholding", ()):
        for paid in (None, *paids):
            left = total.value - abs(taken.value) - (abs(paid.value) if paid else 0)
            due = next((due for due in dues if due.value == left), None)
            if taken.value and due is not None and due.tokens != total.tokens:
                yield taken, due, paid
