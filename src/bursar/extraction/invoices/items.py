"""Lines of the item table to facts: by a head of columns, else (receipts) by text on the left and an amount on the right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from bursar.extraction.invoices.columns import AMOUNTS, Head, find_heads
from bursar.extraction.invoices.credits import settle_credits
from bursar.extraction.invoices.grouped_items import read_grouped_items
from bursar.extraction.invoices.item_rows import Line, describe, read_body
from bursar.extraction.invoices.layout import Found, Layout, Token, join
from bursar.extraction.invoices.leading_quantities import (
    drop_measures,
    give_quantities,
    take_positions,
    take_tax_amounts,
)
from bursar.extraction.invoices.listed_items import read_listed_items, read_lists_below
from bursar.extraction.invoices.money_cells import Cell
from bursar.extraction.invoices.plain_items import PlainItem, read_plain_items
from bursar.extraction.invoices.sum_lines import drop_sums, find_amount
from bursar.extraction.invoices.total_lines import find_stated_totals
from bursar.facts.money import is_close, is_product, product_tolerance, round_to, total_of

_SURE = 0.9
_HIGHEST_PART = 28  # percent, of CGST, SGST or IGST
_ALL = 100  # per cent
_PROVEN = 0.97
_OF_LINES = frozenset({"subtotal", "items_total"})
_NET_TWINS = {"amount": ("tax_base",), "tax_base": ("amount",)}
_UNIT = re.compile(r"^[^\W\d_][\w²³./()-]{0,11}$")


class Item(Struct, frozen=True):
    """One line; every part with its tokens."""

    amount: Found[Decimal] | None
    description: Found[str] | None
    quantity: Found[Decimal] | None
    unit: Found[str] | None
    unit_price: Found[Decimal] | None
    discount: Found[Decimal] | None
    tax_rate: Found[Decimal] | None
    tax_amount: Found[Decimal] | None
    product_code: Found[str] | None
    hsn_code: Found[str] | None
    page: int


class ItemTable(Struct, frozen=True):
    """The lines, the rows that they take, what their amounts may add up to, and whether a head of columns told them.

    `extent` are all rows from the first to the last of them on each page: headings among the lines, and skipped ones.
    """

    items: tuple[Item, ...]
    rows: frozenset[int]
    sums: tuple[Decimal, ...]
    headed: bool = True
    extent: frozenset[int] = frozenset()


def read_items(layout: Layout, mark: str | None) -> ItemTable:
    """Return the item table, empty when the document has none."""
    heads, alike = find_heads(layout, mark)
    bodies = _read_bodies(layout, heads, mark)
    settle_credits(layout, bodies, mark)
    lines = [line for _, body in bodies for line in body]
    if not any(line.numbers for line in lines):
        return _plain(layout, mark, _rows_of(bodies))
    for head, body in bodies:
        drop_measures(head, body)
    give_quantities(lines, mark)
    take_positions(lines)
    take_tax_amounts(lines)
    totals = find_stated_totals(layout, mark)
    column = _amount_column(lines, heads[0] if heads else None, totals)
    if column == "amount" and _is_converted(lines, totals, find_stated_totals(layout, mark, _OF_LINES)):
        column = "gross_amount"
        for line in lines:
            del line.numbers["unit_price"]
    if column == "gross_amount" and _have_prices_as_amounts(lines):
        for line in lines:  # «Price» under a word for amounts
            line.numbers["unit_price"] = line.numbers.pop("amount")
    kept = drop_sums(layout, _without_optional(lines, column, totals), column, totals, mark)
    for _, body in reversed(bodies):  # what the summary says is no part of the table
        while body and body[-1] is not kept[-1]:
            body.pop()
        if body:
            break
    if alike:
        more = _bodies_of_total(layout, _read_bodies(layout, alike, mark), _sum_of(kept, column), totals, mark)
        bodies += more
        kept = sorted([*kept, *(line for _, body in more for line in body)], key=lambda line: line.rows[0])
    items = tuple(_build(line, column) for line in kept)
    items = tuple(item for item in items if item.description or item.quantity or item.product_code)
    extent = frozenset(row for head, body in bodies for row in _extent_of(layout, head, body))
    rows = _rows_of(bodies)
    more_lines = read_lists_below(layout, max(rows), _sum_of(kept, column), totals, mark)
    if more_lines:
        items, kept = (*items, *map(_item_of, more_lines)), []
        listed = frozenset(row for part in more_lines for row in part.rows)
        rows, extent = rows | listed, extent | listed
    return ItemTable(items, rows, _sums(items, kept), extent=extent)


def _read_bodies(layout: Layout, heads: Sequence[Head], mark: str | None) -> list[tuple[Head, list[Line]]]:
    ends = [*(head.first_row - 1 for head in heads[1:]), len(layout.rows) - 1]
    return [(head, read_body(layout, head, last, mark)) for head, last in zip(heads, ends, strict=False)]


def _bodies_of_total(
    layout: Layout, bodies: list[tuple[Head, list[Line]]], above: Decimal, totals: frozenset[Decimal], mark: str | None
) -> list[tuple[Head, list[Line]]]:
    """Return the tables that a total of the document needs beside the first: «Disbursements» below «Services».

    `above` is the sum of the first. None of their lines is called a tax, a charge or a payment.
    """
    bodies = [(head, drop_sums(layout, body, "amount", totals, mark)) for head, body in bodies]
    lines = [line for _, body in bodies for line in body]
    hits = [hit for line in lines for row in line.rows for hit in layout.hits_of_row.get(row, ())]
    if not lines or any(hit.opens and hit.keys("totals") for hit in hits):
        return []
    return bodies if above + _sum_of(lines, "amount") in totals else []


def _rows_of(bodies: Sequence[tuple[Head, Sequence[Line]]]) -> frozenset[int]:
    """Return the rows that heads and their lines take."""
    rows: set[int] = set()
    for head, lines in bodies:
        rows.update(range(head.first_row, head.last_row + 1), (row for line in lines for row in line.rows))
    return frozenset(rows)


def _extent_of(layout: Layout, head: Head, lines: Sequence[Line]) -> Iterator[int]:
    """Give on each page all rows of a table from its first to its last, headings and sums among its lines included."""
    taken = sorted({head.first_row, head.last_row, *(row for line in lines for row in (*line.rows, *line.below))})
    for _, of_page in groupby(taken, key=lambda row: layout.rows[row].page):
        on_page = list(of_page)
        yield from range(on_page[0], on_page[-1] + 1)


def _plain(layout: Layout, mark: str | None, rows: frozenset[int]) -> ItemTable:
    plain = read_grouped_items(layout, mark) or read_plain_items(layout, mark) or read_listed_items(layout, mark)
    items = tuple(map(_item_of, plain))
    taken = rows | {row for part in plain for row in part.rows}
    return ItemTable(items, frozenset(taken), _sums(items, ()), headed=False, extent=frozenset(taken))


def _item_of(part: PlainItem) -> Item:
    return Item(
        part.amount, part.description, part.quantity, None, part.unit_price, None, None, None, None, None, part.page
    )


def _amount_column(lines: Sequence[Line], head: Head | None, totals: frozenset[Decimal]) -> str:
    """Return the column whose values are the lines' amounts: that which quantity times price gives most often.

    A line that is free of charge has a price all the same. So of the amounts and the tax bases it is those that make a
    total of the document, where the others make none; of the gross amounts where quantity times the amount is those.
    """
    candidates = [kind for kind in (*AMOUNTS, "tax_base") if any(kind in line.numbers for line in lines)]
    if not candidates:
        return "unit_price" if head is not None and "unit_price" in head.kinds else "amount"

    def fits(kind: str) -> int:
        return sum(_computes(line, kind) for line in lines)

    filled = {kind: sum(kind in line.numbers for line in lines) for kind in candidates}
    best = max(
        candidates, key=lambda kind: (fits(kind), filled[kind] if kind != "tax_base" else 0, -candidates.index(kind))
    )
    if _sum_of(lines, best) in totals:
        return best
    twins = (*_NET_TWINS.get(best, ()), *(("gross_amount",) if _have_prices_as_amounts(lines) else ()))
    return next((kind for kind in twins if filled.get(kind) == len(lines) and _sum_of(lines, kind) in totals), best)


def _have_prices_as_amounts(lines: Sequence[Line]) -> bool:
    """Whether quantity times what stands in the column of amounts is the gross amount on each line: it is the price."""
    several = False
    for line in lines:
        quantity, price, gross = (line.numbers.get(name) for name in ("quantity", "amount", "gross_amount"))
        if not (quantity and price and gross) or "unit_price" in line.numbers:
            return False
        if not is_product(gross.value, quantity.value, price.value):
            return False
        several = several or quantity.value != 1
    return several


def _is_converted(lines: Sequence[Line], totals: frozenset[Decimal], subtotals: frozenset[Decimal]) -> bool:
    """Whether the lines have their amounts in another currency too, in the second column of amounts: that of the totals.

    Price and first amount are in the one, and make no total; the sum of the second column is a subtotal.
    """
    if not all("gross_amount" in line.numbers and _computes(line, "amount") for line in lines):
        return False
    return _sum_of(lines, "amount") not in totals and _sum_of(lines, "gross_amount") in subtotals


def _without_optional(lines: list[Line], column: str, totals: frozenset[Decimal]) -> list[Line]:
    """Return the lines without those that are offered only: in brackets stands what they would cost, and the others make a total."""
    kept = [line for line in lines if not _is_optional(line, column)]
    return kept if len(kept) < len(lines) and kept and _sum_of(kept, column) in totals else lines


def _is_optional(line: Line, column: str) -> bool:
    quantity, price, amount = (line.numbers.get(name) for name in ("quantity", "unit_price", column))
    if not (quantity and price and amount) or not amount.tokens[0].text.startswith("("):
        return False
    return amount.value < 0 and is_product(-amount.value, quantity.value, price.value)


def _sum_of(lines: Sequence[Line], kind: str) -> Decimal:
    return total_of(line.numbers[kind].value for line in lines if kind in line.numbers)


def _computes(line: Line, kind: str) -> bool:
    quantity, price, amount = (line.numbers.get(name) for name in ("quantity", "unit_price", kind))
    if not (quantity and price and amount):
        return False
    return is_product(amount.value, quantity.value, price.value)


def _build(line: Line, amount_kind: str) -> Item:
    sure = _PROVEN if _computes(line, amount_kind) else _SURE
    amount = find_amount(line, amount_kind)
    net = _net_amount(line, amount.value, amount.tokens, sure) if amount else None
    code, tokens = _split_code(describe(line), _code(line, "product_code"))
    unit = _unit_of(line)
    rate, tax = _taxes_of(line, amount_kind)
    return Item(
        net,
        _text(tokens, 0.85),
        _number(line, "quantity", sure),
        unit,
        _price(line, sure) if amount_kind != "unit_price" else None,
        _discount(line, amount.value if amount else None),
        rate,
        tax,
        code,
        _code(line, "hsn_code"),
        line.page,
    )


def _net_amount(line: Line, value: Decimal, tokens: tuple[Token, ...], sure: float) -> Found[Decimal]:
    """Return the line's amount less the allowances printed in rows of their own below it."""
    if not line.allowances:
        return Found(value, tokens, sure)
    used = tokens + tuple(token for cell in line.allowances for token in cell.tokens)
    return Found(value + sum((cell.value for cell in line.allowances), Decimal(0)), used, 0.7)


