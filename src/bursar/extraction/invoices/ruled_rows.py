"""Ruling lines between the rows of an item table: what stands between two of them belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from bursar.extraction.invoices.columns import Head
from bursar.extraction.invoices.layout import Layout, Row

_SHARE = 0.6  # of the head's width that a line spans at least to part rows


class Walls(Struct, frozen=True):
    """The lines that part the rows of a table, by page; none where they do not part each of them from the next."""

    heights: dict[int, tuple[float, ...]]
    anchors: tuple[Row, ...] = ()

    def part(self, above: Row, below: Row) -> bool:
        """Whether a line runs between two rows of one page."""
        low, high = sorted((above.box.center_y, below.box.center_y))
        return any(low < y < high for y in self.heights.get(above.page, ()))

    def join(self, above: Row, below: Row) -> bool:
        """Whether two rows stand between the same two lines."""
        return above.page == below.page and above.page in self.heights and not self.part(above, below)

    def set_apart(self, above: Row, below: Row) -> bool:
        """Whether a line parts two rows and the lower belongs to an amount: a remark in a box of its own does not."""
        return self.part(above, below) and any(self.join(anchor, below) for anchor in self.anchors)


def find_walls(layout: Layout, head: Head, anchors: Sequence[Row]) -> Walls:
    """Return the lines across a table that part each of its `anchors`, the rows with an amount, from the next.

    A page with one anchor, or with two that no line parts, has none: its lines frame the table and do not rule it.
    """
    left, right = head.columns[0].box.x0, head.columns[-1].box.x1
    found: dict[int, tuple[float, ...]] = {}
    for page in layout.pages:
        rows = [row for row in anchors if row.page == page.number]
        heights = tuple(
            rule.box.center_y
            for rule in page.rules
            if rule.horizontal and min(rule.box.x1, right) - max(rule.box.x0, left) > _SHARE * (right - left)
        )
        walls = Walls({page.number: heights})
        if len(rows) > 1 and all(walls.part(above, below) for above, below in pairwise(rows)):
            found[page.number] = heights
    return Walls(found, tuple(anchors))
