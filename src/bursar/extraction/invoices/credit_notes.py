"""Numbers and dates of a credit note told from those of the invoice that it sets off."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bursar.extraction.classify import credit_labels, invoice_words
from bursar.extraction.invoices.header import LABELLED, Candidate
from bursar.extraction.labels.vocabulary import phrases_of

_OWN = 0.4  # what a number of the credit note itself scores at least
_SHORT_WORD = 4  # letters


def set_off_by_credit(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return a credit note's candidates: where it has a number of its own, another that is called an invoice's is that invoice's.

    So is then the date that is called an invoice's, where another is called a credit note's, or nothing but a date.
    """
    numbers = [candidate for candidate in candidates if candidate.target == "invoice_number" and candidate.score > _OWN]
    of_invoice = [each for each in numbers if _names_invoice(each)]
    if not of_invoice or not any(_is_own(each) for each in numbers):
        return list(candidates)
    dates = [candidate for candidate in candidates if candidate.target == "invoice_date" and candidate.score > LABELLED]
    left_out = [each for each in dates if _names_invoice(each)]
    others = [each.value.value for each in dates if not _names_invoice(each)]
    if not others or any(str(each.value.value) > str(max(others, key=str)) for each in left_out):
        left_out = []  # a credit note is no older than its invoice
    return [
        replace(candidate, target="preceding_invoice") if candidate in of_invoice else candidate
        for candidate in candidates
        if candidate not in left_out
    ]


def _is_own(candidate: Candidate) -> bool:
    """Whether a label calls its number a credit note's, or nothing but a number."""
    label = _label_of(candidate)
    return label in credit_labels() or label in phrases_of("fields", "bare_number")


def _label_of(candidate: Candidate) -> str:
    hit = candidate.hit
    return "".join(hit.segment.words[hit.start : hit.end]).strip("#")


def _names_invoice(candidate: Candidate) -> bool:
    """Whether a label calls its value an invoice's, and not a credit note's."""
    label = _label_of(candidate)
    return label not in credit_labels() and any(word in label for word in invoice_words() if len(word) > _SHORT_WORD)
