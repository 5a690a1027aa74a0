"""Rows of a table to movements, balances and totals: what belongs together, and what is none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bursar.extraction.dates import month_names
from bursar.extraction.statements.cells import Cell, Day, Money, Row
from bursar.extraction.statements.columns import counts_as_money, value_at
from bursar.extraction.statements.headings import MONEY_ROLES, Column
from bursar.extraction.statements.identity import currency_named
from bursar.extraction.statements.items import Item, Loose, Mark, Movement, Total
from bursar.extraction.statements.tables import Table
from bursar.extraction.statements.vocabulary import find_labels, is_word, tokens_of
from bursar.facts.box import enclose
from bursar.reading.page import Word

_FILLER = re.compile(r"[~\-–—_.=*\s:;|•►▶>]+")
_SLACK_EM = 0.8  # how far a line of text may begin beside the column's edge
_SAME_TABLE = 2.0  # times the distance of lines, that a further row of a day may stand below the last
_WIDE_GAP = 1.3  # times the usual distance: more parts two entries
_FAR_EM = 2.6  # text further below is not the entry's
_LABEL_REST = 3  # words beside the label that a dated line of a balance may have
_PAGE_NUMBER = re.compile(r"\d+\s*(/|of|von|de|van|sur|av|z|di)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A row taken apart by columns. `words` are those of neither date, amount, marker nor reference."""

    row: Row
    day: Day | None
    value_day: Day | None
    moneys: dict[str, Money]
    marker: str | None
    words: tuple[Word, ...]
    reference: tuple[Word, ...]
    stray_money: bool
    counterparty: tuple[Word, ...] = ()
    currency: tuple[Word, ...] = ()

    @property
    def movement(self) -> bool:
        """Whether it holds an amount of a movement."""
        return any(role in self.moneys for role in ("debit", "credit", "amount"))

    @property
    def label(self) -> tuple[str, int] | None:
        """The kind of balance or total that its text opens with, and how many words stand beside it."""
        return _label_of(self.words)


