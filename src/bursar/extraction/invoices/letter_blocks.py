"""What a block says that no label announces: the party that it begins with, and what of it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bursar.extraction.classify import is_title_alone
from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.addressees import (
    find_firm_line,
    is_addressing,
    is_greeting,
    is_salutation,
    is_titled,
    may_be_person,
)
from bursar.extraction.invoices.addresses import (
    find_country,
    fold,
    has_legal_form,
    is_company,
    is_numberless_street,
    is_postal,
    is_street,
    word_list,
    words,
)
from bursar.extraction.invoices.blocks import (
    Block,
    PartyLines,
    is_label_line,
    is_number_of_house,
    is_value,
    read_party,
    separators_of,
    without_label,
)
from bursar.extraction.invoices.layout import Layout, Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_attention, is_contact
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.invoices.run_lines import read_run

TOP = 0.33  # of a page's height
LETTERS = 3  # of a name at least
LARGE = 1.3  # of a logo's type, in those of the text
_DIGITS = 3
_LABEL = 6  # letters of a label that no name begins with
_AROUND_DATE = 3  # letters beside a date that is all a line says
_LINES_OF_ADDRESSEE = 4
_LINES_OF_BRAND = 3  # brand, firm and street
_NUMBER_OF_PERSON = re.compile(  # as Spain and Italy give them
    r"(?:\d{8}|[XYZ]\d{7})-?[A-Z]|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]"
)
_DISTINCT = 5  # letters of a word that tells one firm from others

Scored = tuple[PartyLines, float]


def is_taken(segment: Segment, taken: set[int]) -> bool:
    """Whether one of a line's tokens is of a party already."""
    return not taken.isdisjoint(map(id, segment.tokens))


def rows_between(layout: Layout, blocked: frozenset[int], low: float, high: float) -> list[int]:
    """Return the rows of the first page whose middles lie between two parts of its height and that are not blocked."""
    page = layout.pages[0].number
    height = layout.page_size(page)[1]
    return [
        row.index
        for row in layout.rows
        if row.page == page and row.index not in blocked and low * height <= row.box.center_y <= high * height
    ]


def read_block(layout: Layout, block: Block, taken: set[int], *, addressed: bool = False) -> PartyLines | None:
    """Return the party that a block begins with, down to the next label or to what is of another party.

    An `addressed` block may begin with a person: at the firm below, or for himself where an address follows.
    """
    segments: list[Segment] = []
    stated: set[int] = set()
    for segment in takewhile(lambda segment: not is_taken(segment, taken), block.segments):
        if is_label_line(layout.hits_in(segment), segment):
            if segments:
                break
            stated |= find_stated_below(layout, segment)
            continue
        if stated and is_taken(segment, stated):
            continue
        if not segments and (is_title(layout, segment) or _calls_buyer(layout, segment) or _is_dated(layout, segment)):
            continue
        segments.append(segment)
    if not segments or is_value(layout, segments[0]) or (not addressed and is_salutation(segments[0].text)):
        return None
    named: Sequence[Segment] = segments[_lines_of_logo(segments) :]
    if addressed and _is_shop_of_person(named):
        named = named[1:]
    elif addressed:
        named = named[find_firm_line([segment.text for segment in named]) :]
    party = read_party(layout, [_line_of(layout, segment, first=segment is named[0]) for segment in named], named)
    party = PartyLines(party.name, party.address, tuple(segments))
    name = party.name_text
    person = addressed and is_titled(name) and party.has_postal
    if name.startswith("(") or (is_attention(name) and not person) or _is_amount(name) or is_greeting(name):
        return None
    if not party.name or not any(map(str.isalpha, name)) or is_title(layout, party.segments[0]):
        return None
    placed = (
        (is_numberless_street(name) and len(party.name) < len(named[0].tokens))
        or (is_street(name) and not (_is_named_for_street(party) or _is_of_owners(party)))
        or is_postal(name)
        or find_country(name)
    )
    return None if placed else party


def _line_of(layout: Layout, segment: Segment, *, first: bool) -> tuple[Token, ...]:
    """Return what a line of a block says of a party: of an address with contacts behind it only the address."""
    if not first and separators_of(segment.tokens) and is_contact(segment.text):
        run = read_run(layout, segment)
        if run is not None and not run.name and run.has_postal:
            return tuple(token for part in run.address for token in part)
    return without_label(layout, segment)


def _lines_of_logo(segments: Sequence[Segment]) -> int:
    """Return how many first lines are the logo or the brand of the firm on the next one."""
    return next((count for count in (1, 2) if _is_logo_of(segments[count - 1 :])), 0)


def _is_named_for_street(party: PartyLines) -> bool:
    """Whether a name holds the street of its bearer's address: the owners of «Strandgata 5»."""
    name = fold(party.name_text)
    return party.has_postal and any(
        is_street(line) and fold(line) in name and fold(line) != name for line in party.address_lines
    )


def _is_of_owners(party: PartyLines) -> bool:
    """Whether a name begins as those of organisations do, and a whole address follows it: «BRF Syrenen 14»."""
    first = fold(party.name_text).split()[0]
    whole = party.has_postal and any(map(is_street, party.address_lines))
    return whole and first in word_list("person_words", "organisations")


