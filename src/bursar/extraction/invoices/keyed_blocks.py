"""Blocks that state a party part by part: «Name: …», «Street: …», «ZIP: … City: …»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bursar.extraction.invoices.addresses import fold, word_list
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.layout import Segment, Token

_PARTS = ("name", "street", "number", "code", "town", "state", "country")
_LONGEST_KEY = 4  # words
_LEAST = 2  # parts of an address

Tokens = tuple[Token, ...]


def read_keyed(segments: Sequence[Segment]) -> PartyLines | None:
    """Return the party of a block whose lines say which part of its name and address each value is."""
    if sum(token.text.endswith(":") for segment in segments for token in segment.tokens) < _LEAST:
        return None
    parts: dict[str, list[Tokens]] = {}
    for segment in segments:
        for key, value in _cut(segment):
            parts.setdefault(key, []).append(value)
    name = parts.get("name", [()])[0]
    if not name or len(parts.keys() - {"name"}) < _LEAST or not parts.keys() & {"town", "code"}:
        return None
    street = (*(token for value in parts.get("street", []) for token in value), *_first(parts, "number"))
    town = (*_first(parts, "code"), *_first(parts, "town"), *_first(parts, "state"))
    lines = tuple(line for line in (street, town, _first(parts, "country")) if line)
    return PartyLines(name, lines, tuple(segments))


def _first(parts: dict[str, list[Tokens]], key: str) -> Tokens:
    return parts.get(key, [()])[0]


def _cut(segment: Segment) -> Iterator[tuple[str, Tokens]]:
    """Give the parts that a line states; a value ends where the next key begins, known or not."""
    tokens = segment.tokens
    keys = list(_find_keys(tokens))
    for place, (key, _, start) in enumerate(keys):
        end = keys[place + 1][1] if place + 1 < len(keys) else len(tokens)
        value = tokens[start:end]
        if key and any(any(map(str.isalnum, token.text)) for token in value):
            yield key, value


def _find_keys(tokens: Tokens) -> Iterator[tuple[str, int, int]]:
    """Give each key before a colon: which part it means (none of these where it is empty), its first token and the one behind it."""
    done = 0
    for place, token in enumerate(tokens):
        if not token.text.endswith(":"):
            continue
        for start in range(max(done, place - _LONGEST_KEY + 1), place + 1):
            phrase = fold(" ".join(part.text.rstrip(":") for part in tokens[start : place + 1]))
            if phrase in _meanings():
                yield _meanings()[phrase], start, place + 1
                break
        else:
            yield "", place, place + 1
        done = place + 1


@cache
def _meanings() -> dict[str, str]:
    return {phrase: part for part in _PARTS for phrase in word_list("keyed_words", part)}
