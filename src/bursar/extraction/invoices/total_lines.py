"""Lines that state a total: a word for it and the amounts that go with the word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from msgspec import Struct

from bursar.extraction.currencies import is_coin
from bursar.extraction.invoices.layout import Hit, Layout, Row, Segment, Token, join
from bursar.extraction.invoices.money_cells import Cell, cells_of, cells_of_row, find_cells, find_rates, rates_in
from bursar.extraction.invoices.regions import is_in_column
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.money import round_to, total_of

_ROWS_BELOW = 4
_FEWEST_HEADS = 3  # side by side, of a strip
_WORDS_BEFORE = 3
_WORDS_BEFORE_TAX = 6
_WHOLE = "whole_label"  # words that are a label only where no other word follows
_TAXES = {"tax", "tax_total"}
_TAX_COLUMNS = {"tax_rate", "tax_amount", "tax_base"}
_WHOLES = {"total", "subtotal", "amount_due"}
_RATE_FIRST = re.compile(r"^\d{1,2}(?:[.,]\d+)?\s?%")
_TAX_ID = re.compile(r"^:?[A-Z]{2,3}[-.]?[A-Z]?\d[\dA-Z.]{5,}")
_PARTS = {"shipping", "discount", "rounding", "tip", "service_charge", "amount_paid", "withholding", "tax", "tax_total"}


_RATE_ALONE = re.compile(r"\(?\d[\d.,]*\s?%\)?")
_HIGHEST_RATE = Decimal(27)  # Hungary's
_BESIDE_TOTAL = 0.6  # how well a part of a total stands to its label
STATED_TOTALS = frozenset({"subtotal", "total", "amount_due", "items_total"})
SUMS = frozenset({"total", "subtotal", "items_total"})  # of lines


@cache
def words_for_sums() -> frozenset[str]:
    """Return the compact words for a sum of lines, of whichever kind."""
    return frozenset(phrase for kind in SUMS for phrase in phrases_of("totals", kind))


class TotalLine(Struct, frozen=True):
    """What a label says is printed: its kind, the amounts with how well each stands to the label, the rates beside it."""

    kind: str
    hit: Hit
    cells: tuple[tuple[Cell, float], ...]
    rates: tuple[tuple[Decimal, tuple[Token, ...]], ...]


def find_total_lines(layout: Layout, mark: str | None, blocked_rows: frozenset[int]) -> list[TotalLine]:
    """Return all labelled totals outside the rows of the item table."""
    lines = [
        line for hit in layout.hits if hit.segment.row not in blocked_rows for line in _read_hit(layout, hit, mark)
    ]
    return [
        *lines,
        *(part for line in lines if line.kind == "total" for part in _parts_of_total(layout, line, lines, mark)),
    ]


def _may_be_tax(layout: Layout, net: Cell, tax: Cell) -> bool:
    """Whether an amount is a tax on another by the rates that are printed; by that of any country where a column has them."""
    rates = [rate for row in layout.rows if "%" in row.text for rate, _ in find_rates(row.tokens)]
    if not rates and not any(hit.means("columns", {"tax_rate", "tax_amount"}) for hit in layout.hits):
        return False
    return min(rates, default=Decimal(0)) <= round_to(100 * tax.value / net.value) <= max(rates, default=_HIGHEST_RATE)


def find_stated_totals(layout: Layout, mark: str | None, kinds: frozenset[str] = STATED_TOTALS) -> frozenset[Decimal]:
    """Return the amounts that stand beside a word for a total, of some kinds."""
    return frozenset(
        cell.value
        for hit in layout.hits
        if hit.opens and hit.means("totals", kinds)
        for segment in layout.rows[hit.segment.row].segments
        for cell in find_cells(segment, mark)
        if cell.is_money
    )


def _parts_of_total(
    layout: Layout, line: TotalLine, lines: Sequence[TotalLine], mark: str | None
) -> Iterator[TotalLine]:
    """Give the subtotal and the tax that stand before a total on its row and make it up: «Razem 100,00 23,00 123,00».

    The total may stand on a row of its own below them, as on a Chinese invoice: «合计 100.00 13.00».
    """
    cells = [cell for cell in cells_of_row(layout.rows[line.hit.segment.row], mark) if cell.is_money]
    if len(cells) == 2:
        cells += [
            cell
            for other in lines
            if other.kind == "total" and other.hit.segment.row > line.hit.segment.row
            for cell, _ in other.cells
            if cell.value == cells[0].value + cells[1].value
        ][:1]
    if len(cells) != 3:
        return
    net, tax, whole = cells
    if net.value > 0 and tax.value > 0 and net.value + tax.value == whole.value and _may_be_tax(layout, net, tax):
        yield TotalLine("subtotal", line.hit, ((net, _BESIDE_TOTAL),), ())
        yield TotalLine("tax_total", line.hit, ((tax, _BESIDE_TOTAL),), ())


def _read_hit(layout: Layout, hit: Hit, mark: str | None) -> Iterator[TotalLine]:
    kinds = tuple(kind for kind in hit.keys("totals") if kind != _WHOLE)
    if hit.means("totals", {_WHOLE}) and not _is_whole(hit):
        return
    if not kinds or not _is_label(layout, hit) or (_TAXES & set(kinds) and _is_before_tax_id(layout, hit)):
        return
    cells = tuple(_cells_beside(layout, hit, mark)) or tuple(_cells_below(layout, hit, mark))
    has_rates = "%" in hit.segment.text
    rates = tuple(find_rates(hit.segment.tokens[hit.end :])) if has_rates else ()
    before = hit.segment
    for segment in layout.right_of(hit.segment):
        if any(other.keys("totals") and other.start == 0 for other in layout.hits_in(segment)):
            break
        rates += tuple(rates_in(segment))
        if segment.text == "%" and before is not hit.segment:  # in a column of its own: «CGST | 9 | % | 18.00»
            rates += tuple(find_rates((*before.tokens, *segment.tokens)))
        before = segment
    rates += tuple(find_rates(hit.segment.tokens[: hit.start])) if has_rates else ()
    if _TAXES & set(kinds) and len(cells) == 1 and len(rates) == 1:
        cells += tuple(_tax_below(layout, hit, cells[0][0], rates[0][0], mark))
    if _is_of_one_rate(hit):
        kinds = tuple(kind for kind in kinds if kind not in _WHOLES)
    for kind in _with_modifiers(hit, kinds):
        yield TotalLine(kind, hit, cells, rates)


def _is_whole(hit: Hit) -> bool:
    """Whether no words stand beside a label in its segment, but an amount with its currency or other labels do: «Gross: £180.00»."""
    behind = hit.segment.tokens[hit.end : hit.end + 1]
    return hit.has_colon or not behind or any(c.isdigit() for c in behind[0].text) or is_coin(behind[0].text)


def _tax_below(layout: Layout, hit: Hit, base: Cell, rate: Decimal, mark: str | None) -> Iterator[tuple[Cell, float]]:
    """Give the tax below a head that states its base: «VAT 22% on 196.86» with 43.31 under it."""
    if not any(token in hit.segment.tokens for token in base.tokens):
        return
    wanted = round_to(base.value * rate / 100)
    for row in layout.rows_below(hit.segment.row, 1):
        for cell in cells_of_row(row, mark):
            if cell.is_money and cell.value == wanted and cell.box.overlap_x(hit.segment.box) > 0:
                yield cell, 1.1


def _is_before_tax_id(layout: Layout, hit: Hit) -> bool:
    """Whether a word for the tax stands before a number of registration, as in «VAT: GB123456789», and not before an amount."""
    following = [token for token in hit.segment.tokens[hit.end :] if any(c.isalnum() for c in token.text)]
    if not following:
        following = [token for segment in layout.right_of(hit.segment)[:1] for token in segment.tokens]
    return bool(following) and bool(_TAX_ID.match(following[0].text))


def _is_of_one_rate(hit: Hit) -> bool:
    """Whether a percentage follows right behind the word: «Total 7 % goods» is a part of the total."""
    following = hit.segment.tokens[hit.end : hit.end + 3]
    if not following or not _RATE_FIRST.match(" ".join(token.text for token in following)):
        return False
    words = [token.text.strip(":.()") for token in hit.segment.tokens[hit.end :]]
    return any(len(word) > 2 and word.isalpha() for word in words)


def _with_modifiers(hit: Hit, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds as the words behind the label turn them: a «total without VAT» is the subtotal."""
    follow = {compact(token.text) for token in hit.segment.tokens[hit.end : hit.end + 4]}
    if not {"total", "subtotal", "amount_due"} & set(kinds):
        return kinds
    if follow & phrases_of("modifiers", "net"):
        return ("subtotal",)
    return ("total",) if follow & phrases_of("modifiers", "gross") and "amount_due" not in kinds else kinds


