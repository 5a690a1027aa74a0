"""Taxes on slips of tills: in summaries by codes, where some is sold without tax, and in words behind the total."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

SOLD = (("Brass hook", "12.00"), ("Rye flour", "9.20"), ("TOTAL", "21.20"))


def read(*rows):
    cells = [("FERN & FIELD SDN BHD", 40, 30), ("TAX INVOICE", 40, 50)]
    for place, row in enumerate(rows):
        lefts = (40, 180, 260) if len(row) > 2 else (40, 260)
        cells += [(text, x, 80 + 16 * place) for text, x in zip(row, lefts, strict=False)]
    return extract_invoice(make_reading(make_page(*cells)))


@pytest.mark.parametrize("head", [("GST Summary", "Amount(RM)", "Tax(RM)"), ("VAT Analysis", "Goods", "Tax Amt")])
@pytest.mark.parametrize("codes", [("SR @ 6%", "ZR @ 0%"), ("S = 6%", "Z = 0%"), ("6.00", "0.00")])
def test_what_is_sold_without_tax_makes_the_total_with_the_rest_of_a_summary(head, codes):
    invoice = read(*SOLD, head, (codes[0], "11.32", "0.68"), (codes[1], "9.20", "0.00"))
    assert (invoice.summary.tax_total, invoice.summary.total) == (Decimal("0.68"), Decimal("21.20"))


@pytest.mark.parametrize(
    "line", [("Total includes GST of 1.93",), ("Incl. 10% GST of 1.93",), ("GST INCLUDED IN TOTAL", "1.93")]
)
def test_a_tax_in_words_behind_the_total_is_contained_in_it(line):
    invoice = read(*SOLD, line)
    assert (invoice.summary.tax_total, invoice.summary.total) == (Decimal("1.93"), Decimal("21.20"))


@pytest.mark.parametrize("line", [("Total incl. GST", "21.20"), ("Total including GST 21.20",)])
def test_a_total_with_its_tax_is_no_tax(line):
    invoice = read(*SOLD, line)
    assert (invoice.summary.tax_total, invoice.summary.total) == (None, Decimal("21.20"))


def test_a_contained_tax_without_a_rate_is_taken_beside_a_subtotal_that_makes_the_total_without_any():
    rows = (*SOLD[:2], ("Subtotal", "21.20"), ("Rounding", "0.05"), ("TOTAL", "21.25"))
    assert read(*rows, ("GST included", "1.93")).summary.tax_total == Decimal("1.93")


def test_a_contained_tax_whose_rate_does_not_make_it_is_not_taken_beside_such_a_subtotal():
    rows = (*SOLD[:2], ("Subtotal", "21.20"), ("TOTAL", "21.20"))
    assert read(*rows, ("GST included 10%", "4.93")).summary.tax_total is None


@pytest.mark.parametrize("label", ["Gross Amt (Excl. GST) :", "Subtotal (before GST) :"])
def test_what_stands_in_brackets_behind_a_label_is_no_label_of_its_amount(label):
    invoice = read(*SOLD[:2], (label, "20.00"), ("GST (6%) :", "1.20"), ("Total :", "21.20"))
    assert (invoice.summary.subtotal, invoice.summary.tax_total) == (Decimal("20.00"), Decimal("1.20"))
