"""The date of a document whose own date no label names: of a letter, or of a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Found, Layout, Row, Segment, Token, join
from bursar.extraction.invoices.values import Value, tokens_at

_ONLY_DATE = 0.88  # no label claims it, and there is no other
_FIRST_DATE = 0.55
_HEAD = 0.5  # of the first page
_PLACE = re.compile(  # «Hamburg, den», «Saint-Jean de Luz, le»
    r"[^\W\d_a-zà-ÿ][\w.'’-]*(?: (?:am|an|der|dem|de|del|di|la|le|les|sur|upon|ob|bei|[^\W\d_a-zà-ÿ][\w.'’-]*)){0,3},"
    r"(?: (?:am|den|le|lì|il|el|a|d\.|dnia|dne))?"
)
_LABEL = re.compile(r"[^\W\d_]:$")


def first_free_date(
    layout: Layout, order: str | None, taken: set[int], item_rows: frozenset[int] = frozenset()
) -> Found[str | date] | None:
    """Return the topmost date that no label claims: surer where it is the only one.

    A letter's goes first, which stands behind a place («Hamburg, 3 May 2024»), one behind a label that nobody knows last. Dates
    among the items (`item_rows`) are theirs, where there is another.
    """
    free: list[tuple[tuple[bool, int, int, float], Found[str | date]]] = []
    for row in layout.rows:
        for printed in find_dates(row.text, order):
            tokens = tokens_at(row.tokens, printed.start, printed.end)
            if printed.value and not any(id(token) in taken for token in tokens):
                rank = row.index in item_rows, _rank(row, tokens[0]), row.page, row.box.y0
                free.append((rank, Found(printed.value, tokens, _ONLY_DATE)))
    if not free:
        return None
    (among_items, *_), first = min(free, key=lambda entry: entry[0])
    rivals = [found for rank, found in free if rank[0] == among_items and found.value != first.value]
    return replace(first, confidence=_FIRST_DATE) if rivals else first


def find_letter_dates(layout: Layout, order: str | None) -> Iterator[tuple[Value, Segment]]:
    """Give the dates in the upper half of the first page that end a line and stand behind nothing but a place."""
    for row in layout.rows:
        if row.page != layout.pages[0].number or row.box.center_y > _HEAD * layout.page_size(row.page)[1]:
            return
        for segment in row.segments:
            for printed in find_dates(segment.text, order):
                tokens = tokens_at(segment.tokens, printed.start, printed.end)
                if printed.value and tokens[-1] is segment.tokens[-1] and _rank(row, tokens[0]) == 0:
                    yield Value(printed.value, tokens, 1.0), segment


def _rank(row: Row, first: Token) -> int:
    """Return 0 for the date of a letter, 2 for one that a label announces, else 1; it begins with token `first`."""
    tokens = next(segment.tokens for segment in row.segments if first in segment.tokens)
    before = join(tokens[: tokens.index(first)])
    if _PLACE.fullmatch(before):
        return 0
    return 2 if _LABEL.search(before) else 1
