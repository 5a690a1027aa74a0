"""A document that was drawn, with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builders.sheet import Sheet, Spot


@dataclass(frozen=True)
class Drawn:
    """`truth` has the corpus' form: `type`, `fields` that stand on the page, `not_visible` that do not."""

    pdf: bytes
    truth: dict[str, Any]
    kind: str  # invoice, receipt, bank_statement
    language: str
    pages: int
    layout: str
    holdout: bool
    strings: tuple[str, ...]  # every string drawn, in order
    spots: tuple[Spot, ...]  # where each stands
    paper: tuple[float, float]


def finish(sheet: Sheet, truth: dict[str, Any], *, kind: str, language: str, layout: str, holdout: bool) -> Drawn:
    """Close the sheet and say what it holds."""
    return Drawn(
        sheet.finish(),
        truth,
        kind,
        language,
        sheet.page,
        layout,
        holdout,
        tuple(sheet.strings),
        tuple(sheet.spots),
        (sheet.width, sheet.height),
    )
