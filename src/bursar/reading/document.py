"""The room's door: bytes to an open document, and its pages one by one."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from msgspec.structs import replace
from PIL import Image

from bursar.errors import CorruptDocument, FileTooLarge, InvalidPages
from bursar.reading.image import open_image
from bursar.reading.limits import Limits
from bursar.reading.page import EmbeddedFile, Format, Page, Reading
from bursar.reading.pdf import open_pdf
from bursar.reading.sniff import sniff_format

Progress = Callable[[int, int], None]
OCR_MODES = ("auto", "force", "never")
_LOGGER = logging.getLogger(__name__)
_RANGE = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9})?)?|-\s*([0-9]{1,9})")
_XML_NAME = "document.xml"


class PageSource(Protocol):
    """What each format knows how to do."""

    page_count: int

    def read_page(self, number: int, ocr: str) -> Page: ...  # noqa: D102
    def read_pictures(self, read: Page) -> Page: ...  # noqa: D102
    def draw_page(self, number: int, width_px: int, quarters: int) -> Image.Image: ...  # noqa: D102
    def read_properties(self) -> dict[str, str]: ...  # noqa: D102
    def read_attachments(self, limits: Limits) -> tuple[EmbeddedFile, ...]: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Document:
    """An open document, to be used in a `with` statement.

    `properties` and `attachments` are read when it is opened, pages when they are asked for, so that memory is
    bounded by one page.
    """

    def __init__(self, found: Format, source: PageSource, limits: Limits) -> None:
        self._source = source
        self.format = found
        self.page_count = source.page_count
        self.properties = source.read_properties()
        self.attachments = source.read_attachments(limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory of the libraries underneath."""
        self._source.close()

    def read_page(self, number: int, *, ocr: str = "auto") -> Page:
        """Return the page with this number, counted from 1.

        `ocr` is `auto` (recognise where the page has no usable text), `force` or `never`. A page that cannot be
        read comes back empty with its `error` set (`CORRUPT_PAGE`, `TOO_MANY_PIXELS`, `PAGE_FAILED`); only a number that the document lacks raises (`InvalidPages`).
        """
        self._check_number(number)
        if ocr not in OCR_MODES:
            raise ValueError(f"ocr must be one of {', '.join(OCR_MODES)}, not {ocr!r}")
        try:
            return self._source.read_page(number, ocr)
        except MemoryError:
            raise  # no fault of the page
        except Exception:
            # Whatever one page does to the libraries underneath, the others may still be read.
            _LOGGER.warning("page %d could not be read", number, exc_info=True)
            return Page(number, 0.0, 0.0, error="PAGE_FAILED")

    def read_pictures(self, read: Page) -> Page:
        """Return a page that was read from its text with the words that are recognised on its pictures as well.

        A page whose pictures cannot be drawn stays as it is.
        """
        try:
            return self._source.read_pictures(read)
        except MemoryError:
            raise  # no fault of the page
        except Exception:
            # Whatever its pictures do to the libraries underneath, the page's text has been read.
            _LOGGER.warning("the pictures of page %d could not be read", read.number, exc_info=True)
            return read

    def draw_page(self, number: int, width_px: int, *, quarters: int = 0) -> Image.Image:
        """Return the page as a picture so many pixels wide, turned clockwise by so many quarters (`Page.rotation` / 90).

        A page that is extremely long comes narrower, one of an image never wider than its pixels. Raises
        `InvalidPages`, `CorruptDocument` or `TooManyPixels`.
        """
        self._check_number(number)
        return self._source.draw_page(number, width_px, quarters)

    def _check_number(self, number: int) -> None:
        if not 1 <= number <= self.page_count:
            raise InvalidPages(f"the document has no page {number}", {"page_count": self.page_count})


