"""Where the columns of a table stand: values that share a place on the page, matched with the headings above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bursar.extraction.statements.cells import Day, Money, Row
from bursar.extraction.statements.headings import DAY_ROLES, MONEY_ROLES, Column
from bursar.facts.box import Box, enclose

_SHARED = 0.2  # of the narrower of two values, for both to stand in one column
_NO_MATCH = 12.0  # ems that leaving a well-filled cluster without a heading costs
_MISALIGNED = 0.35  # weight of edges and centres that differ, beside the gap between
_EVERYWHERE = Box(-1e6, 0.0, 1e6, 0.0)
_TEXT_COLUMNS = {"description", "reference"}
_IN_TEXT = 0.7  # ems that an amount within text costs, so that a money column as near comes first,
_FULL_IN_TEXT = 14.0  # and what it costs more that amounts stand there in every row
_OTHER_COLUMNS = {"original", "rate", "fee", "reference", "description"}

Value = TypeVar("Value", Money, Day)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Values of one sort that share a place: `kind` is `money` or `day`, `count` how many there are."""

    kind: str
    box: Box
    count: int


def cluster_values(rows: Sequence[Row], em: float) -> list[Cluster]:
    """Return the clusters of amounts and of leading dates in the rows, left to right."""
    moneys = [money for row in rows for money in row.moneys if counts_as_money(money, row)]
    days = [day for row in rows for day in row.days if day.leads]
    of_days = _cluster("day", days, em)
    doubtful = {id(day) for row in rows for day in row.days if reads_as_money(day, row)}
    kept = [cluster for cluster in of_days if not _is_money_column(cluster, days, doubtful, moneys)]
    moneys = [
        money
        for money in moneys
        if not any(cluster.box.overlap_x(money.box) > 0.5 * money.box.width for cluster in kept if cluster.count > 1)
        or not _looks_like_day(money)
    ]
    return sorted([*_cluster("money", moneys, em), *kept], key=lambda cluster: cluster.box.center_x)


def reads_as_money(day: Day, row: Row) -> bool:
    """Whether a date without a year is also an amount: `12.10`."""
    printed = day.printed
    if printed.year is not None or not printed.numeric:
        return False
    return any(money.box.overlap_x(day.box) > 0 and money.amount.decimals == 2 for money in row.moneys)


def _looks_like_day(money: Money) -> bool:
    day, _, month = money.amount.text.partition(".")
    return day.isdigit() and month.isdigit() and 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _is_money_column(cluster: Cluster, days: Sequence[Day], doubtful: set[int], moneys: Sequence[Money]) -> bool:
    """Whether most of what stands there are amounts, only some of which could be dates."""
    members = [day for day in days if cluster.box.overlap_x(day.box) > 0]
    if sum(id(day) in doubtful for day in members) * 2 < len(members):
        return False
    beside = sum(cluster.box.overlap_x(money.box) > 0.5 * money.box.width for money in moneys)
    return beside > len(members)


def counts_as_money(money: Money, row: Row) -> bool:
    """Whether an amount may be one of a money column: decimals, a sign or currency, or a cell of its own."""
    if money.amount.decimals in (1, 2, 3):
        return not any(
            not day.printed.numeric or day.printed.year is not None
            for day in row.days
            if day.box.overlap_x(money.box) > 0.5 * money.box.width
        )
    return money.whole and len(money.amount.text) <= 15


