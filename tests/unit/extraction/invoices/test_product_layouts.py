"""What invoices have in common that widespread products draw: where their numbers, lines, totals and margins stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.extraction.classify import classify
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.box import Box
from bursar.reading.page import Rule

TOTAL = ("Total", 400, 700), ("60.00 EUR", 480, 700)
HEAD = (("Description", 40, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))
LAMPS = (("Lamps", 40, 320), ("3", 250, 320), ("20.00", 350, 320), ("60.00", 480, 320))


def read(*lines, rules=()):
    return extract_invoice(make_reading(replace(make_page(*lines), rules=rules)))


def described(invoice):
    return [(item.description, item.amount) for item in invoice.items]


PRINTED = (("11/30/26, 7:30 PM", 24, 15, 8), ("Lamps Ltd – print", 250, 15, 8))
FROM = (("https://shop.example/invoice/7", 24, 822, 8), ("1/1", 560, 822, 8))


def test_what_a_browser_prints_in_the_margins_is_no_part_of_the_invoice():
    body = (("Invoice 77", 40, 30), ("Date: 03/05/2026", 40, 60), *HEAD, *LAMPS, *TOTAL)
    invoice = read(*PRINTED, *body, *FROM)
    assert invoice.invoice_info.invoice_number == "77"
    assert invoice.invoice_info.invoice_date == date(2026, 5, 3)
    assert invoice.vendor.name is None
    assert read(*PRINTED, *body).invoice_info.invoice_date == date(
        2026, 3, 5
    )  # without an address it is the document's own


def test_the_title_is_the_label_of_the_number_in_a_column_with_dates():
    strip = (("INVOICE", 380, 60), ("1037", 470, 60), ("DATE", 380, 75), ("05/12/2025", 470, 75))
    assert read(*strip, *HEAD, *LAMPS, *TOTAL).invoice_info.invoice_number == "1037"


@pytest.mark.parametrize(("beside", "number"), [(": INV-001164", "INV-001164"), ("INV-001164", None)])
def test_a_lone_number_sign_is_the_number_where_a_colon_is_behind_it(beside, number):
    strip = (
        ("TAX INVOICE", 380, 40, 16),
        ("#", 40, 80),
        (beside, 120, 80),
        ("Invoice Date", 40, 95),
        (": 21/02/2025", 120, 95),
    )
    assert read(*strip, *HEAD, *LAMPS, *TOTAL).invoice_info.invoice_number == number


def test_the_sign_before_a_number_below_the_title_is_no_part_of_it():
    assert read(
        ("AVOIR", 40, 40, 18), ("N° AV-2024-0019", 40, 64), *HEAD, *LAMPS, *TOTAL
    ).invoice_info.invoice_number == ("AV-2024-0019")


def test_the_day_of_a_payment_is_not_the_invoices_where_that_is_printed():
    lines = (
        ("Invoice 77", 40, 30),
        ("Invoice Date", 40, 60),
        ("05/20/2025", 40, 72),
        ("Transaction Date: 05/29/2025", 40, 760),
    )
    assert read(*lines, *HEAD, *LAMPS, *TOTAL).invoice_info.invoice_date == date(2025, 5, 20)
    receipt = read(
        ("Receipt", 40, 30), ("Trans date: 29.05.2025", 40, 60), ("Lamp", 40, 100), ("60.00", 480, 100), *TOTAL
    )
    assert receipt.invoice_info.invoice_date == date(2025, 5, 29)


CREDIT = (
    ("TAX CREDIT NOTE", 40, 30, 16), ("Credit Note# CN-00087", 40, 60), ("Credit date : 14 Oct 2024", 40, 75),
    *HEAD, *LAMPS, *TOTAL,
)  # fmt: skip


def test_an_invoice_that_a_credit_note_sets_off_lends_it_neither_number_nor_date():
    invoice = read(*CREDIT, ("Invoice# INV-003318", 300, 60), ("Invoice Date : 28 Sep 2024", 300, 75))
    assert invoice.document_type == "credit_note"
    assert invoice.invoice_info.invoice_number == "CN-00087"
    assert invoice.invoice_info.preceding_invoice == "INV-003318"
    assert invoice.invoice_info.invoice_date == date(2024, 10, 14)


def test_a_credit_note_on_an_invoices_form_has_its_own_date_there():
    invoice = read(
        ("CREDIT NOTE", 40, 30, 16), ("Credit Note No.", 40, 60), ("2024/0507", 40, 75), ("Invoice Date", 40, 90),
        ("23/10/2024", 40, 105), ("Tax Point", 40, 120), ("23/10/2024", 40, 135), *HEAD, *LAMPS, *TOTAL,
    )  # fmt: skip
    assert invoice.invoice_info.invoice_date == date(2024, 10, 23)
    assert invoice.evidence["invoice_info.invoice_date"].box.y0 == 105


def test_labels_with_their_values_behind_them_head_no_columns():
    above = ("State Name : Kerala, Code : 32", 110, 287)
    invoice = read(("Invoice 77", 40, 30), above, *HEAD, *LAMPS, *TOTAL)
    assert described(invoice) == [("Lamps", Decimal("60.00"))]
    assert invoice.items[0].quantity == 3


def test_words_left_of_a_centred_heading_are_of_its_column_where_ruling_lines_say_so():
    head = (("No", 42, 300), ("Description", 150, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))
    row = (("1", 45, 320), ("Ball valve 25 mm", 68, 320), ("3", 250, 320), ("20.00", 350, 320), ("60.00", 480, 320))
    walls = tuple(Rule(Box(x, 290, x + 0.5, 640)) for x in (40, 62, 240, 330, 460, 540))
    assert described(read(("Invoice 77", 40, 30), *head, *row, *TOTAL, rules=walls)) == [
        ("Ball valve 25 mm", Decimal("60.00"))
    ]


def test_a_heading_of_two_words_heads_one_column():
    head = (("Omschrijving", 40, 300), ("Aantal", 250, 300), ("Prijs", 350, 300), ("Totaal regel", 440, 300))
    line = (("Lamp", 40, 320), ("3", 250, 320), ("20,00", 350, 320), ("60,00", 500, 320))
    invoice = read(
        ("Factuur 77", 40, 30),
        ("Factuurdatum 3-5-2026", 40, 60),
        *head,
        *line,
        ("Totaal", 400, 700),
        ("60,00 EUR", 480, 700),
    )
    assert described(invoice) == [("Lamp", Decimal("60.00"))]


def test_what_stands_under_a_word_for_amounts_is_the_price_where_the_totals_say_so():
    head = (("Description", 40, 300), ("Qty", 250, 300), ("Amount", 350, 300), ("Total incl.", 460, 300))
    lines = (("Chairs", 40, 335), ("2", 250, 335), ("5.00", 350, 335), ("10.00", 480, 335))
    invoice = read(("Invoice 77", 40, 30), *head, *LAMPS, *lines, ("Total", 400, 700), ("70.00 EUR", 480, 700))
    assert [(item.unit_price, item.amount) for item in invoice.items] == [
        (Decimal("20.00"), Decimal("60.00")), (Decimal("5.00"), Decimal("10.00")),
    ]  # fmt: skip


def test_rows_that_sum_up_the_lines_below_them_are_no_lines():
    head = (("Item", 40, 300), ("Usage", 250, 300), ("Amount", 480, 300))
    rows = [("Computing", "", "60.00"), ("web-1", "672 hours", "48.00"), ("web-2", "168 hours", "12.00")]
    rows += [("Storage", "", "15.00"), ("Volume", "300 GB", "15.00")]
    lines = [
        cell for place, (text, use, amount) in enumerate(rows)
        for cell in ((text, 40, 320 + 15 * place), *([(use, 250, 320 + 15 * place)] if use else []), (amount, 480, 320 + 15 * place))
    ]  # fmt: skip
    invoice = read(("Invoice 77", 40, 30), *head, *lines, ("Total", 400, 700), ("75.00 EUR", 480, 700))
    assert [amount for _, amount in described(invoice)] == [Decimal("48.00"), Decimal("12.00"), Decimal("15.00")]


def test_subtotal_and_tax_before_a_total_on_its_row_are_told_by_their_sum():
    head = (("Nazwa", 40, 300), ("Ilość", 250, 300), ("Cena", 350, 300), ("Wartość", 480, 300))
    row = (("Razem", 250, 400), ("60,00", 330, 400), ("13,80", 400, 400), ("73,80", 480, 400), ("VAT 23%", 40, 440))
    invoice = read(
        ("Faktura nr 77", 40, 30),
        *head,
        ("Lampa", 40, 320),
        ("3", 250, 320),
        ("20,00", 350, 320),
        ("60,00", 480, 320),
        *row,
    )
    summary = invoice.summary
    assert (summary.subtotal, summary.tax_total, summary.total) == (
        Decimal("60.00"),
        Decimal("13.80"),
        Decimal("73.80"),
    )


def test_a_total_is_the_lines_with_their_tax_and_the_rounding():
    body = (*HEAD, ("Lamps", 40, 320), ("3", 250, 320), ("20.13", 350, 320), ("60.39", 480, 320))
    taxes = (("IGST@18%", 250, 350), ("10.87", 480, 350), ("Less: Rounding", 250, 370), ("(-)0.26", 480, 370))
    invoice = read(("Tax Invoice 77", 40, 30), *body, *taxes, ("Total", 250, 400), ("₹ 71.00", 480, 400))
    assert (invoice.summary.total, invoice.summary.tax_total) == (Decimal("71.00"), Decimal("10.87"))
    assert invoice.summary.rounding == Decimal("-0.26")


SLIP = (("Cafe Ember", 40, 30, 14), ("Receipt 12", 40, 60))


def test_a_receipts_total_in_large_type_at_its_head_is_no_line():
    rows = (
        ("Plate × 2", 40, 120),
        ("$37.00", 480, 120),
        ("$18.50 each", 40, 135),
        ("Lemonade", 40, 150),
        ("$3.00", 480, 150),
    )
    invoice = read(*SLIP, ("$40.00", 40, 90, 24), *rows, ("Total", 40, 200), ("$40.00", 480, 200))
    assert [(i.description, i.quantity, i.unit_price, i.amount) for i in invoice.items] == [
        ("Plate", Decimal(2), Decimal("18.50"), Decimal("37.00")), ("Lemonade", None, None, Decimal("3.00")),
    ]  # fmt: skip


def test_a_labelled_total_at_the_head_ends_no_list():
    rows = (("Base fare", 40, 120), ("$25.00", 480, 120), ("Distance (18.4 km)", 40, 135), ("$239.20", 480, 135))
    last = (("Total (incl. VAT)", 40, 200), ("$264.20", 480, 200))
    invoice = read(*SLIP, ("Total", 40, 90, 18), ("$264.20", 480, 90, 18), *rows, *last)
    assert described(invoice) == [("Base fare", Decimal("25.00")), ("Distance (18.4 km)", Decimal("239.20"))]


@pytest.mark.parametrize(("country", "currency"), [("South Africa", "ZAR"), ("Spain", None)])
def test_an_r_before_amounts_is_the_rand_in_south_africa(country, currency):
    seller = (
        ("Cape Lamps (Pty) Ltd", 40, 30, 14),
        ("8 Main Road", 40, 48),
        ("Cape Town 7405", 40, 60),
        (country, 40, 72),
    )
    amounts = (("Lamps", 40, 320), ("3", 250, 320), ("R 20.00", 350, 320), ("R 60.00", 480, 320))
    invoice = read(*seller, ("Invoice 77", 380, 30), *HEAD, *amounts, ("Total", 400, 700), ("R 60.00", 480, 700))
    assert invoice.invoice_info.currency == currency


def test_a_bill_with_a_balance_brought_forward_and_no_dated_rows_is_no_statement():
    lines = (
        ("Your electricity bill", 40, 30, 16), ("Bill number FE-2097", 40, 60), ("Your account number 8500 4417", 40, 75),
        ("Bill date 4 February 2025", 40, 90), ("Balance brought forward", 40, 120), ("£0.00", 480, 120),
        ("We'll collect this by Direct Debit", 40, 140), ("Charges this period", 40, 160), ("£60.00", 480, 160),
    )  # fmt: skip
    found = classify(make_reading(make_page(*lines)))
    assert (found.kind, found.document_type) == ("invoice", "utility_bill")


def test_the_day_of_a_part_payment_is_not_the_invoices():
    strip = (("Numéro", 300, 60), ("Date", 400, 60), ("FC2318", 300, 72), ("27/11/2024", 400, 72))
    paid = (("Acompte reçu le 04/10/2024", 250, 680), ("10.00", 480, 680))
    invoice = read(("FACTURE", 300, 30, 16), *strip, *HEAD, *LAMPS, *paid, *TOTAL)
    assert invoice.invoice_info.invoice_date == date(2024, 11, 27)


@pytest.mark.parametrize("printed", ["n.º T-2025-31", "Nº T-2025-31", "No. T-2025-31"])
def test_signs_for_numbers_below_a_title_announce_one(printed):
    assert (
        read(("Factura", 40, 30, 18), (printed, 40, 54), *HEAD, *LAMPS, *TOTAL).invoice_info.invoice_number
        == "T-2025-31"
    )


def test_a_rate_behind_a_label_does_not_part_it_from_the_amount_below():
    strip = (("Exkl. moms", 40, 400), ("Moms 25%", 180, 400), ("ATT BETALA", 420, 400))
    values = (("60,00", 40, 414), ("15,00", 180, 414), ("SEK 75,00", 420, 414))
    head = (("Benämning", 40, 300), ("Antal", 250, 300), ("À-pris", 350, 300), ("Summa", 480, 300))
    line = (("Lampa", 40, 320), ("3", 250, 320), ("20,00", 350, 320), ("60,00", 480, 320))
    summary = read(("Faktura 77", 40, 30), *head, *line, *strip, *values).summary
    assert (summary.subtotal, summary.tax_total, summary.total) == (
        Decimal("60.00"),
        Decimal("15.00"),
        Decimal("75.00"),
    )


def test_a_title_with_its_number_says_what_a_document_is():
    lines = (("TAX INVOICE 00917", 40, 40), ("Pool pump", 40, 300), ("1,298.00", 480, 300), ("1,298.00", 480, 400))
    assert classify(make_reading(make_page(*lines))).document_type == "invoice"
