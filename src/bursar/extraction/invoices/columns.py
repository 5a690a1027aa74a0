"""The head of an item table: which words head which column, over one row of labels or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, structs

from bursar.extraction.invoices.head_rows import (
    HEAD_ROWS,
    NUMBERS,
    collect_head_rows,
    holds_values,
    says_sentence,
)
from bursar.extraction.invoices.head_words import (
    find_item_twins,
    find_second_price,
    keys_of_words,
    without_translation,
    words_of_head,
    words_of_turning,
)
from bursar.extraction.invoices.layout import Hit, Layout, Row, Segment, Token, join
from bursar.extraction.labels.vocabulary import compact, load_vocabulary, phrases_of
from bursar.facts.box import Box, enclose
from bursar.facts.lazy import lazy

AMOUNTS = ("amount", "gross_amount")
CODES = ("unit", "product_code", "hsn_code", "position", "date", "order_number")
_CHIEF = {"description", "quantity", "unit_price", "amount", "gross_amount"}
_FEWEST_KINDS = 2  # of columns, that a row names to head a table
_OF_TAX = {"tax_rate", "tax_amount"}
_HAS_WORDS = re.compile(r"[^\W\d_]{3}")
_PLAIN_NUMBER = re.compile(r"-?\d[\d.,]*+(?:\s?[^\W\d_]\D*+)?")
_ROWS_COUNTED = 12  # below a head
_LONGEST_LABEL = 5  # words
_LETTERED = re.compile(r"[A-Z].*\d|\d.*[A-Z]")
_SHORTEST_CODE = 3  # letters and digits
_BLANK = 0.75  # the widest blank between words of one head, in heights of type
_FEWEST_NUMBERS = 3  # columns of numbers beside which a column of words that nobody knows is the description
# of the meanings that a phrase has, the first that is still free
_PREFERENCE = (
    "amount",
    "unit_price",
    "quantity",
    "description",
    "product_code",
    "hsn_code",
    "discount",
    "tax_rate",
    "tax_amount",
    "gross_amount",
    "tax_base",
    "unit",
    "position",
    "date",
    "order_number",
    "cgst",
    "sgst",
    "igst",
    "credit",
)


class Column(Struct, frozen=True):
    """A column: what it holds (None when its words say nothing known) and the box of its head."""

    kind: str | None
    box: Box
    keys: tuple[str, ...] = ()
    reach: tuple[float, float] = (0.0, 0.0)  # how far its cells extend at most
    is_walled: bool = False  # between ruling lines that stand there


class Head(Struct, frozen=True, dict=True):
    """The head of a table: its columns left to right, and the rows that it takes."""

    columns: tuple[Column, ...]
    first_row: int
    last_row: int
    page: int
    score: float

    def find(self, kind: str) -> Column | None:
        """Return the column of a kind."""
        return next((column for column in self.columns if column.kind == kind), None)

    @lazy
    def kinds(self) -> frozenset[str]:
        """The kinds of its columns."""
        return frozenset(column.kind for column in self.columns if column.kind)

    @lazy
    def number_columns(self) -> tuple[Column, ...]:
        """The columns that hold numbers."""
        return tuple(column for column in self.columns if column.kind in NUMBERS)

    @lazy
    def code_and_description(self) -> tuple[Column, Column] | None:
        """The column of descriptions with the one of codes right before it."""
        pairs = pairwise(self.columns)
        return next((pair for pair in pairs if pair[0].kind in CODES and pair[1].kind == "description"), None)

    @lazy
    def text_columns(self) -> tuple[Column, ...]:
        """The columns that do not, those of unknown kind among them."""
        return tuple(column for column in self.columns if column.kind not in NUMBERS)


def find_heads(layout: Layout, mark: str | None) -> tuple[list[Head], list[Head]]:
    """Return the heads of item tables in reading order: the best one with those that repeat it, and those that are like it.

    Like it are heads below with a part of its columns, of which no tax is one, and heads of tables whose lines are numbered
    as its own are; whether theirs are items the sums must say.
    """
    heads = []
    taken = -1
    for row in layout.rows:
        if row.index <= taken or len(layout.hits_of_row.get(row.index, ())) < _FEWEST_KINDS:
            continue
        head = _read_head(layout, row, mark)
        if head is not None:
            heads.append(head)
            taken = head.last_row
    if not heads:
        return [], []
    best = max(heads, key=lambda head: (head.score, -head.first_row))
    alike = [head for head in heads if head is not best and not _repeats(head, best) and _is_alike(head, best)]
    return [head for head in heads if head is best or _repeats(head, best)], alike


def _is_alike(head: Head, best: Head) -> bool:
    is_part = head.first_row > best.first_row and head.kinds <= best.kinds - {"tax_rate", "tax_amount", "tax_base"}
    return {"description", "amount"} <= head.kinds and (is_part or "position" in head.kinds & best.kinds)


def _repeats(head: Head, best: Head) -> bool:
    shared = head.kinds & best.kinds
    return len(shared) >= max(2, 0.7 * len(best.kinds)) and "description" in head.kinds | (best.kinds ^ {"description"})


def _read_head(layout: Layout, row: Row, mark: str | None) -> Head | None:
    if _column_kinds(layout, [row]) < _FEWEST_KINDS or holds_values(row, mark) or says_sentence(layout, row):
        return None
    rows = collect_head_rows(layout, row, mark)
    columns = _without_uncounted(layout, _settle(list(_group(layout, rows))), rows)
    columns = _with_description(layout, _with_codes(layout, columns, rows), rows)
    kinds = {column.kind for column in columns if column.kind}
    if not _is_item_head(kinds):
        return None
    columns = _with_reach(columns, layout, rows)
    score = len(kinds & _CHIEF) * 1.5 + len(kinds - _CHIEF) * 0.7
    score += 1.0 if {"amount", "gross_amount"} & kinds and "description" in kinds else 0.0
    return Head(tuple(columns), rows[0].index, rows[-1].index, row.page, score)


def _without_uncounted(layout: Layout, columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Let a column of times or months be of unknown kind unless plain numbers stand below it, with a unit behind at most."""
    place = next((at for at, c in enumerate(columns) if c.kind == "quantity" and "measured" in c.keys), None)
    if place is None:
        return columns
    column = _with_reach(columns, layout, rows)[place]
    for row in layout.rows_below(rows[-1].index, _ROWS_COUNTED):
        if any(hit.opens and hit.keys("totals") for hit in layout.hits_of_row.get(row.index, ())):
            break
        under = [s for s in row.segments if column.box.overlap_x(s.box) > 0 and s.box.x0 >= column.reach[0]]
        if any(_PLAIN_NUMBER.fullmatch(segment.text) is None for segment in under):
            return [Column(None, c.box) if at == place else c for at, c in enumerate(columns)]
    return columns


