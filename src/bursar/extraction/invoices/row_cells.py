"""Printed rows of an item table to cells: each number and word given to the column that it stands in."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from bursar.extraction.amounts import PrintedAmount
from bursar.extraction.invoices.columns import AMOUNTS, CODES, Column, Head
from bursar.extraction.invoices.head_rows import NUMBERS
from bursar.extraction.invoices.layout import Row, Segment, Token
from bursar.extraction.invoices.money_cells import Cell, find_cells, rates_in
from bursar.facts.box import Box
from bursar.facts.money import is_product, round_to

_TIME = re.compile(r"(\d{1,3}):([0-5]\d)")
_HAS_WORD = re.compile(r"[^\W\d_]{3}")
_HUNDREDTH = Decimal("0.01")
_REACH = 2.4  # a number belongs to a column whose edge is no further than this many heights of its type


class Rate(Struct, frozen=True):
    """A percentage and the kind of its column: of the tax or of a discount."""

    kind: str
    value: Decimal
    tokens: tuple[Token, ...]


class RowCells(Struct, frozen=True):
    """One printed row, its parts given to columns."""

    row: Row
    numbers: dict[str, Cell]
    texts: dict[str, tuple[Token, ...]]
    rates: tuple[Rate, ...]


def read_row(row: Row, head: Head, mark: str | None) -> RowCells:
    """Return the row's numbers and words by the kind of their column."""
    numbers: dict[str, Cell] = {}
    texts: dict[str, list[Token]] = {}
    rates: list[Rate] = []
    number_columns = head.number_columns
    seconds: list[Cell] = []  # amounts beside the first
    for segment in row.segments:
        used: set[int] = set()
        for cell in find_cells(segment, mark):
            column = _column_of(cell, segment, head, number_columns)
            if column is None or not column.kind or _is_of_words(cell, segment, column, head):
                continue
            if column.kind not in numbers:
                numbers[column.kind] = cell
                used.update(id(token) for token in cell.tokens)
            elif column.kind == "amount":
                seconds.append(cell)
        if "quantity" not in numbers and (time := _find_time(segment, head)) is not None:
            numbers["quantity"] = time
            used.update(id(token) for token in time.tokens)
        for value, tokens in rates_in(segment):
            kind = _rate_kind(tokens, number_columns)
            if kind is not None:
                rates.append(Rate(kind, value, tokens))
                used.update(id(token) for token in tokens)
        home = _home_of(segment, row, head)
        for token in segment.tokens:
            if id(token) not in used:
                texts.setdefault(home or _text_kind(token, segment, head), []).append(token)
    if seconds and "unit_price" not in head.kinds:
        _part_price(numbers, seconds[-1])
    return RowCells(row, numbers, {kind: tuple(tokens) for kind, tokens in texts.items()}, tuple(rates))


def take_credit(cells: RowCells) -> RowCells:
    """Return a row's cells, with what stands in a column of credits as an amount below zero where it has no other."""
    credit = cells.numbers.get("credit")
    if credit is None or not cells.numbers.keys().isdisjoint((*AMOUNTS, "quantity", "unit_price")):
        return cells
    amount = Cell(replace(credit.amount, value=-abs(credit.value)), credit.tokens)
    return RowCells(cells.row, {**cells.numbers, "amount": amount}, cells.texts, cells.rates)


def _part_price(numbers: dict[str, Cell], second: Cell) -> None:
    """Take the first of two numbers below one head for the price where quantity times it is the second: «Fee Charge»."""
    quantity, price = numbers.get("quantity"), numbers["amount"]
    if quantity is None or not (price.is_money and second.is_money):
        return
    if is_product(second.value, quantity.value, price.value):
        numbers["unit_price"], numbers["amount"] = price, second


def _is_of_words(cell: Cell, segment: Segment, column: Column, head: Head) -> bool:
    """Whether a number in the column of amounts is of the words before it in its segment, right of the descriptions: «No. 30418»."""
    if column.kind not in AMOUNTS or cell.is_money or segment.tokens[0] is cell.tokens[0]:
        return False
    description, first = head.find("description"), segment.tokens[0]
    return description is not None and first.box.x0 > description.box.x1 and _HAS_WORD.match(first.text) is not None


def _rate_kind(tokens: tuple[Token, ...], columns: Sequence[Column]) -> str | None:
    """Return whether a percentage stands in the column of taxes or of discounts; None where it stands in neither."""
    box = tokens[0].box
    near = [c for c in columns if c.kind in ("tax_rate", "discount") and c.box.overlap_x(box) > -10]
    return max(near, key=lambda column: column.box.overlap_x(box)).kind if near else None