def open_document(content: bytes, *, password: str | None = None, limits: Limits | None = None) -> Document:
    """Return the document that the bytes hold, opened; close it or use it in a `with` statement.

    Raises the `DocumentError` that fits: `EmptyDocument`, `UnsupportedFormat`, `FileTooLarge`, `CorruptDocument`,
    `NoPages`, `TooManyPages`, `TooManyPixels`, `PasswordRequired`, `PasswordWrong`.
    """
    limits = limits or Limits()
    found = sniff_format(content)
    if len(content) > limits.max_bytes:
        raise FileTooLarge(
            f"the file has {len(content)} bytes, {limits.max_bytes} are allowed", {"size_bytes": len(content)}
        )
    source: PageSource
    if found is Format.PDF:
        source = open_pdf(content, password, limits)
    elif found is Format.XML:
        source = _XmlSource(content)
    else:
        source = open_image(content, found, limits)
    return Document(found, source, limits)


def read_document(
    content: bytes,
    *,
    password: str | None = None,
    pages: str | None = None,
    ocr: str = "auto",
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Return the whole reading of the pages selected; `progress` is called after each with pages done and to do."""
    with open_document(content, password=password, limits=limits) as document:
        numbers = parse_pages(pages, document.page_count)
        read: list[Page] = []
        for number in numbers:
            read.append(document.read_page(number, ocr=ocr))
            if progress is not None:
                progress(len(read), len(numbers))
        return Reading(document.format, document.page_count, tuple(read), document.attachments, document.properties)


def add_pictures(
    content: bytes, reading: Reading, *, password: str | None = None, limits: Limits | None = None
) -> Reading | None:
    """Return the reading with the words that stand on pictures of its first page; None where there are none to be had.

    Takes about as long as recognising a scan of that size (half a second more the first time in a process), and next to
    nothing where the page has no picture, or is one.
    """
    if reading.format is not Format.PDF or not reading.pages:
        return None
    with open_document(content, password=password, limits=limits) as document:
        first = document.read_pictures(reading.pages[0])
    if len(first.words) == len(reading.pages[0].words):
        return None
    return replace(reading, pages=(first, *reading.pages[1:]))


def parse_pages(selection: str | None, page_count: int) -> tuple[int, ...]:
    """Return the page numbers that a selection such as `1-3,7` means, in the document's order; all for None.

    `5-` means to the end and `-3` from the beginning. Raises `InvalidPages` for any other form and for pages that
    the document lacks.

    >>> parse_pages("1-3,7", 9)
    (1, 2, 3, 7)
    """
    if selection is None:
        return tuple(range(1, page_count + 1))
    chosen: set[int] = set()
    for part in selection.split(","):
        first, last = _parse_range(part.strip(), selection, page_count)
        if not 1 <= first <= last <= page_count:
            raise InvalidPages(
                f"pages {part.strip()} do not exist: the document has {page_count}",
                {"pages": selection, "page_count": page_count},
            )
        chosen.update(range(first, last + 1))
    return tuple(sorted(chosen))


def _parse_range(part: str, selection: str, page_count: int) -> tuple[int, int]:
    match = _RANGE.fullmatch(part)
    if match is None:
        raise InvalidPages(f"{selection!r} is not of the form 1-3,7", {"pages": selection})
    if match[3]:
        return 1, int(match[3])
    if match[2]:
        return int(match[1]), int(match[2])
    return int(match[1]), page_count if "-" in part else int(match[1])


class _XmlSource:
    """An e-invoice without pages: the file is its own attachment."""

    page_count = 0

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read_page(self, number: int, ocr: str) -> Page:
        raise CorruptDocument("an XML file has no pages", {"page": number, "ocr": ocr})

    def read_pictures(self, read: Page) -> Page:
        return read

    def draw_page(self, number: int, width_px: int, quarters: int) -> Image.Image:
        raise CorruptDocument("an XML file has no pages", {"page": number, "width": width_px, "quarters": quarters})

    def read_properties(self) -> dict[str, str]:
        return {}

    def read_attachments(self, limits: Limits) -> tuple[EmbeddedFile, ...]:
        content = self._content if len(self._content) <= limits.max_attachment_bytes else None
        return (EmbeddedFile(_XML_NAME, len(self._content), "application/xml", content),)

    def close(self) -> None:
        """Nothing is held open."""
