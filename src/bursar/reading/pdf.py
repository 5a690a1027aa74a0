"""PDF files: opened, repaired once if need be, and read page by page."""

from __future__ import annotations

import ctypes
import io
import logging
import math

import numpy as np
import pikepdf
import pypdfium2 as pdfium2
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import raw

from bursar.errors import CorruptDocument, NoPages, PasswordRequired, PasswordWrong, TooManyPages
from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.reading import pdfium
from bursar.reading.frame import Frame, make_frame
from bursar.reading.layer import SCAN_COVER, Choice, choose_reading, merge_words
from bursar.reading.limits import Limits
from bursar.reading.lines import lay_out
from bursar.reading.ocr import RENDER_SIDE_PX, get_engine, scale_image, turn_words
from bursar.reading.page import EmbeddedFile, Page
from bursar.reading.pdf_shapes import read_shapes
from bursar.reading.pdf_text import TextLayer, TextReader
from bursar.reading.pictures import choose_pictures, read_pictures

# Of a damaged file qpdf has much to say, to whom it may concern; what matters is whether the repair opens.
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)

_NULL_BYTES = 2  # at the end of a text in UTF-16
_MAX_ATTACHMENTS = 100
_MAX_ATTACHED_FACTOR = 4  # all attachments together, in limits of one
_FLATTENED = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP}
_MAX_RENDER_DPI = 400  # a receipt's narrow page is not blown up further
_MAX_DRAWN_PX = 25_000_000  # of a page drawn for people
_MIN_SIDE_PT, _MAX_SIDE_PT = 3.0, 20_000.0


class PdfPages:
    """An open PDF. Not thread-safe, as pdfium is not."""

    def __init__(self, document: pdfium2.PdfDocument, content: bytes) -> None:
        self._document = document
        self._content = content  # pdfium reads from these bytes as long as the document is open
        self.page_count = len(document)

    def close(self) -> None:
        """Free pdfium's memory."""
        self._document.close()

    def read_page(self, number: int, ocr: str) -> Page:
        """Return the page; a page that pdfium cannot load comes with an error."""
        try:
            page = self._document[number - 1]
        except pdfium2.PdfiumError:
            return Page(number, 0.0, 0.0, error="CORRUPT_PAGE")
        try:
            page = self._flatten(page, number)
            return _read_page(page, number, ocr)
        finally:
            page.close()

    def read_pictures(self, read: Page) -> Page:
        """Return the page with the words that stand on its pictures; as it is where none is worth the time."""
        if read.source is not Source.TEXT or read.error or read.rotation:
            return read
        page = self._flatten(self._document[read.number - 1], read.number)
        try:
            frame = get_frame(page)
            pictures = choose_pictures(read_shapes(pdfium.get_handle(page), frame).images, read.words, frame)
            if not pictures:
                return read
            words = read_pictures(pictures, read.words, get_engine(), lambda box, scale: _cut(page, frame, box, scale))
            return lay_out(replace(read, words=words))
        finally:
            page.close()

    def draw_page(self, number: int, width_px: int, quarters: int) -> Image.Image:
        """Return the page as it is shown, turned clockwise by so many quarters more, that wide if it is not too long."""
        try:
            page = self._flatten(self._document[number - 1], number)
        except pdfium2.PdfiumError as error:
            raise CorruptDocument("the page is damaged", {"page": number}) from error
        try:
            return _draw(page, width_px, quarters)
        finally:
            page.close()

    def read_properties(self) -> dict[str, str]:
        """Return what the document information says of title, author, producer …; empty entries left out."""
        handle = pdfium.get_handle(self._document)
        buffer: ctypes.Array[ctypes.c_char] = pdfium.Property()
        found: dict[str, str] = {}
        for key in self._document.METADATA_KEYS:
            size = pdfium.get_meta_text(handle, key.encode(), buffer, len(buffer))
            if size > len(buffer):
                buffer = ctypes.create_string_buffer(size)
                pdfium.get_meta_text(handle, key.encode(), buffer, size)
            if size > _NULL_BYTES:
                text = buffer.raw[: size - _NULL_BYTES].decode("utf-16-le", errors="replace")
                found[key] = text.replace("\x00", "").strip()
        return found

    def read_attachments(self, limits: Limits) -> tuple[EmbeddedFile, ...]:
        """Return the embedded files; large ones, and all beyond four times the limit together, without content."""
        budget = _MAX_ATTACHED_FACTOR * limits.max_attachment_bytes
        found: list[EmbeddedFile] = []
        for index in range(min(self._document.count_attachments(), _MAX_ATTACHMENTS)):
            try:
                file = _read_attachment(self._document.get_attachment(index), min(budget, limits.max_attachment_bytes))
            except pdfium2.PdfiumError:
                continue  # a name without a file
            budget -= len(file.content or b"")
            found.append(file)
        return tuple(found)

    def _flatten(self, page: pdfium2.PdfPage, number: int) -> pdfium2.PdfPage:
        """Print filled form fields and typed notes onto the page: a person sees them, the content stream lacks them."""
        count = raw.FPDFPage_GetAnnotCount(page.raw)
        if not any(_get_annotation_kind(page, index) in _FLATTENED for index in range(min(count, 2_000))):
            return page
        if raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
            return page
        page.close()
        return self._document[number - 1]


