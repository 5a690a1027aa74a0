"""What a reading is made of. All geometry is in the frame of `Box`: top-left origin, page upright."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum

from bursar.facts.box import Box
from bursar.facts.evidence import Source


class Format(StrEnum):
    """What the bytes are, decided by the bytes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    WEBP = "webp"
    HEIC = "heic"
    XML = "xml"


@dataclass(frozen=True, slots=True, init=False)
class Word:
    """A run of characters without a blank. `font_size` in points (pixels for images), None from OCR without a guess."""

    text: str
    box: Box
    confidence: float  # 0 to 1; 1 for a text layer
    font_size: float | None
    bold: bool
    source: Source

    def __init__(
        self,
        text: str,
        box: Box,
        confidence: float = 1.0,
        font_size: float | None = None,
        bold: bool = False,
        source: Source = Source.TEXT,
    ) -> None:
        # As for `Box`: through the slots, because pages have hundreds of them.
        _set_text(self, text)
        _set_box(self, box)
        _set_confidence(self, confidence)
        _set_font_size(self, font_size)
        _set_bold(self, bold)
        _set_source(self, source)


_set_text, _set_box, _set_confidence, _set_font_size, _set_bold, _set_source = (
    vars(Word)[each.name].__set__ for each in fields(Word)
)


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side on one baseline without a gap wide enough to be a column's, left to right."""

    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line: horizontal when wider than high. Thin filled rectangles count as rules too."""

    box: Box

    @property
    def horizontal(self) -> bool:
        """Whether it runs left to right."""
        box = self.box
        return box.x1 - box.x0 >= box.y1 - box.y0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, with its words in reading order; `row` and `column` from 0."""

    row: int
    column: int
    box: Box
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Table:
    """A grid found from ruling lines (`ruled`) or from aligned columns of words."""

    box: Box
    ruled: bool
    columns: tuple[tuple[float, float], ...]  # x0, x1 of each column, left to right
    cells: tuple[Cell, ...]  # row by row, left to right; empty cells are left out

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return 1 + max((cell.row for cell in self.cells), default=-1)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, put upright.

    `number` is 1-based and counts in the file, also where only some pages were read. `width` and `height` are in the
    frame of the boxes. `rotation` is the clockwise turn in degrees (0, 90, 180, 270) that was found in the content and
    undone, `skew` the small angle undone likewise. `lines` stand in reading order. `error` is a stable code when the
    page could not be read; its words are empty then.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    source: Source = Source.TEXT
    error: str | None = None


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file that travels inside a PDF; `content` is None when it is larger than the limit."""

    name: str
    size_bytes: int
    media_type: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one document.

    `page_count` counts the file's pages, `pages` holds those that were asked for.
    `producer` and the like of a PDF's document information stand in `properties`.
    """

    format: Format
    page_count: int
    pages: tuple[Page, ...]
    attachments: tuple[EmbeddedFile, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
