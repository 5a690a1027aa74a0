"""What a printed row is to the item table around it: a line's own, what is taken off it, what is of the document, its end."""

from __future__ import annotations

import re

from bursar.extraction.dates import read_date
from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.layout import Hit, Layout, Row, Segment, join
from bursar.extraction.invoices.row_cells import RowCells
from bursar.extraction.invoices.tax_table import kind_of
from bursar.extraction.labels.vocabulary import compact, phrases_of

_ENDS = {"subtotal", "total", "tax_total", "tax", "amount_due", "items_total"}
_CHARGES = {"shipping", "rounding", "tip", "service_charge", "withholding", "amount_paid"}
_PAPERS = {"delivery_note", "purchase_order", "sales_order"}
_SKIPPED = {"previous_balance", "not_total"}
_SHORT = 4  # letters
_FEWEST_HEADS = 2  # words for totals in one row


def is_anchor(cells: RowCells, head: Head) -> bool:
    """Whether a row carries a line's amount, or its price or quantity in a table without amounts."""
    amounts = [cells.numbers[kind] for kind in AMOUNTS if kind in cells.numbers]
    if amounts:
        words = any(c.isalpha() for token in cells.texts.get("description", ()) for c in token.text)
        return any(cell.is_money for cell in amounts) or words or len(cells.numbers) > 1
    if head.kinds & set(AMOUNTS):
        return False
    return bool({"unit_price", "quantity"} & set(cells.numbers)) and bool(cells.texts.get("description"))


def is_allowance(layout: Layout, cells: RowCells) -> bool:
    """Whether a row takes from or adds to the line above: an amount without quantity beside a word for discounts."""
    if "quantity" in cells.numbers or "unit_price" in cells.numbers or not any(k in cells.numbers for k in AMOUNTS):
        return False
    amount = next(cells.numbers[kind] for kind in AMOUNTS if kind in cells.numbers)
    words = join(cells.texts.get("description", ()) + cells.texts.get("product_code", ()))
    bare = not any(c.isalpha() for c in words) and amount.value < 0
    return bare or (amount.value < 0 and has_label(layout, cells.row, {"discount"}) and not cells.texts.get("position"))


def is_skipped(layout: Layout, cells: RowCells) -> bool:
    """Whether a row carries a sum over from another page, or says what is no total; with quantity and price it is a line."""
    return not {"quantity", "unit_price"} <= set(cells.numbers) and has_label(layout, cells.row, _SKIPPED)


def has_label(layout: Layout, row: Row, kinds: set[str]) -> bool:
    """Whether a word for some totals opens a segment of a row."""
    return any(hit.opens and hit.means("totals", kinds) for hit in layout.hits_of_row.get(row.index, ()))


def is_of_document(layout: Layout, cells: RowCells, head: Head) -> bool:
    """Whether a row states what is added to the whole document, right of the descriptions: a charge, or a tax."""
    description, first = head.find("description"), cells.row.segments[0]
    if description is None or first.box.x0 <= description.box.x1 or {"quantity", "unit_price"} <= set(cells.numbers):
        return False
    return any(
        (hit.start == 0 and hit.means("totals", _CHARGES)) or (hit.means("totals", {"tax"}) and _is_bare_tax(hit))
        for hit in layout.hits_in(first)
    )


def _is_bare_tax(hit: Hit) -> bool:
    """Whether a segment holds the word for a tax, its rate and what goes before it («zzgl. 19 % MwSt.»), and nothing else."""
    if "%" not in hit.segment.text:
        return False
    others = (*hit.segment.tokens[: hit.start], *hit.segment.tokens[hit.end :])
    said = {compact(token.text) for token in others if any(map(str.isalpha, token.text))}
    return said <= phrases_of("modifiers", "tax") | phrases_of("modifiers", "net") | phrases_of("modifiers", "gross")


def ends_table(layout: Layout, cells: RowCells) -> bool:
    """Whether a row states a total: its first label is one and it has no quantity and price."""
    hits = layout.hits_of_row.get(cells.row.index, ())
    if _is_other_head(layout, cells) or _heads_totals(layout, cells):
        return True
    if {"quantity", "unit_price"} <= set(cells.numbers):
        return False
    day = cells.texts.get("date")
    dated = day is not None and "%" not in cells.row.text and read_date(join(day)) is not None
    for hit in hits:
        if not hit.opens or not hit.means("totals", _ENDS):
            continue
        if dated and hit.segment.place and set(hit.keys("totals")) == {"tax"} and kind_of(hit) == "sales_tax":
            continue  # what is charged on a day: «02/03 City tax 4.00»
        beside = hit.segment.place > 0 and not _is_first_text(cells, hit.segment)
        if beside and ("quantity" in cells.numbers or hit.start or not _has_money(cells)):
            continue
        whole = hit.end >= len(hit.segment.tokens) or hit.has_colon
        follows = hit.segment.tokens[hit.end :]
        if whole or all(not token.text.isalpha() or len(token.text) <= 4 for token in follows):
            return True
    return False


def names_papers(layout: Layout, cells: RowCells) -> bool:
    """Whether a row says nothing but which orders and deliveries lines are of: «Delivery note 118402 of 04/05/2026».

    Its words are labels of their numbers, and short ones between them.
    """
    hits = layout.hits_of_row.get(cells.row.index, ())
    papers = [hit for hit in hits if hit.means("fields", _PAPERS)]
    if not papers or papers[0].segment.place or papers[0].start or not any(map(str.isdigit, cells.row.text)):
        return False
    labels = {id(token) for hit in papers for token in hit.tokens}
    words = [token for token in cells.row.tokens if id(token) not in labels and token.text.strip(":.,()").isalpha()]
    return all(len(token.text.strip(":.,()")) <= _SHORT for token in words)


def _has_money(cells: RowCells) -> bool:
    return any(cell.is_money for cell in cells.numbers.values()) or bool(re.search(r"\d[.,]\d{2}\b", cells.row.text))


def _is_other_head(layout: Layout, cells: RowCells) -> bool:
    """Whether a row heads another table or section: three words for columns and no amount, or a heading alone."""
    if any(cell.is_money for cell in cells.numbers.values()):
        return False
    hits = layout.hits_of_row.get(cells.row.index, ())
    kinds = {hit.keys("columns")[0] for hit in hits if hit.keys("columns") and hit.start == 0}
    if len(kinds) >= 3 and not any(c.isdigit() for c in cells.row.text):
        return True
    alone = len(cells.row.segments) == 1 and len(hits) == 1
    return (
        alone
        and hits[0].end >= len(hits[0].segment.tokens)
        and "other" in hits[0].keys("parties")
        and hits[0].letters > 9
    )


def _heads_totals(layout: Layout, cells: RowCells) -> bool:
    """Whether a row heads a strip of totals: two or more words for them in segments of their own, and no number."""
    hits = layout.hits_of_row.get(cells.row.index, ())
    if min(len(hits), len(cells.row.segments)) < _FEWEST_HEADS or any(map(str.isdigit, cells.row.text)):
        return False
    heads = {hit.segment.place for hit in hits if hit.opens and hit.means("totals", _ENDS | _CHARGES)}
    return len(heads) >= _FEWEST_HEADS and any(hit.opens and hit.means("totals", _ENDS) for hit in hits)


def _is_first_text(cells: RowCells, segment: Segment) -> bool:
    """Whether no words stand on the row before a segment."""
    before = cells.row.segments[: segment.place]
    return not any(c.isalpha() for part in before for c in part.text)
