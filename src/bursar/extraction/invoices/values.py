"""Tokens to typed values: codes, dates and plain text, with the tokens that each was read from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from bursar.extraction.dates import PrintedDate, find_dates, read_date
from bursar.extraction.invoices.layout import Token, join

_CODE = re.compile(r"[A-Za-z0-9#][A-Za-z0-9./\-_#*&+:]*")
_AMOUNT_LIKE = re.compile(r"[-+]?[$€£₹]\s?\d.*|\d{1,3}(?:[.,]\d{3})*[.,]\d{2}|\d+[.,]\d{2}\s?[$€£%]?|\d+%")
STOP = re.compile(r"^(?:vom|du|del|dated|date|of|from|d\.d\.|le|den|am|z|ze|dnia)$", re.IGNORECASE)  # before a date
_NUMBER_SIGN = re.compile(r"(?:#|№|[Nn]\.?[°ºo]?\.?|[Nn]r\.?)$")
_LEAD = " :#.-–№°"
_PREFIX_LETTERS = 5
_PAIR = 2
_COUNTER = re.compile(r"0\d{4,}")


class Value(Struct, frozen=True, gc=False):
    """A typed value, the tokens that hold it and how well it has its type's form, 0 to 1."""

    value: str | date
    tokens: tuple[Token, ...]
    form: float


def tokens_at(tokens: Sequence[Token], start: int, end: int) -> tuple[Token, ...]:
    """Return the tokens that characters `start` to `end` of their joined text touch."""
    found, position = [], 0
    for token in tokens:
        if position < end and position + len(token.text) > start:
            found.append(token)
        position += len(token.text) + 1
    return tuple(found)


def read_first_date(tokens: Sequence[Token], order: str | None) -> Value | None:
    """Return the first date, less sure the later it stands."""
    text = join(tokens)
    for printed in find_dates(text, order):
        if printed.value is not None:
            before = len(re.sub(r"[^\w]", "", text[: printed.start]))
            return Value(printed.value, tokens_at(tokens, printed.start, printed.end), max(0.4, 1.0 - 0.03 * before))
    return None


def read_period(tokens: Sequence[Token], order: str | None) -> tuple[PrintedDate, PrintedDate] | None:
    """Return two dates in order, where the tokens hold two."""
    dates = [printed for printed in find_dates(join(tokens), order) if printed.value]
    return (dates[0], dates[1]) if len(dates) >= 2 else None


def read_code(tokens: Sequence[Token], order: str | None) -> Value | None:
    """Return the first code: a run of letters and digits with at least one digit, neither an amount nor a date."""
    prefix: list[Token] = []
    for index, token in enumerate(tokens):
        text = token.text.strip(_LEAD + ",;()[]")
        if not text:
            continue
        if token.text.startswith("(") and token.text.endswith(")"):
            continue
        if _NUMBER_SIGN.match(text):
            continue
        if STOP.match(text):
            if prefix:
                return None
            continue
        if not any(c.isdigit() for c in text):
            if index > 4 or not text.isalnum():
                return None
            prefix.append(token)
            continue
        if _AMOUNT_LIKE.fullmatch(token.text.strip()) or read_date(text, order) or _starts_date(tokens[index:], order):
            return None
        match = _CODE.search(text)
        if not match:
            return None
        return _finish_code(tokens, index, prefix)
    return None


def _finish_code(tokens: Sequence[Token], index: int, prefix: Sequence[Token]) -> Value:
    used = [tokens[index]]
    before = [
        token
        for token in prefix
        if token.text.isupper() and len(token.text) <= _PREFIX_LETTERS and not _NUMBER_SIGN.match(token.text)
    ]
    skipped = len(prefix) - len(before)
    if before and before[-1] is tokens[index - 1]:
        used.insert(0, before[-1])
    following = index + 1
    while (
        following < len(tokens)
        and re.fullmatch(r"[-/]?\d{2,}[A-Z]?|[-/][A-Z0-9]+", tokens[following].text)
        and (_is_near(tokens[following - 1], tokens[following]))
    ):
        used.append(tokens[following])
        following += 1
    if (
        tokens[following : following + 1]
        and tokens[following].text in ("-", "/")
        and _is_series(tokens, index, following)
    ):
        used += tokens[following : following + 2]  # «1 - 260977»
    elif following == index + 1 and _counts_on(tokens[index:]):
        used.append(tokens[following])
    text = join(used).strip(" :#.,;()[]")
    form = 1.0 - 0.15 * skipped - (0.25 if len(re.sub(r"\W", "", text)) < 2 else 0.0)
    return Value(text, tuple(used), max(0.2, form))


def _is_series(tokens: Sequence[Token], index: int, sign: int) -> bool:
    """Whether a short number, the dash or stroke behind it and a longer one are one number: a series and its counter."""
    behind = tokens[sign + 1 : sign + 2]
    short, long = tokens[index].text, behind[0].text if behind else ""
    return sign == index + 1 and short.isalnum() and len(short) <= 4 and long.isdigit() and len(long) >= 4


def _counts_on(tokens: Sequence[Token]) -> bool:
    """Whether a short number and a counter with its zeros are all that there is: «4 008127»."""
    texts = [token.text for token in tokens]
    return len(texts) == _PAIR and texts[0].isdigit() and len(texts[0]) <= 3 and bool(_COUNTER.fullmatch(texts[1]))


def _is_near(left: Token, right: Token) -> bool:
    return right.box.x0 - left.box.x1 < 0.6 * max(left.size, 1.0)


def _starts_date(tokens: Sequence[Token], order: str | None) -> bool:
    text = join(tokens[:4])
    found = find_dates(text, order)
    return bool(found) and found[0].start == 0


def read_text(tokens: Sequence[Token]) -> Value | None:
    """Return all of the tokens as text."""
    text = join(tokens).strip(" :;-–")
    return Value(text, tuple(tokens), 1.0) if re.search(r"[^\W_]", text) else None
