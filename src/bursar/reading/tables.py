"""Tables of a page: grids of ruling lines, and columns of words that stand aligned without any.

Both are read off the geometry alone; what a column means is for those who know invoices and statements.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

from bursar.facts.box import Box, enclose
from bursar.reading.lines import line_rows_of
from bursar.reading.page import Line, Page, Rule, Word

_TOUCH = 0.35  # of a word's usual height: so far lines may miss each other and still meet
_MIN_COLUMNS = 3  # with fewer, labels and their values would be tables
_MIN_ROWS = 3
_MAX_ROW_GAP = 4.0  # in usual heights of a word: farther down is something else
_MAX_RULES = 1_500


class Cell(Struct, frozen=True, gc=False):
    """One cell of a table, with its words in reading order; `row` and `column` from 0."""

    row: int
    column: int
    box: Box
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)


class Table(Struct, frozen=True):
    """A grid found from ruling lines (`ruled`) or from aligned columns of words."""

    box: Box
    ruled: bool
    columns: tuple[tuple[float, float], ...]  # x0, x1 of each column, left to right
    cells: tuple[Cell, ...]  # row by row, left to right; empty cells are left out

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return 1 + max((cell.row for cell in self.cells), default=-1)


_Placed = tuple[float, float, Word]  # a word behind the middle of its box
_Spans = list[tuple[float, float]]


def find_tables(page: Page) -> tuple[Table, ...]:
    """Return the tables of a page, top to bottom."""
    rows, rules = line_rows_of(page.words, page.rules), page.rules
    words = [word for row in rows for line in row for word in line.words]
    if not words:
        return ()
    height = median([word.box.height for word in words])
    ruled = _find_ruled(rules, words, height)
    free: Sequence[Sequence[Line]] = rows
    for table in ruled:
        free = [[line for line in row if not _holds(table.box, line.box)] for row in free]
    tables = [*ruled, *_find_aligned([row for row in free if row], height)]
    return tuple(sorted(tables, key=lambda table: (table.box.y0, table.box.x0)))


# ---------------------------------------------------------------- ruled


def _find_ruled(rules: Sequence[Rule], words: Sequence[Word], height: float) -> list[Table]:
    grids = _group_rules(rules, _TOUCH * height)
    if not grids:
        return []
    placed = [(word.box.center_x, word.box.center_y, word) for word in words]
    return [table for grid in grids for table in _read_grid(grid, placed, _TOUCH * height)]


def _group_rules(rules: Sequence[Rule], touch: float) -> list[list[Rule]]:
    """Return the sets of lines that hang together by crossing or touching."""
    level = sorted((rule for rule in rules if rule.horizontal), key=lambda rule: rule.box.center_y)[:_MAX_RULES]
    upright = [rule for rule in rules if not rule.horizontal][:_MAX_RULES]
    heights = [rule.box.center_y for rule in level]
    parent = list(range(len(level) + len(upright)))

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for number, wall in enumerate(upright, start=len(level)):
        box = wall.box
        first, last = bisect_right(heights, box.y0 - touch), bisect_right(heights, box.y1 + touch)
        for index in range(first, last):
            if level[index].box.x0 - touch <= box.center_x <= level[index].box.x1 + touch:
                parent[find(number)] = find(index)
    groups: defaultdict[int, list[Rule]] = defaultdict(list)
    for index, rule in enumerate([*level, *upright]):
        groups[find(index)].append(rule)
    return [group for group in groups.values() if len(group) > _MIN_COLUMNS]


def _read_grid(grid: Sequence[Rule], words: Sequence[_Placed], touch: float) -> list[Table]:
    ys = _cluster([rule.box.center_y for rule in grid if rule.horizontal], touch)
    walls = [rule.box for rule in grid if not rule.horizontal]
    xs = _cluster([box.center_x for box in walls], touch)
    if len(ys) < 2 or len(xs) < _MIN_COLUMNS:
        return []
    spans = [_find_spans(walls, x, touch) for x in xs]
    top, bottom, left, right = ys[0], ys[-1], xs[0], xs[-1]
    slots: defaultdict[tuple[int, int], list[Word]] = defaultdict(list)
    for x, y, word in words:
        if top <= y < bottom and left <= x < right:
            column = bisect_right(xs, x) - 1
            slots[bisect_right(ys, y) - 1, _find_first_column(spans, column, y)].append(word)
    if len({column for _, column in slots}) < 2:
        return []
    cells = []
    for row, column in sorted(slots):
        last = column
        while last + 2 < len(xs) and not _stands(spans[last + 1], (ys[row] + ys[row + 1]) / 2):
            last += 1
        box = Box(xs[column], ys[row], xs[last + 1], ys[row + 1])
        cells.append(Cell(row, column, box, _in_reading_order(slots[row, column])))
    columns = tuple(pairwise(xs))
    return [Table(Box(left, top, right, bottom), ruled=True, columns=columns, cells=tuple(cells))]


def _find_first_column(spans: Sequence[_Spans], column: int, y: float) -> int:
    """Return the column in which the cell begins that spans this one: cells are merged where no wall parts them."""
    while column > 0 and not _stands(spans[column], y):
        column -= 1
    return column


def _find_spans(walls: Sequence[Box], x: float, touch: float) -> _Spans:
    """Return from where to where walls stand at `x`."""
    return [(wall.y0 - touch, wall.y1 + touch) for wall in walls if abs(wall.center_x - x) <= touch]


def _stands(spans: _Spans, y: float) -> bool:
    return any(y0 <= y <= y1 for y0, y1 in spans)


def _cluster(values: Iterable[float], touch: float) -> list[float]:
    """Return the values without those that repeat another one, ascending."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > touch:
            kept.append(value)
    return kept


