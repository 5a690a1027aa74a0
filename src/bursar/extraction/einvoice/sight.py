"""What stands on the pages, whatever the page reader made of it: texts, dates, amounts."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapidfuzz.fuzz import partial_ratio, ratio

from bursar.extraction.amounts import find_amounts
from bursar.extraction.dates import PrintedDate, find_dates
from bursar.extraction.einvoice.compare import fold
from bursar.extraction.identifiers import find_ibans, find_tax_ids
from bursar.extraction.invoices.addresses import words
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Conventions, Source
from bursar.facts.lazy import lazy
from bursar.reading.page import Page, Word

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")  # no amount to `find_amounts`
_MIN_LENGTH = 4  # shorter texts stand anywhere by chance
_MIN_TAIL = 6  # characters of a number that may stand without the letters before it
_MIN_NEAR = 5  # letters of a word that is known again with one of them misread
_NEAR = 80  # percent of it
_RESEMBLING = 88  # percent of a number or name on a recognised page
_NAME_SHARE = 0.75
_LINES_OF_NAME = 4
_LETTERS = "".join(map(chr, range(ord("a"), ord("z") + 1)))
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{1,3}(?:[.,'’\s]\d{2,3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,4})?")


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
    recognised: bool  # from pixels, so that a character may be another


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

    def may_show(self, value: str | date | Decimal) -> bool:
        """Whether the value may stand anywhere, however it is written: what is false here is on no page.

        A text as a number or name of a thing, run together with what stands beside it; a date with day and month either
        way; an amount by its digits.
        """
        if isinstance(value, str):
            return self._may_hold(fold(value))
        if isinstance(value, date):
            return value in self._dates or value in self._swapped
        return value == 0 or self.shows(value) or not self._digits.isdisjoint(_digits_of(abs(value)))

    def may_name(self, name: str) -> bool:
        """Whether lines near one another may hold most words of a name, the forms of firms aside."""
        wanted = _bare_words(name)
        if not wanted or self.may_show(name):
            return True
        return any(self._count(window, wanted) >= _NAME_SHARE * len(wanted) for window in self._windows)

    @lazy
    def dates(self) -> frozenset[date]:
        """All dates that stand anywhere."""
        return frozenset(self._dates)

    @lazy
    def ibans(self) -> frozenset[str]:
        """All IBANs that stand anywhere, without blanks."""
        return frozenset(found.value for line in self._lines for found in find_ibans(line))

    @lazy
    def tax_ids(self) -> frozenset[str]:
        """All tax ids with a country's form that stand anywhere, without blanks."""
        return frozenset(fold(found.value).upper() for line in self._lines for found in find_tax_ids(line))

    def _may_hold(self, wanted: str) -> bool:
        """Whether the folded text stands within or across words, digits at its ends not going on."""
        tails = [wanted, wanted.lstrip(_LETTERS)]
        for part in dict.fromkeys(tail for tail in tails if tail == wanted or len(tail) >= _MIN_TAIL):
            if any(_find_loosely(page, part) for page in self._folded):
                return True
        return any(_resembles(page, wanted) for page in self._folded if page.recognised)

    def _count(self, window: frozenset[str], wanted: list[str]) -> int:
        """Return how many of the words stand among others, on a recognised page also nearly so."""
        return sum(word in window or (self._recognised and _is_near(word, window)) for word in wanted)

    @lazy
    def _recognised(self) -> bool:
        return any(page.recognised for page in self._folded)

    @lazy
    def _windows(self) -> list[frozenset[str]]:
        """The words of each line and of those that follow it: a name goes on below, other columns between."""
        lines = [frozenset(map(fold, _WORD.findall(line))) for line in self._lines]
        return [frozenset().union(*lines[at : at + _LINES_OF_NAME]) for at in range(len(lines))]

    @lazy
    def _lines(self) -> list[str]:
        return [line.text for page in self._pages for line in page.lines]

    @lazy
    def _folded(self) -> list[_Folded]:
        return [_fold_page(page) for page in self._pages]

    @lazy
    def _printed_dates(self) -> list[PrintedDate]:
        order = self._conventions.date_order.value
        return [printed for line in self._lines for printed in find_dates(line, order)]

    @lazy
    def _dates(self) -> set[date]:
        return {printed.value for printed in self._printed_dates if printed.value}

    @lazy
    def _swapped(self) -> set[date]:
        return {printed.swapped for printed in self._printed_dates if printed.swapped}

    @lazy
    def _amounts(self) -> set[Decimal]:
        mark = self._conventions.decimal.value
        amounts = {abs(printed.value) for line in self._lines for printed in find_amounts(line, mark)}
        return amounts | {Decimal(rate.replace(",", ".")) for line in self._lines for rate in _RATE.findall(line)}

    @lazy
    def _digits(self) -> set[str]:
        """The digits of every number, its marks and the blanks between its thousands left out."""
        found = (number for line in self._lines for number in _NUMBER.findall(unicodedata.normalize("NFKC", line)))
        return {"".join(str(unicodedata.decimal(c)) for c in number if c.isdecimal()) for number in found}


def _fold_page(page: Page) -> _Folded:
    printed = [word for line in page.lines for word in line.words]
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for word in printed:
        starts.append(length)
        parts.append(fold(word.text))
        length += len(parts[-1])
    return _Folded(page.number, "".join(parts), starts, printed, any(word.source is Source.OCR for word in printed))


def _find_loosely(page: _Folded, wanted: str) -> bool:
    """Whether the text stands there; within words its digits must not go on, and a short one must be a word."""
    boundaries = {*page.starts, len(page.text)}
    at = page.text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        opens, closes = at in boundaries, end in boundaries
        if len(wanted) >= _MIN_LENGTH:
            opens = opens or not (page.text[at - 1].isdigit() and wanted[0].isdigit())
            closes = closes or not (page.text[end].isdigit() and wanted[-1].isdigit())
        if opens and closes:
            return True
        at = page.text.find(wanted, at + 1)
    return False


def _resembles(page: _Folded, wanted: str) -> bool:
    return len(wanted) >= _MIN_NEAR and partial_ratio(wanted, page.text) >= _RESEMBLING


def _is_near(word: str, window: frozenset[str]) -> bool:
    return len(word) >= _MIN_NEAR and any(ratio(word, other) >= _NEAR for other in window)


def _bare_words(name: str) -> list[str]:
    """Return the words of a name that tell it from others; all of them where it is of nothing but forms of firms."""
    found = [fold(word) for word in _WORD.findall(name)]
    forms = words("company_forms")
    bare = [word for word in found if len(word) > 1 and word not in forms]
    return bare or found


def _digits_of(value: Decimal) -> set[str]:
    """Return the digits that the value may be printed with: with two decimals, with its own, without any."""
    whole, cents = f"{value:f}".split(".")[0], f"{round(value, 2):.2f}"
    own = f"{value.normalize():f}".replace(".", "")
    return {cents.replace(".", ""), own if len(own) > 1 else cents} | ({whole} if value == int(value) else set())


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
