"""Numbers of invoices and orders: signs before them, series, whose number an order's is."""

from __future__ import annotations

from datetime import date

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.classify import classify
from bursar.extraction.invoices.extractor import extract_invoice

TOTAL = (("Total", 400, 400), ("60.00", 480, 400))


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines, *TOTAL))).invoice_info


@pytest.mark.parametrize("line", ["nr. 8/NC del 11/03/2026", "nr. 8/NC", "N. 8/NC"])
def test_a_number_with_a_sign_stands_below_the_title_alone_or_with_its_date(line):
    assert read(("Nota di credito", 40, 60), (line, 40, 75)).invoice_number == "8/NC"


def test_a_line_of_words_below_the_title_is_no_number():
    assert read(("Nota di credito", 40, 60), ("nr. 8 colli resi dal cliente", 40, 75)).invoice_number is None


def test_a_series_and_its_counter_are_one_number():
    assert (
        read(
            ("FACTURA", 40, 40), ("Número:", 40, 60), ("1 - 260977", 140, 60), ("Fecha: 15-05-2026", 40, 75)
        ).invoice_number
        == "1 - 260977"
    )


def test_a_date_behind_a_dash_is_no_part_of_the_number():
    assert read(("Invoice no: 1042 - 2026-05-15", 40, 60)).invoice_number == "1042"


def test_a_sign_run_into_a_long_number_is_a_sign():
    lines = (("The Tidewater Table", 40, 30), ("Check #60417", 40, 60), ("Tip", 400, 390), ("5.00", 480, 390))
    assert read(*lines).invoice_number == "60417"


def test_a_register_in_the_small_print_is_not_the_invoices_number():
    small = ("Inscrita en el Registro Mercantil de Murcia, tomo 2.114, folio 77, hoja 41", 40, 780, 6)
    assert read(("FACTURA", 40, 40), ("Factura nº: A-118", 40, 60), small).invoice_number == "A-118"


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        ("Order #: 114-772", "PO #: LW-553"),
        ("Auftragsnummer: A-25/318", "Ihre Bestellung: W-114"),
        ("Ordernummer: 7712", "Uw bestelnummer: B-81"),
    ],
)
def test_the_buyers_order_goes_before_the_sellers_own(own, theirs):
    number = theirs.rsplit(" ", maxsplit=1)[-1]
    assert read(("Invoice no: 12", 40, 40), (own, 40, 60), (theirs, 40, 75)).purchase_order == number
    assert read(("Invoice no: 12", 40, 40), (own, 40, 60)).purchase_order == own.rsplit(" ", maxsplit=1)[-1]


def test_dated_deliveries_under_a_title_make_no_statement():
    rows = [
        ((f"{day:02}/02/26", 40, 200 + 12 * day), ("Diesel", 120, 200 + 12 * day), ("74.24", 480, 200 + 12 * day))
        for day in range(1, 10)
    ]
    head = (
        ("Invoice 712", 380, 30, 16),
        ("Invoice date: 28/02/26", 380, 60),
        ("Account number: 8011", 40, 60),
        ("VAT 23%", 400, 380),
        ("11.00", 480, 380),
    )
    words = (
        ("Quantity", 300, 190),
        ("Unit price", 380, 190),
        ("We will collect the amount by direct debit from your account", 40, 500),
    )
    reading = make_reading(make_page(*head, *words, *[cell for row in rows for cell in row], *TOTAL))
    assert classify(reading).document_type == "invoice"
    named = [("Statement of account" if text == "Invoice 712" else text, *place) for text, *place in (*head, *words)]
    assert classify(make_reading(make_page(*named, *[cell for row in rows for cell in row]))).kind == "statement"


def test_a_box_for_letters_is_no_order():
    lines = (("Invoice no: 12", 40, 40), ("PO Box 418", 40, 60), ("Nelson 7040", 40, 72))
    assert read(*lines).purchase_order is None
    assert read(*lines, ("under your purchase order MCT-3307.", 40, 100)).purchase_order == "MCT-3307"


def test_a_number_of_another_kind_behind_the_invoices_own_is_not_its_number():
    assert read(("Tax invoice HT-0218 · GST number 118-044-107", 40, 60)).invoice_number == "HT-0218"


@pytest.mark.parametrize(("code", "number"), [("2026/031", "2026/031"), ("A118402", "A118402"), ("28004", None)])
def test_a_code_alone_below_a_title_that_is_alone_is_its_number(code, number):
    assert read(("Minuta de honorarios", 300, 40), (code, 300, 55)).invoice_number == number


def test_a_reference_that_says_to_be_an_order_goes_before_the_sellers_own():
    lines = (("Invoice no: 12", 40, 40), ("Order No.: SO-118402", 40, 60), ("Your Reference: CCA-PO-0188", 40, 75))
    assert read(*lines).purchase_order == "CCA-PO-0188"
    assert read(*lines, ("Your PO: 77-12", 40, 90)).purchase_order == "77-12"


