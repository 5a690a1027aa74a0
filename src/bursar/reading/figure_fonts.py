"""The fonts that figures are set in, letter by letter: what an editor changes in a number often comes in another font."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ctypes import c_void_p

import pypdfium2 as pdfium2

from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.facts.traces import Figures
from bursar.reading import pdfium
from bursar.reading.frame import Frame
from bursar.reading.page import Page
from bursar.reading.pdf import get_frame

_SUBSET = re.compile(r"[A-Z]{6}\+")
_STYLE = re.compile(
    r"(PSMT|PS|MT)?$|(?:Bold|Italic|Oblique|Regular|Medium|Light|Semi|Demi|Book|Black|Narrow)+(PS|MT)*$"
)
_DECIMALS = re.compile(r"\d[.,]\d")


def read_figures(content: bytes, password: str | None, pages: Sequence[Page]) -> tuple[Figures, ...]:
    """Return the runs of figures with a decimal or grouping mark on the pages that were read from their text layer."""
    document = _open(content, password)
    if document is None:
        return ()
    try:
        wanted = [page for page in pages if page.source is Source.TEXT and page.error is None and page.words]
        return tuple(figures for page in wanted for figures in _read_page(document, page))
    finally:
        document.close()


def family_of(font: str) -> str:
    """Return a font's family: its name without the mark of a subset and without its style.

    >>> family_of("ABCDEF+Arial-BoldMT"), family_of("ArialMT"), family_of("TimesNewRomanPS-BoldMT")
    ('Arial', 'Arial', 'TimesNewRoman')
    """
    name = re.split(r"[-,]", _SUBSET.sub("", font))[0]
    return _STYLE.sub("", name, count=1) or name


def _open(content: bytes, password: str | None) -> pdfium2.PdfDocument | None:
    for key in dict.fromkeys((password, None)):
        try:
            return pdfium2.PdfDocument(content, password=key)
        except pdfium2.PdfiumError:
            continue
    return None


def _read_page(document: pdfium2.PdfDocument, read: Page) -> Iterator[Figures]:
    page = document[read.number - 1]
    try:
        text_page = page.get_textpage()
        try:
            frame = get_frame(page).rotate(read.rotation // 90)
            yield from _Walker(pdfium.get_handle(text_page), text_page.count_chars(), frame).walk(read.number)
        finally:
            text_page.close()
    finally:
        page.close()


class _Walker:
    """Goes through the characters of one page; what is asked of pdfium for each font is remembered."""

    def __init__(self, text_page: c_void_p, count: int, frame: Frame) -> None:
        self._page = text_page
        self._count = count
        self._frame = frame
        self._loose = pdfium.Bounds()
        self._families: dict[int, str] = {}

    def walk(self, number: int) -> Iterator[Figures]:
        """Yield the page's figures in the order of its content."""
        text = "".join(self._read_character(index) for index in range(self._count))
        for match in re.finditer(r"\S+", text):
            if not _DECIMALS.search(match.group()):
                continue
            digits = [index for index in range(*match.span()) if text[index].isdigit()]
            families = tuple(dict.fromkeys(filter(None, map(self._find_family, digits))))
            yield Figures(number, self._enclose(digits[0], digits[-1]), match.group(), families)

    def _read_character(self, index: int) -> str:
        code = pdfium.get_unicode(self._page, index)
        return chr(code) if 0x20 < code < 0xD800 else " "

    def _find_family(self, index: int) -> str:
        """Return the family of a character's font, blank where the font has no name."""
        text_object = pdfium.get_text_object(self._page, index) or 0
        font = (pdfium.get_font(text_object) if text_object else 0) or 0
        if font not in self._families:
            self._families[font] = family_of(_read_name(font)) if font else ""
        return self._families[font]

    def _enclose(self, first: int, last: int) -> Box:
        pdfium.get_loose_box(self._page, first, self._loose)
        left, top, right, bottom = self._loose
        pdfium.get_loose_box(self._page, last, self._loose)
        x0, y0, x1, y1 = self._loose
        return self._frame.place(min(left, x0), min(bottom, y1), max(right, x1), max(top, y0))


def _read_name(font: int) -> str:
    buffer = pdfium.Name()
    pdfium.get_font_name(font, buffer, len(buffer))
    return buffer.value.decode("utf-8", errors="replace")
