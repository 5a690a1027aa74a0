"""At which firm a person is addressed: an address may begin with the person, whose firm stands on the line below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bursar.extraction.invoices.addresses import (
    find_country,
    fold,
    has_legal_form,
    is_company,
    is_postal,
    is_street,
    word_list,
    words,
)
from bursar.extraction.invoices.blocks import is_building
from bursar.extraction.invoices.layout import Segment, Token, join
from bursar.extraction.invoices.line_kinds import is_attention, is_contact

_NAMES = (2, 4)  # so many words are the name of a person
_INITIAL = re.compile(r"[^\W\d_]\.?")
_PERSON = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]*)*")
_LINES_TO_FIRM = 2  # below the person: a post may stand between


def find_firm_line(texts: Sequence[str]) -> int:
    """Return which of the lines of an address names its party: behind «Familie», the first, or that of the firm below a person.

    A firm is told by its form of law; by what organisations call themselves only below what is a person for sure, or has a post there.
    """
    if len(texts) > 1 and (is_salutation(texts[0]) or (is_addressing(texts[0]) and not is_street(texts[1]))):
        return 1 + find_firm_line(texts[1:])
    if len(texts) < 2 or is_company(texts[0]) or not may_be_person(texts[0]):
        return 0
    for place, text in enumerate(texts[1 : 1 + _LINES_TO_FIRM], 1):
        if is_street(text) or is_postal(text) or is_contact(text) or find_country(text) or is_attention(text):
            return 0
        if _is_house(text) or (place == 1 and _ends_name(texts[0], text)):
            return 0
        if has_legal_form(text):
            return place
        if _is_organisation(text) and (place > 1 or is_person(texts[0])):
            return place
        if not _is_post(text):
            return 0
    return 0


def without_person(
    lines: Sequence[tuple[Token, ...]], segments: Sequence[Segment]
) -> tuple[Sequence[tuple[Token, ...]], Sequence[Segment]]:
    """Return the lines of an address from the one that names its party, with a name that wraps on one."""
    texts = [join(line).strip() for line in lines[: 2 + _LINES_TO_FIRM]]
    start = find_firm_line(texts)
    if (
        start == 0
        and len(texts) > 1
        and may_be_person(texts[0])
        and not is_company(texts[0])
        and has_legal_form(texts[1])
        and _ends_name(texts[0], texts[1])
    ):
        return [(*lines[0], *lines[1]), *lines[2:]], [segments[0], *segments[2:]]
    return lines[start:], segments[start:]


def is_salutation(text: str) -> bool:
    """Whether a line is nothing but a word that stands above the name of whom an address is for."""
    return fold(text) in word_list("person_words", "salutations")


def is_addressing(text: str) -> bool:
    """Whether a line says for whom at a firm a letter is: «Attn: …», «z. Hd. …»."""
    return fold(text).startswith(_addressing_heads())


def is_greeting(text: str) -> bool:
    """Whether a line greets who reads it: «Hello, Firm», «Dear Ms Lee,»."""
    folded = fold(text)
    if not folded.startswith(_greeting_heads()):
        return False
    head = next(
        (size for size in (1, 2, 3) if fold(" ".join(text.split()[:size])) in word_list("person_words", "greetings")), 0
    )
    return bool(head) and (text.rstrip().endswith((",", "!")) or text.split()[head - 1].endswith(","))


@cache
def _greeting_heads() -> tuple[str, ...]:
    return tuple(f"{word} " for word in word_list("person_words", "greetings"))


@cache
def _addressing_heads() -> tuple[str, ...]:
    return tuple(f"{word} " for word in word_list("person_words", "addressing"))


def may_be_person(text: str) -> bool:
    """Whether a line may be the name of a person: two to four words of letters, each with a capital, none an organisation's."""
    if is_titled(text):
        return True
    parts = text.split()
    low, high = _NAMES
    if not low <= len(parts) <= high or not all(_PERSON.fullmatch(part) for part in parts):
        return False
    return parts[0][0].isupper() and parts[-1][0].isupper() and not _is_organisation(text) and not is_attention(text)


def is_person(text: str) -> bool:
    """Whether a line is the name of a person for sure: a word for a man or a woman stands before it, or it begins with a given name."""
    return is_titled(text) or (may_be_person(text) and _begins_with_given_name(text))


def is_titled(text: str) -> bool:
    """Whether a line is a person's name with the word for a man or a woman before it."""
    head, _, rest = fold(text).partition(" ")
    return head in words("persons") and bool(rest) and not any(map(str.isdigit, rest))


def _begins_with_given_name(text: str) -> bool:
    first = fold(text).split()[0]
    return _INITIAL.fullmatch(text.split(maxsplit=1)[0]) is not None or first.split("-")[0] in word_list(
        "person_words", "given_names"
    )


def _is_organisation(text: str) -> bool:
    """Whether a line names an organisation by what such call themselves, and no building."""
    if any(map(str.isdigit, text)) or is_building(text) or len(text.split()) < _NAMES[0]:
        return False
    folded = f" {fold(text)} "
    return is_company(text) or any(f" {word} " in folded for word in word_list("person_words", "organisations"))


def _is_house(text: str) -> bool:
    """Whether a line has the word for a house or a street, and no form that only firms have."""
    parts = fold(text).split()
    institution = words("institution_words") | words("shop_words")
    firm = is_company(" ".join(part for part in parts if part not in institution))
    return not firm and not words("house_words").isdisjoint(parts)


def _ends_name(above: str, text: str) -> bool:
    """Whether a line of one word and a form is the end of the name above it, which wraps.

    Below a person for sure the word must be one that organisations call themselves by.
    """
    parts = fold(text).split()
    if len(parts) != _NAMES[0] or parts[1] not in words("company_forms") or is_titled(above):
        return False
    if parts[0] in fold(above).split():
        return False
    return not is_person(above) or parts[0] in word_list("person_words", "organisations")


def _is_post(text: str) -> bool:
    """Whether a line says what somebody does at a firm."""
    parts = fold(text).split()
    return bool(parts) and not {parts[0], parts[-1]}.isdisjoint(word_list("person_words", "posts"))
