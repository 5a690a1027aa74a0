"""Amounts and factors that lines state otherwise: «2 x 14,99» before or below the amount, a price of zero alone."""

from __future__ import annotations

import re

from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.layout import Token, join
from bursar.extraction.invoices.money_cells import Cell, cells_of
from bursar.extraction.invoices.row_cells import RowCells
from bursar.facts.money import is_close, product_tolerance

# A letter of the tax before it, a unit behind the quantity, a currency or a unit behind the price: «(A) 1,234 kg x 2,10 €/kg».
_PRODUCT = re.compile(
    r"(?:\(?[A-Z]\)?\s)?[\d.,]+\s?(?:[^\W\d_]{1,4}\.?)?\s?[xX×*@]\s?(?:[^\w\s]|[A-Z]{3})?\s?[\d.,]+"
    r"\s?(?:[^\w\s]|[^\W\d_]{1,4})?(?:/[^\W\d_]{1,4})?"
)
_FACTORS = 2


def with_zero(cells: RowCells, head: Head) -> RowCells:
    """Return a row's cells with a price of zero as its amount, where quantity and words have none: «12 x 0.00, free of charge»."""
    price = cells.numbers.get("unit_price")
    if price is None or price.value or not price.is_money or "quantity" not in cells.numbers:
        return cells
    if (
        "amount" not in head.kinds
        or any(kind in cells.numbers for kind in AMOUNTS)
        or not cells.texts.get("description")
    ):
        return cells
    return RowCells(cells.row, {**cells.numbers, "amount": price}, cells.texts, cells.rates)


def take_product(cells: RowCells, mark: str | None) -> RowCells:
    """Return a row's cells with the quantity and the price that its words are, where they make its amount."""
    amount = next((cells.numbers[kind] for kind in AMOUNTS if kind in cells.numbers), None)
    tokens = cells.texts.get("description", ())
    if amount is None or {"quantity", "unit_price"} & set(cells.numbers):
        return cells
    factors = find_factors(tokens, amount, mark)
    if factors is None:
        return cells
    texts = {kind: words for kind, words in cells.texts.items() if kind != "description"}
    return RowCells(cells.row, {**cells.numbers, "quantity": factors[0], "unit_price": factors[1]}, texts, cells.rates)


def find_factors(tokens: tuple[Token, ...], amount: Cell, mark: str | None) -> tuple[Cell, Cell] | None:
    """Return the quantity and the price that words consist of and that make an amount."""
    if len(tokens) < _FACTORS or _PRODUCT.fullmatch(join(tokens)) is None:
        return None
    found = cells_of(tokens, mark)
    if len(found) != _FACTORS:
        return None
    quantity, price = found
    whole = quantity.value * price.value
    tolerance = product_tolerance(quantity.value, price.value)
    return (quantity, price) if is_close(whole, amount.value, tolerance=tolerance) else None
