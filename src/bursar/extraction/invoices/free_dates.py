"""The date of a document whose own date no label names: of a letter, or of a receipt."""

from __future__ import annotations

import re
from datetime import date

from msgspec.structs import replace

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Found, Layout, Row, Token, join
from bursar.extraction.invoices.values import tokens_at

_ONLY_DATE = 0.88  # no label claims it, and there is no other
_FIRST_DATE = 0.55
_PLACE = re.compile(r"[^\W\d_][^\d:;,|]{1,30},(?: (?:den|le|lì|il|el|a|d\.|dnia|dne))?")  # «Hamburg, den», «Lyon, le»
_LABEL = re.compile(r"[^\W\d_]:$")


def first_free_date(
    layout: Layout, order: str | None, taken: set[int], item_rows: frozenset[int] = frozenset()
) -> Found[str | date] | None:
    """Return the topmost date that no label claims: surer where it is the only one.

    A letter's goes first, which stands behind a place («Hamburg, 3 May 2024»), one behind a label that nobody knows last. Dates
    among the items (`item_rows`) are theirs, where there is another.
    """
    free: list[tuple[tuple[bool, int, int, float], Found[str | date]]] = []
    for row in layout.rows:
        for printed in find_dates(row.text, order):
            tokens = tokens_at(row.tokens, printed.start, printed.end)
            if printed.value and not any(id(token) in taken for token in tokens):
                rank = row.index in item_rows, _rank(row, tokens[0]), row.page, row.box.y0
                free.append((rank, Found(printed.value, tokens, _ONLY_DATE)))
    if not free:
        return None
    (among_items, *_), first = min(free, key=lambda entry: entry[0])
    rivals = [found for rank, found in free if rank[0] == among_items and found.value != first.value]
    return replace(first, confidence=_FIRST_DATE) if rivals else first


def _rank(row: Row, first: Token) -> int:
    """Return 0 for the date of a letter, 2 for one that a label announces, else 1; it begins with token `first`."""
    tokens = next(segment.tokens for segment in row.segments if first in segment.tokens)
    before = join(tokens[: tokens.index(first)])
    if _PLACE.fullmatch(before):
        return 0
    return 2 if _LABEL.search(before) else 1
