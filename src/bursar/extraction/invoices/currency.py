"""In which currency an invoice is: what a label says, else what stands beside its amounts."""

from __future__ import annotations

from babel.numbers import get_territory_currencies
from stdnum.eu.vat import MEMBER_STATES

from bursar.extraction.currencies import CurrencyChoice, decide_currency, read_currency
from bursar.extraction.invoices.addresses import find_country
from bursar.extraction.invoices.layout import Found, Layout
from bursar.extraction.invoices.parties import Parties
from bursar.extraction.invoices.regions import find_regions
from bursar.facts.evidence import Convention, Issue, Severity

_VAT_COUNTRIES = frozenset(MEMBER_STATES) | {"el", "gb", "ch"}
_AT_HOME = 0.6  # how sure the currency of a country is that of a receipt which names none


def find_invoice_currency(
    layout: Layout, parties: Parties, *, receipt: bool
) -> tuple[Found[str] | None, Convention, list[Issue]]:
    """Return the currency, how its sign was read, and the doubt about a sign that several currencies share.

    A receipt that names none is in that of the country which the seller's VAT id or address tells: it was paid there.
    """
    for hit in layout.hits_of_field("currency"):
        for region in find_regions(layout, hit):
            for token in region.tokens[:3]:
                code = read_currency(token.text)
                if code:
                    return Found(code, (token,), 0.97), Convention(code, token.text), []
    choice = decide_currency((row.text for row in layout.rows), parties.countries(), layout.languages)
    if choice is None:
        found = _find_at_home(parties) if receipt else None
        return found, Convention(), [] if found is None else [_doubt_of_home(found)]
    tokens = next((token for s in layout.segments for token in s.tokens if choice.text in token.text), None)
    found = Found(choice.code, (tokens,) if tokens else (), 0.95 if choice.certain else 0.7)
    return found, _convention_of(choice), [] if choice.certain else [_doubt(choice)]


def _find_at_home(parties: Parties) -> Found[str] | None:
    """Return the currency of the seller's country, as its VAT id tells it, else its address."""
    ids = parties.tax_ids.get("seller")
    number = ids.tax_id if ids else None
    lines = parties.seller.lines.address_lines if parties.seller else []
    country = number.value[:2] if number and number.value[:2].casefold() in _VAT_COUNTRIES else None
    country = country or next(filter(None, map(find_country, lines)), None)
    codes = get_territory_currencies("GR" if country == "EL" else country) if country else []
    return Found(codes[0], (), _AT_HOME) if len(codes) == 1 else None


def _doubt_of_home(found: Found[str]) -> Issue:
    message = f"no currency is printed; {found.value} is that of the seller's country"
    return Issue("CURRENCY_ASSUMED", Severity.INFO, message, ("invoice_info.currency",))


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
