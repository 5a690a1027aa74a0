"""Pictures drawn as SVG on the server: no script, no library."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_WIDTH, _HEIGHT, _EDGE = 600, 120, 8
_MOST_MARKED = 300


@dataclass(frozen=True, slots=True)
class Point:
    """One row's balance, and where it stands in the picture."""

    x: int
    y: int
    row: int
    date: str | None
    balance: Decimal


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """The running balance of a statement in a picture 600 wide and 120 high; `zero` is where nothing is left."""

    points: list[Point]
    zero: int | None

    @property
    def marked(self) -> list[Point]:
        """The points that are drawn as such: all of them, of very many some."""
        return self.points[:: len(self.points) // _MOST_MARKED + 1]

    @property
    def path(self) -> str:
        """The line through all points, as SVG writes it."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def draw_balances(result: dict[str, Any]) -> BalanceLine | None:
    """Return the line of the balances printed; None where there are fewer than two."""
    rows = [
        (index, row)
        for index, row in enumerate(result.get("transactions") or [])
        if isinstance(row, dict) and row.get("balance") is not None
    ]
    if len(rows) < 2:
        return None
    balances = [Decimal(row["balance"]) for _, row in rows]
    low, high = min(balances), max(balances)
    span = (high - low) or Decimal(1)

    def rise(balance: Decimal) -> int:
        return round(_EDGE + (high - balance) / span * (_HEIGHT - 2 * _EDGE))

    step = Decimal(_WIDTH - 2 * _EDGE) / (len(rows) - 1)
    points = [
        Point(round(_EDGE + step * place), rise(balance), index, row.get("date"), balance)
        for place, ((index, row), balance) in enumerate(zip(rows, balances, strict=True))
    ]
    return BalanceLine(points, rise(Decimal(0)) if low < 0 < high else None)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture: where it begins and ends from the top, and what it stands for."""

    x: int
    y: int
    width: int
    height: int
    name: str
    value: Any


def draw_days(days: list[dict[str, Any]]) -> list[Bar]:
    """Return a bar for the documents processed on each day, in a picture 600 wide and 120 high."""
    most = max([day["jobs"] for day in days] or [0]) or 1
    step = _WIDTH // max(len(days), 1)
    heights = [(_HEIGHT - _EDGE) * day["jobs"] // most for day in days]
    return [
        Bar(step * place, _HEIGHT - height, max(step - 2, 1), height, str(day["date"]), day["jobs"])
        for place, (day, height) in enumerate(zip(days, heights, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class CategorySum:
    """What came in or went out under one category; `share` is of the largest, in hundredths."""

    name: str
    direction: str
    total: Decimal
    share: int


def sum_categories(result: dict[str, Any]) -> list[CategorySum]:
    """Return the sums of a statement's categories, income first, the largest first."""
    sums: dict[tuple[str, str], Decimal] = {}
    for row in result.get("transactions") or []:
        if isinstance(row, dict) and row.get("amount") is not None and row.get("type") in ("credit", "debit"):
            key = (row["type"], row.get("category") or "uncategorised")
            sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"])
    if len({name for _, name in sums}) < 2:
        return []
    most = max(map(abs, sums.values())) or Decimal(1)
    ordered = sorted(sums.items(), key=lambda item: (item[0][0], -item[1]))
    return [
        CategorySum(name, "income" if direction == "credit" else "spending", total, round(abs(total) / most * 100))
        for (direction, name), total in ordered
    ]
