"""Where the value of a label may stand: behind it, in the next cell, or below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bursar.extraction.invoices.layout import Hit, Layout, Segment, Token, join
from bursar.facts.box import Box
from bursar.facts.lazy import lazy

_ROWS_BELOW = 5
_MAX_DROP = 3.2  # how far below its label a value may stand, in heights of the label
_STRONG_LETTERS = 5
_FEWEST_LABELS = 3  # side by side, that head columns


class Region(Struct, frozen=True, dict=True):
    """Tokens that may hold a label's value; `fit` from 0 to 1 says how usual the place is."""

    tokens: tuple[Token, ...]
    place: str  # inline, right, below
    fit: float

    @lazy
    def text(self) -> str:
        """The tokens joined by a blank."""
        return join(self.tokens)


def find_regions(layout: Layout, hit: Hit) -> tuple[Region, ...]:
    """Return the places for the label's value, the most usual first; looked for once, since many ask."""
    kept = layout.regions_by_hit
    regions: tuple[Region, ...] | None = kept.get(id(hit))
    if regions is None:
        regions = kept[id(hit)] = tuple(_look_around(layout, hit))
    return regions


def _look_around(layout: Layout, hit: Hit) -> Iterator[Region]:
    behind = _behind(layout, hit)
    if behind:
        yield Region(behind, "inline", 1.0 if hit.has_colon or hit.opens else 0.7)
    else:
        yield from _to_the_right(layout, hit)
        yield from _beside_lower(layout, hit)
    yield from _below(layout, hit, taken=bool(behind))


def _behind(layout: Layout, hit: Hit) -> tuple[Token, ...]:
    end = len(hit.segment.tokens)
    for other in layout.hits_in(hit.segment) if hit.end < end else ():
        if other.start >= hit.end and (other.has_colon or (other.letters >= _STRONG_LETTERS and other.keys("fields"))):
            end = min(end, other.start)
    tokens = hit.segment.tokens[hit.end : end]
    return tokens if any(map(str.isalnum, join(tokens))) else ()


def _to_the_right(layout: Layout, hit: Hit) -> Iterator[Region]:
    following = layout.right_of(hit.segment)
    if not following or any(other.start >= hit.end for other in layout.hits_in(hit.segment)):
        return
    width, _ = layout.page_size(hit.segment.page)
    for place, segment in enumerate(following[:2]):
        if layout.opens_with_label(segment):
            return
        if not any(map(str.isalnum, segment.text)):
            continue
        gap = max(0.0, segment.box.x0 - hit.box.x1) / width
        yield Region(segment.tokens, "right", max(0.3, 0.98 - 0.6 * gap - 0.25 * place))
        return


def _beside_lower(layout: Layout, hit: Hit) -> Iterator[Region]:
    """Give a value that stands beside its label but a little lower, on a row that holds no label."""
    if layout.right_of(hit.segment) or hit.end < len(hit.segment.tokens):
        return
    for row in layout.rows_below(hit.segment.row, 1):
        beside = [segment for segment in row.segments if segment.box.x0 > hit.box.x1]
        if row.index in layout.hits_of_row or len(row.segments) != 1 or not beside:
            return
        if row.box.y0 - hit.box.y1 < 0.5 * hit.box.height:
            yield Region(beside[0].tokens, "right", 0.6)


def _fills_rest(layout: Layout, hit: Hit) -> bool:
    """Whether nothing follows the label on its line but the same in another language: «Datum / Date»."""
    rest = range(hit.end, len(hit.segment.tokens))
    if not rest:
        return True
    same = [other for other in layout.hits_in(hit.segment) if _share(other, hit)]
    said = {place for other in same for place in range(other.start, other.end)}
    return all(place in said or not any(c.isalnum() for c in hit.segment.tokens[place].text) for place in rest)


def _share(one: Hit, other: Hit) -> bool:
    return bool(set(one.keys("fields")) & set(other.keys("fields")))


