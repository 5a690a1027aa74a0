"""Parties that no label announces: the letterhead, the sender's line of a window envelope, the footer, the window."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.addresses import (
    fold,
    has_legal_form,
    is_company,
    is_numberless_street,
    is_postal,
    is_street,
)
from bursar.extraction.invoices.blocks import (
    LINES_BEFORE,
    Block,
    PartyLines,
    find_blocks,
    is_label_line,
    read_party,
    score_as_party,
    separators_of,
)
from bursar.extraction.invoices.footers import find_footers
from bursar.extraction.invoices.layout import Layout, Segment, Token, join
from bursar.extraction.invoices.legal_names import continues_name, is_named_among, is_trade_of, name_by_law
from bursar.extraction.invoices.letter_blocks import (
    LARGE,
    LETTERS,
    TOP,
    Scored,
    find_stated_below,
    is_of_buyer,
    is_taken,
    is_title,
    read_block,
    rows_between,
)
from bursar.extraction.invoices.line_kinds import is_attention, is_contact
from bursar.extraction.invoices.party_backing import is_in_hosts
from bursar.extraction.invoices.run_lines import read_run

_GLUED_SEPARATORS = ("·", "•", "|")  # recognition runs them into the word before
_MOST_LINES = 12  # of an addressee with his numbers
_PARTS_BY_COMMA = 3  # name, street and town: «Town, State 12345» is a line of an address
_WINDOW_LOW = 0.5
_SLIP_HIGH, _ON_SLIP = 0.6, 0.55
_DUE = {"amount_due", "total"}
_DIGITS = 5  # of a number that is repeated
_AMOUNT_END = re.compile(r"[.,]\d\d\D*$")
_PAYEE, _PAYEE_WHOLE = 1.2, 0.4
_KNOWN = 0.7  # for a logo whose firm is named elsewhere
_DESCRIBED = 1.5  # a firm or an address is among the lines
_SENDER_LOW = 0.4
_ONE_NAME = 94  # of 100
_ALIKE = 85  # of 100: names and addresses that may be the same
_WINDOW_GAP = 4.0  # between a sender's line and the address below it, in heights of type
_WINDOW_EDGE = 1.5  # between their left edges


def find_seller(
    layout: Layout,
    blocked: frozenset[int],
    taken: set[int],
    payee: PartyLines | None,
    hosts: str,
    buyer: PartyLines | None = None,
) -> Scored | None:
    """Return the sender of a letter: of letterhead, sender's line and footer the best described one.

    What bears the name of a `buyer` that a label announces is the sender only where nothing else is left.
    """
    senders = list(_sender_lines(layout, taken))
    lines = [party.segments[0] for party, _ in senders]
    candidates = [*senders, *_letterheads(layout, blocked, taken, lines, hosts), *find_footers(layout, taken, hosts)]
    if payee is not None:
        candidates.append((payee, _weigh_payee(layout, payee, hosts)))
    weighed = [(party, score + _agreement(party, hosts, candidates)) for party, score in candidates if party.name_text]
    if not weighed:
        return _big_name(layout, taken)
    if buyer is not None:
        others = [pair for pair in weighed if not is_same_name(pair[0], buyer)]
        weighed = others if any(score >= _DESCRIBED for _, score in others) else weighed
    best, score = max(weighed, key=lambda pair: pair[1])
    completed = _complete(best, [party for party, _ in weighed])
    return completed, max(0.35, min(0.92, 0.45 + 0.13 * score))


def _weigh_payee(layout: Layout, payee: PartyLines, hosts: str) -> float:
    """Return how likely who is paid is the seller: a firm with its address, that the hosts name, counts as a block would."""
    whole = payee.has_postal and has_legal_form(payee.name_text) and is_in_hosts(hosts, payee.name_text)
    return max(_PAYEE, _PAYEE_WHOLE + score_as_party(layout, payee)) if whole else _PAYEE


def _complete(best: PartyLines, others: list[PartyLines]) -> PartyLines:
    """Give a brand the name of its firm, and a person the brand that is printed by itself as well.

    A name without an address takes the address that stands with the same name elsewhere.
    """
    for other in others:
        if is_trade_of(other, best):
            return PartyLines(other.name, best.address or other.address, best.segments + other.segments)
        if continues_name(other, best) and (other.address or best.address):
            return PartyLines(other.name, best.address or other.address, best.segments + other.segments)
    if best.address:
        return best
    for other in others:
        if other.address and fuzz.token_set_ratio(fold(best.name_text), fold(other.name_text)) >= _ALIKE:
            return PartyLines(best.name, other.address, best.segments + other.segments)
    return best


def is_same_name(one: PartyLines, other: PartyLines) -> bool:
    """Whether two parties go by one name, to which something may be added in one place: firms are named much alike."""
    name, wanted = sorted((fold(one.name_text), fold(other.name_text)), key=len)
    return fuzz.ratio(name, wanted) >= _ONE_NAME or (len(name.split()) > 1 and wanted.startswith(f"{name} "))


def _agreement(party: PartyLines, hosts: str, candidates: list[Scored]) -> float:
    """Return points for a name that web addresses and other places repeat."""
    name = fold(party.name_text)
    points = 0.5 if is_in_hosts(hosts, party.name_text) else 0.0
    same = sum(fuzz.ratio(name, fold(other.name_text)) >= 88 for other, _ in candidates) - 1
    return points + 0.4 * min(2, max(0, same))


def _sender_lines(layout: Layout, taken: set[int]) -> Iterator[Scored]:
    """Give lines such as «Firm · Street 1 · 12345 Town» above an address window."""
    found = list(_parted_lines(layout, taken))
    blocks = find_blocks(layout, rows_between(layout, frozenset(), 0.0, _WINDOW_LOW)) if found else []
    within = {id(segment) for block in blocks for segment in block.segments[LINES_BEFORE:]}
    for segment, parts in found:
        if id(segment) not in within:
            party = PartyLines(parts[0], tuple(parts[1:]), (segment,))
            yield party, 1.6 + 0.4 * is_company(party.name_text)


def _parted_lines(layout: Layout, taken: set[int]) -> Iterator[tuple[Segment, list[tuple[Token, ...]]]]:
    """Give the lines at the head of the first page that hold a name and an address, in their parts."""
    for index in rows_between(layout, frozenset(), float("-inf"), _SENDER_LOW):
        for segment in layout.rows[index].segments:
            if not is_postal(segment.text) or is_taken(segment, taken):
                continue
            parts = _split(segment)
            first = join(parts[0])
            placed = is_street(first) or is_numberless_street(first)
            if len(parts) >= 2 and any(map(str.isalpha, first)) and not placed:
                yield segment, parts


def _split(segment: Segment) -> list[tuple[Token, ...]]:
    """Return the parts of a sender's line, cut at separators; at commas where it has none."""
    marks = separators_of(segment.tokens)
    for by_comma in (False, True):
        parts: list[list[Token]] = [[]]
        for token in segment.tokens:
            if token.text == "/" or token.text in marks:
                parts.append([])
                continue
            parts[-1].append(token)
            if token.text.endswith(_GLUED_SEPARATORS) or (by_comma and token.text.endswith(",")):
                parts.append([])
        kept = [tuple(part) for part in parts if part]
        if len(kept) >= (_PARTS_BY_COMMA if by_comma else 2):
            return kept
    return [segment.tokens]


