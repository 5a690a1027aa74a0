"""The words of a document as this room looks at them: tokens in segments in rows, and the labels found among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Generic, TypeVar

from msgspec import Struct

from bursar.extraction.labels.vocabulary import Label, compact
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.facts.lazy import lazy
from bursar.reading.page import Page

T = TypeVar("T")
_NEXT_ROWS = 2  # of the page, between which rows of another column may lie
LINE_GAP = 1.0  # between lines that belong together, in heights of type
_SAME_EDGE = 0.5  # edges that differ by less are aligned, in heights of type
_COLON_WORD = re.compile(r"[:：]$")


class Token(Struct, frozen=True, gc=False):
    """A word, or a part of one that a colon splits (`Date:12/03/2024` is two)."""

    text: str
    box: Box
    page: int
    confidence: float
    bold: bool
    size: float
    source: Source


class Segment(Struct, frozen=True, dict=True):
    """Tokens side by side without a column's gap; `row` indexes the document's rows, `place` the segments of that row."""

    tokens: tuple[Token, ...]
    box: Box
    page: int
    row: int
    place: int

    @lazy
    def text(self) -> str:
        """The tokens joined by a blank."""
        return join(self.tokens)

    @lazy
    def words(self) -> list[str]:
        """The tokens folded to their letters and digits (`compact`)."""
        return [compact(token.text) for token in self.tokens]

    @lazy
    def size(self) -> float:
        """The height of its largest type."""
        return max([token.size for token in self.tokens])

    @lazy
    def cells_by_mark(self) -> dict[str | None, Any]:
        """Room for the numbers found in it, by the decimal mark that they are read with: `money_cells.find_cells` keeps them."""
        return {}


class Row(Struct, frozen=True, dict=True):
    """All segments at one height of a page, left to right."""

    segments: tuple[Segment, ...]
    box: Box
    page: int
    index: int

    @lazy
    def tokens(self) -> tuple[Token, ...]:
        """All tokens, left to right."""
        if len(self.segments) == 1:
            return self.segments[0].tokens
        return tuple([token for segment in self.segments for token in segment.tokens])

    @lazy
    def text(self) -> str:
        """All tokens joined by a blank."""
        return " ".join([segment.text for segment in self.segments])


class Hit(Struct, frozen=True, dict=True):
    """A label: tokens `start` to `end` of a segment. `opens` says that no other word stands before it in the segment."""

    segment: Segment
    start: int
    end: int
    labels: tuple[Label, ...]
    letters: int
    opens: bool

    @lazy
    def box(self) -> Box:
        """The box of the label's own tokens."""
        return box_of(self.tokens)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The label's own tokens."""
        return self.segment.tokens[self.start : self.end]

    @lazy
    def has_colon(self) -> bool:
        """Whether the label ends in a colon."""
        return bool(_COLON_WORD.search(self.segment.tokens[self.end - 1].text))

    def keys(self, group: str) -> tuple[str, ...]:
        """The meanings that it has in a group, each once."""
        return self._keys.get(group, ())

    def means(self, group: str, keys: AbstractSet[str]) -> bool:
        """Whether one of its meanings in a group is among some."""
        return not keys.isdisjoint(self._keys.get(group, ()))

    @property
    def may_be_value(self) -> bool:
        """Whether the phrase is as likely a value as a label: currencies, payment means and the like."""
        keys = self._keys
        totals = keys.get("totals", ())
        return totals == ("tendered",) or not (
            totals or any(group in keys for group in ("fields", "parties", "columns"))
        )

    @lazy
    def _keys(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, dict[str, None]] = {}
        for label in self.labels:
            groups.setdefault(label.group, {})[label.key] = None
        return {group: tuple(keys) for group, keys in groups.items()}


