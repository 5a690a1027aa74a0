"""Which currency a document speaks: by code, by symbol, by context, and never by default."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter
from typing import Any

from babel.core import get_global
from babel.numbers import list_currencies

from bursar.extraction.labels.vocabulary import compact, phrases_of

_DATA: Mapping[str, Any] = tomllib.loads(
    resources.files("bursar.extraction").joinpath("currencies.toml").read_text(encoding="utf-8")
)
_SYMBOLS: Mapping[str, str] = _DATA["signs"]
_SHARED: Mapping[str, Mapping[str, str]] = _DATA["shared"]
_WORDLIKE, _MEASURES = frozenset(_DATA["words"]["codes"]), frozenset(_DATA["words"]["measures"])
_ALIASES = {"STG": "GBP", "RMB": "CNY", "NTD": "TWD"}
CURRENT_CODES = frozenset(
    code
    for used in get_global("territory_currencies").values()
    for code, _, until, is_tender in used
    if until is None and is_tender
)
"""The ISO 4217 codes of the currencies that some country uses today."""

KNOWN_CODES = CURRENT_CODES | {code for code in list_currencies() if not code.startswith("X")}
"""These, and those of the past; what begins with X is no country's where it is not in use."""

_USUAL = {
    "EUR", "USD", "GBP", "CHF", "INR", "MYR", "SGD", "AUD", "CAD", "NZD", "JPY", "CNY", "HKD", "TWD", "SEK", "NOK", "DKK", "PLN",
    "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BRL", "MXN", "ZAR", "AED", "SAR", "ILS", "THB", "IDR", "PHP", "VND", "KRW",
}  # fmt: skip
_THOUSANDTHS = {"BHD": ".", "IQD": ".", "JOD": ".", "KWD": ".", "OMR": ".", "LYD": ".,", "TND": ".,"}
"""Currencies of three decimals (ISO 4217), and the decimal marks of their countries."""

_OWN_FORMS = {"R", "Fr.", "SFr", "SFr.", "S/", "S/."}
_SIGNS = "".join(
    sorted(sign for sign in (*_SYMBOLS, *_SHARED) if (len(sign) == 1 and not sign.isascii()) or sign == "$")
)
_ABBREVIATIONS = "|".join(  # by their first letters, the longest first: most places of a text begin with none of them
    f"{first}(?:{'|'.join(re.escape(sign[1:]) for sign in sorted(signs, key=len, reverse=True))})"
    for first, signs in groupby(
        sorted({sign for sign in (*_SYMBOLS, *_SHARED) if len(sign) > 1} - _OWN_FORMS), key=itemgetter(0)
    )
)
_SHORT = {sign for sign in (*_SYMBOLS, *_SHARED) if sign.isascii() and sign.isalpha() and "eur" not in sign.casefold()}
_TOKEN = re.compile(
    r"(?<![^\W\d_])(?:R(?=\s?\d{1,3}(?:[ ,.]?\d{3})*[.,]\d\d(?!\d))|S?Fr\.|(?<![^\s(])S/\.?(?=\s?\d[\d,]*\.\d\d(?!\d))"
    rf"|[{_SIGNS}]|(?:{_ABBREVIATIONS})\.?|[A-Z]{{3}})(?![^\W\d_])"
)
_WORDS = {
    "rupees": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"},
    "ringgit": {"": "MYR"}, "rupiah": {"": "IDR"}, "baht": {"": "THB"}, "yen": {"": "JPY"}, "rand": {"ZA": "ZAR"},
    "ريال سعودي": {"": "SAR"}, "ريال قطري": {"": "QAR"}, "ريال عماني": {"": "OMR"}, "درهم إماراتي": {"": "AED"}, "درهم مغربي": {"": "MAD"},
    "جنيه مصري": {"": "EGP"}, "دينار كويتي": {"": "KWD"}, "دينار بحريني": {"": "BHD"}, "دينار أردني": {"": "JOD"}, "ر.س": {"": "SAR"},
    "ريال": {"SA": "SAR", "QA": "QAR", "OM": "OMR", "YE": "YER"}, "درهم": {"AE": "AED", "MA": "MAD"}, "جنيه": {"EG": "EGP", "SD": "SDG"},
    "دينار": {"KW": "KWD", "BH": "BHD", "JO": "JOD", "TN": "TND", "DZ": "DZD", "IQ": "IQD", "LY": "LYD"}, "ש״ח": {"": "ILS"}, 'ש"ח': {"": "ILS"},
}  # fmt: skip
"""Currencies by their names, as amounts in words have them, and of which country each is; "" where of one only."""

