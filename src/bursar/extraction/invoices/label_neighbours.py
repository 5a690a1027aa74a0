"""Labels that their neighbours tell from others of the same words: a bank's account, a label with its value beside it."""

from __future__ import annotations

from collections.abc import Sequence

from bursar.extraction.invoices.layout import Hit, Layout, Segment
from bursar.extraction.invoices.regions import Region

BANK_KEYS = frozenset({"iban", "bic", "bank_name", "ifsc", "sort_code", "routing_number"})
_BANK_ROWS = 2
_BLOCK = 4.5  # sizes of type that these rows span at most
_LETTERS = 5


def is_of_next_label(layout: Layout, segment: Segment | None, regions: Sequence[Region]) -> bool:
    """Whether a label has its value beside it, and the segment below it opens with another label: «Your ref. Ann Lee» above «Terms 30 days».

    `regions` are the places for its value, the most usual first.
    """
    if segment is None or regions[0].place == "below":
        return False
    return any(hit.start == 0 and hit.keys("fields") and hit.letters >= _LETTERS for hit in layout.hits_in(segment))


def is_of_bank(layout: Layout, hit: Hit) -> bool:
    """Whether a label for accounts stands among those of a bank: on its line, or in one block with them."""
    if not hit.means("fields", {"account_number"}):
        return False
    near = range(hit.segment.row - _BANK_ROWS, hit.segment.row + _BANK_ROWS + 1)
    return any(
        other is not hit
        and (other.opens or other.has_colon)
        and other.means("fields", BANK_KEYS)
        and _stand_in_block(other.segment, hit.segment)
        for row in near
        for other in layout.hits_of_row.get(row, ())
    )


def _stand_in_block(one: Segment, other: Segment) -> bool:
    if one is other or one.page != other.page:
        return one is other
    size = max(other.size, 1.0)
    return abs(one.box.x0 - other.box.x0) < size and abs(one.box.y0 - other.box.y0) <= _BLOCK * size
