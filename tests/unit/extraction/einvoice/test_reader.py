from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from builders.einvoices import REVERSE_CHARGE, Charge, Deal, Firm, Good, Tax, build_cii, build_ubl
from bursar.extraction.einvoice import read_einvoice
from bursar.facts.document import Address, Period
from bursar.facts.evidence import Evidence, Source
from bursar.facts.invoice import TaxId, TaxLine

FULL = Deal(
    type_code="380",
    seller=Firm(
        tax_number="231/5823/0190",
        gln="4012345000009",
        legal_id="HRB 90210",
        email="rechnung@quellwerk.example",
        phone="+49 341 5550",
    ),
    buyer=Firm(
        "Gasthof Linde KG", ("Frau Ottilie Amsel", "Dorfplatz 1"), "88131", "Lindau", number="K-4711", vat_id=None
    ),
    ship_to=Firm("Gasthof Linde, Küche", ("Hintergasse 3",), "88131", "Lindau"),
    goods=(
        Good(),
        Good("Dichtung", "250", "12.00", "30.00", basis="100", code="D-1", unit="C62"),
        Good("Montage", "1", "80.00", "70.00", discount="10.00", code=None, unit="HUR"),
    ),
    taxes=(Tax(base="275.00", amount="52.25"),),
    charges=(Charge("30.00", "Treuerabatt"), Charge("5.00", "Versandkosten", is_charge=True)),
    allowances="30.00",
    net="275.00",
    tax="52.25",
    total="327.25",
    paid="100.00",
    rounding="-0.05",
    due="227.20",
    holder="Quellwerk Pumpen",
    reference="QW-2031/4711",
    buyer_reference="04011000-12345-03",
    contract="RV-8",
    delivery_note="LS-55",
    delivery_date="20240312",
    period=("20240301", "20240331"),
    preceding=("QW-1999", "QW-2000"),
    notes=("Vielen Dank.", "Geschäftsführerin:\n  Paula Wels"),
)
BUILDERS = {
    "zugferd 1": lambda deal: build_cii(deal, generation=1),
    "cii": build_cii,
    "ubl": build_ubl,
}


@pytest.fixture(params=BUILDERS, ids=str)
def read(request):
    return lambda deal=FULL: read_einvoice(BUILDERS[request.param](deal))


def values(invoice):
    return replace(invoice, evidence={})


def test_both_generations_of_cii_and_ubl_say_the_same():
    first, second, third = (read_einvoice(build(FULL)) for build in BUILDERS.values())
    assert values(first) == values(second) == values(third)
    assert first.evidence.keys() == third.evidence.keys()


def test_numbers_and_dates_of_the_header_are_read(read):
    header = read().invoice_info
    assert (header.invoice_number, header.purchase_order, header.contract_number) == ("QW-2031", "B-77", "RV-8")
    assert (header.invoice_date, header.due_date) == (date(2024, 3, 15), date(2024, 4, 14))
    assert (header.delivery_note, header.delivery_date) == ("LS-55", date(2024, 3, 12))
    assert header.service_period == Period(date(2024, 3, 1), date(2024, 3, 31))
    assert header.customer_reference == "04011000-12345-03"
    assert header.preceding_invoice == "QW-1999, QW-2000"
    assert header.currency == "EUR"


def test_parties_have_their_numbers_apart(read):
    invoice = read()
    assert invoice.vendor.tax_id == "DE123456788"
    assert invoice.vendor.extra_tax_ids == (TaxId("Steuernummer", "231/5823/0190"), TaxId("GLN", "4012345000009"))
    assert invoice.vendor.registration_number == "HRB 90210"
    assert (invoice.vendor.contact.email, invoice.vendor.contact.phone) == (
        "rechnung@quellwerk.example",
        "+49 341 5550",
    )
    assert (invoice.customer.customer_id, invoice.customer.tax_id) == ("K-4711", None)


