"""Postal addresses: what tells their lines, and their parts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from importlib import resources

from babel import Locale
from msgspec import Struct

from bursar.extraction.accents import without_accents

_COUNTRY_LANGUAGES = (
    "en",
    "de",
    "fr",
    "nl",
    "es",
    "it",
    "pt",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "ja",
    "zh",
    "ar",
    "he",
)
_EXTRA_COUNTRIES = {"usa": "US", "us": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "holland": "NL", "bundesrepublik deutschland": "DE", "schweiz": "CH", "nederland": "NL", "america": "US", "united states of america": "US", "vereinigte staaten": "US", "vereinigtes konigreich": "GB", "royaume-uni": "GB", "uae": "AE", "hong kong": "HK", "czechia": "CZ", "czech republic": "CZ", "ceska republika": "CZ", "slovenska republika": "SK", "the netherlands": "NL", "macau": "MO", "northern ireland": "GB", "republic of ireland": "IE"}  # fmt: skip


class _Postal(Struct, frozen=True):
    """How a country writes postal code and place (any country where it is empty); `needed` is found sooner than the whole."""

    country: str
    needed: re.Pattern[str]
    pattern: re.Pattern[str]


_POSTALS = tuple(
    _Postal(country, re.compile(needed), re.compile(pattern))
    for country, needed, pattern in (
        (
            "US",
            r"[A-Z]{2}[.,]?\s+\d{4}",
            r"(?P<city>[^\d,]{2,40}?)[,.\s]+(?P<state>[A-Z]{2})[.,]?\s+(?P<code>\d{4,5}(?:-\d{4})?)(?!\d)",
        ),
        (
            "AU",
            r"(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT)[,\s]+\d{4}",
            r"(?P<city>[^\d,]{2,40}?)[,\s]+(?P<state>NSW|VIC|QLD|SA|WA|TAS|ACT|NT)[,\s]+(?P<code>\d{4})(?!\d)",
        ),
        (
            "GB",
            r"[A-Z]\d",
            r"(?P<code>\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b)(?:[\s,]+(?P<city>[^\d,]{2,40}))?",
        ),
        (
            "NL",
            r"\d{4}\s?[A-Z]{2}",
            r"(?<![\d-])(?P<code>\d{4}\s?[A-Z]{2})\b[\s,]*(?P<city>[^\d,|]{2,40})?",
        ),
        (
            "CA",
            r"[A-Z]\d[A-Z]",
            r"(?P<code>\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b)",
        ),
        (
            "IE",
            r"[A-Z]\d",
            r"(?P<code>\b[A-Z]\d[\dW]\s?[A-Z\d]{4}\b)(?:[\s,]+(?P<city>[^\d,]{2,40}))?",
        ),
        (
            "PT",
            r"\d{4}-\d{3}",
            r"(?<!\d)(?P<code>\d{4}-\d{3})(?!\d)[\s,]*(?P<city>[^\d,|]{2,40})?",
        ),
        (
            "PL",
            r"\d{2}-\d{3}",
            r"(?<!\d)(?P<code>\d{2}-\d{3})(?!\d)[\s,]*(?P<city>[^\d,|]{2,40})?",
        ),
        (
            "ES",
            r"\(\d{5}\),",
            r"(?P<city>[^\W\d_][^\d,()|]{1,40}?)\s*\((?P<code>\d{5})\),\s?(?=[^\W\d_])",
        ),
        (
            "JP",
            r"〒",
            r"〒\s?(?P<code>\d{3}-?\d{4})\s*(?P<city>\S{2,20})?",
        ),
        (
            "",
            r"\d[,\s]+[^\W\d_]",
            r"(?<![\d.,/-])(?:[A-Z]{1,3}[-\s])?(?P<code>\d{5}|\d{3}\s\d{2}|\d{4}|\d{6}|\d{3}\s\d{3})(?![\d./-]|,\d)[,\s]+(?P<city>[^\W\d_][^\d|·•]{1,40})",
        ),
        (
            "",
            r"\d{5}|\d{3}\s\d{3}",
            r"(?P<city>[^\W\d_][^\d,|]{2,30})(?:\s*[,.]\s*|\s+[-–]\s+|\s+)(?P<code>\d{6}|\d{5}|\d{3}\s\d{3})(?![\d./-])\s*(?:,|$|[A-Z]{2})",
        ),
    )
)
_CODE_OF_YEAR = re.compile(r"(?:[A-Z]{1,2}-)?(?P<code>(?:19|20)\d\d) (?P<city>[^\W\d_a-z][^\d,|·•:]{1,30})")
_CODE_LAST = re.compile(r"(?P<city>[^\W\d_][^\d,|·•:]{1,30}),? (?P<code>\d{4})")
_CODE_ALONE = re.compile(r"\d{4,6}")
_TOWN_AND_CODE = re.compile(r"(?P<city>[^\W\d_][^\d,|·•:]{1,30}) (?P<code>\d{4,6})")
_LINES_TO_CODE = 2  # street and town
_CODES_LAST = {"NZ", "ZA"}  # four digits behind the town: as many as a number of a house may have
_CODE = re.compile(r"\d(?:\d{3}|\d{2}\s\d\d|\d-\d{3}|(?<=[A-Z]\d))|〒")  # every postal code holds one of them
_PARTS = re.compile(r"[,·|•]|\s[-–]\s")
_EASTERN = re.compile(
    r"[都道府県市][\u3400-\u9fff]{1,6}[市区町村郡][^\s\d０-９]{0,12}[\d０-９]{1,4}(?:[-−‐丁番号－]|\b)"
)
_COUNTY = re.compile(r"(?:^|,\s+)C[oO]\.?\s(?P<behind>[A-Z][^\W\d_]+)")
_FORMS_OF_STATES = frozenset({"co", "me", "ky", "nv", "sa"})  # of firms, and what states are called
_STATE = re.compile(r",\s+(CO|ME)$|\s(CO|ME|KY|NV)[.,]?\s\d{5}(?!\d)|\s(SA)[.,]?\s5\d{3}$")
_STREET_WORDS = 5  # of a street without a number
_SENTENCE_SIGN = re.compile("[。、：:¥￥円]")
_SIGN = re.compile(r"[^\w&/'\s-]")


@cache
def words(kind: str) -> frozenset[str]:
    """Return one list of the room's address data, folded."""
    return frozenset(_read_words("address_words")[kind]) if kind == "us_states" else word_list("address_words", kind)


