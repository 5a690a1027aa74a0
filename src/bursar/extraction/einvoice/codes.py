"""Code lists that e-invoices refer to, as far as they say something that a result shows."""

from __future__ import annotations

import re

# UNTDID 1001, BT-3. The credit notes are those that EN 16931 counts as such; all else is an invoice.
_CREDIT_NOTES = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
_PROFORMA = {"325"}

# UNTDID 4461, BT-81
_PAYMENT_MEANS = {
    "10": "cash",
    "20": "cheque",
    "30": "credit transfer",
    "31": "debit transfer",
    "42": "payment to bank account",
    "48": "bank card",
    "49": "direct debit",
    "54": "credit card",
    "55": "debit card",
    "57": "standing agreement",
    "58": "SEPA credit transfer",
    "59": "SEPA direct debit",
    "68": "online payment service",
    "97": "clearing between partners",
}

# ISO 6523, the schemes that identify a firm to authorities or trading partners
_IDENTIFIERS = {
    "0002": "SIREN",
    "0007": "Organisationsnummer",
    "0009": "SIRET",
    "0060": "DUNS",
    "0088": "GLN",
    "0106": "KVK",
    "0151": "ABN",
    "0184": "CVR",
    "0192": "Organisasjonsnummer",
    "0208": "KBO",
}
_TAX_NUMBERS = {
    "AT": "Steuernummer",
    "DE": "Steuernummer",
    "ES": "NIF",
    "IT": "Codice fiscale",
    "PL": "NIP",
    "PT": "NIF",
}

# UNTDID 7161, BT-105 and BT-145, and the words that stand for them where no code is given
_FREIGHT_CODES = {"FC", "DL", "SAA", "ABK", "PC"}
_FREIGHT = re.compile(
    r"versand|fracht|porto|transport|liefer(?:ung|kosten|pauschale)|zustell|shipping|freight|delivery|postage|carriage|courier"
    r"|livraison|frais de port|exp[ée]dition|affranchissement|env[íi]o|portes|spedizione|trasporto|verzend|bezorg|vracht"
    r"|fragt|frakt|przesy[łl]k|doprav|toimitus|rahti",
    re.IGNORECASE,
)
_TAX_KINDS = {
    "VAT": "VAT",
    "GST": "GST",
    "CGST": "CGST",
    "SGST": "SGST",
    "IGST": "IGST",
    "CESS": "CESS",
    "STT": "sales_tax",
}


def name_document_type(code: str | None, root_name: str) -> str:
    """Return `invoice`, `credit_note` or `proforma` for a type code (BT-3); without one UBL's root element tells."""
    if code in _CREDIT_NOTES or (code is None and root_name == "CreditNote"):
        return "credit_note"
    return "proforma" if code in _PROFORMA else "invoice"


def name_payment_means(code: str) -> str | None:
    """Return words for a code of UNTDID 4461; None for codes that say nothing (`1`, `ZZZ`) and unknown ones."""
    return _PAYMENT_MEANS.get(code)


def name_identifier(scheme: str | None) -> str | None:
    """Return the common name of an identifier's scheme (ISO 6523): `0088` is a GLN."""
    return _IDENTIFIERS.get(scheme or "")


def name_tax_number(country: str | None) -> str:
    """Return what a country calls the tax number that is no VAT number (BT-32)."""
    return _TAX_NUMBERS.get(country or "", "Tax number")


def name_tax(code: str | None) -> str:
    """Return the contract's kind of tax for a scheme; VAT is what EN 16931 speaks of where it names none."""
    return _TAX_KINDS.get((code or "VAT").upper(), "VAT")


def is_freight(code: str | None, reason: str | None) -> bool:
    """Whether a charge is for bringing the goods, by its code (UNTDID 7161) or else by the words of its reason."""
    return code in _FREIGHT_CODES or bool(reason and _FREIGHT.search(reason))
