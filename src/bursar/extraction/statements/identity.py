"""Which account a statement is of: its numbers, codes, kind and currency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

from bursar.extraction.identifiers import is_checked
from bursar.extraction.statements.cells import Row, Sheet
from bursar.extraction.statements.fields import Value, named
from bursar.extraction.statements.vocabulary import find_words, fold, tokens_of
from bursar.facts.box import Box, enclose
from bursar.reading.page import Word

_IFSC = re.compile(r"\b[A-Z]{4}0[A-Z0-9]{6}\b")
_BIC = re.compile(r"\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\s?[A-Z0-9]{0,4}\b")
_LOOSE_IBAN = re.compile(r"[A-Z]{2}\s?\d{2}[A-Z0-9 ]{8,40}")
_SORT_CODE = re.compile(r"\b\d{2}[- ]\d{2}[- ]\d{2}\b")
_BSB = re.compile(r"\b\d{3}-\d{3}\b")
_NUMBER_PART = re.compile(r"[\dxX*•·.\-/#]*\d[\dxX*•·.\-/]*|[xX*•·]{2,}[\dxX*•·\-]*")
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "S$": "SGD",
    "R$": "BRL",
    "A$": "AUD",
    "NZ$": "NZD",
    "C$": "CAD",
    "HK$": "HKD",
    "US$": "USD",
    "¥": "JPY",
    "zł": "PLN",
    "RM": "MYR",
    "Rs": "INR",
    "Rs.": "INR",
    "Kč": "CZK",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
}
_MIN_NUMBER = 4  # digits and mask signs that an account number has at least


@dataclass(frozen=True, slots=True)
class Read:
    """A value read from words on a page; `words` is empty for one that merely follows from others (`reason`)."""

    value: str
    page: int
    words: tuple[Word, ...]
    confidence: float
    reason: str | None = None

    @property
    def box(self) -> Box | None:
        """The box around its words."""
        return enclose(word.box for word in self.words) if self.words else None

    @property
    def printed(self) -> str | None:
        """Its words as printed."""
        return " ".join(word.text for word in self.words) if self.words else None


def find_iban(values: Sequence[Value], rows: Iterable[Row]) -> Read | None:
    """Return the account's IBAN: labelled, or a valid one that stands apart from transactions."""
    for value in named(values, "iban", "account_number"):
        match = _LOOSE_IBAN.match(value.text.upper())
        if match is None:
            continue
        joined = _trim_iban(match.group())
        labelled = "iban" in value.label.names
        if joined is not None and (labelled or is_checked(joined)):
            words = _words_of(value.words, len(joined))
            return Read(joined, value.page, words, 0.99 if is_checked(joined) else 0.7)
    for row in rows:
        for match in _IBAN.finditer(row.text):
            joined = match.group().replace(" ", "")
            if is_checked(joined):
                words = tuple(word for word in row.words if word.text.strip(",;:") in match.group())
                return Read(joined, row.page, words, 0.9)
    return None


def _trim_iban(text: str) -> str | None:
    joined = re.sub(r"\s", "", text)
    for length in range(min(len(joined), 34), 14, -1):
        if is_checked(joined[:length]):
            return joined[:length]
    first = re.match(r"[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]*\d[A-Z0-9]*)+", text)
    plain = re.sub(r"\s", "", first.group()) if first else joined
    return plain if 14 <= len(plain) <= 34 else None


def _words_of(words: Sequence[Word], length: int) -> tuple[Word, ...]:
    """Return the first words that hold so many characters."""
    taken: list[Word] = []
    for word in words:
        if length <= 0:
            break
        taken.append(word)
        length -= len(word.text)
    return tuple(taken)