@cache
def word_list(name: str, kind: str) -> frozenset[str]:
    """Return one list of a file of the room's data, folded."""
    return frozenset(map(fold, _read_words(name)[kind]))


@cache
def _read_words(name: str) -> dict[str, list[str]]:
    text = resources.files("bursar.extraction.invoices").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return the text in lower case without accents and points, blanks folded."""
    plain = text.casefold()
    if not plain.isascii():
        plain = without_accents(plain.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return " ".join(_SIGN.sub(" ", plain.replace(".", "")).split())


@lru_cache(maxsize=5_000)
def is_company(text: str) -> bool:
    """Whether a text holds a firm's form («GmbH», «Sdn Bhd»)."""
    parts = fold(text).split()
    forms = words("company_forms")
    if not _FORMS_OF_STATES.isdisjoint(parts):
        parts = _without_place(text, parts)
    return any(
        " ".join(parts[index : index + size]) in forms
        for size in (1, 2, 3, 4)
        for index in range(len(parts) - size + 1)
    ) or any(part.endswith(("公司", "株式会社", "有限会社")) or part.startswith("株式会社") for part in parts)


def _without_place(text: str, parts: list[str]) -> list[str]:
    """Return a text's words without the «Co» of a county and without a state: «Westport, Co. Mayo», «Boulder, CO 80304»."""
    if (state := _STATE.search(text)) is not None:
        parts = [part for part in parts if part != fold(state[1] or state[2] or state[3])]
    match = _COUNTY.search(text)
    if match is None or fold(match["behind"] or "") in words("company_forms"):
        return parts
    return [part for part in parts if part != "co"]


def has_legal_form(text: str) -> bool:
    """Whether a text holds a form that the law gives firms («Ltd»), and not only what shops call themselves («Bakery»)."""
    return is_company(" ".join(part for part in text.split() if fold(part) not in words("shop_words")))


@cache
def _street_endings() -> tuple[str, ...]:
    return tuple(words("street_endings"))


def is_postal(text: str) -> bool:
    """Whether a text holds a postal code with its place."""
    return _match_postal(text) is not None


def has_postal(lines: Sequence[str]) -> bool:
    """Whether the lines of an address hold a postal code with its place, alone or as their order tells it."""
    return any(map(is_postal, lines)) or _match_below_street(lines) is not None


def _match_below_street(lines: Sequence[str]) -> tuple[str, re.Match[str]] | None:
    """Return the code and place that only their place below a street tells from a year and from the number of a house."""
    if len(lines) > _LINES_TO_CODE and _CODE_ALONE.fullmatch(lines[-1].strip()) and any(map(is_street, lines[:-2])):
        match = _TOWN_AND_CODE.fullmatch(f"{lines[-2].strip(' ,')} {lines[-1].strip()}")
        if match is not None:
            return "", match
    for index in range(1, len(lines)):
        above, line, below = lines[index - 1], lines[index].strip(), lines[index + 1 :]
        if _stands_before_code(above):
            match = _CODE_LAST.fullmatch(line.rpartition(",")[-1].strip())
            if match is not None and words("street_words").isdisjoint(fold(match["city"]).split()):
                return "", match
        if not is_street(above):
            continue
        match = _CODE_OF_YEAR.fullmatch(line)
        if match is not None and (is_sure_street(above) or _names_country(below)):
            return "", match
        match = _CODE_LAST.fullmatch(line)
        if match is not None and _names_country(below, _CODES_LAST):
            return "", match
    return None


