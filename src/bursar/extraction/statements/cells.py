"""A page as rows of cells, with every date and amount in them found once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from bursar.extraction.amounts import PrintedAmount, find_amounts, read_amount
from bursar.extraction.dates import PrintedDate, find_dates, read_date
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.reading.lines import rows_of
from bursar.reading.page import Page, Word

_SLANTED = 2.4  # a box so many times higher than its type is that of a word printed askew, such as a watermark
_FILLER = re.compile(r"[~\-–—_.=*\s:;|]+")
_MARKERS = {
    "cr": "CR",
    "dr": "DR",
    "c": "CR",
    "d": "DR",
    "h": "CR",
    "s": "DR",
    "+": "CR",
    "-": "DR",
    "–": "DR",
    "−": "DR",
}
_MARKERS |= {
    "af": "DR",
    "bij": "CR",
    "db": "DR",
    "k": "CR",
    "credit": "CR",
    "debit": "DR",
    "crédit": "CR",
    "débit": "DR",
}
_MARKERS |= {
    "wn": "DR",
    "ma": "CR",
    "od": "DR",
    "soll": "DR",
    "haben": "CR",
    "(cr)": "CR",
    "(dr)": "DR",
    "cr.": "CR",
    "dr.": "DR",
}
_MARKERS |= {
    "debet": "DR",
    "kredit": "CR",
    "(-)": "DR",
    "(+)": "CR",
    "out": "DR",
    "in": "CR",
    "deb": "DR",
    "cred": "CR",
    "cre": "CR",
}
_SIX_DIGITS = re.compile(r"(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)(?= |$)")
_SPLIT_DAY = re.compile(r"(?<!\S)(\d)\.(\d)(?=[-/]\d)")
_LONE_POINT = re.compile(r"(?:(?<!\S)|(?<=[a-z]))[.,](?=\d{1,2}\.? [^\W\d])")
_STRAY_MARK = re.compile(r"(?<!\S)[.,:;·](?=\d{2,}[-/.,]\d)")
_ZERO_FOR_LETTER = re.compile(r"(?<!\S)0(?=[a-zäöüéç]{3})")
_ODD_MARK = re.compile(r"(?P<head>[-+(]?\s?[\d.,' ]*\d)(?P<mark>[;:])\d{2}\s?[-+)]?(?: ?[A-Za-z]{1,2})?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount where it stands. `whole`: nothing else stands in its cell."""

    amount: PrintedAmount
    box: Box
    words: tuple[Word, ...]
    whole: bool

    @property
    def confidence(self) -> float:
        """That of its least certain word."""
        return min(word.confidence for word in self.words)


@dataclass(frozen=True, slots=True)
class Day:
    """A date where it stands. `leads`: its cell begins with it."""

    printed: PrintedDate
    box: Box
    words: tuple[Word, ...]
    leads: bool

    @property
    def confidence(self) -> float:
        """That of its least certain word."""
        return min(word.confidence for word in self.words)


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one row that stand together. `marker` is `CR` or `DR` where the cell says nothing else."""

    words: tuple[Word, ...]
    box: Box
    marker: str | None

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)

    @property
    def readable(self) -> str:
        """The same, of the same length, with slips in figures mended where the words were recognised from pixels."""
        if self.words[0].source is not Source.OCR:
            return self.text
        return mend_figures(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """Everything at one height of a page, left to right. `index` counts from the top of the page."""

    page: int
    index: int
    words: tuple[Word, ...]
    box: Box
    cells: tuple[Cell, ...]
    moneys: tuple[Money, ...]
    days: tuple[Day, ...]

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as rows. `em` is the usual height of its type, `ruled` the heights of horizontal ruling lines."""

    page: Page
    rows: tuple[Row, ...]
    em: float


def read_sheet(page: Page) -> Sheet:
    """Return the page's rows from the top down; words printed askew are left out."""
    cell_of = {id(word): number for number, line in enumerate(page.lines) for word in line.words}
    level = [word for word in page.words if not _is_slanted(word)]
    rows = [
        _read_row(page.number, index, words, cell_of)
        for index, words in enumerate(rows_of(level))
        if any(not _FILLER.fullmatch(word.text) for word in words)
    ]
    em = median([word.box.height for word in level]) if level else 1.0
    return Sheet(page, tuple(rows), em)


def settle_row(row: Row, decimal: str | None, order: str | None) -> Row:
    """Return the row with the numbers and dates that did not settle themselves read by the document's conventions."""
    moneys = tuple(_settle_money(money, decimal) for money in row.moneys)
    days = tuple(_settle_day(day, order) for day in row.days)
    return Row(row.page, row.index, row.words, row.box, row.cells, moneys, days)


