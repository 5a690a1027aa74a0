"""How sure a party's name is: what else of the page speaks for it, and what in the name itself speaks against it."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.addresses import fold, is_company, words
from bursar.extraction.invoices.blocks import PartyLines
from bursar.extraction.invoices.layout import Layout
from bursar.extraction.labels.vocabulary import compact, load_vocabulary

_LEVELS = (0.55, 0.76, 0.88, 0.94, 0.97, 0.98)  # by how many things speak for the name
_ODD = 0.5  # what a name that does not look like one is worth at most
_LONGEST_NAME = 8  # words
_WORDS_OF_FORM = (4, 3, 2, 1)
_SHORT_NAME = 3  # letters: it may stand anywhere
_SAME = 90
_SHORT_PAIR = 6  # letters of two words
_PLAIN = re.compile(r"[^a-z0-9]")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})  # in hosts


def measure_backing(layout: Layout, party: PartyLines, hosts: str, *, labelled: bool) -> float:
    """Return how sure it is that a party goes by this name, 0 to 1.

    A label that announces it, a firm's form, the same name elsewhere, its first word in a mail or web address, and a
    whole address below it each speak for it, independently of one another. `hosts` are those of all these addresses.
    """
    name = fold(party.name_text)
    backing = sum(
        (
            labelled,
            is_company(party.name_text),
            _is_repeated(layout, party, name),
            is_in_hosts(hosts, party.name_text),
            party.has_postal,
        )
    )
    sure = _LEVELS[backing]
    return min(sure, _ODD) if _is_odd(party.name_text) else sure


def _is_odd(name: str) -> bool:
    """Whether a text is no name: a sentence, an aside, a label, a date, a number, a mail address or «word: value»."""
    if len(_without_form(name).split()) > _LONGEST_NAME or name.startswith("(") or re.search(r"\w:\s|@|\d{5,}", name):
        return True
    if load_vocabulary().find(compact(name)):
        return True
    letters = sum(c.isalpha() for c in name)
    return letters < 3 or letters < 0.5 * len(name.replace(" ", "")) or bool(find_dates(name))


def _without_form(name: str) -> str:
    """Return a name without the form of law at its end."""
    parts = fold(name).split()
    size = next((n for n in _WORDS_OF_FORM if " ".join(parts[-n:]) in words("company_forms")), 0)
    return " ".join(parts[: len(parts) - size])


def _is_repeated(layout: Layout, party: PartyLines, name: str) -> bool:
    """Whether another line of the document holds the same name."""
    if len(name) <= _SHORT_NAME:
        return False
    own = {id(token) for token in party.name}
    segments = list(layout.segments)
    texts = [fold(segment.text) for segment in segments]
    alike = process.extract(name, texts, scorer=fuzz.partial_ratio, score_cutoff=_SAME, limit=None)
    return any(
        len(segments[place].text) >= len(name) and own.isdisjoint(map(id, segments[place].tokens))
        for _, _, place in alike
    )


def is_in_hosts(hosts: str, name_text: str) -> bool:
    """Whether a name's first word, or its first two run together, is in a mail or web address, as the net spells them."""
    spelled = {fold(text) for text in (name_text, name_text.casefold().translate(_SPELLED))}
    parts = [[_PLAIN.sub("", word) for word in name.split()[:2]] for name in spelled if name]
    firsts = {words[0] for words in parts if len(words[0]) > _SHORT_NAME}
    pairs = {pair for words in parts if len(words) > 1 and len(pair := "".join(words)) > _SHORT_PAIR}
    return any(word in hosts for word in firsts | pairs)
