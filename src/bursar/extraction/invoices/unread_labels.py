"""Labels whose value was not read: something is printed there, and the result does not have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bursar.extraction.dates import find_dates
from bursar.extraction.identifiers import find_emails
from bursar.extraction.invoices.due_sentences import is_for_early_payment
from bursar.extraction.invoices.layout import Hit, Layout, Row, join
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.invoices.values import tokens_at
from bursar.facts.evidence import Evidence, Issue, Severity

_PATHS: Mapping[str, tuple[str, ...]] = {
    "invoice_number": ("invoice_info.invoice_number",),
    "invoice_date": ("invoice_info.invoice_date",),
    "due_date": ("invoice_info.due_date",),
    "purchase_order": ("invoice_info.purchase_order",),
    "sales_order": ("invoice_info.purchase_order",),
    "tax_id": ("vendor.tax_id", "customer.tax_id"),
    "seller_tax_id": ("vendor.tax_id",),
    "buyer_tax_id": ("customer.tax_id",),
    "iban": ("payment.bank_info.iban",),
    "bic": ("payment.bank_info.bic",),
}
"""What a label states, and the places of the result that may have it."""

_ANNOUNCED_IBAN = re.compile(r"iban\b[\s:.]*[A-Z]{2}(?:\s?\d){10,}", re.IGNORECASE)
_ID_PATH = re.compile(r"tax_id|registration|extra_tax_ids")
_NOT_DIGIT = re.compile(r"\D")
_DIGITS_OF_ID = 7
_SENTENCE = 6  # words
_LEAST_LETTERS = 4
_LEAST_DIGITS = 2


def find_unread(
    layout: Layout, known: Mapping[str, Evidence], blocked: frozenset[int], issued: date | None, order: str | None
) -> list[Issue]:
    """Return an issue for each field that a label states and the result does not have; `known` is its evidence.

    Rows of the item table (`blocked`) state facts of lines. `issued` is the invoice's date, `order` that of days and months.
    """
    found: dict[str, Issue] = {}
    for hit in layout.hits:
        if hit.segment.row in blocked:
            continue
        for key in hit.keys("fields"):
            paths = _PATHS.get(key, ())
            if paths and not set(paths) & set(known) and _states_something(layout, hit, key):
                label = " ".join(token.text for token in hit.tokens)
                message = f"What stands beside {label!r} was not read"
                found.setdefault(paths[0], Issue("LABEL_UNREAD", Severity.INFO, message, paths, hit.segment.page))
    if "customer.tax_id" not in known and (row := _find_other_tax_id(layout, known, blocked)) is not None:
        message = "A second tax id is printed, and whose it is was not read"
        found.setdefault(
            "customer.tax_id", Issue("LABEL_UNREAD", Severity.INFO, message, ("customer.tax_id",), row.page)
        )
    if "vendor.contact.email" not in known and (row := _find_mail(layout)) is not None:
        path = "vendor.contact.email"
        found.setdefault(
            path, Issue("LABEL_UNREAD", Severity.INFO, "Whose mail address this is was not read", (path,), row.page)
        )
    if "payment.bank_info.iban" not in known and (row := _find_broken_iban(layout)) is not None:
        message = "An IBAN is announced, and what stands there has not the form of one"
        path = "payment.bank_info.iban"
        found.setdefault(path, Issue("LABEL_UNREAD", Severity.INFO, message, (path,), row.page))
    if "invoice_info.due_date" not in known and (row := _find_later_date(layout, order, issued, blocked)) is not None:
        path = "invoice_info.due_date"
        message = "A date after that of the invoice is printed, and what it is was not read"
        found.setdefault(path, Issue("LABEL_UNREAD", Severity.INFO, message, (path,), row.page))
    return list(found.values())


def _find_other_tax_id(layout: Layout, known: Mapping[str, Evidence], blocked: frozenset[int]) -> Row | None:
    """Return the row of a label for tax ids beside or above a number that the result does not have."""
    read = [_bare(seen.text) for path, seen in known.items() if seen.text and _ID_PATH.search(path)]
    for hit in layout.hits_of_field("tax_id"):
        if hit.segment.row in blocked or not hit.opens:
            continue
        region = next(iter(find_regions(layout, hit)), None)
        word = _bare(join(region.tokens[:4])) if region else ""
        if len(_NOT_DIGIT.sub("", word)) >= _DIGITS_OF_ID and not any(own in word or word in own for own in read):
            return layout.rows[hit.segment.row]
    return None


def _find_mail(layout: Layout) -> Row | None:
    return next((row for row in layout.rows if any(True for _ in find_emails(row.text))), None)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).upper()


def _find_later_date(layout: Layout, order: str | None, issued: date | None, blocked: frozenset[int]) -> Row | None:
    """Return the row in a sentence of which a date after the invoice's own stands: it may be the day of payment.

    The last day for a discount is none.
    """
    for row in layout.rows:
        if issued is None or row.index in blocked or not any(_is_sentence(segment.text) for segment in row.segments):
            continue
        for segment in row.segments:
            for printed in find_dates(segment.text, order):
                day = tokens_at(segment.tokens, printed.start, printed.end)
                if printed.value and printed.value > issued and not is_for_early_payment(layout, segment, day):
                    return row
    return None


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _SENTENCE


def _find_broken_iban(layout: Layout) -> Row | None:
    """Return the row that says IBAN, whatever else its label says, before ten digits or more."""
    return next((row for row in layout.rows if _ANNOUNCED_IBAN.search(row.text)), None)


def _states_something(layout: Layout, hit: Hit, key: str) -> bool:
    """Whether a label opens its line and a value with digits stands behind or beside it."""
    short = hit.letters < _LEAST_LETTERS and key not in ("iban", "bic")
    if not hit.opens or short or (key == "due_date" and not hit.has_colon):
        return False
    for region in find_regions(layout, hit):
        if region.place == "below" and not hit.has_colon:
            return False
        words = [token.text for token in region.tokens[:3]]
        return any(sum(c.isdigit() for c in word) >= _LEAST_DIGITS or word.isupper() for word in words)
    return False