def find_code(values: Sequence[Value], rows: Iterable[Row], name: str) -> Read | None:
    """Return the labelled BIC, IFSC, sort code or routing number; an IFSC also where it merely looks like one."""
    patterns = {
        "bic": _BIC,
        "ifsc": _IFSC,
        "sort_code": re.compile(rf"{_SORT_CODE.pattern}|{_BSB.pattern}|\b\d{{6}}\b"),
        "routing_number": re.compile(r"\b\d{4,9}\b"),
    }
    pattern = patterns[name]
    for value in named(values, name):
        for word in value.words[:3]:
            match = pattern.search(word.text.upper())
            if match:
                return Read(match.group(), value.page, (word,), 0.95)
    if name == "ifsc":
        for row in rows:
            for word in row.words:
                if _IFSC.fullmatch(word.text) and "ifsc" in tokens_of(row.text):
                    return Read(word.text, row.page, (word,), 0.8)
    return None


def find_account_number(values: Sequence[Value], iban: Read | None) -> Read | None:
    """Return the account's (or card's) number as printed, masked places included."""
    best: tuple[float, Read] | None = None
    for order, value in enumerate(named(values, "account_number")):
        words = _number_words(value.words)
        text = " ".join(word.text.strip(":,;#") for word in words)
        if _count_places(text) < _MIN_NUMBER or _is_date_like(value, words):
            continue
        if iban is not None and re.sub(r"\W", "", text).upper() in iban.value and text[:2].isalpha():
            continue
        points = (
            len(value.label.words)
            + (2 if len(value.label.words) > 1 else 0)
            - 0.1 * order
            + (1 if _count_places(text) >= 7 else 0)
        )
        points += 0.5 if value.label.opens_cell else 0
        if best is None or points > best[0]:
            best = points, Read(text, value.page, words, 0.92 if len(value.label.words) > 1 else 0.75)
    return best[1] if best else None


