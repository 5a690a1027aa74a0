"""Numbers of slips that no label of their own announces: below the title, behind a sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bursar.extraction.invoices.layout import Hit, Layout, Row, box_of
from bursar.extraction.invoices.values import Value, read_code

_SIGN = re.compile(r"(?:#|№|[Nn]\.|[Nn]\.?[°ºo]|(?:[Nn][ro]|NO|[Nn]um|č)\.?):?")
_FEWEST_DIGITS = 4  # of a number that a house or a table cannot have
_ROWS_BELOW = 3
_BELOW_TITLE = 0.7


def find_slip_numbers(layout: Layout, order: str | None) -> Iterator[tuple[Value, Hit, float]]:
    """Give numbers of receipts with the title that they stand below and how well they suit it."""
    first = layout.pages[0].number
    for hit in layout.hits_of_field("title_number"):
        if hit.segment.page == first and hit.opens and hit.end >= len(hit.segment.tokens):
            value = _find_below(layout, hit, order)
            if value is not None:
                yield value, hit, _BELOW_TITLE


def _find_below(layout: Layout, hit: Hit, order: str | None) -> Value | None:
    """Return the number that stands behind nothing but a sign on the first row of words below a title."""
    for row in layout.rows_below(hit.segment.row, _ROWS_BELOW):
        if sum(map(str.isalnum, row.text)) < _FEWEST_DIGITS:
            continue  # a rule of asterisks
        return _read_signed(row, order) if box_of(row.tokens[:2]).overlap_x(hit.segment.box) > 0 else None
    return None


def _read_signed(row: Row, order: str | None) -> Value | None:
    sign, *rest = row.tokens
    if _SIGN.fullmatch(sign.text) is None or not rest:
        return None
    segment = next(each for each in row.segments if rest[0] in each.tokens)
    if rest[0] is not segment.tokens[-1] or sum(map(str.isdigit, rest[0].text)) < _FEWEST_DIGITS:
        return None  # the number of a house goes on in its street
    return read_code(rest[:1], order)
