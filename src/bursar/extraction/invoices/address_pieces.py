"""What the pieces of an address between its commas may be: a number, a unit in a house, a box, a street, a town."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from msgspec import Struct

from bursar.extraction.invoices.addresses import (
    country_names,
    ends_as_street,
    fold,
    is_numberless_street,
    is_street,
    words,
)

_PARTING = re.compile(r"[,;|·•]\s+|[,;|·•]$")
_HOUSE_NUMBER = re.compile(
    r"(?:n[.º°]?\s?[.º°]?|nr\.?|no\.?|#)?\s?\d{1,5}(?:\s?[-–/]\s?\d{1,5})*\s?(?:[a-z]|bis|ter|quater)?|s/n\.?|#[\d-]+",
    re.IGNORECASE,
)
_LONGEST_NAME = 5  # words of a state or country
_LONGEST_WITHIN = 3  # words of «4th Floor», «Unit 7 B»
_DISTRICT = 2  # digits


class Piece(Struct, frozen=True):
    """A part of a line between its commas; `start` and `end` are its places in the line."""

    text: str
    line: int
    start: int
    end: int


def split_lines(lines: Sequence[str]) -> list[Piece]:
    """Return the pieces of all lines but those that are a country's name, which may also close a piece with a code."""
    found = []
    for number, line in enumerate(lines):
        start = 0
        for mark in (*_PARTING.finditer(line), None):
            end = mark.start() if mark else len(line)
            raw = line[start:end]
            text = _without_country(raw.strip())
            if text and (fold(text) not in country_names() or _is_own_town(text, lines)):
                begin = start + len(raw) - len(raw.lstrip())
                found.append(Piece(text, number, begin, begin + len(text)))
            start = mark.end() if mark else end
    return found


def _is_own_town(text: str, lines: Sequence[str]) -> bool:
    """Whether a country's name is that of a town as well: a state («Georgia») is not, and what no other piece gives a town may be."""
    return fold(text) in regions()["towns"] and any(
        any(map(str.isdigit, line)) for line in lines if line.strip() != text
    )


def _without_country(text: str) -> str:
    """Return a piece without the name of a country behind its postal code."""
    parts = text.split()
    for size in range(min(_LONGEST_NAME, len(parts) - 1), 0, -1):
        rest = " ".join(parts[:-size])
        tail = fold(" ".join(parts[-size:]))
        if tail in country_names() and len(tail) > 1 and rest[-1].isalnum() and any(map(str.isdigit, parts[-size - 1])):
            short = parts[-1].isupper() and tail in ("uk", "us")
            return rest if len(tail) > _DISTRICT or short else text
    return text


def is_number(text: str) -> bool:
    """Whether a piece is the number of a house: «12-14», «14 bis», «nº 5»."""
    return _HOUSE_NUMBER.fullmatch(text.strip()) is not None


def is_within(text: str) -> bool:
    """Whether a piece says where in a house or on which plot, and names no street."""
    parts = fold(text.replace("º", " ").replace("ª", " ").replace("#", " ").replace(".", " ")).split()
    if not 1 <= len(parts) <= _LONGEST_WITHIN:
        return False
    numbered = any(part[0].isdigit() for part in parts)
    within = regions()["within"]
    if parts[0] in within["before"] and len(parts) > 1 and (numbered or len(parts[-1]) <= _DISTRICT):
        return all(len(part) <= 5 or part in within["before"] for part in parts)
    if not parts[0][0].isdigit():
        return len(parts) > 1 and parts[0] in within["floors"] and parts[-1] in within["behind"]
    if len(parts) > 1 and len(parts[-1]) == 1 and not text.isascii():  # «3º B»
        return True
    return parts[-1] in within["behind"] or text.rstrip().endswith(("º", "ª", "°"))


def is_box(text: str) -> bool:
    """Whether a piece is a box for letters."""
    folded = fold(text.replace(".", " "))
    return any(folded.startswith((f"{box} ", box.replace(" ", "") + " ")) for box in words("boxes")) or (
        folded.startswith(
            ("postfach", "postbus", "apartado", "bp ", "postboks", "boite postale", "casella postale", "boks ")
        )
    )


def may_be_street(text: str) -> bool:
    """Whether a piece is a street, the number of one or a box."""
    return is_street(text) or is_numberless_street(text) or is_number(text) or is_box(text)


def is_way(text: str) -> bool:
    """Whether a text is a street's name, and no town's."""
    parts = fold(text).split()
    data = regions()
    if len(parts) < 2:  # «Kolpingring»
        return bool(parts) and ends_as_street(parts[0])
    return parts[0] in data["opening_streets"] or parts[-1] in data["closing_streets"]


def is_town(text: str) -> bool:
    """Whether a piece may be a town's name: words without numbers but that of a district, and no street or building."""
    if has_district(text):
        return True
    parts = fold(text).split()
    if not parts or len(parts) > _LONGEST_NAME or any(map(str.isdigit, text)) or ":" in text or is_within(text):
        return False
    if is_numberless_street(text) and parts[-1] != "park":
        return False
    return words("building_words").isdisjoint((parts[0], parts[-1])) or len(parts) == 1


def has_district(text: str) -> bool:
    """Whether a text is a town with the number of its district: «Dublin 2»."""
    name, _, number = fold(text).rpartition(" ")
    return name in regions()["districts"] and number[:_DISTRICT].isalnum() and number[:1].isdigit()


def cut_way(text: str) -> tuple[str | None, str | None]:
    """Return the street and the town that stand in one piece with nothing between them: «500 Market St San Francisco»."""
    parts = text.split()
    name = parts[-1]
    if fold(name) in regions()["towns"]:
        return " ".join(parts[:-1]), name
    closing = regions()["closing_streets"]
    last = next((place for place in range(len(parts) - 1, 0, -1) if fold(parts[place]) in closing), None)
    town = " ".join(parts[last + 1 :]) if last is not None else ""
    if not town or any(map(str.isdigit, town)):
        return None, None
    return " ".join(parts[: (last or 0) + 1]), town


@cache
def regions() -> dict[str, Any]:
    """Return the room's data on the addresses of countries; read once."""
    text = resources.files("bursar.extraction.invoices").joinpath("address_regions.toml").read_text(encoding="utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    for name in ("states", "signs", "within"):
        read[name] = {key: frozenset(values) for key, values in read[name].items()}
    for name in ("towns", "districts", "italian_streets", "opening_streets", "closing_streets"):
        read[name] = frozenset(read[name])
    return read