def _number(line: Line, kind: str, sure: float) -> Found[Decimal] | None:
    cell = line.numbers.get(kind)
    return Found(cell.value, cell.tokens, sure) if cell else None


def _price(line: Line, sure: float) -> Found[Decimal] | None:
    """Return the price: the net one where a discount below the first leads to it («20.00», «- 1.00», «= 19.00»)."""
    price = line.numbers.get("unit_price")
    if price is None:
        return None
    running = price.value
    for cell in line.further.get("unit_price", []):
        if cell.value == running != price.value:
            return Found(cell.value, cell.tokens, sure)
        running += cell.value
    return Found(price.value, price.tokens, sure)


def _taxes_of(line: Line, amount_kind: str) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
    """Return the rate and the amount of the line's tax; a bare number in the rates' column may be an amount."""
    tax = _number(line, "tax_amount", 0.85)
    for rate in line.rates:
        if rate.kind == "tax_rate":
            return Found(rate.value, rate.tokens, _SURE), tax
    cell = line.numbers.get("tax_rate")
    if cell is None and (parts := _rates_of_parts(line)):
        tokens = tuple(token for part in parts for token in part.tokens)
        return Found(total_of(part.value for part in parts), tokens, 0.8), tax
    if cell is None or not Decimal(0) <= cell.value <= Decimal(50):
        return None, tax
    if tax is None and cell.value and cell.is_money and _adds_up(line, amount_kind, cell.value):
        return None, Found(cell.value, cell.tokens, 0.85)
    return Found(cell.value, cell.tokens, 0.85), tax


