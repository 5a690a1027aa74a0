"""Column headings: rows of words such as «Date», «Details», «Paid out», «Balance», also stacked over several rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bursar.extraction.statements.cells import Cell, Row
from bursar.extraction.statements.vocabulary import Found, find_labels, tokens_of
from bursar.facts.box import Box, enclose
from bursar.reading.page import Word

MONEY_ROLES = ("debit", "credit", "amount", "balance")
DAY_ROLES = ("date", "value_date")
_PRIORITY = (
    "balance",
    "value_date",
    "date",
    "original",
    "rate",
    "fee",
    "debit",
    "credit",
    "amount",
    "marker",
    "description",
    "counterparty",
    "reference",
    "currency",
)
_STACK_GAP = 1.1  # of the height of a row, between rows of one heading
_STACKED_ROWS = 3
_SHORT = 4  # words of a heading in which one known word is enough
_MIN_COVERAGE = 0.5  # of a heading's cells that must be known words


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its heading shows it; `box` is the heading's words, later also where its values stand."""

    role: str
    box: Box
    others: tuple[
        str, ...
    ] = ()  # what its words mean elsewhere: «Valor» is a date in one bank's, an amount in another's


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of columns, left to right, in the rows from `first` to `last` (indices on the page)."""

    columns: tuple[Column, ...]
    first: int
    last: int
    box: Box

    @property
    def roles(self) -> set[str]:
        """The roles that its columns have."""
        return {column.role for column in self.columns}

    @property
    def of_transactions(self) -> bool:
        """Whether rows of dated amounts are to be expected below."""
        roles = self.roles | {other for column in self.columns for other in column.others}
        return bool(roles & set(DAY_ROLES)) and bool(roles & set(MONEY_ROLES)) and not self.repeats

    @property
    def repeats(self) -> bool:
        """Whether whole tables stand side by side, as lists of cheques do."""
        names = [column.role for column in self.columns]
        return names.count("date") > 1 and names.count("amount") > 1


def find_headings(rows: Sequence[Row]) -> list[Heading]:
    """Return the headings on a page from the top down; those without a money column are left out."""
    found: list[Heading] = []
    at = 0
    while at < len(rows):
        best = _best_heading(rows, at)
        if best is None or _is_better_below(rows, at, best):
            at += 1
        else:
            found.append(best)
            at = best.last + 1
    return found


def _best_heading(rows: Sequence[Row], at: int) -> Heading | None:
    best: tuple[tuple[int, int], Heading] | None = None
    for count in range(1, _STACKED_ROWS + 1):
        stack = rows[at : at + count]
        if len(stack) < count or not _may_be_heading(stack[-1]) or (count > 1 and not _close(stack[-2], stack[-1])):
            break
        columns = _columns_of(stack)
        if columns is not None:
            box = enclose(row.box for row in stack)
            heading = Heading(columns, stack[0].index, stack[-1].index, box)
            rank = (len(heading.roles), -count)
            if best is None or rank > best[0]:
                best = rank, heading
    return best[1] if best else None


def _is_better_below(rows: Sequence[Row], at: int, found: Heading) -> bool:
    """Whether the heading's own lower rows say more without the upper ones, such as the title of a section."""
    lower = (_best_heading(rows, start) for start in range(at + 1, at + 1 + found.last - found.first))
    return any(heading is not None and len(heading.roles) >= len(found.roles) for heading in lower)


def _may_be_heading(row: Row) -> bool:
    if any(money.amount.decimals >= 2 for money in row.moneys) or any(day.printed.year for day in row.days):
        return False
    return len(row.words) <= 30


def _close(upper: Row, lower: Row) -> bool:
    return lower.box.y0 - upper.box.y1 <= _STACK_GAP * max(upper.box.height, lower.box.height)


def _columns_of(stack: Sequence[Row]) -> tuple[Column, ...] | None:
    columns: list[Column] = []
    total = known = 0
    for cells in _stack_cells(stack):
        found = _roles_of(cells)
        total += 1
        known += bool(found)
        columns.extend(found)
    if not total or known / total < _MIN_COVERAGE:
        return None
    roles = {column.role for column in columns}
    if known < 2 and len(roles) < 3:
        return None
    money = (roles | {other for column in columns for other in column.others}) & set(MONEY_ROLES)
    if not money or len(roles) < 2 or not (roles & {"date", "value_date", "description", "reference"}):
        return None
    return tuple(sorted(columns, key=lambda column: column.box.x0))


def _stack_cells(stack: Sequence[Row]) -> list[list[Cell]]:
    """Return the cells of all rows, those above one another together, left to right."""
    cells = sorted((cell for row in stack for cell in row.cells), key=lambda cell: cell.box.x0)
    groups: list[tuple[Box, list[Cell]]] = []
    for cell in cells:
        if groups and len(stack) > 1 and groups[-1][0].overlap_x(cell.box) > 0:
            box, members = groups[-1]
            groups[-1] = (enclose([box, cell.box]), [*members, cell])
        else:
            groups.append((cell.box, [cell]))
    return [sorted(members, key=lambda cell: cell.box.y0) for _, members in groups]


def _roles_of(cells: list[Cell]) -> list[Column]:
    words = tuple(word for cell in cells for word in cell.words)
    found = find_labels(words, ("columns", "fields", "lines"))
    named = [match for match in found if match.name_in("columns")]
    if not named or not _covers(named, words):
        return []
    if len(cells) == 1 and len(named) > 1 and _runs_on(named, words):
        return [_make_column(match.names_in("columns"), _box_of(match, words)) for match in named]
    box = enclose(word.box for word in words)
    if len(named) == 1:
        return [_make_column(named[0].names_in("columns"), box)]
    return [Column(_merge_roles({_pick_role(match.names_in("columns")) for match in named}), box)]


def _make_column(names: set[str], box: Box) -> Column:
    role = _pick_role(names)
    return Column(role, box, tuple(sorted(names - {role})))


def _covers(named: list[Found], words: Sequence[Word]) -> bool:
    letters = sum(len(token) for word in words for token in tokens_of(word.text) if not token.isdigit())
    covered = sum(
        len(token) for match in named for word in words[match.first : match.last + 1] for token in tokens_of(word.text)
    )
    return covered * (3 if len(words) <= _SHORT else 2) >= letters


def _runs_on(named: list[Found], words: Sequence[Word]) -> bool:
    """Whether several headings stand so close that they look like one: date and text, text and amount."""
    classes = [_class_of(_pick_role(match.names_in("columns"))) for match in named]
    joined = any(_joins(words, left, right) for left, right in pairwise(named))
    return len(set(classes)) > 1 and not joined and all(a != b for a, b in pairwise(classes))


def _joins(words: Sequence[Word], left: Found, right: Found) -> bool:
    """Whether a stroke or a word such as «or» makes two headings one."""
    between = words[left.last + 1 : right.first]
    return bool(between) or words[left.last].text.endswith("/") or words[right.first].text.startswith("/")


def _class_of(role: str) -> str:
    return role if role in (*DAY_ROLES, *MONEY_ROLES) else "text"


def _pick_role(names: set[str]) -> str:
    return next(role for role in _PRIORITY if role in names)


def _merge_roles(roles: set[str]) -> str:
    if {"debit", "credit"} <= roles:
        return "amount"
    return next(role for role in _PRIORITY if role in roles)


def _box_of(match: Found, words: Sequence[Word]) -> Box:
    return enclose(word.box for word in words[match.first : match.last + 1])
