"""Image files: opened within limits, their frames read as pages."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from bursar.errors import CorruptDocument, TooManyPages, TooManyPixels, UnsupportedFormat
from bursar.facts.evidence import Source
from bursar.reading.limits import Limits
from bursar.reading.lines import lay_out
from bursar.reading.ocr import get_engine, scale_image
from bursar.reading.page import EmbeddedFile, Format, Page

_PILLOW_NAMES = {Format.PNG: "PNG", Format.JPEG: "JPEG", Format.TIFF: "TIFF", Format.WEBP: "WEBP", Format.HEIC: "HEIF"}
_MULTI_FRAME = (Format.TIFF,)  # frames of other formats are an animation or thumbnails
_BROKEN = (OSError, SyntaxError, ValueError, EOFError)
_SOFTWARE_TAG = 305
_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}  # Pillow's turn left
_MAX_SIDE_PX = 5_000  # more is no clearer to the networks, and takes memory thrice


class ImagePages:
    """An open image file."""

    def __init__(self, image: Image.Image, page_count: int, limits: Limits) -> None:
        self._image = image
        self._limits = limits
        self.page_count = page_count

    def close(self) -> None:
        """Free the pixels."""
        self._image.close()

    def read_page(self, number: int, ocr: str) -> Page:
        """Return the frame as a page: in pixels, upright."""
        try:
            self._image.seek(number - 1)
            _check_pixels(self._image, self._limits)
            image = _decode(self._image)
        except TooManyPixels as error:
            return Page(number, 0.0, 0.0, source=Source.OCR, error=error.code)
        except _BROKEN:
            return Page(number, 0.0, 0.0, source=Source.OCR, error="CORRUPT_PAGE")
        width, height = image.size
        if ocr == "never":
            return Page(number, float(width), float(height), source=Source.OCR)
        if max(width, height) > _MAX_SIDE_PX:
            image.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX), reducing_gap=2.0)
        return _recognise(image, number, float(width), float(height))

    def read_pictures(self, read: Page) -> Page:
        """Return the page as it is: it is a picture, and was read as one."""
        return read

    def draw_page(self, number: int, width_px: int, quarters: int) -> Image.Image:
        """Return the frame upright, turned clockwise by so many quarters more, no wider than it is in pixels."""
        try:
            self._image.seek(number - 1)
            _check_pixels(self._image, self._limits)
            image = _decode(self._image)
        except _BROKEN as error:
            raise CorruptDocument("the page is damaged", {"page": number}) from error
        if quarters % 4:
            image = image.transpose(_TURNS[quarters % 4])
        image.thumbnail((width_px, image.height), reducing_gap=2.0)
        return image

    def read_properties(self) -> dict[str, str]:
        """Return the program that wrote the image, where it says so."""
        try:
            software = self._image.getexif().get(_SOFTWARE_TAG)
        except _BROKEN:
            return {}
        return {"Software": software.strip("\x00 ")} if isinstance(software, str) else {}

    def read_attachments(self, limits: Limits) -> tuple[EmbeddedFile, ...]:  # noqa: ARG002 (as of all sources)
        """Return nothing: images carry no files."""
        return ()


def open_image(content: bytes, found: Format, limits: Limits) -> ImagePages:
    """Return the open image; only its header is read so far.

    Raises `TooManyPixels` by the header alone, `TooManyPages` for frames, `CorruptDocument`, and
    `UnsupportedFormat` for HEIC where the decoder is not installed.
    """
    if found is Format.HEIC:
        _register_heic()
    try:
        image = _open_header(content, found)
        _check_pixels(image, limits)
        page_count = getattr(image, "n_frames", 1) if found in _MULTI_FRAME else 1
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise CorruptDocument(f"the {found.upper()} image is damaged") from error
    if page_count > limits.max_pages:
        raise TooManyPages(
            f"the image has {page_count} pages, {limits.max_pages} are allowed", {"page_count": page_count}
        )
    return ImagePages(image, page_count, limits)


def _open_header(content: bytes, found: Format) -> Image.Image:
    """Return the image with nothing decoded; Pillow's own guard is off meanwhile, as ours names the size."""
    guard, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        return Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[found]])
    finally:
        Image.MAX_IMAGE_PIXELS = guard


def _check_pixels(image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise TooManyPixels(
            f"the image has {width} × {height} pixels, {limits.max_pixels} are allowed",
            {"width": width, "height": height},
        )


def _recognise(image: Image.Image, number: int, width: float, height: float) -> Page:
    """Return the page; `width` and `height` are those of the whole image, in whose pixels the boxes are given."""
    found = get_engine().read(np.ascontiguousarray(image))
    if found.quarters % 2:
        width, height = height, width
    words, rules = scale_image(found, width, height)
    page = Page(
        number,
        width,
        height,
        words=words,
        rules=rules,
        rotation=90 * found.quarters,
        skew=found.skew,
        source=Source.OCR,
    )
    return lay_out(page)


def _decode(image: Image.Image) -> Image.Image:
    """Return the pixels as RGB, turned as the camera says, transparent ones white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        rgba = upright.convert("RGBA")
        paper = Image.new("RGB", rgba.size, "white")
        paper.paste(rgba, mask=rgba.getchannel("A"))
        upright = paper
    elif upright.mode.startswith("I") or upright.mode == "F":
        upright = _squeeze(upright)
    return upright.convert("RGB")


def _squeeze(image: Image.Image) -> Image.Image:
    """Bring an image of 16 or 32 bits to eight: Pillow's own conversion clips."""
    deep = np.asarray(image, dtype=np.float32)
    low, high = float(deep.min()), float(deep.max())
    return Image.fromarray(((deep - low) * (255 / max(high - low, 1))).astype(np.uint8))


def _register_heic() -> None:
    try:
        from pi_heif import register_heif_opener  # noqa: PLC0415 (optional)
    except ImportError as error:
        raise UnsupportedFormat(
            "HEIC images are read when the heic extra is installed: pip install 'bursar[heic]'", {"detected": "heic"}
        ) from error
    register_heif_opener()