# ---------------------------------------------------------------- aligned


class _Draft:
    """A table that grows downwards: its rows so far, and the spans of its columns."""

    def __init__(self, row: Sequence[Line]) -> None:
        self.rows = [row]
        self.spans = [(line.box.x0, line.box.x1) for line in row]
        self.full_rows = 1

    @property
    def bottom(self) -> float:
        return max([line.box.y1 for line in self.rows[-1]])

    def take(self, row: Sequence[Line]) -> bool:
        """Add the row unless it would run two columns together; widen the columns by it."""
        spans = _merge_spans([*self.spans, *((line.box.x0, line.box.x1) for line in row)])
        kept = len({span for span in spans for x0, x1 in self.spans if span[0] <= x0 and x1 <= span[1]})
        if kept < len(self.spans):
            return False
        outside = len(spans) - kept
        if outside and len(row) < _MIN_COLUMNS:
            return False
        self.rows.append(row)
        self.spans = spans
        self.full_rows += len(row) >= _MIN_COLUMNS
        return True


def _find_aligned(rows: Sequence[Sequence[Line]], height: float) -> list[Table]:
    tables: list[Table] = []
    draft: _Draft | None = None
    for row in rows:
        if draft is not None:
            near = min([line.box.y0 for line in row]) - draft.bottom <= _MAX_ROW_GAP * height
            if near and draft.take(row):
                continue
            tables.extend(_finish(draft))
            draft = None
        if len(row) >= _MIN_COLUMNS:
            draft = _Draft(row)
    if draft is not None:
        tables.extend(_finish(draft))
    return tables


def _finish(draft: _Draft) -> list[Table]:
    rows = list(draft.rows)
    while rows and len(rows[-1]) < 2:  # a paragraph below the table fits into one of its columns
        rows.pop()
    if draft.full_rows < _MIN_ROWS:
        return []
    starts = [x0 for x0, _ in draft.spans]
    slots: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    for number, row in enumerate(rows):
        for line in row:
            slots[number, max(0, bisect_right(starts, line.box.center_x) - 1)].append(line)
    cells = tuple(_make_cell(row, column, slots[row, column]) for row, column in sorted(slots))
    return [Table(enclose(cell.box for cell in cells), ruled=False, columns=tuple(draft.spans), cells=cells)]


def _make_cell(row: int, column: int, lines: Sequence[Line]) -> Cell:
    if len(lines) == 1:
        return Cell(row, column, lines[0].box, _in_reading_order(lines[0].words))
    words = [word for line in lines for word in line.words]
    return Cell(row, column, enclose(line.box for line in lines), _in_reading_order(words))


def _merge_spans(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted(spans):
        if merged and x0 < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], x1)
        else:
            merged.append((x0, x1))
    return merged


def _in_reading_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of one cell line by line."""
    if len(words) < 2:
        return tuple(words)
    ordered = sorted(words, key=lambda word: word.box.center_y)
    first, last = ordered[0].box, ordered[-1].box
    if last.center_y - first.center_y <= 0.5 * min([word.box.height for word in words]):
        return tuple(sorted(ordered, key=lambda word: word.box.x0))
    lines: list[list[Word]] = [[ordered[0]]]
    for before, word in pairwise(ordered):
        if word.box.center_y - before.box.center_y > 0.5 * min(word.box.height, before.box.height):
            lines.append([])
        lines[-1].append(word)
    return tuple(word for line in lines for word in sorted(line, key=lambda word: word.box.x0))


def _holds(outer: Box, inner: Box) -> bool:
    return outer.x0 <= inner.center_x <= outer.x1 and outer.y0 <= inner.center_y <= outer.y1
