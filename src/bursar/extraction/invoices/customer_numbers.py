"""Numbers of customers that the word for the customer alone announces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bursar.extraction.invoices.layout import Hit, Layout
from bursar.extraction.invoices.values import Value

_NUMBER = re.compile(r"[A-Z]{0,3}-?\d{3,9}")
_WORD = 4  # letters of a label: «to» and «for» stand before many a number


def find_customer_numbers(layout: Layout) -> Iterator[tuple[Hit, Value]]:
    """Give the number that is all that a label for the buyer has beside it: «Kunde 88120», «Client: C-417»."""
    for hit in layout.hits:
        if hit.start or not hit.means("parties", {"buyer"}) or hit.letters < _WORD:
            continue
        beside = hit.segment.tokens[hit.end :] or next((s.tokens for s in layout.right_of(hit.segment)[:1]), ())
        if len(beside) == 1 and _NUMBER.fullmatch(beside[0].text):
            yield hit, Value(beside[0].text, tuple(beside), 1.0)
