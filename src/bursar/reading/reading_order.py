"""Pages as they are read: what runs from right to left set from left to right, so that all else need know one direction.

A page that is mostly Arabic or Hebrew is mirrored as a whole, its Latin words and numbers excepted; on other pages only the
words of such scripts change places among themselves. Values then stand behind or right of their labels, and columns follow
one another, as on any page. Where something stands on the paper tells `find_place`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bursar.facts.box import Box, enclose
from bursar.reading import right_to_left
from bursar.reading.lines import lay_out, line_rows_of
from bursar.reading.page import Page, Reading, Rule, Word

_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?\D{0,4}")  # a number whose thousands are set apart
_DIALLED = re.compile(r"\+\d+(?: [\d()-]+)+")
_SHORT = 2  # digits: a day or a count behind a year, no part of a number in groups …
_GROUPS = 3  # … unless so many groups of it came before
_WHOLE = 0.01  # of a word's width: what its box may lack


def order_reading(reading: Reading) -> Reading:
    """Return the reading with its pages in the order of reading; the very same where nothing runs from right to left."""
    pages = tuple([order_page(page) for page in reading.pages])
    if all(page is other for page, other in zip(pages, reading.pages, strict=True)):
        return reading
    return replace(reading, pages=pages)


def order_page(page: Page) -> Page:
    """Return the page with words, lines and rules where they would stand if all were read from left to right.

    Its `printed` are the words at their places on the paper, in the order of `words`. A page without such scripts, or
    that is in order already, is returned as it is.
    """
    text = " ".join([word.text for word in page.words])
    if page.printed or not right_to_left.is_in(text):
        return page
    letters = right_to_left.count_letters(text)
    mirrored = letters > sum(map(str.isalpha, text)) - letters
    printed: list[Word] = []
    words: list[Word] = []
    for row in line_rows_of(page.words, page.rules):
        for line in row:
            for word, box in _set_line(line.words, page.width, mirrored=mirrored):
                printed.append(word)
                words.append(replace(word, text=right_to_left.with_plain_digits(word.text), box=box))
    rules = tuple(Rule(_mirror(rule.box, 0.0, page.width)) for rule in page.rules) if mirrored else page.rules
    return lay_out(replace(page, words=tuple(words), rules=rules, printed=tuple(printed)))


def find_place(page: Page, box: Box) -> Box:
    """Return where on the paper the words of an ordered page stand that a box is around."""
    if not page.printed:
        return box
    found = [
        _find_part(word, printed, box)
        for word, printed in zip(page.words, page.printed, strict=True)
        if word.box.overlap_x(box) > _WHOLE * word.box.width and box.y0 <= word.box.center_y <= box.y1
    ]
    return enclose(found) if found else box


def _find_part(word: Word, printed: Word, box: Box) -> Box:
    """Return the part of a printed word of which the box of the ordered page is."""
    whole, place = word.box, printed.box
    slack = _WHOLE * whole.width
    left, right = max(0.0, box.x0 - whole.x0), max(0.0, whole.x1 - box.x1)
    if left <= slack and right <= slack:
        return place
    if right_to_left.count_letters(word.text):
        left, right = right, left
    return Box(place.x0 + left, place.y0, place.x1 - right, place.y1)


def _set_line(words: Sequence[Word], width: float, *, mirrored: bool) -> Iterator[tuple[Word, Box]]:
    """Give the words of a line with their places in the order of reading."""
    text = "".join([word.text for word in words])
    letters = right_to_left.count_letters(text)
    from_right = letters > 0 and (mirrored or letters > sum(map(str.isalpha, text)) - letters)
    for run, from_left in _find_runs(words, from_right=from_right or (mirrored and not any(map(str.isalpha, text)))):
        x0, x1 = run[0].box.x0, max(word.box.x1 for word in run)
        edges = (0.0, width) if mirrored else (words[0].box.x0, words[-1].box.x1) if from_right else (x0, x1)
        shift = edges[0] + edges[1] - x1 - x0
        for word in run:
            box = word.box
            yield word, Box(box.x0 + shift, box.y0, box.x1 + shift, box.y1) if from_left else _mirror(box, *edges)


def _mirror(box: Box, x0: float, x1: float) -> Box:
    """Return the box at the other side of the middle between two edges."""
    return Box(x0 + x1 - box.x1, box.y0, x0 + x1 - box.x0, box.y1)


def _find_runs(words: Sequence[Word], *, from_right: bool) -> Iterator[tuple[Sequence[Word], bool]]:
    """Give the runs of a line, which stand from left to right, and whether each is read from the left.

    `from_right` says that the line itself is not.
    """
    foreign = [right_to_left.count_letters(word.text) > 0 for word in words]
    latin = [not other and any(map(str.isalpha, word.text)) for word, other in zip(words, foreign, strict=True)]
    if not from_right and not any(foreign):
        yield words, True
        return
    at = 0
    while at < len(words):
        end = at + 1
        while end < len(words) and foreign[end] == foreign[at]:
            end += 1
        if from_right and foreign[at]:
            end = at + 1
        elif from_right:
            end = at + _end_of_latin_run(words[at:end], latin[at:end])
        yield words[at:end], not foreign[at] and (not from_right or latin[at] or end - at > 1)
        at = end


def _end_of_latin_run(words: Sequence[Word], latin: Sequence[bool]) -> int:
    """Return how many words of a stretch without letters of such scripts are one run from the left: one at least."""
    texts = [word.text for word in words]
    if not latin[0]:
        for end in range(len(words), 1, -1):
            joined = " ".join(texts[:end])
            if _GROUPED.fullmatch(joined) or _DIALLED.fullmatch(joined):
                return end
        return 1
    last = max([place for place, is_latin in enumerate(latin) if is_latin])
    end, groups = last + 1, 0
    while end < len(texts) and any(map(str.isdigit, texts[end])):
        if groups and len(texts[end]) <= _SHORT and groups < _GROUPS:
            break
        groups += 1
        end += 1
    return end
