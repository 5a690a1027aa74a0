"""Blocks that state a party part by part: «Name: …», «Street: …», «ZIP: … City: …»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from bursar.extraction.invoices.addresses import fold, word_list
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.layout import Layout, Segment, Token
from bursar.facts.box import enclose

_PARTS = ("name", "street", "number", "code", "town", "state", "country")
_LONGEST_KEY = 4  # words
_LEAST = 2  # parts of an address

_EDGE = 0.5  # between edges or middles that are one, in heights of type
_CELL = 3.5  # between a key and the first line of its cell, or the next key
_ROWS_OF_FORM = 16
_ROWS_BELOW = 3  # of the last cell
_FACTS = {"tax_id", "buyer_tax_id", "seller_tax_id", "registration_number", "email", "phone", "website", "extra_tax_id"}

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


def read_cells(layout: Layout, label: Segment, blocked: AbstractSet[int]) -> PartyLines | None:
    """Return the party of a form below a label, whose values are wrapped in cells beside «Name», «Address» and what else it states.

    A key stands at the middle of its cell: a line belongs to the key that is nearest.
    """
    keys = list(_keys_below(layout, label, blocked))
    if any(not kind for kind, _ in keys):
        return None  # of a cell whose key nobody knows the lines would be another's
    beside = next((layout.right_of(key)[0] for _, key in keys if layout.right_of(key)), None)
    if beside is None or len(keys) < _LEAST or "name" not in {kind for kind, _ in keys}:
        return None
    cells: dict[str, list[Segment]] = {}
    rows = layout.rows[label.row + 1 : keys[-1][1].row + 1 + _ROWS_BELOW]
    values = [s for row in rows for s in row.segments if s.page == label.page and _is_in_column(s, beside)]
    values = [s for s in values if not layout.opens_with_label(s)]  # the head of the table below the form
    for value in sorted(values, key=lambda segment: segment.box.y0):
        kind, key = min(keys, key=lambda pair: abs(pair[1].box.center_y - value.box.center_y))
        if abs(key.box.center_y - value.box.center_y) <= _CELL * key.size:
            cells.setdefault(kind, []).append(value)
    name = tuple(token for segment in cells.get("name", []) for token in segment.tokens)
    if not name or max(map(len, cells.values())) < _LEAST:
        return None
    if not all(_is_at_middle(key, cells.get(kind, ())) for kind, key in keys):
        return None  # the keys stand at the heads of their cells
    address = tuple(segment.tokens for segment in cells.get("address", []))
    return PartyLines(name, address, (*(key for _, key in keys), *(s for cell in cells.values() for s in cell)))


def _keys_below(layout: Layout, label: Segment, blocked: AbstractSet[int]) -> Iterator[tuple[str, Segment]]:
    """Give the lines that stand flush below a label, each with what it means as a key: nothing where it is none of a party's."""
    last = label
    for row in layout.rows_below(label.row, _ROWS_OF_FORM):
        for segment in row.segments:
            if abs(segment.box.x0 - label.box.x0) > _EDGE * label.size:
                continue
            if row.index in blocked or segment.box.y0 - last.box.y1 > _CELL * label.size:
                return
            kind = _kind_of(layout, segment)
            yield kind, segment
            if not kind:
                return
            last = segment


def _kind_of(layout: Layout, segment: Segment) -> str:
    whole = [hit for hit in layout.hits_in(segment) if hit.start == 0 and hit.end >= len(segment.tokens)]
    for kind in ("name", "address"):
        if any(kind in hit.keys("parties") for hit in whole):
            return kind
    return next((key for hit in whole for key in hit.keys("fields") if key in _FACTS), "")


def _is_at_middle(key: Segment, cell: Sequence[Segment]) -> bool:
    """Whether a key stands at half the height of its cell."""
    return not cell or abs(enclose(line.box for line in cell).center_y - key.box.center_y) <= _EDGE * key.size


def _is_in_column(segment: Segment, beside: Segment) -> bool:
    """Whether a line begins, or has its middle, where another has."""
    reach = _EDGE * beside.size
    return abs(segment.box.x0 - beside.box.x0) <= reach or abs(segment.box.center_x - beside.box.center_x) <= reach


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
