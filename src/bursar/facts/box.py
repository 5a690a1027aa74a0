"""Where something stands on a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct


class Box(Struct, frozen=True, gc=False):
    """A rectangle: PDF points for PDF pages, pixels of the image's own size for images.

    Origin at the top left of the page as a person sees it (page rotation applied); `x0 <= x1`, `y0 <= y1`.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Points or pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points or pixels."""
        return self.y1 - self.y0

    @property
    def center_x(self) -> float:
        """The middle between left and right."""
        return (self.x0 + self.x1) / 2

    @property
    def center_y(self) -> float:
        """The middle between top and bottom."""
        return (self.y0 + self.y1) / 2

    def overlap_x(self, other: Box) -> float:
        """Length that both share horizontally; 0 or less (the gap, negated) when they share none."""
        right = self.x1 if self.x1 < other.x1 else other.x1  # noqa: FURB136 - `min` takes six times as long
        return right - (self.x0 if self.x0 > other.x0 else other.x0)  # noqa: FURB136

    def overlap_y(self, other: Box) -> float:
        """Length that both share vertically; 0 or less (the gap, negated) when they share none."""
        lower = self.y1 if self.y1 < other.y1 else other.y1  # noqa: FURB136
        return lower - (self.y0 if self.y0 > other.y0 else other.y0)  # noqa: FURB136

    def contains_point(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def read_box(edges: Iterable[Any]) -> Box:
    """Return the box of the four edges `x0, y0, x1, y1`, numbers of any kind."""
    return Box(*map(float, edges))


def enclose(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all; raises ValueError when there are none."""
    rest = iter(boxes)
    first = next(rest, None)
    if first is None:
        raise ValueError("no boxes to enclose")
    x0, y0, x1, y1 = first.x0, first.y0, first.x1, first.y1
    for box in rest:  # by comparison, for `min` and `max` take six times as long
        x0, y0 = box.x0 if box.x0 < x0 else x0, box.y0 if box.y0 < y0 else y0  # noqa: FURB136
        x1, y1 = box.x1 if box.x1 > x1 else x1, box.y1 if box.y1 > y1 else y1  # noqa: FURB136
    return Box(x0, y0, x1, y1)
