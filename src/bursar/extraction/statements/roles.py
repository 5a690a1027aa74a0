"""What columns without a known heading hold, told by arithmetic: a running balance changes by the amounts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from bursar.extraction.statements.cells import Row
from bursar.extraction.statements.columns import Cluster, counts_as_money, value_at
from bursar.extraction.statements.headings import DAY_ROLES, MONEY_ROLES

_MOST = 0.6  # of the rows that a running balance must explain
_FEW = 3  # rows that can tell nothing
_ALL_ROLES = (*MONEY_ROLES, "original", "rate", "fee")


def complete_roles(rows: Sequence[Row], clusters: Sequence[Cluster], roles: dict[int, str]) -> dict[int, str]:
    """Return the roles with those of unnamed columns added: the running balance first, then what moves it."""
    found = _name_days(clusters, roles)
    dated = [row for row in rows if any(day.leads for day in row.days)]
    if len(dated) < _FEW:
        return found
    values = {i: _values_in(dated, cluster) for i, cluster in enumerate(clusters) if cluster.kind == "money"}
    unnamed = [i for i in values if found.get(i) not in _ALL_ROLES]
    if "balance" not in found.values():
        fitting = [(_explained(values, i), i) for i in unnamed]
        share, best = max(fitting, default=(0.0, -1))
        if share >= _MOST:
            found[best] = "balance"
            unnamed.remove(best)
    if not {"debit", "credit", "amount"} & set(found.values()):
        found |= _movers(values, unnamed, len(dated))
    return found


def _name_days(clusters: Sequence[Cluster], roles: dict[int, str]) -> dict[int, str]:
    """Return the roles with a date column among them: an unnamed one, else the only one there is."""
    found = dict(roles)
    if "date" in found.values():
        return found
    days = [i for i, cluster in enumerate(clusters) if cluster.kind == "day" and cluster.count >= 2]
    free = [i for i in days if i not in found] or [i for i in days if found[i] == "value_date"]
    if free:
        found[free[0]] = "date"
    return found


def guess_roles(rows: Sequence[Row], clusters: Sequence[Cluster]) -> dict[int, str]:
    """Return roles for clusters without any heading."""
    days = [i for i, cluster in enumerate(clusters) if cluster.kind == "day" and cluster.count >= 2]
    roles = dict(zip(sorted(days, key=lambda i: clusters[i].box.x0)[:2], DAY_ROLES, strict=False))
    dated = [row for row in rows if any(day.leads for day in row.days)]
    values = {i: _values_in(dated, cluster) for i, cluster in enumerate(clusters) if cluster.kind == "money"}
    filled = [i for i in values if _filled(values[i]) * 12 >= len(dated) and _filled(values[i]) > 0]
    if (
        not any(_explained(values, i) >= _MOST for i in filled)
        and len(filled) >= 2
        and _overlap(values, filled[-2:]) * 3 >= len(dated)
    ):
        roles |= {filled[-2]: "amount", filled[-1]: "balance"}
        return roles
    return complete_roles(rows, clusters, roles) if len(dated) >= _FEW else roles | _movers(values, filled, len(dated))


def _values_in(rows: Sequence[Row], cluster: Cluster) -> list[Decimal | None]:
    found = []
    for row in rows:
        money = value_at(row.moneys, cluster, lambda money: counts_as_money(money, row))  # noqa: B023
        found.append(None if money is None else money.amount.value)
    return found


def _filled(values: Sequence[Decimal | None]) -> int:
    return sum(value is not None and value != 0 for value in values)


def _overlap(values: dict[int, list[Decimal | None]], pair: Sequence[int]) -> int:
    return sum(all(value is not None for value in row) for row in zip(*(values[i] for i in pair), strict=True))


def _explained(values: dict[int, list[Decimal | None]], index: int) -> float:
    """Return the share of steps of one column that an amount of another makes, in the row before or after the step."""
    places = [place for place, value in enumerate(values[index]) if value is not None]
    if len(places) < _FEW:
        return 0.0
    others = [values[i] for i in values if i != index]
    fitting = 0
    for before, after in pairwise(places):
        step = abs((values[index][after] or Decimal(0)) - (values[index][before] or Decimal(0)))
        moves = [
            sum((abs(column[place] or Decimal(0)) for place in range(before + 1, after + 1)), Decimal(0))
            for column in others
        ]
        moves += [abs(column[before] or Decimal(0)) for column in others]
        fitting += step != 0 and step in moves
    return fitting / (len(places) - 1)


def _movers(values: dict[int, list[Decimal | None]], unnamed: Sequence[int], rows: int) -> dict[int, str]:
    """Return the columns that hold the movements: one, or two that are never filled together."""
    filled = [i for i in unnamed if _filled(values[i]) > 0 and _filled(values[i]) * 12 >= rows]
    if not filled:
        return {}
    fullest = max(filled, key=lambda i: _filled(values[i]))
    if _filled(values[fullest]) * 10 >= rows * 9:
        return {fullest: "amount"}
    pair = sorted(filled, key=lambda i: -_filled(values[i]))[:2]
    if len(pair) == 2 and _overlap(values, pair) * 10 <= rows:
        return dict(zip(sorted(pair), ("debit", "credit"), strict=True))
    return {fullest: "amount"}
