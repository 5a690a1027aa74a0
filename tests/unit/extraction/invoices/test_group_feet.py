"""Feet of groups that look like a table's end, heads of columns without a word for descriptions, tables beside the first."""

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


def described(invoice):
    return [(item.description, str(item.amount)) for item in invoice.items]


EARTH = (("Digging", "4", "20.00", "80.00"), ("Carting", "2", "35.00", "70.00"))
PIPES = (("Pipes", "3", "10.00", "30.00"), ("Bends", "2", "10.00", "20.00"))
SUMS = (("Subtotal", None, None, "200.00"), ("VAT 20%", None, None, "40.00"), ("Total", None, None, "240.00"))
ALL = [("Digging", "80.00"), ("Carting", "70.00"), ("Pipes", "30.00"), ("Bends", "20.00")]


@pytest.mark.parametrize("foot", ["Total 01", "Subtotal", "Total"])
def test_the_foot_of_a_group_ends_no_table_where_lines_follow(foot):
    groups = (("Earthworks",), *EARTH, (foot, None, None, "150.00"), ("Pipework",), *PIPES, (foot, None, None, "50.00"))
    assert described(read(HEAD, *groups, *SUMS)) == ALL


def test_the_foot_of_a_group_of_lines_with_amounts_alone_is_told_by_the_heading_below():
    head = ("Service", "Period", None, "Charge")
    one = (("Phone 1",), ("Broadband", "1 - 31 May", None, "38.00"), ("Address", "1 - 31 May", None, "5.00"))
    two = (("Phone 2",), ("Digital", "1 - 31 May", None, "14.50"), ("Mobiles", "1 - 31 May", None, "6.50"))
    feet = (("Total 1", None, None, "43.00"),), (("Total 2", None, None, "21.00"),)
    sums = (("Total net", None, None, "64.00"), ("VAT 20%", None, None, "12.80"), ("To pay", None, None, "76.80"))
    invoice = read(head, *one, *feet[0], *two, *feet[1], *sums)
    assert [amount for _, amount in described(invoice)] == ["38.00", "5.00", "14.50", "6.50"]


@pytest.mark.parametrize(
    "behind",
    [
        (
            ("Eco fee", None, None, "10.00"),
            ("VAT 20%", None, None, "32.00"),
        ),  # as no line is, without quantity and price
        (("Shipping", "1", "10.00", "10.00"), ("VAT 20%", None, None, "32.00")),  # a charge
    ],
)
def test_what_follows_the_sum_of_all_lines_is_no_group(behind):
    invoice = read(HEAD, *EARTH, ("Subtotal", None, None, "150.00"), *behind, ("Total", None, None, "192.00"))
    assert described(invoice) == ALL[:2]


def test_position_heads_the_descriptions_where_words_stand_below_it_and_no_other_head_is_theirs():
    rows = (("Grundpreis", "12", "9,90", "118,80"), ("Messung", "12", "1,40", "16,80"))
    sums = ((None, None, "Summe netto", "135,60"),)
    head = ("Position", "Menge", "Preis", "Betrag")
    assert described(read(head, *rows, *sums)) == [("Grundpreis", "118.80"), ("Messung", "16.80")]


def test_a_table_that_a_total_needs_beside_the_first_is_of_the_items():
    first = (("Date", "Description", "Hours", "Rate", "Amount"), ("05/02/2024", "Review", "2", "80.00", "160.00"))
    second = (("Date", "Description", None, None, "Amount"), ("05/12/2024", "Filing fee", None, None, "66.00"))
    sums = ((None, None, "Total fees", None, "160.00"), ("Disbursements",))
    xs = (40, 130, 300, 380, 480)
    whole = read(*first, *sums, *second, (None, None, "Total", None, "226.00"), xs=xs)
    assert described(whole) == [("Review", "160.00"), ("Filing fee", "66.00")]
    other = read(*first, *sums, *second, (None, None, "Total", None, "160.00"), xs=xs)
    assert described(other) == [("Review", "160.00")]


def test_a_table_of_taxes_below_is_no_table_of_items():
    sums = ((None, None, "Subtotal", "150.00"), (None, None, "Total", "180.00"))
    taxes = (("Description", None, None, "Amount"), ("VAT 20%", None, None, "30.00"))
    assert described(read(HEAD, *EARTH, *sums, *taxes)) == ALL[:2]


def test_what_was_claimed_before_is_not_the_amount_of_a_progress_claim():
    head = ("Description", "Value to date", "Previously certified", "This claim")
    rows = (("Drainage", "18,400.00", "12,000.00", "6,400.00"), ("Materials", "7,250.00", "4,100.00", "3,150.00"))
    invoice = read(head, *rows, (None, None, "Total", "9,550.00"), xs=(40, 170, 310, 480))
    assert described(invoice) == [("Drainage", "6400.00"), ("Materials", "3150.00")]


def test_a_net_amount_behind_the_rounding_is_the_total():
    sums = (
        ("Total", None, None, "150.40"), ("Taxable Amount", None, None, "127.46"), ("GST 18%", None, None, "22.94"),
        ("Round Off", None, None, "-0.40"), ("Net Amount", None, None, "150.00"),
    )  # fmt: skip
    rows = (("Bolts", "2", "50.00", "100.00"), ("Nuts", "2", "13.73", "27.46"))
    summary = read(HEAD, *rows, *sums).summary
    assert (summary.subtotal, summary.total) == (Decimal("127.46"), Decimal("150.00"))


def test_a_levy_is_a_line_of_a_list_and_no_tax_of_the_document():
    rows = (
        ("Power", None, None, "60.98"), ("Climate change levy", None, None, "3.82"), ("Meter", None, None, "0.80"),
        ("Subtotal", None, None, "65.60"), ("VAT 20%", None, None, "13.12"), ("Total", None, None, "78.72"),
    )  # fmt: skip
    invoice = read(*rows)
    assert [amount for _, amount in described(invoice)] == ["60.98", "3.82", "0.80"]
    assert invoice.summary.tax_total == Decimal("13.12")


@pytest.mark.parametrize("label", ["Net of everything", "Amount taxed"])
def test_what_the_tax_is_reckoned_from_below_a_charge_is_the_subtotal(label):
    sums = (
        (None, None, "Wares", "150.00"), (None, None, "Freight", "10.00"), (None, None, label, "160.00"),
        (None, None, "VAT 20%", "32.00"), (None, None, "Total", "192.00"),
    )  # fmt: skip
    assert read(HEAD, *EARTH, *sums).summary.subtotal == Decimal("160.00")


def test_a_payment_of_the_balance_before_is_not_paid_on_this_bill():
    before = (("Previous balance", None, None, "112.40"), ("Payment received", None, None, "-112.40"))
    sums = ((None, None, "VAT 20%", "30.00"), (None, None, "Total", "180.00"), (None, None, "Amount due", "180.00"))
    invoice = read(*before, HEAD, *EARTH, *sums)
    assert (invoice.summary.amount_paid, invoice.summary.amount_due) == (None, Decimal("180.00"))
