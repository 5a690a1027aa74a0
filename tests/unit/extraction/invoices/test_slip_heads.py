"""What the heads of slips say: who keeps the shop, the receipt's number, and what is paid where no total is called so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.addresses import is_company
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source
from bursar.reading.lines import lines_of

SOLD = (("Brass hook", "12.00"), ("Rye flour", "9.20"), ("TOTAL", "21.20"), ("CASH", "30.00"), ("CHANGE", "8.80"))
PLACE = ("7 Mill Road", "Leeds LS1 4AP")


def read(*rows, source=Source.TEXT):
    """Read a slip of rows, each of a text or of texts side by side."""
    cells = []
    for place, row in enumerate(rows):
        texts = (row,) if isinstance(row, str) else row
        lefts = (20, 180) if len(texts) == 2 else (20, 90, 180)
        cells += [(text, x, 30 + 16 * place) for text, x in zip(texts, lefts, strict=False)]
    page = make_page(*cells, width=240.0)
    words = tuple(replace(word, source=source) for word in page.words)
    return extract_invoice(make_reading(replace(page, words=words, lines=tuple(lines_of(words)), source=source)))


def seller(*rows):
    return read(*rows).vendor.name


@pytest.mark.parametrize(
    "line",
    [
        ("Operated by Fern Foods Ltd",),
        ("(operated by)", "Fern Foods Ltd"),
        ("a trading name of Fern Foods Ltd",),
        ("Fern Foods Ltd T/A The Blue Kiosk",),
    ],
)
def test_the_firm_that_keeps_a_shop_sells(line):
    invoice = read("The Blue Kiosk", *line, *PLACE, *SOLD)
    assert invoice.vendor.name == "Fern Foods Ltd"
    assert invoice.vendor.address.postal_code == "LS1 4AP"


def test_the_firm_that_keeps_a_shop_may_stand_at_the_foot():
    assert seller("The Blue Kiosk", *PLACE, *SOLD, "The Blue Kiosk is operated by Fern Foods Ltd") == "Fern Foods Ltd"


@pytest.mark.parametrize(
    "line", ["Powered by Tillsoft Ltd", "This till is run by good people every day", "Member of Trade Guild Ltd"]
)
def test_who_made_the_till_or_leads_the_guild_does_not_sell(line):
    assert seller("The Blue Kiosk", *PLACE, *SOLD, line) == "The Blue Kiosk"


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Camden, ME", False),
        ("Camden, ME 04843", False),
        ("Reno NV 89501", False),
        ("Bowling Green, KY 42101", False),
        ("Adelaide SA 5000", False),
        ("Janssens NV", True),
        ("Savo Kone Ky", True),
        ("Oficina Silva ME", True),
        ("Lumex SA 1204", True),
        ("Smith & Co", True),
    ],
)
def test_states_are_no_forms_of_firms(text, company):
    assert is_company(text) is company


def test_where_a_journey_begins_and_ends_is_no_party():
    journey = (("From:", "Spa Road Station"), ("To:", "Mill Lane"))
    invoice = read("FERN CABS LIMITED", *PLACE, ("Receipt no:", "558214"), *journey, *SOLD)
    assert (invoice.vendor.name, invoice.customer.name) == ("FERN CABS LIMITED", None)


def number(*rows):
    return read("FERN CAFE LTD", *PLACE, *rows, *SOLD).invoice_info.invoice_number


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("OFFICIAL RECEIPT", "No. 005918"), "005918"),
        (("RECEIPT", "********", "N. 1184/2019"), "1184/2019"),
        (("RECEIPT", "# 30071"), "30071"),
        ((("Receipt No :", "4 008127"),), "4 008127"),
        (("RECEIPT", "No. 1184 Mill Road"), None),
        (("RECEIPT", "Table 1184"), None),
        ((("Receipt No :", "4 8127.50"),), "4"),
    ],
)
def test_a_number_behind_a_sign_below_the_title_is_the_receipts(rows, expected):
    assert number(*rows) == expected


@pytest.mark.parametrize("label", ["TOTAL PAID", "AMOUNT PAID"])
def test_what_is_paid_in_all_is_the_total_where_none_is_called_so(label):
    invoice = read("FERN PARKING LTD", *PLACE, "RECEIPT", ("Parking fee", "9.00"), (label, "9.00"))
    assert invoice.summary.total == Decimal("9.00")
    assert [item.amount for item in invoice.items] == [Decimal("9.00")]


def test_what_is_paid_beside_a_total_is_no_total():
    rows = (("Brass hook", "12.00"), ("Rye flour", "9.20"), ("TOTAL", "21.20"), ("AMOUNT PAID", "10.00"))
    summary = read("FERN CAFE LTD", *PLACE, *rows, ("BALANCE DUE", "11.20")).summary
    assert (summary.total, summary.amount_paid, summary.amount_due) == (
        Decimal("21.20"),
        Decimal("10.00"),
        Decimal("11.20"),
    )


def test_slips_in_malay_are_read():
    rows = (("KUIH LAPIS", "8.00"), ("TEH AIS", "2.20"), ("JUMLAH RM", "10.20"), ("TUNAI", "20.00"), ("BAKI", "9.80"))
    invoice = read("KEDAI MELATI", "12, JALAN MELUR,", "47500 PUCHONG", *rows, "TERIMA KASIH")
    assert (invoice.document_type, invoice.summary.total) == ("receipt", Decimal("10.20"))
    assert [item.description for item in invoice.items] == ["KUIH LAPIS", "TEH AIS"]


@pytest.mark.parametrize(("printed", "tax_id"), [("001629384704", "001629384704"), ("12.50", None)])
def test_a_long_number_behind_the_name_of_a_tax_is_the_sellers_for_it(printed, tax_id):
    invoice = read("FERN SDN BHD", ("GST:", printed), "12, JALAN MELUR,", "47500 PUCHONG", *SOLD)
    assert invoice.vendor.tax_id == tax_id


def test_codes_of_taxes_behind_amounts_are_no_words_of_a_line():
    rows = (("Brass hook", "12.00 GP"), ("Rye flour", "9.20 SR"), ("TOTAL", "21.20"))
    invoice = read("FERN CAFE LTD", *PLACE, *rows)
    assert [item.description for item in invoice.items] == ["Brass hook", "Rye flour"]


@pytest.mark.parametrize(("gap", "whole"), [(6, True), (60, False)])
def test_a_label_that_a_wide_blank_parts_is_one(gap, whole):
    words = [("Sub", 20, 100), ("Check", 20, 60), ("#:", 50 + gap, 60), ("4471", 180, 60)]
    page = make_page(("FERN CAFE LTD", 20, 30), *words[1:], ("Brass hook", 20, 120), ("12.00", 180, 120), width=240.0)
    marked = tuple(replace(word, source=Source.OCR) for word in page.words)
    reading = make_reading(replace(page, words=marked, lines=tuple(lines_of(marked)), source=Source.OCR))
    assert (extract_invoice(reading).invoice_info.invoice_number == "4471") is whole


@pytest.mark.parametrize(
    ("head", "currency"),
    [
        (("BAKKERIJ DE MOLEN B.V.", "Lange Straat 60", "3511 BK Utrecht", "BTW NL815294074B01"), "EUR"),
        (("FERN DRUG", "2941 E Mill Ave", "Columbus, OH 43209"), "USD"),
        (("FERN DRUG", "12, Jalan Melur", "47500 Puchong"), None),
        (("FERN DRUG", "SST ID: MA12-3456-7890", "47500 Puchong"), None),
    ],
)
def test_a_receipt_without_a_currency_is_in_that_of_a_country_that_something_tells(head, currency):
    invoice = read(*head, "RECEIPT", *SOLD)
    assert invoice.invoice_info.currency == currency
    assert [issue.code for issue in invoice.checks.issues if "CURRENCY" in issue.code] == ["CURRENCY_ASSUMED"] * bool(
        currency
    )


def test_an_invoice_without_a_currency_is_in_none():
    page = make_page(
        ("INVOICE 118", 40, 40), ("Fern Drug, 2941 E Mill Ave, Columbus, OH 43209", 40, 60), ("Total: 5.00", 40, 90)
    )
    assert extract_invoice(make_reading(page)).invoice_info.currency is None


def lines(*rows):
    return [(item.description, item.amount) for item in read("FERN CAFE LTD", *PLACE, *rows).items]


def test_a_fee_is_a_line_though_a_label_begins_with_its_first_word():
    sold = lines(("Metered fare", "27.40"), ("Booking fee", "1.50"), ("TOTAL", "28.90"))
    assert sold == [("Metered fare", Decimal("27.40")), ("Booking fee", Decimal("1.50"))]


def test_the_number_of_a_booking_is_no_line():
    assert lines(("Metered fare", "27.40"), ("Booking ref", "1184.50"), ("TOTAL", "27.40")) == [
        ("Metered fare", Decimal("27.40"))
    ]


def test_what_is_taken_off_before_the_subtotal_is_a_line_where_that_needs_it():
    rows = (("Brass hook", "12.00"), ("Rye flour", "9.20"), ("MEMBER 10% OFF", "-2.12"))
    assert len(lines(*rows, ("SUBTOTAL", "19.08"), ("TOTAL", "19.08"))) == 3
    assert len(lines(*rows, ("SUBTOTAL", "21.20"), ("TOTAL", "19.08"))) == 2
