"""Labels on the pages and what stands at them: behind a colon, to the right, or below. Precision before recall."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bursar.extraction.custom.names import Words, are_same, words_of
from bursar.extraction.custom.values import fit_text, is_typed
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Conventions, Evidence
from bursar.reading.page import Line, Page, Reading, Word
from bursar.schemas.definition import Field

_MAX_LABEL_WORDS = 7
_NEAR = 2.2  # in heights of the label: farther below is something else
_CODE = re.compile(r"(?=.*\d)[\w./#-]+")
_LOOSE = 0.92
_BEHIND, _BARE, _BESIDE, _BELOW = 0.92, 0.75, 0.88, 0.78


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value at a label that names it."""

    value: Any
    evidence: Evidence


def find_at_labels(reading: Reading, field: Field, wanted: Sequence[Words], conventions: Conventions) -> list[Sighting]:
    """Return the values at all labels that name the field in one of the `wanted` ways, the surest first."""
    found = [
        Sighting(value, see(page, words, sure))
        for page in reading.pages
        for words, sure in _find_regions(page, wanted, field)
        if (value := fit_text(" ".join(word.text for word in words), field, conventions)) is not None
    ]
    return sorted(found, key=lambda sighting: -sighting.evidence.confidence)


def see(page: Page, words: Sequence[Word], sure: float) -> Evidence:
    """Return the evidence of a value that these words hold."""
    text = " ".join(word.text for word in words).strip(" :;")
    confidence = round(sure * min(word.confidence for word in words), 4)
    return Evidence(page.number, enclose(word.box for word in words), text, confidence, words[0].source)


def _find_regions(page: Page, wanted: Sequence[Words], field: Field) -> Iterator[tuple[Sequence[Word], float]]:
    typed = is_typed(field)
    for line in page.lines:
        for size in range(min(len(line.words), _MAX_LABEL_WORDS), 0, -1):
            label = words_of(line.words[size - 1].text) and words_of(" ".join(w.text for w in line.words[:size]))
            if label and any(are_same(words, label, typed=typed) for words in wanted):
                for words, sure in _at_label(page, line, size, typed=typed):
                    if label in wanted:
                        yield words, sure
                    elif typed or (len(words) == 1 and _CODE.fullmatch(words[0].text)):
                        yield words, sure * _LOOSE  # «Project: Harbour» is no project code, «Project: P-7» is
                break


def _at_label(page: Page, line: Line, size: int, *, typed: bool) -> Iterator[tuple[Sequence[Word], float]]:
    rest = list(line.words[size:])
    marked = line.words[size - 1].text[-1:] in ":=#"
    while rest and not re.search(r"\w", rest[0].text):
        marked = marked or rest[0].text in (":", "=", "#", "-", "–")
        rest = rest[1:]
    if rest:
        if marked:
            yield rest, _BEHIND
        elif typed or (len(rest) == 1 and _CODE.fullmatch(rest[0].text)):
            yield rest, _BARE
        return
    right, below = _find_right(page, line), _find_below(page, line)
    if right and not is_label(right) and not (below and _heads_columns(page, line, right)):
        yield right.words, _BESIDE
    elif below and not is_label(below) and not marked:
        yield below.words, _BELOW


def is_label(line: Line) -> bool:
    """Whether a line reads as a label itself."""
    return line.text.rstrip().endswith(":") or not re.search(r"\w", line.text)


def _find_right(page: Page, label: Line) -> Line | None:
    beside = [
        line
        for line in page.lines
        if line.box.x0 >= label.box.x1 and line.box.overlap_y(label.box) > 0.5 * min(line.box.height, label.box.height)
    ]
    return min(beside, key=lambda line: line.box.x0, default=None)


def _find_below(page: Page, label: Line) -> Line | None:
    height = label.box.height
    under = [
        line
        for line in page.lines
        if 0 < line.box.center_y - label.box.center_y <= _NEAR * height
        and line.box.y0 >= label.box.center_y
        and _is_aligned(line.box, label.box)
    ]
    return min(under, key=lambda line: line.box.y0, default=None)


def _heads_columns(page: Page, label: Line, right: Line) -> bool:
    """Whether both are heads of columns: something stands right below each of them, and no figure in the one beside."""
    return (
        not re.search(r"\d", right.text)
        and _find_below(page, right) is not None
        and _find_below(page, label) is not None
    )


def _is_aligned(box: Box, label: Box) -> bool:
    slack = 0.6 * label.height
    edges = (box.x0 - label.x0, box.x1 - label.x1, box.center_x - label.center_x)
    return any(abs(edge) <= slack for edge in edges)
