"""The smallest repair that would mend a broken sum: a sign, a row too many or too few, a digit misread."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bursar.facts.money import is_one_digit_apart


def suggest_repair(
    known: Decimal, deltas: Sequence[Decimal], balance: Decimal, following: tuple[Decimal, Decimal] | None
) -> dict[str, Any] | None:
    """Return the repair that makes `known` plus `deltas` equal `balance`, JSON-ready; None when no single one does.

    `at` is the index of the row to mend. `following` is the next row's movement and balance: when they follow from the
    expected balance, the printed balance itself is the one misread.
    """
    total = sum(deltas, Decimal(0))
    difference = balance - known - total
    if following is not None and known + total + following[0] == following[1]:
        repair = "digit_misread" if is_one_digit_apart(balance, known + total) else "balance_misread"
        return {"repair": repair, "field": "balance", "value": known + total}
    options = [*_sign_flips(deltas, difference), *_digits(deltas, difference), *_doubles(deltas, difference)]
    if len(options) == 1:
        return options[0]
    if options:
        kinds = {option["repair"] for option in options}
        return options[0] if len(kinds) == 1 and len(options) == 1 else None
    return {"repair": "row_missing", "value": difference}


def _sign_flips(deltas: Sequence[Decimal], difference: Decimal) -> list[dict[str, Any]]:
    return [
        {"repair": "sign_flipped", "field": "amount", "at": index, "value": -delta}
        for index, delta in enumerate(deltas)
        if delta != 0 and -2 * delta == difference
    ]


def _digits(deltas: Sequence[Decimal], difference: Decimal) -> list[dict[str, Any]]:
    return [
        {"repair": "digit_misread", "field": "amount", "at": index, "value": delta + difference}
        for index, delta in enumerate(deltas)
        if is_one_digit_apart(delta, delta + difference)
    ]


def _doubles(deltas: Sequence[Decimal], difference: Decimal) -> list[dict[str, Any]]:
    return [
        {"repair": "row_double", "at": index}
        for index, delta in enumerate(deltas)
        if delta != 0 and delta == -difference and len(deltas) > 1
    ]
