"""Quantities that a table gives no known column: before the words of its lines, «24 x», or below a head that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from bursar.extraction.invoices.columns import Head
from bursar.extraction.invoices.item_rows import Line
from bursar.extraction.invoices.layout import Token
from bursar.extraction.invoices.money_cells import Cell, cells_of
from bursar.facts.money import CENT, is_close, is_product

_PRICE_AND_AMOUNT = (("unit_price", "amount"), ("unit_price", "gross_amount"), ("amount", "gross_amount"))
_TIMES = {"x", "×", "*"}
_GAP = 0.6  # in heights of type: a wider blank than between words
_FEWEST_COUNTED = 2  # lines
_HIGHEST_RATE = 50  # percent, of any tax


class _Leading(Struct, frozen=True):
    """A number at the beginning of a line, the unit behind it, and the words that are left."""

    quantity: Cell
    unit: tuple[Token, ...]
    words: tuple[Token, ...]


def give_quantities(lines: Sequence[Line], mark: str | None) -> None:
    """Give each line the quantity that stands before its words, where it makes the amount of the price on all of them.

    One quantity at least is another than one: a number before each line may be anything else.
    """
    if _give_unheaded(lines, mark) or not lines or any("quantity" in line.numbers for line in lines):
        return
    found = [_find_leading(line, mark) for line in lines]
    leading = [each for each in found if each is not None]
    if len(leading) < len(lines) or all(each.quantity.value == 1 for each in leading):
        return
    values = [each.quantity.value for each in leading]
    if not any(_makes_amounts(lines, values, price, amount) for price, amount in _PRICE_AND_AMOUNT):
        return
    for line, each in zip(lines, leading, strict=True):
        line.numbers["quantity"] = each.quantity
        line.texts["description"][0] = each.words
        if each.unit:
            line.texts.setdefault("unit", []).insert(0, each.unit)


def _give_unheaded(lines: Sequence[Line], mark: str | None) -> bool:
    """Give each line the number below a head that nobody knows, where it makes the amount of the price on all that have one.

    What stands in a column of quantities goes before it, unless it makes the amount of no line: «6 boxes», «36.4 kg».
    """
    priced = [line for line in lines if {"unit_price", "amount"} <= line.numbers.keys()]
    if 2 * len(priced) <= len(lines) or any(_fits(line, line.numbers.get("quantity")) for line in priced):
        return False
    found = [_find_unheaded(line, mark) for line in priced]
    quantities = [cell for cell in found if cell is not None]
    if len(quantities) < len(priced) or all(cell.value == 1 for cell in quantities):
        return False
    prices = [line.numbers["unit_price"] for line in priced]
    if all(cell.is_money for cell in quantities) and not all(cell.is_money for cell in prices):
        quantities, prices = prices, quantities  # both stand below the head of prices, which took the first
    for line, quantity, price in zip(priced, quantities, prices, strict=True):
        line.numbers["quantity"], line.numbers["unit_price"] = quantity, price
    return True


def _find_unheaded(line: Line, mark: str | None) -> Cell | None:
    cells = [cell for tokens in line.texts.get("unknown", []) for cell in cells_of(tokens, mark)]
    return next((cell for cell in cells if _fits(line, cell)), None)


def _fits(line: Line, quantity: Cell | None) -> bool:
    """Whether a quantity makes the amount of the price."""
    price, whole = line.numbers.get("unit_price"), line.numbers.get("amount")
    if quantity is None or price is None or whole is None or not quantity.value:
        return False
    return is_product(whole.value, quantity.value, price.value)


def _makes_amounts(lines: Sequence[Line], quantities: Sequence[Decimal], price: str, amount: str) -> bool:
    for line, quantity in zip(lines, quantities, strict=True):
        one, whole = line.numbers.get(price), line.numbers.get(amount)
        if one is None or whole is None or not is_product(whole.value, quantity, one.value):
            return False
    return True


def _find_leading(line: Line, mark: str | None) -> _Leading | None:
    """Return the number that a line begins with; what stands between it and a wider blank is its unit."""
    tokens = line.texts.get("description", [()])[0]
    cells = cells_of(tokens[:1], mark)
    if (
        len(tokens) < 2
        or not cells
        or cells[0].value <= 0
        or any(c.isalpha() and c not in "xX" for c in tokens[0].text)
    ):
        return None
    end = 1
    if tokens[1].text.casefold() in _TIMES:
        end = 2
    elif len(tokens) > 2 and not _is_apart(tokens[0], tokens[1]) and _is_apart(tokens[1], tokens[2]):
        return _Leading(cells[0], tokens[1:2], tokens[2:])
    return _Leading(cells[0], (), tokens[end:]) if tokens[end:] else None


def _is_apart(left: Token, right: Token) -> bool:
    return right.box.x0 - left.box.x1 > _GAP * left.size


def drop_measures(head: Head, lines: Sequence[Line]) -> None:
    """Take the numbers of weeks or months for no quantities where with the price they make the amount of no line: «Week 36».

    Without prices those are none that count on from line to line.
    """
    column = head.find("quantity")
    if column is None or "measured" not in column.keys or "discount" in head.kinds:
        return
    if "unit_price" not in head.kinds:
        values = [line.numbers["quantity"].value for line in lines if "quantity" in line.numbers]
        if any(values[0] != value for value in values) and all(b - a in (0, 1) for a, b in pairwise(values)):
            for line in lines:
                line.numbers.pop("quantity", None)
        return
    counted = [line for line in lines if {"quantity", "unit_price", "amount"} <= line.numbers.keys()]
    if len(counted) < _FEWEST_COUNTED or any(
        _fits(line, line.numbers["quantity"]) or _is_taxed(line) for line in counted
    ):
        return
    for line in counted:
        del line.numbers["quantity"]


def _is_taxed(line: Line) -> bool:
    """Whether quantity times price makes the amount with a tax of the line."""
    quantity, price, whole = (line.numbers[kind].value for kind in ("quantity", "unit_price", "amount"))
    rates = [rate.value for rate in line.rates]
    rates += [line.numbers["tax_rate"].value] if "tax_rate" in line.numbers else []
    return any(is_close(quantity * price * (1 + rate / 100), whole, tolerance=CENT) for rate in rates)


def take_positions(lines: Sequence[Line]) -> None:
    """Take the numbers that count several lines, set apart left of their words below no head, out of the words."""
    if len(lines) < _FEWEST_COUNTED or any("position" in line.texts for line in lines):
        return
    firsts = [line.texts.get("description", [()])[0] for line in lines]
    for place, tokens in enumerate(firsts, 1):
        if len(tokens) < 2 or tokens[0].text.rstrip(".") != str(place) or not _is_apart(tokens[0], tokens[1]):
            return
    for line, tokens in zip(lines, firsts, strict=True):
        line.texts["position"] = [tokens[:1]]
        line.texts["description"][0] = tokens[1:]


def take_tax_amounts(lines: Sequence[Line]) -> None:
    """Take what stands below a word for taxes for their amounts where one of it is no rate: above all rates, or in a currency."""
    cells = [line.numbers["tax_rate"] for line in lines if "tax_rate" in line.numbers]
    if any("tax_amount" in line.numbers for line in lines) or not all(cell.is_money for cell in cells):
        return
    if any(cell.amount.currency is not None or cell.value > _HIGHEST_RATE for cell in cells):
        for line in lines:
            if (cell := line.numbers.pop("tax_rate", None)) is not None:
                line.numbers["tax_amount"] = cell
