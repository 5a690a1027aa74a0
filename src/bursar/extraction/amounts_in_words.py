"""Amounts spelled out: «Rupees One Lakh Twenty Thousand Four Hundred and Fifty Paise Only» is 120400.50.

Only what can be read in one way is read: a run of words that breaks the order of a number («forty hundred two million»)
gives nothing. The words are data (`number_words.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

_HUNDREDTHS = re.compile(r"(\d{1,2})/100")
_NO_HUNDREDTHS = re.compile(r"(?:x{2}|no|00)/100", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LABEL_REACH = 4  # tokens before the amount in which «in words» may stand
_FEWEST = 2  # words: a single one is a word of a sentence


@dataclass(frozen=True, slots=True)
class SpelledAmount:
    """An amount in words; tokens `start` to `end` spell it."""

    value: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    numbers: dict[str, int]
    scales: dict[str, int]
    hundred: frozenset[str]
    joining: frozenset[str]
    closing: frozenset[str]
    whole: frozenset[str]
    part: frozenset[str]

    def knows(self, word: str) -> bool:
        return word in self.numbers or word in self.scales or word in self.hundred or self.marks(word)

    def marks(self, word: str) -> bool:
        """Whether a word belongs to amounts without being a number."""
        return word in self.joining or word in self.closing or word in self.whole or word in self.part


def may_spell_amount(text: str) -> bool:
    """Whether a number in words stands in a text: without one, an amount in words neither does nor goes on there."""
    return not _load_words().numbers.keys().isdisjoint(_WORD.findall(text.casefold()))


def find_spelled_amount(tokens: Sequence[str]) -> SpelledAmount | None:
    """Return the first amount in words: a run of number words that is told to be one."""
    words = _load_words()
    start = 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and is_of_amount(tokens[end]):
            end += 1
        if end == start:
            start += 1
            continue
        announced = any("words" in _split(token) for token in tokens[max(0, start - _LABEL_REACH) : start])
        value = _read_run([part for token in tokens[start:end] for part in _split(token)], words, announced=announced)
        if value is not None:
            return SpelledAmount(value, start, end)
        start = end
    return None


@lru_cache(maxsize=20_000)
def is_of_amount(token: str) -> bool:
    """Whether a word may be a part of an amount in words: a number, a currency's name, «and», a lone sign."""
    words, parts = _load_words(), _split(token)
    return all(words.knows(part) or _is_hundredths(part) for part in parts) if parts else token.strip() in "-–:,."


@lru_cache(maxsize=20_000)
def _split(token: str) -> tuple[str, ...]:
    folded = token.casefold().strip(" .,:;()*")
    return (folded,) if _is_hundredths(folded) or folded == "&" else tuple(_WORD.findall(folded))


def _is_hundredths(text: str) -> bool:
    return bool(_HUNDREDTHS.fullmatch(text) or _NO_HUNDREDTHS.fullmatch(text))


def _read_run(run: list[str], words: _Words, *, announced: bool) -> Decimal | None:
    """Return the amount of a run that says that it is one: announced, with its currency before it, «only» or «50/100»."""
    said = announced or any(word in words.closing or _is_hundredths(word) for word in run)
    if not said and not (run and run[0] in words.whole):
        return None
    while run and run[-1] in words.closing | words.joining:
        run = run[:-1]
    while run and run[0] in words.joining | words.closing:
        run = run[1:]
    if sum(not words.marks(word) for word in run) < _FEWEST and not any(word in words.closing for word in run):
        return None
    whole, part = _divide(run, words)
    value = _read_number(whole, words)
    cents = _read_part(part, words)
    return None if value is None or cents is None else Decimal(value) + cents


def _divide(run: list[str], words: _Words) -> tuple[list[str], list[str]]:
    """Return the words for the whole and for the hundredths; «Rupees Five and Fifty Paise» parts at the last «and»."""
    for place, word in enumerate(run):
        if _is_hundredths(word):
            return run[:place], run[place : place + 1]
        if word in words.part and place == len(run) - 1:
            before = run[:place]
            breaks = [at for at, each in enumerate(before) if each in words.joining or (each in words.whole and at)]
            return (before[: breaks[-1]], before[breaks[-1] :]) if breaks else ([], before)
        if word in words.part:
            return run[:place], run[place + 1 :]
    return run, []


def _read_part(part: list[str], words: _Words) -> Decimal | None:
    if not part:
        return Decimal(0)
    if _NO_HUNDREDTHS.fullmatch(part[0]):
        return Decimal(0)
    printed = _HUNDREDTHS.fullmatch(part[0])
    value = int(printed[1]) if printed else _read_number(part, words)
    return Decimal(value) / 100 if value is not None and value < 100 else None  # hundredths


def _read_number(run: list[str], words: _Words) -> int | None:
    """Return the number that the words spell in order; None where they do not make one."""
    total = current = 0
    smallest = 0  # scale so far; the next must be smaller
    seen = False
    for word in run:
        if word in words.joining or word in words.whole or word in words.closing:
            continue
        seen = True
        if word in words.numbers:
            value = words.numbers[word]
            room = 10 if current % 100 >= 20 and current % 10 == 0 and value < 10 else 100  # tens, then ones
            if current % room:
                return None
            current += value
        elif word in words.hundred and 0 < current < 100:  # «twelve hundred»
            current *= 100
        elif word in words.scales and current and (not smallest or words.scales[word] < smallest):
            smallest = words.scales[word]
            total, current = total + current * smallest, 0
        else:
            return None
    return total + current if seen else None


@cache
def _load_words() -> _Words:
    content = tomllib.loads(
        resources.files("bursar.extraction").joinpath("number_words.toml").read_text(encoding="utf-8")
    )
    marks = {name: frozenset(found) for name, found in content["words"].items()}
    return _Words(content["numbers"], content["scales"], **marks)