def _below(layout: Layout, hit: Hit, *, taken: bool) -> Iterator[Region]:
    height = max(hit.box.height, 1.0)
    alone = hit.opens and _fills_rest(layout, hit)
    column = _column_of(layout, hit)
    for row in layout.rows_below(hit.segment.row, _ROWS_BELOW):
        if row.box.y0 - hit.box.y1 > _MAX_DROP * height:
            return
        under = [segment for segment in row.segments if _is_under(hit, segment) or _is_within(segment.box, column)]
        if not under:
            continue
        aligned = [_alignment(hit, segment) for segment in under]
        best = under[aligned.index(max(aligned))]
        if layout.opens_with_label(best):
            return
        drop = max(0.0, best.box.y0 - hit.box.y1) / (height * _MAX_DROP)
        tokens = _narrow(layout, hit, best)
        fit = (0.85 if alone else 0.6) - 0.15 * drop - (0.2 if taken else 0.0) - (0.1 if hit.has_colon else 0.0)
        yield Region(tuple(tokens), "below", max(0.1, fit * (0.7 + 0.3 * max(aligned))))
        return


def _narrow(layout: Layout, hit: Hit, segment: Segment) -> Sequence[Token]:
    """Take from a segment under several labels only the tokens under this one, or under the same in another language."""
    beside = [
        other
        for other in layout.hits_of_row.get(hit.segment.row, ())
        if other is not hit and other.opens and not (other.segment is hit.segment and _share(other, hit))
    ]
    if not any(other.box.overlap_x(segment.box) > 0 for other in beside):
        return segment.tokens
    if (own := _under_left_edge(hit, beside, segment)) is not None:
        return own
    near = [token for token in segment.tokens if _nearest(token, [hit, *beside]) is hit]
    return tuple(near) or segment.tokens


def _under_left_edge(hit: Hit, beside: Sequence[Hit], segment: Segment) -> Sequence[Token] | None:
    """Return the tokens from this label's left edge to the next one's, where a value begins below the edge of each label."""
    slack = hit.box.height / 2
    edges = [h.box.x0 for h in (hit, *beside) if segment.box.x0 - slack <= h.box.x0 <= segment.box.x1]
    if not all(any(abs(token.box.x0 - edge) < slack for token in segment.tokens) for edge in (hit.box.x0, *edges)):
        return None
    end = min((edge for edge in edges if edge > hit.box.x0 + slack), default=segment.box.x1)
    return [token for token in segment.tokens if hit.box.x0 - slack < token.box.x0 < end - slack]


def _nearest(token: Token, hits: Sequence[Hit]) -> Hit:
    return min(
        hits,
        key=lambda hit: (
            -min(0.0, hit.box.overlap_x(token.box)) if hit.box.overlap_x(token.box) <= 0 else 0.0,
            abs(hit.box.center_x - token.box.center_x),
        ),
    )


def _is_under(hit: Hit, segment: Segment) -> bool:
    box, label = segment.box, hit.box
    return box.overlap_x(label) > 0 or abs(box.x0 - label.x0) < label.height


def is_in_column(layout: Layout, hit: Hit, box: Box) -> bool:
    """Whether a box stands below a label that is one of several in a row, between it and the next of them."""
    return _is_within(box, _column_of(layout, hit))


def _column_of(layout: Layout, hit: Hit) -> tuple[float, float] | None:
    """Return the left and right end of the column below a label that is one of several in a row."""
    row = layout.rows[hit.segment.row]
    if min(len(row.segments), len(layout.hits_of_row.get(row.index, ()))) < _FEWEST_LABELS:
        return None
    if sum([layout.opens_with_label(segment) for segment in row.segments]) < _FEWEST_LABELS:
        return None
    following = [segment.box.x0 for segment in row.segments if segment.box.x0 > hit.box.x1]
    return hit.box.x0 - hit.box.height, min(following, default=layout.page_size(row.page)[0])


def _is_within(box: Box, column: tuple[float, float] | None) -> bool:
    return column is not None and column[0] <= box.x0 and box.x1 <= column[1]


def _alignment(hit: Hit, segment: Segment) -> float:
    """Return 1 where both share an edge or their middle, less the further off."""
    box, label = segment.box, hit.box
    off = min(abs(box.x0 - label.x0), abs(box.x1 - label.x1), abs(box.center_x - label.center_x))
    return max(0.0, 1.0 - off / (6 * max(label.height, 1.0)))
