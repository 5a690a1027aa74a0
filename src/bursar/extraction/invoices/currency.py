"""In which currency an invoice is: what a label says, else what stands beside its amounts."""

from __future__ import annotations

from bursar.extraction.currencies import CurrencyChoice, decide_currency, read_currency
from bursar.extraction.invoices.layout import Found, Layout
from bursar.extraction.invoices.parties import Parties
from bursar.extraction.invoices.regions import find_regions
from bursar.facts.evidence import Convention, Issue, Severity


def find_invoice_currency(layout: Layout, parties: Parties) -> tuple[Found[str] | None, Convention, list[Issue]]:
    """Return the currency, how its sign was read, and the doubt about a sign that several currencies share."""
    for hit in layout.hits_of_field("currency"):
        for region in find_regions(layout, hit):
            for token in region.tokens[:3]:
                code = read_currency(token.text)
                if code:
                    return Found(code, (token,), 0.97), Convention(code, token.text), []
    choice = decide_currency((row.text for row in layout.rows), parties.countries(), layout.languages)
    if choice is None:
        return None, Convention(), []
    tokens = next((token for s in layout.segments for token in s.tokens if choice.text in token.text), None)
    found = Found(choice.code, (tokens,) if tokens else (), 0.95 if choice.certain else 0.7)
    return found, _convention_of(choice), [] if choice.certain else [_doubt(choice)]


def _convention_of(choice: CurrencyChoice) -> Convention:
    alternatives = (choice.code, *choice.alternatives) if not choice.certain else ()
    return Convention(choice.code, choice.text, not choice.certain, alternatives)


def _doubt(choice: CurrencyChoice) -> Issue:
    return Issue(
        "CURRENCY_ASSUMED",
        Severity.INFO,
        f"{choice.text} was read as {choice.code}; it could be {', '.join(choice.alternatives)}",
        ("invoice_info.currency",),
    )