class EntryReader:
    """Reads tables one after another; what a page breaks is joined across it."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.taken: set[tuple[int, int]] = set()
        self._last: Movement | None = None
        self._day: Day | None = None
        self._pending: Parsed | None = None
        self._texts: list[Parsed] = []
        self._direction: str | None = None
        self._open = False  # whether text may still belong to the last movement
        self._ended = False  # whether a closing balance or a total has been seen since the last heading
        self._bottom: float | None = None  # of the last row on this page that became something
        self._pitch = 0.0

    def read(self, table: Table) -> None:
        """Take the rows of one more table."""
        self.taken |= {(table.sheet.page.number, index) for index in table.heading_rows}
        parsed = [parse_row(table, row) for row in table.rows]
        band = _text_band(table, parsed)
        self._pitch = _pitch_of(parsed, table)
        self._ended = False
        self._bottom = None
        if not table.headed and not table.guessed:
            self._open = True
        for line in parsed:
            self._take(line, band, table)
        self._settle_texts(None, table)

    def _take(self, line: Parsed, band: tuple[float, float], table: Table) -> None:
        if line.movement and self._is_entry(line, band[0] - _SLACK_EM * table.sheet.em):
            self._settle_texts(line, table)
            self._add_movement(line)
        elif self._add_labelled(line):
            self._close()
        elif line.day is not None and not line.moneys and line.words:
            self._settle_texts(None, table)
            self._pending, self._day = line, line.day
        elif line.words and not line.moneys and not line.stray_money:
            self._take_text(line, *band, table)
            return
        elif line.moneys or line.stray_money:
            self._close()
            self.items.append(Loose(line.row.page, line.row.text, line.row.box, has_money=True))
            return
        self._bottom = line.row.box.y1

    def _is_entry(self, line: Parsed, left: float) -> bool:
        label = line.label
        if label is None:
            return line.day is not None or self._pending is not None or self._follows_on(line, left)
        kind, rest = label
        if kind.startswith("total"):
            return line.day is not None and rest > 0
        only_amount = not ("balance" in line.moneys and len(line.moneys) > 1 and not _is_zero_entry(line))
        return not only_amount and rest > _LABEL_REST if line.day is None else rest > _LABEL_REST or not only_amount

    def _follows_on(self, line: Parsed, left: float) -> bool:
        """Whether a row without a date is one more of the same day: in line with the others, not after the table's end."""
        if self._day is None or self._ended or not line.words or line.words[0].box.x0 < left:
            return False
        top = (self._texts[0] if self._texts else line).row.box.y0
        return self._bottom is None or top - self._bottom <= _SAME_TABLE * self._pitch

    def _add_movement(self, line: Parsed) -> None:
        moneys = {
            role: money
            for role, money in line.moneys.items()
            if not (money.amount.value == 0 and _has_other(line, role))
        }
        pending, self._pending = self._pending, None
        day = line.day or (pending.day if pending else None) or self._day
        value_day = line.value_day or (pending.value_day if pending else None)
        words = [*(pending.words if pending else ()), *line.words]
        movement = Movement(
            line.row.page,
            line.row.box,
            day,
            value_day,
            moneys,
            line.marker,
            self._direction,
            inherits=line.day is None and (pending is None or pending.day is None),
            words=words,
            reference=list(line.reference),
            counterparty=list(line.counterparty),
            currency=list(line.currency),
        )
        self.items.append(movement)
        self.taken.add((line.row.page, line.row.index))
        self._last, self._day, self._open, self._ended = movement, day, True, False

    def _add_labelled(self, line: Parsed) -> bool:
        label = line.label
        if label is None or not line.moneys:
            return False
        kind, _ = label
        self._ended = kind != "opening"
        if kind.startswith("total"):
            self._add_totals(line, kind)
            return True
        role = "balance" if "balance" in line.moneys else next(iter(line.moneys))
        others = {r: m for r, m in line.moneys.items() if r != role and m.amount.value != 0}
        self.items.append(Mark(line.row.page, kind, line.moneys[role], role, line.marker, line.day))
        for other, money in others.items():
            if other in ("debit", "credit"):
                self.items.append(Total(line.row.page, other, money, partial=False))
        if line.day is not None:
            self._day = line.day
        return True

    def _add_totals(self, line: Parsed, kind: str) -> None:
        partial = any(is_word(word.text, "page") for word in line.words)
        several = sum(role in ("debit", "credit", "amount") for role in line.moneys) > 1
        named = {"total_debits": "debit", "total_credits": "credit"}.get(kind)
        for role, money in line.moneys.items():
            if role in ("debit", "credit", "amount"):
                own = role if role != "amount" else "any"
                self.items.append(Total(line.row.page, own if several else named or own, money, partial))

    def _take_text(self, line: Parsed, left: float, right: float, table: Table) -> None:
        section = _section_of(line)
        if section is not None:
            self._direction = section
            self._close()
            return
        box = enclose(word.box for word in line.words)
        slack = _SLACK_EM * table.sheet.em
        if left - slack <= box.x0 and box.x1 <= right + slack and not _PAGE_NUMBER.fullmatch(line.row.text):
            self._texts.append(line)
        elif self._open:
            self._settle_texts(None, table)

    def _settle_texts(self, following: Parsed | None, table: Table) -> None:
        """Give the lines of text gathered since the last movement to it or to the following one."""
        texts, self._texts = self._texts, []
        if not texts:
            return
        above = _split_texts(texts, self._last if self._open else None, following, table)
        target = self._pending or (self._last if self._open else None)
        for line in texts[:above]:
            self.taken.add((line.row.page, line.row.index))
            if isinstance(target, Movement):
                target.words.extend(line.words)
                target.box = enclose([target.box, line.row.box]) if target.page == line.row.page else target.box
            elif target is not None:
                self._pending = _join(target, line)
        for line in texts[above:]:
            if following is not None and self._pending is None and _near(line, following, self._pitch):
                self._pending = _join(line, None)
            elif following is not None and self._pending is not None:
                self._pending = _join(self._pending, line)

    def _close(self) -> None:
        self._texts.clear()
        self._open = False
        self._pending = None


