"""What is paid and taken off is subtracted however printed, and known by what is left; what is due otherwise is in doubt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.checks.invoice import check_invoice
from bursar.extraction.invoices.extractor import extract_invoice


def read(*foot, lines=(("Oak shelf", "2", "100.00", "200.00"),), title="Invoice"):
    """Read an invoice with a table of lines and a foot of labels and amounts."""
    cells = [(title, 40, 40)]
    rows = [("Description", "Qty", "Price", "Amount"), *lines]
    cells += [
        (text, x, 300 + 20 * place)
        for place, row in enumerate(rows)
        for text, x in zip(row, (40, 250, 350, 480), strict=True)
    ]
    for place, (label, amount) in enumerate(foot):
        y = 320 + 20 * len(rows) + 20 * place
        cells += [(label, 300, y), (amount, 480, y)]
    return extract_invoice(make_reading(make_page(*cells)))


def paid(invoice):
    summary = invoice.summary
    return summary.total, summary.amount_paid, summary.amount_due


@pytest.mark.parametrize("printed", ["-50.00", "50.00", "(50.00)", "50.00-"])
def test_a_payment_is_subtracted_however_it_is_printed(printed):
    invoice = read(("Total", "200.00"), ("Amount paid", printed), ("Amount due", "150.00"))
    assert paid(invoice) == (Decimal("200.00"), Decimal("50.00"), Decimal("150.00"))
    equations = [e for e in check_invoice(invoice).checks.equations if e.rule == "total − amount_paid = amount_due"]
    assert [(e.left, e.holds) for e in equations] == [(Decimal("150.00"), True)]


def test_what_is_left_of_a_payment_without_an_amount_due():
    assert paid(read(("Total", "200.00"), ("Amount paid", "-50.00"))) == (
        Decimal("200.00"),
        Decimal("50.00"),
        Decimal("150.00"),
    )


def test_a_discount_is_subtracted_however_it_is_printed():
    foot = (("Goods total", "200.00"), ("Less discount:", "-20.00"), ("Subtotal", "180.00"), ("VAT 20%", "36.00"))
    invoice = read(*foot, ("Total", "216.00"))
    assert (invoice.summary.discount_total, invoice.summary.total) == (Decimal("20.00"), Decimal("216.00"))


def test_a_credit_keeps_the_signs_printed():
    lines = (("Shelf returned", "-2", "100.00", "-200.00"),)
    foot = (("Total", "-200.00"), ("Amount paid", "-50.00"), ("Amount due", "-150.00"))
    assert paid(read(*foot, lines=lines, title="Credit note")) == (
        Decimal("-200.00"),
        Decimal("-50.00"),
        Decimal("-150.00"),
    )


@pytest.mark.parametrize("label", ["Payment on March 3 by cheque", "Credit CN-7 applied", "Gift card"])
def test_what_leads_from_the_total_to_what_is_due_is_paid_whatever_it_is_called(label):
    invoice = read(("Total", "200.00"), (label, "50.00"), ("Amount due", "150.00"))
    assert paid(invoice) == (Decimal("200.00"), Decimal("50.00"), Decimal("150.00"))


@pytest.mark.parametrize("label", ["Discount for early payment", "Retention", "Payment to come"])
def test_nothing_else_is_taken_for_a_payment(label):
    amount = "50.00" if "to come" not in label else "60.00"
    invoice = read(("Total", "200.00"), (label, amount), ("Amount due", "150.00"))
    assert invoice.summary.amount_paid is None


def codes(invoice):
    return {issue.code for issue in check_invoice(invoice).checks.issues}


def test_something_else_due_than_the_total_is_in_doubt():
    invoice = read(("Total", "200.00"), ("Amount due", "950.00"))
    assert invoice.summary.amount_due == Decimal("950.00")
    assert "AMOUNT_DUE_UNEXPLAINED" in codes(invoice)


@pytest.mark.parametrize(
    "foot",
    [
        (("Total", "200.00"), ("Amount due", "200.00")),
        (("Total", "200.00"), ("Amount paid", "50.00"), ("Amount due", "150.00")),
        (("Total", "200.00"), ("Amount due", "0.00")),
        (("Total", "200.02"), ("Rounding", "-0.02"), ("Amount due", "200.00")),
    ],
)
def test_what_is_explained_is_in_no_doubt(foot):
    assert "AMOUNT_DUE_UNEXPLAINED" not in codes(read(*foot))
