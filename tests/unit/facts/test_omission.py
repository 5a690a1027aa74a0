"""Parts of a result that a caller does not want."""

from __future__ import annotations

import pytest

import bursar
from builders.statements.layouts import draw_statement
from bursar.facts.omission import PARTS, leave_out
from serving import papers

TAXED = (
    "INVOICE",
    "Bright Harbour Trading Ltd, 12 Quay Street, Bristol BS1 4DJ",
    "Invoice number: INV-2024-001",
    "Invoice date: 2024-01-07",
    "Subtotal EUR 1000.00",
    "VAT 20% EUR 200.00",
    "Total EUR 1200.00",
)


@pytest.fixture(scope="module")
def invoice():
    return bursar.parse(papers.pdf(lines=TAXED))


@pytest.fixture(scope="module")
def statement():
    return bursar.parse(draw_statement("debit-credit", 3, rows=6).pdf)


def test_without_tax_the_total_is_as_proven_as_with_it(invoice):
    left = leave_out(invoice, ["tax"])
    assert invoice.taxes
    assert invoice.summary.tax_total is not None
    assert (left.taxes, left.summary.tax_total) == ((), None)
    assert left.summary.total == invoice.summary.total
    assert left.evidence["summary.total"] == invoice.evidence["summary.total"]
    assert left.checks.verdict == invoice.checks.verdict
    assert not [path for path in left.evidence if "tax_total" in path or path.startswith("taxes")]
    assert not [path for equation in left.checks.equations for path in equation.fields if "tax" in path.split(".")[-1]]


def test_without_transactions_the_balances_are_as_proven_as_with_them(statement):
    left = leave_out(statement, ["transactions"])
    assert statement.transactions
    assert (left.transactions, left.unparsed_lines) == ((), ())
    assert left.summary == statement.summary
    assert left.checks.verdict == statement.checks.verdict
    assert not [path for path in left.evidence if "transactions" in path]
    assert not [path for issue in left.checks.issues for path in issue.fields if "transactions" in path]


def test_nothing_to_leave_out_changes_nothing(invoice):
    assert leave_out(invoice, []) is invoice


def test_what_a_kind_of_document_has_not_is_left_out_in_vain(invoice, statement):
    assert leave_out(invoice, ["transactions"]) == invoice
    assert leave_out(statement, ["line_items", "tax"]) == statement
    assert PARTS == ("line_items", "transactions", "tax")
