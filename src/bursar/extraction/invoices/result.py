"""Findings to the invoice fact: values set at their paths, with evidence for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from bursar.extraction.invoices.layout import Found, Token, box_of
from bursar.facts.evidence import Evidence, Source


class Ledger(Struct):
    """The evidence gathered so far, by path."""

    evidence: dict[str, Evidence] = {}

    def note(self, path: str, found: Found[Any] | None) -> Any:
        """Note where a finding stands and return its value; None for no finding."""
        if found is None:
            return None
        self.evidence[path] = to_evidence(found)
        return found.value


def to_evidence(found: Found[Any]) -> Evidence:
    """Return the evidence of a finding: its words on the page where they begin, or what it was derived from."""
    confidence = round(min(0.99, max(0.01, found.confidence)), 4)
    if not found.tokens:
        return Evidence(None, None, None, confidence, Source.DERIVED, derived_from=found.derived_from)
    page = found.tokens[0].page
    here = [token for token in found.tokens if token.page == page]
    sure = confidence * _sureness(here)
    return Evidence(page, box_of(here), found.text, round(sure, 4), here[0].source)


def _sureness(tokens: Sequence[Token]) -> float:
    """Return how sure the reader was of the words, softened: one weak word does not sink a value."""
    return min(1.0, 0.25 + 0.8 * min(token.confidence for token in tokens))
