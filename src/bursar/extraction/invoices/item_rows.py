"""The body of an item table: the cells of its rows to lines by their amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from bursar.extraction.invoices.columns import AMOUNTS, Head
from bursar.extraction.invoices.group_feet import find_heading, goes_on_behind_sum, is_sum_of_last
from bursar.extraction.invoices.layout import Layout, Row, Token, join
from bursar.extraction.invoices.money_cells import Cell
from bursar.extraction.invoices.row_cells import Rate, RowCells, read_row, take_credit
from bursar.extraction.invoices.row_roles import (
    ends_table,
    is_allowance,
    is_anchor,
    is_of_document,
    is_skipped,
    names_papers,
)
from bursar.extraction.invoices.ruled_rows import Walls, find_walls
from bursar.extraction.invoices.stated_products import find_factors, take_product, with_zero

_CONTINUED_GAP = 1.7  # rows of one line lie closer than this, in heights of type
_TEXT_GAP = 0.8  # between two lines of one description
_FAR = 14.0  # no table has a gap so wide, in heights of type
_STACKED = ("unit_price", "discount")  # columns in which a line may have several numbers below one another
_REMARK = 9  # words
_FEWEST_PAIRS = 2  # of lines that follow one another, to tell their distance
_PITCH_SLACK = 0.05  # distances differ by less, as a share
_LEADING = 0.4  # of the height of a row, between two rows of words that are wrapped
_SHARED = 0.15  # of the height of a row, that it has in common with one beside which its words are wrapped
_SCRAWL = 1.8  # times as high as the words of a line: written over the page, and no part of it
_BULLETS = tuple("-–—•·*▪")
_ATTRIBUTE = re.compile(r"^[^\W\d_][\w .\-/()]{1,28}\s?:")
_OTHER_WRITING = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")  # Hebrew and Arabic
_LONE_ATTRIBUTE = re.compile(
    rf"{_ATTRIBUTE.pattern}(?:\s?\S+){{0,4}}$"
)  # what has more words behind the colon says what is sold


class Line(Struct):
    """A line under construction: its cells by column kind, the rows of its text."""

    rows: list[int]
    numbers: dict[str, Cell] = {}
    texts: dict[str, list[tuple[Token, ...]]] = {}
    rates: list[Rate] = []
    allowances: list[Cell] = []
    allowance_rows: list[int] = []
    further: dict[str, list[Cell]] = {}  # numbers below the first in prices and discounts
    page: int = 1
    below: list[int] = []  # rows of a summary that is no part of the table

    @property
    def has_amount(self) -> bool:
        """Whether an amount stands on it."""
        return any(kind in self.numbers for kind in AMOUNTS)


class _Survey(Struct, frozen=True):
    """The rows below a head with their cells, down to the first total; what rules and distances say of them."""

    cells: dict[int, RowCells]
    walls: Walls
    step: float | None  # from one line's row to the next where nothing stands between them
    is_wider: bool  # than the distance between rows of one line, of which there are some
    raised: frozenset[int]  # rows of words that are wrapped around the numbers of their line, above them
    sums: frozenset[int]  # rows that sum up the lines above them, with more lines below
    mark: str | None  # the decimal one
    has_no_factors: bool  # neither quantities nor prices have a column

    def is_as_far_as_lines(self, above: Row, below: Row) -> bool:
        """Whether two rows of one page stand as far apart as lines do."""
        return self.step is not None and below.box.y0 - above.box.y0 > self.step * (1 - _PITCH_SLACK)


def read_body(layout: Layout, head: Head, last_row: int, mark: str | None) -> list[Line]:
    """Return the lines below a head, down to the first total or `last_row`.

    Where the first line's words stand above its numbers, so do those of the others.
    """
    lines: list[Line] = []
    waiting: list[RowCells] = []
    titled = False
    summed = 0  # lines above the last row that sums up all of them
    survey = _survey(layout, head, last_row, mark)
    previous = layout.rows[head.last_row]
    for row in layout.rows[head.last_row + 1 : last_row + 1]:
        size = max(segment.size for segment in row.segments)
        if row.page != previous.page or row.box.y0 - previous.box.y1 > _FAR * size:
            if row.page != previous.page and not lines and _has_numbers_between(layout, head, row):
                break
            waiting = []
            if row.page == previous.page:
                break
        if row.index in layout.running:
            continue
        if (cells := survey.cells.get(row.index)) is None:
            break
        previous = row
        if is_skipped(layout, cells) or is_of_document(layout, cells, head):
            continue
        if lines and is_allowance(layout, cells) and not _heads_group(cells, survey):
            lines[-1].allowances.append(cells.numbers.get("amount") or next(iter(cells.numbers.values())))
            lines[-1].rows.append(row.index)
            lines[-1].allowance_rows.append(row.index)
        elif row.index in survey.sums or _count_summed(layout, cells, lines):
            waiting = []
            summed = len(lines) if _count_summed(layout, cells, lines) == len(lines) else summed
        elif is_anchor(cells, head):
            heading = find_heading(cells, waiting)
            titled = titled or heading is not None or (not lines and _stands_under_words(cells, waiting, survey))
            lines.append(
                _start_under(heading, cells, waiting) if heading else _start(layout, cells, waiting, lines, survey)
            )
            waiting = []
        elif cells.texts or cells.numbers:
            waits = titled or row.index in survey.raised
            waiting = [*waiting, cells] if waits else _place_text(layout, cells, lines, waiting, survey)
    return _without_discount_of_all(layout, _without_summary(lines, summed))


def _survey(layout: Layout, head: Head, last_row: int, mark: str | None) -> _Survey:
    found: dict[int, RowCells] = {}
    sums: dict[int, RowCells] = {}
    pending: list[RowCells] = []  # rows behind a sum that may end the table
    has_no_factors = head.kinds.isdisjoint(("quantity", "unit_price"))
    for row in layout.rows[head.last_row + 1 : last_row + 1]:
        if row.index in layout.running:
            continue
        cells = take_credit(with_zero(read_row(row, head, mark), head))
        cells = take_product(cells, mark) if has_no_factors else cells
        if ends_table(layout, cells):
            if pending or not is_sum_of_last(cells, [each for each in found.values() if is_anchor(each, head)]):
                break
            pending = [cells]
            continue
        if not pending:
            found[row.index] = cells
            continue
        pending.append(cells)
        if is_anchor(cells, head):
            if not goes_on_behind_sum(layout, pending, list(found.values()), head):
                break
            sums[pending[0].row.index] = pending[0]
            found.update((each.row.index, each) for each in pending)
            pending = []
    anchors = [each.row for each in found.values() if each.row.index not in sums and is_anchor(each, head)]
    walls = find_walls(layout, head, anchors) if any(page.rules for page in layout.pages) else Walls({})
    steps = _find_step([cells.row for cells in found.values()], {row.index for row in anchors})
    return _Survey(found, walls, *steps, _find_raised(found, head), frozenset(sums), mark, has_no_factors)


def _find_raised(found: dict[int, RowCells], head: Head) -> frozenset[int]:
    """Return the rows of words that are wrapped around a row of numbers without words, above it; the rest of them is below.

    So they stand in a cell of two lines, of which the others have one each: both reach well into its row.
    """
    raised: set[int] = set()
    rows = list(found.values())
    for above, middle, below in zip(rows, rows[1:], rows[2:], strict=False):
        is_wrapped = not middle.texts.get("description") and is_anchor(middle, head)
        close = below.row.box.y0 - above.row.box.y1 <= _LEADING * above.row.box.height
        if (
            is_wrapped
            and close
            and all(_has_only_words(each) and _reaches_into(each.row, middle.row) for each in (above, below))
        ):
            raised.add(above.row.index)
    return frozenset(raised)


def _has_only_words(cells: RowCells) -> bool:
    return not cells.numbers and cells.texts.keys() == {"description"}


def _reaches_into(row: Row, other: Row) -> bool:
    shared = min(row.box.y1, other.box.y1) - max(row.box.y0, other.box.y0)
    return row.page == other.page and shared > _SHARED * min(row.box.height, other.box.height)


def _find_step(rows: Sequence[Row], anchors: set[int]) -> tuple[float | None, bool]:
    """Return how far the row of a line stands below what is above it, and whether rows within a line stand closer.

    None where the table does not show it, or each of its lines has a row as far below.
    """
    apart: list[float] = []
    within: list[float] = []
    begun = False
    for above, below in pairwise(rows):
        begun = begun or above.index in anchors
        if begun and above.page == below.page:
            (apart if below.index in anchors else within).append(below.box.y0 - above.box.y0)
    step = min(apart, default=0.0)
    if sum(distance < step * (1 + _PITCH_SLACK) for distance in apart) < _FEWEST_PAIRS:
        return None, False
    if sum(distance > step * (1 - _PITCH_SLACK) for distance in within) >= len(anchors):
        return None, False
    return step, min(within, default=step) < step * (1 - 2 * _PITCH_SLACK)


def _stands_under_words(cells: RowCells, waiting: Sequence[RowCells], survey: _Survey) -> bool:
    """Whether a row of numbers has no words of its own, and the row right above it, all above it, has nothing else."""
    if not waiting or cells.texts.get("description") or waiting[-1].row.index in survey.raised:
        return False
    words = join(waiting[-1].texts.get("description", ()))
    return _is_close(waiting[-1].row, cells.row) and not waiting[-1].numbers and sum(c.isalpha() for c in words) > 2


def _without_discount_of_all(layout: Layout, lines: list[Line]) -> list[Line]:
    """Give back what is taken off below the last of several lines and below no other: it is taken off them all.

    Below a single line it is so where its word ends in a colon, as words for totals do.
    """
    if not lines or not lines[-1].allowances or any(line.allowances for line in lines[:-1]):
        return lines
    last = lines[-1]
    hits = [hit for row in last.allowance_rows for hit in layout.hits_of_row.get(row, ())]
    if len(lines) > 1 or any(hit.has_colon and "discount" in hit.keys("totals") for hit in hits):
        last.rows = [row for row in last.rows if row not in last.allowance_rows]
        last.allowances = []
    return lines


def _has_numbers_between(layout: Layout, head: Head, row: Row) -> bool:
    """Whether anything but the rest of the head stands below it on its page: a head alone goes on overleaf."""
    between = layout.rows[head.last_row + 1 : row.index]
    return any(c.isdigit() for other in between if other.index not in layout.running for c in other.text)


def _heads_group(cells: RowCells, survey: _Survey) -> bool:
    """Whether a row has the sum of several priced lines right below it: «Discounts -34.80»."""
    wanted = next((cells.numbers[kind].value for kind in AMOUNTS if kind in cells.numbers), None)
    running, count = Decimal(0), 0
    for other in survey.cells.values():
        if other.row.index > cells.row.index and other.numbers:
            amount = next((other.numbers[kind].value for kind in AMOUNTS if kind in other.numbers), None)
            if amount is None or other.numbers.keys().isdisjoint(("quantity", "unit_price")):
                return False
            running, count = running + amount, count + 1
            if count >= _FEWEST_PAIRS and running == wanted:
                return True
    return False


def _count_summed(layout: Layout, cells: RowCells, lines: Sequence[Line]) -> int:
    """Return how many lines above it a row sums up: its words say so and its amount is the sum of the last of them."""
    if not any("subtotal" in hit.keys("totals") for hit in layout.hits_of_row.get(cells.row.index, ())):
        return 0
    wanted = next((cells.numbers[kind].value for kind in AMOUNTS if kind in cells.numbers), None)
    if wanted is None:
        return 0
    running = Decimal(0)
    for count, line in enumerate(reversed(lines), 1):
        running += next((line.numbers[kind].value for kind in AMOUNTS if kind in line.numbers), Decimal(0))
        if running == wanted:
            return count
    return 0


def _without_summary(lines: list[Line], summed: int) -> list[Line]:
    """Return the lines without what stands below the sum of the first `summed` of them, as taxes and payments do.

    All of those have a quantity or a price, and what stands below has neither.
    """
    priced = [line.numbers.keys() & {"quantity", "unit_price"} for line in lines]
    is_summary = all(priced[:summed]) and not any(priced[summed:])
    if not summed or not is_summary:
        return lines
    lines[summed - 1].below.extend(row for line in lines[summed:] for row in line.rows)
    return lines[:summed]


def _start(
    layout: Layout, cells: RowCells, waiting: Sequence[RowCells], lines: Sequence[Line], survey: _Survey
) -> Line:
    """Return a line that begins with the row of its amount, and with what waits above it and is its own.

    What stands above the first line as far off as lines stand from one another, or behind a rule, is a heading.
    """
    waiting = _without_papers(layout, waiting)
    line = Line([cells.row.index], dict(cells.numbers), page=cells.row.page)
    line.rates.extend(cells.rates)
    needs_text = not cells.texts.get("description")
    enclosed = [earlier for earlier in waiting if survey.walls.join(earlier.row, cells.row)]
    if enclosed:
        for earlier in enclosed:
            _add_text(line, earlier)
    elif waiting and (needs_text or not lines):
        for earlier in waiting:
            apart = survey.is_as_far_as_lines(earlier.row, cells.row) or survey.walls.part(earlier.row, cells.row)
            apart = apart or names_papers(layout, earlier) or _spans_columns(earlier, cells)
            close = _is_close(earlier.row, cells.row, _TEXT_GAP) and not apart
            if (needs_text or close) and not _is_sentence(earlier.row):
                _add_text(line, earlier)
    _add_text(line, cells)
    return line


def _spans_columns(above: RowCells, cells: RowCells) -> bool:
    """Whether a row is one run of words that begins with the first column of a line and runs on over its description."""
    words, first, other = cells.texts.get("description", ()), cells.row.segments[0], above.row.segments[0]
    if not words or len(above.row.segments) > 1 or any(words[0] is token for token in first.tokens):
        return False
    return abs(other.box.x0 - first.box.x0) <= first.size and other.box.x1 > words[0].box.x0 > first.box.x1


def _start_under(heading: RowCells, cells: RowCells, waiting: Sequence[RowCells]) -> Line:
    """Return a line that the heading of its group names and whose amount stands in the group's foot."""
    line = Line([each.row.index for each in waiting], dict(cells.numbers), page=cells.row.page)
    line.rates.extend(cells.rates)
    line.texts["description"] = [heading.texts["description"]]
    line.rows.append(cells.row.index)
    return line