def _column_of(cell: Cell, segment: Segment, head: Head, columns: Sequence[Column]) -> Column | None:
    """Return the column that a number stands in: by overlap and edges; None when it is a part of a text."""
    size = max(cell.tokens[0].size, 1.0)
    box = cell.box

    distance, best = _find_nearest(box, columns, size)
    if best is None or distance > _REACH + (2.0 if best.box.overlap_x(box) > 0 else 0.0):
        alone = len(segment.tokens) <= len(cell.tokens) + 1
        within = (c for c in head.columns if c.reach[0] <= box.center_x <= c.reach[1])
        home = next(within, None) if alone else None
        return home if home is not None and home.kind in NUMBERS else None
    further, other = _find_nearest(box, head.text_columns, size)
    if other is not None and further < distance and other.box.overlap_x(box) > 0:
        return None
    starts_with_text = segment.tokens[0] is not cell.tokens[0] and not segment.tokens[0].text[:1].isdigit()
    if starts_with_text and best.box.overlap_x(box) <= 0 and not cell.is_money:
        return None
    return best


def _find_nearest(box: Box, columns: Sequence[Column], size: float) -> tuple[float, Column | None]:
    """Return the column whose edges or middle are nearest to those of a box, and how far off it is in heights of type."""
    nearest, best = math.inf, None
    for column in columns:
        other = column.box
        edges = min(abs(other.x0 - box.x0), abs(other.x1 - box.x1), abs(other.center_x - box.center_x)) / size
        overlap = other.overlap_x(box)
        distance = edges if overlap > 0 else edges + 1.0 - overlap / size
        if distance < nearest:
            nearest, best = distance, column
    return nearest, best


def _home_of(segment: Segment, row: Row, head: Head) -> str | None:
    """Return the column of all words of a segment, where a code stands before it and it begins left of a centred head.

    Behind a segment under the code's head it is of the descriptions, whose head comes next.
    """
    if segment.place == 0 or (pair := head.code_and_description) is None:
        return None
    code, description = pair[0].box, pair[1].box
    if not code.x0 < segment.box.x0 <= description.x0 or code.overlap_x(segment.box) > 0:
        return None
    return "description" if code.overlap_x(row.segments[segment.place - 1].box) > 0 else None


def _text_kind(token: Token, segment: Segment, head: Head) -> str:
    """Return the kind of column that a word stands in; words between columns belong to the text on their left."""
    middle = token.box.center_x
    walled = next((c for c in head.columns if c.is_walled and c.reach[0] <= middle <= c.reach[1]), None)
    if walled is not None and walled.kind not in NUMBERS:
        return walled.kind or "unknown"
    over = [column for column in head.text_columns if column.box.overlap_x(token.box) > 0]
    if over:
        best = max(over, key=lambda column: column.box.overlap_x(token.box))
        return best.kind or "unknown"
    description = head.find("description")
    left = [column for column in head.columns if column.box.x0 <= middle]
    nearest = max(left, key=lambda column: column.box.x0, default=None)
    if nearest is not None and nearest.kind in CODES and segment.tokens[0].box.x0 >= nearest.box.x0 - 2 * token.size:
        return nearest.kind
    if nearest is not None and nearest.kind == "quantity":
        return "unit"
    if nearest is not None and _is_of_unknown(nearest, token, segment, description):
        return "unknown"
    if description is None:
        return "description"
    if nearest is not None and nearest.kind in NUMBERS and nearest.box.x0 > description.box.x0:
        return "unknown"
    return "unknown" if _is_of_number(segment, description, head) else "description"


def _is_of_number(segment: Segment, description: Column, head: Head) -> bool:
    """Whether a segment begins with a number, apart from the descriptions, below the head of a number: «28 % of carriage»."""
    if segment.place == 0 or not segment.text[:1].isdigit() or segment.box.x0 <= description.box.x1:
        return False
    return any(column.box.overlap_x(segment.box) > 0 for column in head.number_columns)


def _is_of_unknown(nearest: Column, token: Token, segment: Segment, description: Column | None) -> bool:
    """Whether a word is of a column that nobody knows: its segment begins below that head, and ends before the descriptions.

    Right of the descriptions it begins with a number, as a period does: other words may go on from them.
    """
    if nearest.kind is not None or description is None or nearest is description:
        return False
    first = segment.tokens[0]
    is_behind = nearest.box.x0 > description.box.x0 and first.text[:1].isdigit()
    is_before = segment.box.x1 <= description.box.x0
    return (is_behind or is_before) and abs(first.box.x0 - nearest.box.x0) <= token.size


def _find_time(segment: Segment, head: Head) -> Cell | None:
    """Return the hours that stand as «7:30» below the head of quantities."""
    column = head.find("quantity")
    if column is None or ":" not in segment.text:
        return None
    for token in segment.tokens:
        match = _TIME.fullmatch(token.text)
        if match is not None and column.box.overlap_x(token.box) > 0:
            hours = round_to(Decimal(match[1]) + Decimal(match[2]) / 60, _HUNDREDTH)
            value = hours.quantize(Decimal(1)) if hours == int(hours) else hours
            return Cell(PrintedAmount(value, token.text, 0, len(token.text), None, settled=True), (token,))
    return None
