"""Values as the reader writes them: numbers and dates in the locale that the browser asks for."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_MOST_RANGES = 10
_SAID = re.compile(
    r"(?<![\w.,])(?P<amount>-?\d+\.\d{2,4})(?![\w%]|[.,]\d)|(?<![\w-])(?P<day>\d{4}-\d{2}-\d{2})(?![\w-])"
)


def choose_locale(accept_language: str) -> Locale:
    """Return the first locale asked for that there is, English where there is none (browsers send the best first)."""
    for part in accept_language.split(",")[:_MOST_RANGES]:
        tag = part.partition(";")[0].strip()
        if _RANGE.fullmatch(tag):
            try:
                return Locale.parse(tag, sep="-")
            except (UnknownLocaleError, ValueError):
                continue
    return Locale("en")


def show_text(value: Any, locale: Locale) -> str:
    """Return the value as text: amounts with the digits printed, dates by the locale, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return _show_amount(value, locale)
    if isinstance(value, datetime):
        return str(format_datetime(value, "medium", locale=locale))
    if isinstance(value, str) and _DATE.fullmatch(value):
        return _show_date(value, locale)
    return str(value)


def show_count(number: float, locale: Locale) -> str:
    """Return how many there are of something; parts of one to a tenth."""
    return str(format_decimal(number, "#,##0.#", locale=locale))


def show_money(amount: Decimal | None, currency: str | None, locale: Locale) -> str:
    """Return the amount with its currency as the locale writes it, with all digits printed; without one, bare."""
    if amount is None:
        return ""
    if currency is None:
        return _show_amount(amount, locale)
    return str(format_currency(amount, currency, locale=locale, decimal_quantization=False))


def show_said(sentence: str, locale: Locale) -> str:
    """Return what the engine says, with its amounts and days, written as in JSON, as the reader writes them."""

    def write(found: re.Match[str]) -> str:
        amount, day = found["amount"], found["day"]
        return _show_date(day, locale) if amount is None else _show_amount(Decimal(amount), locale)

    return _SAID.sub(write, sentence)


def show_equal(value: Any, other: Any, locale: Locale) -> str:
    """Return one side of an equation without the zeros at its end that are more digits than the other side has."""
    if not isinstance(value, Decimal) or not isinstance(other, Decimal):
        return show_text(value, locale)
    shorter = value.quantize(other) if _count_places(other) < _count_places(value) else value
    return show_text(shorter if shorter == value else value, locale)


def show_span(seconds: float, locale: Locale) -> str:
    """Return how long something took, in the largest unit that there is one of; below ten seconds with tenths."""
    if seconds < 9.95:
        return str(format_unit(max(round(seconds, 1), 0.1), "duration-second", "short", locale=locale))
    return str(format_timedelta(timedelta(seconds=seconds), format="short", threshold=1, locale=locale))


def _count_places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _show_amount(amount: Decimal, locale: Locale) -> str:
    digits = _count_places(amount)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(amount, pattern, locale=locale))


def _show_date(text: str, locale: Locale) -> str:
    try:
        return str(format_date(date.fromisoformat(text), "medium", locale=locale))
    except ValueError:
        return text
