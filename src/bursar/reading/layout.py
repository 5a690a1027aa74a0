"""The last step of every page: its words and ruling lines to lines and tables."""

from __future__ import annotations

from msgspec.structs import replace

from bursar.reading.lines import line_rows_of
from bursar.reading.page import Page
from bursar.reading.tables import find_tables


def lay_out(page: Page) -> Page:
    """Return the page with its lines in reading order and its tables."""
    rows = line_rows_of(page.words, page.rules)
    return replace(page, lines=tuple(line for row in rows for line in row), tables=find_tables(rows, page.rules))