def open_pdf(content: bytes, password: str | None, limits: Limits) -> PdfPages:
    """Return the open document.

    A blank password is tried as well as the one given. A file that does not open is repaired once. Raises
    `PasswordRequired`, `PasswordWrong`, `CorruptDocument`, `NoPages` and `TooManyPages`.
    """
    opened = _open(content, password)
    if opened is None:
        content = _repair(content, password)
        opened = _open(content, None)
    if opened is None:
        raise CorruptDocument("the PDF is damaged beyond repair")
    pages = PdfPages(opened, content)
    if pages.page_count > limits.max_pages:
        count = pages.page_count
        pages.close()
        raise TooManyPages(f"the document has {count} pages, {limits.max_pages} are allowed", {"page_count": count})
    if pages.page_count == 0:
        pages.close()
        raise NoPages("the PDF holds no page")
    return pages


def _open(content: bytes, password: str | None) -> pdfium2.PdfDocument | None:
    """Return the open document, None when it is damaged; raises for passwords."""
    error = 0
    for attempt in dict.fromkeys((password or None, None)):
        key = None if attempt is None else attempt.encode() + b"\x00"
        handle = raw.FPDF_LoadMemDocument64(content, len(content), key)
        if handle:
            return pdfium2.PdfDocument(handle)
        error = raw.FPDF_GetLastError()
    if error == raw.FPDF_ERR_PASSWORD:
        if password:
            raise PasswordWrong("the password does not open the document")
        raise PasswordRequired("the document is encrypted and needs a password")
    return None


def _repair(content: bytes, password: str | None) -> bytes:
    repaired = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content), password=password or "") as broken:
            if not len(broken.pages):
                raise CorruptDocument("the PDF is damaged and no page of it could be saved")
            broken.save(repaired)
    except pikepdf.PasswordError as error:
        if password:
            raise PasswordWrong("the password does not open the document") from error
        raise PasswordRequired("the document is encrypted and needs a password") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise CorruptDocument("the PDF is damaged beyond repair") from error
    return repaired.getvalue()


def _read_page(page: pdfium2.PdfPage, number: int, ocr: str) -> Page:
    frame = get_frame(page)
    if not (min(frame.width, frame.height) >= _MIN_SIDE_PT and max(frame.width, frame.height) <= _MAX_SIDE_PT):
        return Page(number, frame.width, frame.height, error="CORRUPT_PAGE")
    layer, turned = _read_text(page, frame)
    shapes = read_shapes(pdfium.get_handle(page), turned)
    choice = choose_reading(layer, shapes, turned)
    if ocr == "force" or (ocr == "auto" and choice in (Choice.OCR, Choice.MIXED)):
        return _recognise(page, number, frame, keep_text=choice is Choice.MIXED and ocr == "auto")
    words = layer.words if ocr == "auto" else (*layer.words, *layer.invisible)
    page_read = Page(number, turned.width, turned.height, words=words, rules=shapes.rules, rotation=90 * layer.quarters)
    return lay_out(page_read)