def _names_country(lines: Sequence[str], of: AbstractSet[str] | None = None) -> bool:
    """Whether a line is the name of a country, one `of` some where they are given."""
    return any(fold(line) in country_names() and (of is None or find_country(line) in of) for line in lines)


def is_sure_street(text: str) -> bool:
    """Whether a line is the name of a street, as the languages build them that write the code first, and the number of a house."""
    first, *rest = fold(text).split()
    return first.endswith(_street_endings()) and any(part[0].isdigit() for part in rest)


def _stands_before_code(text: str) -> bool:
    """Whether a line is a box, or a street named in English behind its number: the number of the next line is no house's."""
    number, _, rest = fold(text).partition(" ")
    if number[:1].isdigit():
        return rest.rpartition(" ")[-1] in words("streets_behind")
    box, _, number = fold(text).rpartition(" ")
    return box in words("boxes") and number[-1:].isdigit()


def ends_as_street(word: str) -> bool:
    """Whether a folded word is built as the name of a street: «kolpingring»."""
    word = word.rstrip("-")
    return len(word) > 5 and word.endswith(_street_endings()) and not word.endswith(_deed_endings())


@cache
def _deed_endings() -> tuple[str, ...]:
    return tuple(words("deed_endings"))


@lru_cache(maxsize=5_000)
def is_street(text: str) -> bool:
    """Whether a text looks like a street with a house number, or a post office box."""
    if not text.isascii() and _EASTERN.search(text):
        return True
    parts = [part.strip("-'") for part in fold(text).split()] if any(map(str.isdigit, text)) else []
    if not parts:
        return False
    if not words("street_words").isdisjoint(parts) or any(map(ends_as_street, parts)):
        return True
    if not text.isascii() and _is_east_asian_place(text):
        return True
    if re.fullmatch(r"[\d\s.,()+/-]+", text):
        return False
    if parts[0].isdigit() and len(parts) > 1 and parts[1] in words("counted"):
        return False
    return bool(re.match(r"^\d{1,5}\s+[^\W\d_]{3,}", text)) or (
        bool(re.search(r"[^\W\d_]{4,}\.?\s+\d{1,4}\s?[a-zA-Z]?$", text)) and words("since").isdisjoint(parts[-2:-1])
    )


def _is_east_asian_place(text: str) -> bool:
    """Whether a text is a place with its word and a number behind it, as Japan and China write addresses: no sentence, no label."""
    place = "".join(text.split())
    return not _SENTENCE_SIGN.search(place) and any(
        word in place[1:] and any(map(str.isdigit, place[place.index(word, 1) :]))
        for word in words("east_asian_places")
    )


def is_numberless_street(text: str) -> bool:
    """Whether a line of a few words begins or ends with the word for a street or square, and has no number."""
    parts = fold(text).split()
    if not 2 <= len(parts) <= _STREET_WORDS or is_company(text) or any(map(str.isdigit, text)):
        return False
    return parts[-1] in words("streets_behind") or parts[0] in words("streets_before")


@lru_cache(maxsize=5_000)
def find_country(text: str) -> str | None:
    """Return the country that a line names, alone or at its end, or that its state and postal code tell."""
    folded = fold(text)
    names = country_names()
    if folded in names:
        return names[folded]
    head, *rest = _PARTS.split(text)
    if (
        rest
        and (tail := fold(rest[-1])) in names
        and (len(tail) > 2 or rest[-1].strip() in ("UK", "U.K.", "US", "U.S."))
    ):
        return names[tail]
    if rest and (first := fold(head)) in names and len(first) > 3:
        return names[first]
    match = _match_postal(text)
    if match is not None and match[0] in ("US", "AU"):
        return match[0]
    if match is not None and (town := fold(match[1].groupdict().get("city") or "")) in names and len(town) > 4:
        return names[town]  # of a town that is its own country
    last = folded.rpartition(" ")[-1]
    return names.get(last) if len(last) > 4 else None


def match_postal(lines: Sequence[str]) -> tuple[str, re.Match[str]] | None:
    """Return the last postal code of an address with its place, and the country that writes it so where one alone does."""
    return next(filter(None, map(_match_postal, reversed(lines))), None) or _match_below_street(lines)


@lru_cache(maxsize=5_000)
def _match_postal(text: str) -> tuple[str, re.Match[str]] | None:
    if not _CODE.search(text):
        return None
    for postal in _POSTALS:
        match = postal.pattern.search(text) if postal.needed.search(text) else None
        if match is None:
            continue
        if postal.country == "US" and match["state"] not in words("us_states"):
            continue
        if not postal.country and re.fullmatch(r"(?:19|20)\d{2}", match["code"]):
            continue
        return postal.country, match
    return None


@cache
def country_names() -> dict[str, str]:
    """Return the countries by what the languages call them, folded."""
    names: dict[str, str] = {}
    for language in _COUNTRY_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold(name), code)
    return names | _EXTRA_COUNTRIES
