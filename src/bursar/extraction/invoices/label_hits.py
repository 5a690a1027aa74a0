"""Labels among the words of a segment, in all languages, and which languages a document speaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bursar.extraction.invoices.layout import Hit, Segment
from bursar.extraction.labels.vocabulary import FROM_RIGHT, Label, load_vocabulary

_Match = tuple[int, int, tuple[Label, ...]]
_LONGEST_LABEL = 8  # words


def find_hits(segment: Segment, *, tolerant_from: int) -> list[Hit]:
    """Return the labels of a segment, left to right; those of so many letters may be misspelt or misread."""
    words = segment.words
    hits: list[Hit] = []
    first_word = next((place for place, word in enumerate(words) if _is_word(word)), len(words))
    start = 0
    while start < len(words):
        # A percent sign goes with the number before it: «20 % VAT» is not the column «% VAT».
        of_number = words[start] == "%" and start and segment.tokens[start - 1].text[-1:].isdigit()
        found = None if of_number or not words[start] else _find_longest(words, start, tolerant_from)
        if found is not None and "" in words[start : found[0]]:
            found = _without_translation(words, start, found, tolerant_from)
        start += 1
        if found is not None:
            end, letters, labels = found
            opens = start - 1 <= first_word or (bool(hits) and hits[-1].end == start - 1 and hits[-1].opens)
            hits.append(Hit(segment, start - 1, _with_tail(segment, words, end), labels, letters, opens))
            start = hits[-1].end
    return hits


def _is_word(text: str) -> bool:
    """Whether a compact word is more than a number or a percentage."""
    bare = text.strip("%")
    return bool(bare) and not bare.isdigit()


def _find_longest(words: Sequence[str], start: int, tolerant_from: int) -> _Match | None:
    """Return the end of the longest label that begins with a word, its number of letters and what it means."""
    vocabulary = load_vocabulary()
    phrases, longest = vocabulary.phrases, vocabulary.longest + 1
    whole = "".join(words[start : start + _LONGEST_LABEL])
    tolerant = len(whole) >= tolerant_from and vocabulary.may_begin_bent(whole, tolerant_from)
    if not tolerant and not vocabulary.may_begin(whole):
        return None
    texts = list(accumulate(words[start : start + _LONGEST_LABEL]))
    for place in range(len(texts) - 1, -1, -1):
        text, end = texts[place], start + place + 1
        labels = phrases.get(text)
        # A number behind is the value, and what is a phrase without its last word is no misspelt longer one.
        if labels is None and tolerant and tolerant_from <= len(text) <= longest and not words[end - 1][-1:].isdigit():
            if place and texts[place - 1] in phrases:
                continue
            labels = vocabulary.find_bent(text)
        if labels:
            return end, len(text), labels + _meanings_of_shorter(words[start : end - 1], labels)
    return None


def _without_translation(words: Sequence[str], start: int, found: _Match, tolerant_from: int) -> _Match | None:
    """Return the label as far as a lone slash where a longer one begins behind it: «Base imponible / Total excl. VAT»."""
    slash = words.index("", start)
    following = _find_longest(words, slash + 1, tolerant_from) if slash + 1 < len(words) else None
    if following is None or following[0] <= found[0]:
        return found
    return _find_longest(words[:slash], start, tolerant_from)


def _meanings_of_shorter(words: Sequence[str], labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Return what the beginning of a phrase means to groups that the whole means nothing to: «Total incl.» is a total."""
    groups = {label.group for label in labels}
    if "totals" in groups or "columns" not in groups:
        return ()
    for end in range(len(words), 0, -1):
        found = [label for label in load_vocabulary().find("".join(words[:end])) if label.group == "totals"]
        if found:
            return tuple(found)
    return ()


def _with_tail(segment: Segment, words: Sequence[str], end: int) -> int:
    """Take punctuation behind a label with it: a lone colon, number sign or point."""
    while (
        end < len(words)
        and (not words[end] or words[end] == "#")
        and not any(c.isalnum() for c in segment.tokens[end].text)
    ):
        if segment.tokens[end].text.strip() in ("-", "–", "−", "$", "€", "£", "₹", "(", "¥"):
            break
        end += 1
    return end


def decide_languages(hits: Sequence[Hit], hint: str | None) -> tuple[str, ...]:
    """Return the languages that the labels speak, the strongest first."""
    points: dict[str, float] = {}
    seen: set[frozenset[Label]] = set()
    for hit in hits:
        meanings = frozenset(hit.labels)
        if hit.letters < 4 or meanings in seen:
            continue
        seen.add(meanings)
        spoken = {label.language for label in hit.labels}
        for language in spoken:
            points[language] = points.get(language, 0.0) + (1.0 + hit.letters / 10) / len(spoken) ** 1.5
    if hint:
        points[hint] = points.get(hint, 0.0) + 100.0
    ordered = sorted(points, key=lambda language: -points[language])
    if not ordered:
        return ("en",)
    top = points[ordered[0]]
    return tuple(language for language in ordered if points[language] >= 0.3 * top)


def keep_languages(hit: Hit, languages: Sequence[str]) -> Hit | None:
    """Drop meanings of languages that the document does not speak, unless the phrase is too long to be chance."""
    labels = tuple(
        label
        for label in hit.labels
        if label.language in languages or (label.language == "en" and hit.letters >= 3) or hit.letters >= 7
    )
    return Hit(hit.segment, hit.start, hit.end, labels, hit.letters, hit.opens) if labels else None


def without_translations(hits: Sequence[Hit], language: str) -> tuple[Hit, ...]:
    """Return the labels of a document in two scripts, of which only those say what stands beside them that its first `language` runs with.

    The translation stands at the other end of the row: what is right of it is no value, and it is none itself. On a page that
    runs from left to right they all mean nothing more, on others those that say what another label of the row says before them.
    """
    from_right = language in FROM_RIGHT
    kept: list[Hit] = []
    said: set[tuple[int, str, str]] = set()
    for hit in hits:
        other = all((label.language in FROM_RIGHT) != from_right for label in hit.labels)
        keys = {(hit.segment.row, label.group, label.key) for label in hit.labels}
        if not other or (from_right and not keys & said):
            said |= keys
            kept.append(hit)
            continue
        labels = tuple({Label("fields", "other", label.language) for label in hit.labels})
        kept.append(Hit(hit.segment, hit.start, hit.end, labels, hit.letters, hit.opens))
    return tuple(kept)
