"""What a line of a block says besides a name and an address: contacts, whom it addresses, remarks."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bursar.extraction.identifiers import (
    find_emails,
    find_ibans,
    find_phones,
    find_tax_ids,
    find_websites,
    is_spanish_id,
)
from bursar.extraction.invoices.addresses import fold, has_legal_form, is_postal, is_street, word_list, words
from bursar.extraction.labels.vocabulary import compact, phrases_of

_HEAD_END = re.compile(r"[:#]|\s\d|\s[A-Z]{0,2}\s?\d")
_BETWEEN_DIGITS = re.compile(r"[\s()./+-]")
_ASIDE = re.compile(r"^\([^()]*\)$")
_MAIL_HEAD = re.compile(
    r"^(?:sent|subject|cc|gesendet|betreff|envoyé|objet|verzonden|onderwerp|enviado|asunto|inviato|oggetto)\s?:",
    re.IGNORECASE,
)
_SHOP = re.compile(r"[^\W\d_]{3,} [A-Z]?\d{1,4}[A-Z]?")
_SENTENCE = 7  # words
_SHORT = 2  # letters: «as», «me» and «co» are forms of firms and words
_REACHED_BY = (
    "phone",
    "fax",
    "email",
    "website",
    "tax_id",
    "registration_number",
    "iban",
    "bic",
    "extra_tax_id",
    "buyer_tax_id",
    "other",
    "account_number",
    "bank_name",
    "customer_id",
    "place_of_supply",
)


@cache
def _contact_phrases() -> frozenset[str]:
    return frozenset(phrase for key in _REACHED_BY for phrase in phrases_of("fields", key) if phrase)


@cache
def _net_phrases() -> frozenset[str]:
    """Return the words for mail and web addresses, which no number follows: «Site 9» is a place."""
    return frozenset(phrase for key in ("email", "website") for phrase in phrases_of("fields", key) if phrase)


@lru_cache(maxsize=5_000)
def is_contact(text: str) -> bool:
    """Whether a line holds a telephone number, a web address, a tax id or the like, and no part of an address."""
    if ":" in text or (any(map(str.isdigit, text)) and not is_shop_number(text)):
        head = compact(_HEAD_END.split(text, maxsplit=1)[0])
        if head in _contact_phrases() and not (
            head in _net_phrases() and ":" not in text and any(map(str.isdigit, text))
        ):
            return True
    if next(find_emails(text), None):
        return True
    if next(find_websites(text), None) and not is_postal(text) and not has_legal_form(text):
        return True
    if next(find_phones(text), None):
        bare = _BETWEEN_DIGITS.sub("", text)
        if (bare.isdigit() and len(bare) >= 8) or text.lstrip().startswith(("+", "☎", "(+")):
            return True
    if find_ibans(text) or is_spanish_id(text):
        return True
    return any(found.kind == "BN" or found.end - found.start >= len(text.strip()) - 4 for found in find_tax_ids(text))


def is_shop_number(text: str) -> bool:
    """Whether a line begins with the number of a shop in a street: «Shop 12, Harbour Road 3»."""
    head, _, rest = text.partition(",")
    return bool(_SHOP.fullmatch(head)) and (is_street(rest) or _names_building(rest))


def _names_building(text: str) -> bool:
    """Whether one of the parts of a line between its commas ends or begins with what a building is called."""
    parts = (fold(part).split() for part in text.split(","))
    return any(len(part) > 1 and not {part[0], part[-1]}.isdisjoint(words("building_words")) for part in parts)


def is_attention(text: str) -> bool:
    """Whether a line names a person or department at a firm."""
    folded = fold(text)
    return folded in words("attention") or folded.startswith(_attention_heads())


@cache
def _attention_heads() -> tuple[str, ...]:
    return tuple(f"{word} " for word in words("attention"))


def is_sentence(text: str) -> bool:
    """Whether a line says something, and names nobody: many words, most in small letters, no firm and no town among them."""
    parts = text.split()
    found = [word for word in parts if word[0].isalpha()] if len(parts) >= _SENTENCE else []
    if len(found) < _SENTENCE or 2 * sum(word[0].islower() for word in found) <= len(found) or is_postal(text):
        return False
    if found[-1][0].isupper() and not word_list("person_words", "organisations").isdisjoint(fold(text).split()[:2]):
        return text.endswith(".")  # «Základní škola a mateřská škola Orlice»
    return not has_legal_form(" ".join(word for word in found if len(word) > _SHORT or not word.islower()))


def is_mail_head(text: str) -> bool:
    """Whether a line is of the head of a mail that was printed: «Sent: …», «Subject: …»."""
    return ":" in text and bool(_MAIL_HEAD.match(text))


def is_noise(text: str) -> bool:
    """Whether a line is an aside, the head of a printed mail or holds nothing to read."""
    if _ASIDE.match(text) or is_mail_head(text):
        return True
    return fold(text) in words("not_names") or not (any(map(str.isalpha, text)) or any(map(str.isdigit, text)))
