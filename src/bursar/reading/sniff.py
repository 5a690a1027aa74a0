"""What a file is, told by its bytes. Standard library only: the server asks this before it keeps an upload."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from bursar.errors import EmptyDocument, UnsupportedFormat
from bursar.reading.page import Format

_JUNK_BYTES = 1024  # readers accept a PDF whose header stands anywhere in its first kilobyte (PDF 1.7, annex H.3.4.1)
_EXTENSIONS: dict[Format, tuple[str, ...]] = {
    Format.PDF: ("pdf",),
    Format.PNG: ("png",),
    Format.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    Format.TIFF: ("tif", "tiff"),
    Format.WEBP: ("webp",),
    Format.HEIC: ("heic", "heif", "hif"),
    Format.XML: ("xml",),
}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_TIFF_HEADS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_XML_ENCODINGS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_XML_HEAD = re.compile(r"\ufeff?\s*(<\?xml\b|<!--|<!DOCTYPE\s|<[A-Za-z_][\w.\-]*(:[A-Za-z_][\w.\-]*)?[\s>/])")
_HTML_HEAD = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ALIENS = (
    (b"PK\x03\x04", "a ZIP archive (or an Office document)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


def sniff_format(content: bytes) -> Format:
    """Return the format that the bytes are; a kilobyte and a half from the beginning is enough to tell.

    Raises `EmptyDocument` for no bytes and `UnsupportedFormat`, which names what it saw, for any format that
    Bursar does not read.
    """
    if not content:
        raise EmptyDocument("the file is empty")
    head = content[: 2 * _JUNK_BYTES]
    if head.startswith(b"%PDF-"):
        return Format.PDF
    found = _sniff_image(head)
    if found is not None:
        return found
    alien = next((name for magic, name in _ALIENS if head.startswith(magic)), None)
    if alien is not None:
        raise UnsupportedFormat(f"the file is {alien}, which is not read", {"detected": alien})
    if b"%PDF-" in head[: _JUNK_BYTES + 5]:
        return Format.PDF
    return _sniff_text(head)


def check_extension(filename: str, found: Format) -> None:
    """Raise `UnsupportedFormat` when the name's extension is not one of the format's.

    A name without an extension passes, and so does a dot that is followed by something else than an
    extension (`invoice.2024`, `Dr. Smith`).
    """
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.removeprefix(".").lower()
    if not re.fullmatch(r"(?=.*[a-z])[a-z0-9]{1,5}", extension) or extension in _EXTENSIONS[found]:
        return
    raise UnsupportedFormat(
        f"the name ends in .{extension} and the content is {found.upper()}",
        {"extension": extension, "detected": found.value},
    )


def _sniff_image(head: bytes) -> Format | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(_TIFF_HEADS):
        return Format.TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Format.HEIC
    return None


def _sniff_text(head: bytes) -> Format:
    encoding = next((name for mark, name in _XML_ENCODINGS if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, errors="replace")
    if _HTML_HEAD.search(text):
        raise UnsupportedFormat("the file is an HTML page, which is not read", {"detected": "an HTML page"})
    if _XML_HEAD.match(text):
        return Format.XML
    raise UnsupportedFormat("the file is of no known format", {"detected": None})
