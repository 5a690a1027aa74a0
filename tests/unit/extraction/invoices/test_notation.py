"""What an invoice leaves open, and what settles it: orders of dates, decimals, signs of currencies, answers of forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

NUMBER = (("Invoice number: 4711", 40, 60),)
HEAD = (("Description", 40, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))


def read(*lines, total="Total 60.00 EUR"):
    return extract_invoice(make_reading(make_page(*NUMBER, *lines, (total, 400, 700))))


def test_payment_is_not_due_before_the_invoice():
    invoice = read(("Invoice date: 05/06/2024", 40, 75), ("Due date: 07/04/2024", 40, 90))
    assert (invoice.invoice_info.invoice_date, invoice.invoice_info.due_date) == (date(2024, 5, 6), date(2024, 7, 4))
    assert (invoice.conventions.date_order.value, invoice.conventions.date_order.ambiguous) == ("MDY", False)
    assert not invoice.checks.issues


def test_an_order_that_the_days_bear_out_is_settled():
    order = read(("Invoice date: 06/05/2024", 40, 75), ("Due date: 05/06/2024", 40, 90)).conventions.date_order
    assert (order.value, order.ambiguous) == ("DMY", False)


@pytest.mark.parametrize("due", ["07/07/2024", "06/07/2024", None])
def test_days_that_fit_in_both_orders_leave_it_open(due):
    lines = (("Invoice date: 05/06/2024", 40, 75), *((("Due date: " + due, 40, 90),) if due else ()))
    order = read(*lines).conventions.date_order
    assert (order.value, order.ambiguous) == ("DMY", True)


def test_a_day_that_settles_the_order_goes_before_the_relation():
    invoice = read(("Invoice date: 13/06/2024", 40, 75), ("Due date: 07/04/2024", 40, 90))
    assert invoice.invoice_info.due_date == date(2024, 4, 7)


@pytest.mark.parametrize(
    ("total", "value"),
    [
        ("Total KWD 2.444", "2.444"),
        ("Total TND 2,444", "2.444"),
        ("Total EUR 2.444", "2444"),
        ("Total KWD 2,444", "2444"),
    ],
)
def test_three_digits_behind_the_only_mark_are_decimals_of_a_currency_that_has_three(total, value):
    lamps = (("Lamps", 40, 320), ("1", 250, 320), (total.split()[-1], 350, 320), (total.split()[-1], 480, 320))
    assert read(*HEAD, *lamps, total=total).summary.total == Decimal(value)


def test_a_mark_that_some_number_settles_is_the_decimal_one():
    lamps = (("Lamps", 40, 320), ("1", 250, 320), ("2,444.500", 350, 320), ("2,444.500", 480, 320))
    assert read(*HEAD, *lamps, total="Total KWD 2,444.500").summary.total == Decimal("2444.500")


def test_a_dollar_of_no_country_is_said_to_be_open():
    invoice = read(total="Total $60.00")
    assert invoice.conventions.currency.ambiguous
    assert {"USD", "CAD", "AUD"} <= set(invoice.conventions.currency.alternatives)
    assert [issue.code for issue in invoice.checks.issues] == ["CURRENCY_ASSUMED"]


def test_a_currency_that_is_named_is_not():
    convention = read().conventions.currency
    assert (convention.value, convention.ambiguous, convention.alternatives) == ("EUR", False, ())


@pytest.mark.parametrize(
    ("line", "owed"),
    [
        ("Reverse Charge (Y/N): N", False), ("Reverse Charge (Y/N): Y", True), ("Tax payable on reverse charge basis: NO", False),
        ("Whether reverse charge applicable - N", False), ("Reverse charge applicable? No", False), ("Reverse charge: Yes", True),
        ("Whether tax is payable under reverse charge: Yes", True), ("Reverse charge (Y/N):", False), ("Reverse charge not applicable", False),
        ("This supply is not subject to reverse charge.", False), ("Amount of tax subject to reverse charge: 0.00", False),
        ("VAT reverse charge, article 196 of Directive 2006/112/EC", True), ("Reverse charge. No VAT is charged on this invoice.", True),
        ("Reverse charge: N Place of Supply: Goa", False), ("Steuerschuldnerschaft des Leistungsempfängers", True),
        ("Steuerschuldnerschaft des Leistungsempfängers: nein", False), ("Autoliquidation de la TVA", True), ("Autoliquidation : non", False),
        ("The reverse gear is charged for", False),
    ],
)  # fmt: skip
def test_a_form_answers_whether_the_buyer_owes_the_tax(line, owed):
    assert read((line, 40, 120)).reverse_charge is owed


def test_the_answer_may_stand_in_the_next_cell():
    assert not read(("Reverse Charge", 40, 120), ("No", 200, 120)).reverse_charge
    assert read(("Reverse Charge", 40, 120), ("Yes", 200, 120)).reverse_charge
