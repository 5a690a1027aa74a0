"""Pages with a column at the side: the sender's particulars beside the invoice proper, each with lines of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bursar.reading.page import Line

_FEWEST_LINES = 6
_NARROWEST, _WIDEST = 0.12, 0.45  # of the page, for the column at the side
_GUTTER = 1.0  # in heights of type
_LEVEL = 0.12  # lines stand level when their middles differ by less, in heights of type
_CUT_LEVEL = 0.35  # the same for the cells of a table, of which some are recognised higher than others
_FEWEST_CUT = 2  # rows of numbers that tell a table which a gutter runs through
_FEWEST_CELLS = 3  # numbers in one row that tell it as well
_NUMBER = re.compile(r"[-−+(]?\s?(?:[^\W\d_]{1,3}\.?|[^\w\s])?\s?\d")  # with a sign or currency before it
_UNIT = re.compile(r"[^\W\d_]{1,4}\.?")
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}")
_DECIMALS = re.compile(r"\d[.,]\d{2}(?!\d)")
_TEAR_LINE = re.compile(r"[✂\s]*(?:[-–—]\s+){8}|✂")
_TEAR_WIDTH = 0.3  # of the page, at least
_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST_LEVEL = 0.27  # of the side's lines beside the other part; cells of a table stand level with their row


def split_at_side_column(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """Return the lines left and right of a gutter that runs down the whole page; all together where there is none.

    The two parts of a form or table share their lines. A column at the side goes its own way: most of its lines stand
    level with none beside them, and no rows of numbers are cut off from what they are of. It ends at a line to tear a
    payment slip off at.
    """
    if (cut := next((place for place in range(len(lines)) if _is_torn_at(lines, place, width)), None)) is not None:
        return [*split_at_side_column(lines[:cut], width), list(lines[cut:])]
    together = [list(lines)]
    if len(lines) < 2 * _FEWEST_LINES or width <= 0:
        return together
    for left, right in _gutters(lines):
        parts = [[line for line in lines if line.box.x1 <= left], [line for line in lines if line.box.x0 >= right]]
        side, main = sorted(parts, key=_extent)
        if len(side) < _FEWEST_LINES or not _NARROWEST <= _extent(side) / width <= _WIDEST:
            continue
        if right - left < _GUTTER * _type_height(side) or _share_level(side, main) > _MOST_LEVEL:
            continue
        if not any(_cuts_table(part, other) for part, other in (parts, parts[::-1])):
            return parts
    return together


def _is_torn_at(lines: Sequence[Line], place: int, width: float) -> bool:
    """Whether a line of dashes, wide and alone on its row, says that what is below it is torn off."""
    line = lines[place]
    if line.box.width < _TEAR_WIDTH * width or not _TEAR_LINE.match(line.text):
        return False
    return not any(_is_level(line, other) for other in lines if other is not line)


def _gutters(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the strips that no line crosses, the widest first."""
    found, reach = [], float("-inf")
    for line in sorted(lines, key=lambda line: line.box.x0):
        if reach > float("-inf") and line.box.x0 > reach:
            found.append((reach, line.box.x0))
        reach = max(reach, line.box.x1)
    return sorted(found, key=lambda strip: strip[0] - strip[1])


def _extent(lines: Sequence[Line]) -> float:
    return max(line.box.x1 for line in lines) - min(line.box.x0 for line in lines)


def _type_height(lines: Sequence[Line]) -> float:
    return sorted(line.box.height for line in lines)[len(lines) // 2] or 1.0


def _cuts_table(part: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether rows of one part are nothing but numbers, amounts among them, and stand level with words of the other.

    A single row counts where it has many numbers, or where the row above it heads columns in both parts.
    """
    rows = _rows(part)
    cut = [index for index, row in enumerate(rows) if _is_of_numbers(row) and _has_words_beside(row, other)]
    if len(cut) >= _FEWEST_CUT or any(len(rows[index]) >= _FEWEST_CELLS for index in cut):
        return True
    heads = [rows[index - 1] for index in cut if index]
    return any(not any(_DIGIT.search(line.text) for line in row) and _has_heads_beside(row, other) for row in heads)


def _is_of_numbers(row: Sequence[Line]) -> bool:
    return all(_NUMBER.match(line.text) or _UNIT.fullmatch(line.text) for line in row) and any(
        _DECIMALS.search(_DATE.sub("", line.text)) for line in row
    )


def _has_words_beside(row: Sequence[Line], other: Sequence[Line]) -> bool:
    return any(_is_level(row[0], beside, _CUT_LEVEL) and _WORD.search(beside.text) for beside in other)


def _has_heads_beside(row: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether what stands level with a row in the other part has words and no numbers, as the heads of columns do."""
    beside = [line.text for line in other if _is_level(row[0], line, _CUT_LEVEL)]
    return any(map(_WORD.search, beside)) and not any(map(_DIGIT.search, beside))


def _rows(part: Sequence[Line]) -> list[list[Line]]:
    """Return the lines that stand side by side, together."""
    rows: list[list[Line]] = []
    for line in sorted(part, key=lambda line: line.box.center_y):
        if rows and _is_level(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _is_level(one: Line, other: Line, share: float = _LEVEL) -> bool:
    return abs(one.box.center_y - other.box.center_y) < share * one.box.height


def _share_level(side: Sequence[Line], main: Sequence[Line]) -> float:
    """Return the share of those lines of the side that have the other part beside them, and stand level with a line of it."""
    top, bottom = min(line.box.y0 for line in main), max(line.box.y1 for line in main)
    beside = [line for line in side if top <= line.box.center_y <= bottom]
    level = [line for line in beside if any(_is_level(line, other) for other in main)]
    return len(level) / len(beside) if beside else 1.0