def _is_sentence(row: Row) -> bool:
    """Whether a row is one run of many words across the columns: a remark, and no item's description."""
    return len(row.segments) == 1 and len(row.segments[0].tokens) > _REMARK


def _is_close(above: Row, below: Row, gap: float = _CONTINUED_GAP) -> bool:
    size = max(segment.size for segment in below.segments)
    return below.box.y0 - above.box.y1 < gap * size


def _add_text(line: Line, cells: RowCells) -> None:
    line.rows.append(cells.row.index)
    for kind, tokens in cells.texts.items():
        line.texts.setdefault(kind, []).append(tokens)
    for kind, cell in cells.numbers.items():
        if kind in _STACKED and kind in line.numbers and line.numbers[kind] is not cell:
            line.further.setdefault(kind, []).append(cell)
        line.numbers.setdefault(kind, cell)
    line.rates.extend(rate for rate in cells.rates if rate not in line.rates)


def _place_text(
    layout: Layout, cells: RowCells, lines: list[Line], waiting: list[RowCells], survey: _Survey
) -> list[RowCells]:
    """Add a row without an amount to the line above when it goes on from it, else keep it for the line below.

    A row that stands as far from the line above as lines stand from one another heads a group of lines.
    """
    if not lines or waiting:
        return [*waiting, cells]
    last = layout.rows[lines[-1].rows[-1]]
    if survey.walls.join(last, cells.row):
        _go_on(lines[-1], cells, survey)
        return []
    if survey.walls.set_apart(last, cells.row):
        return [cells]
    if _is_scrawl(last, cells.row):
        return []
    opens = bool(cells.texts.get("position")) and bool(lines[-1].texts.get("position"))
    has_text = bool(lines[-1].texts.get("description"))
    if has_text and (names_papers(layout, cells) or (survey.is_wider and survey.is_as_far_as_lines(last, cells.row))):
        return [cells]
    if not has_text or (_is_close(last, cells.row) and not opens):
        _go_on(lines[-1], cells, survey)
        return []
    if last.page == cells.row.page and not opens and _is_attribute(cells):
        _go_on(lines[-1], cells, survey)
        return []
    return [cells]


