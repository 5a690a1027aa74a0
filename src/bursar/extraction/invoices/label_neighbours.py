"""Labels that their neighbours tell from others of the same words: a bank's account, a party's number, a label with its value."""

from __future__ import annotations

from collections.abc import Sequence

from bursar.extraction.invoices.layout import LINE_GAP, Hit, Layout, Segment
from bursar.extraction.invoices.regions import Region

_CODES = frozenset({"iban", "bic", "ifsc", "sort_code", "routing_number"})  # no sentence about anything else has one
BANK_KEYS = frozenset({"iban", "bic", "bank_name", "ifsc", "sort_code", "routing_number"})
_PARTIES = {"seller", "buyer", "ship_to", "recipient", "payee"}
_PARTY_ABOVE = 6  # rows
_OWN_LABELS = {"invoice_date", "date", "due_date", "title_number", "invoice_number"}
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
        and (other.opens or other.has_colon or (other.segment is hit.segment and other.means("fields", _CODES)))
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


def is_under_heading(layout: Layout, hit: Hit) -> bool:
    """Whether a line of words stands right above a label or a party's before it on its row: the number is of that.

    «Lieferschein» above «Nr.: 12», not «Invoice date» with its value on the right of it.
    """
    in_strip = not hit.has_colon and bool(layout.right_of(hit.segment))
    before = (other for other in layout.hits_of_row[hit.segment.row] if other.segment.place == hit.segment.place - 1)
    if in_strip and any(_fills(other) and other.keys("parties") for other in before):
        return True
    size = max(hit.segment.size, 1.0)
    for row in reversed(layout.rows[max(0, hit.segment.row - 2) : hit.segment.row]):
        for segment in row.segments:
            near = 0 <= hit.segment.box.y0 - segment.box.y1 <= LINE_GAP * size
            if near and segment.page == hit.segment.page and abs(segment.box.x0 - hit.segment.box.x0) < size:
                titled = any(other.means("fields", _OWN_LABELS) for other in layout.hits_in(segment))
                bare = not any(map(str.isdigit, segment.text)) and not layout.right_of(segment)
                return bare and not titled
    return False


def _fills(hit: Hit) -> bool:
    """Whether a label is all that its segment holds, and ends without a colon."""
    return hit.start == 0 and hit.end >= len(hit.segment.tokens) and not hit.has_colon


def is_of_party(layout: Layout, hit: Hit) -> bool:
    """Whether the label of a party stands on the same line, or above it in one run of lines."""
    lowest, size = hit.segment.box, max(hit.segment.size, 1.0)
    for row in reversed(layout.rows[max(0, hit.segment.row - _PARTY_ABOVE) : hit.segment.row + 1]):
        near = [segment for segment in row.segments if segment.box.overlap_x(hit.segment.box) > 0]
        if not near:
            continue
        if lowest.y0 - near[0].box.y1 > LINE_GAP * size:
            return False
        lowest = near[0].box
        if any(
            other.opens and other.means("parties", _PARTIES) and other.segment.box.overlap_x(hit.segment.box) > 0
            for other in layout.hits_of_row.get(row.index, ())
            if other is not hit
        ):
            return True
    return False
