"""Text from pixels: the seam to recognition engines, and the one engine that this process keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bursar.facts.box import Box
from bursar.reading.page import Rule, Word

RENDER_SIDE_PX = 2_400  # the longer side of a page rendered for recognition: about 200 dpi on A4


@dataclass(frozen=True, slots=True)
class RecognisedImage:
    """What stands on an image, its text and its ruling lines, in the frame of the image put upright.

    `quarters` is the clockwise turn that was needed (0 to 3), `skew` the small angle in degrees that was undone
    after it (clockwise positive); `width` and `height` are those of the image after the turn, in its own pixels.
    """

    words: tuple[Word, ...]
    width: int
    height: int
    quarters: int = 0
    skew: float = 0.0
    rules: tuple[Rule, ...] = ()


class OcrEngine(Protocol):
    """Recognises text whichever way the page lies. Not thread-safe; kept for the life of a process."""

    def read(self, image: NDArray[np.uint8]) -> RecognisedImage:
        """Return the words and ruling lines of an RGB image (height, width, 3)."""
        ...


@cache
def get_engine() -> OcrEngine:
    """Return this process's engine; the first call loads its models (about half a second)."""
    from bursar.reading.rapid import RapidEngine  # noqa: PLC0415 (a text PDF shall not pay for loading it)

    return RapidEngine()


def scale_image(found: RecognisedImage, width: float, height: float) -> tuple[tuple[Word, ...], tuple[Rule, ...]]:
    """Return the words and ruling lines as they stand on a page of that size."""
    x_factor, y_factor = width / found.width, height / found.height

    def scale(box: Box) -> Box:
        return Box(box.x0 * x_factor, box.y0 * y_factor, box.x1 * x_factor, box.y1 * y_factor)

    words = tuple(
        replace(
            word,
            box=scale(word.box),
            font_size=None if word.font_size is None else round(word.font_size * y_factor, 2),
        )
        for word in found.words
    )
    return words, tuple(Rule(scale(rule.box)) for rule in found.rules)


def turn_words(words: Iterable[Word], degrees: float, width: float, height: float) -> tuple[Word, ...]:
    """Return the words moved as a small clockwise turn around the page's middle moves them; boxes keep their size."""
    if not degrees:
        return tuple(words)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned: list[Word] = []
    for word in words:
        dx, dy = word.box.center_x - width / 2, word.box.center_y - height / 2
        x, y = cosine * dx - sine * dy - dx, sine * dx + cosine * dy - dy
        turned.append(replace(word, box=Box(word.box.x0 + x, word.box.y0 + y, word.box.x1 + x, word.box.y1 + y)))
    return tuple(turned)
