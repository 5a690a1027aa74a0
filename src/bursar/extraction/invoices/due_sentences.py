"""The day that a sentence says to pay by: «Please pay by 3 May», «wird am 03.05. von Ihrem Konto abgebucht»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from bursar.extraction.dates import PrintedDate, find_dates
from bursar.extraction.invoices.layout import LINE_GAP, Layout, Segment, Token
from bursar.extraction.invoices.values import Value, read_first_date, tokens_at
from bursar.extraction.invoices.wrapped_dates import with_year_below
from bursar.extraction.labels.vocabulary import compact, printed_of

_LONGEST_PHRASE = 5  # words right before a date
_BEFORE, _AFTER = 18, 10  # words of the sentence that may say what a date is for
_EARLY_WITHIN = 6  # words behind a date that may say that it is of a discount
_LINES_ABOVE, _LINES_BELOW = 2, 1
_BETWEEN = 1  # words between the dates of a period
_ABBREVIATION = 4  # letters and the point


class DueDay(Struct, frozen=True):
    """A day in a sentence, and the segment that it stands in; `collected` where the payee takes the money itself."""

    value: Value
    segment: Segment
    collected: bool


class _Sentence(Struct, frozen=True):
    """The compact words around a date: all that are said (`above` in the lines above), those right before it, its clause.

    `before` begins where a date before it in the sentence ends, which `follows_date` tells; the clause is between commas as well.
    """

    said: Sequence[str]
    above: Sequence[str]
    before: Sequence[str]
    clause: Sequence[str]
    follows_date: bool
    languages: tuple[str, ...]


def find_due_days(layout: Layout, order: str | None, item_rows: frozenset[int]) -> Iterator[DueDay]:
    """Give the dates that follow on a word for a deadline, in a sentence about paying or collecting a payment.

    Neither the end of a period («from … until …») nor the last day for a discount is one, nor a day among the lines.
    """
    for line in layout.segments:
        if line.row in item_rows:
            continue
        segment = with_year_below(layout, line)
        dates = [printed for printed in find_dates(segment.text, order) if printed.value]
        end = 0
        for place, printed in enumerate(dates):
            tokens = tokens_at(segment.tokens, printed.start, printed.end)
            first, last = _place_of(segment, tokens[0]), _place_of(segment, tokens[-1])
            if not _may_be_announced(segment, first):
                end = last + 1
                continue
            sentence = _sentence_around(layout, segment, (end, first, last + 1), _begin_of(segment, dates[place + 1 :]))
            collected = _is_collection(sentence)
            if collected or _is_deadline(sentence):
                assert printed.value is not None
                yield DueDay(Value(printed.value, tokens, 1.0), segment, collected)
            end = last + 1


def _may_be_announced(segment: Segment, first: int) -> bool:
    """Whether what stands right before a date may end a phrase for a deadline, of this line or of the line above."""
    word = next((word for word in reversed(segment.words[:first]) if word), None)
    return word is None or word in _last_words()


def _begin_of(segment: Segment, dates: Sequence[PrintedDate]) -> int | None:
    return _place_of(segment, tokens_at(segment.tokens, dates[0].start, dates[0].end)[0]) if dates else None


def is_for_early_payment(layout: Layout, segment: Segment, day: Sequence[Token]) -> bool:
    """Whether the sentence that a date stands in says that it is the last one for a discount."""
    first, end = _place_of(segment, day[0]), _place_of(segment, day[-1]) + 1
    return bool(first) and _is_of_discount(_sentence_around(layout, segment, (0, first, end), None))


def is_of_past_or_period(layout: Layout, segment: Segment, day: Sequence[Token]) -> bool:
    """Whether a date is said to be one of the past, or is the first of two that make a period."""
    first, end = _place_of(segment, day[0]), _place_of(segment, day[-1]) + 1
    sentence = _sentence_around(layout, segment, (0, first, end), None)
    if not sentence_phrases("past", sentence.languages).isdisjoint(sentence.said[len(sentence.above) :]):
        return True
    following = read_first_date(segment.tokens[end:], None)
    return following is not None and _place_of(segment, following.tokens[0]) <= end + _BETWEEN


def _place_of(segment: Segment, token: Token) -> int:
    return next(place for place, other in enumerate(segment.tokens) if other is token)


def _sentence_around(
    layout: Layout, segment: Segment, places: tuple[int, int, int], following: int | None
) -> _Sentence:
    """Return the sentence of a date.

    `places` are the tokens where the date before it ends and where it begins and ends, `following` where the next one begins.
    """
    end_before, first, end = places
    languages = layout.languages
    sentence = _since_full_stop(segment.tokens[:first])
    lines_above = lines_beside(layout, segment, -1, _LINES_ABOVE) if len(sentence) == first else []
    above = _since_full_stop([token for line in reversed(lines_above) for token in line.tokens])[-_BEFORE:]
    lines = [segment, *lines_beside(layout, segment, 1, _LINES_BELOW)]
    rest = [token for line in lines for token in line.tokens][end:]
    after = [] if _pauses(segment.tokens[end - 1]) else _until_pause(rest, languages)[:_AFTER]
    follows_date = end_before > first - len(sentence)
    before = sentence[max(0, end_before - (first - len(sentence))) :]
    behind = after[: None if following is None else following - end][:_EARLY_WITHIN]
    clause = [*(_since_pause(before) if follows_date else _since_choice([*above, *before], languages)), *behind]
    said = _words_of([*above, *sentence, *after])
    return _Sentence(said, _words_of(above), _words_of(before), _words_of(clause), follows_date, languages)


def _pauses(token: Token) -> bool:
    return token.text[-1] in ",;."


def _since_pause(tokens: Sequence[Token]) -> Sequence[Token]:
    pauses = [place for place, token in enumerate(tokens) if token.text[-1] in ",;"]
    return tokens[pauses[-1] + 1 if pauses else 0 :]


def _since_choice(tokens: Sequence[Token], languages: tuple[str, ...]) -> Sequence[Token]:
    """Return what follows on the last word for a choice: «less 3 % discount, or by 19 February net»."""
    choices = [
        place for place, token in enumerate(tokens) if compact(token.text) in sentence_phrases("otherwise", languages)
    ]
    return tokens[choices[-1] + 1 if choices else 0 :]


def _until_pause(tokens: Sequence[Token], languages: tuple[str, ...]) -> Sequence[Token]:
    """Return what is said up to a comma, a full stop or an «and»."""
    joining = sentence_phrases("and", languages)
    for place, token in enumerate(tokens):
        if compact(token.text) in joining:
            return tokens[:place]
        if _pauses(token) or ends_sentence(token):
            return tokens[: place + 1]
    return tokens


def _words_of(tokens: Sequence[Token]) -> list[str]:
    return [word for token in tokens if (word := compact(token.text))]


def _since_full_stop(tokens: Sequence[Token]) -> list[Token]:
    ends = [place for place, token in enumerate(tokens) if ends_sentence(token)]
    return list(tokens[ends[-1] + 1 if ends else 0 :])


def ends_sentence(token: Token) -> bool:
    """Whether a word ends in a full stop that is not of an abbreviation or a number."""
    text = token.text.strip("()")
    return (
        text[-1:] in ".!?"
        and (len(text) > _ABBREVIATION or ")" in text)
        and text[:-1].strip(")").replace("-", "").isalpha()
    )


def lines_beside(layout: Layout, segment: Segment, step: int, count: int) -> list[Segment]:
    """Return the lines above (`step` -1) or below (1) that a paragraph goes on in, the nearest first."""
    found: list[Segment] = []
    row = segment.row + step
    while len(found) < count and 0 <= row < len(layout.rows) and layout.rows[row].page == segment.page:
        last = found[-1] if found else segment
        size = max(last.size, 1.0)
        gap = max(layout.rows[row].box.y0 - last.box.y1, last.box.y0 - layout.rows[row].box.y1)
        if gap > LINE_GAP * size:
            break
        near = [each for each in layout.rows[row].segments if abs(each.box.x0 - last.box.x0) < size]
        found += near[:1]
        row += step
    return found


def _is_deadline(sentence: _Sentence) -> bool:
    length = _phrase_at_end([*sentence.above, *sentence.before], sentence_phrases("deadline", sentence.languages))
    if not length or (sentence.follows_date and length == len(sentence.before)):
        return False  # «from 1 May until 31 May»
    own = sentence.said[len(sentence.above) :]
    if not sentence_phrases("past", sentence.languages).isdisjoint(own) or _is_of_discount(sentence):
        return False
    return _speaks_of(sentence.said, "paying", sentence.languages)


def _is_collection(sentence: _Sentence) -> bool:
    """Whether the payee takes the money from an account on a date.

    Of the lines above only what a line that opens with the date goes on.
    """
    length = _phrase_at_end(sentence.before, sentence_phrases("collected_on", sentence.languages))
    said = sentence.said if length == len(sentence.before) else sentence.said[len(sentence.above) :]
    if not length or not sentence_phrases("past", sentence.languages).isdisjoint(said):
        return False
    return all(_speaks_of(said, key, sentence.languages) for key in ("collecting", "from_account"))


def _phrase_at_end(words: Sequence[str], phrases: frozenset[str]) -> int:
    """Return how many words at the end are a phrase, 0 where none is."""
    lengths = range(min(_LONGEST_PHRASE, len(words)), 0, -1)
    return next((length for length in lengths if "".join(words[-length:]) in phrases), 0)


def _speaks_of(words: Sequence[str], key: str, languages: tuple[str, ...]) -> bool:
    stems = _stems(key, languages)
    return any(word.startswith(stems) for word in words)


def _is_of_discount(sentence: _Sentence) -> bool:
    """Whether a date is for those who pay early: «by 3 May 2 % discount», not «by 3 May, 2 % discount by …»."""
    early = _stems("early", sentence.languages)
    return any("%" in word or word.startswith(early) for word in sentence.clause)


@cache
def sentence_phrases(key: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Return the compact phrases of a meaning that sentences have in some languages."""
    return frozenset(map(compact, printed_of("sentences", key, languages)))


@cache
def _stems(key: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(sentence_phrases(key, languages)))


@cache
def _last_words() -> frozenset[str]:
    """Return the words that phrases before a date end with, and the phrases run together as recognition does."""
    phrases = [phrase for key in ("deadline", "collected_on") for phrase in printed_of("sentences", key)]
    return frozenset(compact(words) for phrase in phrases for words in (phrase, phrase.split()[-1]))