def _is_label(layout: Layout, hit: Hit) -> bool:
    """Whether the word states a total here, and is not a word of a sentence or the first half of another label."""
    before = hit.segment.tokens[: hit.start]
    if _is_what_contains(layout, hit) or _is_before_contained(layout, hit):
        return False
    if hit.start and any("(" in token.text and ")" not in token.text for token in (*before, hit.tokens[0])):
        return False
    if _is_turned_by_next(layout, hit):
        return False
    if (
        hit.start
        and _is_modifier(hit.tokens[0])
        and not before[-1].text.endswith("/")
        and any(
            other.end == hit.start and other.keys("totals") and not _is_before_contained(layout, other)
            for other in layout.hits_in(hit.segment)
        )
    ):
        return False
    if hit.opens or hit.has_colon:
        return True
    most = _WORDS_BEFORE_TAX if hit.means("totals", _TAXES) and _ends_segment(hit) else _WORDS_BEFORE
    if len(before) > most or len(hit.segment.tokens) > 12 or any(len(token.text) > 24 for token in before):
        return False
    others = [other for other in layout.hits_in(hit.segment) if other.start < hit.start]
    if hit.means("totals", _TAXES):
        others = [other for other in others if not _is_modifier(other.tokens[0])]  # «incl. 20 % VAT»
    return all(_is_turned_by_next(layout, other) or _is_before_contained(layout, other) for other in others)