def _rates_of_parts(line: Line) -> list[Cell]:
    """Return the rates below the heads of the parts that a tax has: «CGST 9, SGST 9»; amounts of money are none."""
    cells = [line.numbers[kind] for kind in ("cgst", "sgst", "igst") if line.numbers.get(kind)]
    are_rates = all(0 <= cell.value <= _HIGHEST_PART and not cell.is_money for cell in cells)
    return cells if are_rates and any(cell.value for cell in cells) else []


def _adds_up(line: Line, amount_kind: str, tax: Decimal) -> bool:
    """Whether quantity times price needs just this tax to be the line's amount."""
    quantity, price, amount = (line.numbers.get(name) for name in ("quantity", "unit_price", amount_kind))
    return bool(quantity and price and amount and quantity.value * price.value + tax == amount.value)


def _discount(line: Line, amount: Decimal | None) -> Found[Decimal] | None:
    """Return what is taken off the line as an amount of money; below zero what is added."""
    if line.allowances:
        cells = line.allowances
        total = sum((abs(cell.value) for cell in cells), Decimal(0))
        return Found(total, tuple(token for cell in cells for token in cell.tokens), 0.8)
    first = line.numbers.get("discount")
    shares = [rate.value for rate in line.rates if rate.kind == "discount"]
    if not shares and first is not None and not first.amount.currency:
        shares = [first.value]  # «Disc. %» over bare numbers
    if (discount := _discount_of_share(line, amount, shares)) is not None:
        return discount
    if first is not None and first.is_money:
        parts = [first, *line.further.get("discount", [])]
        signed = [part for part in parts if part.amount.signed]
        parts = signed or parts[:1]
        total = -sum((part.value for part in parts), Decimal(0)) if signed else first.value
        return Found(total, tuple(token for part in parts for token in part.tokens), 0.8)
    return None


