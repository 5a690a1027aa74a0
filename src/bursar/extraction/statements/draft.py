"""What was found on the pages, before it is written down as facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bursar.extraction.statements.balances import Chain
from bursar.extraction.statements.cells import Day, Sheet
from bursar.extraction.statements.dating import Calendar, PrintedPeriod
from bursar.extraction.statements.fields import Value
from bursar.extraction.statements.items import Item, Movement
from bursar.extraction.statements.mending import Mended
from bursar.extraction.statements.summary import Seat
from bursar.facts.evidence import Convention
from bursar.reading.page import Reading


@dataclass(frozen=True, slots=True)
class Draft:
    """All that one statement is made of."""

    reading: Reading
    sheets: Sequence[Sheet]
    items: Sequence[Item]
    values: Sequence[Value]
    chain: Chain
    calendar: Calendar
    period: PrintedPeriod
    statement_day: tuple[Day, int] | None
    openings: Sequence[Seat]
    closings: Sequence[Seat]
    document_type: str
    decimal: Convention
    order: Convention
    mended: Sequence[Mended]
    table_row: int | None  # where the first table begins on the first page, None when none does

    @property
    def movements(self) -> list[Movement]:
        """The transactions in the document's order."""
        return [item for item in self.items if isinstance(item, Movement)]
