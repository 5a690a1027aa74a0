"""A model's answers looked up on the pages. The value is read from the words that stand there, never from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bursar.extraction.amounts import read_amount
from bursar.extraction.asking.numbered import Row
from bursar.extraction.custom.values import fit_text, is_date
from bursar.extraction.dates import read_date
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.box import enclose
from bursar.facts.evidence import Conventions, Evidence, Source
from bursar.reading.page import Word
from bursar.schemas.definition import Field

_SURE = 0.6
"""How sure an answer is that nothing proves: the words stand there, whether they are the right ones nobody knows."""
_MAX_QUOTE = 500
_MAX_HITS = 50
_NEAR_ROWS = 3
_LONGEST_VALUE = 5  # words
_SHORT = 4  # letters and digits; so little stands in many places
_JOINTS = ":=#"  # a label and its value may be one word


@dataclass(frozen=True, slots=True)
class Grounded:
    """A value with the words that it was read from."""

    value: Any
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Hit:
    row: Row
    words: tuple[Word, ...]
    text: str


@dataclass(slots=True)
class _Strip:
    """Words of one page one behind the other, and the compact text of them all."""

    words: list[tuple[Word, Row]] = field(default_factory=list)
    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)  # of each character: which word, where in it


class Ground:
    """The rows that were sent, to look quotes up in."""

    def __init__(self, rows: Sequence[Row], conventions: Conventions) -> None:
        self._rows = rows
        self._conventions = conventions
        self._strips = [strip for strip in _make_strips(rows) if strip.words]

    def find(self, quote: str, row_number: int | None, wanted: Field) -> Grounded | None:
        """Return what the pages say at a quote, the nearest to the row that was named; None where they do not have it."""
        if not quote.strip() or len(quote) > _MAX_QUOTE:
            return None
        hits = [hit for hit in self._find_text(quote) if self._agrees(hit, quote, wanted)]
        if not hits and _is_measured(wanted):
            hits = list(self._find_value(quote, row_number, wanted))
        near = sorted(hits, key=lambda hit: _distance(hit, row_number))
        if not near or not _is_certain(near, quote, row_number):
            return None
        value = fit_text(near[0].text, wanted, self._conventions)
        return None if value is None else Grounded(value, _see(near[0]))

    def _find_text(self, quote: str) -> Iterator[_Hit]:
        """Give the places where the quote stands word for word, letter case, points and blanks aside."""
        wanted = compact(quote)
        for strip in self._strips if wanted else ():
            start = strip.text.find(wanted)
            for _ in range(_MAX_HITS):
                if start < 0:
                    break
                if (hit := _cut(strip, start, start + len(wanted), quote)) is not None:
                    yield hit
                start = strip.text.find(wanted, start + 1)

    def _agrees(self, hit: _Hit, quote: str, wanted: Field) -> bool:
        """Whether the words there are of the field's type, and mean the number that was quoted."""
        value = fit_text(hit.text, wanted, self._conventions)
        if value is None:
            return False
        if wanted.kind not in ("number", "integer"):
            return True
        if _is_cut_short(hit):
            return False
        meant = self._read_numbers(quote)
        return not meant or abs(Decimal(value)) in {abs(number) for number in meant}

    def _find_value(self, quote: str, row_number: int | None, wanted: Field) -> Iterator[_Hit]:
        """Give the words near the row that mean the number or the day which the quote writes in another way."""
        meant: set[Any] = self._read_numbers(quote) if not is_date(wanted) else _read_days(quote)
        for row in self._rows if meant and row_number is not None else ():
            if abs(row.number - (row_number or 0)) > _NEAR_ROWS:
                continue
            for start in range(len(row.words)):
                for end in range(start + 1, min(start + _LONGEST_VALUE, len(row.words)) + 1):
                    words = row.words[start:end]
                    text = " ".join(word.text for word in words)
                    value = fit_text(text, wanted, self._conventions)
                    if value is not None and (value if is_date(wanted) else Decimal(value)) in meant:
                        hit = _Hit(row, words, text)
                        if is_date(wanted) or not _is_cut_short(hit):
                            yield hit

    def _read_numbers(self, quote: str) -> set[Decimal]:
        plain = quote.strip().removesuffix("%").strip()
        amount = read_amount(plain, self._conventions.decimal.value)
        found = {amount.value, amount.alternative} if amount else set()
        if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,9})?", plain):
            found.add(Decimal(plain))
        return {number for number in found if number is not None}


