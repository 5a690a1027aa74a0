"""The page beside an e-invoice as a witness: what its reader saw, and how much a different account matters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bursar.extraction.einvoice.paths import get_value
from bursar.extraction.einvoice.sight import Place, Sight
from bursar.facts.evidence import Evidence, Issue, Severity, Source
from bursar.facts.invoice import Invoice, InvoiceLine
from bursar.facts.money import round_to
from bursar.reading.page import Reading

MISMATCH = "XML_PAGE_MISMATCH"
SURE = 0.5  # what the page reader is less sure of neither contradicts the XML nor completes it

_CERTAIN = 0.9  # what it is this sure of contradicts the XML, though the XML's value stands elsewhere on the page


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that the page reader saw, and where."""

    value: Any
    evidence: Evidence


class Witness:
    """A page reader's invoice, and the words of the pages that it was read from.

    `is_whole` says that nothing of the document was left unread.
    """

    def __init__(self, page: Invoice, reading: Reading | None) -> None:
        self.page = page
        self.pages = reading.pages if reading else ()
        self.sight = Sight(self.pages, page.conventions)
        self.is_whole = reading is not None and _is_whole(reading)

    def see(self, path: str) -> Seen | None:
        """Return what the page has at the path; None for nothing, and for what its reader doubts or derived from others."""
        evidence, value = self.page.evidence.get(path), get_value(self.page, path)
        if value is None or evidence is None or evidence.source is Source.DERIVED or evidence.confidence < SURE:
            return None
        return Seen(value, evidence)

    def find(self, text: str) -> Place | None:
        """Return where a text stands on the pages."""
        return self.sight.find(text)

    def contradict(self, path: str, mine: str | date | Decimal, seen: Seen, *, softly: bool = False) -> Issue | None:
        """Return the issue that the page says something else than the XML does.

        None for a text that stands on the page all the same: its reader took another for it. A warning where the page does
        not show the XML's value at all, or its reader is certain; else, and where the difference is harmless (`softly`), a
        remark.
        """
        shown = self.sight.shows(mine)
        if shown and isinstance(mine, str):
            return None
        doubtful = shown and seen.evidence.confidence < _CERTAIN
        return Issue(
            MISMATCH,
            Severity.INFO if softly or doubtful else Severity.WARNING,
            f"The e-invoice's XML says {show(mine)}, the page {show(seen.value)}",
            (path,),
            seen.evidence.page,
            str(seen.value),
        )

    def miss_line(self, index: int, description: str | None, amount: Decimal | None) -> Issue:
        """Return the issue that the page reader found no line for one of the XML, a warning where it is not to be seen."""
        shown = self.sight.shows(description or "") and (amount is None or self.sight.shows(amount))
        severity = Severity.INFO if shown else Severity.WARNING
        return Issue(MISMATCH, severity, "The page lacks this line of the e-invoice's XML", (f"items.{index}",))

    def miss_lines(self, lines: Sequence[InvoiceLine]) -> list[Issue]:
        """Return the issue that the page shows lines of the XML nowhere, where its reader found none at all."""
        missed = [index for index, line in enumerate(lines) if not self._may_show_line(line)] if self.is_whole else []
        if not missed:
            return []
        message = f"The page shows {len(missed)} of the {len(lines)} lines of the e-invoice's XML nowhere"
        return [Issue(MISMATCH, Severity.WARNING, message, tuple(f"items.{index}" for index in missed))]

    def _may_show_line(self, line: InvoiceLine) -> bool:
        if line.amount is None:
            return not line.description or self.sight.may_show(line.description)
        gross = round_to(line.amount * (100 + (line.tax_rate or 0)) / 100)
        return self.sight.may_show(line.amount) or self.sight.may_show(gross)

    def add_line(self, index: int, known: Collection[Decimal | None]) -> Issue:
        """Return the issue that the page has a line more than the XML.

        A warning where its reader is certain, or its amount is none of those `known` of the XML's lines.
        """
        line = self.page.items[index]
        evidence = self.page.evidence.get(f"items.{index}.amount") or self.page.evidence.get(
            f"items.{index}.description"
        )
        certain = evidence is not None and evidence.confidence >= _CERTAIN
        return Issue(
            MISMATCH,
            Severity.WARNING if certain or (line.amount and line.amount not in known) else Severity.INFO,
            f"The page has a line that the e-invoice's XML lacks: {show(line.description)}, {line.amount}",
            ("items",),
            line.page,
        )


def _is_whole(reading: Reading) -> bool:
    """Whether all pages of the file were read, and some have words: what stands on none of them stands nowhere."""
    pages = reading.pages
    return len(pages) == reading.page_count and not any(page.error for page in pages) and any(p.words for p in pages)


def show(value: Any) -> str:
    """Return a value as a message has it."""
    return repr(" ".join(value.split())) if isinstance(value, str) else str(value)