def test_an_address_keeps_its_lines_and_finds_its_street_below_a_contact(read):
    assert read().customer.address == Address(
        "Frau Ottilie Amsel\nDorfplatz 1\n88131 Lindau", "Dorfplatz 1", "Lindau", None, "88131", "DE"
    )


def test_goods_that_go_elsewhere_have_their_own_address(read):
    ship_to = read().ship_to
    assert (ship_to.name, ship_to.address.text) == ("Gasthof Linde, Küche", "Hintergasse 3\n88131 Lindau")


def test_lines_keep_quantity_unit_rate_and_amount_as_written(read):
    first = read().items[0]
    assert (first.line_number, first.description, first.product_code) == (1, "Kreiselpumpe K 40", "K-40")
    assert (first.quantity, first.unit, first.tax_rate) == (Decimal(2), "H87", Decimal(19))
    assert str(first.amount) == "200.00"


def test_a_price_for_a_hundred_becomes_the_price_of_one(read):
    invoice = read()
    assert invoice.items[1].unit_price == Decimal("0.12")
    assert invoice.evidence["items.1.unit_price"].text == "12.00 / 100"
    assert invoice.items[1].quantity * invoice.items[1].unit_price == invoice.items[1].amount


def test_an_allowance_on_a_line_is_its_discount(read):
    line = read().items[2]
    assert line.discount == Decimal("10.00")
    assert line.quantity * line.unit_price - line.discount == line.amount


def test_totals_allowances_freight_and_rounding_are_told_apart(read):
    summary = read().summary
    assert (summary.subtotal, summary.tax_total, summary.total) == (
        Decimal("275.00"),
        Decimal("52.25"),
        Decimal("327.25"),
    )
    assert (summary.discount_total, summary.shipping) == (Decimal("30.00"), Decimal("5.00"))
    assert (summary.amount_paid, summary.rounding, summary.amount_due) == (
        Decimal("100.00"),
        Decimal("-0.05"),
        Decimal("227.20"),
    )


def test_a_charge_that_is_no_freight_is_a_service_charge(read):
    invoice = read(FULL.but(charges=(Charge("5.00", "Mindermengenzuschlag", is_charge=True),)))
    assert invoice.summary.shipping is None
    assert invoice.taxes[1:] == (TaxLine("service_charge", amount=Decimal("5.00"), note="Mindermengenzuschlag"),)
    assert invoice.evidence["taxes.1.amount"].text == "5.00"


def test_a_freight_code_counts_whatever_the_reason_says(read):
    deal = FULL.but(charges=(Charge("5.00", "Pauschale", is_charge=True, code="FC"),))
    assert read(deal).summary.shipping == Decimal("5.00")


def test_allowances_are_added_up_where_no_sum_is_given(read):
    deal = FULL.but(allowances=None, charges=(Charge("30.00", "Treue"), Charge("1.50", "Online")))
    invoice = read(deal)
    assert invoice.summary.discount_total == Decimal("31.50")
    assert invoice.evidence["summary.discount_total"].text == "30.00 + 1.50"