def _with_reach(columns: list[Column], layout: Layout, rows: Sequence[Row]) -> list[Column]:
    """Give each column how far it extends: to the ruling lines around its head, else half-way to its neighbours."""
    page = next(page for page in layout.pages if page.number == rows[0].page)
    top, bottom = rows[0].box.y0, rows[-1].box.y1
    walls = sorted(
        rule.box.center_x for rule in page.rules if not rule.horizontal and rule.box.y0 <= bottom and rule.box.y1 >= top
    )
    found = []
    for index, column in enumerate(columns):
        left = columns[index - 1].box.x1 if index else 0.0
        right = columns[index + 1].box.x0 if index + 1 < len(columns) else page.width
        before = max((x for x in walls if left - 1 <= x <= column.box.x0 + 1), default=None)
        behind = min((x for x in walls if column.box.x1 - 1 <= x <= right + 1), default=None)
        low = (left + column.box.x0) / 2 if before is None else before
        high = (right + column.box.x1) / 2 if behind is None else behind
        is_walled = before is not None and behind is not None
        found.append(Column(column.kind, column.box, column.keys, (low, high), is_walled))
    return found


def _with_description(layout: Layout, columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Let the column of positions be that of descriptions where no other is and words stand below it: «Position», «Pos.»."""
    kinds = [column.kind for column in columns]
    if "description" in kinds:
        return columns
    if (place := _find_wordiest(layout, columns, rows[-1])) is not None:
        return [
            structs.replace(column, kind="description") if at == place else column for at, column in enumerate(columns)
        ]
    if "position" not in kinds or not _HAS_WORDS.search(join(rows[0].tokens)):
        return columns
    place = kinds.index("position")
    below = layout.rows_below(rows[-1].index, HEAD_ROWS)
    words = [segment for row in below for segment in row.segments if columns[place].box.overlap_x(segment.box) > 0]
    if not words or not all(_HAS_WORDS.match(segment.text) for segment in words):
        return columns
    return [structs.replace(column, kind="description") if at == place else column for at, column in enumerate(columns)]


def _with_codes(layout: Layout, columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Let the first of two columns that may both be of descriptions be that of codes, where codes stand below it and words below the other."""
    columns = _with_lettered_codes(layout, columns, rows)
    places = [place for place, column in enumerate(columns) if "description" in column.keys]
    kinds = [columns[place].kind for place in places]
    if kinds != ["description", None] or any(column.kind == "product_code" for column in columns):
        return columns
    first, second = (_texts_below(layout, columns[place], rows[-1]) for place in places)
    if not first or not second or not all(map(_is_code, first)) or any(map(_is_code, second)):
        return columns
    new = dict(zip(places, ("product_code", "description"), strict=True))
    return [structs.replace(column, kind=new.get(place, column.kind)) for place, column in enumerate(columns)]


def _with_lettered_codes(layout: Layout, columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """Let the first column, of positions, be that of codes where codes of letters and digits stand below it: «Item», «SS-40»."""
    if not columns or columns[0].kind != "position" or any(column.kind == "product_code" for column in columns):
        return columns
    texts = _texts_below(layout, columns[0], rows[-1])
    if not texts or not all(
        _is_code(text) and _LETTERED.search(text) and len(text) >= _SHORTEST_CODE for text in texts
    ):
        return columns
    return [structs.replace(columns[0], kind="product_code"), *columns[1:]]


def _texts_below(layout: Layout, column: Column, last: Row) -> list[str]:
    below = layout.rows_below(last.index, HEAD_ROWS)
    return [segment.text for row in below for segment in row.segments if column.box.overlap_x(segment.box) > 0]


def _is_code(text: str) -> bool:
    """Whether a text is one word of capitals and digits."""
    return (text.isupper() and " " not in text) or text.isdigit()


def _find_wordiest(layout: Layout, columns: Sequence[Column], last: Row) -> int | None:
    """Return the column of unknown words left of all numbers below whose head the most letters stand, whatever it is called.

    None where no rows of words, and nothing but them, begin below it. A single one has numbers beside its words.
    """
    numbers = [place for place, column in enumerate(columns) if column.kind in NUMBERS]
    if len(numbers) < _FEWEST_NUMBERS or not numbers[0]:
        return None
    below = layout.rows_below(last.index, HEAD_ROWS)
    letters: dict[int, int] = {}
    for place in range(numbers[0]):
        column = columns[place]
        if column.kind is not None or column.keys:
            continue
        under = [segment for row in below for segment in row.segments if column.box.overlap_x(segment.box) > 0]
        if numbers[0] == 1 and not any(len(layout.rows[segment.row].segments) > _FEWEST_KINDS for segment in under):
            continue
        if under and all(_HAS_WORDS.search(segment.text) for segment in under):
            letters[place] = sum(c.isalpha() for segment in under for c in segment.text)
    return max(letters, key=lambda place: letters[place]) if letters else None


def _is_item_head(kinds: set[str]) -> bool:
    if len(kinds) < 2 or not kinds & {"amount", "gross_amount", "unit_price", "quantity"}:
        return False
    if "description" in kinds or {"product_code", "quantity"} <= kinds:
        return True
    return {"quantity", "unit_price"} <= kinds


def _column_kinds(layout: Layout, rows: Sequence[Row]) -> int:
    """Return how many columns the labels of some rows may head: as many as there are labels, or meanings of them."""
    hits = [hit for row in rows for hit in layout.hits_of_row.get(row.index, ()) if hit.keys("columns")]
    meanings = [set(hit.keys("columns")) for hit in hits if not _states_value(hit)]
    return min(len(set(map(frozenset, meanings))), len(set().union(*meanings)))


def _states_value(hit: Hit) -> bool:
    """Whether a label's value follows behind its colon: «Name: Maharashtra», which heads no column."""
    return hit.has_colon and hit.end < len(hit.segment.tokens)


class _Group(Struct):
    box: Box
    tokens: list[Token]


def _group(layout: Layout, rows: Sequence[Row]) -> Iterator[_Group]:
    """Give the tokens of one column's head: labels one above the other, words without a meaning beside them."""
    groups: list[_Group] = []
    for row in rows:
        for tokens in _units(layout, row):
            box = enclose([token.box for token in tokens])
            over = [group for group in groups if group.box.overlap_x(box) > 0.3 * min(group.box.width, box.width)]
            if over:
                best = max(over, key=lambda group: group.box.overlap_x(box))
                best.tokens.extend(tokens)
                best.box = enclose([best.box, box])
            else:
                groups.append(_Group(box, list(tokens)))
    yield from sorted(groups, key=lambda group: group.box.x0)


def _units(layout: Layout, row: Row) -> Iterator[tuple[Token, ...]]:
    """Give what heads one column each: a segment, cut at its labels where it holds several."""
    for segment in row.segments:
        starts = _label_starts(layout, segment)
        if len(starts) < 2:
            yield segment.tokens
            continue
        for start, end in pairwise((0, *starts[1:], len(segment.tokens))):
            yield segment.tokens[start:end]


def _label_starts(layout: Layout, segment: Segment) -> list[int]:
    """Return where the labels of columns begin, whatever else the words mean: «VAT Total excl. VAT» is two of them.

    A label behind a stroke says the same in another language, or that both are in one column («Code / Description»).
    """
    words = segment.words
    starts: list[int] = []
    before: frozenset[str] = frozenset()
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST_LABEL), start, -1):
            keys = keys_of_words("".join(words[start:end]), layout.languages) if words[start] else frozenset()
            if starts and (keys == {"position"} or segment.tokens[start].text.startswith("(")):
                continue  # «Total line», «Price (net)»: of the column before
            if starts and keys and not phrases_of("modifiers", "linking").isdisjoint(words[start - 1 : start + 1]):
                continue  # «Description of articles», «Price per piece»
            if starts and end == start + 1 and keys and keys <= _OF_TAX and words[start - 1] in words_of_turning():
                continue  # «Price incl. VAT»
            if keys:
                if not _stands_behind_slash(segment, start) or _head_two_columns(before, keys):
                    starts.append(start)
                before, start = keys, end
                break
        else:
            start += 1
    return starts


