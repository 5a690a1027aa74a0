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

_EDGE = 0.12  # of a page's height: where running heads and feet stand


def find_running(rows: Sequence[Row], pages: Sequence[Page]) -> frozenset[int]:
    """Return the rows of running heads and feet.

    They say the same, digits aside, at the same height of several pages, or count pages; or all their words, several apart,
    stand at that edge of another page too. What stands further out than such a row is of the same head or foot.
    """
    heights = {page.number: page.height or 1.0 for page in pages}
    edge = [row for row in rows if not _EDGE < row.box.center_y / heights[row.page] < 1 - _EDGE]
    seen: dict[tuple[str, int], list[int]] = {}
    running: set[int] = set()
    for row in edge:
        place = round(row.box.center_y / heights[row.page] * 100)
        seen.setdefault((re.sub(r"\d+", "0", row.text), place), []).append(row.index)
        counts = len(pages) > 1 and any(is_page_count(segment.text) for segment in row.segments)
        if counts and not has_cents(row.text):
            running.add(row.index)
    for found in seen.values():
        if len({rows[index].page for index in found}) > 1:
            running.update(found)
    if len(pages) > 1:
        heads = [row for row in edge if row.box.center_y < heights[row.page] / 2]
        feet = [row for row in reversed(edge) if row.box.center_y >= heights[row.page] / 2]
        running.update(_reach_out(heads, running))
        running.update(_reach_out(feet, running))
    return frozenset(running)


def _reach_out(edge: Sequence[Row], running: AbstractSet[int]) -> Iterator[int]:
    """Give the rows of each page from the edge, from where `edge` begins, to the last that recurs on another page."""
    pages_of: dict[str, set[int]] = {}
    for row in edge:
        for token in row.tokens:
            pages_of.setdefault(token.text, set()).add(row.page)
    for _, of_page in groupby(edge, key=lambda row: row.page):
        rows = [row for row in of_page if not has_cents(row.text)]
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
