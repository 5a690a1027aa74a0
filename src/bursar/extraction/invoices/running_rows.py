"""Running heads and feet: rows that several pages share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from bursar.extraction.amounts import has_cents
from bursar.extraction.invoices.layout import Row
from bursar.extraction.page_counts import is_page_count
from bursar.reading.page import Page

_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"\W*\d[\d\s.,']*\W*")
_VALUES = 2
_EDGE = 0.12  # of a page's height: where running heads and feet stand


def find_running(rows: Sequence[Row], pages: Sequence[Page]) -> frozenset[int]:
    """Return the rows of running heads and feet.

    They say the same, digits aside, at the same height of several pages, or count pages; lines of a table may do so too. Of a foot the words need not stand in the
    same rows on each page: what stands below a row whose words all recur in the foot of another page is of the foot as well.
    """
    heights = {page.number: page.height or 1.0 for page in pages}
    edge = [row for row in rows if not _EDGE < row.box.center_y / heights[row.page] < 1 - _EDGE]
    seen: dict[tuple[str, int], list[int]] = {}
    running: set[int] = set()
    for row in edge:
        place = round(row.box.center_y / heights[row.page] * 100)
        seen.setdefault((_DIGITS.sub("0", row.text), place), []).append(row.index)
        counts = len(pages) > 1 and any(is_page_count(segment.text) for segment in row.segments)
        if counts and not has_cents(row.text):
            running.add(row.index)
    for found in seen.values():
        if len({rows[index].page for index in found}) > 1 and not _are_lines([rows[index] for index in found]):
            running.update(found)
    if len(pages) > 1:
        feet = [row for row in reversed(edge) if row.box.center_y >= heights[row.page] / 2]
        running.update(_complete_feet(feet, running))
    return frozenset(running)


def _complete_feet(feet: Sequence[Row], running: AbstractSet[int]) -> Iterator[int]:
    """Give the rows of each foot up to the last that recurs; `feet` are sorted from the bottom of each page upwards."""
    pages_of: dict[str, set[int]] = {}
    for row in feet:
        for token in row.tokens:
            pages_of.setdefault(token.text, set()).add(row.page)
    for _, of_page in groupby(feet, key=lambda row: row.page):
        rows = [row for row in of_page if not _has_values(row)]
        last = max(
            (
                place
                for place, row in enumerate(rows)
                if row.index in running
                or (len(row.segments) > 1 and all(len(pages_of[token.text]) > 1 for token in row.tokens))
            ),
            default=-1,
        )
        yield from (row.index for row in rows[: last + 1])


def _are_lines(rows: Sequence[Row]) -> bool:
    """Whether rows that say the same have other numbers side by side: «17 Bolt type 8 2 9.50 19.00», «25 Bolt type 9 …»."""
    return len({row.text for row in rows}) > 1 and all(
        _count_bare(row) >= _VALUES and has_cents(row.text) for row in rows
    )


def _has_values(row: Row) -> bool:
    """Whether a row has an amount, or two numbers side by side, and so may be a line of the table."""
    return has_cents(row.text) or _count_bare(row) >= _VALUES


def _count_bare(row: Row) -> int:
    return sum(bool(_BARE_NUMBER.fullmatch(segment.text)) for segment in row.segments)
