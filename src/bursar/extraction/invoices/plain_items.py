"""Item lines without a head of columns: a receipt's text on the left with an amount on the right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from bursar.extraction.dates import read_date
from bursar.extraction.identifiers import find_tax_ids
from bursar.extraction.invoices.addresses import is_numberless_street, is_postal
from bursar.extraction.invoices.layout import Found, Hit, Layout, Row, Segment, Token, join
from bursar.extraction.invoices.money_cells import Cell, cells_of_row, find_cells
from bursar.extraction.invoices.stated_products import (
    find_factors,
    find_factors_behind,
    is_stated_product,
    states_quantity_only,
)
from bursar.extraction.invoices.total_lines import find_stated_totals
from bursar.extraction.invoices.values import tokens_at
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.money import is_close, total_of

_LEADING_QUANTITY = re.compile(r"^\d{1,3}(?:[.,]\d{1,3})?$")
_TIMES_QUANTITY = re.compile(r"[x×]\s?(\d{1,3})$")
_BESIDE_TIMES = re.compile(r"(\d{1,3})\s?[x×]|[x×]\s?(\d{1,3})", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,3}")
_TAX_LETTER = re.compile(r"[A-Z]\d?\*?|\*|[A-Z]{2}")  # «A», «B1», «SR», «GP»
_LARGE = 1.3  # of the usual size of type
_EDGE_PT = 2.0  # within which lines begin at one edge
_FEWEST_EDGES = 3  # lines that begin there
_WORDS_BESIDE = 2  # left of it, that are no quantity or number
_FEWEST_MORE = 2
_CHARGES = frozenset({"shipping", "discount"})
_SOLD = _CHARGES | {"amount_paid"}  # «Deposit», on a bottle
_ENDS = frozenset({"subtotal", "total", "amount_due", "tax"})
_PAID = frozenset({"paid_whole"})
_OF_LINES = frozenset({"subtotal", "items_total"})
_WRAPPED_ROWS = 3  # so many rows may stand above the one with the amount
_WRAPPED_GAP = 1.7  # between rows of one line, in heights of type


class PlainItem(Struct, frozen=True):
    """A line: its amount, its text, its quantity and price where they are printed and fit."""

    amount: Found[Decimal]
    description: Found[str]
    quantity: Found[Decimal] | None
    unit_price: Found[Decimal] | None
    page: int
    rows: tuple[int, ...]


def read_plain_items(layout: Layout, mark: str | None) -> list[PlainItem]:
    """Return the lines between the head of the document and its first total.

    A document may begin with its total: then they are those up to the next, where two or more of them make one of the totals.
    """
    ends, totals = _rows_of_totals(layout, mark), find_stated_totals(layout, mark)
    first = next((row.index for row in layout.rows if any(cell.is_money for cell in cells_of_row(row, mark))), None)
    if ends and ends[0] != first:
        return _read_items(layout, layout.rows[: ends[0]], mark, totals)
    found = _read_items(layout, layout.rows[ends[0] + 1 : ends[1]], mark, totals) if len(ends) > 1 else []
    makes_total = total_of(item.amount.value for item in found) in totals
    return found if len(found) > 1 and makes_total else []


def _read_items(layout: Layout, rows: Sequence[Row], mark: str | None, totals: frozenset[Decimal]) -> list[PlainItem]:
    found: list[PlainItem] = []
    charged: list[PlainItem] = []
    waiting: list[Row] = []
    left = _find_left_edge(rows, mark)
    factors_ahead: Row | None = None  # a row of a quantity and a price, which the line below it may come to
    for row in rows:
        cells = [cell for cell in cells_of_row(row, mark) if left is None or cell.box.x0 >= left]
        money = [cell for cell in cells if cell.amount.decimals == 2 or cell.amount.currency]
        is_sold = bool(found and money) and _has_tax_letter(row, money[-1]) and _is_charge(layout, row, _SOLD)
        if not is_sold and _is_head(layout, row, bool(money)):
            if (
                found
                and money
                and _may_be_charged(layout, row, money[-1])
                and (item := _build(row, money[-1], cells, [], left, mark))
            ):
                charged.append(item)
            waiting = [] if not found else waiting
            continue
        if found and found[-1].quantity is None and (factors := find_factors(row.tokens, found[-1].amount.value, mark)):
            found[-1] = _with_factors(found[-1], *factors)
            continue
        if is_stated_product(row.tokens):
            factors_ahead = row
            continue
        if not money:
            if left is not None and row.segments[0].box.x0 < left:
                continue
            waiting = [*waiting[1 - _WRAPPED_ROWS :], row] if any(c.isalpha() for c in row.text) else waiting
            continue
        if found and found[-1].amount.value % (money[-1].value or 1) == 0 and _states_price(row, money[-1]):
            found[-1] = _with_price(found[-1], money[-1])
            continue
        item = _build(row, money[-1], cells, waiting, left, mark)
        waiting = []
        if item is not None and (found or not _is_total_ahead(layout, row, money[-1], totals)):
            ahead = factors_ahead and find_factors(factors_ahead.tokens, item.amount.value, mark)
            found.append(_with_factors(item, *ahead) if ahead and item.quantity is None else item)
        factors_ahead = None
    found = _take_middle_quantities(layout, found)
    if charged and total_of(item.amount.value for item in found) not in totals:
        whole = sorted([*found, *charged], key=lambda item: item.rows[0])
        if total_of(item.amount.value for item in whole) in find_stated_totals(layout, mark, _OF_LINES):
            return whole  # charges and discounts before the subtotal, which needs them: they are lines
    return found


def _has_tax_letter(row: Row, amount: Cell) -> bool:
    """Whether the letter of a tax stands right behind an amount and ends the row, as behind what is sold: «Deposit 0.25 A»."""
    last, before = row.tokens[-1], row.tokens[-2:-1]
    return bool(before) and before[0] is amount.tokens[-1] and _TAX_LETTER.fullmatch(last.text) is not None


def _is_charge(layout: Layout, row: Row, charges: AbstractSet[str] = _CHARGES) -> bool:
    """Whether all words for totals on a row are for charges or discounts."""
    kinds = {kind for hit in layout.hits_of_row.get(row.index, ()) if hit.opens for kind in hit.keys("totals")}
    return bool(kinds & charges) and kinds <= charges | {"not_total"}  # «loyalty discount»


def _may_be_charged(layout: Layout, row: Row, amount: Cell) -> bool:
    """Whether a row states a charge or a discount, or takes something off and is no total: «MEMBER 10% OFF -4.33»."""
    hits = layout.hits_of_row.get(row.index, ())
    return _is_charge(layout, row) or (amount.value < 0 and not any(hit.keys("totals") for hit in hits))


def _find_left_edge(rows: Sequence[Row], mark: str | None) -> float | None:
    """Return where the words of the lines begin, where something else stands left of them: a column beside the list.

    It is where most rows of words and an amount begin behind the last gap before the amount, some of them with nothing
    else and some with words before it.
    """
    priced = [row for row in rows if len(row.segments) > 1 and _is_amount(row.segments[-1], mark)]
    beside = [row for row in priced if len(row.segments) > 2 and _count_words(row.segments[:-2]) >= _WORDS_BESIDE]
    if not beside or len(priced) < _FEWEST_EDGES:
        return None
    edges = Counter(round(row.segments[-2].box.x0 / _EDGE_PT) for row in priced)
    edge, count = edges.most_common(1)[0]
    alone = any(len(row.segments) == 2 and round(row.segments[0].box.x0 / _EDGE_PT) == edge for row in priced)
    return (edge - 1) * _EDGE_PT if alone and count >= max(_FEWEST_EDGES, 0.6 * len(priced)) else None


def _is_amount(segment: Segment, mark: str | None) -> bool:
    cells = find_cells(segment, mark)
    return len(cells) == 1 and cells[0].is_money and len(cells[0].tokens) == len(segment.tokens)


def _count_words(segments: Sequence[Segment]) -> int:
    return sum(token.text.isalpha() and len(token.text) > 1 for segment in segments for token in segment.tokens)


def _is_total_ahead(layout: Layout, row: Row, amount: Cell, totals: frozenset[Decimal]) -> bool:
    """Whether a row above the first line holds nothing but the amount, in large type, that is stated as a total below."""
    large = amount.tokens[0].size >= _LARGE * layout.usual_size
    return large and len(row.tokens) == len(amount.tokens) and amount.value in totals


def _states_price(row: Row, amount: Cell) -> bool:
    """Whether all that stands beside an amount says that it is the price of one: «$18.50 each»."""
    used = {id(token) for token in amount.tokens}
    words = "".join([compact(token.text) for token in row.tokens if id(token) not in used])
    return words in phrases_of("columns", "unit_price")


def _with_factors(item: PlainItem, quantity: Cell, price: Cell) -> PlainItem:
    """Give a line the quantity and the price that the row below it consists of: «11.482 G @ $3.459/G»."""
    return replace(
        item,
        quantity=Found(quantity.value, quantity.tokens, 0.85),
        unit_price=Found(price.value, price.tokens, 0.85),
    )


def _with_price(item: PlainItem, price: Cell) -> PlainItem:
    """Give a line the price that stands below it, and the quantity at its end where both make its amount: «Plate × 2»."""
    priced = replace(item, unit_price=Found(price.value, price.tokens, 0.85))
    tokens = item.description.tokens
    match = _TIMES_QUANTITY.search(join(tokens))
    if item.quantity is not None or match is None or Decimal(match[1]) * price.value != item.amount.value:
        return priced
    used = tokens_at(tokens, match.start(), match.end())
    kept = tuple(token for token in tokens if token not in used)
    return replace(
        priced, quantity=Found(Decimal(match[1]), used[-1:], 0.85), description=Found(join(kept), kept, 0.65)
    )


def _rows_of_totals(layout: Layout, mark: str | None) -> list[int]:
    """Return the rows that state a total or a tax, or what is paid in all where none does.

    «VAT: GB 123 4567 82» and «TVA FR12 345678912» are numbers for the tax.
    """
    return _rows_called(layout, mark, _ENDS) or _rows_called(layout, mark, _PAID)


def _rows_called(layout: Layout, mark: str | None, kinds: AbstractSet[str]) -> list[int]:
    found: dict[int, None] = {}
    for hit in layout.hits:
        if hit.opens and hit.means("totals", kinds):
            row = layout.rows[hit.segment.row]
            is_product = is_stated_product(row.tokens)
            cells = cells_of_row(row, mark)
            if hit.keys("totals") == ("tax",) and find_tax_ids(row.text):
                cells = [cell for cell in cells if cell.is_money]
            if cells and not hit.means("fields", {"title_number"}) and not is_product:
                found[row.index] = None
    return list(found)


def _is_head(layout: Layout, row: Row, has_money: bool) -> bool:
    """Whether a row states a fact of the document's head, and is no item.

    A word for a fact that goes on before an amount is of what is sold: «Location of equipment 4.17».
    """
    return any(
        hit.opens
        and (hit.keys("fields") or set(hit.keys("totals")) - {"levy"} or hit.keys("parties"))
        and (hit.has_colon or (hit.letters > 4 and not (has_money and _goes_on(hit))))
        for hit in layout.hits_of_row.get(row.index, ())
    )


def _goes_on(hit: Hit) -> bool:
    """Whether two words or more follow a label that is of no total, or the word for a charge: «Booking fee»."""
    behind = [token for token in hit.segment.tokens[hit.end :] if token.text.isalpha() and len(token.text) > 1]
    charged = bool(behind) and not hit.has_colon and compact(behind[-1].text) in phrases_of("modifiers", "charge")
    return (len(behind) >= _FEWEST_MORE or charged) and not hit.keys("totals")


def _build(
    row: Row, amount: Cell, cells: list[Cell], waiting: list[Row], left: float | None, mark: str | None
) -> PlainItem | None:
    used = {id(token) for cell in cells if cell.is_money for token in cell.tokens}
    words = [token for token in row.tokens if id(token) not in used and (left is None or token.box.x0 >= left)]
    words = _without_tax_letter(row, amount, _without_date(row, words))
    before = _without_tax_letter(row, amount, [token for token in row.tokens if token not in amount.tokens])
    quantity, price = _quantity_and_price(amount, cells)
    rows = [row.index]
    text = _without_quantity(words, quantity)
    counts_only = bool(waiting) and states_quantity_only(before)
    if counts_only or not any(len(re.sub(r"[\W\d_]", "", token.text)) >= 2 for token in text):
        if not waiting:
            return None
        if quantity is None and (factors := find_factors(tuple(before), amount.value, mark)):
            quantity, price = (Found(cell.value, cell.tokens, 0.85) for cell in factors)
        if counts_only and quantity is None:
            quantity = _leading_quantity(tuple(words))
        text = tuple(waiting[-1].tokens)
        rows.append(waiting[-1].index)
        if quantity is None:
            quantity = _leading_quantity(text)
            text = _without_quantity(list(text), quantity)
    elif quantity is None:
        wrapped = _find_wrapped(row, words, waiting)
        words = [token for each in wrapped for token in each.tokens] + words
        rows += [each.index for each in wrapped]
        quantity = _leading_quantity(tuple(words))
        text = _without_quantity(words, quantity)
    if quantity is None and (parts := find_factors_behind(tuple(before), amount.value, mark)):
        text, (times, each) = parts
        quantity, price = (Found(cell.value, cell.tokens, 0.85) for cell in (times, each))
    if quantity is None and (quantity := _times_quantity(text)) is not None:
        text = _without_quantity(list(text), quantity)
    description = join(text).strip(" *x-@:")
    if not any(c.isalpha() for c in description):
        return None
    return PlainItem(
        Found(amount.value, amount.tokens, 0.7),
        Found(description, tuple(text), 0.65),
        quantity,
        price,
        row.page,
        tuple(rows),
    )


def _without_tax_letter(row: Row, amount: Cell, words: list[Token]) -> list[Token]:
    """Return the words without the letter of a tax that stands right behind the amount and ends the row."""
    return words[:-1] if words and words[-1] is row.tokens[-1] and _has_tax_letter(row, amount) else words


def _without_date(row: Row, words: list[Token]) -> list[Token]:
    """Return the words without a date that stands in a segment of its own before others."""
    first = row.segments[0]
    if len(row.segments) <= _FEWEST_MORE or read_date(first.text) is None:
        return words
    rest = [token for token in words if token not in first.tokens]
    return rest if any(c.isalpha() for token in rest for c in token.text) else words


def _find_wrapped(row: Row, words: list[Token], waiting: list[Row]) -> list[Row]:
    """Return the rows above that this one goes on from: the first of them begins with a quantity, this one does not."""
    if _leading_quantity(tuple(words)) is not None:
        return []
    starts = [index for index, each in enumerate(waiting) if _leading_quantity(each.tokens) is not None]
    if not starts:
        return []
    found = waiting[starts[-1] :]
    if is_numberless_street(join(found[0].tokens[1:])) or any(is_postal(each.text) for each in found):
        return []  # the merchant's own: «5 Mill Road»
    for above, below in zip(found, [*found[1:], row], strict=True):
        if below.page != above.page or below.box.y0 - above.box.y1 > _WRAPPED_GAP * above.segments[0].size:
            return []
    return found


def _quantity_and_price(amount: Cell, cells: list[Cell]) -> tuple[Found[Decimal] | None, Found[Decimal] | None]:
    """Return the two numbers whose product the amount is."""
    others = [cell for cell in cells if cell is not amount]
    for quantity, price in _pairs(others):
        if price.is_money and is_close(quantity.value * price.value, amount.value, tolerance=Decimal("0.011")):
            return Found(quantity.value, quantity.tokens, 0.85), Found(price.value, price.tokens, 0.85)
    return None, None


def _pairs(cells: list[Cell]) -> Iterator[tuple[Cell, Cell]]:
    for one in cells:
        for other in cells:
            if one is not other:
                yield one, other


def _times_quantity(tokens: tuple[Token, ...]) -> Found[Decimal] | None:
    """Return the number that the words begin or end with beside a sign for times: «2x Tea», «Tea x2»; «2 x 4» are measures."""
    for first, last in ((0, 1), (0, 2), (-1, len(tokens)), (-2, len(tokens))):
        part = tokens[first:last]
        others = tokens[last : last + 1] if first == 0 else tokens[first - 1 : first]
        match = _BESIDE_TIMES.fullmatch(join(part)) if others and not others[0].text[-1:].isdigit() else None
        if match is not None and (match[1] is None) is (first != 0):
            return Found(Decimal(match[1] or match[2]), part, 0.7)
    return None


def _take_middle_quantities(layout: Layout, items: list[PlainItem]) -> list[PlainItem]:
    """Give lines the bare numbers that stand between their words and amounts in a column: «Tea | 2 | 7.00»."""
    found: list[tuple[PlainItem, Segment]] = []
    for item in items:
        row = layout.rows[item.rows[0]]
        middle = row.segments[-2] if len(row.segments) > _FEWEST_MORE else None
        if middle is None or _COUNT.fullmatch(middle.text) is None or item.quantity is not None:
            return items
        found.append((item, middle))
    edges = [(middle.box.x0, middle.box.x1) for _, middle in found]
    aligned = any(max(edge) - min(edge) <= _EDGE_PT for edge in zip(*edges, strict=True))
    if len(found) < _FEWEST_MORE or not aligned or all(middle.text == "1" for _, middle in found):
        return items
    return [_with_middle(item, middle) for item, middle in found]


def _with_middle(item: PlainItem, middle: Segment) -> PlainItem:
    words = tuple(token for token in item.description.tokens if token not in middle.tokens)
    quantity = Found(Decimal(middle.text), middle.tokens, 0.7)
    return replace(item, quantity=quantity, description=Found(join(words), words, item.description.confidence))


def _leading_quantity(tokens: tuple[Token, ...]) -> Found[Decimal] | None:
    if len(tokens) > 1 and _LEADING_QUANTITY.match(tokens[0].text) and not tokens[0].text.startswith("0"):
        return Found(Decimal(tokens[0].text.replace(",", ".")), tokens[:1], 0.7)
    return None


def _without_quantity(words: list[Token], quantity: Found[Decimal] | None) -> tuple[Token, ...]:
    used = {id(token) for token in quantity.tokens} if quantity else set()
    return tuple(token for token in words if id(token) not in used)
