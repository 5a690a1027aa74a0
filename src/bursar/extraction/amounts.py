"""Printed amounts to Decimals: every grouping and decimal mark, signs before, behind and around.

A mark is read from the number itself where the number settles it (`1.234,56`), and by the document's convention where
it does not (`1.234`). Both readings stay at hand for the arithmetic to choose between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from bursar.extraction.currencies import KNOWN_CODES
from bursar.facts.evidence import Convention

_MINUS = "-−–‐‑﹣－"
_BLANK = "\u00a0\u2007\u2009\u202f\ufffd\u25a0\u25a1"  # blanks that are printed inside numbers on purpose; fonts lose narrow ones
_APOSTROPHE = "'’´`ʼ"
_CODES = sorted(KNOWN_CODES)
_ISO_CODES = "|".join(  # by their first letters: a quarter of the tries of one list
    f"{first}(?:{'|'.join(code[1:] for code in codes)})" for first, codes in groupby(_CODES, key=itemgetter(0))
)
_RAND = (
    rf"R(?=\s?\d{{1,3}}(?:[ ,.{_BLANK}]?\d{{3}})*[.,]\d\d(?!\d))"  # the letter alone is the beginning of numbers too
)
_SYMBOL = (
    rf"(?:[A-Z]{{1,3}}\$|[$€£¥₹₽₩₺₫₴₦₱¢฿₪₵৳₭₮₸₾₼₡₲₨﷼៛֏元]|円也?|Rs\.?|Rp\.?|RM|{_RAND}|kr\.?|K(?:č|[Ss][Hh]s?\.?)"
    rf"|zł|Fr\.|SFr\.?|{_ISO_CODES})"
)
_CORE = rf"(?:\d{{1,3}}(?:[ {_BLANK}]\d{{3}})+(?:[.,]\d{{1,4}})?|\d[\d.,{_APOSTROPHE}]*\d|[.,]\d{{2}}(?!\d)|\d)"
_GROUPING = re.compile(rf"[{_APOSTROPHE} {_BLANK}]")
_CENTS = re.compile(r"\d[.,]\d{2}(?!\d|[.,]\d)")
_DIGIT = re.compile(r"\d")
_AMOUNT = re.compile(
    rf"""
    (?<![\w.,/:])                                   # not the tail of a word, a date, a time or another number
    (?P<open>\(\s?)?
    (?P<sign1>(?:[{_MINUS}+]|\([{_MINUS}]\))\s?)?
    (?:(?P<before>{_SYMBOL})\s?)?
    (?P<sign2>[{_MINUS}+]\s?)?
    (?P<core>{_CORE})
    (?P<dash>[.,][{_MINUS}—]{{1,2}}|/-)?            # 12,- and 12.-- and 12/-
    (?:\s?(?P<after>{_SYMBOL})(?![A-Za-z0-9]))?
    (?P<close>\s?\))?
    (?P<sign3>\s?[{_MINUS}+](?![\w]))?
    (?:\s?(?P<marker>CR|DR|Cr|Dr|cr|dr|C|D|H|S|K|Db|DB)(?![A-Za-z0-9.]))?
    (?![\w%/:]|[.,]\d)                              # not the head of a word, a rate, a date or a time
    """,
    re.VERBOSE,
)
_MARKS = {"CR": "CR", "DR": "DR", "C": "CR", "D": "DR", "H": "CR", "S": "DR", "K": "CR", "DB": "DR"}


class PrintedAmount(Struct, frozen=True, gc=False):
    """An amount as printed at `start` to `end` of a text.

    `value` carries the sign of a minus (before or behind) or of parentheses; `marker` is `CR` or `DR` where one stands
    beside it (its meaning is the caller's to apply). `alternative` is the other reading where the number does not settle
    its own mark (`1.234`); `mark` the decimal mark read, None where there are no decimals. `settled` says that the number
    itself shows which mark is the decimal one.
    """

    value: Decimal
    text: str
    start: int
    end: int
    mark: str | None
    settled: bool
    signed: str | None = None  # "-", "+", "trailing", "parentheses"
    currency: str | None = None
    marker: str | None = None
    alternative: Decimal | None = None

    @property
    def decimals(self) -> int:
        """How many decimals were printed."""
        return max(0, -int(self.value.as_tuple().exponent))


def find_amounts(text: str, decimal: str | None = None) -> list[PrintedAmount]:
    """Return all amounts in the text, left to right.

    `decimal` is the document's decimal mark (`,` or `.`), used where a number does not settle its own.
    Blanks group digits only in threes (`1 234,56`); a caller that knows the gaps between words should split there first.
    """
    if _DIGIT.search(text) is None:
        return []
    found = _find_all(text, None)
    if decimal is not None and any(amount.alternative is not None for amount in found):
        found = _find_all(text, decimal)
    return list(found)


@lru_cache(maxsize=2_000)
def _find_all(text: str, decimal: str | None) -> tuple[PrintedAmount, ...]:
    """Return the amounts left to right; kept, since one line is asked for its amounts by many."""
    read = [_read_match(match, decimal) for match in _AMOUNT.finditer(text)]
    return tuple([amount for amount in read if amount is not None])


def has_cents(text: str) -> bool:
    """Whether a number with two decimals stands in a text, as money does; a date (`03.05.2024`) is none."""
    return _CENTS.search(text) is not None


def read_amount(text: str, decimal: str | None = None) -> PrintedAmount | None:
    """Return the amount that the whole text is, blanks around it aside; None when it is anything else or more."""
    stripped = text.strip()
    found = find_amounts(stripped, decimal)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(stripped):
        return found[0]
    return None


def decide_decimal_mark(texts: Iterable[str]) -> Convention:
    """Return the document's decimal mark from all the numbers in it.

    A number with both marks counts most (`1.234,56`), one with two decimals less (`12,50`). Ambiguous when both marks
    have support of the same order, or neither has any.
    """
    votes: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for text in texts:
        for amount in find_amounts(text):
            if amount.settled and amount.mark:
                has_grouping = len(re.findall(rf"[.,{_APOSTROPHE}]", amount.text)) > 1
                votes[amount.mark] += 3 if has_grouping else 1
                samples.setdefault(amount.mark, amount.text.strip())
    if not votes:
        return Convention(None, None, ambiguous=True, alternatives=(",", "."))
    (mark, count), *rest = votes.most_common()
    other = rest[0][1] if rest else 0
    return Convention(
        mark,
        f"{samples[mark]} and {count - 1} more" if count > 1 else samples[mark],
        ambiguous=other * 2 > count,
        alternatives=(rest[0][0],) if other * 2 > count else (),
    )


def _read_match(match: re.Match[str], decimal: str | None) -> PrintedAmount | None:
    reading = _read_core(match["core"], decimal)
    if reading is None or bool(match["open"]) != bool(match["close"]):
        return _without_parentheses(match, decimal, reading)
    value, alternative, mark, settled = reading
    signed = _sign_of(match)
    if signed in ("-", "trailing", "parentheses"):
        value, alternative = -value, None if alternative is None else -alternative
    marker = match["marker"]
    return PrintedAmount(
        value,
        match.group().strip(),
        match.start() + len(match.group()) - len(match.group().lstrip()),
        match.start() + len(match.group().rstrip()),
        mark,
        settled,
        signed,
        match["before"] or match["after"],
        _MARKS[marker.upper()] if marker else None,
        alternative,
    )


def _without_parentheses(
    match: re.Match[str], decimal: str | None, reading: tuple[Decimal, Decimal | None, str | None, bool] | None
) -> PrintedAmount | None:
    """Read a number beside a lone parenthesis, which belongs to the words around it."""
    if reading is None:
        return None
    start = match.end("open") if match["open"] else match.start()
    end = match.start("close") if match["close"] else match.end()
    inner = _AMOUNT.match(match.string[:end], start)
    return _read_match(inner, decimal) if inner and not (inner["open"] or inner["close"]) else None


def _sign_of(match: re.Match[str]) -> str | None:
    if match["open"] and match["close"]:
        return "parentheses"
    before = (match["sign1"] or match["sign2"] or "").strip(" ()")
    if before:
        return "+" if before == "+" else "-"
    behind = (match["sign3"] or "").strip()
    if behind:
        return "+" if behind == "+" else "trailing"
    return None


def _read_core(core: str, decimal: str | None) -> tuple[Decimal, Decimal | None, str | None, bool] | None:
    """Return value, the other reading, decimal mark, whether the number settles the mark; None when it is no number."""
    digits = _GROUPING.sub("", core)
    has_groups = digits != core  # apostrophes and blanks group, so a point or comma beside them is the decimal mark
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return Decimal(digits), None, None, False
    last = marks[-1]
    head, _, tail = digits.rpartition(last)
    plain_head = head.replace(".", "").replace(",", "")
    as_decimal = Decimal(f"{plain_head or '0'}.{tail}") if tail else Decimal(plain_head)
    as_whole = Decimal(plain_head + tail)
    if len(set(marks)) == 2:
        return (as_decimal, None, last, True) if marks.count(last) == 1 else (as_whole, None, None, False)
    if len(marks) > 1:
        return _read_repeated(head, tail, last, as_decimal, as_whole)
    if has_groups or len(tail) != 3 or plain_head.startswith("0") or not head or len(head) > 3:
        return as_decimal, None, last, len(tail) <= 2 or has_groups
    if decimal == last:
        return as_decimal, as_whole, last, False
    return as_whole, as_decimal, None, False


def _read_repeated(
    head: str, tail: str, mark: str, as_decimal: Decimal, as_whole: Decimal
) -> tuple[Decimal, Decimal | None, str | None, bool] | None:
    """Read a number with one mark several times: grouping (`1.234.567`, `12,34,567`), or a slip of the reader (`1.234.56`)."""
    first, *groups = head.split(mark)
    if all(len(group) in (2, 3) for group in groups) and len(first) <= 3:
        if len(tail) == 3:
            return as_whole, None, None, False
        if len(tail) <= 2 and all(len(group) == 3 for group in groups):
            return as_decimal, None, mark, False
    return None
