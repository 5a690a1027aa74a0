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


def test_a_lone_number_in_a_column_of_labels_beside_the_date_is_the_invoices():
    labels = [("Invoice Date", 360, 80), ("Number", 360, 92), ("Payment Due", 360, 104)]
    values = [("19 November 2026", 470, 80), ("RE012508", 470, 92), ("10 December 2026", 470, 104)]
    invoice = read(("INVOICE", 460, 40, 23), *labels, *values, ("Total: 20.00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == "RE012508"


def test_a_lone_number_in_large_type_is_the_title():
    invoice = read(("Number 2021/77864", 50, 250, 14), *ITEMS, ("Total: 20.00 EUR", 400, 500), ("Thank you", 40, 600))
    assert invoice.invoice_info.invoice_number == "2021/77864"


@pytest.mark.parametrize(("gap", "number"), [(60, "FA 70021"), (0, None)])
def test_a_party_above_a_lone_number_counts_where_nothing_parts_them(gap, number):
    party = [("Bill to", 40, 100), ("Northern Lights Ltd", 40, 112), ("4 Mill Lane", 40, 124)]
    strip = [("Number", 40, 136 + gap), ("Invoice date", 180, 136 + gap)]
    values = [("FA 70021", 40, 148 + gap), ("27/12/2025", 180, 148 + gap)]
    invoice = read(("INVOICE", 250, 40, 16), *party, *strip, *values, ("Total: 20.00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == number


def test_the_letters_of_a_number_stay_with_it():
    strip = [("Number", 60, 166), ("Dated", 156, 166), ("INV 30746", 60, 178), ("01 Dec 2019", 156, 178)]
    again = ("Number: INV 30746", 60, 700)
    invoice = read(("Commercial Invoice", 57, 40, 16), *strip, again, ("Total: 20.00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == "INV 30746"


def test_the_topmost_date_that_no_label_claims_is_the_letters_and_not_one_among_the_items():
    line = [("delivered 2024-05-23", 40, 332)]
    invoice = read(
        ("Invoice no: 77", 40, 200), *ITEMS, *line, ("Bristol, 24-02-2024", 400, 150), ("Total: 20.00", 480, 500)
    )
    assert invoice.invoice_info.invoice_date.isoformat() == "2024-02-24"


def test_a_tax_before_whose_name_its_rate_stands_is_no_item():
    invoice = read(
        ("INVOICE", 42, 35, 18),
        *ITEMS,
        ("10% VAT:", 350, 350),
        ("1.82", 480, 350),
        ("Total EUR:", 350, 365),
        ("20.00", 480, 365),
    )
    assert [item.amount for item in invoice.items] == [20]
    assert str(invoice.summary.tax_total) == "1.82"
    assert invoice.summary.total == 20


def test_a_tax_id_beside_the_customers_number_is_the_customers_where_the_seller_has_one():
    sender = [("Steindl Technik KG · Murgasse 49 · 5020 Salzburg", 57, 123, 7)]
    window = [("Edelwald Handel OG", 57, 141), ("Salzachweg 169", 57, 153), ("1065 Wien", 57, 165)]
    facts = [("Kundennummer", 350, 141), ("K28638", 450, 141), ("USt-ID", 350, 153), ("ATU13801117", 450, 153)]
    title = ("RECHNUNG Nr. 12", 57, 257, 15)
    foot = [("Steindl Technik KG", 42, 766), ("Mail b@steindl.example Ust.-Id.Nr. ATU55769369", 170, 776)]
    alone = read(*sender, *window, *facts, title, ("Summe EUR 20,00", 400, 500))
    assert alone.vendor.tax_id == "ATU13801117"
    both = read(*sender, *window, *facts, title, *foot, ("Summe EUR 20,00", 400, 500))
    beside = [
        ("Steindl Technik KG", 57, 60),
        ("1065 Wien", 57, 72),
        ("USt-IdNr. ATU55769369", 57, 84),
        ("Kunden-Nr.", 350, 84),
    ]
    own = read(*beside, *window, title, ("Summe EUR 20,00", 400, 500))
    assert own.vendor.tax_id == "ATU55769369"  # a line of its own block, whatever stands across from it
    assert both.vendor.tax_id == "ATU55769369"
    assert both.customer.tax_id == "ATU13801117"


def test_a_date_among_the_items_that_a_weak_label_claims_is_not_the_invoices():
    offer = ("Gemäß Angebot vom 17.12.2021", 40, 332)
    invoice = read(
        ("Beleg-Nr. : GS051427", 40, 200, 14),
        *ITEMS,
        offer,
        ("Luzern, 24.12.2021", 400, 150),
        ("Total: 20.00", 480, 500),
    )
    assert invoice.invoice_info.invoice_date.isoformat() == "2021-12-24"


def test_a_second_tax_id_among_the_particulars_is_the_buyers_where_the_foot_states_the_sellers():
    sender = [("Steindl Technik KG · Murgasse 49 · 5020 Salzburg", 57, 123, 7)]
    window = [("Edelwald Handel OG", 57, 141), ("Salzachweg 169", 57, 153), ("1065 Wien", 57, 165)]
    facts = [("Datum", 350, 141), ("3. Mai 2024", 450, 141), ("USt-ID", 350, 165), ("ATU13801117", 450, 165)]
    foot = [("Steindl Technik KG", 42, 766), ("Mail b@steindl.example Ust.-Id.Nr. ATU55769369", 170, 776)]
    rest = [("RECHNUNG Nr. 12", 57, 257, 15), ("Summe EUR 20,00", 400, 500)]
    invoice = read(*sender, *window, *facts, *foot, *rest)
    assert (invoice.vendor.tax_id, invoice.customer.tax_id) == ("ATU55769369", "ATU13801117")
    third = [("USt-ID", 350, 190), ("ATU62895905", 450, 190)]
    assert read(*sender, *window, *facts, *third, *foot, *rest).customer.tax_id is None


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("Steuernummer", "151/815/08156"),
        ("Tax ID", "12-3456789"),
        ("Carrier VAT no.", "ATU13801117"),
        ("VAT ID", "DE136695976"),
        ("USt-ID", "U55769369"),  # the seller's without its country
    ],
)
def test_a_number_of_another_form_or_somebody_else_s_is_not_the_buyers(label, number):
    sender = [("Steindl Technik KG · Murgasse 49 · 5020 Salzburg", 57, 123, 7)]
    window = [("Edelwald Handel OG", 57, 141), ("Salzachweg 169", 57, 153), ("1065 Wien", 57, 165)]
    facts = [("Datum", 350, 141), ("3. Mai 2024", 450, 141), (label, 350, 165), (number, 450, 165)]
    foot = [("Steindl Technik KG", 42, 766), ("Mail b@steindl.example Ust.-Id.Nr. ATU55769369", 170, 776)]
    invoice = read(*sender, *window, *facts, *foot, ("RECHNUNG Nr. 12", 57, 257, 15), ("Summe EUR 20,00", 400, 500))
    assert invoice.customer.tax_id is None


def test_a_lone_number_above_its_value_in_a_column_with_the_date_is_the_invoices():
    stack = [("Numero", 40, 124), ("INV-2019-856", 40, 134), ("Data", 40, 151), ("18-11-2019", 40, 161)]
    invoice = read(("Fattura", 250, 48, 16), *stack, ("Totale: 20,00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == "INV-2019-856"


def test_a_reference_that_says_so_is_the_order_s():
    invoice = read(("INVOICE 12", 40, 40, 16), ("Your reference: PO-61298", 40, 80), ("Total: 20.00 EUR", 400, 500))
    assert (invoice.invoice_info.purchase_order, invoice.invoice_info.customer_reference) == ("PO-61298", None)


def test_a_reference_stays_one_where_another_number_is_the_order_s():
    both = [("Purchase order: 4500123", 40, 80), ("Your reference: PO-61298", 40, 94)]
    info = read(("INVOICE 12", 40, 40, 16), *both, ("Total: 20.00 EUR", 400, 500)).invoice_info
    assert (info.purchase_order, info.customer_reference) == ("4500123", "PO-61298")


@pytest.mark.parametrize("label", ["Nr", "Numer"])
def test_a_lone_number_at_the_head_of_a_strip_with_the_date_is_the_invoices(label):
    strip = [(label, 60, 166), ("Data wystawienia", 180, 166), ("Numer klienta", 421, 166)]
    values = [("RE 4445", 60, 178), ("2 marca 2021", 180, 178), ("302143", 421, 178)]
    invoice = read(("Faktura", 57, 40, 16), *strip, *values, ("Razem: 20,00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number == "RE 4445"


@pytest.mark.parametrize("heading", ["Konto", "Lieferschein", "Filiale Berlin"])
def test_a_lone_number_under_a_heading_is_of_that(heading):
    block = [(heading, 350, 80), ("Nr.: 123456789", 350, 92), ("Datum: 03.05.2024", 350, 104)]
    invoice = read(("Rechnung", 57, 40, 16), *block, ("Summe: 20,00 EUR", 400, 500))
    assert invoice.invoice_info.invoice_number is None
