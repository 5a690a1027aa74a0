"""What invoices and statements have in common: metadata of the pages they were read from, and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """One page as it was read; `error` when it could not be read.

    `rotation` and `skew` are the degrees, clockwise, that were undone: quarter turns, and what a scanner was fed askew.
    """

    page: int
    width: float
    height: float
    rotation: int
    source: str
    error: str | None = None
    skew: float = 0.0


@dataclass(frozen=True, slots=True)
class DocumentRange:
    """One of several documents within a file: its pages, first and last inclusive, 1-based; `number` as printed."""

    first_page: int
    last_page: int
    document_type: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file embedded in a PDF: its name and size, and what it was used for."""

    name: str
    size_bytes: int
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """How the result came about. `confidence_score` is the mean over the fields that matter; `source` text, ocr, xml or mixed."""

    page_count: int = 0
    source: str = "text"
    language: str | None = None
    confidence_score: float | None = None
    processing_time: str | None = None
    engine_version: str | None = None
    engine: str = "rules"
    schema: str | None = None
    detected_type: str | None = None
    detected_score: float | None = None
    pages: tuple[PageMetadata, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    documents: tuple[DocumentRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address: `text` as printed (lines joined by a line feed), the rest its parts where they could be told apart."""

    text: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both inclusive."""

    start_date: date | None = None
    end_date: date | None = None
