"""When a value in the XML and one on the page say the same, notation aside."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bursar.facts.money import decimals_of

Same = Callable[..., bool]

_MIN_TAIL = 6  # characters of an id that may stand without its prefix (a VAT number without the country)
_NAME_SHARE = 0.8
_ADDRESS_SHARE = 0.6
_DESCRIPTION_SHARE = 0.6
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text without case, diacritics, blanks and punctuation: what is left of it to compare."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def same_id(xml: str, page: str) -> bool:
    """Whether two numbers or names of things are the same; a page may print one without its prefix, or one of several."""
    folded, seen = fold(xml), fold(page)
    if folded == seen or seen in {fold(part) for part in xml.split(",")}:
        return True
    return len(seen) >= _MIN_TAIL and folded.endswith(seen) and not folded[: -len(seen)].isdigit()


def same_name(xml: str, page: str) -> bool:
    """Whether two names have the same words, or one has all words of the other (a branch, a department)."""
    return fold(xml) == fold(page) or _holds(xml, page) or share_of_words(xml, page) >= _NAME_SHARE


def same_address(xml: str, page: str) -> bool:
    """Whether two addresses agree in most words and in all house numbers and postal codes that both could have."""
    shorter, longer = sorted((_words(xml), _words(page)), key=lambda words: words.total())
    numbers = {word for word in shorter if any(c.isdigit() for c in word)}
    return numbers <= set(longer) and (_holds(xml, page) or share_of_words(xml, page) >= _ADDRESS_SHARE)


def same_description(xml: str, page: str) -> bool:
    """Whether a page's line is about the thing that the XML names; pages add codes and remarks, or cut the name."""
    return _holds(xml, page) or share_of_words(xml, page) >= _DESCRIPTION_SHARE


def same_day(xml: date, page: date) -> bool:
    """Whether two dates are the same day."""
    return xml == page


def same_amount(xml: Decimal, page: Decimal) -> bool:
    """Whether two amounts have the same value once the XML's is rounded to the page's decimals."""
    return xml == page or (decimals_of(page) < decimals_of(xml) and _round(xml, decimals_of(page)) == page)


def same_size(xml: Decimal, page: Decimal) -> bool:
    """Whether two amounts are the same but for the sign: credit notes and discounts are printed with and without."""
    return same_amount(abs(xml), abs(page))


def same_or_gross(xml: Decimal, page: Decimal, rate: Decimal | None) -> bool:
    """Whether a page's amount is the XML's, or the XML's with tax at `rate` percent: shops print gross prices."""
    if same_size(xml, page):
        return True
    return rate is not None and same_size(_round(xml * (100 + rate) / 100, max(2, decimals_of(page))), page)


def share_of_words(xml: str, page: str) -> float:
    """Return the F1 of the two bags of words, 0 to 1."""
    first, second = _words(xml), _words(page)
    both = (first & second).total()
    return 2 * both / (first.total() + second.total()) if both else 0.0


def _holds(xml: str, page: str) -> bool:
    """Whether one has all words of the other, which has some."""
    first, second = _words(xml), _words(page)
    return bool(first and second) and (first <= second or second <= first)


def _words(text: str) -> Counter[str]:
    return Counter(fold(word) for word in _WORD.findall(text))


def _round(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
