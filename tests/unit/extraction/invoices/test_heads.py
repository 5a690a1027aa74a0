"""Numbers without a label of their own, currencies without a sign, subtotals of documents without tax."""

from __future__ import annotations

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.currencies import decide_currency
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source

ITEMS = (
    ("Description", 40, 300),
    ("Quantity", 250, 300),
    ("Unit price", 350, 300),
    ("Amount", 480, 300),
    ("Paper", 40, 320),
    ("2", 250, 320),
    ("10.00", 350, 320),
    ("20.00", 480, 320),
)


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


@pytest.mark.parametrize(
    ("below", "number"),
    [
        ("# 1042", "1042"),
        ("# inv_no_7", "inv_no_7"),
        ("MHLT0011223344", "MHLT0011223344"),
        ("0047", None),
        ("Page 12", None),
    ],
)
def test_a_code_below_the_title_is_its_number_when_it_looks_like_one(below, number):
    invoice = read(("INVOICE", 400, 30, 18), (below, 400, 56), ("Total: 20.00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == number


def test_a_labelled_number_wins_over_the_code_below_the_title():
    invoice = read(
        ("INVOICE", 400, 30, 18), ("MHLT0011223344", 400, 56), ("Invoice no: 77", 40, 100), ("Total: 20.00", 400, 500)
    )
    assert invoice.invoice_info.invoice_number == "77"


def test_the_number_of_the_booking_stands_in_for_a_receipts_own_and_is_not_sure():
    lines = (("Payment receipt", 40, 30), ("Booking ID: IBZ2087", 40, 60), ("Total: 20.00 EUR", 400, 500))
    invoice = read(*lines)
    assert invoice.invoice_info.invoice_number == "IBZ2087"
    assert invoice.evidence["invoice_info.invoice_number"].confidence < 0.5
    assert read(*lines, ("Receipt no: 12", 40, 80)).invoice_info.invoice_number == "12"


def test_a_tax_id_whose_country_stands_apart_is_read():
    invoice = read(("BTW Nummer: NL 123456789B01", 40, 60), ("Factuur 12", 40, 80), ("Totaal EUR 20,00", 400, 500))
    assert invoice.vendor.tax_id == "NL123456789B01"


@pytest.mark.parametrize(
    ("texts", "code", "certain"),
    [
        (("GSTIN 29AAFCA0924K1ZN", "Rupees Four Hundred Only"), "INR", True),
        (("Rupees Four Hundred Only",), None, None),
        (("Ringgit Malaysia four hundred",), "MYR", True),
        (("CGST 9%", "4,50,000.00"), "INR", False),
        (("4,50,000.00",), None, None),
        (("CGST 9%", "450,000.00"), None, None),
        (("Rupees Four Hundred Only", "GSTIN", "EUR 400.00"), "EUR", True),
    ],
)
def test_a_currency_without_a_sign_is_told_by_its_name_or_by_lakhs(texts, code, certain):
    choice = decide_currency(texts)
    assert (choice and choice.code, choice and choice.certain) == (code, certain)


def test_the_subtotal_of_a_document_that_knows_no_tax_is_derived_from_its_lines():
    invoice = read(("Invoice 12", 40, 30), *ITEMS, ("Total: 20.00", 400, 500))
    assert invoice.summary.subtotal == invoice.summary.total
    assert invoice.evidence["summary.subtotal"].source is Source.DERIVED
    assert invoice.summary.tax_total is None


@pytest.mark.parametrize("further", ["Prices include VAT", "Discount: 1.00"])
def test_no_subtotal_is_derived_where_tax_or_a_discount_is_spoken_of(further):
    invoice = read(("Invoice 12", 40, 30), *ITEMS, (further, 40, 480), ("Total: 20.00", 400, 500))
    assert invoice.summary.subtotal is None
