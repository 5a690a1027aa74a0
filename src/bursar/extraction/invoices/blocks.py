"""Blocks of the page: lines that stand below one another, and what each line of one is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.addresses import (
    find_country,
    fold,
    has_legal_form,
    has_postal,
    is_company,
    is_numberless_street,
    is_postal,
    is_street,
    words,
)
from bursar.extraction.invoices.layout import Hit, Layout, Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_attention, is_contact, is_noise, is_sentence
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.facts.lazy import lazy

_SEPARATORS = ("|", "·", "•", "∙", ".", "-", "–", "*", "—")
_DASHES = (".", "-", "–", "—")
_SEVERAL = 2  # separators that part a line
# A sender's line has two separators or commas at least; recognition takes a middle dot for a point or a colon.
_PARTED = re.compile(r"(?:[|·•∙*–—,-]|\s[.:]\s).*(?:[|·•∙*–—,-]|\s[.:]\s)")
_LONGEST_CODE = 8
_LINES_TO_CODE = 2  # street and town
_REGISTER = re.compile(r"\(?(?=[\w-]*\d{5})[\w-]{6,}\)?")
_NUMBER_ALONE = re.compile(r"[\d./ -]{3,}")  # the customer's, above his name
_NUMBER_OF_PERSON = re.compile(r"(?=(?:\D*\d){7})[\d./X-]+,?")
_SHORT_LINE = 5  # words
_LONGEST_LINK = 4  # words, of «handelend onder de naam»
_GAP = 1.35  # lines of one block lie closer than this, in heights of type
_GAP_TO_TOWN = 2.2
_SET_OFF = 1.6  # of the distance between lines
_BELOW = 2.0  # between a label and its value below it
_DATE_KEYS = {"date", "invoice_date", "due_date", "delivery_date", "order_date"}
_OPEN_BLOCKS = 12  # so many last blocks may go on: more do not stand side by side
LINES_BEFORE = 2  # name and street: what goes on from them with a town is no sender's line
_TITLE_KEYS = {"title_number", "invoice_number"}
_NUMBER_KEYS = {"customer_reference", "invoice_number", "sort_code"}
_WORD = 5  # letters of a label that is not mistaken: «PO» stands before a box as well
_PART_KEYS = {"name", "address"}
_CONTACT_KEYS = {
    "email",
    "phone",
    "fax",
    "website",
    "tax_id",
    "buyer_tax_id",
    "seller_tax_id",
    "registration_number",
    "extra_tax_id",
    "iban",
    "bic",
    "other",
    "customer_id",
    "bank_name",
    "account_number",
    "time",
    "contract_number",
    "title_number",
    "sort_code",
    "place_of_supply",
}


class Block(Struct):
    """Segments below one another, left edges or middles aligned."""

    segments: list[Segment] = []

    @property
    def box(self) -> Box:
        """Around all its segments."""
        return enclose(segment.box for segment in self.segments)

    @property
    def page(self) -> int:
        """1-based."""
        return self.segments[0].page

    @property
    def text(self) -> str:
        """Its lines, joined by line feeds."""
        return "\n".join(segment.text for segment in self.segments)


def find_blocks(layout: Layout, rows: Iterable[int]) -> list[Block]:
    """Return the blocks that the rows' segments form, in reading order."""
    blocks: list[Block] = []
    for index in rows:
        for segment in layout.rows[index].segments:
            for block in reversed(blocks[-_OPEN_BLOCKS:]):
                if _goes_on(block, segment):
                    block.segments.append(segment)
                    break
            else:
                blocks.append(Block([segment]))
    return blocks


def _goes_on(block: Block, segment: Segment) -> bool:
    last = block.segments[-1]
    if segment.row == last.row or last.page != segment.page:
        return False
    own_size, last_size = segment.tokens[0].size, last.tokens[0].size
    if own_size > 1.35 * last_size:
        return False
    size = max(own_size, last_size, 1.0)
    gap = segment.box.y0 - last.box.y1
    if (
        gap > (_GAP_TO_TOWN if gap > _GAP * size and _is_town_below(last, segment) else _GAP) * size
        or gap < -0.8 * size
        or not _are_aligned(segment.box, last.box, size)
    ):
        return False
    return not (_opens_anew(block, last) or _opens_anew(block, segment) or _is_next_party(block, segment))


def _is_next_party(block: Block, segment: Segment) -> bool:
    """Whether a firm's name stands set off below a whole address: that of another party, with no label between."""
    if len(block.segments) <= _LINES_TO_CODE:
        return False
    last, before = block.segments[-1], block.segments[-2]
    drop, usual = segment.box.y0 - last.box.y0, last.box.y0 - before.box.y0
    if not drop > _SET_OFF * usual > 0 or any(map(str.isdigit, segment.text)) or is_contact(segment.text):
        return False
    return has_legal_form(segment.text) and has_postal([each.text for each in block.segments])