def _letterheads(
    layout: Layout, blocked: frozenset[int], taken: set[int], senders: Sequence[Segment], hosts: str
) -> Iterator[Scored]:
    """Give the blocks at the head of the first page: large type and what stands above the rest count.

    A block below a sender's line stands in the window of the envelope: it is the addressee.
    """
    blocks = find_blocks(layout, rows_between(layout, blocked, 0.0, TOP))
    segments = [segment for block in blocks for segment in block.segments]
    heads = {id(token) for segment in segments for token in segment.tokens}
    height = layout.page_size(layout.pages[0].number)[1]
    for block in blocks:
        addressed = is_of_buyer(layout, block) or any(_stands_above(sender, block) for sender in senders)
        party = None if addressed else read_block(layout, block, taken)
        if party is None:
            continue
        known, large = False, _is_large(layout, party)
        near = [] if party.is_placed else list(_neighbours(layout, party, blocks, taken))
        if large:
            party = _with_line(layout, party, near)
        if is_in_hosts(hosts, party.name_text):
            party = _with_trade(layout, party, near)
            beside = _with_neighbour(layout, party, near)
            party = beside if has_legal_form(party.name_text) and _is_whole(beside) else party
        if large and not is_named_among(segments, party):
            placed = _with_neighbour(layout, party, near)
            named = name_by_law(layout, placed, taken | heads, blocked)
            known = named.name is not party.name
            firm = named.has_postal and has_legal_form(named.name_text)
            party = named if named is not placed or firm else party
        score = score_as_party(layout, party) + 0.6 * (1.0 - block.box.y0 / (height * TOP))
        score += (0.7 if large else 0.0) + (_KNOWN if known else 0.0)
        score += 0.4 if any(is_contact(segment.text) for segment in block.segments) else 0.0
        yield _with_neighbour(layout, party, near), score


