"""What a PDF page draws besides text: ruling lines, and how much of it images cover."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from ctypes import c_void_p
from dataclasses import dataclass, field
from itertools import pairwise, repeat

from pypdfium2 import raw

from bursar.facts.box import Box
from bursar.reading import pdfium
from bursar.reading.frame import Frame
from bursar.reading.page import Rule
from bursar.reading.rules import merge_rules

_THIN_PT = 3.0  # a rectangle up to this thick is a line
_MIN_CRUMB_PT = 2.0  # dashes are merged to lines, shorter crumbs are not looked at
_STRAIGHT_PT = 1.0  # a side that leans more is no ruling line
_MAX_OBJECTS = 60_000  # of one page; drawings with more are no tables
_MAX_SEGMENTS = 4_000  # of one path
_ONE_OUTLINE = 6  # a path of so few segments cannot hold two rectangles
_MAX_FRAGMENTS = 20_000
_MAX_DEPTH = 8
_CLIPPED_PT = 2.0  # lines may stick out of the page this far

_TEXT, _PATH, _IMAGE, _FORM = (
    raw.FPDF_PAGEOBJ_TEXT,
    raw.FPDF_PAGEOBJ_PATH,
    raw.FPDF_PAGEOBJ_IMAGE,
    raw.FPDF_PAGEOBJ_FORM,
)
_MOVE_TO, _BEZIER_TO = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_BEZIERTO
_Affine = tuple[float, float, float, float, float, float]
_IDENTITY: _Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Shapes:
    """`rules` of the page merged to whole lines; `images` are the boxes of its pictures, cut to the page."""

    rules: tuple[Rule, ...] = ()
    images: list[Box] = field(default_factory=list)
    object_count: int = 0

    def measure_image_cover(self, frame: Frame) -> float:
        """Return the share of the page's area under images, at most 1 (overlaps count twice before that)."""
        area = frame.width * frame.height
        return min(1.0, sum(box.width * box.height for box in self.images) / area) if area else 0.0


def read_shapes(page: c_void_p, frame: Frame) -> Shapes:
    """Return the lines and images of a page given by its handle."""
    collector = _Collector(frame)
    collector.walk(page)
    return Shapes(merge_rules(collector.fragments), collector.images, collector.count)


