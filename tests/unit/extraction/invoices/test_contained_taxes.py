"""Taxes that the total contains: one sum of several rates, told by their words or by what they make."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.checks.invoice import check_invoice
from bursar.checks.straight_through import CONTAINED_RULE
from bursar.extraction.invoices.extractor import extract_invoice

HEAD = ("Description", "Qty", "Price", "Amount")


def read(*foot, rows=(("Oak shelf", "2", "53.50", "107.00"), ("Brass hook", "1", "11.90", "11.90")), head=HEAD):
    lefts = (40, 250, 350, 480)
    cells = [
        (text, x, 300 + 20 * place)
        for place, row in enumerate((head, *rows))
        for text, x in zip(row, lefts, strict=True)
    ]
    cells += [(text, 40, 400 + 20 * place) for place, text in enumerate(foot)]
    return extract_invoice(make_reading(make_page(("Invoice", 40, 40), *cells)))


def taxes(invoice):
    return [(tax.kind, tax.rate, tax.amount) for tax in invoice.taxes]


@pytest.mark.parametrize("words", ["enthaltene MwSt. {}:", "incl. {} VAT", "incl. VAT {}:", "VAT {}:"])
def test_contained_taxes_of_several_rates_are_one_sum(words):
    invoice = read("Total: 118.90", f"{words.format('7 %')} 7.00", f"{words.format('19 %')} 1.90")
    assert taxes(invoice) == [("VAT", 7, Decimal("7.00")), ("VAT", 19, Decimal("1.90"))]
    assert invoice.summary.tax_total == Decimal("8.90")
    assert invoice.summary.total == Decimal("118.90")


def test_a_tax_that_makes_the_total_with_the_lines_is_the_whole_tax():
    invoice = read("VAT 19 %: 22.59", "Total: 141.49", "of which 7 % VAT on samples: 0.70")
    assert invoice.summary.tax_total == Decimal("22.59")


@pytest.mark.parametrize("line", ["GST included in total: $10.81", "Includes GST of $10.81", "Incl. GST: $10.81"])
def test_a_contained_tax_is_the_whole_tax_and_no_total(line):
    invoice = read("Total (inc GST): $118.90", line)
    assert (invoice.summary.total, invoice.summary.tax_total) == (Decimal("118.90"), Decimal("10.81"))
    assert [tax.kind for tax in invoice.taxes] == ["GST"]


def test_a_tax_contained_in_the_subtotal_is_not_added():
    rows = (("Fish", "1", "33.00", "33.00"), ("Water", "1", "10.00", "10.00"))
    foot = ("Subtotal: 43.00", "Service charge 12.5%: 5.38", "Total: 48.38", "VAT included @20%: 7.17")
    invoice = read(*foot, rows=rows)
    assert (invoice.summary.subtotal, invoice.summary.tax_total, invoice.summary.total) == (
        Decimal("43.00"),
        Decimal("7.17"),
        Decimal("48.38"),
    )
    outcome = check_invoice(invoice)
    assert [e.holds for e in outcome.checks.equations if e.rule == CONTAINED_RULE] == [True]
    assert not outcome.checks.straight_through
    assert "TOTAL_MISMATCH" not in {issue.code for issue in outcome.checks.issues}


def test_a_tax_that_makes_no_total_is_not_taken_where_a_subtotal_is_printed():
    rows = (("Fish", "1", "33.00", "33.00"), ("Water", "1", "10.00", "10.00"))
    invoice = read("Subtotal: 43.00", "Total: 43.00", "VAT included @20%: 9.17", rows=rows)
    assert invoice.summary.tax_total is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [("Includes GST", "GST"), ("CGST 9%", "CGST"), ("Add: SGST 9%", "SGST"), ("IGST", "IGST"), ("HST", "GST")],
)
def test_the_kind_of_a_tax_is_a_word_of_its_label(label, kind):
    assert [tax.kind for tax in read("Total: 118.90", f"{label}: 10.81").taxes] == [kind]


@pytest.mark.parametrize(
    ("amounts", "rates"),
    [
        (("$9.73", "$1.08"), [None, None]),
        (("53.50", "1.08"), [None, None]),
        (("19.00", "7.00"), [Decimal("19.00"), Decimal("7.00")]),
        (("10", "10"), [Decimal(10), Decimal(10)]),
    ],
)
def test_amounts_of_money_below_a_word_for_taxes_are_no_rates(amounts, rates):
    rows = (("Oak shelf", "2", amounts[0], "107.00"), ("Brass hook", "1", amounts[1], "11.90"))
    invoice = read("Total: 118.90", rows=rows, head=("Description", "Qty", "GST", "Amount"))
    assert [item.tax_rate for item in invoice.items] == rates
    if rates[0] is None:
        assert all(item.tax_amount is not None for item in invoice.items)


PARTS = (40, 200, 250, 310, 360, 410, 480)


def in_parts(*amounts):
    head = ("Description", "Qty", "Price", "CGST", "SGST", "IGST", "Amount")
    cells = [(text, x, 300) for text, x in zip(head, PARTS, strict=True)]
    row = ("Steel angle", "2", "50.00", *amounts, "100.00")
    cells += [(text, x, 320) for text, x in zip(row, PARTS, strict=True) if text]
    cells += [("Subtotal: 100.00", 300, 400)]
    cells += [("CGST", 300, 420), ("9", 380, 420), ("%", 410, 420), ("9.00", 480, 420)]
    cells += [("SGST", 300, 440), ("9", 380, 440), ("%", 410, 440), ("9.00", 480, 440), ("Total: 118.00", 300, 460)]
    return extract_invoice(make_reading(make_page(("Tax invoice", 40, 40), *cells)))


@pytest.mark.parametrize(
    ("amounts", "rate"),
    [
        (("9", "9", ""), 18),
        (("9", "9", "0"), 18),
        (("", "", "18"), 18),
        (("9.00", "9.00", ""), None),
        (("0", "0", ""), None),
    ],
)
def test_the_rate_of_a_line_is_that_of_its_parts(amounts, rate):
    assert [item.tax_rate for item in in_parts(*amounts).items] == [rate]


def test_a_rate_whose_sign_stands_in_a_column_of_its_own_is_read():
    assert taxes(in_parts("9", "9", "")) == [("CGST", 9, Decimal("9.00")), ("SGST", 9, Decimal("9.00"))]
