"""The bank of an e-invoice, which its XML seldom names: what the IBAN leads to."""

from __future__ import annotations

from dataclasses import replace

from bursar.extraction.einvoice.paths import with_value
from bursar.extraction.identifiers import bank_of_iban
from bursar.facts.evidence import Evidence, Source
from bursar.facts.invoice import Invoice

_PATH = "payment.bank_info.bank_name"
_SURE = 0.6


def add_bank(invoice: Invoice) -> Invoice:
    """Return an invoice with the name of its bank where nothing says it and the IBAN leads to it; the evidence says `derived`."""
    bank = invoice.payment.bank_info
    name = bank_of_iban(bank.iban)[0] if bank.iban is not None and bank.bank_name is None else None
    if name is None:
        return invoice
    derived = Evidence(None, None, None, _SURE, Source.DERIVED, derived_from=("payment.bank_info.iban",))
    return replace(with_value(invoice, _PATH, name), evidence={**invoice.evidence, _PATH: derived})
