"""Rows to categories by words: the longest phrase that stands in a row's text decides, and is given as the reason.

The words are data (`categories.toml`, or a file of the caller's in the same form), compared without case and accents.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

from bursar.errors import InvalidRequest
from bursar.extraction.statements.vocabulary import tokens_of
from bursar.facts.evidence import Evidence, Source
from bursar.facts.statement import CategoryReason, Statement, Transaction

_DIRECTIONS = ("credit", "debit")
_CONFIDENCE, _FALLBACK_CONFIDENCE = 0.8, 0.3
_LONGEST_PHRASE = 6  # tokens


@dataclass(frozen=True, slots=True)
class _Rule:
    """A phrase of a category: `order` is the category's place in the files, `direction` the rows that it is for."""

    category: str
    rule: str
    direction: str | None
    order: int


@dataclass(frozen=True, slots=True)
class Categories:
    """Phrases as tuples of tokens, and stems (a last token of which only the beginning is given), with their rules."""

    phrases: Mapping[tuple[str, ...], tuple[_Rule, ...]]
    stems: Mapping[tuple[str, ...], tuple[_Rule, ...]]
    fallback: Mapping[str, str]


def categorize(statement: Statement, source: str | PathLike[str] | None = None) -> Statement:
    """Return the statement with a category for each row, and the reason beside it.

    `source` is a file of categories; without one those that come along are used. Raises `InvalidRequest` when the file
    cannot be read or is not of the form.
    """
    categories = load_categories(None if source is None else str(source))
    evidence = dict(statement.evidence)
    rows = _categorize_rows(statement.transactions, categories, evidence, "")
    accounts = tuple(
        replace(
            account,
            transactions=_categorize_rows(account.transactions, categories, evidence, f"accounts.{number}."),
        )
        for number, account in enumerate(statement.accounts)
    )
    return replace(statement, transactions=rows, accounts=accounts, evidence=evidence)


@lru_cache(maxsize=16)
def load_categories(path: str | None) -> Categories:
    """Return the categories of a file; None for those that come along. A file is read once in a process."""
    try:
        return _build(_load_shipped() if path is None else _load_own(Path(path)))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"the categories in {path} cannot be used: {error}", {"categories": path}) from error


def _load_shipped() -> list[dict[str, Any]]:
    text = resources.files(__package__).joinpath("categories.toml").read_text(encoding="utf-8")
    return [tomllib.loads(text)]


def _load_own(path: Path) -> list[dict[str, Any]]:
    """Return the file's tables, followed by those that come along where it says `extends = true`."""
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    return [own, *(_load_shipped() if own.get("extends", False) else ())]


def _build(files: Sequence[dict[str, Any]]) -> Categories:
    phrases: dict[tuple[str, ...], list[_Rule]] = {}
    stems: dict[tuple[str, ...], list[_Rule]] = {}
    fallback: dict[str, str] = {}
    entries = [entry for file in files for entry in file["category"]]
    for order, entry in enumerate(entries):
        direction = entry.get("direction")
        if direction not in (None, *_DIRECTIONS):
            raise ValueError(f"direction of {entry['name']} must be credit or debit")
        for language, words in entry["words"].items():
            rule = _Rule(str(entry["name"]), f"{entry['name']}.{language}", direction, order)
            for phrase in words:
                tokens = tokens_of(phrase)
                if not tokens or len(tokens) > _LONGEST_PHRASE:
                    raise ValueError(f"{phrase!r} of {rule.rule} is no phrase of one to {_LONGEST_PHRASE} words")
                (stems if phrase.endswith("*") else phrases).setdefault(tokens, []).append(rule)
    for file in files:
        fallback = {**file.get("fallback", {}), **fallback}
    return Categories(
        {key: tuple(rules) for key, rules in phrases.items()},
        {key: tuple(rules) for key, rules in stems.items()},
        fallback,
    )


def _categorize_rows(
    rows: Sequence[Transaction], categories: Categories, evidence: dict[str, Evidence], prefix: str
) -> tuple[Transaction, ...]:
    found = []
    for index, row in enumerate(rows):
        category, reason = _choose(row, categories)
        found.append(replace(row, category=category, category_reason=reason))
        if category is not None and reason is not None:
            path = f"{prefix}transactions.{index}"
            sure = _FALLBACK_CONFIDENCE if reason.rule == "fallback" else _CONFIDENCE
            evidence[f"{path}.category"] = Evidence(
                None, None, None, sure, Source.DERIVED, derived_from=(f"{path}.{reason.field}",)
            )
    return tuple(found)


def _choose(row: Transaction, categories: Categories) -> tuple[str | None, CategoryReason | None]:
    """Return the category of the longest phrase in the row; of several as long, that of the category named first."""
    hits = [
        (-len(" ".join(tokens)), rule.order, rule, field, " ".join(tokens))
        for field in ("description", "counterparty")
        for tokens, rules in _find_phrases(tokens_of(getattr(row, field) or ""), categories)
        for rule in rules
        if rule.direction in (None, row.type)
    ]
    if hits:
        _, _, rule, field, words = min(hits, key=lambda hit: hit[:2])
        return rule.category, CategoryReason(rule.rule, field, words)
    category = categories.fallback.get(row.type)
    return category, None if category is None else CategoryReason("fallback", "type", row.type)


def _find_phrases(tokens: Sequence[str], categories: Categories) -> Iterator[tuple[tuple[str, ...], tuple[_Rule, ...]]]:
    """Yield every phrase that stands in the tokens, with its rules; of a stem as many letters as the file gives."""
    lengths = _stem_lengths(categories)
    for first in range(len(tokens)):
        for last in range(first, min(first + _LONGEST_PHRASE, len(tokens))):
            run = tuple(tokens[first : last + 1])
            if run in categories.phrases:
                yield run, categories.phrases[run]
            for length in lengths.get(len(run), ()):
                stem = (*run[:-1], run[-1][:length])
                if len(run[-1]) >= length and stem in categories.stems:
                    yield stem, categories.stems[stem]


def _stem_lengths(categories: Categories) -> dict[int, tuple[int, ...]]:
    return _measure_stems(frozenset((len(stem), len(stem[-1])) for stem in categories.stems))


@cache
def _measure_stems(sizes: frozenset[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """Return, by number of tokens, the lengths that last tokens of stems have."""
    return {count: tuple(sorted(length for c, length in sizes if c == count)) for count, _ in sizes}
