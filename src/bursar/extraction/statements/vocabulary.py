"""The words that statements use for their parts: loaded from `labels.toml`, found in printed words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from bursar.extraction.accents import without_accents
from bursar.reading.page import Word

_LONGEST_PHRASE = 8  # tokens
_TOKEN = re.compile(r"[^\W_]+|#")


@dataclass(frozen=True, slots=True)
class Label:
    """What a phrase stands for: `section` (`columns`, `lines`, `fields`, `words`) and `name` within it."""

    section: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a run of words: its labels, and the indices of its first and last word (both inclusive)."""

    labels: tuple[Label, ...]
    first: int
    last: int

    def name_in(self, section: str) -> str | None:
        """Return the name that the phrase has in this section, None when it has none."""
        return next((label.name for label in self.labels if label.section == section), None)

    def names_in(self, section: str) -> set[str]:
        """Return all names that the phrase has in this section."""
        return {label.name for label in self.labels if label.section == section}


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return the text without case, accents and the degree sign of `n°`."""
    kept = without_accents(text.replace("°", " ").replace("º", " ").casefold())
    return kept.replace("ł", "l").replace("ø", "o").replace("æ", "ae").replace("đ", "d")


@lru_cache(maxsize=20_000)
def tokens_of(text: str) -> tuple[str, ...]:
    """Return the folded runs of letters and digits."""
    return tuple(_TOKEN.findall(fold(text)))


def find_labels(words: Sequence[Word], sections: Iterable[str]) -> list[Found]:
    """Return the phrases in the words, left to right, the longest first, none overlapping.

    A phrase begins where a word begins and ends where a word ends; blanks within do not count (`OpeningBalance`).
    """
    chosen = frozenset(sections)
    tokens = [(token, index) for index, word in enumerate(words) for token in tokens_of(word.text)]
    found: list[Found] = []
    at = 0
    while at < len(tokens):
        match = _longest_at(tokens, at, chosen)
        if match is None:
            at += 1
        else:
            labels, length = match
            found.append(Found(labels, tokens[at][1], tokens[at + length - 1][1]))
            at += length
    return found


def find_words(text: str, name: str) -> str | None:
    """Return the longest phrase of `[words] name` that stands in the text, None when none does."""
    spaced = " " + " ".join(tokens_of(text)) + " "
    hits = [phrase for phrase in _phrases("words", name) if f" {phrase} " in spaced]
    return max(hits, key=len, default=None)


@cache
def words_of(name: str) -> frozenset[str]:
    """Return all single words of the phrases of `[words] name`."""
    return frozenset(token for phrase in _phrases("words", name) for token in phrase.split())


def is_word(text: str, name: str) -> bool:
    """Whether the whole text is a phrase of `[words] name`."""
    return " ".join(tokens_of(text)) in _phrases("words", name)


def _longest_at(
    tokens: list[tuple[str, int]], at: int, sections: frozenset[str]
) -> tuple[tuple[Label, ...], int] | None:
    index = _index()
    if at > 0 and tokens[at - 1][1] == tokens[at][1]:
        return None  # the middle of a word
    key = ""
    best = None
    for length in range(1, min(_LONGEST_PHRASE, len(tokens) - at) + 1):
        key += tokens[at + length - 1][0]
        ends = at + length == len(tokens) or tokens[at + length][1] != tokens[at + length - 1][1]
        labels = tuple(label for label in index.get(key, ()) if label.section in sections) if ends else ()
        if labels:
            best = labels, length
    return best


@cache
def _index() -> dict[str, tuple[Label, ...]]:
    """Return phrases written without blanks, with what they stand for, in the file's order."""
    found: dict[str, list[Label]] = {}
    for section, groups in _load().items():
        for name, phrases in groups.items():
            for phrase in phrases:
                labels = found.setdefault("".join(tokens_of(phrase)), [])
                if Label(section, name) not in labels:
                    labels.append(Label(section, name))
    return {phrase: tuple(labels) for phrase, labels in found.items()}


@cache
def _phrases(section: str, name: str) -> frozenset[str]:
    return frozenset(" ".join(tokens_of(phrase)) for phrase in _load()[section][name])


@cache
def _load() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))
