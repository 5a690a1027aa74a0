"""The period that an invoice bills for: two dates behind its label."""

from __future__ import annotations

from bursar.extraction.invoices.layout import Found, Layout
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.invoices.result import Ledger
from bursar.extraction.invoices.values import read_period, tokens_at
from bursar.facts.document import Period


def find_service_period(layout: Layout, order: str | None, ledger: Ledger) -> Period:
    """Return the first period that a label names; an empty one otherwise."""
    for hit in layout.hits_of_field("service_period"):
        for region in find_regions(layout, hit):
            both = read_period(region.tokens, order)
            if both is None:
                continue
            start, end = both
            found = [
                Found(day.value, tokens_at(region.tokens, day.start, day.end), 0.85 * region.fit)
                for day in (start, end)
            ]
            return Period(
                ledger.note("invoice_info.service_period.start_date", found[0]),
                ledger.note("invoice_info.service_period.end_date", found[1]),
            )
    return Period()
