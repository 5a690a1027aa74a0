"""Words of a recognised line: split at its blanks, their edges set where the ink ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.reading.page import Word
from bursar.reading.recognition import LineText

_WORD = re.compile(r"\S+")
_MIN_BLANK = 0.19  # of the line's height: the narrowest blank
_BLANK_OVER_USUAL = 0.15  # likewise, beyond the usual gap between letters
_POINT = re.compile(r"(?<=\S)(?:·|(?<!\d)\.|\.(?!\d))(?=\S)")  # within a word, and if a full stop not between figures
_MIN_POINT_BLANK = 0.3  # of the line's height: the narrowest blank that is written as one
_MIN_HOST_BLANK = 0.38  # likewise between small letters
_PLAIN, _FAINT = 0.35, 0.15  # ink, as a share of the darkest
_POINT_INK_PX = 8  # less is dust: the smallest point printed has twice as much
_SPECK_PX = 2  # ink of fewer pixels in a column is dust; more would eat the bar of a small T
_AIRY_FACTOR = 1.8
_ONE_FACTOR = 1.35
_CAPITAL_FACTOR = 0.57
_FONT_SIZE_OF_HEIGHT = 0.72  # of a detected line's height, which has air above and below


def split_words(line: LineText, quad: NDArray[np.float32]) -> list[Word]:
    """Return the words of the line, whose corners on the level page are given, left to right.

    A blank that the network left out is put back where the ink leaves one, and where it wrote a point that is not there.
    """
    spans = _find_spans(_drop_points(line))
    if not spans:
        return []
    empty = _count_ink(line.ink, _PLAIN) < _SPECK_PX
    spans = _part_spans(line, spans, empty)
    edges = _place_edges(line, spans, empty)
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    height = float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    words: list[Word] = []
    for (start, end), (x0, x1) in zip(spans, edges, strict=True):
        a, b = left + (right - left) * x0, left + (right - left) * x1
        middle = float(a[1] + b[1]) / 2
        box = Box(float(min(a[0], b[0])), middle - height / 2, float(max(a[0], b[0])), middle + height / 2)
        confidence = round(float(line.confidences[start:end].mean()), 4)
        size = round(height * _FONT_SIZE_OF_HEIGHT, 2)
        words.append(Word(line.text[start:end], box, confidence, size, source=Source.OCR))
    return words


def _drop_points(line: LineText) -> str:
    """Return the line's text with blanks for the points between letters that no ink stands for, however faint.

    The network writes one for a wide blank, in an even-spaced face above all («TX·78701»), or for dust in it. A full stop between
    figures is left alone whatever its ink: a blank there would make two numbers of an amount; and so are those of addresses of mail
    and web.
    """
    text = line.text
    found = [match.start() for match in _POINT.finditer(text)]
    if not found:
        return text
    kept = {place for match in _WORD.finditer(text) if _is_address(match[0]) for place in range(*match.span())}
    ink = _count_ink(line.ink, _FAINT)
    middles = (line.positions * len(ink)).tolist()
    dropped = {
        place
        for place in found
        if place not in kept
        and _is_blank(
            ink[int(middles[place - 1]) : ceil(middles[place + 1])], _least_blank(text, place) * line.ink.shape[0]
        )
    }
    return "".join(" " if index in dropped else character for index, character in enumerate(text)) if dropped else text


def _is_address(word: str) -> bool:
    return "@" in word or word.lower().startswith(("www.", "http"))


def _least_blank(text: str, place: int) -> float:
    """Return how wide a point's place must be, in heights of the line, to be a blank: wider where it may part a web address."""
    may_be_host = text[place] == "." and text[place - 1].islower() and text[place + 1].islower()
    return _MIN_HOST_BLANK if may_be_host else _MIN_POINT_BLANK


def _is_blank(ink: NDArray[np.intp], narrowest: float) -> bool:
    """Return whether the columns from one letter's middle to another's show nothing but dust between the two."""
    empty = np.flatnonzero(ink < _SPECK_PX)
    if not len(empty) or empty[-1] + 1 - empty[0] < narrowest:  # a point may touch its letter
        return False
    return int(ink[empty[0] : empty[-1]].sum()) < _POINT_INK_PX


def _find_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _part_spans(line: LineText, spans: list[tuple[int, int]], empty: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the spans cut where a gap stands out from the gaps between the line's other letters."""
    middles = (line.positions * len(empty)).tolist()
    gaps: dict[int, int] = {}  # in front of each letter but a word's first
    for start, end in spans:
        for index in range(start + 1, end):
            found = _find_widest_gap(empty, int(middles[index - 1]), ceil(middles[index]))
            gaps[index] = found[1] - found[0] if found else 0
    if not gaps:
        return spans
    height = line.ink.shape[0]
    limit = max(_MIN_BLANK, median(gaps.values()) / height + _BLANK_OVER_USUAL) * height
    cuts = [index for index, gap in gaps.items() if gap >= limit * _weigh_gap(line.text, index)]
    return sorted((begin, finish) for span in spans for begin, finish in _cut_span(span, cuts))


def _weigh_gap(text: str, index: int) -> float:
    """Return how much wider than usual the gap in front of a letter has to be: points, commas and ones leave air beside them.

    It may be narrower before the capital that begins a word: behind a small letter, or behind a figure («50360Köln»).
    """
    before, after, following = text[index - 1], text[index], text[index + 1 : index + 2]
    if after.isupper() and following.islower() and (before.islower() or before.isdigit()):
        return _CAPITAL_FACTOR
    if after in ".,:;!?%)]'" or before in ".,'([":
        return _AIRY_FACTOR
    if before.isdigit() and after.isdigit() and "1" in (before, after):
        return _ONE_FACTOR
    return 1.0


def _cut_span(span: tuple[int, int], cuts: list[int]) -> Iterator[tuple[int, int]]:
    inner = [cut for cut in cuts if span[0] < cut < span[1]]
    yield from pairwise([span[0], *inner, span[1]])


def _count_ink(ink: NDArray[np.uint8], share: float) -> NDArray[np.intp]:
    """Return for each column of the line how many of its pixels are ink: so dark, as a share of the darkest."""
    inner = ink[4:-4].astype(np.int16)
    paper = np.median(inner)
    contrast = np.abs(inner - paper)
    strongest = float(np.percentile(contrast, 98))
    return np.asarray((contrast > max(24.0, share * strongest)).sum(axis=0))


def _place_edges(line: LineText, spans: list[tuple[int, int]], empty: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return the left and right edge of each word as shares of the line's width."""
    width = len(empty)
    full = np.flatnonzero(~empty)
    begin, finish = (float(full[0]), float(full[-1] + 1)) if len(full) else (0.0, float(width))
    lefts, rights = [begin], []
    for (_, end), (start, _) in pairwise(spans):
        low, high = line.positions[end - 1] * width, line.positions[start] * width
        gap = _find_widest_gap(empty, int(low), int(np.ceil(high)))
        a, b = gap if gap is not None else ((low + high) / 2, (low + high) / 2)
        rights.append(float(a))
        lefts.append(float(b))
    rights.append(finish)
    return [(a / width, max(a, b) / width) for a, b in zip(lefts, rights, strict=True)]


def _find_widest_gap(empty: NDArray[np.bool_], low: int, high: int) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    start = None
    for column in range(low, high + 1):
        if column < min(high, len(empty)) and empty[column]:
            start = column if start is None else start
        elif start is not None:
            if best is None or column - start > best[1] - best[0]:
                best = (start, column)
            start = None
    return best