class Found(Struct, Generic[T], frozen=True):
    """A value, the tokens that it was read from (none when it was derived) and how sure that is, 0 to 1."""

    value: T
    tokens: tuple[Token, ...]
    confidence: float
    derived_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value as printed."""
        return join(self.tokens)


class Layout(Struct, frozen=True, dict=True):
    """The whole document in reading order."""

    rows: tuple[Row, ...]
    pages: tuple[Page, ...]
    hits: tuple[Hit, ...] = ()
    hits_of_row: dict[int, tuple[Hit, ...]] = {}
    hits_of_segment: dict[tuple[int, int], tuple[Hit, ...]] = {}  # by row and place
    languages: tuple[str, ...] = ()
    running: frozenset[int] = frozenset()  # rows that stand at the head or foot of several pages

    @property
    def segments(self) -> Iterator[Segment]:
        """All segments in reading order."""
        return (segment for row in self.rows for segment in row.segments)

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height of a page."""
        return self._page_sizes[number]

    @lazy
    def _page_sizes(self) -> dict[int, tuple[float, float]]:
        return {page.number: (page.width or 1.0, page.height or 1.0) for page in self.pages}

    @lazy
    def usual_size(self) -> float:
        """The median height of type of all words."""
        return _median([token.size for row in self.rows for segment in row.segments for token in segment.tokens])

    @lazy
    def usual_row_size(self) -> float:
        """The median height of type of what the rows begin with."""
        return _median([row.segments[0].size for row in self.rows])

    def hits_of_field(self, key: str) -> Sequence[Hit]:
        """The labels that may mean a field, in reading order."""
        return self._hits_by_field.get(key, ())

    @lazy
    def _hits_by_field(self) -> dict[str, list[Hit]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            for key in hit.keys("fields"):
                found.setdefault(key, []).append(hit)
        return found

    @lazy
    def regions_by_hit(self) -> dict[int, Any]:
        """Room for the places of its labels' values, by the identity of the label: `regions.find_regions` keeps them."""
        return {}

    def hits_in(self, segment: Segment) -> tuple[Hit, ...]:
        """The labels of one segment."""
        return self.hits_of_segment.get((segment.row, segment.place), ())

    def opens_with_label(self, segment: Segment) -> bool:
        """Whether a segment is itself a label, or begins with one and a colon."""
        return (segment.row, segment.place) in self._opened_by_labels

    @lazy
    def _opened_by_labels(self) -> frozenset[tuple[int, int]]:
        return frozenset(
            (hit.segment.row, hit.segment.place)
            for hit in self.hits
            if hit.start == 0 and (hit.end >= len(hit.segment.tokens) or hit.has_colon) and not hit.may_be_value
        )

    def right_of(self, segment: Segment) -> tuple[Segment, ...]:
        """The segments that follow on the same row."""
        return self.rows[segment.row].segments[segment.place + 1 :]

    def labels_beside(self, hit: Hit) -> Iterator[Hit]:
        """The labels that open another segment of the same row, or one right above or below in the same column of labels."""
        segment = hit.segment
        for row in self.rows[max(0, segment.row - _NEXT_ROWS) : segment.row + _NEXT_ROWS + 1]:
            for other in self.hits_of_row.get(row.index, ()):
                if other.opens and other.segment is not segment and _stand_together(segment, other.segment):
                    yield other

    def lines_flush_below(self, segment: Segment, count: int) -> Iterator[Segment]:
        """Give the lines within the next rows that go on from a line: right below it, at the same left edge."""
        size = max(segment.size, 1.0)
        for row in self.rows_below(segment.row, count):
            for below in row.segments:
                near = below.box.y0 - segment.box.y1 <= LINE_GAP * size
                if near and abs(below.box.x0 - segment.box.x0) <= size:
                    yield below

    def rows_below(self, row: int, count: int) -> tuple[Row, ...]:
        """The next rows on the same page."""
        page = self.rows[row].page
        return tuple(below for below in self.rows[row + 1 : row + 1 + count] if below.page == page)


def _median(sizes: Sequence[float]) -> float:
    """Return the upper median; 1 of none."""
    return sorted(sizes)[len(sizes) // 2] if sizes else 1.0


def _stand_together(one: Segment, other: Segment) -> bool:
    """Whether two segments stand on one row, or one right below the other with their left or right edges aligned."""
    if one.page != other.page or one.row == other.row:
        return one.row == other.row
    size = max(one.size, 1.0)
    gap = max(one.box.y0, other.box.y0) - min(one.box.y1, other.box.y1)
    edges = (abs(one.box.x0 - other.box.x0), abs(one.box.x1 - other.box.x1))
    return gap <= LINE_GAP * size and min(edges) <= _SAME_EDGE * size


def box_of(tokens: Sequence[Token]) -> Box:
    """Return the box around one or more tokens."""
    return tokens[0].box if len(tokens) == 1 else enclose([token.box for token in tokens])


def join(tokens: Sequence[Token]) -> str:
    """Return the tokens' texts joined by a blank."""
    return " ".join([token.text for token in tokens])