def _is_what_contains(layout: Layout, hit: Hit) -> bool:
    """Whether a word for a total says in what the tax before it is contained: «GST included in total: $18.00»."""
    if not hit.start or not hit.means("totals", SUMS):
        return False
    before = [
        other for other in layout.hits_in(hit.segment) if other.end <= hit.start and other.means("totals", _TAXES)
    ]
    said = {compact(token.text) for token in hit.segment.tokens[: hit.start]}
    return bool(before) and not said.isdisjoint(phrases_of("modifiers", "contained"))


def _is_before_contained(layout: Layout, hit: Hit) -> bool:
    """Whether a word for a total stands before the amount of the tax that is in it: «Total includes GST of $18.00»."""
    if not hit.means("totals", SUMS) or hit.has_colon:
        return False
    linking = phrases_of("modifiers", "linking")
    return any(
        other.start == hit.end
        and other.means("totals", _TAXES)
        and compact(other.tokens[0].text) in phrases_of("modifiers", "contained")
        and any(compact(token.text) in linking for token in hit.segment.tokens[other.end : other.end + 1])
        for other in layout.hits_in(hit.segment)
    )


def _ends_segment(hit: Hit) -> bool:
    """Whether nothing follows a label in its segment but a rate in brackets, as behind the name of a tax: «LAKE COUNTY TAX (4%)»."""
    behind = join(hit.segment.tokens[hit.end :])
    return not behind or _RATE_ALONE.fullmatch(behind) is not None


def _is_turned_by_next(layout: Layout, hit: Hit) -> bool:
    """Whether a label goes on to name a part: «total of the charges» is no total."""
    if not hit.means("totals", SUMS) or hit.has_colon:
        return False
    for other in layout.hits_in(hit.segment):
        if other.start >= hit.end and _is_modifier(other.tokens[0]):
            return False
        between = hit.segment.tokens[hit.end : other.start]
        if other.start >= hit.end and other.means("totals", _PARTS) and len(between) <= 2:
            words = {compact(token.text) for token in between}
            turned = words & (phrases_of("modifiers", "net") | phrases_of("modifiers", "gross"))
            return not turned and not any(c.isdigit() for token in between for c in token.text)
    return False


def _is_modifier(token: Token) -> bool:
    word = compact(token.text)
    return word in phrases_of("modifiers", "net") or word in phrases_of("modifiers", "gross")


def _cells_beside(layout: Layout, hit: Hit, mark: str | None) -> Iterator[tuple[Cell, float]]:
    """Give the amounts on the label's row up to the next label; the last is the most likely."""
    found: list[Cell] = []
    end = len(hit.segment.tokens)
    nexts = [
        other.start
        for other in layout.hits_in(hit.segment)
        if other.start >= hit.end
        and other.keys("totals")
        and other.has_colon
        and not _is_what_contains(layout, other)
        and not _is_aside(hit, other)  # «Allowance (Tax: 19%): Loyalty», «Gross Amt (Excl. GST):»
    ]
    end = min([end, *nexts])
    found.extend(cells_of(hit.segment.tokens[hit.end : end], mark))
    if end == len(hit.segment.tokens):
        for segment in layout.right_of(hit.segment):
            if _starts_another(layout, segment):
                break
            found.extend(find_cells(segment, mark))
    money = [cell for cell in found if cell.is_money] or ([] if _is_sentence(layout, hit) else found)
    for index, cell in enumerate(money):
        yield cell, 1.0 if index == len(money) - 1 else 0.75


def _is_aside(hit: Hit, other: Hit) -> bool:
    """Whether the bracket that another label stands in opened behind a label."""
    between = [token.text for token in hit.segment.tokens[hit.end : other.start]]
    first = [*between, other.tokens[0].text][0]
    return first.startswith("(") and not any(")" in text for text in between)