def test_a_finnish_firm_without_another_number_is_taxed_by_its_own():
    head = (("Lasku 4417", 300, 40), ("Pysäköinti Tammela Oy", 40, 40), ("Uusikatu 58", 40, 52), ("90120 Oulu", 40, 64))
    invoice = extract_invoice(make_reading(make_page(*head, ("Y-tunnus: 2704417-7", 40, 76), *TOTAL)))
    assert invoice.vendor.tax_id == "2704417-7"
    both = (("Y-tunnus: 2704417-7", 40, 76), ("ALV-numero: FI27044177", 40, 88))
    assert extract_invoice(make_reading(make_page(*head, *both, *TOTAL))).vendor.tax_id == "FI27044177"


@pytest.mark.parametrize("code", ["0113-4960321", "04/2026", "2025/2026"])
def test_a_telephone_or_a_period_below_a_title_is_no_number(code):
    assert read(("INVOICE", 300, 40), (code, 300, 55)).invoice_number is None


@pytest.mark.parametrize(
    "behind", ["(delivery 08/05/2026)", "Order: 02/05/2026", "(01/04/2026 to 30/04/2026)", "- 08/06/2026"]
)
def test_another_date_behind_a_number_is_not_the_invoices(behind):
    info = read((f"Invoice No: 20391 {behind}", 40, 40), ("Date: 12/05/2026", 40, 60))
    assert info.invoice_date == date(2026, 5, 12)


@pytest.mark.parametrize(
    "line",
    ["Training course Leeds, 2 June 2026", "Delivered to Leeds, 3 May 2026", "Wedding of Anna and Tom, 20 June 2026"],
)
def test_words_before_a_comma_are_not_always_a_place(line):
    assert read(("Invoice No: 20391", 40, 40), ("12/05/2026", 40, 55), (line, 40, 100)).invoice_date == date(
        2026, 5, 12
    )


@pytest.mark.parametrize("sign", ["No.", "Nr.", "Núm."])
def test_a_number_that_is_called_no_more_stands_beside_the_date_of_its_title(sign):
    title = {"No.": "Tax invoice", "Nr.": "Fattura", "Núm.": "Factura"}[sign]
    day = {"No.": "Date", "Nr.": "Data", "Núm.": "Fecha"}[sign]
    strip = ((sign, 40, 60), (day, 160, 60), ("2715/A", 40, 74), ("16/10/2026", 160, 74))
    assert read((title, 40, 30), *strip).invoice_number == "2715/A"


def test_a_number_that_is_called_no_more_is_of_the_heading_above_it():
    note = (("Delivery note", 40, 60), ("No.", 40, 72), ("Date", 160, 72), ("D-118", 40, 84), ("16/10/2026", 160, 84))
    assert read(("Tax invoice", 40, 30), *note).invoice_number is None


def test_the_number_of_a_house_is_no_number_of_an_invoice():
    shop = (("Kedai Mawar Sdn Bhd", 40, 20), ("No: 28, Jalan Mawar 1C", 40, 32), ("41050 Klang, Selangor", 40, 44))
    invoice = extract_invoice(
        make_reading(make_page(*shop, ("Invoice", 300, 60), ("Date: 16/10/2026", 300, 72), *TOTAL))
    )
    assert invoice.invoice_info.invoice_number is None
    assert invoice.vendor.address.text == "No: 28, Jalan Mawar 1C\n41050 Klang, Selangor"


def test_the_number_that_a_till_gives_a_transaction_is_not_that_of_the_receipt():
    till = (("PARAGON FISKALNY", 60, 40), ("SUMA PLN 60,00", 40, 80), ("Nr sys.", 40, 100), ("S-26/118402", 150, 100))
    assert read(*till).invoice_number is None


@pytest.mark.parametrize(
    ("label", "code"),
    [("Your reference", "PO-KEM-1184"), ("Uw referentie", "IO-26-4409"), ("Référence client", "BC-2026-044"),
     ("Referencja", "ZAM/77/2026"), ("Vaše značka", "OBJ-2026/19"), ("Ihre Zeichen", "PO 60331")],
)  # fmt: skip
def test_a_reference_that_begins_as_numbers_of_orders_do_is_the_orders(label, code):
    assert read((label, 40, 60), (code, 160, 60)).purchase_order == code


@pytest.mark.parametrize("code", ["BF-CARRIAGE-26", "IO", "POOL-26", "BC-2026-044"])
def test_other_references_are_no_orders(code):
    assert read(("Your reference", 40, 60), (code, 160, 60)).purchase_order is None


def test_several_orders_among_the_references_are_those_of_lines():
    assert read(("Your reference: PO-6118", 40, 60), ("Your reference: PO-6119", 40, 100)).purchase_order is None


def test_a_check_is_a_means_of_payment():
    lines = [("Northgate Supplies Ltd", 40, 40, 14), ("Invoice number: 4711", 40, 80), ("Total 20.00", 40, 300)]
    foot = [("Payment method: Check", 40, 400), ("Thank you", 40, 415)]
    assert extract_invoice(make_reading(make_page(*lines, *foot))).payment.method == "Check"
