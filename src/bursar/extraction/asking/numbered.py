"""The document as a model sees it: its lines with numbers, columns apart, no more characters than may be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bursar.reading.page import Line, Page, Reading, Word

_MAX_ROW_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at one height of a page, left to right; `number` counts through the document from 1."""

    number: int
    page: Page
    words: tuple[Word, ...]
    text: str


def number_rows(reading: Reading, max_chars: int) -> tuple[list[Row], bool]:
    """Return the rows to be sent, in order, and whether some had to stay behind.

    What is wanted of a long document stands on its first pages or its last: they go first.
    """
    rows: list[Row] = []
    for page in reading.pages:
        for columns in _rows_of(page):
            text = " | ".join(line.text for line in columns)[:_MAX_ROW_CHARS]
            rows.append(Row(len(rows) + 1, page, tuple(word for line in columns for word in line.words), text))
    kept: list[Row] = []
    left = max_chars
    for page in _by_weight(reading.pages):
        for row in (row for row in rows if row.page is page):
            left -= len(str(row.number)) + len(row.text) + 3
            if left < 0:
                return sorted(kept, key=lambda row: row.number), True
            kept.append(row)
    return rows, False


def write_rows(rows: Sequence[Row]) -> str:
    """Return the rows as text: `12: Berth | North 4`, with a heading for each page."""
    lines: list[str] = []
    page = None
    for row in rows:
        if row.page is not page:
            page = row.page
            lines.append(f"[page {page.number}]")
        lines.append(f"{row.number}: {row.text}")
    return "\n".join(lines)


def _by_weight(pages: Sequence[Page]) -> list[Page]:
    """Return the pages as first, last, second, last but one, and so on."""
    front, back = list(pages[: (len(pages) + 1) // 2]), list(reversed(pages[(len(pages) + 1) // 2 :]))
    return [page for pair in zip(front, [*back, None], strict=False) for page in pair if page is not None]


def _rows_of(page: Page) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(page.lines, key=lambda line: line.box.center_y):
        last = rows[-1][0] if rows else None
        if last and line.box.overlap_y(last.box) > 0.5 * min(line.box.height, last.box.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in rows]
