"""Pictures on a page that has text: which of them may hold words that its text layer lacks, and those words.

A letterhead or a footer is often one picture, and with it the name, the address and the numbers of who wrote the
document. Recognising a picture takes as long as reading a dozen pages, so it is done for few and small ones, and only
when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bursar.facts.box import Box, enclose
from bursar.reading.frame import Frame
from bursar.reading.layer import merge_words
from bursar.reading.ocr import OcrEngine, scale_image
from bursar.reading.page import Word

_MIN_WIDTH_PT, _MIN_HEIGHT_PT = 40.0, 7.0  # less holds no word
_MAX_COVER = 0.35  # of the page, all pictures together
_MAX_PICTURES = 4
_TOUCHING_PT = 2.0  # parts of one picture, as some programs cut it to strips
_DOTS = 250 / 72  # a point: the small type of footers is read at this resolution, and no better at a higher one
_MAX_PX = 3_000_000  # of one picture
_MARGIN_PX = 24  # of its edge's own colour; words that touch the edge are lost otherwise
_MIN_CONFIDENCE = 0.7  # a drawing yields words too, and they are bent


def choose_pictures(images: Iterable[Box], words: Sequence[Word], frame: Frame) -> tuple[Box, ...]:
    """Return the pictures that may hold words of their own, the largest first: big enough, and no text stands on them.

    None where they cover so much of the page that they are its background or its content.
    """
    chosen = [
        box
        for box in _join_parts(images)
        if box.width >= _MIN_WIDTH_PT and box.height >= _MIN_HEIGHT_PT and not _has_words(box, words)
    ]
    chosen.sort(key=lambda box: -box.width * box.height)
    kept = chosen[:_MAX_PICTURES]
    covered = sum(box.width * box.height for box in kept)
    return tuple(kept) if covered <= _MAX_COVER * frame.width * frame.height else ()


def read_pictures(
    pictures: Iterable[Box], words: tuple[Word, ...], engine: OcrEngine, draw: Callable[[Box, float], NDArray[np.uint8]]
) -> tuple[Word, ...]:
    """Return the page's words and those that are recognised on its pictures.

    `draw` renders a part of the page, RGB, at so many pixels a point. A picture whose words lie on their side is left.
    """
    for box in pictures:
        scale = min(_DOTS, (_MAX_PX / (box.width * box.height)) ** 0.5)
        pixels = np.pad(draw(box, scale), ((_MARGIN_PX, _MARGIN_PX), (_MARGIN_PX, _MARGIN_PX), (0, 0)), mode="edge")
        found = engine.read(np.ascontiguousarray(pixels))
        if found.quarters:
            continue
        recognised, _ = scale_image(found, found.width / scale, found.height / scale)
        shift_x, shift_y = box.x0 - _MARGIN_PX / scale, box.y0 - _MARGIN_PX / scale
        sure = [word for word in recognised if word.confidence >= _MIN_CONFIDENCE]
        words = merge_words(words, [_move(word, shift_x, shift_y) for word in sure])
    return words


def _join_parts(images: Iterable[Box]) -> list[Box]:
    """Return the boxes with those that touch taken together."""
    joined: list[Box] = []
    for image in images:
        part = image
        while near := [box for box in joined if _touch(box, part)]:
            joined = [box for box in joined if box not in near]
            part = enclose([part, *near])
        joined.append(part)
    return joined


def _touch(one: Box, other: Box) -> bool:
    return one.overlap_x(other) > -_TOUCHING_PT and one.overlap_y(other) > -_TOUCHING_PT


def _has_words(box: Box, words: Sequence[Word]) -> bool:
    return any(
        box.x0 < word.box.center_x < box.x1 and box.y0 < word.box.center_y < box.y1 for word in words if word.text
    )


def _move(word: Word, x: float, y: float) -> Word:
    box = word.box
    return replace(word, box=Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y))
