"""Whom a letter names with a word of respect behind the name: «青葉商事株式会社 御中», «佐藤様»."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from bursar.extraction.invoices.addresses import find_country, is_company, is_postal, is_street
from bursar.extraction.invoices.blocks import PartyLines, is_label_line
from bursar.extraction.invoices.layout import Hit, Layout, Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_contact

_GAP = 1.5  # between two lines of one address, in heights of type
_EDGE = 1.0  # between left edges that are one, in heights of type
_LINES = 4  # of an address above or below the name
_ROWS = 2  # of other columns may lie between two lines


def read_addressed(layout: Layout, hit: Hit, blocked: AbstractSet[int]) -> PartyLines | None:
    """Return who stands before the word and the address above or below it; None where no name does.

    A person's firm, if it stands right above, is the party.
    """
    segment = hit.segment
    if hit.end < len(segment.tokens) or segment.row in blocked:
        return None
    name: tuple[Token, ...] = segment.tokens[: hit.start]
    if not name and segment.place:
        segment = layout.rows[segment.row].segments[segment.place - 1]
        name = segment.tokens
    if not any(map(str.isalpha, join(name))) or is_label_line(layout.hits_in(segment), segment):
        return None
    above = list(_lines_beside(layout, segment, -1, blocked))
    below = list(_lines_beside(layout, segment, 1, blocked))
    used = [segment, hit.segment] if segment is not hit.segment else [segment]
    if above and not is_company(join(name)) and is_company(above[0].text):
        used.append(above[0])
        name = _without_mark(layout, above.pop(0))
    address = list(_address_of(below)) or list(reversed(list(_address_of(above))))
    return PartyLines(name, tuple(line.tokens for line in address), (*used, *address))


def _without_mark(layout: Layout, segment: Segment) -> tuple[Token, ...]:
    marks = [hit.start for hit in layout.hits_in(segment) if hit.keys("parties") == ("addressed",)]
    return segment.tokens[: marks[0]] if marks and marks[0] else segment.tokens


def _lines_beside(layout: Layout, start: Segment, step: int, blocked: AbstractSet[int]) -> Iterator[Segment]:
    """Give the lines right above or below one another that keep the left edge, as far as a label or a gap."""
    last, skipped, index, count = start, 0, start.row + step, 0
    while 0 <= index < len(layout.rows) and skipped <= _ROWS and count < _LINES:
        row = layout.rows[index]
        if row.page != start.page or index in blocked:
            return
        index += step
        near = [s for s in row.segments if abs(s.box.x0 - start.box.x0) <= _EDGE * start.size]
        if not near:
            skipped += 1
            continue
        gap = max(near[0].box.y0 - last.box.y1, last.box.y0 - near[0].box.y1)
        if gap > _GAP * max(last.size, near[0].size) or is_label_line(layout.hits_in(near[0]), near[0]):
            return
        last, skipped, count = near[0], 0, count + 1
        yield last


def _address_of(lines: Iterable[Segment]) -> Iterator[Segment]:
    """Give the lines of an address from the one next to the name, other lines of its block before it left out."""
    begun = False
    for line in lines:
        if _is_of_address(line.text):
            begun = True
            yield line
        elif begun or is_contact(line.text):
            return


def _is_of_address(text: str) -> bool:
    """Whether a line is of an address: a code, a place and its number, or a country."""
    return is_postal(text) or is_street(text) or find_country(text) is not None
