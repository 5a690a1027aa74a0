"""Where a text stands on the pages, however it is broken into words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bursar.extraction.einvoice.compare import fold
from bursar.facts.box import Box, enclose
from bursar.reading.page import Page, Word

_MIN_LENGTH = 4  # shorter texts stand anywhere by chance


@dataclass(frozen=True, slots=True)
class Place:
    """A page, 1-based, and a box on it."""

    page: int
    box: Box


class Sight:
    """The pages' words in reading order, folded into one string a page."""

    def __init__(self, pages: tuple[Page, ...]) -> None:
        self._pages = [_fold_page(page) for page in pages if page.words]

    def find(self, text: str) -> Place | None:
        """Return where the text first stands as whole words, case, punctuation and gaps aside; None where it does not."""
        wanted = fold(text)
        if len(wanted) < _MIN_LENGTH:
            return None
        for number, folded, starts, words in self._pages:
            found = _find_whole(folded, wanted, starts)
            if found is not None:
                first, last = found
                return Place(number, enclose(word.box for word in words[first : last + 1]))
        return None


def _fold_page(page: Page) -> tuple[int, str, list[int], list[Word]]:
    words = [word for line in page.lines for word in line.words]
    starts, parts, length = [], [], 0
    for word in words:
        part = fold(word.text)
        starts.append(length)
        parts.append(part)
        length += len(part)
    return page.number, "".join(parts), starts, words


def _find_whole(folded: str, wanted: str, starts: list[int]) -> tuple[int, int] | None:
    """Return the first and last word of the first place that begins and ends where words do."""
    boundaries = {*starts, len(folded)}
    at = folded.find(wanted)
    while at >= 0:
        if at in boundaries and at + len(wanted) in boundaries:
            return bisect_right(starts, at) - 1, bisect_right(starts, at + len(wanted) - 1) - 1
        at = folded.find(wanted, at + 1)
    return None
