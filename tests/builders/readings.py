"""Readings made by hand, for tests that need words on a page and no document."""

from bursar.facts.box import Box
from bursar.reading.lines import lines_of
from bursar.reading.page import Format, Page, Reading, Word

CHARACTER_WIDTH = 0.55  # of the font size
NUMBER_AND_DATE = (  # of an invoice, beside its table
    ("Invoice number", 380, 120), ("INV-77", 480, 120), ("Invoice date", 380, 134), ("03/05/2024", 480, 134),
)  # fmt: skip


def make_words(text, x, y, size=10.0, *, bold=False):
    """Set the words of a text from `x` on, with their tops at `y`."""
    words = []
    for part in text.split(" "):
        width = len(part) * size * CHARACTER_WIDTH
        if part:
            words.append(Word(part, Box(x, y, x + width, y + size), font_size=size, bold=bold))
        x += width + size * CHARACTER_WIDTH
    return words


def set_rows(xs, *rows, top=300, step=20):
    """Return lines for `make_page`: rows of a text or None for every column, one below the other."""
    return tuple(
        (text, x, top + step * place)
        for place, row in enumerate(rows)
        for text, x in zip(row, xs, strict=False)
        if text is not None
    )


def make_page(*lines, number=1, width=595.0, height=842.0):
    """Set `lines` of (text, x, y) or (text, x, y, size) on a page."""
    words = [word for line in lines for word in make_words(*line)]
    return Page(number, width, height, tuple(words), tuple(lines_of(words)))


def make_reading(*pages):
    """Return a text PDF's reading of these pages."""
    return Reading(Format.PDF, len(pages), pages)
