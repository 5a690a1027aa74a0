"""Dates that a narrow column breaks before their year: «25 de maio de», and «2026» on the line below."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Layout, Segment, join

_OPEN = re.compile(r"\d\.?,?(?: de| of)? [^\W\d_]{3,}[.,]?(?: de| del| of)?$|[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th)?,$")
_YEAR = re.compile(r"(?:19|20)\d\d[.,;]?")
_DIGIT = re.compile(r"\d")
_TAIL = 4  # words: «25 de maio de»
_LONGEST_TAIL = 30  # characters
_ROWS = 2  # of other columns may one lie between the two lines


def with_year_below(layout: Layout, segment: Segment) -> Segment:
    """Return a line with the year that opens the line right below it, where both make a date that neither has alone."""
    text = segment.text
    if text[-1].isdigit() or not _DIGIT.search(text, max(0, len(text) - _LONGEST_TAIL)):
        return segment  # as nearly every line, seen at once
    tail = segment.tokens[-_TAIL:]
    if len(tail) < 2 or not _OPEN.search(join(tail)):
        return segment
    for below in layout.lines_flush_below(segment, _ROWS):
        year = below.tokens[0]
        if below.box.x1 - segment.box.x1 > year.box.width + max(segment.size, 1.0):
            return segment  # the year would have had room on the line above: what it opens is something else
        whole = replace(segment, tokens=(*segment.tokens, year)) if _YEAR.fullmatch(year.text) else segment
        ends = any(printed.end > len(segment.text) for printed in find_dates(whole.text) if printed.value)
        return whole if ends else segment
    return segment
