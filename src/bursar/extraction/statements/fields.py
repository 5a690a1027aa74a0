"""Labelled values outside the table: «Opening balance: 1,200.00», «IBAN …», also with the value below its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bursar.extraction.statements.cells import Cell, Day, Money, Row, Sheet
from bursar.extraction.statements.vocabulary import Found, find_labels
from bursar.facts.box import Box, enclose
from bursar.reading.page import Word

_ROWS_BELOW = 3
_BELOW_EM = 4.0  # how far below its label a value may stand

MONEY_FIELDS = {"opening", "closing", "balance_at", "total_debits", "total_credits", "credit_limit", "minimum_due"}
DAY_FIELDS = {"period", "period_start", "period_end", "statement_date", "payment_due_date"}


@dataclass(frozen=True, slots=True)
class Label:
    """A label where it stands; `names` are what it may mean, in `lines` and `fields` alike."""

    names: frozenset[str]
    page: int
    row: int
    box: Box
    words: tuple[Word, ...]
    cell: int
    opens_cell: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What stands beside or below a label: words always, an amount or dates where there are some. `below`: under it."""

    label: Label
    page: int
    words: tuple[Word, ...]
    moneys: tuple[Money, ...]
    days: tuple[Day, ...]
    below: bool
    colon: bool = False

    @property
    def text(self) -> str:
        """The words joined by a blank."""
        return " ".join(word.text for word in self.words)

    @property
    def apart(self) -> bool:
        """Whether label and value are not merely words of one sentence."""
        if not self.label.opens_cell:
            return False
        gap = self.words[0].box.x0 - self.label.box.x1
        colon = self.label.words[-1].text.endswith(":") or self.colon
        return self.below or colon or gap > self.label.box.height

    @property
    def box(self) -> Box:
        """The box around its words."""
        return enclose(word.box for word in self.words)


def find_values(sheets: Iterable[Sheet], taken: set[tuple[int, int]]) -> list[Value]:
    """Return all labelled values, in reading order; `taken` are (page, row) that hold transactions."""
    found: list[Value] = []
    for sheet in sheets:
        for position, row in enumerate(sheet.rows):
            if (row.page, row.index) in taken:
                continue
            labels = _labels_of(row)
            for number, label in enumerate(labels):
                following = labels[number + 1] if number + 1 < len(labels) else None
                value = _beside(row, label, following) or _below(sheet, position, label, labels, taken)
                if value is not None:
                    found.append(value)
    return found


def _labels_of(row: Row) -> list[Label]:
    labels = []
    for index, cell in enumerate(row.cells):
        for match in find_labels(cell.words, ("fields", "lines")):
            names = match.names_in("fields") | (match.names_in("lines") - {"debit_section", "credit_section"})
            words = cell.words[match.first : match.last + 1]
            labels.append(
                Label(
                    frozenset(names), row.page, row.index, enclose(w.box for w in words), words, index, match.first == 0
                )
            )
    return [label for label in labels if label.names]


def _beside(row: Row, label: Label, following: Label | None) -> Value | None:
    """Return what stands to the right of the label, up to the following one."""
    cell = row.cells[label.cell]
    at = next(index for index, word in enumerate(cell.words) if word is label.words[-1]) + 1
    words = list(cell.words[at:])
    if following is not None and following.cell == label.cell:
        stop = next(index for index, word in enumerate(cell.words) if word is following.words[0])
        words = list(cell.words[at:stop])
    elif not _suffices(row, label, words):
        for later in row.cells[label.cell + 1 :]:
            if following is not None and later.box.x0 >= following.box.x0:
                break
            words.extend(later.words)
            if _suffices(row, label, words):
                break
    colon = bool(words) and words[0].text.startswith(":")
    words = [word for word in words if word.text.strip(":.–=|")]
    if not words or (label.names <= MONEY_FIELDS and not _holds(row.moneys, words)):
        return None
    return _make(label, row, words, below=False, colon=colon)


def _suffices(row: Row, label: Label, words: Sequence[Word]) -> bool:
    """Whether the words hold what the label announces."""
    if label.names & MONEY_FIELDS:
        return _holds(row.moneys, words)
    return _says_something(words) and (_has_digit(words) or not label.names & DAY_FIELDS)


def _holds(moneys: Sequence[Money], words: Sequence[Word]) -> bool:
    ids = {id(word) for word in words}
    return any(all(id(word) in ids for word in money.words) for money in moneys)


def _below(
    sheet: Sheet, position: int, label: Label, labels: Sequence[Label], taken: set[tuple[int, int]]
) -> Value | None:
    """Return the cell under the label that no other label of the row is nearer to."""
    for row in sheet.rows[position + 1 : position + 1 + _ROWS_BELOW]:
        if row.box.y0 - label.box.y1 > _BELOW_EM * sheet.em or (row.page, row.index) in taken:
            return None
        cells = [cell for cell in row.cells if _nearest(cell, labels) is label and _reaches(cell, label, sheet.em)]
        if cells and not any(find_labels(cell.words, ("fields", "lines")) for cell in cells):
            value = _make(label, row, [word for cell in cells for word in cell.words], below=True)
            named_days = [
                day for day in sheet.rows[position].days if _within(day, sheet.rows[position].cells[label.cell])
            ]
            return replace(value, days=value.days or tuple(named_days))
        if cells:
            return None
    return None


def _within(day: Day, cell: Cell) -> bool:
    return any(day.words[0] is word for word in cell.words)


def _nearest(cell: Cell, labels: Sequence[Label]) -> Label:
    return min(
        labels,
        key=lambda label: (-min(0.0, label.box.overlap_x(cell.box)), abs(label.box.center_x - cell.box.center_x)),
    )


def _reaches(cell: Cell, label: Label, em: float) -> bool:
    return cell.box.overlap_x(label.box) > -2.0 * em


def _make(label: Label, row: Row, words: Sequence[Word], *, below: bool, colon: bool = False) -> Value:
    ids = {id(word) for word in words}
    moneys = tuple(money for money in row.moneys if all(id(word) in ids for word in money.words))
    days = tuple(day for day in row.days if all(id(word) in ids for word in day.words))
    return Value(label, row.page, tuple(words), moneys, days, below, colon)


def _says_something(words: Sequence[Word]) -> bool:
    return any(any(c.isalnum() for c in word.text) for word in words)


def _has_digit(words: Sequence[Word]) -> bool:
    return any(any(c.isdigit() for c in word.text) for word in words)


def named(values: Iterable[Value], *names: str) -> list[Value]:
    """Return the values whose label may mean one of the names."""
    return [value for value in values if value.label.names & set(names)]


__all__ = ["DAY_FIELDS", "MONEY_FIELDS", "Found", "Label", "Value", "find_values", "named"]