def _number_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of the number that a value begins with; a sort code before an account number is left out."""
    taken: list[Word] = []
    for word in words:
        text = word.text.strip(":,;#()")
        if _NUMBER_PART.fullmatch(text):
            taken.append(word)
        elif taken or tokens_of(text):
            if taken or (
                len(words) > 1
                and word is words[0]
                and len(tokens_of(text)) <= 1
                and any(_NUMBER_PART.fullmatch(w.text) for w in words[1:2])
            ):
                if taken:
                    break
                continue
            break
    if len(taken) > 1 and _SORT_CODE.fullmatch(taken[0].text) and len(re.sub(r"\D", "", taken[1].text)) >= 6:
        taken = taken[1:]
    while taken and not any(c.isalnum() or c in "*•·" for c in taken[-1].text):
        taken.pop()
    return tuple(taken)


def _count_places(text: str) -> int:
    return sum(c.isdigit() or c in "xX*•·" for c in text)


def _is_date_like(value: Value, words: Sequence[Word]) -> bool:
    ids = {id(word) for word in words}
    return any(any(id(word) in ids for word in day.words) and day.printed.year for day in value.days)


def find_currency(values: Sequence[Value], sheets: Sequence[Sheet], codes: Sequence[Read | None]) -> Read | None:
    """Return the account's currency: labelled, in a heading, beside its amounts, or that of the bank's country."""
    for value in named(values, "currency"):
        for count in (3, 2, 1):
            code = currency_named(" ".join(word.text for word in value.words[:count]))
            if code:
                return Read(code, value.page, value.words[:count], 0.97)
    votes: Counter[str] = Counter()
    places: dict[str, tuple[int, tuple[Word, ...]]] = {}
    for sheet in sheets[:6]:
        for row in sheet.rows:
            for code, words in _currencies_in(row):
                votes[code] += 1
                places.setdefault(code, (row.page, words))
    if votes and (len(votes) == 1 or votes.most_common(1)[0][1] >= 2):
        code, count = votes.most_common(1)[0]
        if not (code == "$" and _country_currency(codes)):
            page, words = places[code]
            return Read(
                "USD" if code == "$" else code,
                page,
                words,
                0.6 if code == "$" else min(0.95, 0.8 + 0.02 * count),
                "a bare dollar sign" if code == "$" else None,
            )
    by_country = _country_currency(codes)
    return Read(by_country, 1, (), 0.85, "the country of the bank's code") if by_country else None


def _country_currency(codes: Sequence[Read | None]) -> str | None:
    for read in codes:
        if read is None:
            continue
        if _IFSC.fullmatch(read.value):
            return "INR"
        if _BSB.fullmatch(read.value):
            return "AUD"
        country = read.value[:2] if _IBAN.fullmatch(read.value) else read.value[4:6]
        current = get_territory_currencies(country) if country.isalpha() else []
        if current:
            return str(current[0])
    return None


def _currencies_in(row: Row) -> Iterable[tuple[str, tuple[Word, ...]]]:
    for money in row.moneys:
        printed = money.amount.currency
        if printed:
            code = (
                _SYMBOLS.get(printed) or (printed if printed in _codes() else None) or ("$" if printed == "$" else None)
            )
            if code:
                yield code, money.words
    for word in row.words:
        bare = word.text.strip("()[]:,.|I")
        if bare in _codes() and (word.text != bare or any(word is cell.words[-1] for cell in row.cells)):
            yield bare, (word,)
        elif bare in ("€", "£", "₹"):
            yield _SYMBOLS[bare], (word,)


def currency_named(text: str) -> str | None:
    """Return the ISO code that the text is, or that it names in one of many languages."""
    bare = text.strip(" .:()-")
    if bare.upper() in _codes():
        return bare.upper()
    return _SYMBOLS.get(bare) or _names().get(" ".join(tokens_of(bare)))


@cache
def _codes() -> frozenset[str]:
    """Return the codes of the currencies that some country uses today."""
    countries = (str(code) for code in Locale.parse("en").territories if len(str(code)) == 2 and str(code).isalpha())
    return frozenset(code for country in countries for code in get_territory_currencies(country))


@cache
def _names() -> dict[str, str]:
    """Return currencies' folded names, singular and plural, in the languages that we read."""
    found: dict[str, str] = {}
    for language in ("en", "de", "fr", "nl", "es", "it", "pt", "pl", "sv", "da", "nb", "fi"):
        locale = Locale.parse(language)
        for code, name in locale.currencies.items():
            if code in (
                "EUR",
                "USD",
                "GBP",
                "INR",
                "SGD",
                "CHF",
                "AUD",
                "NZD",
                "CAD",
                "SEK",
                "DKK",
                "NOK",
                "PLN",
                "JPY",
                "CNY",
                "HKD",
                "ZAR",
                "BRL",
                "MXN",
                "CZK",
                "HUF",
                "RON",
                "TRY",
                "MYR",
                "THB",
                "IDR",
                "PHP",
                "AED",
                "KES",
                "NGN",
            ):
                found.setdefault(" ".join(tokens_of(fold(name))), code)
                for plural in (
                    (locale.currency_plurals or {}).get(code, {}).values()
                    if hasattr(locale, "currency_plurals")
                    else ()
                ):
                    found.setdefault(" ".join(tokens_of(plural)), code)
    return found | {
        "euros": "EUR",
        "euro": "EUR",
        "rupees": "INR",
        "indian rupees": "INR",
        "pounds": "GBP",
        "dollars": "USD",
        "us dollars": "USD",
        "singapore dollars": "SGD",
        "pounds sterling": "GBP",
        "sterling": "GBP",
        "kronor": "SEK",
    }


def find_account_type(values: Sequence[Value], sheets: Sequence[Sheet]) -> Read | None:
    """Return what kind of account it is, in the statement's own words."""
    for value in named(values, "account_type"):
        if value.apart and 0 < len(value.words) <= 6 and not any(c.isdigit() for c in value.text):
            return Read(value.text.strip(": "), value.page, value.words, 0.85)
    for sheet in sheets[:1]:
        for row in sheet.rows[:40]:
            for cell in row.cells:
                phrase = find_words(cell.text, "account_kinds") if len(cell.words) <= 6 else None
                if phrase:
                    size = len(phrase.split())
                    for at in range(len(cell.words) - size + 1):
                        words = cell.words[at : at + size]
                        if " ".join(tokens_of(" ".join(word.text for word in words))) == phrase:
                            return Read(" ".join(word.text for word in words), row.page, words, 0.7)
    return None
