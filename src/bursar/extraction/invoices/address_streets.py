"""The street of an address, with its number and what says where in the house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bursar.extraction.invoices.address_pieces import Piece, is_box, is_number, is_within, regions
from bursar.extraction.invoices.addresses import fold, is_numberless_street, is_street

_BLOCK_NUMBER = re.compile(r"\d{1,4}(?:-\d{1,4}){1,2}\s+[^\W\d_]{2}.*")  # «2-21-1 Shibuya»
_NUMBERS = re.compile(  # «Am Ufer 12–14»
    r"(?:.*\s)?[^\W\d_]{4,}\.?\s+\d{1,4}\s?[a-zA-Z]?(?:\s?[-–/+]\s?\d{1,4}\s?[a-zA-Z]?)+"
)
_FEWEST_LETTERS = 4
_CODE_LIKE = re.compile(r"\d{4,}")


def find_street(
    lines: Sequence[str], pieces: Sequence[Piece], used: AbstractSet[int], left: Piece | None = None
) -> str | None:
    """Return the street with its number and what says where in the house, as one run of its line."""
    free = [piece for index, piece in enumerate(pieces) if index not in used]
    if left is not None:  # what stands before the town in its piece
        free = sorted((*free, left), key=lambda piece: (piece.line, piece.start))
    core = _core_of_street(free)
    if core is None:
        return None
    first = last = core
    here = _beside(free, core, [piece for index, piece in enumerate(pieces) if index in used])
    while first - 1 in here and _joins(free[first - 1], free[first - 2] if first - 2 in here else None):
        first -= 1
    whole = is_within(free[core].text)  # a plot or unit by itself: what follows it on its line says where
    while last + 1 in here and (whole or is_within(free[last + 1].text) or is_number(free[last + 1].text)):
        last += 1
    return lines[free[core].line][free[first].start : free[last].end].strip(" ,;-–−")


def _beside(free: Sequence[Piece], core: int, others: Sequence[Piece]) -> set[int]:
    """Return which pieces stand on one line with the street's, and no piece of the town between."""
    own = free[core]
    walls = [piece.end for piece in others if piece.line == own.line]
    before = max((wall for wall in walls if wall <= own.start), default=-1)
    behind = min((wall for wall in walls if wall > own.start), default=own.end + max(piece.end for piece in free))
    return {index for index, piece in enumerate(free) if piece.line == own.line and before < piece.start < behind}


def _core_of_street(free: Sequence[Piece]) -> int | None:
    """Return the piece that names the street: with a number before others, a box or a unit where there is nothing else."""
    texts = [piece.text for piece in free]
    for index, text in enumerate(texts):
        if is_number(text) or is_within(text) or is_box(text):
            continue
        if is_street(text) or _BLOCK_NUMBER.fullmatch(text) or _NUMBERS.fullmatch(text):
            return index
        if any(
            _is_street_with(text, free[other]) for other in (index - 1, index + 1) if _are_beside(free, index, other)
        ):
            return index
    for test in (is_numberless_street, is_within, is_box):
        found = next((index for index, text in enumerate(texts) if test(text)), None)
        if found is not None:
            return found
    return None


def _are_beside(free: Sequence[Piece], index: int, other: int) -> bool:
    return 0 <= other < len(free) and free[other].line == free[index].line


def _is_street_with(text: str, beside: Piece) -> bool:
    """Whether a piece is a street with the number of a house beside it; more than three digits stand with the word for a street only."""
    number = beside.text.strip("n.º°# ")
    if not is_number(beside.text) or sum(map(str.isalpha, text)) < _FEWEST_LETTERS:
        return False
    if fold(text).split()[0] in regions()["opening_streets"]:
        return True
    return is_street(f"{text} {number}") and _CODE_LIKE.fullmatch(number) is None


def _joins(piece: Piece, before: Piece | None) -> bool:
    """Whether a piece right before the street is of it: a number, a unit, or the building that a unit is in."""
    if is_number(piece.text) or is_within(piece.text):
        return True
    return before is not None and is_within(before.text)