_NAME = re.compile(  # the longest first
    rf"(?<![^\W\d_])(?:{'|'.join(re.escape(name) for name in sorted(_WORDS, key=len, reverse=True))})(?![^\W\d_])",
    re.IGNORECASE,
)
_LAKHS = re.compile(r"(?<![\d,.])\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?(?![\d,])")
_INDIAN_TAX = re.compile(r"\b(?:GSTIN|[CSI]GST)\b")
_SOUTH_AFRICAN = re.compile(
    r"\(pty\)\.? ?l(?:imite|t)d\b|\b(?:cape town|johannesburg|durban|pretoria)\b", re.IGNORECASE
)
_TAXED_IN = {  # what only one country of the dollar prints of its taxes
    "AUD": re.compile(
        r"\b(?:ABN|A\.B\.N\.):? ?\d\d\b|\bGST\b[^%]{0,12}\b10(?:\.0+)? ?%|\b10(?:\.0+)? ?% ?GST\b", re.IGNORECASE
    ),
    "NZD": re.compile(r"\bGST\b[^%]{0,12}\b15(?:\.0+)? ?%|\b15(?:\.0+)? ?% ?GST\b", re.IGNORECASE),
    "SGD": re.compile(r"\bGST\b[^%]{0,12}\b[789](?:\.0+)? ?%|\b[789](?:\.0+)? ?% ?GST\b", re.IGNORECASE),
    "CAD": re.compile(
        r"\b(?:HST|QST|TVQ|GST/HST)\b[^%]{0,12}\d|\bGST\b[^%]{0,12}\b5(?:\.0+)? ?%|\b5(?:\.0+)? ?% ?GST\b",
        re.IGNORECASE,
    ),
}
_BESIDE_NUMBER = 3
_NUMBER_BEHIND = re.compile(r"\s?[-(]?\d")
_NUMBER_BEFORE = re.compile(r"\d\s?$")
_NUMBER_LAST = re.compile(r"[-(]?\d[\d.,' ]*$|[\s(:]+$")
_MONEY = r"[-(]?\d{1,3}(?:\d*|(?:[ .,']\d{2,3})*)[.,]\d{2,3}(?![\d%])"
_MONEY_BEHIND, _MONEY_BEFORE = re.compile(rf"\s?{_MONEY}"), re.compile(rf"(?<![\d.,]){_MONEY}\s?$")
_SUM_WORDS = 4
_HEAD_LETTERS = 5
_DIALLED = re.compile(r"(?<![\d+])(?:\+|00)\s?(\d{1,3}(?=[\s()./-]|\d{4}))")
_HOST = re.compile(r"(?:@|www\.|://)[\w-]+((?:\.[\w-]+)*\.[a-z]{2,})(?![\w@])", re.IGNORECASE)
_DAY = re.compile(r"\s?\d{1,2}\.\s?\d{1,2}\.")
_SHOUTED = re.compile(r"[A-Z]{3,}")  # a word of a line in capitals, where any three letters may be one


@dataclass(frozen=True, slots=True)
class CurrencyChoice:
    """An ISO 4217 code, the text that says it, and what else it could be (`$` of a country not told)."""

    code: str
    text: str
    certain: bool
    alternatives: tuple[str, ...] = ()


def read_currency(text: str) -> str | None:
    """Return the code that a text such as `EUR`, `Euro` or `€` stands for; None for `$` and the like."""
    stripped = text.strip(" ():.,")
    upper = _ALIASES.get(stripped.upper(), stripped.upper())
    if upper in KNOWN_CODES and len(stripped) == 3:
        return upper
    return _SYMBOLS.get(stripped) or _SYMBOLS.get(stripped.upper()) or _SYMBOLS.get(text.strip())


def codes_of_sign(sign: str) -> tuple[str, ...]:
    """Return the codes of the currencies that share a sign, the one first that it is taken for where nothing tells."""
    codes = _SHARED[sign]
    return tuple(dict.fromkeys([code for code in (codes.get(""), *codes.values()) if code]))


