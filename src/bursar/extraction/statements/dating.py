"""Days for printed dates: the order of day and month, the statement's period, and years where none is printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bursar.extraction.language_tags import date_order_of, primary_of
from bursar.extraction.statements.cells import Day, Row, Sheet
from bursar.extraction.statements.fields import Value, named
from bursar.extraction.statements.vocabulary import is_word, tokens_of
from bursar.facts.evidence import Convention

_AROUND = timedelta(days=3)
_BARE_DAY = re.compile(r"(\d{1,2})(?:\.|er|st|º|°|ª)?")
_LONGEST = timedelta(days=800)
_USUAL = timedelta(days=100)  # before its date, that a statement covers when it does not say
_MONTH_FIRST_CURRENCIES = {"USD"}


@dataclass(frozen=True, slots=True)
class PrintedPeriod:
    """The period with the dates it was read from; `start` is None where only an end is printed."""

    start: Day | None
    end: Day | None
    start_date: date | None
    end_date: date | None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns printed dates into days. `assumed_year`: no year is printed anywhere, so the one used is a guess."""

    first: date | None
    last: date | None
    fallback_year: int
    assumed_year: bool

    def date_of(self, day: Day) -> date | None:
        """Return the day; a missing year is that which brings it into the period, or nearest to it."""
        printed = day.printed
        if printed.year is not None:
            return self._mend(day)
        years = {self.fallback_year}
        for known in (self.first, self.last):
            if known is not None:
                years |= {known.year - 1, known.year, known.year + 1}
        options = [found for year in years if (found := printed.in_year(year)) is not None]
        return min(options, key=lambda found: (self._distance(found), found), default=None)

    def _mend(self, day: Day) -> date | None:
        """Return the printed day, unless its year is a number that merely follows the date."""
        value = day.printed.value
        if value is None or self.first is None or self._distance(value) <= 400 or len(day.printed.text.split()) < 3:
            return value
        again = [
            found for year in (self.first.year, (self.last or self.first).year) if (found := day.printed.in_year(year))
        ]
        return (
            min(again, key=self._distance, default=value)
            if again and self._distance(min(again, key=self._distance)) <= 10
            else value
        )

    def _distance(self, found: date) -> int:
        if self.first is None and self.last is None:
            return abs(found.year - self.fallback_year)
        first, last = (
            self.first or (self.last or found) - timedelta(days=45),
            self.last or (self.first or found) + timedelta(days=45),
        )
        return max(0, (first - found).days, (found - last).days)


def decide_order(column: Sequence[Day], days: Sequence[Day], currency: str | None, language: str | None) -> Convention:
    """Return the order of day and month in the dates of the table's column, all `days` of the document helping.

    From dates that settle it, else from the period, else from how dates run on, else from the region of the `language` that
    the caller named, else from the currency (ambiguous).
    """
    numeric = [day for day in column if day.printed.numeric]
    voters = numeric or list(days)
    votes: Counter[str] = Counter(day.printed.order for day in voters if day.printed.order)
    samples = {day.printed.order: day.printed.text for day in voters if day.printed.order}
    between = {order: votes[order] for order in ("DMY", "MDY") if votes[order]}
    doubtful = [day for day in voters if day.printed.ambiguous]
    if between:
        best = max(between, key=lambda order: between[order])
        mixed = len(between) == 2 and min(between.values()) * 3 > max(between.values())
        return Convention(
            best,
            f"{samples[best]} and {votes[best] - 1} more",
            ambiguous=mixed,
            alternatives=("DMY", "MDY") if mixed else (),
        )
    if not doubtful:
        value = "YMD" if votes["YMD"] else None
        return Convention(value, samples.get("YMD"))
    by_frame = _order_by_frame(doubtful, days)
    if by_frame is not None:
        return Convention(by_frame, "only so do the dates lie within the period")
    by_span = _order_by_span(doubtful)
    if by_span is not None:
        return Convention(by_span, "the dates run on from one another in this order only")
    if (hinted := date_order_of(language)) is not None:
        return Convention(hinted, f"the language {language} that was asked for")
    default = "MDY" if currency in _MONTH_FIRST_CURRENCIES and primary_of(language) in (None, "en") else "DMY"
    return Convention(default, None, ambiguous=True, alternatives=("DMY", "MDY"))


def _order_by_frame(doubtful: Sequence[Day], days: Sequence[Day]) -> str | None:
    """Return the order that alone brings the dates between those that are certain, such as a period in words."""
    certain = [value for day in days if not day.printed.ambiguous and (value := day.printed.value) is not None]
    pairs = [(day.printed.day, day.printed.month, day.printed.year) for day in doubtful]
    if not certain:
        return None
    first, last = min(certain) - _AROUND, max(certain) + _AROUND
    inside = sum(_lies_within(first, last, day, month, year) for day, month, year in pairs)
    swapped = sum(_lies_within(first, last, month, day, year) for day, month, year in pairs)
    if inside == swapped or max(inside, swapped) * 10 < len(pairs) * 9:
        return None
    return "DMY" if inside > swapped else "MDY"


def _lies_within(first: date, last: date, day: int, month: int, year: int | None) -> bool:
    """Whether a day lies between two dates, in its own year or (where none is printed) in one of theirs."""
    for candidate in {first.year, last.year} if year is None else {year}:
        try:
            if first <= date(candidate, month, day) <= last:
                return True
        except ValueError:
            continue
    return False


