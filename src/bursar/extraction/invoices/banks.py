"""The bank that an account is with, where its name stands beside the account and no label announces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bursar.extraction.identifiers import find_ibans
from bursar.extraction.invoices.addresses import fold, words
from bursar.extraction.invoices.layout import Found, Hit, Layout, Segment, Token, join
from bursar.extraction.labels.vocabulary import compact, phrases_of

_SEPARATORS = ("|", "·", "•", "∙", "-", "–", "—", "/")
_CLOSING = (",", ";", ":", "·", "•", "|")
_ABBREVIATED = re.compile(r"(?:^|[\s.])\w{1,3}\.$")  # «S.A.»
_MOST_WORDS = 6
_BEFORE_ENDING = 2  # letters of a word that ends like a bank: «Postbank»
_SHORTEST = 3  # letters of a word that counts
_WORDS_AND_FORM = 3
_LETTERS = 4
_ONE_EDGE = 0.5  # in heights of type
_LINES_AROUND = 2
_BESIDE = 0.8


def find_bank_beside(layout: Layout, account: Found[str] | None, derived: str | None) -> Found[str] | None:
    """Return what is a bank's name on the line of an IBAN or account, or alone above or below it with the same edge.

    A name has the word for a bank, or is the one that the IBAN leads to (`derived`).
    """
    if account is None or not account.tokens:
        return None
    used = {id(token) for token in account.tokens}
    segment = next((s for s in layout.segments if any(id(token) in used for token in s.tokens)), None)
    if segment is None:
        return None
    for run in (*_runs_beside(layout, segment, used), *_lines_around(layout, segment)):
        text = join(run).strip(" ,;:()[]")
        text = text if _ABBREVIATED.search(text) else text.rstrip(".")
        of_iban = text.isupper() and len(text) == _LETTERS and text in account.value  # «TRIO» of an IBAN on two lines
        if not of_iban and _names_bank(text, derived):
            return Found(text, run, _BESIDE)
    return None


def _runs_beside(layout: Layout, segment: Segment, used: set[int]) -> Iterator[tuple[Token, ...]]:
    """Give the runs of words on the line of an account between labels, separators and numbers."""
    for part in layout.rows[segment.row].segments:
        yield from _runs_of(layout, part, used)


def _runs_of(layout: Layout, part: Segment, used: set[int]) -> Iterator[tuple[Token, ...]]:
    """Give the runs of words of a line between labels, separators, numbers and what is `used`."""
    labels = {
        id(token)
        for hit in layout.hits_in(part)
        if hit.keys("fields") and ("bank_name" not in hit.keys("fields") or hit.has_colon)
        for token in _behind_comma(hit)
    }
    run: list[Token] = []
    for token in part.tokens:
        parts = token.text in _SEPARATORS or id(token) in labels or id(token) in used
        if parts or any(map(str.isdigit, token.text)):
            yield tuple(run)
            run = []
            continue
        if token.text.startswith(("(", "[")):
            yield tuple(run)
            run = []
        run.append(token)
        if token.text.endswith(_CLOSING):
            yield tuple(run)
            run = []
    yield tuple(run)


def _behind_comma(hit: Hit) -> tuple[Token, ...]:
    """Return a label's words behind the last comma within it: what stands before is of another thing, «X Bank, Sort code»."""
    start = max((place for place, token in enumerate(hit.tokens[:-1], 1) if token.text.endswith(",")), default=0)
    return hit.tokens[start:]


def _lines_around(layout: Layout, segment: Segment) -> Iterator[tuple[Token, ...]]:
    """Give the lines right above and below that begin where the line of an IBAN does, and with no label."""
    first, last = max(0, segment.row - _LINES_AROUND), segment.row + _LINES_AROUND
    for row in layout.rows[first : last + 1]:
        for other in row.segments:
            if other.row == segment.row or other.page != segment.page or layout.opens_with_label(other):
                continue
            if abs(other.box.x0 - segment.box.x0) <= _ONE_EDGE * segment.size:
                yield from _runs_of(layout, other, set())


def _names_bank(text: str, derived: str | None) -> bool:
    parts = fold(text).split()
    if not 1 <= len(parts) <= _MOST_WORDS or not text[:1].isupper() or any(map(str.isdigit, text)):
        return False
    if compact(text) in phrases_of("fields", "bank_name") or any(find_ibans(text)):
        return False
    if not words("bank_speech").isdisjoint(parts):
        return False  # «By bank transfer to»
    if derived is not None and _is_short_for(parts, fold(derived).split()):
        return True
    if any(word[0].islower() and fold(word) not in words("name_links") for word in text.split()):
        return False
    endings = tuple(words("bank_endings"))
    built = any(part.endswith(endings) and len(part) >= _BEFORE_ENDING + _LETTERS for part in parts)
    return built or (len(parts) > 1 and not words("bank_words").isdisjoint(parts))


def _is_short_for(parts: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether words name the bank that the tables call something longer, with words cut short: «Crédit Agricole», «CREDI AGRIC … PARIS».

    What only closes the long name may be the place.
    """
    long = [part for part in parts if len(part) >= _SHORTEST]
    places = [next((place for place, word in enumerate(whole) if _begin_alike(part, word)), None) for part in long]
    if not long or places[0] is None or None in places:
        return False
    return places[0] < len(whole) / 2 if len(long) > 1 else places[0] == 0 and len(whole) <= _WORDS_AND_FORM


def _begin_alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > _SHORTEST and (one.startswith(other) or other.startswith(one)))