def _read_days(quote: str) -> set[str]:
    try:
        return {date.fromisoformat(quote.strip()[:10]).isoformat()}
    except ValueError:
        printed = read_date(quote)
        return {printed.value.isoformat()} if printed and printed.value else set()


def _is_measured(wanted: Field) -> bool:
    return wanted.kind in ("number", "integer") or is_date(wanted)


def _is_cut_short(hit: _Hit) -> bool:
    """Whether the words are the head or the tail of a number that is printed in groups: `12` of `12 345`."""
    places = [index for index, word in enumerate(hit.row.words) if any(word is own for own in hit.words)]
    if not places:
        return False
    first, last = hit.row.words[places[0]], hit.row.words[places[-1]]
    before = hit.row.words[places[0] - 1] if places[0] else None
    behind = hit.row.words[places[-1] + 1] if places[-1] + 1 < len(hit.row.words) else None
    return _are_groups(before, first) or _are_groups(last, behind)


def _are_groups(left: Word | None, right: Word | None) -> bool:
    return (
        left is not None
        and right is not None
        and right.box.x0 - left.box.x1 < 0.8 * left.box.height
        and re.fullmatch(r"\D?\d{1,3}", left.text) is not None
        and re.match(r"\d{3}(?!\d)", right.text) is not None
    )


def _distance(hit: _Hit, row_number: int | None) -> int:
    return abs(hit.row.number - row_number) if row_number is not None else 0


def _is_certain(near: Sequence[_Hit], quote: str, row_number: int | None) -> bool:
    """Whether the place is clear: what is short, or was cited elsewhere, must not stand in several places."""
    if len(compact(quote)) < _SHORT:
        return row_number is not None and _distance(near[0], row_number) <= 1
    return _distance(near[0], row_number) <= _NEAR_ROWS or len({hit.words[0].box for hit in near}) == 1


def _see(hit: _Hit) -> Evidence:
    sure = round(_SURE * min(word.confidence for word in hit.words), 4)
    return Evidence(hit.row.page.number, enclose(word.box for word in hit.words), hit.text, sure, Source.LLM)


# ---------------------------------------------------------------- strips


def _make_strips(rows: Sequence[Row]) -> Iterator[_Strip]:
    """Give each page twice: row by row over all columns, and in reading order, in which a column's lines follow each other."""
    pages = {row.page.number: row.page for row in rows}
    for number, page in pages.items():
        rows_of_words = {id(word): row for row in rows if row.page.number == number for word in row.words}
        yield _fill(_Strip([(word, row) for row in rows if row.page.number == number for word in row.words]))
        in_order = [(word, rows_of_words.get(id(word))) for line in page.lines for word in line.words]
        yield _fill(_Strip([(word, row) for word, row in in_order if row is not None]))


def _fill(strip: _Strip) -> _Strip:
    letters: list[str] = []
    for index, (word, _) in enumerate(strip.words):
        for place, character in enumerate(word.text):
            for letter in compact(character):
                letters.append(letter)
                strip.places.append((index, place))
    strip.text = "".join(letters)
    return strip


def _cut(strip: _Strip, start: int, end: int, quote: str) -> _Hit | None:
    """Return the whole words from `start` to `end` of the compact text; None when it begins or ends within one."""
    (first, begin), (last, stop) = strip.places[start], strip.places[end - 1]
    texts = [word.text for word, _ in strip.words[first : last + 1]]
    tail = texts[-1][stop + 1 :]
    head = texts[0][:begin]
    if any(compact(character) for character in tail):
        return None
    if any(compact(character) for character in head):
        if not any(mark in _JOINTS for mark in head[-1:]):
            return None
        texts[0] = texts[0][begin:]
    text = _trim(" ".join(texts), quote)
    words = tuple(word for word, _ in strip.words[first : last + 1])
    return _Hit(strip.words[first][1], words, text)


def _trim(text: str, quote: str) -> str:
    """Return the text without the marks around it that were not quoted; signs and currencies stay."""
    while text and text[-1] in ".,;:)]\"'»”" and quote.strip()[-1] != text[-1] and not re.search(r"[(\[]", text):
        text = text[:-1]
    while text and text[0] in "\"'«„“:;,":
        text = text[1:]
    return text
