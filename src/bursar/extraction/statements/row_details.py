"""What the text of a transaction says besides: who, under which reference, how much in which foreign currency at which rate.

Nothing here is guessed: a name or reference follows its own label or stands in its own column, an amount in foreign
currency has that currency printed beside it, and a rate must turn the one amount into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bursar.extraction.amounts import PrintedAmount, find_amounts
from bursar.extraction.statements.identity import currency_named
from bursar.extraction.statements.items import Movement
from bursar.extraction.statements.vocabulary import Found, find_labels
from bursar.reading.page import Word

_TAG = re.compile(r"(?P<tag>EREF|KREF|MREF|NAME|ABWA)\+(?P<value>.*)")
_SLASHED = re.compile(r"/(?P<tag>NAME|EREF)/(?P<value>[^/]+)")
_RATE = re.compile(r"[=:@]?(\d{1,6})[.,](\d{2,8})[,;.)]?")
_REFERENCE = re.compile(r"#?(?=[^\s]*\d)[\w./\-]{4,40}")
_LONG_NUMBER = re.compile(r"\d{4,}|\d[\d.,]*[.,]\d\d$")
_WITHOUT_DECIMALS = {"JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "PYG", "UGX", "XOF", "XAF", "RWF"}
_TOLERANCE = Decimal("0.05")  # of the amount: banks put their margin into it
_QUOTED_PER = (Decimal(1), Decimal(100))  # units of the foreign currency
_MAX_NAME = 8  # words


@dataclass(frozen=True, slots=True)
class Said:
    """A value with the words that say it."""

    value: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """What was paid in a foreign currency. `rate` is None where none is printed that fits; `sure`: it is borne out."""

    amount: Decimal
    words: tuple[Word, ...]
    currency: str | None
    rate: Decimal | None = None
    rate_words: tuple[Word, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether a printed rate bears the amount out."""
        return self.rate is not None


def find_counterparty(move: Movement) -> Said | None:
    """Return the name in the column of names, or behind a label such as «Name:» in the text."""
    if move.counterparty:
        return _say(move.counterparty)
    for tag, words, value in _find_tagged(move.words):
        if tag in ("NAME", "ABWA"):
            return Said(value, words)
    for label in _find_labelled(move.words, "counterparty"):
        name = _take_name(move.words, label.last + 1)
        if name:
            return _say(name)
    return None


def find_reference(move: Movement) -> Said | None:
    """Return what stands in the column of references, or behind a label such as «Ref:» in the text."""
    if move.reference:
        return _say(move.reference)
    for tag, words, value in _find_tagged(move.words):
        if tag.endswith("REF"):
            return Said(value, words)
    for label in _find_labelled(move.words, "reference"):
        following = [word for word in move.words[label.last + 1 : label.last + 3] if word.text != ":"]
        if following and _REFERENCE.fullmatch(following[0].text.rstrip(".,;")):
            return Said(following[0].text.strip("#").rstrip(".,;"), (following[0],))
    return None


def find_row_currency(move: Movement, account_currency: str | None) -> Said | None:
    """Return the currency printed beside the row's amount, or in a column of its own."""
    money = next((move.moneys[role] for role in ("amount", "debit", "credit") if role in move.moneys), None)
    printed = currency_named(money.amount.currency) if money and money.amount.currency else None
    if money is not None and printed is not None:
        return Said(printed, money.words)
    code = currency_named(" ".join(word.text for word in move.currency)) if move.currency else None
    if code is None or ("original" in move.moneys and code != account_currency):
        return None  # beside an amount in foreign currency it is the currency of that
    return Said(code, tuple(move.currency))


def find_foreign(move: Movement, amount: Decimal, account_currency: str | None, decimal: str | None) -> Foreign | None:
    """Return the amount in foreign currency that the row's `amount` was converted from, with the rate where it fits."""
    rates = [*_rates_of(move), *_find_rates(move.words)]
    if "original" in move.moneys:
        money = move.moneys["original"]
        if money.amount.value == 0:
            return None
        code = currency_named(money.amount.currency or " ".join(word.text for word in move.currency) or "-")
        return _with_rate(Foreign(abs(money.amount.value), money.words, code), amount, rates)
    if account_currency is None:
        return None
    found = [
        _with_rate(Foreign(abs(printed.value), words, code), amount, rates)
        for printed, words in _find_printed(move.words, decimal)
        if (code := _foreign_code(printed, account_currency)) is not None
    ]
    return next((foreign for foreign in found if foreign.sure), found[0] if found else None)


