"""Printed dates to days: numbers and month names in many languages, with or without a year.

Month names come from the Unicode CLDR by way of Babel. The order of day and month is read from the date itself where it
settles it (`31/12/2024`), and by the document's convention where it does not (`03/04/2024`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache

from babel import Locale
from msgspec import Struct

from bursar.extraction.accents import without_accents
from bursar.facts.evidence import Convention

LANGUAGES = ("en", "de", "fr", "nl", "es", "it", "pt", "pl", "sv", "da", "nb", "fi", "cs", "id", "ms", "ca", "ro", "hu")
_EXTRA_MONTHS = {
    "sept": 9,
    "mrz": 3,
    "maerz": 3,
    "juill": 7,
    "agu": 8,
    "ags": 8,
    "jly": 7,
    "okt": 10,
    "janv": 1,
    "janner": 1,
    "feber": 2,
    "fevr": 2,
}
_OTHER_SCRIPTS = (
    "ar",
    "ar_LB",
    "ar_MA",
    "ar_DZ",
    "he",
    "th",
)  # whose names of months are looked for as they are written
_OTHER_SCRIPT = re.compile("[\u0590-\u06ff\u0e00-\u0e7f]")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988}
_LAST_YEARS = {"平成": 31, "昭和": 64, "H": 31}
_LOW_BUDDHIST = 60  # two digits behind a Thai month that are no other year: 67 is 2567
_CENTURY_PIVOT = 70  # POSIX: 69 is 2069, 70 is 1970
_BUDDHIST = 543
_PLAIN_ALEF = str.maketrans("أإآ", "ااا")

_DIGIT = re.compile(r"\d")
_TWO_DIGITS = re.compile(r"\d\D*+\d")
_BETWEEN_DIGITS = re.compile(r"\d(?:\s?[./\-]\s?|\s)\d")  # in every date of numbers
_SEPARATED = re.compile(
    r"(?:(?<![\w.,/-])|(?<=\d{4}-))(?P<a>\d{1,4})(?P<sep>\s?[./\-]\s?|\s)(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{2})"
    r"(?!\w|[.,]\d|[/-](?!\d{1,2}(?P=sep)\d{1,2}(?P=sep)\d))"  # another date may follow: 1/3/2018-31/3/2018
)
_ISO = re.compile(  # also behind a row's number (17.2024-12-31) and before another (2024-12-01-2024-12-31)
    r"(?:(?<!\d)(?<!\d[/-])|(?<=-\d{2}-))(?P<a>(?:19|20)\d{2})(?P<sep>-)(?P<b>\d{2})-(?P<c>\d{2})"
    r"(?!\w|[/-](?!\d{4}-\d{2}-\d{2}(?!\d)))"
)
_LOOSE = re.compile(  # recognition blanks one stroke (5/ 3/2018) and runs the time into the year (04/03/201815:41)
    r"(?<![\w.,/-])(?P<a>\d{1,2})(?P<sep>/)\s?(?P<b>\d{1,2})/\s?(?P<c>(?:19|20)\d{2})(?=\d{1,2}:\d{2}|[^\w/.,-]|$)"
)
_COMPACT = re.compile(r"(?<![\w.,/-])(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\w])")
_YEARLESS = re.compile(
    r"(?<![\w.,/$€£-])(?P<a>\d{1,2})(?P<sep>[./\-])(?P<b>\d{1,2})(?:(?<=\.\d\d)\.|(?<=\.\d)\.)?(?![\w/-]|[.,]\d)"
)
_ERA = re.compile(
    r"(?<![\w.,/-])(?P<era>[RH])\s?(?P<y>[1-9]|[0-3]\d)(?P<sep>[./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\w/-]|[.,]\d)"
)
_CJK = re.compile(r"(?:(?P<era>令和|平成|昭和)\s?)?(?P<y>\d{1,4}|元)\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日")
_NAME = r"(?P<name>[^\W\d_]{3,12}(?:\s[^\W\d_](?=\s\d{4}))?)"  # recognition may part the last letter: `jul i 2020`
_DAY_FIRST = re.compile(
    rf"(?<![\w.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\s?er\b|º|°|ª)?[.\s,/\-]{{0,3}}(?:de\s|of\s|d['’])?{_NAME}\.?"
    rf"(?:[.\s,/\-'’]{{0,3}}(?:de[l]?\s)?(?P<y>\d{{4}}|\d{{2}}))?(?![\w]|[.,:]\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<![\w]){_NAME}\.?[\s\-/]{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:[,.\s\-/'’]{{1,3}}(?P<y>\d{{4}}|\d{{2}}))?(?![\w]|[.,:]\d)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?<![\w])(?P<y>\d{{4}})[.\s,/\-]{{1,2}}{_NAME}[.\s,/\-]{{0,2}}(?P<d>\d{{1,2}})(?![\w])", re.IGNORECASE
)


class PrintedDate(Struct, frozen=True, gc=False):
    """A date as printed at `start` to `end` of a text.

    `year` is None where none is printed; `value` needs one. `order` names what the numbers themselves show
    (`DMY`, `MDY`, `YMD`), None for month names and for numbers that fit both; then `swapped` is the other reading.
    """

    day: int
    month: int
    year: int | None
    text: str
    start: int
    end: int
    order: str | None = None
    numeric: bool = True
    swapped: date | None = None

    @property
    def value(self) -> date | None:
        """The day, where a year is printed."""
        return None if self.year is None else date(self.year, self.month, self.day)

    @property
    def ambiguous(self) -> bool:
        """Whether day and month could change places."""
        return self.numeric and self.order is None and self.day != self.month

    def in_year(self, year: int) -> date | None:
        """The day in a year found elsewhere; None for 29 February of a common year."""
        return _make(year, self.month, self.day)


def find_dates(text: str, order: str | None = None, *, yearless: bool = False) -> list[PrintedDate]:
    """Return all dates in the text, left to right, none overlapping.

    `order` (`DMY`, `MDY`, `YMD`) is the document's convention, used where a date does not settle its own; DMY without one.
    With `yearless`, dates without a year count as well (`31.12.`, `31/12`, `Dec 31`), which outside tables are often none.
    """
    if not (_DIGIT if yearless else _TWO_DIGITS).search(text):
        return []
    found = _find_apart(text, None, yearless)
    if order == "YMD" or (order == "MDY" and any(printed.ambiguous for printed in found)):
        found = _find_apart(text, order, yearless)
    return list(found)


def read_date(text: str, order: str | None = None, *, yearless: bool = False) -> PrintedDate | None:
    """Return the date that the whole text is, blanks and a closing comma or point aside; None when it is anything else."""
    stripped = text.strip().rstrip(",;")
    found = find_dates(stripped, order, yearless=yearless)
    if len(found) == 1 and found[0].start == 0 and found[0].end >= len(stripped.rstrip(".")):
        return found[0]
    return None


def decide_date_order(texts: Iterable[str], default: str | None = None) -> Convention:
    """Return the order of day, month and year from all the dates in a document.

    A day above 12 settles it; else `default` (of the language or country) is taken and said to be ambiguous.
    """
    votes: Counter[str] = Counter()
    samples: dict[str, str] = {}
    doubtful = 0
    for text in texts:
        for printed in find_dates(text):
            if printed.order:
                votes[printed.order] += 1
                samples.setdefault(printed.order, printed.text)
            elif printed.ambiguous:
                doubtful += 1
    between = [(votes[order], order) for order in ("DMY", "MDY") if votes[order]]
    if not between:
        if votes["YMD"] and not doubtful:
            return Convention("YMD", samples["YMD"])
        return Convention(default, None, ambiguous=doubtful > 0, alternatives=("DMY", "MDY") if doubtful else ())
    count, best = max(between)
    conflict = len(between) == 2 and min(between)[0] * 3 > count
    return Convention(best, samples[best], ambiguous=conflict, alternatives=("DMY", "MDY") if conflict else ())


@lru_cache(maxsize=2_000)
def _find_apart(text: str, order: str | None, yearless: bool) -> tuple[PrintedDate, ...]:
    """Return the dates left to right; kept, since one line is asked for its dates by many who look for different things."""
    found: list[PrintedDate] = []
    for candidate in _candidates(text, order, yearless=yearless):
        if all(candidate.end <= other.start or candidate.start >= other.end for other in found):
            found.append(candidate)
    return tuple(sorted(found, key=lambda printed: printed.start))


def _candidates(text: str, order: str | None, *, yearless: bool) -> Iterator[PrintedDate]:
    for match in _CJK.finditer(text) if "年" in text else ():
        yield from _cjk(match)
    for pattern in (_SEPARATED, _ISO, _LOOSE) if _BETWEEN_DIGITS.search(text) else ():
        for match in pattern.finditer(text):
            yield from _separated(match, order)
    if not text.isascii() and _OTHER_SCRIPT.search(text):
        for match in _named_in_other_scripts().finditer(text):
            yield from _named_otherwise(match)
    if ("R" in text or "H" in text) and (era := _ERA.search(text)):
        # Beside other words than Japanese ones it may be the number of a release.
        yield from _of_era(era) if era.group() == text.strip() or not text.isascii() else ()
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST) if _month_beginnings().search(_fold(text)) else ():
        for match in pattern.finditer(text):
            yield from _named(match, yearless=yearless)
    for match in _COMPACT.finditer(text):
        yield from _printed(match, int(match["y"]), int(match["m"]), int(match["d"]), order="YMD")
    if yearless:
        for match in _YEARLESS.finditer(text):
            yield from _without_year(match, order)


def _separated(match: re.Match[str], order: str | None) -> Iterator[PrintedDate]:
    first, second, third = match["a"], int(match["b"]), match["c"]
    if len(first) == 4:
        if len(third) == 2:
            yield from _printed(match, _full_year(first), second, int(third), order="YMD")
        return
    if len(first) > 2 or (match["sep"].isspace() and len(third) != 4):
        return
    if order == "YMD" and len(third) == 2 and len(first) == 2 and _make(_full_year(first), second, int(third)):
        yield from _printed(match, _full_year(first), second, int(third))
        return
    yield from _day_and_month(match, int(first), second, _full_year(third), order)


def _day_and_month(
    match: re.Match[str], first: int, second: int, year: int | None, order: str | None
) -> Iterator[PrintedDate]:
    year_or_leap = year or 2000
    as_dmy, as_mdy = _make(year_or_leap, second, first), _make(year_or_leap, first, second)
    if as_dmy and (order != "MDY" or not as_mdy):
        day, month, other = first, second, as_mdy
        settled = None if as_mdy else "DMY"
    elif as_mdy:
        day, month, other = second, first, as_dmy
        settled = None if as_dmy else "MDY"
    else:
        return
    yield PrintedDate(
        day,
        month,
        year,
        match.group(),
        match.start(),
        match.end(),
        settled,
        swapped=other if year and first != second else None,
    )


def _without_year(match: re.Match[str], order: str | None) -> Iterator[PrintedDate]:
    yield from _day_and_month(match, int(match["a"]), int(match["b"]), None, order)


def _named(match: re.Match[str], *, yearless: bool) -> Iterator[PrintedDate]:
    month = month_names().get(_fold(match["name"].replace(" ", "")))
    if month is None or (match["y"] is None and not yearless):
        return
    year = None if match["y"] is None else _full_year(match["y"])
    yield from _printed(match, year, month, int(match["d"]), numeric=False)


def _named_otherwise(match: re.Match[str]) -> Iterator[PrintedDate]:
    year = int(match["y"])
    if year < 100:
        year = year + 2500 - _BUDDHIST if _is_thai(match["name"]) and year >= _LOW_BUDDHIST else 0
    else:
        year = _full_year(match["y"])
    month = _names_in_other_scripts()[" ".join(match["name"].split())]
    yield from _printed(match, year, month, int(match["d"]), numeric=False) if year else ()


def _of_era(match: re.Match[str]) -> Iterator[PrintedDate]:
    """Give a day whose year is counted from an era's first: `R6.6.17` is 17 June 2024."""
    era, year = match["era"], int(match["y"])
    if year and year <= _LAST_YEARS.get(era, year):
        yield from _printed(match, year + _ERAS[era], int(match["m"]), int(match["d"]), order="YMD")


