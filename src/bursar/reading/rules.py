"""Fragments of ruling lines to whole ones."""

from __future__ import annotations

from collections.abc import Iterable

from bursar.facts.box import Box
from bursar.reading.page import Rule

_MIN_RULE_PT = 8.0
_SNAP_PT = 1.0  # lines this close to each other are one
_BRIDGE_PT = 3.0  # a gap in a line that is still the same line: dashes, corners


def merge_rules(fragments: Iterable[Box]) -> tuple[Rule, ...]:
    """Return whole lines of fragments: those on one line that touch or nearly do become one; crumbs are left out."""
    lying: list[Box] = []
    standing: list[Box] = []
    for box in fragments:
        (lying if box.width >= box.height else standing).append(box)
    merged = [*_merge_lying(lying), *map(_mirror, _merge_lying(map(_mirror, standing)))]
    return tuple([Rule(box) for box in merged if box.width >= _MIN_RULE_PT or box.height >= _MIN_RULE_PT])


def _merge_lying(boxes: Iterable[Box]) -> list[Box]:
    """Merge level fragments: those at about one height are a track, and along it they are joined."""
    merged: list[Box] = []
    track: list[Box] = []
    begin = 0.0
    for box in sorted(boxes, key=lambda box: box.center_y):
        middle = box.center_y
        if not track:
            begin = middle
        elif middle - begin > _SNAP_PT:
            merged.extend(_merge_track(track))
            track, begin = [], middle
        track.append(box)
    return [*merged, *_merge_track(track)]


def _merge_track(boxes: list[Box]) -> list[Box]:
    merged: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.x0):
        last = merged[-1] if merged else None
        if last is not None and box.x0 - last.x1 <= _BRIDGE_PT:
            merged[-1] = Box(last.x0, min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1))
        else:
            merged.append(box)
    return merged


def _mirror(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)