def _is_town_below(last: Segment, segment: Segment) -> bool:
    """Whether a town stands set off below its street."""
    flush = abs(last.box.x0 - segment.box.x0) <= 1.0
    return flush and is_street(last.text) and not is_postal(last.text) and is_postal(segment.text)


def _are_aligned(box: Box, other: Box, size: float) -> bool:
    """Whether two lines share their left edge, or overlap and share their middle or right edge."""
    if abs(box.x0 - other.x0) <= 0.9 * size:
        return True
    if box.overlap_x(other) <= 0:
        return False
    return abs(box.center_x - other.center_x) <= 0.9 * size or abs(box.x1 - other.x1) <= 0.5 * size


def _opens_anew(block: Block, segment: Segment) -> bool:
    """Whether a line is a sender's, that belongs to no block; the third line of an address or a later one may look like it."""
    if not is_sender_line(segment):
        return False
    before = block.segments.index(segment) if segment in block.segments else len(block.segments)
    return before < LINES_BEFORE or bool(separators_of(segment.tokens))


def is_sender_line(segment: Segment) -> bool:
    """Whether a line is a whole address with separators between its parts, as above an address window."""
    if not _PARTED.search(segment.text):
        return False
    marks = separators_of(segment.tokens)
    parts = sum(token.text in marks or token.text.endswith(("|", "·", "•")) for token in segment.tokens)
    commas = sum(token.text.endswith(",") for token in segment.tokens)
    return (parts >= 2 or (parts + commas >= 2 and len(segment.tokens) >= 6)) and is_postal(segment.text)


def separators_of(tokens: Sequence[Token]) -> set[str]:
    """Return what parts a sender's line: the marks for that; a colon as well where one of them is recognised beside it.

    Where two dots or strokes part it a dash is of a name: «Firm – Branch, S.A. · Street 1 · Town».
    """
    marks = [token.text for token in tokens if token.text in _SEPARATORS]
    if not marks:
        return set()
    clear = [mark for mark in marks if mark not in _DASHES]
    found = set(clear if len(clear) >= _SEVERAL else marks)
    return found | {":"} if found and tokens[0].source is Source.OCR else found


def is_value(layout: Layout, segment: Segment) -> bool:
    """Whether a segment is what a label on its left states."""
    if not segment.place:
        return False
    before = layout.rows[segment.row].segments[segment.place - 1]
    keys = {
        key
        for hit in layout.hits_in(before)
        if hit.start == 0 and not any(any(map(str.isalnum, token.text)) for token in before.tokens[hit.end :])
        for key in hit.keys("fields")
    }
    if not keys or (keys <= _TITLE_KEYS and not any(map(str.isdigit, segment.text))):
        return False  # a title has a number beside it, and no name
    return not _is_stated_below(layout, before, segment, keys)


def _is_stated_below(layout: Layout, label: Segment, beside: Segment, keys: set[str]) -> bool:
    """Whether a label's value stands below it, so that the name or line of an address beside it is none.

    A date below the label of one is its value for sure, and a number where a firm or an address stands beside.
    """
    if find_dates(beside.text):
        return False
    below = next((s for row in layout.rows_below(label.row, 1) for s in row.segments if _stands_under(s, label)), None)
    if below is None or is_label_line(layout.hits_in(below), below):
        return False
    if keys & _DATE_KEYS:
        return bool(find_dates(below.text))
    named = is_company(beside.text) or is_postal(beside.text) or is_street(beside.text)
    return named and any(map(str.isdigit, below.text))


def _stands_under(segment: Segment, label: Segment) -> bool:
    """Whether a line begins right below a label."""
    drop = segment.box.y0 - label.box.y1
    return drop <= _BELOW * label.size and abs(segment.box.x0 - label.box.x0) <= 0.9 * label.size


class PartyLines(Struct, frozen=True, dict=True):
    """A party as its lines say it: name and address as tokens, the rest of the lines by what they hold."""

    name: tuple[Token, ...] = ()
    address: tuple[tuple[Token, ...], ...] = ()
    segments: tuple[Segment, ...] = ()

    @lazy
    def name_text(self) -> str:
        """The name as printed, without what closes a line."""
        return join(self.name).strip(" ,;|·•:-")

    @lazy
    def address_lines(self) -> list[str]:
        """The address, line by line."""
        return [join(line) for line in self.address]

    @lazy
    def is_placed(self) -> bool:
        """Whether its address has a number: what has none is no address."""
        return any(any(map(str.isdigit, line)) for line in self.address_lines)

    @lazy
    def has_postal(self) -> bool:
        """Whether a postal code with its place is among the lines."""
        return has_postal(self.address_lines)


