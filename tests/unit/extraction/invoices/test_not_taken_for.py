"""What looks like a habit of widespread products and is none: each was read wrong once while that habit was taught."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

SELLER = (("Northwind Lamps Ltd", 40, 40, 14), ("12 High Street", 40, 58), ("London SW1A 1AA", 40, 70))
NUMBER = (("Invoice number", 380, 120), ("INV-77", 480, 120), ("Invoice date", 380, 134), ("03/05/2024", 480, 134))
BUYER = (("Bill to", 40, 130), ("Contoso GmbH", 40, 144), ("Hauptstr. 5", 40, 156), ("10115 Berlin", 40, 168))
HEAD = (("Description", 40, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))
LAMPS = (("Lamps", 40, 320), ("3", 250, 320), ("20.00", 350, 320), ("60.00", 480, 320))
TOTAL = (("Total", 400, 700), ("60.00 EUR", 480, 700))


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


def amounts(invoice):
    return [item.amount for item in invoice.items]


@pytest.mark.parametrize("heads", [("Désignation", "Montant HT", "Montant TTC"), ("Leistung", "Netto", "Brutto")])
def test_net_amounts_stay_the_lines_where_only_the_gross_total_is_stated(heads):
    head = tuple((text, x, 300) for text, x in zip(heads, (40, 300, 450), strict=True))
    rows = (
        ("Lampe", 40, 320),
        ("50,00", 300, 320),
        ("60,00", 450, 320),
        ("Table", 40, 335),
        ("100,00", 300, 335),
        ("120,00", 450, 335),
    )
    total = (("TVA 20%", 300, 400), ("30,00", 450, 400), ("Total TTC", 300, 420), ("180,00 €", 450, 420))
    assert amounts(read(*NUMBER, *head, *rows, *total)) == [Decimal("50.00"), Decimal("100.00")]


def test_a_code_of_tax_is_no_currency():
    invoice = read(*SELLER, *NUMBER, *HEAD, *LAMPS, ("R", 330, 320), *TOTAL)
    assert invoice.invoice_info.currency == "EUR"


def test_the_day_of_payment_in_the_foot_is_not_the_invoices():
    top = (("Invoice no: 77", 380, 120), ("Date: 3 May 2024", 380, 134))
    invoice = read(*SELLER, *top, *HEAD, *LAMPS, *TOTAL, ("Paid on: 21 June 2024 by card", 40, 720))
    assert invoice.invoice_info.invoice_date == date(2024, 5, 3)


def test_three_sums_on_a_row_are_not_net_tax_and_total_where_no_rate_says_so():
    head = (("Job", 40, 300), ("Labour", 200, 300), ("Parts", 330, 300), ("Total", 480, 300))
    rows = (("Brakes", 40, 320), ("40.00", 200, 320), ("20.00", 330, 320), ("60.00", 480, 320))
    rows += (("Tyres", 40, 335), ("30.00", 200, 335), ("10.00", 330, 335), ("40.00", 480, 335))
    sums = (("Total", 40, 360), ("70.00", 200, 360), ("30.00", 330, 360), ("100.00", 480, 360))
    rest = (("VAT 20%", 330, 400), ("20.00", 480, 400), ("Grand total", 330, 420), ("120.00 GBP", 480, 420))
    summary = read(*SELLER, *NUMBER, *head, *rows, *sums, *rest).summary
    assert (summary.tax_total, summary.total) == (Decimal("20.00"), Decimal("120.00"))


def test_the_vat_of_a_country_is_a_tax():
    taxed = (("Subtotal", 400, 660), ("50.00", 480, 660), ("UK VAT @ 20%", 400, 680), ("10.00", 480, 680))
    assert read(*SELLER, *NUMBER, *taxed, *TOTAL).summary.tax_total == Decimal("10.00")


def test_a_line_that_a_voucher_pays_for_heads_no_group():
    rows = tuple(
        cell
        for y, colour in ((320, "blue"), (335, "red"), (350, "green"))
        for cell in ((f"Shirt {colour}", 40, y), ("1", 250, y), ("30.00", 350, y), ("30.00", 480, y))
    )
    rest = (("Voucher", 400, 400), ("-60.00", 480, 400), ("Total", 400, 420), ("30.00 EUR", 480, 420))
    assert len(read(*SELLER, *NUMBER, *HEAD, *rows, *rest).items) == 3


def test_the_only_line_of_a_receipt_may_stand_above_its_amount():
    invoice = read(
        ("Gym Receipt 12", 40, 40),
        ("Annual membership", 40, 70),
        ("£50.00", 200, 82),
        ("Total", 40, 122),
        ("£50.00", 200, 122),
    )
    assert amounts(invoice) == [Decimal("50.00")]


def test_a_bank_that_is_paid_is_not_the_seller():
    seller = (("Northwind Lamps Ltd", 40, 40, 14), ("London", 40, 58))
    payee = (
        ("Remit to", 40, 600),
        ("Wells Bank Inc", 40, 612),
        ("12 Market Street", 40, 624),
        ("Chicago, IL 60601", 40, 636),
    )
    assert read(*seller, *NUMBER, *BUYER, *HEAD, *LAMPS, *TOTAL, *payee).vendor.name == "Northwind Lamps Ltd"


@pytest.mark.parametrize(("title", "named"), [("Facture 77", "Avoir 12"), ("Invoice 77", "Credit memo 12")])
def test_an_invoice_that_names_a_credit_note_with_its_number_stays_one(title, named):
    invoice = read((title, 380, 30), (named, 380, 150), *NUMBER, *HEAD, *LAMPS, *TOTAL)
    assert invoice.document_type == "invoice"


def test_a_credit_note_numbered_like_an_invoice_keeps_number_and_date():
    invoice = read(
        ("Gutschrift", 380, 60, 20), ("Rechnungsnummer GS-5", 380, 100), ("Rechnungsdatum 03.05.2024", 380, 128),
        ("Belegnummer 889", 380, 142), ("Datum 01.04.2024", 380, 156), *HEAD, *LAMPS, *TOTAL,
    )  # fmt: skip
    assert (invoice.invoice_info.invoice_number, invoice.invoice_info.invoice_date) == ("GS-5", date(2024, 5, 3))


def test_the_number_of_a_customer_is_not_the_invoices():
    customer = (("TAX INVOICE", 380, 40, 16), ("Customer", 40, 130), ("#: 4455", 100, 130))
    assert read(*customer, *HEAD, *LAMPS, *TOTAL).invoice_info.invoice_number is None


def test_a_foot_that_holds_more_than_an_address_is_no_print_margin():
    top = (("03/05/2024, 10:15", 40, 15), ("Foo Ltd", 250, 15))
    foot = (("http://foo.example Invoice INV-9", 40, 825), ("Total 60.00", 400, 825))
    assert read(*top, *HEAD, *LAMPS, *foot).summary.total == Decimal("60.00")


def test_a_year_before_words_is_no_postal_code():
    invoice = read(
        *NUMBER,
        ("Bill to", 40, 130),
        ("Contoso Ltd", 40, 144),
        ("12 High Street", 40, 156),
        ("2024 Annual Membership", 40, 168),
    )
    assert invoice.customer.address.postal_code is None
