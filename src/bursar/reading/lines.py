"""Words to rows and lines in reading order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from statistics import median

from bursar.facts.box import Box, enclose
from bursar.reading.page import Line, Rule, Word

_COLUMN_GAP_EM = 1.0  # blanks of justified text stay below; two blanks of a typewriter face do not
_EM_OF_HEIGHT = 0.8  # of a word's box, where the size of its font is not known
_OPEN_ROWS = 4  # so many rows above may still take a word: steps between columns that do not share baselines
_SURE_OVERLAP = 0.8
_MIN_OVERLAP = 0.5  # of the lower of word and row


class _Row:
    """Words at one height, and the band that they take on average."""

    __slots__ = ("bottom", "top", "words")

    def __init__(self, word: Word) -> None:
        self.words = [word]
        self.top = word.box.y0
        self.bottom = word.box.y1

    def measure_fit(self, box: Box) -> float:
        """Return the share of the lower of both that both have in common."""
        top, bottom, y0, y1 = self.top, self.bottom, box.y0, box.y1
        shared = (min(y1, bottom)) - (max(y0, top))
        height = min(y1 - y0, bottom - top)
        return shared / (height or 1.0)

    def collides(self, box: Box) -> bool:
        """Whether a word of the row already stands where this one would."""
        x0, x1 = box.x0, box.x1
        for word in self.words:
            other = word.box
            shared = (min(x1, other.x1)) - (max(x0, other.x0))
            if shared > 0 and shared > 0.5 * min(other.x1 - other.x0, x1 - x0):
                return True
        return False

    def add(self, word: Word) -> None:
        share = 1 / (len(self.words) + 1)
        self.top += (word.box.y0 - self.top) * share
        self.bottom += (word.box.y1 - self.bottom) * share
        self.words.append(word)


def rows_of(words: Iterable[Word]) -> tuple[tuple[Word, ...], ...]:
    """Return visual rows: everything at one height over the whole width of the page, top to bottom, left to right.

    Words that run up or down the page form rows of their own.
    """
    level: list[Word] = []
    standing: list[Word] = []
    for word in words:
        (standing if _stands_upright(word) else level).append(word)
    usual = median(word.box.height for word in level) if level else 0.0
    rows = _sweep([word for word in level if word.box.height <= 2 * usual], [])
    rows = _sweep([word for word in level if word.box.height > 2 * usual], rows)
    rows.extend(_Row(word) for word in standing)
    rows.sort(key=lambda row: (row.top + row.bottom) / 2)
    return tuple(tuple(sorted(row.words, key=lambda word: word.box.x0)) for row in rows)


def lines_of(words: Iterable[Word], rules: Sequence[Rule] = ()) -> tuple[Line, ...]:
    """Return lines, top to bottom and those at one height left to right: the rows of `line_rows_of` one after another."""
    return tuple(line for row in line_rows_of(words, rules) for line in row)


def line_rows_of(words: Iterable[Word], rules: Sequence[Rule] = ()) -> tuple[tuple[Line, ...], ...]:
    """Return the visual rows as lines.

    A row is cut where a gap is wider than a blank can be, and where a vertical ruling line stands between two words.
    """
    walls = sorted((rule.box for rule in rules if not rule.horizontal), key=lambda box: box.center_x)
    positions = [wall.center_x for wall in walls]
    rows: list[tuple[Line, ...]] = []
    for row in rows_of(words):
        lines: list[Line] = []
        begin = 0
        for index in range(1, len(row) + 1):
            if index == len(row) or _parts(row[index - 1], row[index], walls, positions):
                part = row[begin:index]
                lines.append(Line(part, enclose(word.box for word in part)))
                begin = index
        rows.append(tuple(lines))
    return tuple(rows)


def _sweep(words: list[Word], rows: list[_Row]) -> list[_Row]:
    """Put each word into the row that it fits best, from the top down; rows that are there already may take words."""
    given = sorted(rows, key=lambda row: row.top)
    tops = [row.top for row in given]
    rows = list(given)
    for word in sorted(words, key=lambda word: word.box.center_y):
        box = word.box
        if given:
            near = bisect_right(tops, box.y1)
            candidates = given[max(0, near - 2 * _OPEN_ROWS) : near] + rows[len(given) :][-_OPEN_ROWS:]
        else:
            candidates = rows[-_OPEN_ROWS:]
        best = _choose_row(candidates, box)
        if best is None:
            rows.append(_Row(word))
        else:
            best.add(word)
    return rows


def _choose_row(candidates: Sequence[_Row], box: Box) -> _Row | None:
    best, best_fit = None, 0.0
    if candidates and candidates[-1].measure_fit(box) > _SURE_OVERLAP:
        return candidates[-1]
    for row in reversed(candidates):
        fit = row.measure_fit(box)
        if fit > best_fit:
            best, best_fit = row, fit
    if best is None or best_fit < _MIN_OVERLAP or best.collides(box):
        return None
    return best


def _stands_upright(word: Word) -> bool:
    return len(word.text) > 2 and word.box.height > 2 * word.box.width


def _parts(left: Word, right: Word, walls: list[Box], positions: list[float]) -> bool:
    gap = right.box.x0 - left.box.x1
    if gap > _COLUMN_GAP_EM * max(_measure_em(left), _measure_em(right)):
        return True
    if not walls:
        return False
    middle = (left.box.center_y + right.box.center_y) / 2
    first = bisect_right(positions, (left.box.center_x + left.box.x1) / 2)
    last = bisect_right(positions, (right.box.center_x + right.box.x0) / 2)
    return any(wall.y0 <= middle <= wall.y1 for wall in walls[first:last])


def _measure_em(word: Word) -> float:
    return word.font_size or word.box.height * _EM_OF_HEIGHT