def read_party(layout: Layout, lines: Sequence[tuple[Token, ...]], segments: Sequence[Segment]) -> PartyLines:
    """Return what the lines of one block say about a party: first the name, then the address to its last line."""
    name: tuple[Token, ...] = ()
    address: list[tuple[Token, ...]] = []
    between: list[tuple[Token, ...]] = []
    closed = False  # what follows the contacts below a whole address is none of it
    for index, whole in enumerate(lines):
        line = whole if name else _cut_name(whole)
        text = join(line).strip()
        if not text or is_noise(text) or is_sentence(text) or (not name and _NUMBER_ALONE.fullmatch(text)):
            continue
        if _is_fact_label(layout, segments[min(index, len(segments) - 1)]):
            continue
        if is_contact(text):
            closed = closed or has_postal([join(part) for part in address])
            continue
        closed = closed or (
            bool(address) and _opens_fact(layout, segments, index) and has_postal(list(map(join, address)))
        )
        if closed and not find_country(text):
            break
        if not name:
            name, rest = _split_name(_without_register(line))
            if rest:
                address.append(rest)
            continue
        if not address and is_attention(text):
            continue
        if not address and not between and fold(text) in words("company_forms"):
            name = (*name, *line)
            continue
        if is_street(text) or is_postal(text) or find_country(text) or address:
            if address and _is_closed(address, text):
                break
            address.append(line)
        else:
            between.append(line)
    address = _with_lines_between(name, between, address)
    return PartyLines(name, tuple(_strip_tail(line) for line in address), tuple(segments))


def _opens_fact(layout: Layout, segments: Sequence[Segment], index: int) -> bool:
    """Whether a line begins with the label of a fact that is none of a party's."""
    hits = layout.hits_in(segments[index]) if index < len(segments) else ()
    return any(
        hit.start == 0
        and hit.keys("fields")
        and not hit.means("fields", _CONTACT_KEYS)
        and (hit.letters >= _WORD or hit.has_colon)
        for hit in hits
    )


def _is_fact_label(layout: Layout, segment: Segment) -> bool:
    """Whether a line of a block is a number with its label, or nothing but the label of a fact, whose value stands beside it."""
    if any(
        hit.start == 0 and hit.means("fields", _NUMBER_KEYS) and hit.letters >= _WORD for hit in layout.hits_in(segment)
    ):
        return not is_street(segment.text)
    return any(
        hit.start == 0 and hit.keys("fields") and hit.end >= len(segment.tokens) and hit.letters >= 3
        for hit in layout.hits_in(segment)
    ) and bool(layout.right_of(segment))


def _with_lines_between(
    name: tuple[Token, ...], between: list[tuple[Token, ...]], address: list[tuple[Token, ...]]
) -> list[tuple[Token, ...]]:
    """Take the lines between name and street to the address when they name a building, not a person or a second name."""
    if not address:
        return [line for line in between if "," in join(line)]
    del name
    if is_bare_code(join(address[0])):
        return between[-_LINES_TO_CODE:] + address
    return [line for line in between if is_building(join(line))] + address


def is_bare_code(text: str) -> bool:
    """Whether a line is a postal code of letters and digits alone: its street and town stand above."""
    return len(text) <= _LONGEST_CODE and any(map(str.isalpha, text)) and is_postal(text) and not is_street(text)


def is_building(text: str) -> bool:
    """Whether a line between name and street is of the address.

    It has a number that no word announces, a comma behind, or the word for a building at its end or its head.
    """
    parts = fold(text).split()
    if is_numberless_street(text):
        return True
    if 2 <= len(parts) <= _SHORT_LINE and not is_company(text) and {parts[0], parts[-1]} & words("building_words"):
        return True
    numbered = (
        words("since").isdisjoint(parts) and any(c.isdigit() for c in text) and not re.search(r"\w\s?:|\d{5}", text)
    )
    return numbered or text.rstrip().endswith(",")


def _is_closed(address: Sequence[tuple[Token, ...]], text: str) -> bool:
    """Whether an address is complete and the next line is none of it."""
    before = " ".join(join(line) for line in address)
    if is_postal(before) and not (is_postal(text) or find_country(text) or is_street(text)):
        return len(text.split()) > 5 or any(c.isdigit() for c in text)
    return False


