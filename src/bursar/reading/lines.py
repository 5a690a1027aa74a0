"""Words to rows and lines in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from msgspec.structs import replace

from bursar.facts.box import Box, enclose
from bursar.reading.page import Line, Page, Rule, Word

_COLUMN_GAP_EM = 1.0  # blanks of justified text stay below; two blanks of a typewriter face do not
_EM_OF_HEIGHT = 0.8  # of a word's box, where the size of its font is not known
_OPEN_ROWS = 4  # so many rows above may still take a word: steps between columns that do not share baselines
_SURE_OVERLAP = 0.8
_OVERLAPPING = 0.3  # of its height may a line begin before the one on its left ends
_SHARED = 0.3  # of the lower of both
_MIN_OVERLAP = 0.5  # of the lower of word and row


class _Row:
    """Words at one height, and the band that they take on average."""

    __slots__ = ("bottom", "top", "words")

    def __init__(self, word: Word) -> None:
        self.words = [word]
        self.top = word.box.y0
        self.bottom = word.box.y1

    def measure_fit(self, box: Box) -> float:
        """Return the share of the lower of both that both have in common; 0 where they stand apart."""
        top, bottom, y0, y1 = self.top, self.bottom, box.y0, box.y1
        if y0 >= bottom or y1 <= top:
            return 0.0
        # By comparison, for `min` and `max` take six times as long.
        shared = (y1 if y1 < bottom else bottom) - (y0 if y0 > top else top)  # noqa: FURB136
        height, other = y1 - y0, bottom - top
        return shared / ((height if height < other else other) or 1.0)  # noqa: FURB136

    def collides(self, box: Box) -> bool:
        """Whether a word of the row already stands where this one would."""
        x0, x1 = box.x0, box.x1
        for word in self.words:
            other = word.box
            if other.x0 >= x1 or other.x1 <= x0:
                continue
            if min(x1, other.x1) - max(x0, other.x0) > 0.5 * min(other.x1 - other.x0, x1 - x0):
                return True
        return False

    def add(self, word: Word) -> None:
        self.words.append(word)
        y0, y1 = word.box.y0, word.box.y1
        if y0 != self.top or y1 != self.bottom:
            share = 1 / len(self.words)
            self.top += (y0 - self.top) * share
            self.bottom += (y1 - self.bottom) * share


def rows_of(words: Iterable[Word]) -> tuple[tuple[Word, ...], ...]:
    """Return visual rows: everything at one height over the whole width of the page, top to bottom, left to right.

    Words that run up or down the page form rows of their own.
    """
    level: list[Word] = []
    heights: list[float] = []
    standing: list[Word] = []
    for word in words:
        box = word.box
        height = box.y1 - box.y0
        if height > 2 * (box.x1 - box.x0) and len(word.text) > 2:
            standing.append(word)
        else:
            level.append(word)
            heights.append(height)
    rows: list[_Row] = []
    if level:
        highest = 2 * median(heights)
        rows = _sweep([word for word, height in zip(level, heights, strict=True) if height <= highest], rows)
        rows = _sweep([word for word, height in zip(level, heights, strict=True) if height > highest], rows)
    rows.extend(_Row(word) for word in standing)
    rows.sort(key=lambda row: (row.top + row.bottom) / 2)
    return tuple(tuple(sorted(row.words, key=lambda word: word.box.x0)) for row in rows)


def lay_out(page: Page) -> Page:
    """Return the page with its lines: the last step of reading one."""
    return replace(page, lines=lines_of(page.words, page.rules))


def lines_of(words: Iterable[Word], rules: Sequence[Rule] = ()) -> tuple[Line, ...]:
    """Return lines, top to bottom and those at one height left to right: the rows of `line_rows_of` one after another."""
    return tuple(line for row in line_rows_of(words, rules) for line in row)


def line_rows_of(words: Iterable[Word], rules: Sequence[Rule] = ()) -> tuple[tuple[Line, ...], ...]:
    """Return the visual rows as lines.

    A row is cut where a gap is wider than a blank can be, and where a vertical ruling line stands between two words.
    """
    walls = sorted((rule.box for rule in rules if not rule.horizontal), key=lambda box: box.center_x)
    positions = [wall.center_x for wall in walls]
    return tuple(_cut_row(row, walls, positions) for row in rows_of(words))


def rows_of_lines(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Give lines that stand side by side, which follow one another in the reading."""
    row: list[Line] = []
    for line in lines:
        if row and not _stands_beside(line.box, row[0].box, row[-1].box):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _stands_beside(box: Box, first: Box, last: Box) -> bool:
    """Whether a line goes on the row that has these for its first and last: right of the last, as high as both."""
    height, band = box.y1 - box.y0, first.y1 - first.y0
    if box.x0 < last.x1 - _OVERLAPPING * height:
        return False
    shared = min(last.y1, first.y1, box.y1) - max(last.y0, first.y0, box.y0)
    return shared >= _SHARED * (min(band, height) or 1.0)


