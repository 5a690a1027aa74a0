"""What the words of a head mean: which column they head, and which of two that share a word is which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from bursar.extraction.invoices.layout import Token
from bursar.extraction.labels.vocabulary import compact, load_vocabulary, phrases_of
from bursar.reading.right_to_left import count_letters

_OF_TAX = {"tax_rate", "tax_amount"}
_LONGEST_LABEL = 5  # words
_LONG = 7  # letters; a label so long is one in whatever language


def words_of_head(ordered: Sequence[Token]) -> list[str]:
    """Return the words of a head from the last to the first, without taxes that are an aside («Price incl. VAT»).

    What stands before «of» goes before what follows it: «Description of charges»; brackets behind a label go last: «Price (VAT 0 %)».
    """
    words = [compact(token.text) for token in ordered]
    asides = {
        place for place in range(1, len(words)) if words[place - 1] in words_of_turning() and _is_tax(words[place])
    }
    linking = phrases_of("modifiers", "linking") if len(words) <= _LONGEST_LABEL else frozenset()
    end = next((place for place, word in enumerate(words) if place and word in linking), len(words))
    places = [*reversed(range(end)), *reversed(range(end, len(words)))]
    inner = _places_in_brackets(ordered)
    if inner and _heads_column("".join(words[: min(inner)])):
        places.sort(key=lambda place: place in inner)
    return [words[place] for place in places if place not in asides]


def without_translation(ordered: Sequence[Token]) -> Sequence[Token]:
    """Return the words of a head in the script that it begins with, where the other one runs the other way: «Unit price / سعر الوحدة»."""
    if all(token.text.isascii() for token in ordered):
        return ordered
    from_right = [count_letters(token.text) > 0 for token in ordered]
    first = next(
        (other for other, token in zip(from_right, ordered, strict=True) if any(map(str.isalpha, token.text))), False
    )
    kept = [token for other, token in zip(from_right, ordered, strict=True) if other == first]
    return kept if True in from_right else ordered


def _heads_column(text: str) -> bool:
    return any(label.group == "columns" for label in load_vocabulary().find(text))


def _places_in_brackets(ordered: Sequence[Token]) -> set[int]:
    """Return the places of words between brackets."""
    found: set[int] = set()
    is_open = False
    for place, token in enumerate(ordered):
        is_open = is_open or token.text.startswith("(")
        if is_open:
            found.add(place)
        is_open = is_open and not token.text.endswith(")")
    return found


def _is_tax(word: str) -> bool:
    """Whether a word is one for a tax and heads nothing else."""
    keys = {label.key for label in load_vocabulary().find(word) if label.group == "columns"}
    return bool(keys) and keys <= _OF_TAX


@cache
def words_of_turning() -> frozenset[str]:
    """Return the words for without and with tax that turn what follows them into an aside."""
    words = frozenset(phrase for key in ("net", "gross", "tax") for phrase in phrases_of("modifiers", key))
    return words - phrases_of("modifiers", "adjective")  # «Price net | VAT» is two columns, «Price excl. VAT» one


@lru_cache(maxsize=5_000)
def keys_of_words(text: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Return the columns that compact words may head, in the document's languages."""
    long = len(text) >= _LONG
    return frozenset(
        label.key
        for label in load_vocabulary().find(text, tolerant=long)
        if label.group == "columns" and (long or label.language in ("en", *languages))
    )


def find_second_price(kinds: Sequence[str | None], keys: Sequence[tuple[str, ...]]) -> int | None:
    """Return the column right of the prices that a word for prices heads too, left of the amounts."""
    if "unit_price" not in kinds:
        return None
    places = range(kinds.index("unit_price") + 1, len(kinds) - 1)
    return next((place for place in places if kinds[place] is None and "unit_price" in keys[place]), None)


def find_item_twins(keys: Sequence[tuple[str, ...]]) -> tuple[int, int] | None:
    """Return the two columns of one word, «Item» or «Article», that may be the line's number and what was sold.

    The number stands first. None where some other word heads either.
    """
    if any("description" in found and "position" not in found for found in keys):
        return None
    both = [index for index, found in enumerate(keys) if {"position", "description"} <= set(found)]
    return (both[0], both[-1]) if len(both) > 1 else None
