"""Weeks that are no quantities, payments among charges, earlier invoices below the total, lines as high as those above."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

LEFTS = (40, 120, 300, 400, 500)


def read(rows, *below, top=200):
    table = [
        (text, x, top + 20 * place)
        for place, row in enumerate(rows)
        for text, x in zip(row, LEFTS, strict=True)
        if text
    ]
    first = (("ELMFIELD WORKS LTD", 40, 30), ("Invoice no: 4471", 40, 50), ("Date: 12/03/2026", 40, 70))
    after = [(text, 380, top + 20 * (len(rows) + 1 + place)) for place, text in enumerate(below)]
    return extract_invoice(make_reading(make_page(*first, *table, *after)))


def rows_of(invoice):
    return [(item.description, item.quantity, item.amount) for item in invoice.items]


def weeks(head, *rows):
    return [("Description", "", *head), *(("Fence hire", "", *row) for row in rows)]


@pytest.mark.parametrize(
    ("head", "rows", "quantities"),
    [
        (("Weeks", "Rate", "Amount"), (("36", "45.00", "90.00"), ("37", "45.00", "45.00")), [None, None]),
        (("Weeks", "", "Amount"), (("36", "", "90.00"), ("37", "", "45.00")), [None, None]),
        (("Weeks", "Rate", "Amount"), (("2", "45.00", "90.00"), ("1", "45.00", "45.00")), [2, 1]),
        (("Weeks", "Rate", "Amount"), (("2", "45.00", "90.00"), ("1", "45.00", "40.50")), [2, 1]),
        (("Weeks", "", "Amount"), (("4", "", "90.00"), ("2", "", "45.00")), [4, 2]),
        (("Qty", "Rate", "Amount"), (("36", "45.00", "90.00"), ("37", "45.00", "45.00")), [36, 37]),
    ],
)
def test_numbers_of_weeks_are_no_quantities_where_nothing_bears_them_out(head, rows, quantities):
    invoice = read(weeks(head, *rows), "Total: 135.00")
    assert [item.quantity for item in invoice.items] == quantities


PRICED = [
    ("Description", "", "Qty", "Price", "Amount"),
    ("Shelf", "", "2", "45.00", "90.00"),
    ("Bracket", "", "4", "2.50", "10.00"),
]


@pytest.mark.parametrize("word", ["Pay this", "Total", "Grand sum of it all"])
def test_a_line_as_high_as_those_above_is_one_where_all_of_them_come_to_what_follows(word):
    invoice = read([*PRICED, ("Installation", "", "", "", "100.00")], f"{word} 200.00")
    assert [row[0] for row in rows_of(invoice)] == ["Shelf", "Bracket", "Installation"]


def test_a_sum_of_the_lines_is_none_of_them_where_they_come_to_what_follows_without_it():
    invoice = read([*PRICED, ("", "Materials", "", "", "100.00")], "VAT 20%: 20.00", "Total: 120.00")
    assert [row[0] for row in rows_of(invoice)] == ["Shelf", "Bracket"]


EARLIER = ("Invoice 4401 01/02/2026 250.00", "Invoice 4417 11/02/2026 50.00")


@pytest.mark.parametrize(
    ("rows", "account", "due"),
    [
        (EARLIER, "Total outstanding: 400.00", "100.00"),
        ((*EARLIER, "Invoice 4471 12/03/2026 100.00"), "Balance due: 400.00", "100.00"),
        (EARLIER, "Total due: 420.00", "420.00"),
        (("Previous balance 01/02/2026 50.00",), "Total due: 150.00", "150.00"),
        (("Interest until 01/04/2026",), "Total due: 104.00", "104.00"),
    ],
)
def test_what_an_account_owes_with_earlier_invoices_is_not_due_of_this_one(rows, account, due):
    invoice = read(PRICED, "Total: 100.00", *rows, account)
    assert (invoice.summary.total, invoice.summary.amount_due) == (Decimal("100.00"), Decimal(due))


FOLIO = [
    ("Date", "Description", "", "Charges", "Credits"),
    ("01/03/2026", "Room 12", "", "120.00", ""),
    ("01/03/2026", "City tax", "", "4.00", ""),
    ("02/03/2026", "Card payment", "", "", "100.00"),
    ("02/03/2026", "Breakfast", "", "16.00", ""),
]


def test_a_payment_in_a_column_of_credits_is_no_line_and_none_goes_on_in_it():
    invoice = read(FOLIO, "Total charges: 140.00", "Balance due: 40.00")
    assert [row[0] for row in rows_of(invoice)] == ["Room 12", "City tax", "Breakfast"]


@pytest.mark.parametrize(
    ("below", "amounts"),
    [
        (("Subtotal: 80.00", "VAT 10%: 8.00", "Total: 88.00"), ["90.00", "10.00", "-20.00"]),
        (("Total charges: 100.00", "Balance due: 80.00"), ["90.00", "10.00"]),
        (("Balance due: 80.00",), ["90.00", "10.00"]),
    ],
)
def test_a_credit_is_a_line_below_zero_where_the_total_needs_it(below, amounts):
    rows = [
        ("Description", "", "", "Charges", "Credits"),
        ("Shelf", "", "", "90.00", ""),
        ("Bracket", "", "", "10.00", ""),
        ("Shelf returned", "", "", "", "20.00"),
    ]
    assert [item.amount for item in read(rows, *below).items] == [Decimal(amount) for amount in amounts]


def test_a_tax_of_the_document_ends_the_lines_though_it_is_dated():
    rows = [*FOLIO[:2], ("02/03/2026", "VAT 10%", "", "12.00", "")]
    assert [row[0] for row in rows_of(read(rows, "Total: 132.00"))] == ["Room 12"]


@pytest.mark.parametrize(
    ("middle", "subtotal", "tax"),
    [(("1000.00", "137.00", "1137.00"), "1000.00", "137.00"), (("", "", "1137.00"), None, None)],
)
def test_values_may_stand_in_the_middle_of_cells_beside_two_rows(middle, subtotal, tax):
    heads = ("Taxable base", "VAT", "Total bases", "Total tax", "Invoice total")
    lefts = (40, 130, 240, 340, 440)
    lines = [(text, x, 300) for text, x in zip(heads, lefts, strict=True)]
    lines += [("600.00", 40, 316), ("97.00", 130, 316), ("400.00", 40, 332), ("40.00", 130, 332)]
    lines += [(text, x, 324) for text, x in zip(middle, lefts[2:], strict=True) if text]
    first = (("ELMFIELD WORKS LTD", 40, 30), ("Invoice no: 4471", 40, 50), ("Date: 12/03/2026", 40, 70))
    summary = extract_invoice(make_reading(make_page(*first, *lines))).summary
    assert summary.total == Decimal("1137.00")
    if subtotal is not None:
        assert (summary.subtotal, summary.tax_total) == (Decimal(subtotal), Decimal(tax))