def _split_name(line: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """Part a name from the address behind it on the same line (`Firm Ltd, 1 High Street, London`)."""
    separators: tuple[str, ...] = ("|", "·", "•", "-", "–", "*", "∙", "/")
    parted = sum(token.text in separators and token.text not in _DASHES for token in line) >= _SEVERAL
    if parted:
        separators = tuple(mark for mark in separators if mark not in _DASHES)
    for index, token in enumerate(line):
        closes = token.text.endswith((",", ";")) and not parted
        alone = token.text in separators
        if index + 1 >= len(line) or not (closes or alone):
            continue
        rest = line[index + 1 :]
        if is_street(join(rest)) or is_postal(join(rest)):
            return line[: index + (0 if alone else 1)], tuple(t for t in rest if t.text not in separators)
    return line, ()


def _without_register(line: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a name without the number of its bearer.

    It stands behind the firm's form, «Firm Sdn Bhd 201401012345 (1234567-K)», or behind a comma: «Eva Lind, 19580412-XXXX, 100 %»,
    «Firm Ltd, VAT GB 123».
    """
    for place in range(1, len(line)):
        behind = line[place:]
        numbered = line[place - 1].text.endswith((",", ";")) and any(map(str.isdigit, join(behind)))
        if numbered and (_NUMBER_OF_PERSON.fullmatch(behind[0].text) or fold(behind[0].text) in words("run_ends")):
            return line[:place]
    for place in range(2, len(line)):
        if _REGISTER.fullmatch(line[place].text):
            rest = line[place + 1 :]
            whole = all(_REGISTER.fullmatch(token.text) for token in rest)
            return line[:place] if whole and has_legal_form(join(line[:place])) else line
    return line


def _cut_name(line: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return a name without what stands behind it: the name that a firm trades under (`Firm Ltd t/a Shop`), a department."""
    if _cutting_words().isdisjoint(fold(join(line)).split()):
        return line
    for start in range(1, len(line)):
        if fold(join(line[start:])) in words("departments"):
            return line[:start]
        for end in range(start + 1, min(start + _LONGEST_LINK, len(line) - 1) + 1):
            if fold(join(line[start:end])) in words("trading_as") and has_legal_form(join(line[:start])):
                return line[:start]
    return line


@cache
def _cutting_words() -> frozenset[str]:
    """Return the words one of which stands where a name is cut: a department's last, the first of «trading as»."""
    lasts = (phrase.split()[-1] for phrase in words("departments"))
    firsts = (phrase.split()[0] for phrase in words("trading_as"))
    return frozenset((*lasts, *firsts))


def _strip_tail(line: tuple[Token, ...]) -> tuple[Token, ...]:
    return tuple([token for token in line if any(map(str.isalnum, token.text))])


def without_label(layout: Layout, segment: Segment) -> tuple[Token, ...]:
    """Return a line's tokens without the word «Address:» before them."""
    for hit in layout.hits_in(segment):
        if hit.start == 0 and hit.means("parties", _PART_KEYS) and (hit.has_colon or hit.end >= len(segment.tokens)):
            return segment.tokens[hit.end :]
    return segment.tokens


def is_label_line(hits: Sequence[Hit], segment: Segment) -> bool:
    """Whether a segment begins with the label of a fact that is no part of a party."""
    for hit in hits:
        if hit.start or is_number_of_house(hit):
            continue
        whole = hit.end >= len(segment.tokens)
        keys = hit.keys("fields")
        if hit.keys("parties") and (whole or hit.has_colon) and not hit.means("parties", _PART_KEYS):
            return True
        stated = keys and not hit.means("fields", _CONTACT_KEYS)
        if stated and (hit.has_colon or whole) and (hit.letters >= 4 or hit.has_colon):
            return True
        of_part = hit.means("parties", _PART_KEYS)  # «名称：» heads a column of a table as well
        if (hit.keys("totals") or hit.keys("columns")) and not keys and not of_part and hit.has_colon:
            return True
    return False


def is_number_of_house(hit: Hit) -> bool:
    """Whether a word for «number» stands before the number of a house: «No: 28, Jalan Mawar»."""
    return hit.end < len(hit.segment.tokens) and "bare_number" in hit.keys("fields") and is_street(hit.segment.text)


def score_as_party(layout: Layout, party: PartyLines) -> float:
    """Return how much a block looks like a firm or person with an address, about 0 to 3."""
    text = party.name_text
    if not any(map(str.isalpha, text)):
        return -1.0
    score = 0.8 * is_company(text) + 1.0 * party.has_postal
    score += 0.5 * any(is_street(line) for line in party.address_lines)
    score -= 1.0 if re.search(r"\d{4,}", text) or text.endswith(":") else 0.0
    score -= 0.5 if len(text.split()) > 8 else 0.0
    del layout
    return score
