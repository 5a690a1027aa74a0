"""Printed words to meanings: the phrases of all languages, matched whatever their case, accents, points and blanks."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz.distance import Levenshtein

LANGUAGES = ("en", "de", "fr", "nl", "es", "it", "pt", "pl", "sv", "da", "nb", "fi", "cs", "ja", "zh", "ar", "he")
FROM_RIGHT = frozenset({"ar", "he"})
"""Languages that are written from right to left."""

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ı": "i",
        "№": "no",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": None,
    }
)
_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "j": "l"})
_DROPPED = re.compile(r"[^\w#%]|_")
_PHRASES_IN_SENTENCES = ("modifiers", "notes", "sentences")  # looked up where they are asked for; no labels
_LONG = 12  # letters; shorter phrases must at least begin alike
_BEGINNING = 3  # letters
_OPENING, _FOLLOWING = 4, 9  # letters: where the first run of a long phrase ends, and the second
_LONG_BENT = 10  # letters: a text that a phrase of both runs may be, with one too many
_TOLERANT_FROM = 6  # letters; shorter phrases differ from too many other words by one letter


@dataclass(frozen=True, slots=True)
class Label:
    """One meaning of a phrase: `group` (fields, totals, columns, parties), `key` in it, and the language it is of."""

    group: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class _Halves:
    """Phrases of one length by the shape of their first half and by that of the rest (`_shape_of`)."""

    heads: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All phrases, by their compact form (see `compact`), and an index of those that recognition may have bent.

    One wrong letter leaves one half of a phrase as it is: `halves` finds it by that, for each length of a phrase.
    """

    phrases: Mapping[str, tuple[Label, ...]]
    halves: Mapping[int, _Halves] = field(default_factory=dict)
    longest: int = 0
    beginnings: frozenset[str] = frozenset()  # three letters each, less where the phrase has no more
    # Of long phrases the shapes of the letters up to `_OPENING`, and of those that follow up to `_FOLLOWING`.
    bent_beginnings: frozenset[str] = frozenset()
    bent_middles: frozenset[str] = frozenset()

    def may_begin(self, text: str) -> bool:
        """Whether a compact text may begin with some phrase as it is."""
        beginnings = self.beginnings
        return text[:3] in beginnings or text[:2] in beginnings or text[:1] in beginnings

    def may_begin_bent(self, text: str, fewest: int) -> bool:
        """Whether a compact text may begin with a phrase but for one letter, in so many letters at least.

        One wrong letter leaves either the first letters of a phrase as they are or those behind them, there or one place off.
        """
        if fewest < _LONG_BENT:
            return True
        shape = _shape_of(text[:_LONG_BENT])
        middles = self.bent_middles
        return (
            shape[:_OPENING] in self.bent_beginnings
            or shape[_OPENING:_FOLLOWING] in middles
            or shape[_OPENING - 1 : _FOLLOWING - 1] in middles
            or shape[_OPENING + 1 : _FOLLOWING + 1] in middles
        )

    def find(self, text: str, *, tolerant: bool = False) -> tuple[Label, ...]:
        """Return the meanings of a compact text; `tolerant` allows one letter wrong, missing or too many."""
        exact = self.phrases.get(text)
        if exact or not tolerant:
            return exact or ()
        return self.find_bent(text)

    def find_bent(self, text: str) -> tuple[Label, ...]:
        """Return the meanings of a compact text that is no phrase, but for one letter."""
        near = _find_bent(text) if _TOLERANT_FROM <= len(text) <= self.longest + 1 else None
        return self.phrases[near] if near else ()


@lru_cache(maxsize=50_000)
def compact(text: str) -> str:
    """Return the text folded to bare lower-case letters and digits, `#` and `%`: `Rechnungs-Nr.:` is `rechnungsnr`."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    return plain if plain.isalnum() else _DROPPED.sub("", plain)


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary of all languages; read once."""
    phrases: dict[str, list[Label]] = defaultdict(list)
    for label, phrase in _read_phrases():
        folded = compact(phrase)
        if label.group not in _PHRASES_IN_SENTENCES and folded and label not in phrases[folded]:
            phrases[folded].append(label)
    halves: dict[int, _Halves] = defaultdict(_Halves)
    for phrase in phrases:
        if len(phrase) >= _TOLERANT_FROM:
            shape = _shape_of(phrase)
            halves[len(shape)].heads[shape[: len(shape) // 2]].append(phrase)
            halves[len(shape)].tails[shape[len(shape) // 2 :]].append(phrase)
    long = [_shape_of(phrase) for phrase in phrases if len(phrase) >= _FOLLOWING]
    return Vocabulary(
        {phrase: tuple(labels) for phrase, labels in phrases.items()},
        halves,
        max(map(len, phrases)),
        frozenset(phrase[:_BEGINNING] for phrase in phrases),
        frozenset(shape[:_OPENING] for shape in long),
        frozenset(shape[_OPENING:_FOLLOWING] for shape in long),
    )


@lru_cache(maxsize=50_000)
def _find_bent(text: str) -> str | None:
    """Return the phrase that a text is but for one letter, look-alikes taken for the same."""
    halves = load_vocabulary().halves
    shape = _shape_of(text)
    near: list[str] = []
    for length in (len(shape) - 1, len(shape), len(shape) + 1):
        if found := halves.get(length):
            near += found.heads.get(shape[: length // 2], ())
            near += found.tails.get(shape[length // 2 - length :], ())
    candidates = [
        phrase
        for phrase in near
        if (_shape_of(phrase[0]) == shape[0] or len(shape) >= _LONG)
        and Levenshtein.distance(shape, _shape_of(phrase), score_cutoff=1) <= 1
    ]
    return min(candidates, key=lambda phrase: (Levenshtein.distance(text, phrase), phrase), default=None)


def _shape_of(text: str) -> str:
    """Return the text with look-alike letters made one."""
    return text.translate(_LOOKALIKES)


@cache
def phrases_of(group: str, key: str) -> frozenset[str]:
    """Return the compact phrases of one meaning in all languages."""
    return frozenset(map(compact, printed_of(group, key)))


def printed_of(group: str, key: str, languages: Sequence[str] = LANGUAGES) -> list[str]:
    """Return the phrases of one meaning in some languages, all by default, as they are printed."""
    return [phrase for language, phrase in _phrases_by_meaning().get((group, key), ()) if language in languages]


@cache
def _phrases_by_meaning() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the phrases of each group and key, with their languages."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for label, phrase in _read_phrases():
        found[label.group, label.key].append((label.language, phrase))
    return dict(found)


@cache
def _read_phrases() -> tuple[tuple[Label, str], ...]:
    folder = resources.files("bursar.extraction.labels")
    return tuple(
        (Label(group, key, language), phrase)
        for language in LANGUAGES
        for group, keys in tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8")).items()
        for key, phrases in keys.items()
        for phrase in phrases
    )
