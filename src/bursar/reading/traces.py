"""The traces that a file bears of its making, for those who ask whether it was altered."""

from __future__ import annotations

from bursar.facts.traces import FileTraces
from bursar.reading.figure_fonts import read_figures
from bursar.reading.page import Format, Reading
from bursar.reading.revisions import read_revisions


def read_traces(content: bytes, reading: Reading, password: str | None = None) -> FileTraces | None:
    """Return what the bytes of a document that was read tell of its making; None for anything but a PDF.

    Opens the file anew, once for each way to look at it: a cost of its own, for those who ask only.
    """
    if reading.format is not Format.PDF:
        return None
    saved = read_revisions(content, password)
    return FileTraces(
        saved.count,
        saved.changed_pages,
        saved.producer,
        saved.creator,
        saved.xmp_producer,
        saved.first_producer,
        read_figures(content, password, reading.pages),
    )
