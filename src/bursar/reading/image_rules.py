"""Ruling lines on a scan: long straight dark runs, level or upright once the page is put upright."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import cv2
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bursar.facts.box import Box
from bursar.reading.page import Rule, Word
from bursar.reading.rules import merge_rules

_SIDE_PX = 1_200  # lines are seen well at this size, and it costs ten milliseconds
_SEED_PX = 16  # runs that are looked at: noise breaks lines
_MIN_RULE_PX = 36  # about 25 points on A4: longer than the strokes of all but headlines
_MAX_THICK_PX = 9
_BESIDE_PX = 5
_MAX_RULES = 1_000
_STROKES = 2.2  # an upright line longer than so many letters is none of theirs
_BARS = frozenset("|丨│┃[]")
_MAX_FRAGMENTS = 5_000
_OFF_PX, _STRIP_PX = 2, 3  # what is looked at beside a line: how far off, how wide
_LIGHTER = 12.0  # levels of grey: what darkness is told by above as well
_OUTSTANDING = 0.43  # of both sides of a line: nearly the whole of one is enough


def find_image_rules(image: NDArray[np.uint8], skew: float, words: Sequence[Word]) -> tuple[Rule, ...]:
    """Return the ruling lines of a BGR image that is upright but for its skew, in the frame of the level page."""
    height, width = image.shape[:2]
    factor = min(1.0, _SIDE_PX / max(height, width))
    # Shrink first: greying the large image would take longer than all the rest.
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else image
    level = _level(np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8), skew)
    # Darker than what is around, not darker than the page: shading and shadows of the camera do not matter.
    dark = np.asarray(
        cv2.adaptiveThreshold(level, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 12), np.uint8
    )
    boxes = [*_find_runs(dark), *(_mirror(box) for box in _find_runs(np.ascontiguousarray(dark.T)))]
    whole = [rule for rule in merge_rules(boxes[:_MAX_FRAGMENTS]) if _measure_length(rule) >= _MIN_RULE_PX]
    x_factor, y_factor = width / level.shape[1], height / level.shape[0]
    rules = [
        Rule(Box(box.x0 * x_factor, box.y0 * y_factor, box.x1 * x_factor, box.y1 * y_factor))
        for box in (rule.box for rule in _drop_companions(whole) if _stands_out(level, rule))
    ]
    return tuple(rule for rule in rules if not _is_letter_stroke(rule, words))


def part_words(words: Sequence[Word], rules: Sequence[Rule]) -> tuple[Word, ...]:
    """Return the words cut at the upright ruling lines that were read as a bar inside them."""
    walls = sorted((rule.box for rule in rules if not rule.horizontal), key=lambda box: box.x0)
    return tuple(
        part for word in words for part in ([word] if not _BARS.intersection(word.text) else _part_word(word, walls))
    )


def _level(image: NDArray[np.uint8], skew: float) -> NDArray[np.uint8]:
    if not skew:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


def _find_runs(dark: NDArray[np.uint8]) -> list[Box]:
    """Return level runs of dark pixels that are long and thin."""
    # Thickened, a line that steps by a pixel stays one run.
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    boxes: list[Box] = []
    # Long runs first: among the short ones a line may be fused with the stem of a letter that touches it.
    for length in (3 * _SEED_PX, _SEED_PX):
        runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
        boxes += [
            Box(float(x), float(y + 1), float(x + width), float(y + max(2, height - 1)))
            for x, y, width, height, _ in map(tuple, np.asarray(stats)[1:])
            if height <= _MAX_THICK_PX
        ]
    return boxes


def _drop_companions(rules: Sequence[Rule]) -> list[Rule]:
    """Leave out the shorter of two lines side by side: the stem of a letter that touches a line, a thick line's edge."""
    kept: list[Rule] = []
    for rule in sorted(rules, key=_measure_length, reverse=True)[:_MAX_RULES]:
        box = rule.box
        if rule.horizontal:
            near = [
                other.box for other in kept if other.horizontal and abs(other.box.center_y - box.center_y) <= _BESIDE_PX
            ]
            covered = any(other.overlap_x(box) > 0.9 * box.width for other in near)
        else:
            near = [
                other.box
                for other in kept
                if not other.horizontal and abs(other.box.center_x - box.center_x) <= _BESIDE_PX
            ]
            covered = any(other.overlap_y(box) > 0.9 * box.height for other in near)
        if not covered:
            kept.append(rule)
    return kept


def _stands_out(level: NDArray[np.uint8], rule: Rule) -> bool:
    """Whether what is beside the line is lighter for most of its length, on one side at least or on both together.

    The ground of white words in a dark field is as dark beside the gap between two of them as in it, but at the letters.
    """
    image, box = (level.T, _mirror(rule.box)) if rule.horizontal else (level, rule.box)
    top, bottom = int(box.y0), ceil(box.y1)
    left, right = int(box.x0), max(ceil(box.x1), int(box.x0) + 1)
    strips = [image[top:bottom, a:b].astype(np.float32) for a, b in _strips(left, right, image.shape[1])]
    line, *beside = [strip.mean(axis=1) for strip in strips]
    return bool(np.mean([side - line > _LIGHTER for side in beside]) >= _OUTSTANDING)


def _strips(left: int, right: int, width: int) -> Iterator[tuple[int, int]]:
    """Give the columns of a line, and those on its left and right a little off, as far as there are any."""
    yield left, right
    for begin, end in ((left - _OFF_PX - _STRIP_PX, left - _OFF_PX), (right + _OFF_PX, right + _OFF_PX + _STRIP_PX)):
        if begin >= 0 and end <= width:
            yield begin, end


def _measure_length(rule: Rule) -> float:
    return max(rule.box.width, rule.box.height)


def _is_letter_stroke(rule: Rule, words: Sequence[Word]) -> bool:
    """Whether the line runs through words for most of its length: strokes of their letters, not a line beside them."""
    box = rule.box
    if rule.horizontal:
        crossed = sum(
            max(0.0, word.box.overlap_x(box))
            for word in words
            if word.box.y0 + 0.1 * word.box.height < box.center_y < word.box.y1 - 0.12 * word.box.height
        )
        return crossed > 0.5 * box.width
    behind = [word.box for word in words if word.box.x0 < box.center_x < word.box.x1 and word.box.overlap_y(box) > 0]
    if box.height > _STROKES * max((other.height for other in behind), default=0.0):
        return False
    return sum(other.overlap_y(box) for other in behind) > 0.5 * box.height


def _part_word(word: Word, walls: Sequence[Box]) -> Iterator[Word]:
    """Cut the word where it has a bar for a wall that runs through it."""
    box, text = word.box, word.text
    for wall in walls:
        if wall.overlap_y(box) < 0.7 * box.height:
            continue
        guess = (wall.center_x - box.x0) / box.width * len(text)
        bars = [index for index, character in enumerate(text) if character in _BARS and abs(index + 0.5 - guess) < 2]
        if not bars or not box.x0 < wall.center_x < box.x1:
            continue
        bar = min(bars, key=lambda index: abs(index + 0.5 - guess))
        if text[:bar]:
            yield replace(word, text=text[:bar], box=replace(box, x1=max(box.x0, wall.x0 - 1)))
        text, box = text[bar + 1 :], replace(box, x0=min(box.x1, wall.x1 + 1))
        if not text:
            return
    yield word if text == word.text else replace(word, text=text, box=box)


def _mirror(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)