def _is_dated(layout: Layout, segment: Segment) -> bool:
    """Whether a line is a date alone, or a label with its date or number behind it, and names nobody."""
    if not any(map(str.isdigit, segment.text)):
        return False
    dates = find_dates(segment.text)
    if dates and dates[0].end - dates[0].start >= len(segment.text) - _AROUND_DATE:
        return True
    return any(
        hit.start == 0
        and hit.keys("fields")
        and hit.letters >= _LABEL
        and any(map(str.isdigit, join(segment.tokens[hit.end :])))
        for hit in layout.hits_in(segment)
    ) and not (is_company(segment.text) or is_street(segment.text))


def _calls_buyer(layout: Layout, segment: Segment) -> bool:
    """Whether a line is made of labels, the last of them the buyer's: «Issued to»."""
    hits = layout.hits_in(segment)
    said = {id(token) for hit in hits for token in hit.tokens}
    return any("buyer" in hit.keys("parties") for hit in hits) and all(id(token) in said for token in segment.tokens)


def _is_logo_of(segments: Sequence[Segment]) -> bool:
    """Whether the first line is of the next one's words, which is the same name with the firm's form."""
    if len(segments) < 2 or has_legal_form(segments[0].text) or not has_legal_form(segments[1].text):
        return False
    logo, name = fold(segments[0].text).split(), fold(segments[1].text)
    if bool(logo) and (set(logo) <= set(name.split()) or name.replace(" ", "").startswith("".join(logo))):
        return True
    return _is_brand_of(segments)


def _is_shop_of_person(segments: Sequence[Segment]) -> bool:
    """Whether an address begins with what kind of shop the person on the next line keeps, whose own tax number it states."""
    kinds = word_list("person_words", "shop_kinds")
    if len(segments) <= _LINES_OF_BRAND or kinds.isdisjoint(fold(segments[0].text).replace("-", " ").split()):
        return False
    if is_company(segments[0].text) or not may_be_person(segments[1].text):
        return False
    numbers = (token.text for segment in segments[_LINES_OF_BRAND:] for token in segment.tokens)
    person = fold(segments[1].text).replace("-", " ").split()
    return kinds.isdisjoint(person) and any(map(_NUMBER_OF_PERSON.fullmatch, numbers))


def _is_brand_of(segments: Sequence[Segment]) -> bool:
    """Whether the first line is what the firm on the next line, that an address follows, trades as.

    It has a word of the firm's name, or is set larger than a firm that is named by more than what it does: «Sons» on one line
    and «Builders Ltd» on the next are one name.
    """
    below = [segment.text for segment in segments[2 : _LINES_OF_BRAND + 1]]
    if not any(is_street(text) or is_postal(text) or is_numberless_street(text) for text in below):
        return False
    first, second = segments[0], segments[1]
    if (
        second.text[:1].islower()
        or any(map(str.isdigit, second.text))
        or is_attention(second.text)
        or not words("part_of").isdisjoint(fold(second.text).split())
    ):
        return False
    common = words("company_forms") | words("generic_names")
    named = [word for word in fold(second.text).split() if word not in common]
    shared = {word for word in named if len(word) >= _DISTINCT} & set(fold(first.text).split())
    return bool(shared) or (len(named) > 1 and first.size >= LARGE * second.size)


def _is_amount(text: str) -> bool:
    """Whether a text is a number with hardly a letter: an amount with its currency, and no name."""
    return sum(map(str.isdigit, text)) >= _DIGITS and sum(map(str.isalpha, text)) < LETTERS


def find_stated_below(layout: Layout, segment: Segment) -> set[int]:
    """Return the tokens below a label that stands alone: the fact that it states, which names nobody."""
    regions = (
        region
        for hit in layout.hits_in(segment)
        if hit.start == 0 and hit.end >= len(segment.tokens) and set(hit.keys("fields")) - {"title_number"}
        for region in find_regions(layout, hit)
    )
    first = next(regions, None)
    return {id(token) for token in first.tokens} if first is not None and first.place == "below" else set()


def is_title(layout: Layout, segment: Segment) -> bool:
    """Whether a line is the document's title or another label."""
    for hit in layout.hits_in(segment):
        if hit.start or is_number_of_house(hit):
            continue
        opens = (hit.keys("fields") or hit.keys("totals")) and not is_company(segment.text)
        if opens and (hit.has_colon or hit.end >= len(segment.tokens) or "title_number" in hit.keys("fields")):
            return True
    return fold(segment.text) in words("not_names") or is_title_alone(segment.text)


def is_of_buyer(layout: Layout, block: Block) -> bool:
    """Whether a block is no letterhead: it names the buyer's own number («Customer VAT no.»), or addresses somebody at a firm."""
    return any(is_addressing(segment.text) for segment in block.segments[1:_LINES_OF_ADDRESSEE]) or any(
        hit.opens and "buyer_tax_id" in hit.keys("fields")
        for segment in block.segments
        for hit in layout.hits_in(segment)
    )
