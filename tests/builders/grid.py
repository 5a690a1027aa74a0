"""Tables on a sheet: columns, a header row, rows of wrapped cells, and four ways to rule them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from builders.sheet import Align, Sheet

Ruling = Literal["cells", "rows", "header", "none"]


@dataclass(frozen=True)
class Column:
    """A column from `x0` to `x1`; `key` names what stands in it."""

    key: str
    title: str
    x0: float
    x1: float
    align: Align = "left"


@dataclass(frozen=True)
class GridLook:
    """How a table looks; `fill` colours the header, empty for none."""

    ruling: Ruling = "header"
    fill: str = ""
    header_ink: str = "#000000"
    header_bold: bool = True
    zebra: str = ""
    padding: float = 3.0
    leading: float = 1.25
    rule_color: str = "#444444"


def lay_out(columns: Sequence[tuple[str, str, float, Align]], left: float, right: float) -> tuple[Column, ...]:
    """Columns from (key, title, weight, align), their widths in proportion to the weights."""
    total = sum(weight for _, _, weight, _ in columns)
    edges, x = [], left
    for _, _, weight, _ in columns:
        edges.append((x, x + (right - left) * weight / total))
        x = edges[-1][1]
    return tuple(
        Column(key, title, x0, x1, align) for (key, title, _, align), (x0, x1) in zip(columns, edges, strict=True)
    )


def random_grid_look(rng: random.Random, accent: str) -> GridLook:
    fill = rng.choice(["", "", "#e6e6e6", "#f2f2f2", accent])
    return GridLook(
        ruling=rng.choice(["cells", "rows", "header", "header", "none"]),
        fill=fill,
        header_ink="#ffffff" if fill == accent and fill else "#000000",
        header_bold=rng.random() < 0.75,
        zebra=rng.choice(["", "", "", "#f5f7fa"]),
        padding=rng.choice([2.0, 3.0, 4.0, 5.0]),
        leading=rng.choice([1.15, 1.25, 1.35]),
        rule_color=rng.choice(["#000000", "#444444", "#bbbbbb", accent]),
    )


@dataclass(frozen=True)
class Grid:
    """Draws rows of one table on a sheet; each method takes and returns the top edge of the next row."""

    sheet: Sheet
    columns: tuple[Column, ...]
    look: GridLook
    size: float

    def header(self, top: float) -> float:
        titles = {column.key: self._wrap(column, column.title, bold=self.look.header_bold) for column in self.columns}
        bottom = top + self._height(titles)
        if self.look.fill:
            self.sheet.fill(self.left, top, self.right, bottom, self.look.fill)
        self._cells(top, titles, bold=self.look.header_bold, ink=self.look.header_ink)
        if self.look.ruling in {"rows", "header"}:
            self._line(top)
            self._line(bottom)
        if self.look.ruling == "cells":
            self._boxes(top, bottom)
        return bottom

    def row(
        self, top: float, cells: Mapping[str, str | Sequence[str]], *, bold: bool = False, number: int = 0
    ) -> float:
        wrapped = {column.key: self._lines_of(column, cells.get(column.key, ""), bold=bold) for column in self.columns}
        bottom = top + self._height(wrapped)
        if self.look.zebra and number % 2:
            self.sheet.fill(self.left, top, self.right, bottom, self.look.zebra)
        self._cells(top, wrapped, bold=bold, ink=self.sheet.ink)
        if self.look.ruling == "rows":
            self._line(bottom)
        if self.look.ruling == "cells":
            self._boxes(top, bottom)
        return bottom

    def height_of(self, cells: Mapping[str, str | Sequence[str]]) -> float:
        return self._height({column.key: self._lines_of(column, cells.get(column.key, "")) for column in self.columns})

    @property
    def left(self) -> float:
        return self.columns[0].x0

    @property
    def right(self) -> float:
        return self.columns[-1].x1

    def _lines_of(self, column: Column, cell: str | Sequence[str], *, bold: bool = False) -> list[str]:
        if isinstance(cell, str):
            return self._wrap(column, cell, bold=bold)
        return [line for part in cell for line in self._wrap(column, part, bold=bold)]

    def _wrap(self, column: Column, text: str, *, bold: bool = False) -> list[str]:
        width = column.x1 - column.x0 - 2 * self.look.padding
        if column.align == "right" and self.sheet.text_width(text, self.size, bold=bold) <= width + self.look.padding:
            return [text]
        return self.sheet.fit(text, width, self.size, bold=bold)

    def _height(self, cells: Mapping[str, Sequence[str]]) -> float:
        lines = max(len(cell) for cell in cells.values())
        return lines * self.size * self.look.leading + self.look.padding * 1.6

    def _cells(self, top: float, cells: Mapping[str, Sequence[str]], *, bold: bool, ink: str) -> None:
        for column in self.columns:
            x = {
                "left": column.x0 + self.look.padding,
                "right": column.x1 - self.look.padding,
                "center": (column.x0 + column.x1) / 2,
            }[column.align]
            room = column.x1 - column.x0 - 2
            for number, line in enumerate(cells[column.key]):
                if line:
                    y = top + self.look.padding * 0.8 + self.size * (0.85 + number * self.look.leading)
                    wide = self.sheet.text_width(line, self.size, bold=bold)
                    size = self.size * min(1.0, room / wide)
                    self.sheet.text(x, y, line, size=size, bold=bold, align=column.align, color=ink)

    def _line(self, y: float) -> None:
        self.sheet.rule(self.left, y, self.right, y, color=self.look.rule_color)

    def _boxes(self, top: float, bottom: float) -> None:
        self.sheet.frame(self.left, top, self.right, bottom, color=self.look.rule_color)
        for column in self.columns[1:]:
            self.sheet.rule(column.x0, top, column.x0, bottom, color=self.look.rule_color)