def parse_row(table: Table, row: Row) -> Parsed:
    """Return the row taken apart by the table's columns."""
    moneys: dict[str, Money] = {}
    days: dict[str, Day] = {}
    used: set[int] = set()
    for index, role in table.roles.items():
        cluster = table.clusters[index]
        if cluster.kind == "day":
            day = value_at(row.days, cluster, lambda found: found.leads)
            if day is not None and not used & {id(word) for word in day.words}:
                days[role] = day
                used |= {id(word) for word in day.words}
        elif role in (*MONEY_ROLES, "original", "rate", "fee"):
            money = value_at(row.moneys, cluster, lambda found: counts_as_money(found, row))
            if money is not None and not used & {id(word) for word in money.words}:
                moneys[role] = money
                used |= {id(word) for word in money.words}
    marker = None
    for cell in row.cells:
        if cell.marker and moneys and not used & {id(word) for word in cell.words} and _beside(cell, moneys):
            marker = cell.marker
            used |= {id(word) for word in cell.words}
    stray = any(
        money.amount.decimals == 2
        and money.whole
        and not used & {id(word) for word in money.words}
        and not _tells_foreign(money, row)
        for money in row.moneys
    )
    joints = _joints_of(row)
    rest = tuple(
        word for word in row.words if id(word) not in used and (id(word) in joints or not _FILLER.fullmatch(word.text))
    )
    reference = _words_below(table, table.column_of("reference"), row, rest) if moneys else ()
    currency = _words_below(table, table.column_of("currency"), row, rest) if moneys else ()
    if currency_named(" ".join(word.text for word in currency)) is None:
        currency = ()
    aside = {id(word) for word in (*reference, *currency)}
    rest = tuple(word for word in rest if id(word) not in aside)
    names = _names_in(table, row, rest) if moneys else ()
    return Parsed(
        row,
        days.get("date"),
        days.get("value_date"),
        moneys,
        marker,
        rest,
        reference,
        stray and not moneys,
        names,
        currency,
    )


def _joints_of(row: Row) -> set[int]:
    """Return the signs between words that say how they belong together: «Nom : Dupont», «1 EUR = 1.08 USD»."""
    return {id(word) for cell in row.cells for word in cell.words[1:-1] if word.text in (":", "=")}


def _tells_foreign(money: Money, row: Row) -> bool:
    """Whether the row is a line such as «USD 45.00» of a description: it begins with an amount in a named currency."""
    code = money.amount.currency or ""
    begins = any(word is row.words[0] for word in money.words)
    return len(code) == 3 and code.isalpha() and begins and len(row.words) <= len(money.words) + _LABEL_REST