def is_coin(text: str) -> bool:
    """Whether a text is the code or the sign of a currency, also of one that others share its sign with (`Rs.`)."""
    return read_currency(text) is not None or text.strip(" ():.,") in ("Rs", "₨")


def find_decimals_of_thousandths(texts: Iterable[str]) -> frozenset[str]:
    """Return the decimal marks of the currency that a document names, where that has three decimals; else none.

    Asked where each number of a document has one mark and three digits behind it: `2.444` dinars are no thousands.
    """
    choice = decide_currency(texts)
    return frozenset(_THOUSANDTHS.get(choice.code, "")) if choice and choice.certain else frozenset()


def decide_currency(
    texts: Iterable[str], countries: Iterable[str] = (), languages: Iterable[str] = ()
) -> CurrencyChoice | None:
    """Return the currency that the document's texts name most; `countries` and `languages` tell one dollar from another.

    A code or symbol beside a number counts three times. Where none stands anywhere, a currency's name in words tells it,
    or the groups of digits that India alone writes on an invoice with its tax. None where nothing names one.
    """
    texts, countries, languages = list(texts), list(countries), list(languages)
    if not countries and any(_SOUTH_AFRICAN.search(text) for text in texts):
        countries.append("ZA")
    votes: Counter[str] = Counter()
    for text in texts:
        for match in _TOKEN.finditer(text):
            votes[match.group()] += _weigh(match, languages)
    points: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for name, count in votes.items():
        code = read_currency(name)
        if code and count:
            points[code] += count
        elif count:
            shared[name.rstrip(".")] += count
    if shared or points.keys() - _WORDLIKE:
        points = Counter(
            {code: count for code, count in points.items() if code not in _WORDLIKE}
        )  # «TOTAL ALL 5.00», £5.00
    for sign in shared:
        if not any(country in _SHARED[sign] for country in countries):
            countries += _find_told(sign, texts)
    for sign in [sign for sign in shared if _is_only_letters(sign, countries)]:
        del shared[sign]
    return _choose(points, shared, countries, languages, votes) or _find_in_words(texts, countries)


def _weigh(match: re.Match[str], languages: list[str]) -> int:
    """Return how much a code or sign at its place speaks for its currency; 0 where it is none."""
    name, text = match.group(), match.string
    beside = bool(_NUMBER_BEHIND.match(text, match.end())) or bool(_NUMBER_BEFORE.search(text[: match.start()]))
    if len(name) == 3 and name.isalpha() and name.isupper() and name not in _USUAL and name not in _SYMBOLS:
        return _weigh_unusual(match, beside=beside)
    if name == "RM" and languages[:1] == ["it"]:
        return 0  # the province of Rome
    if name == "Fr." and (not beside or _DAY.match(text[match.end() :])):
        return 0  # Friday, in German
    if not beside and not _is_named(name, text, match.start(), match.end()):
        return 0
    return _BESIDE_NUMBER if beside else 1


def _weigh_unusual(match: re.Match[str], *, beside: bool) -> int:
    """Return the weight of a code of three letters that seldom is a currency: beside money, or behind a word for a sum."""
    name, text = match.group(), match.string
    if name not in CURRENT_CODES or name in _MEASURES:
        return 0
    before = text[: match.start()]
    in_brackets = before.endswith("(") and text.startswith(")", match.end())
    if beside or in_brackets:
        words = _NUMBER_LAST.sub("", before).split()[-_SUM_WORDS:]
        if any(compact("".join(words[start:])) in _words_for_money() for start in range(len(words))):
            return _BESIDE_NUMBER if beside else 1
    if name in _WORDLIKE or not beside:
        return 0
    return _BESIDE_NUMBER if _MONEY_BEHIND.match(text, match.end()) or _MONEY_BEFORE.search(before) else 0


@cache
def _words_for_money() -> frozenset[str]:
    """Return the compact words for sums, and the longer headings of columns of money, in all languages."""
    sums = (phrases_of("totals", key) for key in ("total", "subtotal", "items_total", "tax", "tax_total", "amount_due"))
    heads = (phrases_of("columns", key) for key in ("amount", "unit_price", "gross_amount"))
    return frozenset().union(*sums, (word for words in heads for word in words if len(word) >= _HEAD_LETTERS))


