import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bursar.facts.box import Box
from bursar.facts.codec import decode, encode
from bursar.facts.evidence import Checks, Equation, Evidence, Issue, Severity, Source, Status, Verdict
from bursar.facts.invoice import Invoice, InvoiceInfo, InvoiceLine, InvoiceSummary
from bursar.facts.statement import Statement, Transaction, UnparsedLine


@pytest.fixture
def invoice():
    return Invoice(
        invoice_info=InvoiceInfo(invoice_number="7", invoice_date=date(2024, 1, 7)),
        items=(InvoiceLine(1, description="Chair", quantity=Decimal(3), amount=Decimal("573.00"), page=1),),
        summary=InvoiceSummary(total=Decimal("1700.30")),
        evidence={
            "summary.total": Evidence(1, Box(1, 2, 3.46, 4), "1.700,30", 0.99, Source.TEXT, Status.PROVEN),
            "summary.subtotal": Evidence(None, None, None, 0.9, Source.DERIVED, derived_from=("summary.total",)),
        },
        checks=Checks(
            Verdict.PROVEN,
            straight_through=True,
            equations=(
                Equation(
                    "a = b", Decimal("1.0"), Decimal("1.0"), Decimal("0.0"), holds=True, fields=("summary.total",)
                ),
            ),
            issues=(Issue("X", Severity.INFO, "m", suggestion={"amount": "1"}),),
        ),
    )


def test_an_invoice_reads_back_as_it_was(invoice):
    assert decode(encode(invoice)) == invoice


def test_a_statement_reads_back_as_it_was():
    statement = Statement(
        transactions=(Transaction(1, date(2025, 6, 1), "Rent", Decimal("937.90"), "debit", balance=Decimal("-1.10")),),
        unparsed_lines=(UnparsedLine(1, "?", Box(1, 2, 3, 4)),),
    )
    assert decode(encode(statement)) == statement


def test_amounts_keep_the_digits_printed(invoice):
    assert b'"total":1700.30' in encode(invoice)
    huge = replace(invoice, summary=InvoiceSummary(total=Decimal("123456789012345678.90")))
    assert b'"total":123456789012345678.90' in encode(huge)


def test_every_key_of_the_contract_is_there_also_when_nothing_was_found():
    empty = json.loads(encode(Invoice()))
    assert empty["vendor"]["address"]["postal_code"] is None
    assert empty["payment"]["bank_info"]["upi_id"] is None
    assert "customer_id" in empty["customer"]
    assert "customer_id" not in empty["vendor"]
    assert empty["items"] == []
    statement = json.loads(encode(Statement()))
    assert statement["summary"]["minimum_due"] is None
    assert statement["checks"]["verdict"] == "unverifiable"


def test_evidence_has_the_contracts_keys(invoice):
    seen = json.loads(encode(invoice))["evidence"]
    assert seen["summary.total"] == {
        "page": 1,
        "box": [1, 2, 3.46, 4],
        "text": "1.700,30",
        "confidence": 0.99,
        "source": "text",
        "status": "proven",
    }
    assert seen["summary.subtotal"]["from"] == ["summary.total"]
