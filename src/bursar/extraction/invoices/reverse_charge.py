"""Whether an invoice says that the buyer owes the tax: stated, or asked by a form and answered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from msgspec import Struct

from bursar.extraction.invoices.layout import Layout, Segment
from bursar.extraction.labels.vocabulary import phrases_of

_ASKED_BEFORE = 6  # words before that may ask («Whether tax is payable under …»)
_DENIED_BEFORE = 3  # «not subject to reverse charge»
_ANSWERED_WITHIN = 6  # words behind


class _Word(Struct, frozen=True, gc=False):
    """A compact word, its segment and its place there."""

    text: str
    segment: Segment
    place: int


def has_reverse_charge(layout: Layout) -> bool:
    """Whether the document says that the buyer owes the tax; a form that asks for it and denies it does not."""
    text = "".join(["".join(segment.words) for segment in layout.segments])
    phrases = [phrase for phrase in phrases_of("notes", "reverse_charge") if phrase in text]
    if not phrases:
        return False
    words = [
        _Word(word, segment, place) for segment in layout.segments for place, word in enumerate(segment.words) if word
    ]
    said = [_read_answer(layout, words, first, last) for first, last in _places_of(phrases, text, words)]
    return True in said or (None in said and False not in said)


def _places_of(phrases: list[str], text: str, words: list[_Word]) -> Iterator[tuple[int, int]]:
    """Give the first word of each phrase in a text, and the first behind it."""
    begins = list(accumulate((len(word.text) for word in words), initial=0))
    word_at = {begin: index for index, begin in enumerate(begins)}
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            first = max(index for begin, index in word_at.items() if begin <= start)
            yield first, next(index for begin, index in word_at.items() if begin >= end)
            start = text.find(phrase, end)


def _read_answer(layout: Layout, words: list[_Word], first: int, last: int) -> bool | None:
    """Return what a form answers to a question for it, None where it is stated; False for a question without an answer."""
    asked = any(word.text in phrases_of("notes", "asked") for word in words[max(0, first - _ASKED_BEFORE) : first])
    if _is_negated(words, first):
        return False
    denying = phrases_of("notes", "negated") - phrases_of("notes", "denied")
    for word in words[last : last + _ANSWERED_WITHIN] if not _ends_clause(words[last - 1]) else ():
        if word.text in denying:
            return False
        if word.text in phrases_of("notes", "asked"):
            asked = True
        elif _ends_answer(layout, word, asked=asked) and (answer := _answer_of(word.text)) is not None:
            return answer
        elif word.text not in phrases_of("notes", "between"):
            break
    return False if asked else None


def _is_negated(words: list[_Word], first: int) -> bool:
    """Whether right before a phrase it is denied: «not subject to …», not «no VAT: …», which says why there is none."""
    for word in reversed(words[max(0, first - _DENIED_BEFORE) : first]):
        if word.segment is not words[first].segment or _ends_part(word):
            return False
        if word.text in phrases_of("notes", "negated"):
            return True
        if word.text not in phrases_of("notes", "subject_to"):
            return False
    return False


def _ends_part(word: _Word) -> bool:
    """Whether a word ends in a stop, or a dash follows it."""
    tokens = word.segment.tokens
    following = tokens[word.place + 1].text if word.place + 1 < len(tokens) else ""
    return tokens[word.place].text[-1] in ".,:;" or following in {"-", "–", "—"}


def _ends_clause(word: _Word) -> bool:
    return word.segment.tokens[word.place].text[-1] in ".,;"


def _answer_of(word: str) -> bool | None:
    if word in phrases_of("notes", "denied") or not word.strip("0"):
        return False
    return True if word in phrases_of("notes", "affirmed") else None


def _ends_answer(layout: Layout, word: _Word, *, asked: bool) -> bool:
    """Whether nothing follows a word on its line but another label: «No» alone, not «no VAT is charged»."""
    behind = [text for text in word.segment.words[word.place + 1 :] if text]
    if asked or not behind:
        return True
    return any(
        word.place <= hit.start <= word.place + 1 < hit.end and hit.has_colon for hit in layout.hits_in(word.segment)
    )
