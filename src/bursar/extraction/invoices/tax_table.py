"""Tax breakdowns: a small table of rates, bases and amounts, or lines such as «19 % MwSt auf 100,00: 19,00»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from bursar.extraction.invoices.layout import Found, Hit, Layout, Row, Token
from bursar.extraction.invoices.money_cells import Cell, cells_of_row, find_rates
from bursar.extraction.invoices.total_lines import TotalLine
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.money import CENT, is_close, round_to

_KINDS = (
    ("cgst", "CGST"),
    ("sgst", "SGST"),
    ("utgst", "SGST"),
    ("igst", "IGST"),
    ("cess", "CESS"),
    ("gst", "GST"),
    ("hst", "GST"),
)
_OF_GST = ("gst", "hst")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_SALES = ("salestax", "tax", "statetax", "localtax", "citytax", "countytax")
_SLACK = Decimal("0.02")
_COMMON_RATES = {Decimal(rate) for rate in ("0", "5", "6", "7", "8", "9", "10", "12", "14", "15", "18", "19", "20", "21", "22", "23", "24", "25", "27", "28", "5.5", "2.1", "2.5", "3", "13", "4", "16")}  # fmt: skip
_MAX_ROWS = 8
_EDGE = 0.5  # of the height of type, that right edges of one column differ by at most
_PAIR = 2
_HEADS = {"tax", "tax_total", "tax_summary"}
_TAX_COLUMNS = {"tax_rate", "tax_amount", "tax_base"}


class TaxFind(Struct, frozen=True):
    """One line of the breakdown; `proven` says that base and rate give the amount."""

    kind: str
    rate: Found[Decimal] | None
    base: Found[Decimal] | None
    amount: Found[Decimal]
    proven: bool


def find_taxes(layout: Layout, lines: Sequence[TotalLine], mark: str | None, blocked: frozenset[int]) -> list[TaxFind]:
    """Return the tax lines, each amount once, the proven reading of each before others."""
    found = [tax for line in lines if line.kind in ("tax", "tax_total") for tax in _of_line(line)]
    found += [tax for row in _rows_of_breakdown(layout, blocked) for tax in _of_row(row, mark)]
    kept: list[TaxFind] = []
    for tax in sorted(found, key=lambda tax: not tax.proven):
        if not any(_is_same(tax, other) and not _are_twins(layout, tax, other) for other in kept):
            kept.append(tax)
    return sorted(kept, key=lambda tax: _position(tax.amount))


def find_bare_rate(lines: Sequence[TotalLine]) -> tuple[str, Found[Decimal]] | None:
    """Return the one rate that a label of the tax states without any amount: its kind, and the rate where it stands."""
    bare = [line for line in lines if line.kind in ("tax", "tax_total") and line.rates and not line.cells]
    if len({rate for line in bare for rate, _ in line.rates}) != 1:
        return None
    rate, tokens = bare[0].rates[0]
    return kind_of(bare[0].hit), Found(rate, tokens, 0.9)


def kind_of(hit: Hit) -> str:
    """Return the tax that a label names: VAT where it does not say."""
    words = [_NOT_LETTERS.sub("", token.text.casefold()) for token in hit.tokens]
    text = "".join(words)
    for word, kind in _KINDS:
        if text.startswith(word) or any(each.startswith(word) for each in words):
            return kind
    if any(word in text for word in _OF_GST):  # within a word that it was run together with: «Includes GST» is no SGST
        return "GST"
    return "sales_tax" if text in _SALES else "VAT"


def _of_line(line: TotalLine) -> Iterator[TaxFind]:
    if line.kind == "tax_total" and not line.rates:
        return
    cells = [cell for cell, _ in line.cells]
    for rate, rate_tokens in line.rates[:2]:
        for amount in cells:
            for base in cells:
                if base is not amount and _computes(base.value, rate, amount.value):
                    yield _build(kind_of(line.hit), (rate, rate_tokens), base, amount, proven=True)
    if cells and line.kind == "tax":
        best = max(line.cells, key=lambda pair: pair[1])[0]
        rate_found = line.rates[0] if line.rates else None
        yield _build(kind_of(line.hit), rate_found, None, best, proven=False)


def _of_row(row: Row, mark: str | None) -> Iterator[TaxFind]:
    """Read a row of a breakdown: a rate (with or without its sign), a base and an amount that fit one another."""
    cells = cells_of_row(row, mark)
    if len(cells) < 2:
        return
    rates: list[tuple[Decimal, tuple[Token, ...]]] = find_rates(row.tokens) if "%" in row.text else []
    rates += [(cell.value, cell.tokens) for cell in cells if cell.value in _COMMON_RATES and not cell.amount.currency]
    money = [cell for cell in cells if cell.amount.decimals >= 2]
    if not money and "%" in row.text:  # yen have no decimals: «10%対象 370,000 消費税 37,000»
        whole = [cell for cell in cells if cell.amount.decimals == 0]
        money = whole if any("," in cell.amount.text for cell in whole) else []
    for rate, tokens in rates:
        for base in money:
            for amount in money:
                apart = base is not amount and tokens not in (amount.tokens, base.tokens)
                if apart and rate > 0 and _computes(base.value, rate, amount.value):
                    yield _build("VAT", (rate, tokens), base, amount, proven=True)
                    yield from _surcharge_of_row(cells, rate, base, amount)
                    return


def _surcharge_of_row(cells: Sequence[Cell], rate: Decimal, base: Cell, amount: Cell) -> Iterator[TaxFind]:
    """Give the second, lower tax that stands right behind the first and is reckoned from its base: «890.00 21 186.90 5.2 46.28»."""
    behind = cells[cells.index(amount) + 1 :][:_PAIR]
    if len(behind) < _PAIR or behind[0].amount.currency or not 0 < behind[0].value < rate:
        return
    share, second = behind
    if second.amount.decimals >= _PAIR and _computes(base.value, share.value, second.value):
        yield _build("VAT", (share.value, share.tokens), base, second, proven=True)


def _rows_of_breakdown(layout: Layout, blocked: frozenset[int]) -> Iterator[Row]:
    """Give the rows on which a label of tax stands, and those below one on its page."""
    labelled = {
        hit.segment.row for hit in layout.hits if hit.means("totals", _HEADS) or hit.means("columns", _TAX_COLUMNS)
    }
    last: Row | None = None
    for row in layout.rows:
        if row.index in labelled:
            last = row
        near = last is not None and last.page == row.page and row.index - last.index <= _MAX_ROWS
        if near and row.index not in blocked:
            yield row


def _computes(base: Decimal, rate: Decimal, amount: Decimal) -> bool:
    return amount != 0 and is_close(round_to(base * rate / 100, CENT), amount, tolerance=_SLACK)


def _build(
    kind: str, rate: tuple[Decimal, tuple[Token, ...]] | None, base: Cell | None, amount: Cell, *, proven: bool
) -> TaxFind:
    sure = 0.97 if proven else 0.75
    return TaxFind(
        kind,
        Found(rate[0], rate[1], sure) if rate else None,
        Found(base.value, base.tokens, sure) if base else None,
        Found(amount.value, amount.tokens, sure),
        proven,
    )


def _is_same(tax: TaxFind, other: TaxFind) -> bool:
    if {id(token) for token in tax.amount.tokens} & {id(token) for token in other.amount.tokens}:
        return True
    if tax.rate and other.rate and tax.rate.value == other.rate.value and tax.kind == other.kind:
        return tax.amount.value == other.amount.value or not tax.proven
    return False


def _are_twins(layout: Layout, tax: TaxFind, other: TaxFind) -> bool:
    """Whether two taxes of one rate and amount are two: in rows that follow one another, each with words of its own.

    What is printed again («VAT 20 %», «includes VAT 20 %») says the same words, or stands elsewhere.
    """
    if tax.proven or other.proven or tax.amount.value != other.amount.value or tax.rate is None or other.rate is None:
        return False
    one, two = tax.amount.tokens[-1], other.amount.tokens[-1]
    if one.page != two.page or abs(one.box.x1 - two.box.x1) > _EDGE * one.size:
        return False
    rows = [layout.rows[index] for index in _rows_holding(layout, (one, two))]
    if len(rows) != _PAIR or rows[1].index - rows[0].index != 1:
        return False
    words = [{compact(token.text) for token in row.tokens if token.text[:1].isalpha()} for row in rows]
    return not words[0] <= words[1] and not words[1] <= words[0]


def _rows_holding(layout: Layout, tokens: Sequence[Token]) -> list[int]:
    wanted = {id(token) for token in tokens}
    return [row.index for row in layout.rows if any(id(token) in wanted for token in row.tokens)]


def sum_untaxed(layout: Layout, taxes: Sequence[TaxFind], mark: str | None) -> Decimal:
    """Return what was sold without tax by the rows of a table beside those of its taxes: «Z 0% 12.00 0.00»."""
    rows = {index for tax in taxes if tax.base is not None for index in _rows_holding(layout, tax.amount.tokens)}
    whole = Decimal(0)
    for index in {row + step for row in rows for step in (-1, 1)} - rows:
        row = layout.rows[index] if 0 <= index < len(layout.rows) else None
        values = [cell.value for cell in cells_of_row(row, mark) if cell.is_money] if row else []
        bases = {value for value in values if value}
        if len(bases) == 1 and 0 in values and min(bases) > 0:
            whole += bases.pop()
    return whole


def _position(found: Found[Decimal]) -> tuple[int, float, float]:
    token = found.tokens[0]
    return token.page, token.box.y0, token.box.x0


def sum_of(taxes: Iterable[TaxFind]) -> Decimal:
    """Return the sum of the amounts."""
    return sum((tax.amount.value for tax in taxes), Decimal(0))
