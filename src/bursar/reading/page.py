"""What a reading is made of. All geometry is in the frame of `Box`: top-left origin, page upright."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.facts.lazy import lazy


class Format(StrEnum):
    """What the bytes are, decided by the bytes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    WEBP = "webp"
    HEIC = "heic"
    XML = "xml"


class Word(Struct, frozen=True, gc=False):
    """A run of characters without a blank. `font_size` in points (pixels for images), None from OCR without a guess."""

    text: str
    box: Box
    confidence: float = 1.0  # 0 to 1; 1 for a text layer
    font_size: float | None = None
    bold: bool = False
    source: Source = Source.TEXT


class Line(Struct, frozen=True, dict=True):
    """Words that stand side by side on one baseline without a gap wide enough to be a column's, left to right."""

    words: tuple[Word, ...]
    box: Box

    @lazy
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join([word.text for word in self.words])


class Rule(Struct, frozen=True, gc=False):
    """A ruling line: horizontal when wider than high. Thin filled rectangles count as rules too."""

    box: Box

    @property
    def horizontal(self) -> bool:
        """Whether it runs left to right."""
        box = self.box
        return box.x1 - box.x0 >= box.y1 - box.y0


class Page(Struct, frozen=True):
    """One page, put upright.

    `number` is 1-based and counts in the file, also where only some pages were read. `width` and `height` are in the
    frame of the boxes. `rotation` is the clockwise turn in degrees (0, 90, 180, 270) that was found in the content and
    undone, `skew` the small angle undone likewise. `lines` stand in reading order. `error` is a stable code when the
    page could not be read; its words are empty then. `printed` are its words at their places on the paper where the page
    was put in the order of reading (`reading_order`).
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    source: Source = Source.TEXT
    error: str | None = None
    printed: tuple[Word, ...] = ()


class EmbeddedFile(Struct, frozen=True):
    """A file that travels inside a PDF; `content` is None when it is larger than the limit."""

    name: str
    size_bytes: int
    media_type: str | None
    content: bytes | None


class Reading(Struct, frozen=True):
    """What was read of one document.

    `page_count` counts the file's pages, `pages` holds those that were asked for.
    `producer` and the like of a PDF's document information stand in `properties`.
    """

    format: Format
    page_count: int
    pages: tuple[Page, ...]
    attachments: tuple[EmbeddedFile, ...] = ()
    properties: dict[str, str] = {}
