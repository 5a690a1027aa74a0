"""Printed times of day: `14:32`, `2:32 pm`, `14h32`, `14.32 Uhr`, `午後2時32分`."""

from __future__ import annotations

import re
from datetime import time

from msgspec import Struct

_TIME = re.compile(
    r"""
    (?P<ahead>午前|午後|上午|下午|AM|PM)?\s?
    (?:(?<![\d:.,/+\-])|(?<=/20\d\d))(?P<h>[01]?\d|2[0-3])
    (?:\s?(?P<sep>[:：h時时点])\s?|(?P<point>\.))
    (?P<m>[0-5]\d)(?:分)?
    (?:[:：.](?P<s>[0-5]\d)(?:[.,]\d{1,6})?|(?P<cjk>[0-5]\d)秒)?
    (?:\s?(?P<half>[AaPp]\.?\s?[Mm]\.?)(?![^\W\d_])|\s?(?P<word>Uhr|hrs|uur|h)(?![^\W\d_]))?
    (?![\d:：%€$£]|[.,]\d|\s?[%€$£]|h\d)
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(r"(?:\b(?:kl|klo|godz|ore|um|om)\b\.?:?|à)\s?$", re.IGNORECASE)  # what makes 14.32 a time
_TO = re.compile(r"\s?(?:[-–—]|to|bis|à|au|till?|a|until)\s?\d", re.IGNORECASE)  # hours of business, not a time
_FROM = re.compile(r"(?:\d[-–—]|\d(?:\s?[AaPp]\.?[Mm]\.?)?\s(?:[-–—]|to|bis|au|till?|until)\s?)$", re.IGNORECASE)
_NOON = 12


class PrintedTime(Struct, frozen=True, gc=False):
    """A time of day at `start` to `end` of a text; `text` is it in 24 hours, with the seconds where they are printed."""

    text: str
    start: int
    end: int


def find_times(text: str, *, labelled: bool = False) -> list[PrintedTime]:
    """Return the times of a text, left to right; none of those that begin or end a span («9:00 - 18:00»).

    Hours and minutes with a point between them are a time where a word says so, or a label (`labelled`) and two digits of the hour.
    """
    found = []
    for match in _TIME.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        before, end = text[: match.start("h")], match.end()
        told = (labelled and len(match["h"]) > 1) or match["half"] or match["word"] or _BEFORE.search(before)
        if (match["point"] and not told) or _TO.match(text, end) or _FROM.search(text[:start]):
            continue
        found.append(PrintedTime(_read(match), start, end))
    return found


def _read(match: re.Match[str]) -> str:
    hour, half = int(match["h"]), (match["half"] or match["ahead"] or "").casefold()
    if hour <= _NOON and half:
        is_late = half[0] == "p" or half in ("午後", "下午")
        hour = hour % _NOON + (_NOON if is_late else 0)
    seconds = match["s"] or match["cjk"]
    at = time(hour, int(match["m"]), int(seconds or 0))
    return at.isoformat("seconds" if seconds else "minutes")
