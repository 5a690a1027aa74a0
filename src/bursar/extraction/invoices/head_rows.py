"""The rows of a table's head: one of labels, with the words that are wrapped below it and above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bursar.extraction.invoices.layout import Layout, Row, Segment
from bursar.extraction.invoices.money_cells import find_cells
from bursar.facts.box import Box

NUMBERS = (
    "quantity",
    "unit_price",
    "amount",
    "gross_amount",
    "tax_rate",
    "tax_amount",
    "discount",
    "cgst",
    "sgst",
    "igst",
    "tax_base",
    "credit",
)
HEAD_ROWS = 3
_FOUR_DIGITS = re.compile(r"\d" + 3 * r"\D*+\d")
_SENTENCE = 9  # words
_HEAD_GAP = 1.1  # between rows of one head, in heights of type
_WRAPPED_GAP = 0.6  # between a head and the rest of its words, in heights of type
_WRAPPED_WORDS = 2


def collect_head_rows(layout: Layout, row: Row, mark: str | None) -> list[Row]:
    """Return a row of labels with those of the same head below and above it."""
    rows = [row]
    for below in layout.rows_below(row.index, HEAD_ROWS - 1):
        height = max(segment.size for segment in rows[-1].segments)
        if below.box.y0 - rows[-1].box.y1 > _HEAD_GAP * height or holds_values(below, mark) or _is_sentence(below):
            break
        if not _is_under_numbers(layout, rows[-1], below):
            if not _has_column_label(layout, below):
                break
            if len(below.segments) == 1 and not is_mostly_labels(layout, below.segments[0]):
                break  # the title of a group: «Part A: material»
        rows.append(below)
    return _with_row_above(layout, rows, mark)


def _is_under_numbers(layout: Layout, row: Row, below: Row) -> bool:
    """Whether a row holds nothing but words wrapped below heads of numbers: «Prezzo» with «netto» under it."""
    heads = [hit for hit in layout.hits_of_row.get(row.index, ()) if not set(NUMBERS).isdisjoint(hit.keys("columns"))]
    height = max(segment.size for segment in row.segments)
    if below.box.y0 - row.box.y1 > _WRAPPED_GAP * height or any(map(str.isdigit, below.text)):
        return False
    return all(
        len(segment.tokens) <= _WRAPPED_WORDS
        and any(hit.box.overlap_x(segment.box) > 0.5 * segment.box.width for hit in heads)
        for segment in below.segments
    )


def _has_column_label(layout: Layout, row: Row) -> bool:
    return any(hit.keys("columns") for hit in layout.hits_of_row.get(row.index, ()))


def _with_row_above(layout: Layout, rows: list[Row], mark: str | None) -> list[Row]:
    if rows[0].index == 0:
        return rows
    above = layout.rows[rows[0].index - 1]
    height = max(segment.size for segment in above.segments)
    if above.page != rows[0].page or rows[0].box.y0 - above.box.y1 > 0.6 * height or holds_values(above, mark):
        return rows
    heads = [segment.box for segment in rows[0].segments]
    over = all(any(box.overlap_x(segment.box) > 0 for box in heads) for segment in above.segments)
    spread = above.box.width > 0.25 * rows[0].box.width and len(above.segments) >= 2
    narrow = over and max(segment.box.width for segment in above.segments) < 0.25 * rows[0].box.width
    narrow = narrow and not any(_spans(segment.box, heads) for segment in above.segments)
    return [above, *rows] if (spread or narrow) and not _is_sentence(above) else rows


def _spans(box: Box, heads: Sequence[Box]) -> bool:
    """Whether words stand over two heads or more, as the last line of an address does: they are a part of neither."""
    return sum(head.overlap_x(box) > 0 for head in heads) > 1


def holds_values(row: Row, mark: str | None) -> bool:
    """Whether amounts of money or long numbers stand on a row: it states values and heads none."""
    return any(cell.is_money for segment in row.segments for cell in find_cells(segment, mark)) or any(
        _FOUR_DIGITS.search(token.text) for token in row.tokens
    )


def _is_sentence(row: Row) -> bool:
    return any(len(segment.tokens) > _SENTENCE for segment in row.segments)


def says_sentence(layout: Layout, row: Row) -> bool:
    """Whether a row holds a sentence, and not many heads that run together."""
    return any(len(segment.tokens) > _SENTENCE and not is_mostly_labels(layout, segment) for segment in row.segments)


def is_mostly_labels(layout: Layout, segment: Segment) -> bool:
    """Whether at least half of a segment's letters are labels of columns, and none of them states a value."""
    if any(token.text.endswith(":") for token in segment.tokens[:-1]):
        return False
    labels = {id(token): token for hit in layout.hits_in(segment) if hit.keys("columns") for token in hit.tokens}
    return 2 * sum(len(token.text) for token in labels.values()) >= sum(len(token.text) for token in segment.tokens)
