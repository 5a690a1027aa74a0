"""How often a PDF was saved, what later saves replaced, and which programs say that they wrote it.

A PDF may be changed by appending: the new objects, a new cross-reference section and its `startxref` follow the old
end of file (ISO 32000-2, 7.5.6). What came before is still there, byte for byte, and can be opened again.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

import pikepdf

_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,12})")
_TABLE_END = re.compile(rb"startxref|stream\r?\n")
_XMP_PRODUCER = re.compile(
    r"<(\w{1,20}:Producer)\b[^>]{0,200}>([^<]{0,400})</\1>|\bpdf:Producer=[\"']([^\"'<]{0,400})[\"']"
)
_MAX_REVISIONS = 100
_MAX_XMP_BYTES = 1024 * 1024
_MAX_PACKED_BYTES = 64 * 1024  # of compressed metadata: packed a thousandfold, it is still bearable
_LINEARIZED_WITHIN = 1024  # bytes from the beginning of the file


@dataclass(frozen=True, slots=True)
class Revisions:
    """What the saves of a file tell; the fields are those of `FileTraces`."""

    count: int = 1
    changed_pages: tuple[int, ...] = ()
    producer: str | None = None
    creator: str | None = None
    xmp_producer: str | None = None
    first_producer: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """A file as one save left it: a digest of the content of each page, and the programs named."""

    pages: tuple[bytes, ...]
    producer: str | None
    creator: str | None
    xmp_producer: str | None


def read_revisions(content: bytes, password: str | None = None) -> Revisions:
    """Return what the saves of a PDF tell; of a file that does not open without repair only their number."""
    ends = find_revision_ends(content)
    last = _open_state(content, password)
    if last is None:
        return Revisions(max(len(ends), 1))
    first = _open_state(content[: ends[0]], password) if len(ends) > 1 else None
    return Revisions(
        max(len(ends), 1),
        () if first is None else _compare(first.pages, last.pages),
        last.producer,
        last.creator,
        last.xmp_producer,
        last.producer if first is None else first.producer,
    )


def find_revision_ends(content: bytes) -> list[int]:
    """Return where each save of the file ended, oldest first, by the chain of its cross-reference sections.

    A file that is made for the web has two sections from one save, and counts as saved once.
    """
    starts = list(_START.finditer(content))
    if not starts:
        return []
    ends: list[int] = []
    seen: set[int] = set()
    at: int | None = int(starts[-1][1])
    while at is not None and at not in seen and at < len(content) and len(seen) < _MAX_REVISIONS:
        seen.add(at)
        closing = _START.search(content, at)
        if closing is not None:
            ends.append(closing.end())
        at = _previous_of(content, at)
    if b"/Linearized" in content[:_LINEARIZED_WITHIN] and len(ends) > 1:
        ends.remove(min(ends))  # the section of its first page, which stands ahead of the rest
    return sorted(set(ends))


def _previous_of(content: bytes, at: int) -> int | None:
    """Return the offset that a section (a table and its trailer, or a stream's dictionary) names as the one before."""
    end = _TABLE_END.search(content, at)
    match = _PREVIOUS.search(content, at, end.start() if end else len(content))
    return int(match[1]) if match else None


def _open_state(content: bytes, password: str | None) -> _State | None:
    for key in dict.fromkeys((password or "", "")):
        try:
            with pikepdf.open(io.BytesIO(content), password=key, attempt_recovery=False) as pdf:
                information = pdf.trailer.get("/Info", pikepdf.Dictionary())
                return _State(
                    tuple(_digest(page) for page in pdf.pages),
                    _text_of(information.get("/Producer")),
                    _text_of(information.get("/Creator")),
                    _read_xmp_producer(pdf),
                )
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError):
            return None  # objects of other types than the format demands come as any of these
    return None


def _digest(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents")
    if contents is None:
        return b""
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    digest = hashlib.sha256()
    for stream in streams:
        digest.update(stream.read_raw_bytes())
    return digest.digest()


def _text_of(value: pikepdf.Object | None) -> str | None:
    text = str(value).replace("\x00", "").strip() if value is not None else ""
    return text or None


def _read_xmp_producer(pdf: pikepdf.Pdf) -> str | None:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return None
    packed = metadata.read_raw_bytes()
    if len(packed) > (_MAX_PACKED_BYTES if "/Filter" in metadata else _MAX_XMP_BYTES):
        return None
    text = metadata.read_bytes()[:_MAX_XMP_BYTES].decode("utf-8", errors="replace")
    match = _XMP_PRODUCER.search(text)
    return unescape(match[2] or match[3] or "").strip() or None if match else None


def _compare(before: Sequence[bytes], after: Sequence[bytes]) -> tuple[int, ...]:
    """Return the numbers of the pages that the later state changed or added."""
    return tuple(
        number for number, digest in enumerate(after, 1) if number > len(before) or digest != before[number - 1]
    )
