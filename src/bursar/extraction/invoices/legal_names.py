"""The name that the law gives a firm: printed in full elsewhere, where its logo or its brand stands at the head."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import takewhile

from bursar.extraction.invoices.addresses import find_country, fold, has_legal_form, is_postal, words
from bursar.extraction.invoices.blocks import PartyLines, find_blocks, read_party
from bursar.extraction.invoices.layout import Layout, Segment, Token, join
from bursar.extraction.invoices.run_lines import read_run

_SHORTEST = 4  # letters of a brand that is found again
_RUN_TOGETHER = 6  # letters of one that is found within a word
_WORDS_TO_FORM = 5  # between a brand and the form of its firm
_YEAR = 4  # digits
_ROWS = 6  # of an address below a name


def name_by_law(
    layout: Layout, party: PartyLines, others: AbstractSet[int], blocked: AbstractSet[int] = frozenset()
) -> PartyLines:
    """Return a party as it is named by law, and with its address, where its name is printed so elsewhere.

    `others` are the tokens, by identity, of other parties: what they are called is not looked at, nor are the rows of items,
    which are `blocked`.
    """
    formed = has_legal_form(party.name_text)
    brand = fold(party.name_text)
    if (formed and party.is_placed) or len(brand.replace(" ", "")) < _SHORTEST:
        return party
    own = {id(token) for token in party.name}
    begins = brand.split()[0][:_SHORTEST]
    best, points = party, 0
    for segment in layout.segments:
        if (
            begins not in fold(segment.text)
            or segment.row in blocked
            or id(segment.tokens[0]) in own
            or not others.isdisjoint(map(id, segment.tokens))
        ):
            continue
        found = _read_at(layout, segment, brand, formed=formed)
        score = 0 if found is None else _weigh(found, party)
        if found is not None and score > points:
            best, points = _join(party, found), score
    return best


def _weigh(found: PartyLines, party: PartyLines) -> int:
    """Return how much is gained by what was found: the form of the firm, the address that the party lacks."""
    named = has_legal_form(found.name_text) and not has_legal_form(party.name_text)
    return 2 * named + (bool(found.address) + found.has_postal) * (not party.is_placed)


def continues_name(longer: PartyLines, brand: PartyLines) -> bool:
    """Whether a name with the form of its firm begins with another that has none."""
    if has_legal_form(brand.name_text) or not has_legal_form(longer.name_text) or not is_name_of_firm(longer.name):
        return False
    return _begins_with(fold(longer.name_text), fold(brand.name_text))


def is_trade_of(brand: PartyLines, person: PartyLines) -> bool:
    """Whether a brand is what a person trades as, by the line with both: «Ann Lee t/a Lee Joinery»."""
    head, _, rest = fold(person.name_text).partition(f" {fold(brand.name_text)}")
    return bool(head) and not rest and any(head.endswith(f" {link}") for link in words("trading_as"))


def is_named_among(segments: Iterable[Segment], party: PartyLines) -> bool:
    """Whether a line of some begins with the name of a party and has the form of its firm."""
    brand, own = fold(party.name_text), set(map(id, party.name))
    return any(
        id(segment.tokens[0]) not in own and has_legal_form(segment.text) and _begins_with(fold(segment.text), brand)
        for segment in segments
    )


def _begins_with(name: str, brand: str) -> bool:
    name, brand = _with_sign(name), _with_sign(brand)
    joined, parts = brand.replace(" ", ""), name.split()
    whole = bool(parts) and joined.startswith(parts[0])  # «AwanHost» is «Awan Hosting», «Waters» is not «Waterside»
    together = whole and len(joined) >= _RUN_TOGETHER and "".join(parts).startswith(joined)
    together = together or joined in ("".join(parts[:size]) for size in range(1, len(parts) + 1))
    return len(joined) >= _SHORTEST and (f"{name} ".startswith(f"{brand} ") or together)


def _with_sign(name: str) -> str:
    """Return a folded name with one sign for «and» between its words, however it is written."""
    return " ".join(["&" if place and word in words("joining") else word for place, word in enumerate(name.split())])


def _join(party: PartyLines, found: PartyLines) -> PartyLines:
    """Return a party by the longer of two names of it, with its own address if it has one.

    A name that only adds the form of the firm, and has no address with it, is no imprint: it stays as the letterhead has it.
    Its segments stay those where it was found: what stands near the other place is not of the party.
    """
    fuller = has_legal_form(found.name_text) and (bool(found.address) or _says_more(found, party))
    name = found.name if fuller else party.name
    kept = party.is_placed or not found.address
    return PartyLines(name, party.address if kept else found.address, party.segments)


def _says_more(found: PartyLines, party: PartyLines) -> bool:
    """Whether a name has more words than another, those of the form of the firm aside."""
    forms = words("company_forms")
    bare = [word for word in fold(found.name_text).replace("(", "").replace(")", "").split() if word not in forms]
    return " ".join(bare) != fold(party.name_text)


def _read_at(layout: Layout, segment: Segment, brand: str, *, formed: bool) -> PartyLines | None:
    """Return the firm of a brand that a line names, alone or with the address on it or below it."""
    start = _find_brand(layout, segment, brand)
    if start is None:
        return None
    tokens = segment.tokens[start:]
    name = tokens[: _end_of_name(tokens, brand)]
    if not formed and not has_legal_form(join(name)) and fold(join(name)) != brand:
        return None
    if not words("sister_words").isdisjoint(fold(join(name)).split()) or not _may_follow(tokens, len(name)):
        return None
    rest = tokens[len(name) :]
    if rest:
        run = read_run(layout, segment, start + len(name))
        return PartyLines(name, run.address if run is not None else (), (segment,))
    return PartyLines(name, _address_below(layout, segment), (segment,))


def _find_brand(layout: Layout, segment: Segment, brand: str) -> int | None:
    """Return where on a line a brand stands: at its head, or behind the label of a seller or the sign of a copyright."""
    for start in range(len(segment.tokens)):
        if not any(map(str.isalnum, segment.tokens[start].text)):
            continue
        if start and not _announces_name(layout, segment, start):
            continue
        if _begins_with(fold(join(segment.tokens[start : start + _WORDS_TO_FORM])), brand):
            return start
    return None


def _announces_name(layout: Layout, segment: Segment, start: int) -> bool:
    """Whether a copyright, or the label of who sells, is paid or holds the account, stands before a place of a line."""
    before = segment.tokens[:start]
    if len(before) > 1 and len(before[-1].text) == _YEAR and before[-1].text.isdigit():
        before = before[:-1]
    if before[-1].text.endswith("©") or fold(before[-1].text) in {"(c)", "copyright"}:
        return True
    return any(
        hit.opens
        and hit.end == start
        and (hit.means("parties", {"seller", "payee"}) or hit.means("fields", {"account_holder"}))
        and fold(join(hit.tokens)) not in words("lessors")
        for hit in layout.hits_in(segment)
    )


def _may_follow(tokens: tuple[Token, ...], end: int) -> bool:
    """Whether what stands behind a name is not the rest of a sentence: a separator, a capital, a number or a register."""
    if end >= len(tokens) or tokens[end - 1].text.endswith((",", ";", ".", ":")):
        return True
    following = tokens[end].text
    if not following[0].isalpha() or following[0].isupper():
        return True
    sizes = range(1, min(_WORDS_TO_FORM, len(tokens) - end) + 1)
    phrases = {fold(join(tokens[end : end + size])) for size in sizes}
    return not phrases.isdisjoint(words("run_ends") | words("trading_as"))


def _end_of_name(tokens: tuple[Token, ...], brand: str) -> int:
    """Return where a name ends that begins with a brand: behind the form of its firm, else behind the brand."""
    size = len(brand.split())
    for end in range(1, min(len(tokens), size + _WORDS_TO_FORM) + 1):
        word = tokens[end - 1].text
        if end > size and (fold(word) in words("part_of") or not _may_be_of_name(word)):
            break
        following = fold(tokens[end].text) if end < len(tokens) else ""
        if (
            fold(word) in words("company_forms")
            and following not in words("company_forms")
            and has_legal_form(join(tokens[:end]))
        ):
            return end
        if end >= size and word.endswith((",", ";")) and following not in words("company_forms"):
            break
    return min(size, len(tokens))


def _may_be_of_name(word: str) -> bool:
    """Whether a word may stand within the name of a firm: one with a capital, one that joins two, or the form."""
    folded = fold(word)
    return not word[:1].islower() or folded in words("name_links") or folded in words("company_forms")


def is_name_of_firm(tokens: tuple[Token, ...]) -> bool:
    """Whether words are the name of a firm that trades, and not a sentence, a label or the name of a sister."""
    texts = [token.text for token in tokens]
    return (
        all(map(_may_be_of_name, texts[1:]))
        and not any(text.endswith(":") for text in texts)
        and words("sister_words").isdisjoint(map(fold, texts))
    )


def _states_fact(layout: Layout, segment: Segment) -> bool:
    """Whether a line begins with the label of a fact: of an account, a reference."""
    return any(hit.start == 0 and hit.keys("fields") for hit in layout.hits_in(segment))


def _address_below(layout: Layout, segment: Segment) -> tuple[tuple[Token, ...], ...]:
    """Return the address that stands right below a name."""
    rows = [segment.row, *(row.index for row in layout.rows_below(segment.row, _ROWS))]
    for block in find_blocks(layout, rows):
        if segment in block.segments:
            first, *rest = block.segments[block.segments.index(segment) :]
            lines = [first, *takewhile(lambda line: not _states_fact(layout, line), rest)]
            party = read_party(layout, [line.tokens for line in lines], lines)
            if party.has_postal:
                return _to_town(party.address)
    return ()


def _to_town(address: tuple[tuple[Token, ...], ...]) -> tuple[tuple[Token, ...], ...]:
    """Return the lines of an address down to its town, and the country below it."""
    town = max((place for place, line in enumerate(address) if is_postal(join(line))), default=len(address) - 1)
    below = address[town + 1 : town + 2]
    return address[: town + 1 + bool(below and find_country(join(below[0])))]