def _rates_of(move: Movement) -> Iterator[tuple[Decimal, tuple[Word, ...]]]:
    """Yield what the number in the column of rates can be: `1.082` is no thousand there, if the amounts say so."""
    money = move.moneys.get("rate")
    for value in (money.amount.value, money.amount.alternative) if money else ():
        if value:
            yield abs(value), money.words if money else ()


def _foreign_code(printed: PrintedAmount, account_currency: str) -> str | None:
    code = currency_named(printed.currency) if printed.currency else None
    if code is None or code == account_currency or printed.value == 0:
        return None
    return code if printed.decimals == 2 or (printed.decimals == 0 and code in _WITHOUT_DECIMALS) else None


def _with_rate(foreign: Foreign, amount: Decimal, rates: Sequence[tuple[Decimal, tuple[Word, ...]]]) -> Foreign:
    for rate, words in rates:
        turned = [foreign.amount * rate, *(foreign.amount / rate,)]
        if any(abs(value / per - amount) <= _TOLERANCE * amount for value in turned for per in _QUOTED_PER):
            return Foreign(foreign.amount, foreign.words, foreign.currency, rate, words)
    return foreign


def _find_printed(words: Sequence[Word], decimal: str | None) -> Iterator[tuple[PrintedAmount, tuple[Word, ...]]]:
    """Yield the amounts in a text with the words that they stand in."""
    text, starts = _join(words)
    for printed in find_amounts(text, decimal):
        yield (
            printed,
            tuple(
                word
                for word, start in zip(words, starts, strict=True)
                if start < printed.end and start + len(word.text) > printed.start
            ),
        )


def _find_rates(words: Sequence[Word]) -> Iterator[tuple[Decimal, tuple[Word, ...]]]:
    """Yield the numbers behind «rate», «@» and «1 EUR =», as rates: their last mark is the decimal one."""
    places = [label.last + 1 for label in find_labels(words, ("details",)) if "rate" in label.names_in("details")]
    places += [at + 1 for at, word in enumerate(words) if word.text in ("@", "=")]
    places += [at for at, word in enumerate(words) if word.text[:1] in "@=" and len(word.text) > 1]
    for place in sorted(set(places)):
        for word in words[place : place + 2]:
            match = _RATE.fullmatch(word.text)
            if match and int(match[1] + match[2]):
                yield Decimal(f"{match[1]}.{match[2]}"), (word,)
                break


def _find_tagged(words: Sequence[Word]) -> Iterator[tuple[str, tuple[Word, ...], str]]:
    """Yield the tags of SEPA texts (`EREF+…`, `/NAME/…/`) with their words and values."""
    for at, word in enumerate(words):
        match = _TAG.fullmatch(word.text)
        if match is None:
            continue
        taken = [word]
        following = words[at + 1 : at + _MAX_NAME] if match["tag"] in ("NAME", "ABWA") or not match["value"] else ()
        for other in following:
            if "+" in other.text or not _same_line(word, other):
                break
            taken.append(other)
        value = " ".join([match["value"], *(other.text for other in taken[1:])]).strip()
        if value:
            yield match["tag"], tuple(taken), value
    text, starts = _join(words)
    for match in _SLASHED.finditer(text):
        inside = tuple(
            w for w, at in zip(words, starts, strict=True) if at < match.end() and at + len(w.text) > match.start()
        )
        if match["value"].strip() not in ("", "NOTPROVIDED"):
            yield match["tag"], inside, match["value"].strip()


def _find_labelled(words: Sequence[Word], name: str) -> Iterator[Found]:
    """Yield the labels of this name that a colon closes."""
    for label in find_labels(words, ("details",)):
        if name in label.names_in("details"):
            after = words[label.last + 1].text if label.last + 1 < len(words) else ""
            if words[label.last].text.endswith((":", "#")) or after == ":":
                yield label


def _take_name(words: Sequence[Word], begin: int) -> tuple[Word, ...]:
    """Return the words of a name: up to the end of the line, the next label or a number."""
    taken: list[Word] = []
    for word in words[begin : begin + _MAX_NAME]:
        if word.text == ":" and not taken:
            continue
        if word.text.endswith(":") or _LONG_NUMBER.search(word.text) or (taken and not _same_line(taken[0], word)):
            break
        taken.append(word)
    return tuple(taken) if any(c.isalpha() for word in taken for c in word.text) else ()


def _same_line(left: Word, right: Word) -> bool:
    return left.box.overlap_y(right.box) > 0.5 * min(left.box.height, right.box.height)


def _say(words: Sequence[Word]) -> Said:
    return Said(" ".join(word.text for word in words).strip(" :,;/"), tuple(words))


def _join(words: Sequence[Word]) -> tuple[str, list[int]]:
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    return " ".join(word.text for word in words), starts