def _discount_of_share(line: Line, amount: Decimal | None, shares: Sequence[Decimal]) -> Found[Decimal] | None:
    """Return what a percentage takes off, where quantity, price and amount bear it out."""
    quantity, price = line.numbers.get("quantity"), line.numbers.get("unit_price")
    if not (shares and quantity and price) or amount is None or not 0 < shares[0] <= _ALL:
        return None
    gross = quantity.value * price.value
    discount = round_to(gross * shares[0] / _ALL)
    if not is_close(gross - discount, amount, tolerance=product_tolerance(quantity.value, price.value)):
        return None
    return Found(discount, (), 0.85)


def _unit_of(line: Line) -> Found[str] | None:
    for tokens in line.texts.get("unit", [])[:1]:
        words = tuple(token for token in tokens if _UNIT.match(token.text))[:2]
        if len(words) > 1 and words[0].text.casefold() == words[1].text.casefold():
            words = words[:1]  # behind the quantity and behind the price
        if words:
            return Found(join(words), words, 0.8)
    return None


def _code(line: Line, kind: str) -> Found[str] | None:
    for tokens in line.texts.get(kind, [])[:1]:
        text = join(tokens).strip(" :|")
        if any(c.isalnum() for c in text):
            return Found(text, tokens, 0.8)
    return None


def _split_code(tokens: tuple[Token, ...], code: Found[str] | None) -> tuple[Found[str] | None, tuple[Token, ...]]:
    """Part a product code from the description behind it: `AB-12 - Bolts`."""
    if code is not None or len(tokens) < 3 or tokens[1].text not in ("-", "–", "|", ":"):
        return code, tokens
    first = tokens[0].text
    if not any(c.isdigit() for c in first) or first != first.upper():
        return code, tokens
    return Found(first, tokens[:1], 0.75), tokens[2:]


def _text(tokens: Sequence[Token], sure: float) -> Found[str] | None:
    text = join(tokens).strip(" |:-")
    return Found(text, tuple(tokens), sure) if any(c.isalnum() for c in text) else None


def _sums(items: Sequence[Item], lines: Sequence[Line]) -> tuple[Decimal, ...]:
    if not items:
        return ()
    sums = {sum((item.amount.value for item in items if item.amount), Decimal(0))}
    for kind in AMOUNTS:
        if lines and all(kind in line.numbers for line in lines):
            sums.add(sum((line.numbers[kind].value for line in lines), Decimal(0)))
    products = [i.quantity.value * i.unit_price.value for i in items if i.quantity and i.unit_price]
    if len(products) == len(items):
        sums.add(sum(products, Decimal(0)))
    return tuple(value for value in sums if value)