class _Collector:
    """Walks the page's objects and those of its forms."""

    def __init__(self, frame: Frame) -> None:
        self.fragments: list[Box] = []
        self.images: list[Box] = []
        self.count = 0
        self._frame = frame
        floats, ints = pdfium.Matrix(), pdfium.Flags()
        self._floats = memoryview(floats).cast("B").cast("f")
        self._ints = memoryview(ints).cast("B").cast("i")
        self._bounds = self._floats[:4]
        self._point = self._floats[:2]
        self._at = ctypes.addressof(floats)
        self._ints_at = ctypes.addressof(ints)

    def walk(self, page: c_void_p) -> None:
        items = map(pdfium.get_object, repeat(page), range(pdfium.count_objects(page)))
        self._visit(items, _IDENTITY, 0)

    def _visit(self, items: Iterable[int | None], matrix: _Affine, depth: int) -> None:
        for item in items:
            self.count += 1
            if self.count > _MAX_OBJECTS or not item:
                continue
            kind = pdfium.get_type(item)
            if kind == _TEXT:
                continue
            if kind == _PATH and len(self.fragments) < _MAX_FRAGMENTS:
                self._visit_path(item, matrix)
            elif kind == _IMAGE:
                self._visit_image(item, matrix)
            elif kind == _FORM and depth < _MAX_DEPTH:
                inside = map(pdfium.get_form_object, repeat(item), range(pdfium.count_form_objects(item)))
                self._visit(inside, _multiply(self._get_matrix(item), matrix), depth + 1)

    def _visit_image(self, item: int, matrix: _Affine) -> None:
        box = self._cut(self._get_box(item, matrix))
        if box is None:
            return
        if box.width <= _THIN_PT or box.height <= _THIN_PT:
            self.fragments.append(box)
        else:
            self.images.append(box)

    def _visit_path(self, item: int, matrix: _Affine) -> None:
        if not pdfium.get_draw_mode(item, self._ints_at, self._ints_at + 4):
            return
        fill, stroke = self._ints
        if fill == raw.FPDF_FILLMODE_NONE and not stroke:
            return
        box = self._get_box(item, matrix)
        width, height = box.width, box.height
        if width < _MIN_CRUMB_PT and height < _MIN_CRUMB_PT:
            return  # a letter drawn as a shape
        if width <= _THIN_PT or height <= _THIN_PT:
            self._keep(box)
            return
        count = pdfium.count_segments(item)
        if not stroke and count <= _ONE_OUTLINE:
            return  # one filled area: shading
        if 2 <= count <= _MAX_SEGMENTS:
            for part in self._read_parts(item, count, matrix, stroke=bool(stroke)):
                self._keep(part)

    def _read_parts(self, item: int, count: int, matrix: _Affine, *, stroke: bool) -> list[Box]:
        """Return the straight level and upright pieces of a path: each thin closed part, each side of a stroked one."""
        a, b, c, d, e, f = _multiply(self._get_matrix(item), matrix)
        x_at, y_at = self._at, self._at + 4
        parts: list[Box] = []
        points: list[tuple[float, float]] = []
        curved = False
        for segment in map(pdfium.get_segment, repeat(item), range(count)):
            kind = pdfium.get_segment_type(segment)
            if kind == _MOVE_TO:
                parts += self._read_outline(points, stroke=stroke, curved=curved)
                points, curved = [], False
            elif kind == _BEZIER_TO:
                if not stroke:
                    return parts  # a filled drawing
                curved = True
            pdfium.get_segment_point(segment, x_at, y_at)
            x, y = self._point
            points.append((a * x + c * y + e, b * x + d * y + f))
            # To close an outline adds a side, and nothing to the area within.
            if stroke and pdfium.get_segment_close(segment):
                points.append(points[0])
        return parts + self._read_outline(points, stroke=stroke, curved=curved)

    def _read_outline(self, points: list[tuple[float, float]], *, stroke: bool, curved: bool) -> list[Box]:
        if len(points) < 2:
            return []
        xs, ys = [x for x, _ in points], [y for _, y in points]
        whole = self._frame.place(min(xs), min(ys), max(xs), max(ys))
        if whole.width <= _THIN_PT or whole.height <= _THIN_PT:
            return [whole]
        if not stroke or curved:
            return []
        sides = [self._frame.place(x0, y0, x1, y1) for (x0, y0), (x1, y1) in pairwise(points)]
        return [side for side in sides if side.width <= _STRAIGHT_PT or side.height <= _STRAIGHT_PT]

    def _keep(self, box: Box) -> None:
        cut = self._cut(box)
        if cut is not None and (cut.width > 0 or cut.height > 0):
            self.fragments.append(cut)

    def _cut(self, box: Box) -> Box | None:
        width, height = self._frame.width, self._frame.height
        if box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height:
            return box
        if (
            box.x1 < -_CLIPPED_PT
            or box.y1 < -_CLIPPED_PT
            or box.x0 > width + _CLIPPED_PT
            or box.y0 > height + _CLIPPED_PT
        ):
            return None
        x0, x1 = min(max(box.x0, 0.0), width), max(0.0, min(box.x1, width))
        y0, y1 = min(max(box.y0, 0.0), height), max(0.0, min(box.y1, height))
        return Box(x0, y0, x1, y1)

    def _get_box(self, item: int, matrix: _Affine) -> Box:
        at = self._at
        pdfium.get_bounds(item, at, at + 4, at + 8, at + 12)
        left, bottom, right, top = self._bounds
        if matrix is _IDENTITY:
            return self._frame.place(left, bottom, right, top)
        corners = [_apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self._frame.place(min(xs), min(ys), max(xs), max(ys))

    def _get_matrix(self, item: int) -> _Affine:
        if not pdfium.get_matrix(item, self._at):
            return _IDENTITY
        a, b, c, d, e, f = self._floats
        return a, b, c, d, e, f


def _multiply(first: _Affine, then: _Affine) -> _Affine:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _apply(matrix: _Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