def _head_two_columns(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two labels mean different things, of which one is a number: «Qty / Description» is drawn together."""
    return not one & other and one.isdisjoint(NUMBERS) is not other.isdisjoint(NUMBERS)


def _stands_behind_slash(segment: Segment, start: int) -> bool:
    """Whether a word is one with the word before it: «Quantité / Quantity»."""
    if start == 0 or not segment.tokens[start - 1].text.endswith("/"):
        return False
    return segment.tokens[start].box.x0 - segment.tokens[start - 1].box.x1 < _BLANK * segment.size


def _settle(groups: Sequence[_Group]) -> list[Column]:
    """Give each column a kind; a kind is given once, to the column whose words allow nothing else first.

    Of two columns that may both be it, it is the one whose whole head says so: of «Product Area» and «Product
    Description» the latter is the description.
    """
    keys = [_keys_of(group) for group in groups]
    whole = [_is_whole_label(group) for group in groups]
    kinds: list[str | None] = [None] * len(groups)
    taken: set[str] = set()
    if (twins := find_item_twins(keys)) is not None:
        kinds[twins[0]], kinds[twins[1]] = "position", "description"
        taken.update(("position", "description"))
    order = sorted(range(len(groups)), key=lambda index: (len(keys[index]), not whole[index], index))
    if sum("discount" in found for found in keys) > 1:  # what is taken off stands in that which is no percentage
        order.sort(key=lambda index: any("%" in token.text for token in groups[index].tokens))
    for index in order:
        if kinds[index] is not None:
            continue
        free = [key for key in _PREFERENCE if key in keys[index] and key not in taken]
        if free:
            kinds[index] = free[0]
            taken.add(free[0])
        elif {"amount", "gross_amount"} & set(keys[index]):
            kinds[index] = "gross_amount" if "gross_amount" not in taken else None
            taken.add("gross_amount")
    net = find_second_price(kinds, keys) if {"amount", "gross_amount"} & taken else None
    if net is not None and "tax_base" not in taken:
        kinds[net] = "tax_base"  # «Unit price | Price | VAT | Total»: whether it is the amount the arithmetic says
    if "unit_price" in taken and kinds[-1] == "tax_amount" and taken.isdisjoint(AMOUNTS):
        kinds[-1] = None  # «VAT Amount» over rates and amounts
    if groups and kinds[-1] is None and not {"amount", "gross_amount"} & taken and {"unit_price", "quantity"} & taken:
        kinds[-1] = "amount"  # whatever its words are: a last column behind price or quantity
    return [Column(kind, group.box, found) for kind, group, found in zip(kinds, groups, keys, strict=True)]


def _is_whole_label(group: _Group) -> bool:
    """Whether all words of a column's head together are one label."""
    text = compact(join(_in_order(group)))
    return any(label.group == "columns" for label in load_vocabulary().find(text, tolerant=True))


def _in_order(group: _Group) -> list[Token]:
    return sorted(group.tokens, key=lambda token: (round(token.box.center_y), token.box.x0))


def _has_part_for_descriptions(ordered: Sequence[Token]) -> bool:
    """Whether a part of a head between its strokes is a word for descriptions: «Work done / materials»."""
    parts: list[list[Token]] = [[]]
    for token in ordered:
        parts[-1].append(token)
        if token.text.endswith("/"):
            parts.append([])
    keys = [{label.key for label in load_vocabulary().find(compact(join(part)))} for part in parts if part]
    return (
        len(keys) > 1
        and all(found.isdisjoint(NUMBERS) for found in keys)
        and any("description" in found for found in keys)
    )


def _keys_of(group: _Group) -> tuple[str, ...]:
    vocabulary = load_vocabulary()
    ordered = without_translation(_in_order(group))
    texts = [compact(join(ordered)), compact(join(group.tokens)), *words_of_head(ordered)]
    position: tuple[str, ...] = ()
    if any(token.text.endswith("/") for token in ordered) and _has_part_for_descriptions(ordered):
        return ("description",)
    for text in texts:
        found = [label.key for label in vocabulary.find(text, tolerant=True) if label.group == "columns"]
        if found and set(found) != {"position"}:
            return tuple(dict.fromkeys(found))
        position = position or tuple(dict.fromkeys(found))  # «Total line»: what the other words say goes before
    for size in (3, 2):
        for start in range(len(ordered) - size + 1):
            part = compact(join(ordered[start : start + size]))
            found = [label.key for label in vocabulary.find(part) if label.group == "columns"]
            if found:
                return tuple(dict.fromkeys(found))
    return position
