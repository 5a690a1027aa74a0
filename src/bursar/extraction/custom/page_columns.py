"""Columns of tables on the pages, found by their heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bursar.extraction.custom.names import Words, are_same, words_of
from bursar.facts.box import Box
from bursar.reading.page import Page, Word
from bursar.reading.tables import Cell, Table, find_tables
from bursar.schemas.definition import Field


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its head, on one page."""

    page: Page
    table: Table
    head: Cell
    cells: tuple[Cell, ...]


class PageTables:
    """The tables of some pages; those of a page are looked for when they are first asked about: most fields need none."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._tables: dict[int, tuple[Table, ...]] = {}  # by the number of the page

    def find_columns(self, wanted: Sequence[Words], page: int | None = None) -> list[Column]:
        """Return the columns whose head names what is wanted, in the order of the pages; of one page where it is given."""
        return [
            Column(each, table, head, _below(table, head))
            for each in self._pages
            if page in (None, each.number)
            for table in self._tables_of(each)
            for head in table.cells
            if head.row <= 1 and any(are_same(words, words_of(head.text), typed=False) for words in wanted)
        ]

    def find_table(self, fields: Sequence[Field]) -> dict[str, Column]:
        """Return the columns of the one table whose heads name most of the fields, by their names; at least two, and half."""
        best: dict[str, Column] = {}
        columns = {field.name: self.find_columns([words_of(field.name)]) for field in fields}
        for page in self._pages:
            for table in self._tables_of(page):
                here = {name: column for name, found in columns.items() for column in found if column.table is table}
                if len(here) > max(1, len(best)) and 2 * len(here) >= len(fields):
                    best = here
        return best

    def _tables_of(self, page: Page) -> tuple[Table, ...]:
        if page.number not in self._tables:
            self._tables[page.number] = find_tables(page)
        return self._tables[page.number]


def find_words_beside(page: Page, row: Box, head: Cell, page_heads: Sequence[Cell]) -> list[Word]:
    """Return the words in the row's band that stand under the head, and not under one beside it."""
    left = max((other.box.x1 for other in page_heads if other.box.x1 <= head.box.x0), default=0.0)
    right = min((other.box.x0 for other in page_heads if other.box.x0 >= head.box.x1), default=page.width)
    return [
        word
        for word in page.words
        if row.y0 - 1 <= word.box.center_y <= row.y1 + 1
        and left < word.box.center_x < right
        and (word.box.overlap_x(head.box) > 0 or abs(word.box.x0 - head.box.x0) < head.box.height)
    ]


def _below(table: Table, head: Cell) -> tuple[Cell, ...]:
    return tuple(cell for cell in table.cells if cell.column == head.column and cell.row > head.row)
