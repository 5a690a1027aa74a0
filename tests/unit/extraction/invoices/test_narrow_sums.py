"""What is not taken for a total, a quantity, a sum or a list though its words or its amounts come near one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

XS = (40, 300, 360, 480)
HEAD = ("Description", "Qty", "Price", "Amount")
WRENCH, SOCKETS = ("Torque wrench", "2", "45.00", "90.00"), ("Socket set", "1", "60.00", "60.00")
TAXED = (("Subtotal", "150.00"), ("VAT 20%", "30.00"), ("Total", "180.00"))


def read(rows, totals, xs=XS):
    lines = [(text, x, 220 + 15 * at) for at, row in enumerate(rows) for text, x in zip(row, xs, strict=False) if text]
    below = 240 + 15 * len(rows)
    lines += [
        (text, x, below + 15 * at) for at, row in enumerate(totals) for text, x in zip(row, (360, 480), strict=True)
    ]
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))


@pytest.mark.parametrize("tax", ["VAT", "VAT 20%"])
@pytest.mark.parametrize("word", ["Gross", "Payable"])
def test_what_is_gross_or_payable_is_the_total_above_a_net_amount(word, tax):
    totals = (("Net", "£150.00"), (tax, "£30.00"), (word, "£180.00"))
    summary = read((HEAD, WRENCH, SOCKETS), totals).summary
    assert (summary.subtotal, summary.tax_total, summary.total) == (Decimal(150), Decimal(30), Decimal(180))


def test_a_net_amount_beside_a_tax_is_not_the_total():
    summary = read((HEAD, WRENCH, SOCKETS), (("Net", "£150.00"), ("VAT", "£30.00"), ("Sum of both", "£180.00"))).summary
    assert summary.total != Decimal(150)
    assert summary.tax_total == Decimal(30)


def test_a_gross_weight_is_no_total():
    summary = read((HEAD, WRENCH, SOCKETS), (("Net", "£150.00"), ("VAT", "£30.00"), ("Gross weight", "181.00"))).summary
    assert summary.total != Decimal(181)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Time", ("09:30", "14:15")),
        ("Time", ("09:30 - 10:15", "14:15 - 15:00")),
        ("Months", ("Jan 2026", "Feb 2026")),
        ("Weeks", ("18-20", "19")),
        ("Usage", ("Office", "Store 2")),
    ],
)
def test_times_and_periods_are_no_quantities(head, cells):
    rows = (("Description", head, "Amount"), ("Site visit", cells[0], "90.00"), ("Repair", cells[1], "60.00"))
    assert [item.quantity for item in read(rows, TAXED, (40, 300, 480)).items] == [None, None]


def test_plain_numbers_with_a_unit_are_quantities_of_usage():
    rows = (("Description", "Usage", "Rate", "Amount"), ("Power", "1,250 kWh", "0.20", "250.00"))
    assert [item.quantity for item in read(rows, (("Total", "250.00"),)).items] == [Decimal(1250)]


@pytest.mark.parametrize(
    "totals",
    [
        (("Subtotal", "300.00"), ("VAT 20%", "60.00"), ("Total", "360.00")),
        (("Total", "300.00"),),
        (("Total", "360.00"), ("VAT 20% included", "60.00")),
        (("Discount", "-30.00"), ("Total", "270.00")),
        (("VAT 20%", "60.00"), ("Total", "360.00")),
    ],
)
def test_a_line_without_a_price_stays_where_the_totals_need_it(totals):
    items = read((HEAD, WRENCH, SOCKETS, ("Installation", "", "", "150.00")), totals).items
    assert [item.amount for item in items] == [Decimal(90), Decimal(60), Decimal(150)]


def test_a_line_that_a_voucher_takes_back_stays():
    rows = (HEAD, WRENCH, SOCKETS, ("Call-out", "", "", "10.00"), ("Loyalty voucher", "", "", "-10.00"))
    assert "Call-out" in [item.description for item in read(rows, TAXED).items]


@pytest.mark.parametrize("foot", ["Total outstanding earlier", "Total", "Total costs"])
def test_earlier_invoices_below_a_table_are_no_lines(foot):
    totals = (("Total", "150.00"), ("Invoice 118", "20.00"), ("Invoice 119", "30.00"), (foot, "50.00"))
    items = read((HEAD, WRENCH, SOCKETS), (*totals, ("Grand total", "200.00"))).items
    assert [item.amount for item in items] == [Decimal(90), Decimal(60)]