def _go_on(line: Line, cells: RowCells, survey: _Survey) -> None:
    """Add a row to the line that it goes on from: its words, or the factors of its amount."""
    if not (survey.has_no_factors and _give_factors(line, cells, survey.mark)):
        _add_text(line, cells)


def _give_factors(line: Line, cells: RowCells, mark: str | None) -> bool:
    """Give a line the quantity and the price that the row below it consists of, and return whether it does."""
    amount = next((line.numbers[kind] for kind in AMOUNTS if kind in line.numbers), None)
    if amount is None or "quantity" in line.numbers or cells.numbers:
        return False
    factors = find_factors(cells.texts.get("description", ()), amount.value, mark)
    if factors is None:
        return False
    line.numbers["quantity"], line.numbers["unit_price"] = factors
    line.rows.append(cells.row.index)
    return True


def _without_papers(layout: Layout, waiting: Sequence[RowCells]) -> Sequence[RowCells]:
    """Return what waits for a line without the headings that name an order or a delivery, where anything else waits."""
    return [cells for cells in waiting if not names_papers(layout, cells)] or waiting


def _is_scrawl(above: Row, below: Row) -> bool:
    """Whether a row is written so much larger than the line above it that it is no part of the table."""
    return min(s.size for s in below.segments) > _SCRAWL * max(s.size for s in above.segments)


