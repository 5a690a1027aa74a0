"""Amounts where they stand: every printed number of a row with its tokens, rates told from amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from bursar.extraction.amounts import PrintedAmount, find_amounts
from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Row, Segment, Token, box_of, join
from bursar.extraction.invoices.values import tokens_at
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.facts.lazy import lazy

_DIGIT = re.compile(r"\d")
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,4})?)\s?%")
_BENT_DIGITS = re.compile(r"(?<=\d)[oO](?=[\d.,])|(?<=[\d.,])[oO](?=\d|$)")
_MAY_BE_BENT = re.compile(r"[oOxX×]")
_TIMES = re.compile(r"(?<=\d)[xX×](?=\s|$)")  # «2x»
_FLAGGED = re.compile(r"(?:[^\w\s]\s?){0,2}[\d.,]*\d[.,]\d{2}[ABEFINOPRTVXYZ]")  # «263.10T»: the letter of its tax
_WIDE_POINT = re.compile(r"(?<=\d)\s?([.,])\s(?=\d{2}(?:\D|$))|(?<=\d)\s([.,])(?=\d{2}(?:\D|$))")


class Cell(Struct, frozen=True, dict=True):
    """One printed number, with the tokens that it is made of."""

    amount: PrintedAmount
    tokens: tuple[Token, ...]

    @property
    def value(self) -> Decimal:
        """The number, signed as printed."""
        return self.amount.value

    @lazy
    def box(self) -> Box:
        """Around its tokens."""
        return box_of(self.tokens)

    @property
    def page(self) -> int:
        """1-based."""
        return self.tokens[0].page

    @property
    def is_money(self) -> bool:
        """Whether it is printed as money is: with a currency, or with two or more decimals."""
        return self.amount.decimals >= 2 or self.amount.currency is not None


def find_cells(segment: Segment, mark: str | None) -> tuple[Cell, ...]:
    """Return the numbers of a segment, left to right; dates and rates (`19 %`) are none.

    What was found is kept with the segment: totals, taxes and items all ask for it.
    """
    known: dict[str | None, tuple[Cell, ...]] = segment.cells_by_mark
    found = known.get(mark)
    if found is None:
        found = known[mark] = cells_of(segment.tokens, mark) if _DIGIT.search(segment.text) else ()
    return found


def cells_of_row(row: Row, mark: str | None) -> list[Cell]:
    """Return the numbers of a row, left to right."""
    return [cell for segment in row.segments for cell in find_cells(segment, mark)]


def cells_of(tokens: tuple[Token, ...], mark: str | None) -> tuple[Cell, ...]:
    """Return the numbers of tokens that are a part of a segment."""
    printed = join(tokens)
    if _DIGIT.search(printed) is None:
        return ()
    mended = _with_lost_point(tokens, mark)
    text = printed if mended is tokens else join(mended)
    if text[-1].isalpha() and _FLAGGED.fullmatch(text):
        text = f"{text[:-1]} "
    if _MAY_BE_BENT.search(text):
        text = _TIMES.sub(" ", _BENT_DIGITS.sub("0", text))
    amounts = find_amounts(text, mark)
    spaced = _WIDE_POINT.sub(lambda match: match[1] or match[2], text)
    if spaced != text and len(find_amounts(spaced, mark)) <= len(amounts):
        return _cells_of_spaced(mended, text, spaced, mark)
    if not amounts:
        return ()
    blocked = [(d.start, d.end) for d in find_dates(text) if not d.text.replace(" ", "").isdigit()]
    blocked += [match.span() for match in _RATE.finditer(text)] if "%" in text else []
    return tuple(
        [
            Cell(amount, tokens_at(mended, amount.start, amount.end))
            for amount in amounts
            if all(amount.end <= start or amount.start >= end for start, end in blocked)
        ]
    )


def _with_lost_point(tokens: tuple[Token, ...], mark: str | None) -> tuple[Token, ...]:
    """Give back the point that recognition lost: `47 80` alone on its place is 47.80 where others have decimals."""
    if len(tokens) != 2 or tokens[0].source is not Source.OCR or mark is None:
        return tokens
    whole, cents = tokens[0].text.strip(), tokens[1].text.strip()
    if not re.fullmatch(r"(?:RM|[$€£])?\d{1,4}", whole) or not re.fullmatch(r"\d{2}", cents):
        return tokens
    box = enclose([token.box for token in tokens])
    return (replace(tokens[0], text=f"{whole}{mark}{cents}", box=box, confidence=0.7 * tokens[0].confidence),)


def _cells_of_spaced(tokens: Sequence[Token], text: str, spaced: str, mark: str | None) -> tuple[Cell, ...]:
    """Read numbers whose point a reader set apart (`86. 00`): positions are counted without blanks."""
    places = [index for index, char in enumerate(text) if char != " "]
    cells = []
    for amount in find_amounts(spaced, mark):
        first = len(spaced[: amount.start].replace(" ", ""))
        last = len(spaced[: amount.end].replace(" ", "")) - 1
        if last < len(places):
            cells.append(Cell(amount, tokens_at(tokens, places[first], places[last] + 1)))
    return tuple(cells)


def rates_in(segment: Segment) -> list[tuple[Decimal, tuple[Token, ...]]]:
    """Return the percentages of a segment, left to right."""
    return find_rates(segment.tokens) if "%" in segment.text else []


def find_rates(tokens: Sequence[Token]) -> list[tuple[Decimal, tuple[Token, ...]]]:
    """Return the percentages, left to right."""
    text = join(tokens)
    if "%" not in text:
        return []
    return [
        (Decimal(match[1].replace(",", ".")), tokens_at(tokens, match.start(), match.end()))
        for match in _RATE.finditer(text)
    ]
