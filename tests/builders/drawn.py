"""A document that was drawn, with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
