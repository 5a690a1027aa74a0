"""How much of a hostile document is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one document; going over one raises the matching `DocumentError`."""

    max_bytes: int = 100 * 1024 * 1024
    max_pages: int = 1_000
    max_pixels: int = 100_000_000  # of one image, or of one page rendered for OCR
    max_attachment_bytes: int = 10 * 1024 * 1024
