"""Which currency a document speaks: by code, by symbol, by context, and never by default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from babel.numbers import list_currencies

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₫": "VND", "₴": "UAH", "₦": "NGN",
    "₱": "PHP", "฿": "THB", "RM": "MYR", "Kč": "CZK", "zł": "PLN", "Rs": "INR", "Rs.": "INR", "Fr.": "CHF", "SFr": "CHF",
    "SFr.": "CHF", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "S$": "SGD", "HK$": "HKD",
    "NZ$": "NZD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN", "₪": "ILS", "EURO": "EUR", "EUROS": "EUR", "Euro": "EUR", "euro": "EUR", "Rp": "IDR", "円": "JPY",
    "kr": None, "kr.": None, "$": None, "¥": None, "R": None,
}  # fmt: skip
_ALIASES = {"STG": "GBP", "RMB": "CNY", "NTD": "TWD", "INR": "INR"}
_CODES = {code for code in list_currencies() if not code.startswith("X")}
_USUAL = {
    "EUR", "USD", "GBP", "CHF", "INR", "MYR", "SGD", "AUD", "CAD", "NZD", "JPY", "CNY", "HKD", "TWD", "SEK", "NOK", "DKK", "PLN",
    "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BRL", "MXN", "ZAR", "AED", "SAR", "ILS", "THB", "IDR", "PHP", "VND", "KRW",
}  # fmt: skip
_COUNTRY_OF_DOLLAR = {
    "US": "USD",
    "CA": "CAD",
    "AU": "AUD",
    "NZ": "NZD",
    "SG": "SGD",
    "HK": "HKD",
    "MX": "MXN",
    "TW": "TWD",
}
_COUNTRY_OF_KRONE = {
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "sv": "SEK",
    "nb": "NOK",
    "da": "DKK",
    "CZ": "CZK",
    "cs": "CZK",
}
_TOKEN = re.compile(
    r"(?<![^\W\d_])(?:US\$|AU?\$|CA?\$|S\$|HK\$|NZ\$|NT\$|R\$|MX\$|[€£₹₽₩₺₫₴₦₱฿₪$¥円]|RM|R(?=\s?\d{1,3}(?:[ ,.]?\d{3})*[.,]\d\d(?!\d))|Kč|zł|S?Fr\.|Rs\.?|Rp|kr\.?|EUROS?|[Ee]uro|[A-Z]{3})(?![^\W\d_])"
)
_WORDS = {
    "rupees": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"},
    "ringgit": {"": "MYR"}, "rupiah": {"": "IDR"}, "baht": {"": "THB"}, "yen": {"": "JPY"}, "rand": {"ZA": "ZAR"},
}  # fmt: skip
"""Currencies by their names, as amounts in words have them, and of which country each is; "" where of one only."""

_NAME = re.compile(r"(?<![^\W\d_])(?:rupees|ringgit|rupiah|baht|yen|rand)(?![^\W\d_])", re.IGNORECASE)
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
_BESIDE_NUMBER = 3.0
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
    if upper in _CODES and len(stripped) == 3:
        return upper
    return _SYMBOLS.get(stripped) or _SYMBOLS.get(stripped.upper()) or _SYMBOLS.get(text.strip())


def decide_currency(
    texts: Iterable[str], countries: Iterable[str] = (), languages: Iterable[str] = ()
) -> CurrencyChoice | None:
    """Return the currency that the document's texts name most; `countries` and `languages` tell one dollar from another.

    A code or symbol beside a number counts three times. Where none stands anywhere, a currency's name in words tells it,
    or the groups of digits that India alone writes on an invoice with its tax. None where nothing names one.
    """
    texts, countries = list(texts), list(countries)
    if not countries and any(_SOUTH_AFRICAN.search(text) for text in texts):
        countries.append("ZA")
    votes: Counter[str] = Counter()
    languages = list(languages)
    for text in texts:
        for match in _TOKEN.finditer(text):
            name = match.group()
            if len(name) == 3 and name.isalpha() and name.isupper() and name not in _USUAL and name not in _SYMBOLS:
                continue
            beside = bool(re.match(r"\s?[-(]?\d", text[match.end() :])) or bool(
                re.search(r"\d\s?$", text[: match.start()])
            )
            if name == "RM" and languages[:1] == ["it"]:
                continue  # the province of Rome
            if name == "R" and "ZA" not in countries:
                continue  # of a size, a class or a code of tax
            if name == "Fr." and (not beside or _DAY.match(text[match.end() :])):
                continue  # Friday, in German
            if not beside and not _is_named(name, text, match.start(), match.end()):
                continue
            votes[name] += _BESIDE_NUMBER if beside else 1  # type: ignore[assignment]
    points: Counter[str] = Counter()
    open_symbols: Counter[str] = Counter()
    for name, count in votes.items():
        code = read_currency(name)
        if code:
            points[code] += count
        else:
            open_symbols[name.rstrip(".")] += count
    if open_symbols["$"] and not any(country in _COUNTRY_OF_DOLLAR for country in countries):
        countries += _find_taxing(texts)
    return _choose(points, open_symbols, countries, languages, votes) or _find_in_words(texts, countries)


def _find_taxing(texts: list[str]) -> list[str]:
    """Return the country of the dollar whose taxes the texts name, where it is one alone."""
    codes = [code for code, taxes in _TAXED_IN.items() if any(taxes.search(text) for text in texts)]
    return [country for country, code in _COUNTRY_OF_DOLLAR.items() if codes == [code]]


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
    if name in ("kr", "Rs", "RM", "Rp"):
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
    if symbol == "R":
        return code == "ZAR"
    if symbol == "$":
        return code in _COUNTRY_OF_DOLLAR.values()
    return code in ("JPY", "CNY") if symbol == "¥" else code in ("SEK", "NOK", "DKK")


def _settle(symbol: str, countries: list[str], languages: list[str]) -> CurrencyChoice | None:
    if symbol == "R":
        return CurrencyChoice("ZAR", symbol, certain=True) if "ZA" in countries else None
    if symbol == "$":
        told = [_COUNTRY_OF_DOLLAR[country] for country in countries if country in _COUNTRY_OF_DOLLAR]
        if told:
            return CurrencyChoice(told[0], symbol, certain=True)
        return CurrencyChoice("USD", symbol, certain=False, alternatives=("AUD", "CAD", "NZD", "SGD"))
    if symbol == "¥":
        if "CN" in countries or (languages and languages[0] == "zh"):
            return CurrencyChoice("CNY", symbol, certain=True)
        return CurrencyChoice("JPY", symbol, certain="ja" in languages[:1], alternatives=("CNY",))
    for hint in (*countries, *languages):
        if hint in _COUNTRY_OF_KRONE:
            return CurrencyChoice(_COUNTRY_OF_KRONE[hint], symbol, certain=True)
    return None