def _is_of_owners(block: Block) -> bool:
    """Whether a block begins with whose name holds its own street: «Sameiet Strandgata 5» at «Strandgata 5»."""
    first, *rest = (fold(segment.text) for segment in block.segments)
    return any(line in first and line != first for line in rest if is_street(line))


def _is_large(layout: Layout, party: PartyLines) -> bool:
    """Whether a party's name, or the line above it, is set in the type of a logo."""
    return max(token.size for token in (*party.name, *party.segments[0].tokens)) >= LARGE * layout.usual_size


def _stands_above(sender: Segment, block: Block) -> bool:
    """Whether a sender's line heads the window that a block stands in."""
    first = block.segments[0]
    drop = first.box.y0 - sender.box.y1
    return 0 <= drop <= _WINDOW_GAP * first.size and abs(first.box.x0 - sender.box.x0) <= _WINDOW_EDGE * first.size


def _with_neighbour(layout: Layout, party: PartyLines, near: Iterable[Block]) -> PartyLines:
    """Give a name in large type the address block that stands right below or beside it."""
    party = _with_line(layout, party, near)
    if party.is_placed or not party.segments:
        return party
    for block in near:
        lines = [segment.tokens for segment in block.segments]
        if (is_street(join(lines[0])) or is_postal(join(lines[0]))) and not _is_of_owners(block):
            read = read_party(layout, [party.name, *lines], block.segments)
            if read.address:
                return PartyLines(party.name, read.address, (*party.segments, *block.segments))
    return party


def _with_line(layout: Layout, party: PartyLines, near: Iterable[Block]) -> PartyLines:
    """Give a name in large type the address on the line of parts below it, where contacts follow it or what its bearer does stands before."""
    if party.is_placed or not party.segments:
        return party
    for block in near:
        run = read_run(layout, block.segments[0]) if separators_of(block.segments[0].tokens) else None
        if run is None or not run.has_postal or run.name_text[:1].isupper():
            continue
        if any(map(is_street, run.address_lines)):
            return PartyLines(party.name, run.address, (*party.segments, block.segments[0]))
    return party


def _is_whole(party: PartyLines) -> bool:
    """Whether an address has its street and its town on lines of their own."""
    return party.has_postal and len(party.address) > 1 and any(map(is_street, party.address_lines))


def _with_trade(layout: Layout, party: PartyLines, near: Iterable[Block]) -> PartyLines:
    """Give a name in large type the block that begins with what its bearer does, and goes on with his address."""
    if party.address or not party.segments:
        return party
    for block in near:
        first, *rest = block.segments
        small = first.size * LARGE <= party.segments[0].size and not any(map(str.isdigit, first.text))
        named = is_company(first.text) or is_attention(first.text) or any(map(layout.opens_with_label, rest))
        if small and not named and rest and (is_street(rest[0].text) or is_postal(rest[0].text)):
            read = read_party(layout, [party.name, *(segment.tokens for segment in rest)], block.segments)
            if read.has_postal:
                return PartyLines(party.name, read.address, (*party.segments, *block.segments))
    return party


def _neighbours(layout: Layout, party: PartyLines, blocks: Iterable[Block], taken: set[int]) -> Iterator[Block]:
    """Give the blocks right below or beside a party's lines that begin with no label."""
    head, last = party.segments[0], party.segments[-1]
    for block in blocks:
        first = block.segments[0]
        drops = (first.box.y0 - last.box.y1, first.box.y0 - head.box.y1)
        beside = first.box.overlap_y(head.box) > 0
        reach = 4.5 * max(first.size, head.size)
        if first is head or not (beside or any(-2 <= drop <= reach for drop in drops)):
            continue
        if not (beside or abs(first.box.x0 - head.box.x0) <= 6 * head.size or first.box.overlap_x(head.box) > 0):
            continue
        if is_taken(first, taken) or is_title(layout, first) or is_label_line(layout.hits_in(first), first):
            continue
        if not find_dates(block.text):
            yield block


