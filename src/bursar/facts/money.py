"""Arithmetic on printed amounts: sums are exact, comparisons allow for what rounding on paper can do."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum; 0 for none."""
    return sum(amounts, Decimal(0))


def round_to(amount: Decimal, step: Decimal = CENT) -> Decimal:
    """Return the amount rounded half up to a multiple of `step`, as invoices round."""
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def decimals_of(amount: Decimal) -> int:
    """Return how many decimals the amount was printed with: 2 for `12.50`, 0 for `12`."""
    return max(0, -int(amount.as_tuple().exponent))


def last_place(*amounts: Decimal) -> Decimal:
    """Return the value of one unit in the last printed place of the finest amount: `0.01` for `12.5` and `3.25`."""
    return Decimal(1).scaleb(-max((decimals_of(amount) for amount in amounts), default=2))


def is_close(left: Decimal, right: Decimal, *, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether both differ by no more than `tolerance` (in the amounts' own unit)."""
    return abs(left - right) <= tolerance


def sum_tolerance(count: int, step: Decimal = CENT) -> Decimal:
    """Return how far a printed sum of `count` separately rounded parts may lie from its exact value: half a step each."""
    return step * count / 2


def product_tolerance(*factors: Decimal, step: Decimal = CENT) -> Decimal:
    """Return how far a printed product may lie from the product of its printed factors.

    Each factor may itself be rounded by half its last place, which the other factors magnify; the result by half a `step`.
    Integers are taken as exact.
    """
    error = step / 2
    for index, factor in enumerate(factors):
        if decimals_of(factor) == 0:
            continue
        others = Decimal(1)
        for position, other in enumerate(factors):
            if position != index:
                others *= abs(other)
        error += last_place(factor) / 2 * others
    return error


def is_product(whole: Decimal, *factors: Decimal) -> bool:
    """Whether a printed amount is the product of printed factors, as far as their rounding tells."""
    exact = Decimal(1)
    for factor in factors:
        exact *= factor
    return is_close(exact, whole, tolerance=product_tolerance(*factors))


def is_one_digit_apart(left: Decimal, right: Decimal) -> bool:
    """Whether both have one sign and as many digits, and differ in exactly one: what recognition often misreads."""
    if (left < 0) != (right < 0):
        return False
    a, b = format(abs(left), "f"), format(abs(right), "f")
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