def test_the_account_to_pay_into_is_read(read):
    payment = read().payment
    assert (payment.bank_info.iban, payment.bank_info.bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert (payment.bank_info.account_holder, payment.reference) == ("Quellwerk Pumpen", "QW-2031/4711")
    assert (payment.method, payment.terms) == ("SEPA credit transfer", "30 Tage netto")


def test_an_account_that_is_no_iban_is_an_account_number(read):
    bank = read(FULL.but(iban="12 34 56 78")).payment.bank_info
    assert (bank.iban, bank.account_number) == (None, "12 34 56 78")


def test_notes_are_joined_with_their_white_space_folded(read):
    assert read().notes == "Vielen Dank. Geschäftsführerin: Paula Wels"


def test_every_value_has_the_text_of_the_xml_as_its_evidence(read):
    evidence = read().evidence
    assert evidence["summary.total"] == Evidence(None, None, "327.25", 1.0, Source.XML)
    assert evidence["items.0.quantity"].text == "2"
    assert {seen.source for seen in evidence.values()} == {Source.XML}


def test_reverse_charge_is_told_by_the_tax_category(read):
    invoice = read(REVERSE_CHARGE)
    assert invoice.reverse_charge
    assert invoice.taxes == (
        TaxLine("VAT", Decimal(0), Decimal("200.00"), Decimal("0.00"), "Steuerschuldnerschaft des Leistungsempfängers"),
    )
    assert not read(FULL).reverse_charge


def test_the_tax_total_is_the_one_in_the_currency_of_the_invoice(read):
    assert read(FULL.but(foreign_tax=("1204.77", "CZK"))).summary.tax_total == Decimal("52.25")


@pytest.mark.parametrize(
    ("code", "document_type"),
    [
        ("380", "invoice"),
        ("381", "credit_note"),
        ("384", "invoice"),
        ("386", "invoice"),
        ("389", "invoice"),
        ("325", "proforma"),
    ],
)
def test_the_type_code_names_the_document(read, code, document_type):
    assert read(FULL.but(type_code=code)).document_type == document_type


def test_a_negative_invoice_keeps_its_signs(read):
    deal = Deal(
        goods=(Good(quantity="-2", amount="-200.00"),),
        taxes=(Tax(base="-200.00", amount="-38.00"),),
        net="-200.00",
        tax="-38.00",
        total="-238.00",
        due="-238.00",
    )
    invoice = read(deal)
    assert (invoice.summary.total, invoice.items[0].quantity) == (Decimal("-238.00"), Decimal(-2))
    assert invoice.document_type == "invoice"


def test_a_ubl_credit_note_has_its_own_names_for_lines_and_due_date():
    invoice = read_einvoice(build_ubl(FULL.but(type_code="381"), credit_note=True))
    assert (invoice.document_type, invoice.invoice_info.due_date) == ("credit_note", date(2024, 4, 14))
    assert [line.quantity for line in invoice.items] == [Decimal(2), Decimal(250), Decimal(1)]


def test_a_ubl_credit_note_without_a_type_code_is_one_by_its_name():
    assert read_einvoice(build_ubl(FULL.but(type_code=None), credit_note=True)).document_type == "credit_note"


def test_a_profile_without_lines_has_none():
    assert read_einvoice(build_cii(profile="urn:factur-x.eu:1p0:minimum", with_lines=False)).items == ()


@pytest.mark.parametrize("status", ["GROUP", "INFORMATION"])
def test_lines_that_only_group_or_inform_charge_nothing(status):
    deal = Deal(goods=(Good("Los 1", status=status), Good(status="DETAIL")))
    assert [line.description for line in read_einvoice(build_cii(deal)).items] == ["Kreiselpumpe K 40"]


def test_remarks_between_the_lines_are_notes():
    xml = build_cii(Deal(notes=("Vielen Dank.",)))
    remark = (
        b"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>2</ram:LineID><ram:IncludedNote>"
        b"<ram:Content>Es folgt Teil 2</ram:Content></ram:IncludedNote></ram:AssociatedDocumentLineDocument>"
        b"</ram:IncludedSupplyChainTradeLineItem><ram:ApplicableHeaderTradeAgreement>"
    )
    invoice = read_einvoice(xml.replace(b"<ram:ApplicableHeaderTradeAgreement>", remark))
    assert len(invoice.items) == 1
    assert invoice.notes == "Vielen Dank. Es folgt Teil 2"


@pytest.mark.parametrize(
    ("text", "code", "moment"),
    [
        ("20240315", "102", None),
        ("2024-03-15", "102", None),
        ("202403151407", "203", "14:07"),
        ("20240315140733", "204", "14:07:33"),
        ("2024-03-15T00:00:00", "102", None),
    ],
)
def test_dates_are_read_in_every_format(text, code, moment):
    header = read_einvoice(build_cii(Deal(date=text, date_format=code))).invoice_info
    assert (header.invoice_date, header.invoice_time) == (date(2024, 3, 15), moment)


def test_a_period_of_months_runs_from_first_to_last_day():
    period = read_einvoice(build_cii(Deal(period=("202401", "202402")))).invoice_info.service_period
    assert period == Period(date(2024, 1, 1), date(2024, 2, 29))


def test_a_period_of_weeks_runs_from_monday_to_sunday():
    xml = build_cii(Deal(period=("202409", "202410"))).replace(b'"610"', b'"616"')
    assert read_einvoice(xml).invoice_info.service_period == Period(date(2024, 2, 26), date(2024, 3, 10))


@pytest.mark.parametrize("text", ["20139102", "2013-02-30", "13.02.2024", "2024", "202460"])
def test_a_day_that_no_calendar_has_is_in_doubt(text):
    invoice = read_einvoice(build_cii(Deal(date=text)))
    assert invoice.invoice_info.invoice_date is None
    assert [issue.fields for issue in invoice.checks.issues] == [("invoice_info.invoice_date",)]


def test_a_price_basis_that_repeats_the_quantity_divides_nothing(read):
    assert (
        read(FULL.but(goods=(Good(quantity="2", price="85.00", amount="170.00", basis="2.00"),))).items[0].unit_price
        == 85
    )
    assert read(FULL.but(goods=(Good(quantity="2", price="85.00", amount="85.00", basis="2.00"),))).items[
        0
    ].unit_price == Decimal("42.5")


def test_ubl_before_en_16931_has_its_rates_elsewhere():
    xml = build_ubl().replace(b"<cac:TaxCategory>", b"<cbc:Percent>19</cbc:Percent><cac:TaxCategory>")
    head, tail = xml.split(b"<cac:TaxCategory>", 1)
    xml = head + b"<cac:TaxCategory>" + tail.replace(b"<cbc:Percent>19</cbc:Percent>", b"", 1)
    assert read_einvoice(xml).taxes[0].rate == 19


def test_a_month_is_no_due_date_and_is_said_to_be_in_doubt():
    invoice = read_einvoice(build_cii(Deal(due_date="202404")))
    assert invoice.invoice_info.due_date is None
    assert [(issue.code, issue.fields) for issue in invoice.checks.issues] == [
        ("XML_VALUE_UNREADABLE", ("invoice_info.due_date",))
    ]


@pytest.mark.parametrize("text", ["1.234,56", "NaN", "1e9", "zwölf", "1_000", "9" * 1000])
def test_an_amount_in_no_notation_of_xml_is_left_out_with_an_issue(read, text):
    invoice = read(FULL.but(total=text))
    assert invoice.summary.total is None
    assert ("summary.total",) in [issue.fields for issue in invoice.checks.issues]


@pytest.mark.parametrize("basis", ["0", "0.00", "viele"])
def test_a_price_for_nothing_is_no_price(read, basis):
    invoice = read(FULL.but(goods=(Good(basis=basis),)))
    assert invoice.items[0].unit_price is None
    assert [issue.fields for issue in invoice.checks.issues] == [("items.0.unit_price",)]


def test_an_order_number_that_does_not_exist_is_none(read):
    assert read(FULL.but(order="NA")).invoice_info.purchase_order is None


def test_an_invoice_that_says_nothing_is_empty_and_not_an_error():
    xml = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
    invoice = read_einvoice(xml)
    assert invoice.items == ()
    assert invoice.summary.total is None


def test_the_subject_code_before_a_ubl_note_is_no_part_of_it():
    assert read_einvoice(build_ubl(Deal(notes=("#AAI#Skonto möglich",)))).notes == "Skonto möglich"


def test_an_australian_gst_number_is_the_tax_id():
    xml = build_ubl(Deal(seller=Firm(country="AU", vat_id="51824753556"))).replace(b">VAT<", b">GST<")
    assert read_einvoice(xml).vendor.tax_id == "51824753556"
