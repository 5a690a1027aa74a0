"""What stands on the pages, whatever the page reader made of it: texts, dates, amounts."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bursar.extraction.amounts import find_amounts
from bursar.extraction.dates import find_dates
from bursar.extraction.einvoice.compare import fold
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Conventions
from bursar.facts.lazy import lazy
from bursar.reading.page import Page, Word

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")  # no amount to `find_amounts`
_MIN_LENGTH = 4  # shorter texts stand anywhere by chance


@dataclass(frozen=True, slots=True)
class Place:
    """A page, 1-based, and a box on it."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class _Folded:
    number: int
    text: str
    starts: list[int]  # where each word begins in the text
    words: list[Word]


class Sight:
    """The pages' words in reading order; dates and amounts in them as the document's conventions have it."""

    def __init__(self, pages: tuple[Page, ...], conventions: Conventions) -> None:
        self._pages = [page for page in pages if page.words]
        self._conventions = conventions

    def find(self, text: str) -> Place | None:
        """Return where the text first stands as whole words, case, punctuation and gaps aside; None where it does not."""
        wanted = fold(text)
        if len(wanted) < _MIN_LENGTH:
            return None
        for page in self._folded:
            found = _find_whole(page, wanted)
            if found is not None:
                first, last = found
                return Place(page.number, enclose(word.box for word in page.words[first : last + 1]))
        return None

    def shows(self, value: str | date | Decimal) -> bool:
        """Whether the value stands anywhere: all lines of a text, a date or an amount in any notation, whatever its sign."""
        if isinstance(value, str):
            parts = [part for line in value.split("\n") for part in self._split(line)]
            return bool(parts) and all(self.find(part) for part in parts)
        return value in self._dates if isinstance(value, date) else abs(value) in self._amounts

    def _split(self, line: str) -> list[str]:
        """Return the line, or its words where it does not stand there as one: a town before or behind its postal code."""
        parts = [line] if self.find(line) else line.split()
        return [part for part in parts if len(fold(part)) >= _MIN_LENGTH]

    @lazy
    def _folded(self) -> list[_Folded]:
        return [_fold_page(page) for page in self._pages]

    @lazy
    def _dates(self) -> set[date]:
        order = self._conventions.date_order.value
        found = [printed for page in self._pages for line in page.lines for printed in find_dates(line.text, order)]
        return {printed.value for printed in found if printed.value}

    @lazy
    def _amounts(self) -> set[Decimal]:
        mark = self._conventions.decimal.value
        lines = [line.text for page in self._pages for line in page.lines]
        amounts = {abs(printed.value) for line in lines for printed in find_amounts(line, mark)}
        return amounts | {Decimal(rate.replace(",", ".")) for line in lines for rate in _RATE.findall(line)}


def _fold_page(page: Page) -> _Folded:
    words = [word for line in page.lines for word in line.words]
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for word in words:
        starts.append(length)
        parts.append(fold(word.text))
        length += len(parts[-1])
    return _Folded(page.number, "".join(parts), starts, words)


def _find_whole(page: _Folded, wanted: str) -> tuple[int, int] | None:
    """Return the first and last word of the first place that begins and ends where words do."""
    boundaries = {*page.starts, len(page.text)}
    at = page.text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if at in boundaries and end in boundaries:
            return bisect_right(page.starts, at) - 1, bisect_right(page.starts, end - 1) - 1
        at = page.text.find(wanted, at + 1)
    return None
