"""Tables of transactions: the stretches of rows below headings, on as many pages as they run over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bursar.extraction.statements.cells import Row, Sheet
from bursar.extraction.statements.columns import (
    Cluster,
    cluster_values,
    counts_as_money,
    match_columns,
    value_at,
    widen,
)
from bursar.extraction.statements.headings import MONEY_ROLES, Column, Heading, find_headings
from bursar.extraction.statements.roles import complete_roles, guess_roles

_MIN_GUESSED = 3  # rows of dated amounts that a table without any heading must have


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one page under one heading, with their clusters and the role of each.

    `headed` says that the heading stands on this page, `guessed` that there is none at all.
    """

    sheet: Sheet
    rows: tuple[Row, ...]
    clusters: tuple[Cluster, ...]
    roles: dict[int, str]
    columns: tuple[Column, ...]
    headed: bool
    guessed: bool = False
    heading_rows: tuple[int, ...] = ()

    def cluster_of(self, role: str) -> Cluster | None:
        """Return where the values of this role stand."""
        return next((self.clusters[index] for index, name in self.roles.items() if name == role), None)

    @property
    def name_column(self) -> Column | None:
        """Return the column of those who pay or are paid: by its heading, which often names the only text there is."""
        return self.column_of("counterparty") or next(
            (column for column in self.columns if "counterparty" in column.others), None
        )

    def column_of(self, role: str) -> Column | None:
        """Return the heading of this role."""
        return next((column for column in self.columns if column.role == role), None)


def find_tables(
    sheets: Sequence[Sheet],
    *,
    by_order: bool = False,
    place_columns: Callable[[Sheet], tuple[Column, ...]] | None = None,
) -> list[Table]:
    """Return the tables of transactions in the document's order.

    `by_order` matches columns with headings by their sequence instead of their places. `place_columns` says where the
    columns of a page stand, whatever its headings say.
    """
    tables: list[Table] = []
    columns: tuple[Column, ...] = ()
    for sheet in sheets:
        headings = find_headings(sheet.rows)
        placed = place_columns(sheet) if place_columns else ()
        for heading, rows in _stretches(sheet, headings):
            if placed and (heading is not None or tables or not headings):
                table = _read_placed(sheet, heading, rows, placed)
            else:
                table = _read_table(sheet, heading, rows, columns, by_order=by_order)
            if table is not None:
                tables.append(table)
                columns = widen(table.columns, table.clusters, table.roles)
    return tables or _guess_tables(sheets)


def _stretches(sheet: Sheet, headings: Sequence[Heading]) -> list[tuple[Heading | None, tuple[Row, ...]]]:
    """Return the rows above the first heading and those below each."""
    first = headings[0].first if headings else sheet.rows[-1].index + 1 if sheet.rows else 0
    found: list[tuple[Heading | None, tuple[Row, ...]]] = [
        (None, tuple(row for row in sheet.rows if row.index < first))
    ]
    for number, heading in enumerate(headings):
        end = headings[number + 1].first if number + 1 < len(headings) else float("inf")
        found.append((heading, tuple(row for row in sheet.rows if heading.last < row.index < end)))
    return found


def _read_table(
    sheet: Sheet, heading: Heading | None, rows: tuple[Row, ...], before: tuple[Column, ...], *, by_order: bool
) -> Table | None:
    if not rows or (heading is None and not before):
        return None
    columns = heading.columns if heading else before
    clusters = cluster_values(rows, sheet.em)
    roles = match_columns(columns, clusters, sheet.em, by_order=by_order)
    roles = complete_roles(rows, clusters, roles)
    entries = count_entries(rows, clusters, roles)
    if heading is not None and heading.repeats:
        return None
    above = tuple(range(heading.first, heading.last + 1)) if heading else ()
    table = Table(sheet, rows, tuple(clusters), roles, columns, headed=heading is not None, heading_rows=above)
    if heading is not None and heading.of_transactions:
        return table
    return table if entries >= (1 if heading is None else 2) else None


def _read_placed(
    sheet: Sheet, heading: Heading | None, rows: tuple[Row, ...], columns: tuple[Column, ...]
) -> Table | None:
    """Return the table whose columns stand where they are said to; amounts elsewhere belong to none."""
    clusters = cluster_values(rows, sheet.em)
    roles = match_columns(columns, clusters, sheet.em)
    roles = {
        index: role
        for index, role in roles.items()
        if any(column.role == role and column.box.overlap_x(clusters[index].box) > 0 for column in columns)
    }
    if count_entries(rows, clusters, roles) == 0:
        return None
    above = tuple(range(heading.first, heading.last + 1)) if heading else ()
    return Table(sheet, rows, tuple(clusters), roles, columns, headed=True, heading_rows=above)


def _guess_tables(sheets: Sequence[Sheet]) -> list[Table]:
    tables: list[Table] = []
    for sheet in sheets:
        clusters = cluster_values([row for row in sheet.rows if _looks_dated(row)], sheet.em)
        roles = guess_roles(sheet.rows, clusters)
        if count_entries(sheet.rows, clusters, roles) >= (_MIN_GUESSED if not tables else 1):
            first = next(row.index for row in sheet.rows if _looks_dated(row))
            rows = tuple(row for row in sheet.rows if row.index >= first - 1)
            tables.append(Table(sheet, rows, tuple(clusters), roles, (), headed=False, guessed=True))
    return tables


def _looks_dated(row: Row) -> bool:
    return any(day.leads for day in row.days) and any(counts_as_money(money, row) for money in row.moneys)


def count_entries(rows: Sequence[Row], clusters: Sequence[Cluster], roles: dict[int, str]) -> int:
    """Return how many rows have a date in the date column and an amount in a money column."""
    days = [clusters[i] for i, role in roles.items() if role == "date"]
    moneys = [clusters[i] for i, role in roles.items() if role in MONEY_ROLES]
    count = 0
    for row in rows:
        dated = any(value_at(row.days, cluster, lambda day: day.leads) for cluster in days)
        paid = any(value_at(row.moneys, cluster, lambda money: counts_as_money(money, row)) for cluster in moneys)  # noqa: B023
        count += dated and paid
    return count