def _order_by_span(days: Sequence[Day]) -> str | None:
    """Return the order in which the dates rise or fall steadily, when they do so in one of both only."""
    pairs = [(day.printed.day, day.printed.month) for day in days if day.printed.year is None or day.printed.swapped]
    if len(pairs) < 4 or len(set(pairs)) < 3:
        return None
    straight = [(month, day) for day, month in pairs]
    steady = {"as_read": _is_steady(straight), "swapped": _is_steady(pairs)}
    if steady["as_read"] == steady["swapped"]:
        return None
    return "DMY" if steady["as_read"] else "MDY"


def _is_steady(keys: Sequence[tuple[int, int]]) -> bool:
    steps = list(pairwise(keys))
    ups, downs = sum(a < b for a, b in steps), sum(a > b for a, b in steps)
    return min(ups, downs) * 10 <= len(steps)


def find_period(values: Sequence[Value], sheets: Sequence[Sheet]) -> PrintedPeriod:
    """Return the statement's period: two dates beside a label or with a word such as «to» between them."""
    for value in named(values, "period", "statement_number", "statement_date", "account_number"):
        days = [day for day in value.days if day.printed.year is not None or _yearless_start(day, value.days)]
        if len(days) >= 2 and (pair := _make_pair(days[0], days[1], value.page)):
            return pair
    for sheet in sheets[:2]:
        for row in sheet.rows:
            for day in row.days:
                if day.printed.value is not None and (pair := _from_day_alone(row, day)):
                    return pair
            for first, second in pairwise(row.days):
                if _joined(row.words, first, second) and (pair := _make_pair(first, second, row.page)):
                    return pair
    starts = [value.days[0] for value in named(values, "period_start") if value.days and value.days[0].printed.value]
    ends = [value for value in named(values, "period_end") if value.days and value.days[0].printed.value]
    if starts and ends and (pair := _make_pair(starts[0], ends[0].days[0], ends[0].page)):
        return pair
    return PrintedPeriod(None, None, None, None)


def period_of_balances(values: Sequence[Value]) -> PrintedPeriod:
    """Return the period from the day of the opening balance to that of the closing one, where both are dated."""
    days = [
        (day.printed.value, day, value.page)
        for value in named(values, "opening", "closing", "balance_at")
        if value.moneys
        for day in value.days[:1]
        if day.printed.value is not None
    ]
    if len({found for found, _, _ in days}) < 2:
        return PrintedPeriod(None, None, None, None)
    first, last = min(days, key=lambda entry: entry[0]), max(days, key=lambda entry: entry[0])
    pair = _make_pair(first[1], last[1], last[2])
    return pair or PrintedPeriod(None, None, None, None)


def find_statement_date(values: Sequence[Value]) -> tuple[Day, int] | None:
    """Return the date as of which the statement was made: the latest where several are given."""
    found = [
        (day.printed.value, day, value.page)
        for value in named(values, "statement_date", "closing")
        for day in value.days[:2]
        if day.printed.value is not None
    ]
    return max(found, key=lambda entry: entry[0])[1:] if found else None


def _yearless_start(day: Day, days: Sequence[Day]) -> bool:
    return day is days[0] and len(days) > 1 and days[1].printed.year is not None


def _from_day_alone(row: Row, end: Day) -> PrintedPeriod | None:
    """Return the period of «1 to 28 February 2002», whose first day is a bare number."""
    before = [word for word in row.words if word.box.x1 <= end.box.x0 + 1]
    if len(before) < 2 or not (is_word(before[-1].text, "to") or before[-1].text in "-–—"):
        return None
    digits = _BARE_DAY.fullmatch(before[-2].text)
    last = end.printed.value
    if digits is None or last is None or not 1 <= int(digits[1]) <= last.day:
        return None
    first = last.replace(day=int(digits[1]))
    return PrintedPeriod(Day(end.printed, before[-2].box, (before[-2],), leads=False), end, first, last, row.page)


def _make_pair(first: Day, second: Day, page: int) -> PrintedPeriod | None:
    end = second.printed.value
    if end is None:
        return None
    start = first.printed.value or first.printed.in_year(end.year)
    if start is not None and start > end and first.printed.year is None:
        start = first.printed.in_year(end.year - 1)
    if start is None or not timedelta(0) <= end - start <= _LONGEST:
        return None
    return PrintedPeriod(first, second, start, end, page)


def _joined(words: Sequence[object], first: Day, second: Day) -> bool:
    """Whether nothing but a dash or a word such as «to» stands between two dates."""
    between = [
        word.text  # type: ignore[attr-defined]
        for word in words
        if word.box.x0 >= first.box.x1 - 1 and word.box.x1 <= second.box.x0 + 1  # type: ignore[attr-defined]
    ]
    text = " ".join(between).strip()
    tokens = tokens_of(text)
    if not tokens:
        return text in ("-", "–", "—", "/", "~", "→")
    return len(tokens) <= 2 and is_word(text, "to")


def make_calendar(
    period: PrintedPeriod, statement_date: date | None, days: Iterable[Day], hinted_year: int | None, this_year: int
) -> Calendar:
    """Return the calendar of a statement. `hinted_year` is that of the file's own date, `this_year` the clock's."""
    days = list(days)
    if period.end_date is not None:
        return Calendar(period.start_date, period.end_date, period.end_date.year, assumed_year=False)
    full = sorted(value for day in days if (value := day.printed.value) is not None)
    if full and any(day.printed.year is not None for day in days if day.leads):
        middle = full[len(full) // 2]
        return Calendar(None, None, middle.year, assumed_year=False)
    if statement_date is not None:
        return Calendar(statement_date - _USUAL, statement_date, statement_date.year, assumed_year=False)
    year = full[-1].year if full else hinted_year or this_year
    return Calendar(None, None, year, assumed_year=True)
