"""Names of fields and labels on pages as sets of words, so that `supplierVatNo` and «VAT number of supplier» are one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from bursar.extraction.labels.vocabulary import compact

Words = frozenset[str]

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[\W_]+")


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Words:
    """Return the words of a name or a label, each by its main synonym, without those that mean nothing."""
    known, fillers, compounds = _synonyms(), _listed("fillers"), _compounds()
    text = compounds.get(compact(text), text)
    parts = (compact(part) for part in _SPLIT.split(_HUMP.sub(" ", text)))
    words = [word for part in parts for word in compounds.get(part, part).split()]
    return frozenset(known.get(word, word) for word in words if word and word not in fillers)


def are_same(wanted: Words, label: Words, *, typed: bool) -> bool:
    """Whether a label names what is wanted: the same words, a designator more or less.

    With `typed`, the value's own form says what «date» or «amount» in the name does, so that the label need not.
    """
    if wanted == label:
        return bool(wanted)
    loose = _listed("designators") | (_listed("typed") if typed else frozenset())
    return bool(wanted - loose) and wanted ^ label <= loose


@cache
def load_meanings() -> Mapping[str, Any]:
    """Return `meanings.toml`, its names as sets of words: section → {words: path}; `rows` and `lists` one level deeper."""
    content = _load("meanings.toml")
    flat = {name: _invert(content[name]) for name in ("party", "invoice", "statement")}
    deep = {name: {key: _invert(table) for key, table in content[name].items()} for name in ("lists", "rows")}
    return {**flat, **deep}


def _invert(table: Mapping[str, list[str]]) -> dict[Words, str]:
    inverted: dict[Words, str] = {}
    for path, phrases in table.items():
        for phrase in phrases:
            words = words_of(phrase)
            assert words, f"{phrase} means nothing"
            assert inverted.setdefault(words, path) == path, f"{phrase} means {inverted[words]} and {path}"
    return inverted


@cache
def _synonyms() -> Mapping[str, str]:
    return {word: main for main, words in _load("names.toml")["synonyms"].items() for word in words}


@cache
def _compounds() -> Mapping[str, str]:
    found: Mapping[str, str] = _load("names.toml")["compounds"]
    return found


@cache
def _listed(name: str) -> Words:
    return frozenset(_load("names.toml")[name])


@cache
def _load(name: str) -> dict[str, Any]:
    text = resources.files("bursar.extraction.custom").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