def _is_only_letters(sign: str, countries: list[str]) -> bool:
    """Whether no country tells that letters which may be of a size, a class or a code of tax are a currency's."""
    return (
        sign.isalpha() and sign != "kr" and "" not in _SHARED[sign] and not any(c in _SHARED[sign] for c in countries)
    )


def _find_told(sign: str, texts: list[str]) -> list[str]:
    """Return the country of a shared sign that taxes tell, else the only one of telephones and addresses on the net."""
    if sign == "$" and (taxing := _find_taxing(texts)):
        return taxing
    if sign in ("Rs", "₨") and any(_INDIAN_TAX.search(text) for text in texts):
        return ["IN"]
    joined = "\n".join(texts)
    dialled = [match[1] for match in _DIALLED.finditer(joined)]
    hosts = [match[1].casefold() for match in _HOST.finditer(joined)]
    told = [
        country
        for country in _SHARED[sign]
        if any(_is_dialled(country, number) for number in dialled)
        or any(host.endswith(f".{end}") for host in hosts for end in _DATA["hosts"].get(country, ()))
    ]
    elsewhere = any(not any(_is_dialled(country, number) for country in told) for number in dialled)
    return told if len(told) == 1 and not elsewhere else []


def _is_dialled(country: str, number: str) -> bool:
    prefix = _DATA["dialled"].get(country)
    return prefix is not None and number.startswith(prefix)


def _find_taxing(texts: list[str]) -> list[str]:
    """Return the country of the dollar whose taxes the texts name, where it is one alone."""
    codes = [code for code, taxes in _TAXED_IN.items() if any(taxes.search(text) for text in texts)]
    return [country for country, code in _SHARED["$"].items() if country and codes == [code]]


def _find_in_words(texts: list[str], countries: list[str]) -> CurrencyChoice | None:
    """Return the currency that is named in words («Rupees Four Hundred Only»), or that lakhs on an Indian invoice tell."""
    if any(_INDIAN_TAX.search(text) for text in texts):
        countries = [*countries, "IN"]
    for text in texts:
        for match in _NAME.finditer(text):
            codes = _WORDS[match.group().casefold()]
            code = codes.get("") or next((codes[country] for country in countries if country in codes), None)
            if code:
                return CurrencyChoice(code, match.group(), certain=True)
    grouped = next((match.group() for text in texts for match in _LAKHS.finditer(text)), None)
    if grouped and "IN" in countries:
        return CurrencyChoice("INR", grouped, certain=False, alternatives=("NPR", "PKR", "BDT"))
    return None


def _is_named(name: str, text: str, start: int, end: int) -> bool:
    """Whether a sign apart from any number names a currency: the short ones in brackets or at a line's end only."""
    if name in _SHORT:
        return text[max(0, start - 1) : start] == "(" or (name == "RM" and not text[end:].strip())
    before, behind = text[:start].split()[-1:], text[end:].split()[:1]
    return not (
        name.isupper() and any(_SHOUTED.fullmatch(word) for word in before) and _SHOUTED.fullmatch("".join(behind))
    )


def _choose(
    points: Counter[str], symbols: Counter[str], countries: list[str], languages: list[str], votes: Counter[str]
) -> CurrencyChoice | None:
    symbol, weight = symbols.most_common(1)[0] if symbols else ("", 0)
    best, count = points.most_common(1)[0] if points else ("", 0)
    if weight > count * 2:
        fitting = [code for code in points if _fits(symbol, code)]
        if fitting:
            return CurrencyChoice(fitting[0], symbol, certain=True)
        return _settle(symbol, countries, languages)
    if not best:
        return None
    text = next(name for name in votes if read_currency(name) == best)
    return CurrencyChoice(best, text, certain=True)


def _fits(symbol: str, code: str) -> bool:
    return code in _SHARED[symbol].values()


def _settle(symbol: str, countries: list[str], languages: list[str]) -> CurrencyChoice | None:
    """Return the currency of a shared sign: as a country or language has it, else as most do, which is said to be a guess."""
    codes = _SHARED[symbol]
    for hint in (*countries, *languages):
        if hint and hint in codes:
            return CurrencyChoice(codes[hint], symbol, certain=True)
    usual = codes.get("")
    if usual is None:
        return None
    return CurrencyChoice(usual, symbol, certain=False, alternatives=codes_of_sign(symbol)[1:])
