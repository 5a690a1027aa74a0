"""Pictures drawn as SVG on the server: no script, no library."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_WIDTH, _HEIGHT, _EDGE = 600, 120, 8
_MOST_MARKED = 300


@dataclass(frozen=True, slots=True)
class Point:
    """One row's balance, and where it stands in the picture; `text` is what the row says."""

    x: int
    y: int
    row: int
    date: str | None
    text: str
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
        """The line through all points, as SVG writes it: where many are at one place, through the highest and lowest."""
        heights: dict[int, list[int]] = {}
        for point in self.points:
            heights.setdefault(point.x, []).append(point.y)
        return " ".join(
            f"{x},{y}" for x, at in heights.items() for y in dict.fromkeys((at[0], min(at), max(at), at[-1]))
        )


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
        Point(round(_EDGE + step * place), rise(balance), index, row.get("date"), row.get("description") or "", balance)
        for place, ((index, row), balance) in enumerate(zip(rows, balances, strict=True))
    ]
    return BalanceLine(points, rise(Decimal(0)) if low < 0 < high else None)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture: where it begins and ends from the top, how many it stands for, and of what."""

    x: int
    y: int
    width: int
    height: int
    day: str
    count: float
    sign: str = ""


@dataclass(frozen=True, slots=True)
class DayChart:
    """Bars by day in a picture 600 wide and 120 high; `most` is what the full height stands for, in hundredths of a share."""

    label: str
    most: float
    bars: list[Bar]
    is_share: bool = False


_MEASURES = (("Documents", "documents"), ("Pages", "pages"), ("Seconds of work", "seconds"))
_Parts = list[tuple[float, float, str]]  # of one day: shares of the full height, how many they are, their signs
_VERDICTS = ("proven", "consistent", "unverifiable", "contradicted")


def draw_days(days: list[dict[str, Any]]) -> list[DayChart]:
    """Return what was used day by day as pictures: documents, pages, seconds, the share straight through, verdicts."""
    return [*(_draw_measure(label, name, days) for label, name in _MEASURES), _draw_share(days), _draw_verdicts(days)]


def _draw_measure(label: str, name: str, days: list[dict[str, Any]]) -> DayChart:
    most = max((day[name] for day in days), default=0) or 1
    parts: list[_Parts] = [[(day[name] / most, day[name], "")] for day in days]
    return DayChart(label, most, _stack(days, parts))


def _draw_share(days: list[dict[str, Any]]) -> DayChart:
    """Draw the share straight through of what was completed; a day on which nothing was has no bar."""
    shares = [day["straight_through"] / day["completed"] if day["completed"] else 0 for day in days]
    parts: list[_Parts] = [[(share, round(100 * share), "")] for share in shares]
    return DayChart("Straight through", 100, _stack(days, parts), is_share=True)


def _draw_verdicts(days: list[dict[str, Any]]) -> DayChart:
    """Draw the verdicts of each day upon each other, what is sure at the bottom."""
    most = max((sum(day["verdicts"].values()) for day in days), default=0) or 1
    parts: list[_Parts] = [
        [(jobs / most, jobs, name) for name in _VERDICTS if (jobs := day["verdicts"].get(name, 0))] for day in days
    ]
    return DayChart("Verdicts", most, _stack(days, parts))


def _stack(days: list[dict[str, Any]], parts: list[_Parts]) -> list[Bar]:
    """Return the bars of shares (0 to 1) with how many they are and their sign; those of one day stand upon each other."""
    step = _WIDTH // max(len(days), 1)
    bars = []
    for place, (day, shares) in enumerate(zip(days, parts, strict=True)):
        floor = _HEIGHT
        for share, count, sign in shares:
            height = round((_HEIGHT - _EDGE) * share)
            floor -= height
            bars.append(Bar(step * place, floor, max(step - 2, 1), height, str(day["date"]), count, sign))
    return bars


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
