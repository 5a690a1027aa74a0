"""The sender in the foot of a letter: name, address and how it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile

from bursar.extraction.identifiers import find_emails, find_ibans
from bursar.extraction.invoices.addresses import fold, has_legal_form, is_postal, is_street, words
from bursar.extraction.invoices.blocks import Block, PartyLines, find_blocks, read_party, score_as_party
from bursar.extraction.invoices.layout import Layout
from bursar.extraction.invoices.legal_names import is_name_of_firm
from bursar.extraction.invoices.letter_blocks import (
    LARGE,
    LETTERS,
    TOP,
    Scored,
    is_taken,
    is_title,
    read_block,
    rows_between,
)
from bursar.extraction.invoices.line_kinds import is_sentence
from bursar.extraction.invoices.party_backing import is_in_hosts
from bursar.extraction.invoices.run_lines import read_run

_FOOT = 0.78  # of a page's height
_LOW = 0.5
_BEYOND_DOUBT = 1.0
_REGISTERED = 0.7
_ACCOUNT = {"iban", "bic", "sort_code", "account_number"}
_REGISTERS = {"tax_id", "registration_number", "extra_tax_id"}


def find_footers(layout: Layout, taken: set[int], hosts: str) -> Iterator[Scored]:
    """Give the blocks at the foot of the first page that name a firm with its address.

    One that says how it is reached, and whose name is the letterhead's or its hosts', is the sender beyond doubt.
    """
    blocks = _blocks_of_foot(layout)
    for block in blocks:
        party = _read_run(layout, block, taken) or read_block(layout, _without_remarks(layout, block), taken)
        if party is None or not _may_be_firm(party):
            continue
        party = _with_next_column(layout, party, blocks)
        if _is_bank(layout, party) and not (_is_at_head(layout, party) or is_in_hosts(hosts, party.name_text)):
            continue
        score = score_as_party(layout, party)
        if score >= 1.0:
            told = _is_reached(layout, block) and (is_in_hosts(hosts, party.name_text) or _is_in_logo(layout, party))
            points = _BEYOND_DOUBT if told else _REGISTERED if _is_registered(layout, party) else 0.0
            yield party, 0.5 + 0.6 * score + points


def _read_run(layout: Layout, block: Block, taken: set[int]) -> PartyLines | None:
    """Return the firm whose name and address follow one another on one line of a block."""
    for segment in block.segments:
        party = None if is_taken(segment, taken) else read_run(layout, segment)
        if party is not None and party.name and party.has_postal and _may_be_firm(party):
            return party
    return None


def _with_next_column(layout: Layout, party: PartyLines, blocks: list[Block]) -> PartyLines:
    """Give a firm that heads the first column of a foot the address of the next one, that begins on its line."""
    if party.address or not has_legal_form(party.name_text) or party.name[0] is not party.segments[0].tokens[0]:
        return party
    following = layout.right_of(party.segments[0])[:1]
    block = next((block for block in blocks if following and block.segments[0] is following[0]), None)
    if block is None or not (is_street(block.segments[0].text) or is_postal(block.segments[0].text)):
        return party
    lines = [segment.tokens for segment in block.segments]
    read = read_party(layout, [party.name, *lines], [party.segments[0], *block.segments])
    if not read.has_postal:
        return party
    return PartyLines(party.name, read.address, (*party.segments, *block.segments))


def _may_be_firm(party: PartyLines) -> bool:
    """Whether a name with the form of a firm is no sentence, label or sister that ends in it."""
    return not has_legal_form(party.name_text) or is_name_of_firm(party.name)


def _blocks_of_foot(layout: Layout) -> list[Block]:
    """Return the blocks at the foot of the first page; what closes its text where that ends above the foot."""
    rows = rows_between(layout, frozenset(), _FOOT, 1.0)
    if rows:
        return find_blocks(layout, rows)
    rows = rows_between(layout, frozenset(), _LOW, _FOOT)
    return [block for block in find_blocks(layout, rows) if block.segments[-1].row == rows[-1]]


def _is_reached(layout: Layout, block: Block) -> bool:
    """Whether a telephone number or a mail address stands in a block or beside it."""
    segments = [segment for row in {segment.row for segment in block.segments} for segment in layout.rows[row].segments]
    return any(
        next(find_emails(segment.text), None) or any("phone" in hit.keys("fields") for hit in layout.hits_in(segment))
        for segment in segments
    )


def _is_registered(layout: Layout, party: PartyLines) -> bool:
    """Whether a firm stands on one line with its address and the number by which an office knows it."""
    if len(party.segments) > 1 or not has_legal_form(party.name_text):
        return False
    return any(hit.means("fields", _REGISTERS) for hit in layout.hits_in(party.segments[0]))


def _is_bank(layout: Layout, party: PartyLines) -> bool:
    """Whether a party is called as banks are, or stands on one line with an account."""
    name = fold(party.name_text)
    if any(f" {word} " in f" {name} " for word in words("bank_words")):
        return True
    if any(part.endswith(tuple(words("bank_endings"))) for part in name.split()):
        return True
    return len(party.segments) == 1 and any(
        find_ibans(segment.text) or any(hit.means("fields", _ACCOUNT) for hit in layout.hits_in(segment))
        for segment in party.segments
    )


def _is_at_head(layout: Layout, party: PartyLines) -> bool:
    """Whether the head of the first page has the first word of a party's name."""
    first = fold(party.name_text).split()[0]
    return any(
        first in fold(segment.text).split()
        for row in rows_between(layout, frozenset(), 0.0, TOP)
        for segment in layout.rows[row].segments
    )


def _is_in_logo(layout: Layout, party: PartyLines) -> bool:
    """Whether large type at the head of the first page is a party's name, or the first words of it."""
    name = f"{fold(party.name_text)} "
    heads = (
        fold(segment.text)
        for row in rows_between(layout, frozenset(), 0.0, TOP)
        for segment in layout.rows[row].segments
        if segment.size >= LARGE * layout.usual_size
    )
    return any(len(head) >= LETTERS and name.startswith(f"{head} ") for head in heads)


def _without_remarks(layout: Layout, block: Block) -> Block:
    """Return a block of the foot from its first line that is neither a remark nor a fact about the buyer."""
    rest = dropwhile(lambda segment: is_sentence(segment.text) or is_title(layout, segment), block.segments)
    return Block(list(rest))
