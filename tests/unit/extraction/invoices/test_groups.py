"""Groups of lines with their sums, summaries below the lines, and words that are wrapped or joined in a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading, set_rows
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.invoices.grouped_items import read_grouped_items
from bursar.extraction.invoices.layout_builder import build_layout

XS = (40, 250, 350, 480)
HEAD = ("Description", "Qty", "Price", "Amount")


def read(*lines):
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))


def rows_of(invoice):
    return [(item.description, item.quantity and str(item.quantity), str(item.amount)) for item in invoice.items]


def test_what_stands_below_the_sum_of_all_lines_is_no_line():
    rows = (
        HEAD,
        ("Payroll", "3", "40.00", "120.00"),
        ("Annual report", "1", "80.00", "80.00"),
        ("Fee subtotal", None, None, "200.00"),
        ("plus 20 % of tax", None, None, "40.00"),
        ("less payment on account", None, None, "-100.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Amount due", 300, 460), ("140.00", 480, 460))
    assert rows_of(invoice) == [("Payroll", "3", "120.00"), ("Annual report", "1", "80.00")]


def test_priced_lines_below_the_sum_of_a_group_are_lines():
    rows = (
        HEAD,
        ("Payroll", "3", "40.00", "120.00"),
        ("Fee subtotal", None, None, "120.00"),
        ("Copies", "10", "0.50", "5.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("125.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Payroll", "Copies"]


def test_heads_of_groups_with_their_sums_are_no_lines():
    rows = (
        HEAD,
        ("Supply of heat", None, None, "70.00"),
        ("Standing charge", "1", "20.00", "20.00"),
        ("Heat used", "50", "1.00", "50.00"),
        ("Metering", None, None, "30.00"),
        ("Reading", "2", "15.00", "30.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("100.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Standing charge", "Heat used", "Reading"]


def test_a_line_without_a_price_that_heads_no_sum_is_a_line():
    rows = (
        HEAD,
        ("Flat fee", None, None, "75.00"),
        ("Standing charge", "1", "20.00", "20.00"),
        ("Heat used", "50", "1.00", "50.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("145.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Flat fee", "Standing charge", "Heat used"]


def test_a_group_sum_that_has_a_quantity_of_its_own_is_no_line():
    rows = (
        HEAD,
        ("Normal hours", "38", "20.00", "760.00"),
        ("Overtime", "2", "25.00", "50.00"),
        ("Total Roe, Jane", "40", None, "810.00"),
        ("Normal hours", "10", "20.00", "200.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("1,010.00", 480, 460))
    assert [row[2] for row in rows_of(invoice)] == ["760.00", "50.00", "200.00"]


def test_a_number_behind_words_right_of_the_descriptions_is_no_amount():
    rows = (HEAD, ("Roe, Jane, welder", None, None, None), ("Normal hours", "38", "20.00", "760.00"))
    invoice = read(*set_rows(XS, *rows), ("Pers. No. 30418", 420, 320), ("Total", 300, 460), ("760.00", 480, 460))
    assert [row[2] for row in rows_of(invoice)] == ["760.00"]


def test_an_amount_behind_its_currency_is_one():
    rows = (("Description", "Qty", "Amount"), ("Hosting", "1", "EUR 300"), ("Support", "2", "EUR 80"))
    invoice = read(*set_rows((40, 250, 480), *rows), ("Total", 300, 460), ("EUR 380", 480, 460))
    assert [item.amount for item in invoice.items] == [Decimal(300), Decimal(80)]


def test_price_and_amount_below_one_head_are_told_by_their_product():
    rows = (
        ("Description", "Qty", "Fee Charge", None),
        ("Massage", "2", "48.00", "96.00"),
        ("Tape", "1", "5.00", "5.00"),
    )
    lines = set_rows((40, 250, 430, 480), *rows)
    invoice = read(*lines, ("Total", 300, 460), ("101.00", 480, 460))
    assert [(item.unit_price, item.amount) for item in invoice.items] == [
        (Decimal("48.00"), Decimal("96.00")),
        (Decimal("5.00"), Decimal("5.00")),
    ]


def test_a_line_that_is_called_as_a_sum_carried_over_is_one_where_it_is_priced():
    rows = (
        HEAD,
        ("Boards", "4", "10.00", "40.00"),
        ("Carried forward", None, None, "40.00"),
        ("Transport", "1", "9.00", "9.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("49.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Boards", "Transport"]


def test_words_wrapped_around_their_numbers_are_one_description():
    lines = (
        *set_rows(XS, HEAD, ("Package policy", "1", "80.00", "80.00")),
        ("Motor policy, yearly, four", 40, 335),
        ("1", 250, 341), ("60.00", 350, 341), ("60.00", 480, 341),
        ("vehicles", 40, 347),
        *set_rows(XS, ("Umbrella", "1", "10.00", "10.00"), top=361),
    )  # fmt: skip
    invoice = read(*lines, ("Total", 300, 460), ("150.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Package policy", "Motor policy, yearly, four vehicles", "Umbrella"]


def test_words_below_a_line_are_of_it_where_the_next_numbers_have_words():
    rows = (
        HEAD,
        ("Package policy", "1", "80.00", "80.00"),
        ("for the mill", None, None, None),
        ("Umbrella", "1", "10.00", "10.00"),
    )
    invoice = read(*set_rows(XS, *rows, step=12), ("Total", 300, 460), ("90.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Package policy for the mill", "Umbrella"]


def test_a_head_with_a_word_for_descriptions_beside_another_is_theirs():
    rows = (("Qty", "Description / Material", "Price", "Amount"), ("2", "Copper pipe", "11.00", "22.00"))
    invoice = read(*set_rows((40, 90, 350, 480), *rows), ("Total", 300, 460), ("22.00", 480, 460))
    assert rows_of(invoice) == [("Copper pipe", "2", "22.00")]


def test_a_tax_amount_beside_prices_without_amounts_is_the_amount():
    rows = (
        ("Qty", "Description", "Rate", "VAT Amount"),
        ("2", "Copper pipe", "11.00", "22.00"),
        ("1", "Solder", "4.00", "4.00"),
    )
    invoice = read(*set_rows((40, 90, 350, 480), *rows), ("Total", 300, 460), ("26.00", 480, 460))
    assert [str(item.amount) for item in invoice.items] == ["22.00", "4.00"]


def test_the_title_of_a_table_heads_the_descriptions_beside_three_columns_of_numbers():
    rows = (
        ("Valley Power", "Consumption", "Price", "Amount"),
        ("Power", "40 kWh", "0.50", "20.00"),
        ("Surcharge", "40 kWh", "0.10", "4.00"),
    )
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("24.00", 480, 460))
    assert rows_of(invoice) == [("Power", "40", "20.00"), ("Surcharge", "40", "4.00")]


def test_lists_in_groups_are_lines_where_the_feet_make_a_total_and_taxes_are_none():
    rows = (
        ("Monthly charges", None), ("Fibre line", "30.00"), ("Router rental", "5.00"), ("Total monthly charges", "35.00"),
        ("Other charges", None), ("Visit of a technician", "15.00"), ("Total other charges", "15.00"),
        ("Taxes", None), ("Relay fund", "2.00"), ("State", "1.00"), ("Total taxes", "3.00"),
    )  # fmt: skip
    summary = (("Monthly charges", "35.00"), ("Other charges", "15.00"), ("Subtotal", "50.00"), ("Taxes", "3.00"))
    invoice = read(*set_rows((300, 480), *summary, ("Total due", "53.00"), top=160), *set_rows((40, 480), *rows))
    assert [row[0] for row in rows_of(invoice)] == ["Fibre line", "Router rental", "Visit of a technician"]


@pytest.mark.parametrize(("total", "foot"), [("50.00", "35.00"), ("36.00", "36.00")])
def test_lists_in_groups_whose_feet_are_no_total_or_not_their_sum_are_not_read(total, foot):
    rows = (("Credits", None), ("Used this month", "30.00"), ("Left over", "5.00"), ("Total credits", foot))
    page = make_page(("Amount due", 300, 160), (total, 480, 160), *set_rows((40, 480), *rows))
    assert read_grouped_items(build_layout(make_reading(page)), ".") == []


def test_tables_of_other_columns_whose_lines_are_numbered_on_are_needed_by_a_total():
    first = (
        ("No.", "Passenger", "Description", "Fare", "Amount"),
        ("1", "Roe, J.", "Flight to Oslo", "300.00", "300.00"),
    )
    second = (("No.", "Description", "Qty", "Price", "Amount"), ("2", "Service fee", "2", "10.00", "20.00"))
    lines = (*set_rows((40, 80, 180, 380, 480), *first), *set_rows((40, 80, 300, 380, 480), *second, top=360))
    invoice = read(*lines, ("Total", 300, 460), ("320.00", 480, 460))
    assert [row[0] for row in rows_of(invoice)] == ["Flight to Oslo", "Service fee"]
    other = read(*lines, ("Total", 300, 460), ("20.00", 480, 460))
    assert [row[0] for row in rows_of(other)] == ["Service fee"]


def test_a_product_with_a_unit_behind_its_price_is_of_the_line_above():
    rows = (("Unleaded", "39.72"), ("11.482 G @ $3.459/G", None), ("Car wash", "12.00"), ("Total", "51.72"))
    invoice = read(*set_rows((40, 300), *rows))
    assert rows_of(invoice) == [("Unleaded", "11.482", "39.72"), ("Car wash", None, "12.00")]
    assert invoice.items[0].unit_price == Decimal("3.459")


def test_a_discount_that_sums_up_priced_lines_below_it_is_taken_off_no_line():
    rows = (
        HEAD,
        ("Fees", None, None, "60.00"), ("Line", "2", "30.00", "60.00"),
        ("Discount", None, None, "-30.00"), ("For loyalty", "1", "-10.00", "-10.00"), ("For May", "2", "-10.00", "-20.00"),
    )  # fmt: skip
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("30.00", 480, 460))
    assert rows_of(invoice) == [("Line", "2", "60.00"), ("For loyalty", "1", "-10.00"), ("For May", "2", "-20.00")]


def test_a_discount_below_a_line_is_taken_off_it():
    rows = (HEAD, ("Line", "2", "30.00", "60.00"), ("Discount", None, None, "-10.00"), ("Router", "1", "5.00", "5.00"))
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("55.00", 480, 460))
    assert rows_of(invoice) == [("Line", "2", "50.00"), ("Router", "1", "5.00")]


def test_a_price_per_unit_heads_prices():
    rows = (("Description", "Space (sq.cm)", "Rate per sq.cm", "Amount"), ("Half page", "20", "5.00", "100.00"))
    invoice = read(*set_rows(XS, *rows), ("Total", 300, 460), ("100.00", 480, 460))
    assert (rows_of(invoice), invoice.items[0].unit_price) == ([("Half page", "20", "100.00")], Decimal("5.00"))


def test_price_and_quantity_below_the_head_of_the_prices_are_told_apart():
    """The head of the quantities is cut off, so that it is a word of the prices' head."""
    rows = (
        ("Description", "Quant Price per piece", None, "Amount"),
        ("Bolts", "1000", "14.66", "14,660.00"),
        ("Rails", "1.5", "7.14", "10.71"),
    )
    invoice = read(*set_rows((40, 300, 390, 480), *rows), ("Total", 300, 460), ("14,670.71", 480, 460))
    assert [(str(item.quantity), str(item.unit_price)) for item in invoice.items] == [
        ("1000", "14.66"),
        ("1.5", "7.14"),
    ]
