"""E-invoices: CII and UBL in any profile, alone or embedded in a PDF, to facts; the XML against the visible page."""

from bursar.errors import DocumentError, FileTooLarge, UnsupportedEInvoice
from bursar.extraction.einvoice.banks import add_bank
from bursar.extraction.einvoice.detect import find_einvoice, get_syntax
from bursar.extraction.einvoice.merge import merge
from bursar.extraction.einvoice.reader import read_tree
from bursar.extraction.einvoice.tree import parse_tree
from bursar.facts.evidence import Issue, Severity
from bursar.facts.invoice import Invoice
from bursar.reading.page import Format, Reading

__all__ = ["add_bank", "find_einvoice", "merge", "read_attached", "read_einvoice"]


def read_einvoice(xml: bytes) -> Invoice:
    """Return what an e-invoice's XML says, every value with evidence (source `xml`, no page, confidence 1).

    Raises `UnsupportedEInvoice` for Order-X and XML that is no invoice, `CorruptDocument` for malformed XML and for any
    document type definition, `FileTooLarge` beyond 32 MB or a million elements.
    """
    root_name, syntax = get_syntax(xml)
    return read_tree(parse_tree(xml, root_name, syntax.renamed), syntax)


def read_attached(reading: Reading) -> tuple[Invoice | None, tuple[Issue, ...]]:
    """Return the document's e-invoice, if it has one, and an issue if it has one that cannot be read.

    Raises as `read_einvoice` does for a file that is XML itself, which has no page to fall back on, and for an order
    in any case: it is no invoice, whatever its page looks like.
    """
    xml = find_einvoice(reading)
    if xml is None:
        if reading.format is Format.XML:
            raise FileTooLarge("the e-invoice's XML is too large")
        return None, ()
    try:
        return read_einvoice(xml), ()
    except UnsupportedEInvoice:
        raise
    except DocumentError as error:
        if reading.format is Format.XML:
            raise
        message = f"The embedded e-invoice was left aside and the page read instead: {error.message}"
        return None, (Issue("XML_UNREADABLE", Severity.WARNING, message),)