def _is_thai(name: str) -> bool:
    return "\u0e00" <= name[0] <= "\u0e7f"


def _cjk(match: re.Match[str]) -> Iterator[PrintedDate]:
    year = 1 if match["y"] == "元" else int(match["y"])
    if match["era"]:
        year += _ERAS[match["era"]]
    elif year < 100:  # 24年 is 2024 on receipts, a low number the Reiwa year: only full years are certain
        year += 2000 if year > 18 else _ERAS["令和"]
    yield from _printed(match, year, int(match["m"]), int(match["d"]), order="YMD")


def _printed(
    match: re.Match[str], year: int | None, month: int, day: int, *, order: str | None = None, numeric: bool = True
) -> Iterator[PrintedDate]:
    if _make(year or 2000, month, day):
        yield PrintedDate(
            day,
            month,
            year,
            match.group().rstrip(),
            match.start(),
            match.start() + len(match.group().rstrip()),
            order,
            numeric,
        )


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year - _BUDDHIST if 2480 <= year <= 2620 else year
    return year + (2000 if year < _CENTURY_PIVOT else 1900)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if 1900 <= year <= 2100 else None


@cache
def month_names() -> dict[str, int]:
    """Return folded month names and abbreviations of `LANGUAGES` with their number."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(_fold(name), number)
                    names.setdefault(_fold(name)[:3], number) if language == "en" else None
    return {name: number for name, number in (names | _EXTRA_MONTHS).items() if len(name) >= 3}


@cache
def _names_in_other_scripts() -> dict[str, int]:
    """Return the names and abbreviations of months in `_OTHER_SCRIPTS`."""
    names: dict[str, int] = {}
    for language in _OTHER_SCRIPTS:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(name.strip("\u200f"), number)
    plain = {name.translate(_PLAIN_ALEF): number for name, number in names.items()}
    return {name: number for name, number in (plain | names).items() if len(name) > 1}


@cache
def _named_in_other_scripts() -> re.Pattern[str]:
    """Return what a day with such a month's name matches: «5 בינואר 2024», «12 أغسطس 2024», «17 มิ.ย. 2567»."""
    longest_first = sorted(_names_in_other_scripts(), key=lambda name: (-len(name), name))
    names = "|".join(re.escape(name).replace("\\ ", r"\s") for name in longest_first)
    return re.compile(
        rf"(?<![\w.,/])(?P<d>\d{{1,2}})[\s./-]{{0,2}}(?:من\s|ב-?|ل)?(?P<name>{names})[\s,،./-]{{1,2}}(?:พ\.ศ\.\s?)?(?P<y>\d{{4}}|\d{{2}})(?!\d)"
    )


@cache
def _month_beginnings() -> re.Pattern[str]:
    """Return what every text with a month's name matches, folded: its first three letters."""
    letters: dict[str, set[str]] = {}
    for name in month_names():
        letters.setdefault(name[0], set()).add(re.escape(name[1:3]))
    return re.compile("|".join(f"{first}(?:{'|'.join(sorted(rest))})" for first, rest in sorted(letters.items())))


def _fold(name: str) -> str:
    return without_accents(name.strip(". ").casefold()).replace("ß", "ss")
