"""The few notations that XML has for a value."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal

_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?).*|[Z+-].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?.*)?")  # UN/EDIFACT 2379: 102, 203, 204, 205
_MONTH = re.compile(r"(\d{4})-?(\d{2})")  # 610; a week in 616
_WEEK_CODE = "616"
_TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?")
_NO_TIME = {"00:00", "00:00:00"}  # what software writes that has a date and a field for both


def read_decimal(text: str) -> Decimal | None:
    """Return the number with the digits given; None for anything that is not an `xs:decimal`."""
    return Decimal(text.removeprefix("+")) if _DECIMAL.fullmatch(text) else None


def read_days(text: str, code: str | None = None) -> tuple[date, date] | None:
    """Return the first and last day of what the text names: the same day twice, or those of a month or week.

    `code` is the format of UN/EDIFACT 2379 where one is given: 102, 203, 204, 205 a day or instant, 610 a month, 616 a week.
    ISO 8601 is understood under any code, since software writes both. None for anything else.
    """
    try:
        if code == _WEEK_CODE:
            return _read_week(text)
        match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
        if match:
            day = date(int(match[1]), int(match[2]), int(match[3]))
            return day, day
        match = _MONTH.fullmatch(text)
        if match is None:
            return None
        year, month = int(match[1]), int(match[2])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:  # calendar.IllegalMonthError is one too
        return None


def _read_week(text: str) -> tuple[date, date] | None:
    match = _MONTH.fullmatch(text)
    if match is None:
        return None
    return date.fromisocalendar(int(match[1]), int(match[2]), 1), date.fromisocalendar(int(match[1]), int(match[2]), 7)


def read_time(text: str) -> str | None:
    """Return the time of day of an instant, or of a time alone, as HH:MM or HH:MM:SS; None where there is none."""
    match = _TIME.fullmatch(text)
    if match:
        return None if match[1] in _NO_TIME else match[1]
    match = _ISO.fullmatch(text)
    if match is None:
        match = _COMPACT.fullmatch(text)
        found = ":".join(part for part in match.groups()[3:] if part) if match else ""
    else:
        found = match[4] or ""
    return found if found and found not in _NO_TIME else None
