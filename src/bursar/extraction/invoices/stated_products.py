"""Amounts and factors that lines state otherwise: «2 x 14,99» before or below the amount, a price of zero alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bursar.extraction.amounts import find_amounts, has_cents
from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.layout import Token, join
from bursar.extraction.invoices.money_cells import Cell
from bursar.extraction.invoices.row_cells import RowCells
from bursar.extraction.invoices.values import tokens_at
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.money import is_product

# A letter of the tax or a sign of number before it, a unit behind the quantity (its first letter may be misread for a digit),
# a currency or a unit behind the price: «(A) 1,234 kg x 2,10 €/kg», «n.2 x RM 1.30».
_PRODUCT = re.compile(
    r"(?:\(?[A-Z]\)?\s)?(?:n[r°º]?\.\s?)?([\d.,]+)(?:\s?[^\W\d_]{1,4}\.?|\s\d[^\W\d_]{2,3}\.?)?\s?(?:net\s?)?[xX×*@]"
    r"\s?(?:[^\w\s]|[A-Z]{2,3})?\s?([\d.,]+)"
    r"\s?(?:[^\w\s/]|[^\W\d_]{1,4})?\s?(?:/\s?[^\W\d_]{1,4})?",
    re.IGNORECASE,
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
    factors = find_factors(tokens, amount.value, mark)
    if factors is None:
        return cells
    texts = {kind: words for kind, words in cells.texts.items() if kind != "description"}
    return RowCells(cells.row, {**cells.numbers, "quantity": factors[0], "unit_price": factors[1]}, texts, cells.rates)


def find_factors(tokens: tuple[Token, ...], amount: Decimal, mark: str | None) -> tuple[Cell, Cell] | None:
    """Return the quantity and the price that words consist of and that make an amount."""
    if not tokens or (match := _PRODUCT.fullmatch(join(tokens))) is None:
        return None
    quantity, price = (_read_factor(tokens, match, place, mark) for place in range(1, _FACTORS + 1))
    if quantity is None or price is None:
        return None
    return (quantity, price) if is_product(amount, quantity.value, price.value) else None


def find_factors_behind(
    tokens: tuple[Token, ...], amount: Decimal, mark: str | None
) -> tuple[tuple[Token, ...], tuple[Cell, Cell]] | None:
    """Return the words before a quantity and a price that make an amount, with those: «Potatoes 1.204kg x 1.50»."""
    for start in range(1, len(tokens)):
        if tokens[start].text[:1].isdigit() and (factors := find_factors(tokens[start:], amount, mark)):
            return tokens[:start], factors
    return None


def is_stated_product(tokens: tuple[Token, ...]) -> bool:
    """Whether words are nothing but a quantity and a price: «0.512 kg net @ 3.99/kg»."""
    text = join(tokens)
    return (len(tokens) >= _FACTORS or has_cents(text)) and _PRODUCT.fullmatch(text) is not None


def states_quantity_only(words: Sequence[Token]) -> bool:
    """Whether words are a number with nothing beside it but units and signs: «1 EA», «0.250 kg @ 8.00 / kg»."""
    if not words or not words[0].text[:1].isdigit():
        return False
    if is_stated_product(tuple(words)):
        return True
    letters = ["".join(filter(str.isalpha, token.text)) for token in words]
    units = phrases_of("modifiers", "unit")
    return all(len(word) < _FACTORS or compact(word) in units for word in letters)


def _read_factor(tokens: tuple[Token, ...], match: re.Match[str], place: int, mark: str | None) -> Cell | None:
    """Return a number of a product, whatever unit follows it: «3.459/G»."""
    amounts = find_amounts(match[place], mark)
    whole = len(amounts) == 1 and amounts[0].end - amounts[0].start == len(match[place])
    return Cell(amounts[0], tokens_at(tokens, match.start(place), match.end(place))) if whole else None
