"""Documents that the tests of the pages look at."""

from __future__ import annotations

from functools import cache

from builders.invoices.layouts import draw_invoice
from builders.scan import scan
from builders.statements.layouts import draw_statement
from serving import papers


@cache
def draw_documents():
    invoice = draw_invoice("window-letter", 27, country="DE", kind="invoice", basis="net", item_count=5)
    paper = draw_invoice("bill-to-ship-to", 14, country="US", kind="invoice", basis="net", item_count=4)
    statement = draw_statement("carried-forward", 13, country="GB", rows=36, most_lines=1)
    ending, pixels = scan(paper.pdf, 14)
    return {
        "invoice.pdf": invoice.pdf,
        f"scan.{ending}": pixels,
        "statement.pdf": statement.pdf,
        "locked.pdf": papers.locked_pdf(),
        "letter.docx": b"PK\x03\x04 is not a document of ours",
    }
