"""Printed words to meanings: the phrases of all languages, matched whatever their case, accents, points and blanks."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz.distance import Levenshtein

LANGUAGES = ("en", "de", "fr", "nl", "es", "it", "pt", "pl", "sv", "da", "nb", "fi", "cs", "ja", "zh", "ar", "he")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "№": "no"})
_LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "j": "l"})
_KEPT = "#%"
_PHRASES_IN_SENTENCES = ("modifiers", "notes")  # looked up where they are asked for; no labels
_LONG = 12  # letters; shorter phrases must at least begin alike
_TOLERANT_FROM = 6  # letters; shorter phrases differ from too many other words by one letter


@dataclass(frozen=True, slots=True)
class Label:
    """One meaning of a phrase: `group` (fields, totals, columns, parties), `key` in it, and the language it is of."""

    group: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All phrases, by their compact form (see `compact`), and an index of those that recognition may have bent."""

    phrases: Mapping[str, tuple[Label, ...]]
    bent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest: int = 0

    def find(self, text: str, *, tolerant: bool = False) -> tuple[Label, ...]:
        """Return the meanings of a compact text; `tolerant` allows one letter wrong, missing or too many."""
        exact = self.phrases.get(text)
        if exact or not tolerant or not _TOLERANT_FROM <= len(text) <= self.longest + 1:
            return exact or ()
        near = _find_bent(text)
        return self.phrases[near] if near else ()


@lru_cache(maxsize=50_000)
def compact(text: str) -> str:
    """Return the text folded to bare lower-case letters and digits, `#` and `%`: `Rechnungs-Nr.:` is `rechnungsnr`."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    return plain if plain.isalnum() else "".join(c for c in plain if c.isalnum() or c in _KEPT)


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary of all languages; read once."""
    phrases: dict[str, list[Label]] = defaultdict(list)
    for label, phrase in _read_phrases():
        folded = compact(phrase)
        if label.group not in _PHRASES_IN_SENTENCES and folded and label not in phrases[folded]:
            phrases[folded].append(label)
    bent: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        if len(phrase) >= _TOLERANT_FROM:
            for variant in _variants(phrase.translate(_LOOKALIKES)):
                bent[variant].append(phrase)
    return Vocabulary(
        {phrase: tuple(labels) for phrase, labels in phrases.items()},
        {variant: tuple(found) for variant, found in bent.items()},
        max(map(len, phrases)),
    )


@lru_cache(maxsize=50_000)
def _find_bent(text: str) -> str | None:
    """Return the phrase that a text is but for one letter, look-alikes taken for the same."""
    vocabulary = load_vocabulary()
    shape = text.translate(_LOOKALIKES)
    found = {phrase for variant in _variants(shape) for phrase in vocabulary.bent.get(variant, ())}
    candidates = [phrase for phrase in found if phrase[0].translate(_LOOKALIKES) == shape[0] or len(shape) >= _LONG]
    best = min(candidates, key=lambda phrase: (Levenshtein.distance(text, phrase), phrase), default=None)
    if best is None or Levenshtein.distance(shape, best.translate(_LOOKALIKES)) > 1:
        return None
    return best


@cache
def phrases_of(group: str, key: str) -> frozenset[str]:
    """Return the compact phrases of one meaning in all languages."""
    return frozenset(compact(phrase) for label, phrase in _read_phrases() if (label.group, label.key) == (group, key))


def _read_phrases() -> Iterator[tuple[Label, str]]:
    folder = resources.files("bursar.extraction.labels")
    for language in LANGUAGES:
        content = tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
        for group, keys in content.items():
            for key, phrases in keys.items():
                for phrase in phrases:
                    yield Label(group, key, language), phrase


def _variants(text: str) -> Iterator[str]:
    """Return the text and all that it is with one letter left out: two texts one edit apart share one of these."""
    yield text
    for index in range(len(text)):
        yield text[:index] + text[index + 1 :]
