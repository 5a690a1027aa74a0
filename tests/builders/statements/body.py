"""The table of bookings over as many pages as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from builders.grid import Grid, GridLook, lay_out
from builders.sheet import Align
from builders.statements.draft import Draft, Signs
from builders.statements.facts import AccountFacts, Entry, totals_of
from builders.statements.heads import draw_foot, draw_short_head

WEIGHTS: dict[str, tuple[float, Align]] = {
    "row": (3, "right"),
    "date": (7.5, "left"),
    "value_date": (7.5, "left"),
    "description": (24, "left"),
    "reference": (9, "left"),
    "debit": (8.5, "right"),
    "credit": (8.5, "right"),
    "amount": (9.5, "right"),
    "marker": (3.5, "center"),
    "balance": (10, "right"),
}


@dataclass(frozen=True)
class TableForm:
    """How a layout writes its bookings.

    `balances`: `each` row, the `last` of each day, or `none`. `opening_row`/`closing_row`: balances as rows of the table.
    """

    columns: tuple[str, ...]
    signs: Signs
    balances: str = "each"
    date_once: bool = False
    newest_first: bool = False
    carry: bool = False
    opening_row: bool = False
    closing_row: bool = False
    totals_row: bool = False
    ruling: str = ""
    header: bool = True
    header_each_page: bool = True


def draw_table(draft: Draft, form: TableForm, account: AccountFacts, entries: Sequence[Entry], top: float) -> float:
    """Draw the bookings from `top`; breaks pages itself. Returns the bottom edge."""
    return _TableRun(draft, form, account, top).draw(entries)


class _TableRun:
    """One table being drawn: where the next row goes, what the balance is."""

    def __init__(self, draft: Draft, form: TableForm, account: AccountFacts, top: float) -> None:
        self.draft, self.form, self.account, self.y = draft, form, account, top
        look = draft.look.grid if not form.ruling else _with_ruling(draft.look.grid, form.ruling)
        columns = [(key, self._title(key), *WEIGHTS[key]) for key in form.columns]
        self.grid = Grid(draft.sheet, lay_out(columns, draft.left, draft.right), look, draft.look.size)
        self.row_number = 0

    def draw(self, entries: Sequence[Entry]) -> float:
        form, draft = self.form, self.draft
        draft.sheet.shown.add("transactions")
        if form.header:
            self.y = self.grid.header(self.y)
        if form.opening_row:
            self._balance_row("opening", self.account.opening, "opening_balance", draft.facts.start)
        balance, last_day = self.account.opening, None
        for index, entry in enumerate(entries):
            cells = self._cells(entry, repeated=entry.date == last_day, ends_day=_ends_day(entries, index))
            if self.y + self.grid.height_of(cells) > draft.sheet.height - (78 if form.carry else 50):
                self._break(balance)
                cells = self._cells(entry, repeated=False, ends_day=_ends_day(entries, index))
            self.row_number += 1
            self.y = self.grid.row(self.y, cells, number=self.row_number)
            balance, last_day = entry.balance, entry.date
        self._end(entries)
        return self.y

    def _end(self, entries: Sequence[Entry]) -> None:
        draft, form = self.draft, self.form
        if self.y + 3 * self.grid.size * 2 > draft.sheet.height - 44:
            self._break(self.account.closing)
        if form.totals_row:
            credits_, debits = totals_of(entries)
            cells = {
                "description": draft.say("total_debit"),
                "debit": _plain(draft, debits),
                "credit": _plain(draft, credits_),
            }
            self.y = self.grid.row(self.y, cells, bold=True)
            draft.sheet.shown.update({"total_credit", "total_debit"})
        if form.closing_row:
            self._balance_row("closing", self.account.closing, "closing_balance", draft.facts.end)

    def _balance_row(self, key: str, value: Decimal, shows: str, day: date | None) -> None:
        draft, form = self.draft, self.form
        fallback = "credit" if value >= 0 else "debit"
        target = next((key for key in ("balance", "amount") if key in form.columns), fallback)
        written = (
            form.signs.write_balance(value * self._owed, draft.look)
            if target == "balance"
            else _signed(form.signs, value, draft)
        )
        cells = {"description": draft.say(key, page=draft.sheet.page - 1, next=draft.sheet.page + 1), target: written}
        if day is not None and draft.facts.number % 2:
            cells["date"] = draft.row_date(day)
        self.y = self.grid.row(self.y, cells, bold=draft.facts.number % 3 == 0)
        draft.sheet.shown.add(shows)

    @property
    def _owed(self) -> int:
        return -1 if self.draft.facts.kind == "card" else 1

    def _break(self, balance: Decimal) -> None:
        draft, form = self.draft, self.form
        if form.carry:
            self._balance_row("carried", balance, "", None)
        draw_foot(draft)
        draft.sheet.next_page()
        self.y = draw_short_head(draft)
        if form.header and form.header_each_page:
            self.y = self.grid.header(self.y)
        if form.carry:
            self._balance_row("brought", balance, "", None)

    def _cells(self, entry: Entry, *, repeated: bool, ends_day: bool) -> dict[str, str | Sequence[str]]:
        draft, form = self.draft, self.form
        shown_balance = form.balances == "each" or (form.balances == "last" and ends_day)
        if shown_balance and "balance" in form.columns:
            draft.printed_balances.add(id(entry))
        amount = _signed(form.signs, entry.amount, draft)
        return {
            "row": str(self.row_number + 1),
            "date": "" if form.date_once and repeated else draft.row_date(entry.date),
            "value_date": draft.row_date(entry.value_date),
            "description": entry.lines,
            "reference": entry.reference,
            "debit": _plain(draft, entry.amount) if entry.amount < 0 else "",
            "credit": _plain(draft, entry.amount) if entry.amount > 0 else "",
            "amount": amount,
            "marker": draft.look.marks[entry.amount > 0],
            "balance": form.signs.write_balance(entry.balance * self._owed, draft.look) if shown_balance else "",
        }

    def _title(self, key: str) -> str:
        if key == "row":
            return "#"
        if key == "marker":
            return "/".join(self.draft.look.marks)
        return self.draft.say(key)


def _with_ruling(look: GridLook, ruling: str) -> GridLook:
    return GridLook(
        ruling, look.fill, look.header_ink, look.header_bold, look.zebra, look.padding, look.leading, look.rule_color
    )  # type: ignore[arg-type]


def _ends_day(entries: Sequence[Entry], index: int) -> bool:
    return index + 1 == len(entries) or entries[index + 1].date != entries[index].date


def _plain(draft: Draft, value: Decimal) -> str:
    return draft.look.money.numbers.write(value)


def _signed(signs: Signs, value: Decimal, draft: Draft) -> str:
    return signs.write(value, draft.look)
