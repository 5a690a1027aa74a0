"""What a file tells of how it was made, besides what it says: fonts of figures, revisions, programs."""

from __future__ import annotations

from dataclasses import dataclass

from bursar.facts.box import Box


@dataclass(frozen=True, slots=True)
class Figures:
    """A run of figures on a page with the families of the fonts that its digits are set in, in order of appearance."""

    page: int
    box: Box
    text: str
    fonts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileTraces:
    """Traces of a PDF's making.

    `revisions` counts how often the file was saved (1: once); `changed_pages` are those whose content a later save
    replaced. `producer` and `creator` are the programs that the document information names, `xmp_producer` the one in
    the XMP metadata, `first_producer` the one that the first revision named.
    """

    revisions: int = 1
    changed_pages: tuple[int, ...] = ()
    producer: str | None = None
    creator: str | None = None
    xmp_producer: str | None = None
    first_producer: str | None = None
    figures: tuple[Figures, ...] = ()
