"""Opening and closing balance, totals and limits: printed somewhere, confirmed by the chain, or derived from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bursar.extraction.statements.balances import Chain, Seen, sign_balance
from bursar.extraction.statements.cells import Money
from bursar.extraction.statements.fields import Value, named
from bursar.extraction.statements.items import Item, Mark, Total

_NEAR_ROWS = 6


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a printed amount stands."""

    page: int
    money: Money
    value: Decimal
    marker: str | None = None
    day: date | None = None

    @property
    def seen(self) -> Seen:
        """The amount as the chain takes it."""
        return self.value, self.marker


def balance_seats(values: Sequence[Value]) -> tuple[list[Seat], list[Seat]]:
    """Return where opening and closing balances stand outside of tables, the likeliest first."""
    openings = [_seat(value) for value in named(values, "opening") if value.moneys]
    closings = [_seat(value) for value in named(values, "closing") if value.moneys]
    dated = [
        value for value in named(values, "balance_at") if value.moneys and value.days and value.days[0].printed.value
    ]
    plain = [_seat(value) for value in named(values, "balance_at") if value.moneys and value not in dated]
    by_date = sorted(dated, key=lambda value: value.days[0].printed.value or date.min)
    if len({value.days[0].printed.value for value in by_date}) > 1:
        openings.append(_seat(by_date[0]))
        closings.append(_seat(by_date[-1]))
    elif by_date:
        (openings if closings and not openings else closings).extend(_seat(value) for value in by_date)
    return _distinct(openings), _distinct([*closings, *plain])


def _seat(value: Value) -> Seat:
    money = value.moneys[0]
    marker = money.amount.marker
    return Seat(value.page, money, money.amount.value, marker, value.days[0].printed.value if value.days else None)


def _distinct(seats: Iterable[Seat]) -> list[Seat]:
    found: list[Seat] = []
    for seat in seats:
        if all(seat.seen != other.seen for other in found):
            found.append(seat)
    return found


def seat_of_balance(
    wanted: Decimal, chain: Chain, items: Sequence[Item], seats: Sequence[Seat], *, last: bool
) -> Seat | None:
    """Return where a balance of the chain is printed: on a line of the table, or outside of it."""
    sign = chain.convention.balance_sign
    for seat in seats:
        if sign_balance(seat.value, seat.marker, sign) == wanted:
            return seat
    marks = [item for item in items if isinstance(item, Mark)]
    for mark in reversed(marks) if last else marks:
        amount = mark.money.amount
        if abs(amount.value) == abs(wanted):
            return Seat(mark.page, mark.money, amount.value)
    return None


def find_total(
    values: Sequence[Value],
    items: Sequence[Item],
    direction: str,
    computed: Decimal,
    opening: Decimal | None,
    label: str,
) -> Seat | None:
    """Return the printed sum of debits or credits: the one that the rows bear out, else one that is clearly labelled.

    Some banks count the opening balance among the credits (or debits, when it is owed).
    """
    seats = [
        Seat(item.page, item.money, abs(item.money.amount.value))
        for item in items
        if isinstance(item, Total) and item.kind == direction and not item.partial
    ]
    for value in named(values, label):
        if value.moneys and not value.label.names & {"opening", "closing"}:
            money = value.moneys[0]
            seat = Seat(value.page, money, abs(money.amount.value))
            if len(value.label.words) > 1 or seat.value == computed or _beside_balances(value, values):
                seats.append(seat)
    counted = opening is not None and (opening > 0) == (direction == "credit")
    sums = [computed, computed + abs(opening)] if counted and opening is not None else [computed]
    return next((seat for wanted in sums for seat in seats if seat.value == wanted), seats[0] if seats else None)


def _beside_balances(value: Value, values: Sequence[Value]) -> bool:
    return any(
        other.page == value.page and abs(other.label.row - value.label.row) <= _NEAR_ROWS and other.moneys
        for other in named(values, "opening", "closing")
    )


def find_amount(values: Sequence[Value], name: str) -> Seat | None:
    """Return a labelled amount such as the credit limit."""
    for value in named(values, name):
        if value.moneys:
            money = value.moneys[0]
            return Seat(value.page, money, abs(money.amount.value))
    return None


def find_count(values: Sequence[Value], name: str) -> Seat | None:
    """Return a labelled whole number such as the count of credits."""
    for value in named(values, name):
        for money in value.moneys:
            if money.amount.decimals == 0:
                return Seat(value.page, money, money.amount.value)
    return None