def _big_name(layout: Layout, taken: set[int]) -> Scored | None:
    """Return the largest type of the page's upper part that is no title."""
    rows = rows_between(layout, frozenset(), 0.0, TOP)
    labels = [segment for index in rows for segment in layout.rows[index].segments]
    used = taken.union(*(find_stated_below(layout, label) for label in labels))
    addressed = (block for block in find_blocks(layout, rows) if is_of_buyer(layout, block))
    used.update(id(token) for block in addressed for segment in block.segments for token in segment.tokens)
    segments = [
        segment
        for index in rows
        for segment in layout.rows[index].segments
        if not is_taken(segment, used)
        and not is_title(layout, segment)
        and sum(map(str.isalpha, segment.text)) >= LETTERS
        and not is_label_line(layout.hits_in(segment), segment)
    ]
    if not segments:
        return None
    best = max(segments, key=lambda segment: (round(segment.size), -segment.row))
    return PartyLines(best.tokens, (), (best,)), 0.45


def _is_same_party(party: PartyLines, seller: PartyLines) -> bool:
    """Whether a block is the seller's once more: of the same name, or of nearly the same at the same place."""
    name, other = fold(party.name_text), fold(seller.name_text)
    if name == other or not seller.has_postal:
        return fuzz.ratio(name, other) > _ALIKE
    there = fuzz.token_set_ratio(" ".join(party.address_lines), " ".join(seller.address_lines)) >= _ALIKE
    return there and (fuzz.ratio(name, other) > _ALIKE or is_same_name(party, seller))


def find_buyer_window(
    layout: Layout, blocked: frozenset[int], taken: set[int], seller: PartyLines | None
) -> Scored | None:
    """Return the addressee: the block with a postal line in the upper half that is not the seller."""
    blocks = find_blocks(layout, rows_between(layout, blocked, 0.04, _WINDOW_LOW))
    found: list[Scored] = []
    for block in blocks:
        party = read_block(layout, block, taken, addressed=True)
        if party is None or not party.address or not 2 <= len(block.segments) <= _MOST_LINES:
            continue
        if not party.has_postal or (seller is not None and _is_same_party(party, seller)):
            continue
        contacts = sum(is_contact(segment.text) for segment in block.segments)
        score = score_as_party(layout, party) - 0.3 * contacts + 1.0 * is_of_buyer(layout, block)
        score += 0.3 if seller is None or not seller.segments or block.box.y0 > seller.segments[0].box.y0 else 0.0
        found.append((party, score))
    if not found:
        return None
    best, score = max(found, key=lambda pair: pair[1])
    return best, max(0.4, min(0.88, 0.5 + 0.12 * score))


def find_buyer_on_slip(
    layout: Layout, blocked: frozenset[int], taken: set[int], seller: PartyLines | None
) -> Scored | None:
    """Return the addressee of the slip below a bill, where the page names him nowhere else.

    The slip repeats a number of the head beside what is due. He is set in capitals, as the post wants it, with street and town on
    lines of their own; the seller must be known with an address that is another.
    """
    rows = rows_between(layout, blocked, _SLIP_HIGH, 1.0)
    if seller is None or not seller.has_postal or not _is_slip(layout, rows):
        return None
    found = []
    for block in find_blocks(layout, rows):
        party = read_block(layout, block, taken, addressed=True)
        if party is None or not _is_whole(party) or not block.text.isupper() or _is_same_party(party, seller):
            continue
        labels = any(map(layout.opens_with_label, block.segments))
        if not labels and not any(is_contact(segment.text) for segment in block.segments):
            found.append(party)
    return (found[0], _ON_SLIP) if len(found) == 1 else None


def _is_slip(layout: Layout, rows: Sequence[int]) -> bool:
    """Whether rows state what is due and repeat a number of the head of the page."""
    if not any(hit.means("totals", _DUE) for row in rows for hit in layout.hits_of_row.get(row, ())):
        return False
    heads = rows_between(layout, frozenset(), 0.0, TOP)
    numbers = {segment.text for row in heads for segment in layout.rows[row].segments if _is_number(segment.text)}
    return any(segment.text in numbers for row in rows for segment in layout.rows[row].segments)


def _is_number(text: str) -> bool:
    """Whether a text is a long number, neither an amount nor a date."""
    return sum(map(str.isdigit, text)) >= _DIGITS and not _AMOUNT_END.search(text) and not find_dates(text)
