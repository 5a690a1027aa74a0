"""What an invoice's own arithmetic, check digits and dates say about it."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from msgspec import structs

from bursar.checks.invoice import check_invoice
from bursar.facts.box import Box
from bursar.facts.document import Address
from bursar.facts.evidence import Checks, Evidence, Issue, Severity, Source, Status, Verdict
from bursar.facts.invoice import (
    BankInfo,
    Customer,
    Invoice,
    InvoiceInfo,
    InvoiceLine,
    InvoiceSummary,
    Party,
    Payment,
    TaxLine,
)


def printed(confidence=0.97):
    return Evidence(1, Box(0, 0, 1, 1), "as printed", confidence, Source.TEXT)


def derived(confidence=0.9):
    return Evidence(None, None, None, confidence, Source.DERIVED)


def make_line(number, **values):
    text = {"description", "unit"}
    return InvoiceLine(number, **{name: v if name in text or v is None else Decimal(v) for name, v in values.items()})


def make_tax(rate, base, amount, kind="VAT"):
    return TaxLine(kind, *(None if part is None else Decimal(part) for part in (rate, base, amount)))


def make_invoice(lines=(), taxes=(), *, vendor_tax_id=None, iban=None, info=None, **summary):
    """Give an invoice whose every value is printed, with the totals as strings."""
    invoice = Invoice(
        invoice_info=info or InvoiceInfo(invoice_number="A-1", invoice_date=date(2024, 3, 1), currency="EUR"),
        vendor=Party(name="Seller Ltd", tax_id=vendor_tax_id, address=Address(text="1 High Street, London")),
        customer=Customer(name="Buyer Ltd", address=Address(text="2 Low Road, Leeds")),
        items=tuple(make_line(number, **line) for number, line in enumerate(lines, 1)),
        taxes=tuple(make_tax(*tax) for tax in taxes),
        summary=InvoiceSummary(**{name: Decimal(value) for name, value in summary.items()}),
        payment=Payment(bank_info=BankInfo(iban=iban)),
    )
    return replace(invoice, evidence=dict.fromkeys(_paths_of(invoice), printed()))


def _paths_of(invoice):
    yield from _given("invoice_info", invoice.invoice_info)
    yield from ("vendor.name", "vendor.address.text", "customer.name", "customer.address.text")
    yield from _given("summary", invoice.summary)
    if invoice.vendor.tax_id:
        yield "vendor.tax_id"
    for group in ("items", "taxes"):
        for index, part in enumerate(getattr(invoice, group)):
            yield from _given(f"{group}.{index}", part)


def _given(prefix, part):
    return (f"{prefix}.{field.name}" for field in fields(part) if getattr(part, field.name) is not None)


def full_invoice(**changes):
    """Give an invoice in which everything adds up."""
    parts = {
        "lines": [
            {"description": "Lamps", "quantity": "3", "unit_price": "100.00", "amount": "300.00"},
            {"description": "Desks", "quantity": "2", "unit_price": "50.00", "amount": "100.00"},
        ],
        "taxes": [("19", "400.00", "76.00")],
        "subtotal": "400.00",
        "tax_total": "76.00",
        "total": "476.00",
    }
    return make_invoice(**{**parts, **changes})


def find_equation(outcome, start):
    return next(equation for equation in outcome.checks.equations if equation.rule.startswith(start))


def codes(outcome):
    return [issue.code for issue in outcome.checks.issues]


# Lines


def test_quantity_times_price_is_the_amount_of_a_line():
    outcome = check_invoice(make_invoice([{"quantity": "3", "unit_price": "19.99", "amount": "59.97"}]))
    assert find_equation(outcome, "quantity").holds
    assert outcome.statuses["items.0.amount"] is Status.PROVEN


def test_a_line_that_does_not_compute_is_named():
    outcome = check_invoice(make_invoice([{"quantity": "3", "unit_price": "20.00", "amount": "61.00"}]))
    issue = outcome.checks.issues[0]
    assert (issue.code, issue.severity) == ("LINE_AMOUNT_MISMATCH", Severity.WARNING)
    assert issue.fields[0] == "items.0.amount"
    assert outcome.statuses["items.0.unit_price"] is Status.CONTRADICTED


@pytest.mark.parametrize(("amount", "holds"), [("33.33", True), ("33.30", False)])
def test_a_rounded_price_may_miss_the_amount_by_what_rounding_can_do(amount, holds):
    outcome = check_invoice(make_invoice([{"quantity": "3", "unit_price": "11.11", "amount": amount}]))
    assert find_equation(outcome, "quantity").holds is holds


@pytest.mark.parametrize(
    ("discount", "amount"),
    [("5.00", "145.00"), ("10", "135.00"), ("2.50", "147.50")],
    ids=["an amount", "a percentage", "an amount of some cents"],
)
def test_a_discount_of_a_line_is_an_amount_or_a_percentage(discount, amount):
    line = {"quantity": "3", "unit_price": "50.00", "discount": discount, "amount": amount}
    outcome = check_invoice(make_invoice([line]))
    equation = find_equation(outcome, "quantity")
    assert equation.holds
    assert "items.0.discount" in equation.fields


def test_a_discount_may_be_taken_from_each_piece():
    line = {"quantity": "4", "unit_price": "50.00", "discount": "3.00", "amount": "188.00"}
    assert find_equation(check_invoice(make_invoice([line])), "quantity").holds


def test_the_amount_of_a_line_may_hold_its_tax():
    line = {"quantity": "2", "unit_price": "50.00", "tax_rate": "20", "amount": "120.00"}
    assert find_equation(check_invoice(make_invoice([line])), "quantity").holds


@pytest.mark.parametrize(
    ("line", "base"),
    [
        ({"quantity": "200", "unit_price": "52.52", "amount": "105.04"}, "100"),
        ({"quantity": "3500", "unit_price": "10.50", "amount": "36.75"}, "1000"),
        ({"quantity": "9", "unit_price": "15.00", "amount": "45.00", "description": "Brackets (3 kg)"}, "3"),
        ({"quantity": "24", "unit_price": "18.00", "amount": "36.00", "unit": "per 12"}, "12"),
    ],
    ids=["per hundred", "per thousand", "as many as the description says", "as many as the unit says"],
)
def test_a_price_may_be_for_more_than_one_piece(line, base):
    outcome = check_invoice(make_invoice([line]))
    equation = find_equation(outcome, "quantity")
    assert (equation.holds, equation.rule) == (True, f"quantity × unit_price ÷ {base} = amount")
    assert outcome.checks.issues == ()


def test_a_price_for_many_fits_an_amount_and_does_not_prove_it():
    line = {"quantity": "200", "unit_price": "52.52", "amount": "105.04"}
    assert check_invoice(make_invoice([line])).statuses["items.0.amount"] is Status.CONSISTENT
    proven = check_invoice(make_invoice([line], subtotal="105.04", tax_total="19.96", total="125.00"))
    assert proven.statuses["items.0.amount"] is Status.PROVEN


def test_a_charge_on_a_line_is_a_discount_below_zero():
    line = {"quantity": "2", "unit_price": "15.00", "discount": "-15.00", "amount": "45.00"}
    assert find_equation(check_invoice(make_invoice([line])), "quantity").holds


def test_a_line_that_fails_beside_a_proven_sum_leaves_the_invoice_consistent():
    lines = [
        {"quantity": "28", "unit_price": "10.50", "amount": "288.75"},
        {"quantity": "1", "unit_price": "11.25", "amount": "11.25"},
    ]
    outcome = check_invoice(make_invoice(lines, subtotal="300.00", tax_total="57.00", total="357.00"))
    assert outcome.checks.verdict is Verdict.CONSISTENT
    assert outcome.statuses["items.0.quantity"] is Status.CONTRADICTED
    assert outcome.statuses["items.0.amount"] is Status.PROVEN
    assert not outcome.checks.straight_through


def test_a_line_without_quantity_is_not_tested():
    outcome = check_invoice(make_invoice([{"unit_price": "50.00", "amount": "120.00"}]))
    assert outcome.checks.verdict is Verdict.UNVERIFIABLE


# Sum of lines


def test_lines_add_up_to_the_subtotal():
    equation = find_equation(check_invoice(full_invoice()), "Σ items")
    assert (equation.rule, equation.holds) == ("Σ items = subtotal", True)


def test_lines_at_gross_prices_add_up_to_the_total():
    lines = [{"amount": "119.00"}, {"amount": "59.50"}]
    outcome = check_invoice(make_invoice(lines, subtotal="150.00", tax_total="28.50", total="178.50"))
    assert find_equation(outcome, "Σ items").rule == "Σ items = total"


def test_discount_and_shipping_of_the_document_stand_between_lines_and_subtotal():
    outcome = check_invoice(
        make_invoice([{"amount": "100.00"}], discount_total="10.00", shipping="5.00", total="95.00")
    )
    assert find_equation(outcome, "Σ items").holds


def test_a_discount_takes_from_what_is_credited_as_well_however_it_is_printed():
    for printed_as in ("10.00", "-10.00"):
        outcome = check_invoice(make_invoice([{"amount": "-100.00"}], discount_total=printed_as, total="-90.00"))
        assert outcome.checks.verdict is Verdict.PROVEN
        outcome = check_invoice(
            make_invoice(subtotal="-100.00", discount_total=printed_as, tax_total="-18.00", total="-108.00")
        )
        assert find_equation(outcome, "subtotal").holds


def test_lines_add_up_with_just_those_adjustments_that_the_subtotal_holds():
    outcome = check_invoice(
        make_invoice([{"amount": "100.00"}], discount_total="10.00", subtotal="90.00", shipping="5.00", total="95.00")
    )
    assert find_equation(outcome, "Σ items").fields == ("items.0.amount", "summary.discount_total", "summary.subtotal")
    assert outcome.checks.verdict is Verdict.PROVEN


def test_lines_with_tax_added_and_rounded_are_the_total_of_a_receipt():
    outcome = check_invoice(make_invoice([{"amount": "10.00"}], tax_total="0.61", rounding="-0.01", total="10.60"))
    assert find_equation(outcome, "Σ items").rule == "Σ items = total"


def test_lines_that_do_not_add_up_contradict_the_subtotal_and_not_each_line():
    outcome = check_invoice(full_invoice(lines=[{"amount": "300.00"}, {"amount": "90.00"}]))
    assert "LINE_SUM_MISMATCH" in codes(outcome)
    assert outcome.statuses.get("items.0.amount") is not Status.CONTRADICTED
    assert outcome.checks.verdict is Verdict.CONTRADICTED


def test_lines_are_not_summed_where_one_has_no_amount():
    outcome = check_invoice(full_invoice(lines=[{"amount": "300.00"}, {"description": "at no cost", "amount": None}]))
    assert not [equation for equation in outcome.checks.equations if equation.rule.startswith("Σ items")]


# Taxes


def test_base_times_rate_is_the_tax():
    assert find_equation(check_invoice(full_invoice()), "base").holds


def test_a_tax_that_does_not_compute_is_named():
    outcome = check_invoice(full_invoice(taxes=[("19", "400.00", "67.00")]))
    assert {"TAX_AMOUNT_MISMATCH", "TAX_SUM_MISMATCH"} <= set(codes(outcome))


def test_taxes_add_up_to_the_tax_total():
    taxes = [("19", "100.00", "19.00"), ("7", "100.00", "7.00")]
    outcome = check_invoice(make_invoice(taxes=taxes, subtotal="200.00", tax_total="26.00", total="226.00"))
    assert find_equation(outcome, "Σ taxes").holds


def test_a_service_charge_need_not_be_part_of_the_tax_total():
    taxes = [("10", "100.00", "10.00", "service_charge"), ("6", "110.00", "6.60")]
    outcome = check_invoice(make_invoice(taxes=taxes, subtotal="100.00", tax_total="6.60", total="116.60"))
    assert find_equation(outcome, "Σ taxes").holds
    assert find_equation(outcome, "subtotal").holds


# Totals


def test_subtotal_and_tax_are_the_total():
    outcome = check_invoice(full_invoice())
    assert find_equation(outcome, "subtotal").holds
    assert outcome.statuses["summary.total"] is Status.PROVEN


def test_a_total_that_does_not_compute_contradicts():
    outcome = check_invoice(full_invoice(total="467.00"))
    assert "TOTAL_MISMATCH" in codes(outcome)
    assert outcome.checks.verdict is Verdict.CONTRADICTED


def test_a_tax_total_that_nobody_printed_is_proven_by_the_taxes_that_are():
    taxes = [("19", "100.00", "19.00"), ("7", "100.00", "7.00")]
    invoice = make_invoice(taxes=taxes, subtotal="200.00", tax_total="26.00", total="226.00")
    outcome = check_invoice(replace(invoice, evidence={**invoice.evidence, "summary.tax_total": derived()}))
    assert outcome.checks.verdict is Verdict.PROVEN
    assert outcome.statuses["summary.tax_total"] is Status.PROVEN


def test_a_rate_without_an_amount_proves_the_total():
    outcome = check_invoice(make_invoice(taxes=[("9", None, None)], subtotal="2550", total="2779.5"))
    assert find_equation(outcome, "subtotal × (1 + rate)").holds
    assert outcome.statuses["summary.total"] is Status.PROVEN


@pytest.mark.parametrize(("total", "holds"), [("476.01", True), ("476.02", False)])
def test_a_total_may_miss_by_one_cent(total, holds):
    assert find_equation(check_invoice(full_invoice(total=total)), "subtotal").holds is holds


@pytest.mark.parametrize(
    ("adjustments", "total"),
    [
        ({"discount_total": "26.00"}, "450.00"),
        ({"discount_total": "-26.00"}, "450.00"),
        ({"shipping": "10.00"}, "486.00"),
        ({"tip": "4.00"}, "480.00"),
        ({"rounding": "-0.03"}, "475.97"),
        ({"discount_total": "26.00", "shipping": "10.00", "rounding": "0.05"}, "460.05"),
    ],
)
def test_discounts_charges_tip_and_rounding_stand_between_subtotal_and_total(adjustments, total):
    outcome = check_invoice(full_invoice(total=total, **adjustments))
    equation = find_equation(outcome, "subtotal")
    assert equation.holds
    assert {f"summary.{name}" for name in adjustments} <= set(equation.fields)


def test_an_equation_proves_nothing_when_one_side_was_derived_from_the_other():
    invoice = make_invoice(subtotal="100.00", tax_total="19.00", total="119.00")
    invoice = replace(invoice, evidence={**invoice.evidence, "summary.tax_total": derived()})
    outcome = check_invoice(invoice)
    assert find_equation(outcome, "subtotal").holds
    assert outcome.statuses["summary.total"] is Status.CONSISTENT
    assert outcome.checks.verdict is Verdict.CONSISTENT


# Amount due


def test_the_total_less_what_is_paid_is_due():
    outcome = check_invoice(full_invoice(amount_paid="100.00", amount_due="376.00"))
    assert find_equation(outcome, "total −").holds


def test_a_total_and_its_printed_rounding_are_the_amount_due():
    outcome = check_invoice(
        make_invoice(subtotal="121.50", tax_total="23.09", total="144.59", rounding="0.01", amount_due="144.60")
    )
    assert find_equation(outcome, "total + rounding").holds
    assert outcome.statuses["summary.amount_due"] is Status.PROVEN


def test_an_amount_due_that_differs_without_a_payment_may_be_of_another_invoice():
    outcome = check_invoice(full_invoice(amount_due="500.00"))
    assert outcome.checks.verdict is Verdict.PROVEN


def test_an_amount_due_that_does_not_compute_is_named():
    assert "AMOUNT_DUE_MISMATCH" in codes(check_invoice(full_invoice(amount_paid="100.00", amount_due="367.00")))


def test_a_negative_invoice_may_have_been_paid_by_a_negative_amount():
    outcome = check_invoice(make_invoice(total="-100.00", amount_paid="-40.00", amount_due="-60.00"))
    assert find_equation(outcome, "total −").holds


# Dates and check digits


def test_an_invoice_due_before_its_date_is_doubted():
    info = InvoiceInfo(invoice_number="A-1", invoice_date=date(2024, 3, 1), due_date=date(2024, 2, 1), currency="EUR")
    outcome = check_invoice(full_invoice(info=info))
    assert codes(outcome) == ["DUE_BEFORE_INVOICE"]
    assert not outcome.checks.straight_through


@pytest.mark.parametrize(
    ("iban", "status"),
    [("DE89370400440532013000", Status.PROVEN), ("DE89370400440532013001", Status.CONTRADICTED)],
)
def test_an_iban_stands_or_falls_with_its_check_digits(iban, status):
    assert check_invoice(full_invoice(iban=iban)).statuses["payment.bank_info.iban"] is status


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("DE136695976", Status.PROVEN),
        ("DE136695977", Status.CONTRADICTED),
        ("27AAPFU0939F1ZV", Status.PROVEN),
        ("27AAPFU0939F1ZX", Status.CONTRADICTED),
        ("12-3456789", None),
    ],
)
def test_tax_ids_with_check_digits_are_tested_and_others_left_alone(number, status):
    assert check_invoice(full_invoice(vendor_tax_id=number)).statuses.get("vendor.tax_id") is status


def test_failing_check_digits_are_worth_knowing_and_do_not_turn_the_verdict():
    outcome = check_invoice(full_invoice(iban="DE89370400440532013001"))
    assert [(issue.code, issue.severity) for issue in outcome.checks.issues] == [("CHECK_DIGIT_FAILS", Severity.INFO)]
    assert outcome.checks.verdict is Verdict.PROVEN


# Verdict and straight-through


def test_an_invoice_in_which_everything_adds_up_is_proven_and_goes_straight_through():
    outcome = check_invoice(full_invoice(vendor_tax_id="DE136695976"))
    assert outcome.checks.verdict is Verdict.PROVEN
    assert outcome.checks.straight_through
    assert outcome.checks.issues == ()


def test_an_invoice_with_nothing_to_test_is_unverifiable():
    assert check_invoice(make_invoice(total="100.00")).checks.verdict is Verdict.UNVERIFIABLE


def test_lines_that_compute_but_do_not_reach_the_total_are_consistent():
    outcome = check_invoice(make_invoice([{"quantity": "2", "unit_price": "5.00", "amount": "10.00"}]))
    assert outcome.checks.verdict is Verdict.CONSISTENT


NEEDED = [
    "invoice_info.invoice_number",
    "invoice_info.invoice_date",
    "invoice_info.currency",
    "vendor.name",
    "vendor.address.text",
    "customer.name",
    "customer.address.text",
    "summary.subtotal",
    "summary.tax_total",
    "summary.total",
]


def goes_straight(invoice, **evidence):
    changes = {path.replace("__", "."): seen for path, seen in evidence.items()}
    merged = {path: seen for path, seen in {**invoice.evidence, **changes}.items() if seen is not None}
    return check_invoice(replace(invoice, evidence=merged)).checks.straight_through


@pytest.mark.parametrize("path", NEEDED)
def test_nothing_goes_straight_through_without_a_required_field(path):
    assert not goes_straight(full_invoice(vendor_tax_id="DE136695976"), **{path: None})


@pytest.mark.parametrize("path", NEEDED)
def test_nothing_goes_straight_through_with_a_required_field_in_doubt(path):
    assert not goes_straight(full_invoice(vendor_tax_id="DE136695976"), **{path: printed(0.5)})


def test_a_receipt_needs_no_buyer():
    receipt = replace(full_invoice(vendor_tax_id="DE136695976"), document_type="receipt")
    assert goes_straight(receipt, customer__name=None, customer__address__text=None)


def test_a_seller_that_little_speaks_for_needs_a_tax_id():
    assert not goes_straight(full_invoice(), vendor__name=printed(0.88))
    assert goes_straight(full_invoice(vendor_tax_id="DE136695976"), vendor__name=printed(0.88))


def test_a_tax_id_does_not_help_a_name_that_may_be_misread():
    recognised = structs.replace(printed(0.88), source=Source.OCR)
    assert not goes_straight(full_invoice(vendor_tax_id="DE136695976"), vendor__name=recognised)


def test_check_digits_that_fail_are_a_misreading_where_they_were_recognised_from_pixels():
    invoice = full_invoice(vendor_tax_id="DE136695977")
    assert goes_straight(invoice)
    assert not goes_straight(invoice, vendor__tax_id=structs.replace(printed(), source=Source.OCR))


def test_a_tax_id_without_the_form_of_one_is_looked_at():
    outcome = check_invoice(full_invoice(vendor_tax_id="DE13669597"))
    assert "TAX_ID_MALFORMED" in codes(outcome)
    assert not outcome.checks.straight_through


def test_a_value_of_less_weight_must_be_fairly_sure_where_it_is_given():
    info = InvoiceInfo(invoice_number="A-1", invoice_date=date(2024, 3, 1), due_date=date(2024, 4, 1), currency="EUR")
    assert goes_straight(full_invoice(info=info))
    assert not goes_straight(full_invoice(info=info), invoice_info__due_date=printed(0.6))


def test_a_reference_of_the_buyer_that_may_be_the_order_is_looked_at():
    facts = {"invoice_number": "A-1", "invoice_date": date(2024, 3, 1), "currency": "EUR", "customer_reference": "R 1"}
    assert not goes_straight(full_invoice(info=InvoiceInfo(**facts)))
    assert goes_straight(full_invoice(info=InvoiceInfo(**facts, purchase_order="PO 1")))


@pytest.mark.parametrize("code", ["LABEL_UNREAD", "CURRENCY_ASSUMED", "DATE_ORDER_ASSUMED"])
def test_what_the_reading_left_open_is_looked_at(code):
    doubt = Issue(code, Severity.INFO, "as the extractor says")
    assert not check_invoice(replace(full_invoice(), checks=Checks(issues=(doubt,)))).checks.straight_through


def test_amounts_of_which_one_was_derived_do_not_go_straight_through():
    assert not goes_straight(full_invoice(), summary__subtotal=derived())


def test_a_discount_between_subtotal_and_total_is_looked_at():
    assert not goes_straight(full_invoice(discount_total="26.00", total="450.00"))
    assert goes_straight(full_invoice(shipping="10.00", total="486.00"))


def test_an_invoice_of_which_no_line_was_read_is_looked_at_unless_its_xml_has_none():
    bare = full_invoice(lines=[])
    assert not goes_straight(bare)
    assert goes_straight(bare, summary__total=structs.replace(printed(), source=Source.XML))


def test_an_invoice_with_a_line_of_nobody_knows_what_is_looked_at():
    lines = [
        {"description": "Lamps", "quantity": "3", "unit_price": "100.00", "amount": "300.00"},
        {"quantity": "2", "unit_price": "50.00", "amount": "100.00"},
    ]
    assert not goes_straight(full_invoice(lines=lines))


def credit(amount, total, quantity="2", price="60.00"):
    line = {"quantity": quantity, "unit_price": price, "amount": amount}
    return codes(check_invoice(make_invoice([line], total=total)))


def test_a_credit_whose_amounts_alone_are_below_zero_is_no_mismatch():
    assert "LINE_AMOUNT_MISMATCH" not in credit("-120.00", "-120.00")
    assert "LINE_AMOUNT_MISMATCH" in credit("-130.00", "-130.00")
    assert "LINE_AMOUNT_MISMATCH" in credit("-120.00", "120.00")
