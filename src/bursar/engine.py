"""The engine: open, read, classify, extract, check. The same in the library, the command line and the worker."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

Progress = Callable[[int, int], None]
"""Called after each page with the number of pages done and the number to do."""


def parse(
    source: str | PathLike[str] | bytes,
    *,
    kind: str | None = None,
    password: str | None = None,
    pages: str | None = None,
    ocr: str = "auto",
    language: str | None = None,
    progress: Progress | None = None,
) -> Invoice | Statement:
    """Return what the document says. To be written."""
    raise NotImplementedError