def mend_figures(text: str) -> str:
    """Return the text, as long as before, with what recognition often makes of figures undone.

    >>> mend_figures("161;43")
    '161.43'
    >>> mend_figures("1.1-03-2022")
    ' 11-03-2022'
    """
    mended = _SPLIT_DAY.sub(r" \1\2", text)
    mended = _ZERO_FOR_LETTER.sub("O", _STRAY_MARK.sub(" ", _LONE_POINT.sub(" ", mended)))
    alone = _ODD_MARK.fullmatch(mended)
    if alone:
        mark = "." if "," in alone["head"] else "," if "." in alone["head"] or " " in alone["head"].strip() else None
        at = alone.start("mark")
        mended = f"{mended[:at]}{mark or '.'}{mended[at + 1 :]}"
    return mended


def _is_slanted(word: Word) -> bool:
    if word.font_size:
        return word.box.height > _SLANTED * word.font_size
    return len(word.text) > 2 and word.box.height > _SLANTED * word.box.width


def _read_row(page: int, index: int, words: Sequence[Word], cell_of: dict[int, int]) -> Row:
    cells = [_make_cell(part) for part in _split(words, cell_of)]
    moneys: list[Money] = []
    days: list[Day] = []
    for cell in cells:
        if any(_DIGIT.search(word.text) for word in cell.words):
            found_days = _find_days(cell)
            days.extend(found_days)
            moneys.extend(_find_moneys(cell, found_days))
    return Row(page, index, tuple(words), enclose(w.box for w in words), tuple(cells), tuple(moneys), tuple(days))


def _split(words: Sequence[Word], cell_of: dict[int, int]) -> Iterable[tuple[Word, ...]]:
    begin = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or cell_of.get(id(words[index])) != cell_of.get(id(words[index - 1])):
            yield tuple(words[begin:index])
            begin = index


def _make_cell(words: tuple[Word, ...]) -> Cell:
    text = " ".join(word.text for word in words).casefold().strip()
    return Cell(words, enclose(word.box for word in words), _MARKERS.get(text))


def _offsets(words: Sequence[Word]) -> list[int]:
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    return starts


def _words_at(words: Sequence[Word], starts: list[int], start: int, end: int) -> tuple[Word, ...]:
    return tuple(word for word, at in zip(words, starts, strict=True) if at < end and at + len(word.text) > start)


def _find_days(cell: Cell) -> list[Day]:
    text, starts = cell.readable, _offsets(cell.words)
    found: list[Day] = []
    leads, at = True, 0  # several dates at the beginning of a cell all lead it
    for printed in find_dates(text, yearless=True):
        leads = leads and _is_bare(text[at : printed.start])
        at = printed.end
        words = _words_at(cell.words, starts, printed.start, printed.end)
        found.append(Day(printed, enclose(w.box for w in words), words, leads))
    first = _SIX_DIGITS.match(text)
    if first and not found and (value := _read_six_digits(first)) is not None:
        printed = PrintedDate(value.day, value.month, value.year, first[0], 0, 6, "YMD")
        found.append(Day(printed, cell.words[0].box, cell.words[:1], leads=True))
    return found


def _read_six_digits(match: re.Match[str]) -> date | None:
    """Return the day that `250921` is in countries that write years first."""
    try:
        return date(2000 + int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _is_bare(text: str) -> bool:
    """Whether nothing but amounts stands there: figures, currencies, markers."""
    return all(
        not any(c.isalpha() for c in part) or part.casefold() in _MARKERS or (part.isupper() and len(part) == 3)
        for part in text.split()
    )


def _find_moneys(cell: Cell, days: list[Day]) -> list[Money]:
    text, starts = cell.readable, _offsets(cell.words)
    for day in days:
        printed = day.printed
        if printed.year is not None or not printed.numeric:
            text = text[: printed.start] + "\x00" * (printed.end - printed.start) + text[printed.end :]
    found = []
    for amount in find_amounts(text):
        words = _words_at(cell.words, starts, amount.start, amount.end)
        rest = text[: amount.start] + text[amount.end :]
        whole = not rest.strip(" ~|:=$€£*\x00")
        found.append(Money(amount, enclose(w.box for w in words), words, whole))
    return found


def _settle_money(money: Money, decimal: str | None) -> Money:
    if decimal is None or money.amount.settled or money.amount.alternative is None:
        return money
    again = read_amount(money.amount.text, decimal)
    return money if again is None else Money(again, money.box, money.words, money.whole)


def _settle_day(day: Day, order: str | None) -> Day:
    if order is None or not day.printed.ambiguous:
        return day
    again = read_date(day.printed.text, order, yearless=True)
    return day if again is None else Day(again, day.box, day.words, day.leads)