def match_columns(
    columns: Sequence[Column], clusters: Sequence[Cluster], em: float, *, by_order: bool = False
) -> dict[int, str]:
    """Return the role of each cluster (by its index) that belongs to a column.

    Both are taken from left to right, no column twice, so that an empty column does not draw a neighbour's values.
    With `by_order` the places do not count, only which comes first: for headings that do not stand above their values.
    """
    columns = columns if by_order else _stretch_texts(columns)
    most = max((cluster.count for cluster in clusters), default=1)
    if by_order:
        columns = [replace(column, box=_EVERYWHERE) for column in columns]
    costs = [[_cost(column, cluster, em, cluster.count / most) for column in columns] for cluster in clusters]
    skip = [_NO_MATCH * (0.4 + 0.6 * cluster.count / most) for cluster in clusters]
    stays = [0.0 if column.role in _TEXT_COLUMNS else float("inf") for column in columns]
    width = len(columns) + 1
    best = [[0.0] * width for _ in range(len(clusters) + 1)]
    for i in range(len(clusters) - 1, -1, -1):
        best[i][width - 1] = best[i + 1][width - 1] + skip[i]
        for j in range(width - 2, -1, -1):
            taken = costs[i][j] + min(best[i + 1][j + 1], best[i + 1][j] + stays[j])
            best[i][j] = min(best[i][j + 1], best[i + 1][j] + skip[i], taken)
    roles: dict[int, str] = {}
    i = j = 0
    while i < len(clusters) and j < len(columns):
        if best[i][j] == best[i][j + 1]:
            j += 1
        elif best[i][j] == best[i + 1][j] + skip[i]:
            i += 1
        else:
            roles[i] = _role_for(columns[j], clusters[i])
            j += best[i + 1][j + 1] <= best[i + 1][j] + stays[j]
            i += 1
    return roles


def _stretch_texts(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns, those of text reaching up to the next heading: text fills its column."""
    stretched = []
    for column, following in zip(columns, [*columns[1:], None], strict=True):
        box = column.box
        if column.role in _TEXT_COLUMNS and following is not None:
            box = Box(box.x0, box.y0, max(box.x1, following.box.x0 - 1), box.y1)
        stretched.append(replace(column, box=box))
    return tuple(stretched)


def value_at(values: Sequence[Value], cluster: Cluster, fits: Callable[[Value], bool]) -> Value | None:
    """Return the value that stands in the cluster's place; the one that shares most of it when there are several."""
    shared = [(value.box.overlap_x(cluster.box), value) for value in values if fits(value)]
    good = [
        (overlap, value) for overlap, value in shared if overlap > _SHARED * min(value.box.width, cluster.box.width)
    ]
    return max(good, key=lambda pair: pair[0])[1] if good else None


def widen(columns: Sequence[Column], clusters: Sequence[Cluster], roles: dict[int, str]) -> tuple[Column, ...]:
    """Return the columns with the places of their values, for a following page without a heading."""
    places = {role: clusters[index].box for index, role in roles.items()}
    return tuple(replace(column, box=places.get(column.role, column.box)) for column in columns)


def _cluster(kind: str, values: Sequence[Money] | Sequence[Day], em: float) -> list[Cluster]:
    groups: list[list[Box]] = []
    edge = float("-inf")
    for box in sorted((value.box for value in values), key=lambda box: box.x0):
        if groups and edge - box.x0 > _SHARED * min(box.width, em * 4):
            groups[-1].append(box)
            edge = max(edge, box.x1)
        else:
            groups.append([box])
            edge = box.x1
    return [Cluster(kind, enclose(boxes), len(boxes)) for boxes in groups]


def _role_for(column: Column, cluster: Cluster) -> str:
    """Return which of the column's meanings fits the values; blank when none does."""
    names = (column.role, *column.others)
    if cluster.kind == "day":
        return next((role for role in names if role in DAY_ROLES), "")
    return next((role for allowed in (MONEY_ROLES, _OTHER_COLUMNS) for role in names if role in allowed), "")


def _cost(column: Column, cluster: Cluster, em: float, share: float) -> float:
    if _role_for(column, cluster) == "":
        return float("inf")
    gap = max(0.0, -column.box.overlap_x(cluster.box))
    if _role_for(column, cluster) in _TEXT_COLUMNS:
        return gap / em + _IN_TEXT + _FULL_IN_TEXT * share
    if column.box is _EVERYWHERE:
        return 0.0
    edges = min(
        abs(column.box.x0 - cluster.box.x0),
        abs(column.box.x1 - cluster.box.x1),
        abs(column.box.center_x - cluster.box.center_x),
    )
    return (gap + _MISALIGNED * edges) / em
