"""Sums among the lines and below them, subtotals that no known label states, taxes that are alike."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading, set_rows
from bursar.extraction.invoices.extractor import extract_invoice

XS = (40, 250, 350, 480)
HEAD = ("Description", "Qty", "Price", "Amount")


def read(*rows, xs=XS):
    """Read an invoice of `rows`, each of a text or None for every column, 20 points apart."""
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *set_rows(xs, *rows))))


def amounts(invoice):
    return [str(item.amount) for item in invoice.items]


CABLES, HOURS = ("Cables", "4", "20.00", "80.00"), ("Fitting", "2", "35.00", "70.00")
TAXED = ((None, None, "VAT 20%", "30.00"), (None, None, "Total", "180.00"))


def test_a_row_below_the_lines_that_has_their_sum_is_no_line_but_the_subtotal():
    invoice = read(HEAD, CABLES, HOURS, (None, None, "Work in all", "150.00"), *TAXED)
    assert amounts(invoice) == ["80.00", "70.00"]
    assert invoice.summary.subtotal == Decimal("150.00")
    assert invoice.evidence["summary.subtotal"].text == "150.00"


def test_a_bare_sum_below_the_lines_is_the_subtotal():
    invoice = read(HEAD, CABLES, HOURS, (None, None, None, "150.00"), *TAXED)
    assert (amounts(invoice), invoice.summary.subtotal) == (["80.00", "70.00"], Decimal("150.00"))


def test_sums_of_groups_below_the_table_are_no_lines():
    parts = ((None, None, "Parts", "80.00"), (None, None, "Fitting", "70.00"))
    invoice = read(HEAD, CABLES, HOURS, *parts, (None, None, "Net price", "150.00"), *TAXED)
    assert amounts(invoice) == ["80.00", "70.00"]


def test_the_sum_of_each_group_is_no_line():
    rows = (
        ("01 Attic",), CABLES, HOURS, ("Sum of attic", None, None, "150.00"),
        ("02 Cellar",), ("Sockets", "3", "10.00", "30.00"), ("Switches", "2", "10.00", "20.00"),
        ("Sum of cellar", None, None, "50.00"),
    )  # fmt: skip
    invoice = read(HEAD, *rows, (None, None, "Subtotal", "200.00"), (None, None, "Total", "200.00"))
    assert amounts(invoice) == ["80.00", "70.00", "30.00", "20.00"]


def test_a_contribution_below_the_sum_of_the_lines_is_a_charge():
    rows = (
        ("Descrizione", "Quantità", "Prezzo", "Importo"), ("Progetto", "1", "800,00", "800,00"),
        ("Collaudo", "2", "100,00", "200,00"), ("Totale compensi", None, None, "1.000,00"),
        ("Contributo integrativo 4%", None, None, "40,00"), ("Imponibile IVA", None, None, "1.040,00"),
        ("IVA 22%", None, None, "228,80"), ("Totale fattura", None, None, "1.268,80"),
    )  # fmt: skip
    invoice = read(*rows)
    assert amounts(invoice) == ["800.00", "200.00"]
    assert (invoice.summary.subtotal, invoice.summary.total) == (Decimal("1040.00"), Decimal("1268.80"))
    assert [(tax.kind, tax.amount) for tax in invoice.taxes if tax.kind == "service_charge"] == [
        ("service_charge", Decimal("40.00"))
    ]


def test_a_charge_among_the_lines_that_the_totals_state_again_is_no_line():
    head = ("Description", None, None, "Amount")
    rows = (
        ("Room", None, None, "200.00"),
        ("Dinner", None, None, "50.00"),
        ("Service charge 10%", None, None, "25.00"),
    )
    sums = (
        (None, None, "Net total", "250.00"),
        (None, None, "Service charge", "25.00"),
        (None, None, "Total", "275.00"),
    )
    assert amounts(read(head, *rows, *sums)) == ["200.00", "50.00"]
    own = ((None, None, "Net total", "275.00"), (None, None, "Total", "275.00"))
    assert amounts(read(head, *rows, *own)) == ["200.00", "50.00", "25.00"]  # it is a line where the subtotal holds it


def test_a_row_with_quantity_and_price_that_is_called_a_total_is_one():
    rows = (CABLES, ("Total", "4", "20.00", "80.00"), (None, None, "Grand total", "80.00"))
    assert amounts(read(HEAD, *rows)) == ["80.00"]


@pytest.mark.parametrize(
    "rows",
    [
        (CABLES, HOURS, ("Testing", "1", "150.00", "150.00")),  # as high as all before it, with quantity and price
        (("Cables", None, None, "80.00"), ("Fitting", None, None, "70.00"), ("Testing", None, None, "150.00")),
        (CABLES, ("Call-out", None, None, "80.00")),  # as high as the one line above it
    ],
)
def test_a_line_that_is_as_high_as_others_stays_one_where_the_total_needs_it(rows):
    total = sum((Decimal(row[3]) for row in rows), Decimal(0))
    invoice = read(HEAD, *rows, (None, None, "Subtotal", str(total)), (None, None, "Total", str(total)))
    assert len(invoice.items) == len(rows)


def test_a_line_is_not_dropped_because_a_part_payment_equals_the_rest():
    rows = (CABLES, HOURS, ("Drill", "1", "150.00", "150.00"))
    sums = ((None, None, "Deposit paid", "150.00"), (None, None, "Total", "150.00"))
    assert amounts(read(HEAD, *rows, *sums)) == ["80.00", "70.00", "150.00"]


def test_no_subtotal_is_made_of_a_sum_that_does_not_make_the_total_with_the_tax():
    other = ((None, None, "VAT 20%", "30.00"), (None, None, "Total", "199.00"))
    assert read(HEAD, CABLES, HOURS, (None, None, "Work in all", "150.00"), *other).summary.subtotal is None


def test_no_subtotal_is_given_that_is_not_printed():
    assert read(HEAD, CABLES, HOURS, *TAXED).summary.subtotal is None


def test_a_currency_behind_the_head_of_a_strip_of_totals_is_no_value():
    rows = (("Bezeichnung", "Menge", "Preis", "Betrag"), ("Schrauben", "-2", "40,00", "-80,00"))
    strip = (("Nettosumme EUR", "USt.-Betrag EUR", None, "Rechnungsbetrag EUR"), ("-80,00", "-15,20", None, "-95,20"))
    summary = read(*rows, *strip, xs=(40, 220, 350, 460)).summary
    assert (summary.subtotal, summary.total) == (Decimal("-80.00"), Decimal("-95.20"))
