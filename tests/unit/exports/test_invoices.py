"""Exported invoices, read back by the e-invoice reader and by openpyxl."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from facturx import xml_check_xsd

from builders.einvoices import REVERSE_CHARGE, Charge, Deal, Firm, build_cii, build_ubl
from bursar.errors import CannotExport
from bursar.exports.formats import FORMATS, export
from bursar.extraction.einvoice import read_einvoice
from bursar.facts.document import Address
from bursar.facts.invoice import Customer, Invoice, InvoiceInfo, InvoiceLine, InvoiceSummary, Party, TaxLine

RICH = Deal().but(
    ship_to=Firm("Lager Nord", ("Kai 3",), "20457", "Hamburg"),
    charges=(Charge("5.00", "Versand", is_charge=True, code="FC"),),
    contract="V-9",
    delivery_note="L-3",
    delivery_date="20240310",
    period=("20240301", "20240331"),
    preceding=("QW-1999",),
    notes=("Danke",),
    reference="QW2031",
    holder="Quellwerk",
    rounding="0.01",
    paid="38.00",
    due="200.01",
)
KEPT = ("document_type", "invoice_info", "ship_to", "items", "taxes", "summary", "payment", "reverse_charge", "notes")


@pytest.mark.parametrize(
    "xml",
    [build_ubl(), build_ubl(credit_note=True), build_ubl(RICH), build_ubl(REVERSE_CHARGE)],
    ids=["plain", "credit-note", "rich", "reverse-charge"],
)
def test_ubl_says_what_the_invoice_said(xml):
    invoice = read_einvoice(xml)
    written = export(invoice, FORMATS["ubl"])
    kind = "creditnote" if invoice.document_type == "credit_note" else "invoice"
    assert xml_check_xsd(written, flavor=f"ubl-2.1-{kind}")
    again = read_einvoice(written)
    for name in KEPT:
        assert getattr(again, name) == getattr(invoice, name)
    for role in ("vendor", "customer"):
        assert getattr(again, role).name == getattr(invoice, role).name
        assert getattr(again, role).tax_id == getattr(invoice, role).tax_id
        assert getattr(again, role).address == getattr(invoice, role).address


@pytest.mark.parametrize(
    "xml",
    [build_cii(), build_cii(Deal().but(type_code="381")), build_cii(RICH), build_cii(REVERSE_CHARGE)],
    ids=["plain", "credit-note", "rich", "reverse-charge"],
)
def test_cii_says_what_the_invoice_said_and_is_what_the_schema_of_en_16931_allows(xml):
    invoice = read_einvoice(xml)
    written = export(invoice, FORMATS["cii"])
    assert xml_check_xsd(written, flavor="factur-x", level="en16931")
    again = read_einvoice(written)
    for name in KEPT:
        assert getattr(again, name) == getattr(invoice, name)
    for role in ("vendor", "customer"):
        assert getattr(again, role).name == getattr(invoice, role).name
        assert getattr(again, role).tax_id == getattr(invoice, role).tax_id
        assert getattr(again, role).address == getattr(invoice, role).address


def test_a_sparse_paper_invoice_without_any_tax_is_cii_of_the_category_for_that():
    row = InvoiceLine(1, "Advice", quantity=Decimal(2), unit_price=Decimal("50.00"), amount=Decimal("100.00"))
    sparse = Invoice(
        invoice_info=InvoiceInfo("7", date(2024, 3, 1), currency="EUR"),
        vendor=Party("A", address=Address("Somewhere 1\nUpper floor\nBack yard\nTown", country="FR")),
        customer=Customer("B", address=Address(country="FR")),
        items=(row,),
        summary=InvoiceSummary(total=Decimal("100.00")),
    )
    written = export(sparse, FORMATS["cii"])
    assert xml_check_xsd(written, flavor="factur-x", level="en16931")
    again = read_einvoice(written)
    assert (again.summary.subtotal, again.summary.amount_due, again.items[0].unit) == (100, 100, "C62")
    assert b"<ram:CategoryCode>O</ram:CategoryCode>" in written


def test_cii_is_refused_where_it_would_have_to_make_something_up():
    invoice = read_einvoice(build_cii())
    two_rates = replace(invoice, taxes=(*invoice.taxes, TaxLine("VAT", Decimal(7), Decimal(1), Decimal("0.07"))))
    unclear = replace(two_rates, items=tuple(replace(item, tax_rate=None, quantity=None) for item in invoice.items))
    with pytest.raises(CannotExport) as raised:
        export(unclear, FORMATS["cii"])
    assert raised.value.details["missing"][:2] == ["items.0.quantity", "items.0.tax_rate"]
    with pytest.raises(CannotExport):
        export(Invoice(), FORMATS["cii"])


def test_an_invoice_without_a_number_or_lines_is_no_ubl():
    with pytest.raises(CannotExport) as raised:
        export(Invoice(), FORMATS["ubl"])
    assert "invoice_info.invoice_number" in raised.value.details["missing"]
    assert "items" in raised.value.details["missing"]


def test_csv_has_a_row_for_each_line_with_its_invoice_beside_it():
    invoice = read_einvoice(build_ubl())
    invoice = replace(invoice, vendor=replace(invoice.vendor, name="=cmd|' /C calc'!A0"))
    (row,) = csv.DictReader(io.StringIO(export(invoice, FORMATS["csv"]).decode(), newline=""))
    assert (row["invoice_number"], row["total"], row["item_amount"]) == ("QW-2031", "238.00", "200.00")
    assert row["vendor"].startswith("'=")


def test_a_workbook_has_lines_totals_and_taxes():
    book = openpyxl.load_workbook(io.BytesIO(export(read_einvoice(build_ubl()), FORMATS["xlsx"])))
    assert book.sheetnames == ["Items", "Invoice", "Taxes"]
    assert ("summary.total", 238) in list(book["Invoice"].values)
    assert list(book["Taxes"].values)[1][:4] == ("VAT", 19, 200, 38)


def test_an_invoice_without_lines_keeps_its_totals_in_csv():
    invoice = replace(read_einvoice(build_ubl()), items=())
    (row,) = csv.DictReader(io.StringIO(export(invoice, FORMATS["csv"]).decode(), newline=""))
    assert Decimal(row["total"]) == 238
    assert row["item_amount"] == ""
