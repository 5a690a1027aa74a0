"""When to pay, where no label calls it the terms: «Payable within 30 days», «14 Tage 2 % Skonto, 30 Tage netto»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.due_sentences import ends_sentence, lines_beside, sentence_phrases
from bursar.extraction.invoices.layout import Found, Layout, Segment, Token, join
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.labels.vocabulary import compact, printed_of

_OF_DEADLINE, _IN_SENTENCE = 0.85, 0.75
_LINES = 3  # that a sentence goes on for, above and below
_MOST_DAYS = 180
_LONGEST_PHRASE = 3  # words
_LONGEST_SENTENCE = 40  # words
_COUNT = re.compile(r"\(?(\d{1,3})\)?[.,:;]?")
_ELIDED = re.compile(r"(?<=\b[dlDL])['’]")  # «d'escompte»
_YEAR_AND_STOP = re.compile(r"(?:\d{1,2}[./])*(?:19|20)\d\d\.")
_NET = re.compile(r"net(?:to)?\s?\d{1,3}(?:\s?[^\W\d_]{2,12})?\.?", re.IGNORECASE)


def find_terms(layout: Layout, item_rows: frozenset[int] = frozenset()) -> Found[str] | None:
    """Return the days that a label for the deadline has in place of a date, else the sentence about paying that has some.

    What is said next to it of a discount belongs to it; sentences about what follows when nobody pays do not. Rows of
    the items (`item_rows`) have none.
    """
    languages = tuple(layout.languages)
    labelled = next(_find_counted(layout, languages, item_rows), None)
    if labelled is not None:
        return labelled
    for segment in layout.segments:
        if segment.row in item_rows:
            continue
        if segment.words[0].startswith("net") and _NET.fullmatch(segment.text.strip()):
            return Found(segment.text.strip(), segment.tokens, _IN_SENTENCE)
        if _beginnings(languages).isdisjoint(segment.words):
            continue
        tokens = _read_sentences(layout, segment, languages)
        if tokens:
            return Found(join(tokens).strip(" ·•|-–"), tuple(tokens), _IN_SENTENCE)
    return None


def _find_counted(layout: Layout, languages: tuple[str, ...], item_rows: frozenset[int]) -> Iterator[Found[str]]:
    """Give what stands behind labels for the day to pay by and is a number of days: «Zahlungsziel: 30 Tage»."""
    for hit in layout.hits_of_field("due_date"):
        if not (hit.opens or hit.has_colon) or hit.segment.row in item_rows:
            continue
        for region in find_regions(layout, hit)[:1]:
            text = region.text.strip(" :")
            if region.place != "below" and _count_days(region.tokens, languages) and not find_dates(text):
                yield Found(text, region.tokens, _OF_DEADLINE)


@cache
def _beginnings(languages: tuple[str, ...]) -> frozenset[str]:
    """Return the words for days, and those that phrases for «at once» begin with."""
    phrases = printed_of("sentences", "at_once", languages)
    return sentence_phrases("days", languages).union(compact(phrase.split()[0]) for phrase in phrases)


def _read_sentences(layout: Layout, segment: Segment, languages: tuple[str, ...]) -> list[Token]:
    """Return the sentences about when to pay of the paragraph around a line, with those beside them about a discount."""
    above = list(reversed(lines_beside(layout, segment, -1, _LINES)))
    lines = [*above, segment, *lines_beside(layout, segment, 1, _LINES)]
    sentences = list(_sentences_of(layout, lines))
    own = {id(token) for token in segment.tokens}
    terms = [place for place, sentence in enumerate(sentences) if _states_terms(sentence, languages)]
    mine = [place for place in terms if any(id(token) in own for token in sentences[place])]
    if not mine:
        return []
    first = last = mine[0]
    while last + 1 < len(sentences) and (last + 1 in terms or _is_of_discount(sentences[last + 1], languages)):
        last += 1
    return [token for sentence in sentences[first : last + 1] for token in sentence]


def _sentences_of(layout: Layout, lines: Sequence[Segment]) -> Iterator[list[Token]]:
    """Give the sentences of a paragraph; a label with a colon begins one, a line that is not carried on ends one."""
    sentence: list[Token] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        labels = {hit.start for hit in layout.hits_in(line) if hit.has_colon}
        for place, token in enumerate(line.tokens):
            if place in labels and sentence:
                yield sentence
                sentence = []
            sentence.append(token)
            if ends_sentence(token) or _YEAR_AND_STOP.fullmatch(token.text):
                yield sentence
                sentence = []
        if sentence and (following is None or not _goes_on(line, following)):
            yield sentence
            sentence = []


def _goes_on(line: Segment, following: Segment) -> bool:
    """Whether a line that ends without a full stop is carried on in the next: as wide as that, which opens in small letters."""
    opens_small = following.text[:1].islower() or following.text[:1].isdigit() or line.text[-1:] in ",-"
    return opens_small or (line.box.x1 >= following.box.x1 - line.size and len(line.tokens) > _LONGEST_PHRASE)


def _states_terms(sentence: Sequence[Token], languages: tuple[str, ...]) -> bool:
    words = [word for token in sentence if (word := compact(token.text))]
    if len(words) > _LONGEST_SENTENCE or not _speaks_of(words, ("paying", "early"), languages):
        return False
    if _speaks_of(words, ("late",), languages) or not sentence_phrases("past", languages).isdisjoint(words):
        return False
    return _count_days(sentence, languages) or _holds_phrase(words, sentence_phrases("at_once", languages))


def _is_of_discount(sentence: Sequence[Token], languages: tuple[str, ...]) -> bool:
    words = [compact(part) for token in sentence for part in _ELIDED.split(token.text)]
    return _speaks_of(words, ("early",), languages) and not _speaks_of(words, ("late",), languages)


def _count_days(tokens: Sequence[Token], languages: tuple[str, ...]) -> bool:
    """Whether a number of days stands among words: «30 days», «30 (thirty) days»."""
    days = sentence_phrases("days", languages)
    for place, token in enumerate(tokens):
        match = _COUNT.fullmatch(token.text)
        behind = [compact(other.text) for other in tokens[place + 1 : place + 4]]
        if match and int(match[1]) <= _MOST_DAYS and not days.isdisjoint(behind):
            return True
    return False


def _holds_phrase(words: Sequence[str], phrases: frozenset[str]) -> bool:
    return any(
        "".join(words[place : place + length]) in phrases
        for place in range(len(words))
        for length in range(1, _LONGEST_PHRASE + 1)
    )


def _speaks_of(words: Sequence[str], keys: Sequence[str], languages: tuple[str, ...]) -> bool:
    stems = tuple(stem for key in keys for stem in sentence_phrases(key, languages))
    return any(word.startswith(stems) for word in words)