def _names_in(table: Table, row: Row, words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words in the column of names; all where that is the only column of text."""
    place = table.name_column
    if place is None:
        return ()
    texts = [column for column in table.columns if column.role in ("description", "counterparty")]
    return tuple(words) if len(texts) == 1 else _words_below(table, place, row, words)


def _words_below(table: Table, place: Column | None, row: Row, words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of the cells that stand in a column beside that of descriptions, and in no other."""
    if place is None or table.column_of("description") is None:
        return ()
    ids = {id(word) for word in words}
    others = [column.box for column in table.columns if column is not place]
    return tuple(
        word
        for cell in row.cells
        if place.box.overlap_x(cell.box) > 0 and all(box.overlap_x(cell.box) <= 0 for box in others)
        for word in cell.words
        if id(word) in ids
    )


def _beside(cell: Cell, moneys: dict[str, Money]) -> bool:
    nearest = min(moneys.values(), key=lambda money: abs(money.box.center_x - cell.box.center_x))
    return abs(nearest.box.center_x - cell.box.center_x) < 120


def _has_other(line: Parsed, role: str) -> bool:
    pair = {"debit", "credit"}
    return role in pair and any(other in line.moneys for other in pair - {role})


def _is_zero_entry(line: Parsed) -> bool:
    return all(money.amount.value == 0 for role, money in line.moneys.items() if role != "balance")


def _label_of(words: Sequence[Word]) -> tuple[str, int] | None:
    found = find_labels(words, ("lines",))
    if not found:
        return None
    first = found[0]
    names = first.names_in("lines")
    lead = sum(len(token) for word in words[: first.first] for token in tokens_of(word.text))
    if lead > 4:
        return None
    for name in ("opening", "closing", "balance_at", "total_debits", "total_credits", "total"):
        if name in names and not (name == "total" and len(names) > 1):
            rest = sum(_says_more(word) for word in words[first.last + 1 :]) + (lead > 0)
            single = len(words[first.first : first.last + 1]) == 1
            return ("balance" if name == "balance_at" else name), rest * (_LABEL_REST + 1 if single else 1)
    return None


def _says_more(word: Word) -> bool:
    """Whether a word beside a label is more than a date, a currency or a particle."""
    tokens = [token for token in tokens_of(word.text) if token.isalpha()]
    return any(len(token) > 3 and token not in month_names() for token in tokens)


def _section_of(line: Parsed) -> str | None:
    """Return the direction that a line gives to the movements below it, such as «Deposits»."""
    found = find_labels(line.words, ("lines",))
    if len(found) != 1 or found[0].first > 0 or found[0].last < len(line.words) - 1:
        return None
    names = found[0].names_in("lines")
    if "debit_section" in names:
        return "debit"
    return "credit" if "credit_section" in names else None


def _text_band(table: Table, parsed: Sequence[Parsed]) -> tuple[float, float]:
    """Return where text of entries stands: from the leftmost word beside an amount to the first money column after it."""
    lines = [line for line in parsed if line.movement and line.words]
    lines = [line for line in lines if line.day is not None] or lines
    starts = [line.words[0].box.x0 for line in lines]
    ends = [line.words[-1].box.x1 for line in lines]
    if not starts:
        column = table.column_of("description")
        return (column.box.x0 if column else 0.0), table.sheet.page.width
    left = sorted(starts)[len(starts) // 10]
    edges = [
        cluster.box.x0
        for i, cluster in enumerate(table.clusters)
        if table.roles.get(i) in MONEY_ROLES and cluster.box.x0 > left
    ]
    widest = max(ends)
    return left, max(widest, min(edges, default=table.sheet.page.width))


def _pitch_of(parsed: Sequence[Parsed], table: Table) -> float:
    """Return the usual distance between the tops of lines within the table."""
    tops = [line.row.box.center_y for line in parsed]
    steps = [b - a for a, b in pairwise(tops) if b - a > 0.3 * table.sheet.em]
    return median(steps) if steps else table.sheet.em * 1.5


def _split_texts(texts: Sequence[Parsed], last: Movement | None, following: Parsed | None, table: Table) -> int:
    """Return how many of the lines belong to what stands above them."""
    em = table.sheet.em
    if last is None and following is None:
        return 0
    page = texts[0].row.page
    tops = [line.row.box for line in texts]
    if last is not None and last.page == page:
        gaps = [tops[0].y0 - last.box.y1]
    else:
        gaps = [0.0 if last is not None else float("inf")]
    gaps += [b.y0 - a.y1 for a, b in pairwise(tops)]
    if following is not None:
        gaps.append(following.row.box.y0 - tops[-1].y1)
        walls = _walls(table, last, texts, following)
        if walls is not None:
            return walls
        widest = max(range(len(gaps)), key=lambda i: gaps[i])
        rest = max((gap for i, gap in enumerate(gaps) if i != widest), default=0.0)
        if gaps[widest] > max(_WIDE_GAP * rest, rest + 0.25 * em):
            return widest
    count = 0
    for gap in gaps[: len(texts)]:
        if gap > _FAR_EM * em:
            break
        count += 1
    return count if last is not None else 0


def _walls(table: Table, last: Movement | None, texts: Sequence[Parsed], following: Parsed) -> int | None:
    """Return the same where a horizontal ruling line parts the lines."""
    if last is None or last.page != texts[0].row.page:
        return None
    centers = [last.box.center_y, *(line.row.box.center_y for line in texts), following.row.box.center_y]
    heights = [rule.box.center_y for rule in table.sheet.page.rules if rule.horizontal and rule.box.width > 100]
    for index, (upper, lower) in enumerate(pairwise(centers)):
        if any(upper < height < lower for height in heights):
            return index
    return None


def _near(line: Parsed, following: Parsed, pitch: float) -> bool:
    return abs(following.row.box.center_y - line.row.box.center_y) <= 6 * pitch


def _join(line: Parsed, more: Parsed | None) -> Parsed:
    words = line.words + (more.words if more else ())
    day = line.day or (more.day if more else None)
    return Parsed(line.row, day, line.value_day, {}, None, words, (), stray_money=False)
