"""The bank that an account is with, where its name stands beside the account and no label announces it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bursar.extraction.identifiers import find_ibans
from bursar.extraction.invoices.addresses import fold, words
from bursar.extraction.invoices.layout import Found, Layout, Segment, Token, join
from bursar.extraction.labels.vocabulary import compact, phrases_of

_SEPARATORS = ("|", "·", "•", "∙", "-", "–", "—", "/")
_CLOSING = (",", ";", "·", "•", "|")
_MOST_WORDS = 6
_BEFORE_ENDING = 2  # letters of a word that ends like a bank: «Postbank»
_SHORTEST = 3  # letters of a word that counts
_WORDS_AND_FORM = 3
_LETTERS = 4
_ONE_EDGE = 0.5  # in heights of type
_LINES_AROUND = 2
_BESIDE = 0.8


def find_bank_beside(layout: Layout, iban: Found[str] | None, derived: str | None) -> Found[str] | None:
    """Return what is a bank's name on the line of an IBAN, or alone on the line above or below it with the same edge.

    A name has the word for a bank, or is the one that the IBAN leads to (`derived`).
    """
    if iban is None or not iban.tokens:
        return None
    used = {id(token) for token in iban.tokens}
    segment = next((s for s in layout.segments if any(id(token) in used for token in s.tokens)), None)
    if segment is None:
        return None
    for run in (*_runs_beside(layout, segment, used), *_lines_around(layout, segment)):
        text = join(run).strip(" ,;:.()[]")
        if _names_bank(text, derived):
            return Found(text, run, _BESIDE)
    return None


def _runs_beside(layout: Layout, segment: Segment, used: set[int]) -> Iterator[tuple[Token, ...]]:
    """Give the runs of words on the line of an IBAN between labels, separators and numbers."""
    for part in layout.rows[segment.row].segments:
        labels = {
            id(token)
            for hit in layout.hits_in(part)
            if hit.keys("fields") and ("bank_name" not in hit.keys("fields") or hit.has_colon)
            for token in hit.tokens
        }
        run: list[Token] = []
        for token in part.tokens:
            parts = token.text in _SEPARATORS or id(token) in labels or id(token) in used
            if parts or any(map(str.isdigit, token.text)):
                yield tuple(run)
                run = []
                continue
            run.append(token)
            if token.text.endswith(_CLOSING):
                yield tuple(run)
                run = []
        yield tuple(run)


def _lines_around(layout: Layout, segment: Segment) -> Iterator[tuple[Token, ...]]:
    """Give the lines right above and below that begin where the line of an IBAN does, and with no label."""
    first, last = max(0, segment.row - _LINES_AROUND), segment.row + _LINES_AROUND
    for row in layout.rows[first : last + 1]:
        for other in row.segments:
            if other.row == segment.row or other.page != segment.page or layout.opens_with_label(other):
                continue
            if abs(other.box.x0 - segment.box.x0) <= _ONE_EDGE * segment.size:
                yield other.tokens


def _names_bank(text: str, derived: str | None) -> bool:
    parts = fold(text).split()
    if not 1 <= len(parts) <= _MOST_WORDS or not text[:1].isupper() or any(map(str.isdigit, text)):
        return False
    if compact(text) in phrases_of("fields", "bank_name") or any(find_ibans(text)):
        return False
    if derived is not None and _is_short_for(parts, fold(derived).split()):
        return True
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