def _recognise(page: pdfium2.PdfPage, number: int, frame: Frame, *, keep_text: bool) -> Page:
    """Read the page's pixels; `frame` is the page as it stands in the file, before the pixels tell which way is up."""
    found = get_engine().read(_render(page, frame))
    upright = frame.rotate(found.quarters)
    words, rules = scale_image(found, upright.width, upright.height)
    shapes = read_shapes(pdfium.get_handle(page), upright)
    if shapes.measure_image_cover(upright) < SCAN_COVER:
        rules = shapes.rules
    if keep_text:
        layer, _ = _read_text(page, frame, found.quarters)
        words = merge_words(turn_words(layer.words, found.skew, upright.width, upright.height), words)
    page_read = Page(
        number,
        upright.width,
        upright.height,
        words=words,
        rules=rules,
        rotation=90 * found.quarters,
        skew=found.skew,
        source=Source.OCR,
    )
    return lay_out(page_read)


def _read_text(page: pdfium2.PdfPage, frame: Frame, quarters: int | None = None) -> tuple[TextLayer, Frame]:
    """Return the text layer in the frame that puts it upright (or is turned by so many quarters), and that frame."""
    text_page = page.get_textpage()
    try:
        handle, count = pdfium.get_handle(text_page), text_page.count_chars()
        if quarters is None:
            layer = TextReader(handle, count, frame).read()
            quarters = layer.quarters
            if quarters == 0:
                return layer, frame
        turned = frame.rotate(quarters)
        return replace(TextReader(handle, count, turned).read(), quarters=quarters), turned
    finally:
        text_page.close()


def get_frame(page: pdfium2.PdfPage) -> Frame:
    """Return the map from the page's user space to the page as it is shown by its `/Rotate`."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, box)
    return make_frame(box.left, box.bottom, box.right, box.top, raw.FPDFPage_GetRotation(page.raw))


def _render(page: pdfium2.PdfPage, frame: Frame) -> NDArray[np.uint8]:
    """Return the page as RGB, at the size that recognition works on."""
    scale = min(RENDER_SIDE_PX / max(frame.width, frame.height), _MAX_RENDER_DPI / 72)
    bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=True)
    try:
        pixels: NDArray[np.uint8] = bitmap.to_numpy()
        return np.ascontiguousarray(pixels[:, :, :3])
    finally:
        bitmap.close()


def _cut(page: pdfium2.PdfPage, frame: Frame, box: Box, scale: float) -> NDArray[np.uint8]:
    """Return a part of the page as RGB, at so many pixels a point."""
    around = (box.x0, frame.height - box.y1, frame.width - box.x1, box.y0)
    bitmap = page.render(scale=scale, crop=around, rev_byteorder=True, draw_annots=True)
    try:
        return np.array(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()


def _draw(page: pdfium2.PdfPage, width_px: int, quarters: int) -> Image.Image:
    frame = get_frame(page).rotate(quarters)
    if not (min(frame.width, frame.height) >= _MIN_SIDE_PT and max(frame.width, frame.height) <= _MAX_SIDE_PT):
        raise CorruptDocument("the page has no size that could be shown")
    scale = min(width_px / frame.width, math.sqrt(_MAX_DRAWN_PX / (frame.width * frame.height)))
    bitmap = page.render(scale=scale, rotation=90 * (quarters % 4), rev_byteorder=True, draw_annots=True)
    try:
        return Image.fromarray(np.array(bitmap.to_numpy()[:, :, :3]))
    finally:
        bitmap.close()


def _get_annotation_kind(page: pdfium2.PdfPage, index: int) -> int:
    kind: int = raw.FPDF_ANNOT_UNKNOWN
    annotation = raw.FPDFPage_GetAnnot(page.raw, index)
    if annotation:
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
    return kind


def _read_attachment(attachment: pdfium2.PdfAttachment, limit_bytes: int) -> EmbeddedFile:
    size = ctypes.c_ulong()
    raw.FPDFAttachment_GetFile(attachment.raw, None, 0, size)
    try:
        media_type = attachment.get_subtype() or None
    except pdfium2.PdfiumError:
        media_type = None
    content = bytes(attachment.get_data()) if 0 < size.value <= limit_bytes else (b"" if size.value == 0 else None)
    return EmbeddedFile(attachment.get_name(), size.value, media_type, content)
