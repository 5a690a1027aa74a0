"""Bank profiles: hints of how one bank lays out its statements, as data (TOML). They never decide anything alone.

A profile is tried where its words stand on the first page, and what is read by it counts only where the balances close.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

from bursar.errors import InvalidRequest
from bursar.extraction.statements.cells import Row, Sheet
from bursar.extraction.statements.headings import DAY_ROLES, MONEY_ROLES, Column
from bursar.extraction.statements.vocabulary import tokens_of
from bursar.facts.box import Box

_ROLES = {*DAY_ROLES, *MONEY_ROLES, "original", "rate", "fee", "description", "reference", "counterparty", "currency"}
_KEYS = {"name", "match", "document_type", "decimal", "date_order", "begins_after", "ends_before", "skip", "column"}
_CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "document_type": (None, "bank_statement", "credit_card_statement", "passbook"),
    "decimal": (None, ",", "."),
    "date_order": (None, "DMY", "MDY", "YMD"),
}
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnHint:
    """Where the values of a role stand, as shares of the page's width."""

    role: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Profile:
    """One bank's layout. `match`: phrases that must all stand on the first page; the rest is optional.

    Rows up to the one that holds `begins_after` and from the one that holds `ends_before` on are no transactions, on
    pages where they stand; nor are rows that begin with one of `skip`.
    """

    name: str
    match: tuple[Phrase, ...]
    document_type: str | None = None
    decimal: str | None = None
    date_order: str | None = None
    begins_after: tuple[Phrase, ...] = ()
    ends_before: tuple[Phrase, ...] = ()
    skip: tuple[Phrase, ...] = ()
    columns: tuple[ColumnHint, ...] = ()

    def fits(self, sheets: Sequence[Sheet]) -> bool:
        """Whether the first page holds all that the profile is known by."""
        text = tuple(token for sheet in sheets[:1] for row in sheet.rows for token in tokens_of(row.text))
        return bool(sheets) and all(_find(phrase, text) is not None for phrase in self.match)

    def trim(self, sheet: Sheet) -> Sheet:
        """Return the page without the rows that the profile says are no transactions."""
        rows = [row for row in sheet.rows if not any(_find(phrase, tokens_of(row.text)) == 0 for phrase in self.skip)]
        begin = next((at + 1 for at, row in enumerate(rows) if _holds(row, self.begins_after)), 0)
        end = next((at for at, row in enumerate(rows) if at >= begin and _holds(row, self.ends_before)), len(rows))
        return replace(sheet, rows=tuple(rows[begin:end]))

    def place_columns(self, sheet: Sheet) -> tuple[Column, ...]:
        """Return the columns that the profile gives, on this page, left to right; none where it gives none."""
        width, height = sheet.page.width, sheet.page.height
        hints = sorted(self.columns, key=lambda hint: hint.left)
        return tuple(Column(hint.role, Box(hint.left * width, 0.0, hint.right * width, height)) for hint in hints)


def load_profiles(folder: str | PathLike[str] | None = None) -> tuple[Profile, ...]:
    """Return the profiles of a folder, by file name, and then those that come along.

    Raises `InvalidRequest`, which names the file and what is wrong with it.
    """
    own = () if folder is None else _load_folder(str(folder))
    return own + _load_shipped()


@lru_cache(maxsize=16)
def _load_folder(folder: str) -> tuple[Profile, ...]:
    if not Path(folder).is_dir():
        raise InvalidRequest(f"{folder} is not a folder of profiles", {"profiles": folder})
    return tuple(_read(path.name, path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.toml")))


@lru_cache(maxsize=1)
def _load_shipped() -> tuple[Profile, ...]:
    files = sorted(resources.files(__package__).joinpath("profiles").iterdir(), key=lambda file: file.name)
    return tuple(_read(file.name, file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".toml"))


def _read(file: str, text: str) -> Profile:
    try:
        return _build(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"the bank profile {file} cannot be used: {error}", {"profiles": file}) from error


def _build(given: dict[str, Any]) -> Profile:
    unknown = set(given) - _KEYS
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    for key, allowed in _CHOICES.items():
        if given.get(key) not in allowed:
            raise ValueError(f"{key} must be one of {', '.join(filter(None, allowed))}")
    match = _read_phrases(given["match"])
    if not match:
        raise ValueError("match must name words of the first page")
    return Profile(
        str(given["name"]),
        match,
        given.get("document_type"),
        given.get("decimal"),
        given.get("date_order"),
        _read_phrases(given.get("begins_after", ())),
        _read_phrases(given.get("ends_before", ())),
        _read_phrases(given.get("skip", ())),
        tuple(_read_columns(given.get("column", ()))),
    )


def _read_phrases(given: Sequence[str]) -> tuple[Phrase, ...]:
    phrases = tuple(tokens_of(phrase) for phrase in ([given] if isinstance(given, str) else given))
    if not all(phrases):
        raise ValueError("a phrase holds no words")
    return phrases


def _read_columns(given: Sequence[dict[str, Any]]) -> Iterator[ColumnHint]:
    for column in given:
        hint = ColumnHint(str(column["role"]), float(column["left"]), float(column["right"]))
        if hint.role not in _ROLES:
            raise ValueError(f"column role {hint.role} is none of {', '.join(sorted(_ROLES))}")
        if not 0 <= hint.left < hint.right <= 1:
            raise ValueError(f"column {hint.role} must have 0 <= left < right <= 1, shares of the page's width")
        yield hint


def _holds(row: Row, phrases: Sequence[Phrase]) -> bool:
    tokens = tokens_of(row.text)
    return any(_find(phrase, tokens) is not None for phrase in phrases)


def _find(phrase: Phrase, tokens: Sequence[str]) -> int | None:
    """Return where the phrase begins among the tokens, None where it does not stand there."""
    size = len(phrase)
    return next((at for at in range(len(tokens) - size + 1) if tuple(tokens[at : at + size]) == phrase), None)