def _is_sentence(layout: Layout, hit: Hit) -> bool:
    """Whether words follow the label that are no label: a bare number among them is no amount."""
    follow = [t for s in (hit.segment.tokens[hit.end :], *(s.tokens for s in layout.right_of(hit.segment))) for t in s]
    words = [token for token in follow if len(token.text) > 3 and any(c.isalpha() for c in token.text)]
    return len(words) >= 2 or (len(words) == 1 and bool(follow) and follow[-1] is words[0])


def _starts_another(layout: Layout, segment: Segment) -> bool:
    return any(
        other.start == 0 and (other.keys("totals") or other.has_colon) and not cells_of(segment.tokens[:1], None)
        for other in layout.hits_in(segment)
    )


def _cells_below(layout: Layout, hit: Hit, mark: str | None) -> Iterator[tuple[Cell, float]]:
    """Give the amounts in the column under a label; in a table of totals the last row is the sum."""
    behind = join(hit.segment.tokens[hit.end :])
    is_apart = not behind or _RATE_ALONE.fullmatch(behind) or is_coin(behind)
    if not is_apart and not _is_header_segment(layout, hit.segment):
        return
    found: list[Cell] = []
    height = max(hit.box.height, 1.0)
    last = hit.box.y1
    below = layout.rows_below(hit.segment.row, _ROWS_BELOW)
    in_strip = len(layout.rows[hit.segment.row].segments) >= _FEWEST_HEADS
    for place, row in enumerate(below):
        if row.box.y0 - last > 3.2 * height:
            break
        cells = cells_of_row(row, mark)
        under = [cell for cell in cells if _is_column(hit, cell) or is_in_column(layout, hit, cell.box)]
        under = under or [
            cell for cell in cells if _is_in_strip(layout, hit, cell) or _is_below_coin(layout, hit, cell)
        ]
        if not under:
            if in_strip and _reaches_into_another(below, place):
                continue
            if cells or any(h.keys("totals") for h in layout.hits_of_row.get(row.index, ())):
                break
            continue
        found.append(min(under, key=lambda cell: abs(cell.box.center_x - hit.box.center_x)))
        last = row.box.y1
    money = [cell for cell in found if cell.is_money] or ([] if mark else found)
    if len(money) > 1 and hit.means("totals", _WHOLES) and _heads_taxes(layout, hit, below):
        is_summed = total_of(cell.value for cell in money[:-1]) == money[-1].value
        money = money[-1:] if is_summed else []
    for index, cell in enumerate(money):
        yield cell, 0.8 if index == len(money) - 1 else 0.6


def _heads_taxes(layout: Layout, hit: Hit, below: Sequence[Row]) -> bool:
    """Whether a label heads a column of a table of taxes, whose rows state parts of the document's totals: a rate each."""
    heads = [other for other in layout.hits_of_row.get(hit.segment.row, ()) if other is not hit]
    is_of_tax = any(other.means("totals", _TAXES) or other.means("columns", _TAX_COLUMNS) for other in heads)
    return is_of_tax and sum(bool(rates_in(segment)) for row in below for segment in row.segments) > 1


def _reaches_into_another(rows: Sequence[Row], place: int) -> bool:
    """Whether a row overlaps the one above or below: values stand in the middle of cells that are two rows high beside it."""
    box = rows[place].box
    others = [
        rows[at].box for at in (place - 1, place + 1) if 0 <= at < len(rows) and rows[at].page == rows[place].page
    ]
    return any(min(box.y1, other.y1) > max(box.y0, other.y0) for other in others)


def _is_in_strip(layout: Layout, hit: Hit, cell: Cell) -> bool:
    """Whether an amount stands below a label of a strip of heads, of which not all are known, and before the next of them."""
    row = layout.rows[hit.segment.row]
    if hit.start or len(row.segments) < _FEWEST_HEADS or any(map(str.isdigit, _RATE_ALONE.sub("", row.text))):
        return False
    next_start = next((segment.box.x0 for segment in layout.right_of(hit.segment)), layout.page_size(row.page)[0])
    return hit.box.x0 <= cell.box.x0 and cell.box.x1 < next_start


def _is_below_coin(layout: Layout, hit: Hit, cell: Cell) -> bool:
    """Whether an amount is wrapped below the currency that stands right of a label, and ends where that does."""
    coins = [segment for segment in layout.right_of(hit.segment)[:1] if is_coin(segment.text)]
    return any(abs(coin.box.x1 - cell.box.x1) < hit.box.height for coin in coins)


def _is_header_segment(layout: Layout, segment: Segment) -> bool:
    return len([hit for hit in layout.hits_in(segment) if hit.keys("totals") or hit.keys("columns")]) >= 2


def _is_column(hit: Hit, cell: Cell) -> bool:
    box = hit.box
    return (
        cell.box.overlap_x(box) > 0 or abs(cell.box.x1 - box.x1) < box.height or abs(cell.box.x0 - box.x0) < box.height
    )
