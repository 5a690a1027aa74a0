"""Parties in a line: name, street, town and contacts follow one another, as at the foot of a letter or below a logo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bursar.extraction.identifiers import find_emails, find_ibans, find_websites
from bursar.extraction.invoices.addresses import (
    find_country,
    fold,
    has_legal_form,
    is_company,
    is_postal,
    is_street,
    words,
)
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.layout import Layout, Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_contact

_SEPARATORS = {"·", "•", "|", "∙", "–", "—", "-", "*", "/", "●", "►", "◆", "✆", "☎"}
_DASHES = {"–", "—", "-"}  # they are of names where others part a line
_CLEAR = {"·", "•", "|", "∙"}
_SEVERAL = 2
_GLUED = ("·", "•", "|", ";")  # recognition runs them into the word before
_LEAST = 4  # tokens of a line that holds more than a name
_LETTERS = 3  # of a label that ends an address
_LONG_WORD = 4  # letters: a point behind a shorter word shortens it
_PHRASE = 3  # words
_COMMAS = 2  # between street, quarter and town

Piece = tuple[Token, ...]


def read_run(layout: Layout, segment: Segment, named: int = 0) -> PartyLines | None:
    """Return the party whose name and address a line begins with; without a name where it begins with the address.

    The first tokens of the line, so many as are `named`, are known to be the name.
    """
    if len(segment.tokens) < _LEAST:
        return None
    pieces = list(_cut(layout, segment, named or _behind_copyright(segment.tokens)))
    first = pieces[0] if pieces else ()
    if not first or (_is_reached(join(first)) and not named):
        return None
    name: Piece = segment.tokens[:named]
    if not named and (not _is_of_address(join(first)) or is_company(_head(first))):
        name, rest = _part_name(first)
        pieces = [rest, *pieces[1:]] if rest else pieces[1:]
    address = _read_address(layout, segment, pieces)
    party = PartyLines(name, address, (segment,))
    if party.has_postal and any(map(is_street, party.address_lines)):
        return party
    return party if any(map(_is_whole_street, party.address_lines)) else None


def _cut(layout: Layout, segment: Segment, start: int) -> Iterator[Piece]:
    """Give the parts of a line: what separators, sentences, labels and words that end an address stand between."""
    tokens = segment.tokens
    labels = {
        hit.start
        for hit in layout.hits_in(segment)
        if (set(hit.keys("fields")) - {"other"} or "other" in hit.keys("parties") or hit.has_colon)
        and hit.letters >= _LETTERS
        and fold(hit.tokens[0].text) not in words("company_forms")  # «SA au capital de» begins with the firm's form
    }
    marks = _SEPARATORS - _DASHES if sum(token.text in _CLEAR for token in tokens) >= _SEVERAL else _SEPARATORS
    for place, token in enumerate(tokens):
        if place < start:
            continue
        if token.text in marks:
            yield from _piece(tokens[start:place])
            start = place + 1
        elif place > start and (place in labels or _ends(tokens, start, place)):
            yield from _piece(tokens[start:place])
            start = place
    yield from _piece(tokens[start:])


def _behind_copyright(tokens: Sequence[Token]) -> int:
    """Return where a line begins behind «© 2026»."""
    signs = sum(not any(map(str.isalnum, token.text)) or fold(token.text) == "c" for token in tokens[:1])
    return signs + (bool(signs) and tokens[signs].text.isdigit())


def _piece(tokens: Piece) -> Iterator[Piece]:
    if any(map(str.isalnum, join(tokens))):
        yield tokens


def _ends(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Whether a part of a line ends before a token: behind a sentence or a glued separator, or before «au capital de»."""
    last = tokens[place - 1].text
    if last.endswith(_GLUED):
        return True
    if last.endswith("."):
        before = join(tokens[start:place])
        word = last.rstrip(".")
        if (len(word) >= _LONG_WORD or any(map(str.isdigit, word)) or is_postal(before)) and tokens[place].text[
            :1
        ].isupper():
            return fold(last) in words("company_forms") or len(word) >= _LONG_WORD or is_postal(before)
    if fold(tokens[place].text).partition(" ")[0] not in _first_words():
        return False
    sizes = range(1, min(_PHRASE, len(tokens) - place) + 1)
    return any(fold(join(tokens[place : place + size])) in words("run_ends") for size in sizes)


@cache
def _first_words() -> frozenset[str]:
    """Return the words that those begin with which end an address."""
    return frozenset(phrase.partition(" ")[0] for phrase in words("run_ends"))


def _head(piece: Piece) -> str:
    """Return a part of a line up to its first comma."""
    end = next((place for place, token in enumerate(piece) if token.text.endswith(",")), len(piece) - 1)
    return join(piece[: end + 1])


def _part_name(piece: Piece) -> tuple[Piece, Piece]:
    """Part a name from the address behind it: at a comma, or behind the firm's form."""
    for place, token in enumerate(piece[:-1], 1):
        rest = piece[place:]
        if token.text.endswith(",") and fold(rest[0].text) not in words("company_forms"):
            return piece[:place], rest
        if place > 1 and fold(token.text) in words("company_forms") and has_legal_form(join(piece[:place])):
            following = fold(rest[0].text) in words("company_forms")
            if not following and (is_street(join(rest)) or is_postal(join(rest))):
                return piece[:place], rest
    return piece, ()


def _is_of_address(text: str) -> bool:
    return is_street(text) or is_postal(text)


def _is_whole_street(text: str) -> bool:
    """Whether a part of a line is a street with its town, whose code is of no known form."""
    return is_street(text) and text.count(",") >= _COMMAS


def _is_reached(text: str) -> bool:
    """Whether a part of a line says how somebody is reached or paid."""
    return (
        is_contact(text)
        or bool(find_ibans(text))
        or next(find_emails(text), None) is not None
        or next(find_websites(text), None) is not None
    )


def _read_address(layout: Layout, segment: Segment, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the parts of the address: from the first to the town and the country behind it; behind «Registered office:» else."""
    found: list[Piece] = []
    labels = {
        id(hit.tokens[0]): hit.end - hit.start
        for hit in layout.hits_in(segment)
        if hit.has_colon and hit.means("parties", {"other", "address"})
    }
    for piece in pieces:
        bare = piece[labels.get(id(piece[0]), 0) :]
        text = join(bare)
        complete = any(is_postal(join(part)) for part in found)
        if complete and not (find_country(text) and not is_contact(text)):
            break
        if not bare or _is_reached(text) or not (_is_of_address(text) or find_country(text)):
            if found:
                break
            continue
        found.append(bare)
    return tuple(found)
