"""Which bytes are an e-invoice, by what they hold and never by what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from bursar.errors import UnsupportedEInvoice
from bursar.extraction.einvoice.cii import CII
from bursar.extraction.einvoice.syntax import Syntax
from bursar.extraction.einvoice.tree import find_root
from bursar.extraction.einvoice.ubl import UBL
from bursar.reading.page import Format, Reading

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS: dict[str, tuple[str, Syntax]] = {  # local name → a part of its namespace, syntax
    "CrossIndustryInvoice": ("CrossIndustryInvoice", CII),
    "CrossIndustryDocument": ("CrossIndustryDocument:invoice", CII),
    "Invoice": (f"{_UBL}Invoice-2", UBL),
    "CreditNote": (f"{_UBL}CreditNote-2", UBL),
}
_ENVELOPE = "StandardBusinessDocument"  # UN/CEFACT SBDH, in which Peppol sends its documents
_ORDER = "SCRDMCCBDACIOMessageStructure"  # Order-X: order, change and response
_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")  # what the standards call the attachment


@dataclass(frozen=True, slots=True)
class Kind:
    """What an XML is: its outermost element, and the syntax to read it by when it is an invoice."""

    namespace: str
    root: str
    syntax: Syntax | None


def find_kind(content: bytes) -> Kind | None:
    """Return what kind of XML the bytes are; None when they are no XML."""
    found = find_root(content, _ENVELOPE)
    if found is None:
        return None
    namespace, name = found
    expected, syntax = _ROOTS.get(name, ("", None))
    return Kind(namespace, name, syntax if syntax and expected in namespace else None)


def get_syntax(content: bytes) -> tuple[str, Syntax]:
    """Return the name of the invoice's element and the syntax to read it by.

    Raises `UnsupportedEInvoice` for an order and any other XML. What is no XML at all is left to the parser to refuse.
    """
    kind = find_kind(content)
    if kind is None:
        return "", CII
    if kind.syntax is None:
        what = "an Order-X order" if kind.root == _ORDER else "not an e-invoice in CII or UBL"
        raise UnsupportedEInvoice(
            f"the XML is {what} (its root is {kind.root})", {"root": kind.root, "namespace": kind.namespace}
        )
    return kind.root, kind.syntax


def find_einvoice(reading: Reading) -> bytes | None:
    """Return the e-invoice of a document: the file itself when that is XML, else what is embedded in a PDF.

    Of several embedded invoices the one with a standard's name counts. Where there is none, an order (Order-X) is
    returned, or what has a standard's name and cannot be read: both for `read_einvoice` to refuse. Other XML is an
    enclosure and none of our business.
    """
    attached = [(file.name.casefold() in _NAMES, file.content) for file in reading.attachments if file.content]
    if reading.format is Format.XML:
        return attached[0][1] if attached else None
    kinds = [(is_named, content, find_kind(content)) for is_named, content in attached]
    invoices = sorted((entry for entry in kinds if entry[2] and entry[2].syntax), key=lambda entry: not entry[0])
    orders = [entry for entry in kinds if entry[2] and entry[2].root == _ORDER]
    broken = [entry for entry in kinds if entry[0] and entry[2] is None]
    return next((content for _, content, _ in (*invoices, *orders, *broken)), None)