def _is_attribute(cells: RowCells) -> bool:
    return bool(_ATTRIBUTE.match(join(cells.texts.get("description", ()))))


def describe(line: Line) -> tuple[Token, ...]:
    """Return the tokens of a line's description: its first lines, as far as they stand close and state no attribute.

    Attributes before the first line that is none («GTIN: …») are left out.
    """
    kept: list[tuple[Token, ...]] = []
    lines = line.texts.get("description", [])
    first = next((index for index, tokens in enumerate(lines) if not _LONE_ATTRIBUTE.match(join(tokens))), 0)
    announcing = {place for place, pair in enumerate(pairwise(lines)) if _announces_list(*pair)}
    for place, tokens in enumerate(lines[first:], first):
        if kept and (
            (_ATTRIBUTE.match(join(tokens)) and place not in announcing)
            or _is_apart(kept[-1], tokens)
            or _is_translation(kept[0], tokens)
        ):
            break
        kept.append(tokens)
    return tuple(token for tokens in kept for token in tokens)


def _announces_list(tokens: tuple[Token, ...], below: tuple[Token, ...]) -> bool:
    """Whether nothing stands behind a colon and a list begins below it: «consisting of:», «- frame»."""
    return tokens[-1].text.endswith(":") and below[0].text[:1] in _BULLETS


def _is_translation(first: tuple[Token, ...], tokens: tuple[Token, ...]) -> bool:
    """Whether a line is written in other letters than the first: it says the same in another language."""
    other = _OTHER_WRITING.search(join(tokens)) is not None
    return (
        other is not (_OTHER_WRITING.search(join(first)) is not None) and _has_letters(tokens) and _has_letters(first)
    )


def _has_letters(tokens: tuple[Token, ...]) -> bool:
    return any(c.isalpha() for token in tokens for c in token.text)


def _is_apart(above: tuple[Token, ...], below: tuple[Token, ...]) -> bool:
    """Whether a blank stands between two lines that is wider than between lines of one text."""
    size = max(above[0].size, below[0].size, 1.0)
    return above[0].page != below[0].page or below[0].box.y0 - above[0].box.y1 > _TEXT_GAP * size