def _cut_row(row: tuple[Word, ...], walls: list[Box], positions: list[float]) -> tuple[Line, ...]:
    lines: list[Line] = []
    begin = 0
    for index, (left, right) in enumerate(pairwise(row), start=1):
        if _parts(left, right, walls, positions):
            lines.append(_make_line(row[begin:index]))
            begin = index
    lines.append(_make_line(row[begin:]))
    return tuple(lines)


def _make_line(words: tuple[Word, ...]) -> Line:
    return Line(words, words[0].box if len(words) == 1 else enclose([word.box for word in words]))


def _sweep(words: list[Word], rows: list[_Row]) -> list[_Row]:
    """Put each word into the row that it fits best, from the top down; rows that are there already may take words."""
    given = sorted(rows, key=lambda row: row.top)
    if not words:
        return given
    tops = [row.top for row in given]
    rows = list(given)
    for word in sorted(words, key=lambda word: word.box.y0 + word.box.y1):
        box = word.box
        last = rows[-1] if len(rows) > len(given) else None
        if last is not None and box.y0 == last.top and box.y1 == last.bottom:  # most: type of one size on one baseline
            last.words.append(word)
            continue
        if last is not None and last.measure_fit(box) > _SURE_OVERLAP:
            last.add(word)
            continue
        candidates = rows[max(len(given), len(rows) - _OPEN_ROWS) :]
        if given:
            near = bisect_right(tops, box.y1)
            candidates = given[max(0, near - 2 * _OPEN_ROWS) : near] + candidates
        best = _choose_row(candidates, box)
        if best is None:
            rows.append(_Row(word))
        else:
            best.add(word)
    return rows


def _choose_row(candidates: Sequence[_Row], box: Box) -> _Row | None:
    if not candidates:
        return None
    best = candidates[-1]
    best_fit = best.measure_fit(box)
    if best_fit > _SURE_OVERLAP:
        return best
    for row in candidates[-2::-1]:
        fit = row.measure_fit(box)
        if fit > best_fit:
            best, best_fit = row, fit
    if best_fit < _MIN_OVERLAP or best.collides(box):
        return None
    return best


def _parts(left: Word, right: Word, walls: list[Box], positions: list[float]) -> bool:
    before, after = left.box, right.box
    gap = after.x0 - before.x1
    if gap > _COLUMN_GAP_EM * _measure_em(left) and gap > _COLUMN_GAP_EM * _measure_em(right):
        return True
    if not walls:
        return False
    first = bisect_right(positions, (before.center_x + before.x1) / 2)
    beyond = (after.center_x + after.x0) / 2
    if first == len(positions) or positions[first] > beyond:
        return False
    middle = (before.center_y + after.center_y) / 2
    return any(wall.y0 <= middle <= wall.y1 for wall in walls[first : bisect_right(positions, beyond)])


def _measure_em(word: Word) -> float:
    return word.font_size or word.box.height * _EM_OF_HEIGHT
