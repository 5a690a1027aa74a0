"""Bursar turns invoices, receipts and bank statements into checked JSON: offline, on a CPU.

>>> import bursar
>>> invoice = bursar.parse("invoice.pdf")        # doctest: +SKIP
>>> bursar.encode(invoice)                       # the JSON of the result contract    # doctest: +SKIP
"""

from __future__ import annotations

from typing import Any

from bursar.errors import BursarError, DocumentError, ParsingError
from bursar.facts.codec import decode, encode
from bursar.facts.evidence import Evidence, Issue, Status, Verdict
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement
from bursar.version import __version__

__all__ = [
    "BursarError",
    "DocumentError",
    "Evidence",
    "Invoice",
    "Issue",
    "ParsingError",
    "Statement",
    "Status",
    "Verdict",
    "__version__",
    "decode",
    "encode",
    "parse",
    "parse_invoice",
    "parse_statement",
]


def parse(source: Any, **options: Any) -> Invoice | Statement:
    """Return what the document says: see `bursar.engine.parse` for the options and errors.

    The engine is imported on first use, so that importing the package costs nothing.
    """
    from bursar import engine  # noqa: PLC0415

    return engine.parse(source, **options)


def parse_invoice(source: Any, **options: Any) -> Invoice:
    """Return the document read as an invoice, credit note or receipt, whatever it looks like."""
    fact = parse(source, kind="invoice", **options)
    assert isinstance(fact, Invoice)
    return fact


def parse_statement(source: Any, **options: Any) -> Statement:
    """Return the document read as a bank or card statement, whatever it looks like."""
    fact = parse(source, kind="statement", **options)
    assert isinstance(fact, Statement)
    return fact
