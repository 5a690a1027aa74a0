"""Labels that stand side by side above their values, labels in two languages, and what is stamped across a page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading, make_words
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.box import Box
from bursar.reading.lines import lines_of

TITLE = ("INVOICE", 250, 60, 16)
TOTAL = ("Total: EUR 20.00", 400, 500)


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


def test_a_number_in_a_strip_beside_the_date_is_the_invoices():
    strip = [("Number", 40, 100, 7), ("Invoice date", 180, 100, 7), ("P.O. #", 320, 100, 7)]
    values = [("FA 70021", 40, 112), ("27/12/2025", 180, 112), ("4501524", 320, 112)]
    invoice = read(TITLE, *strip, *values, TOTAL)
    assert invoice.invoice_info.invoice_number == "FA 70021"
    assert invoice.invoice_info.purchase_order == "4501524"


@pytest.mark.parametrize(
    "strip",
    [
        [("Number", 40, 100, 7), ("Depot", 180, 100, 7)],  # of whatever it may be
        [("Customer", 40, 88), ("Number", 40, 100, 7), ("Invoice date", 180, 100, 7)],  # the customer's
    ],
)
def test_a_number_of_something_else_is_not(strip):
    invoice = read(TITLE, *strip, ("FA 70021", 40, 112), ("27/12/2025", 180, 112), TOTAL)
    assert invoice.invoice_info.invoice_number is None


def test_the_halves_of_a_label_in_two_languages_do_not_share_out_its_value():
    strip = [("Vencimiento / Payment due", 40, 100, 6), ("Fecha de factura / Issue date", 200, 100, 6)]
    values = [("27 de marzo de 2020", 40, 112), ("27 de enero de 2020", 200, 112)]
    invoice = read(("Factura / Invoice", 250, 60, 16), *strip, *values, TOTAL)
    assert invoice.invoice_info.due_date == date(2020, 3, 27)
    assert invoice.invoice_info.invoice_date == date(2020, 1, 27)


def test_a_stamp_across_the_totals_says_nothing_of_them():
    lines = [TITLE, ("Subtotal", 40, 460), ("100.00", 250, 460), ("VAT 20%", 40, 475), ("20.00", 250, 475)]
    page = make_page(*lines, ("Total", 40, 490), ("120.00", 250, 490))
    (stamp,) = make_words("PAID", 140, 400, 48)
    stamp = replace(stamp, box=Box(140, 400, 330, 590))  # of letters that climb by half a right angle
    words = (*page.words, stamp)
    invoice = extract_invoice(make_reading(replace(page, words=words, lines=tuple(lines_of(words)))))
    assert invoice.summary.total == Decimal("120.00")
    assert invoice.summary.tax_total == Decimal("20.00")
    assert invoice.summary.amount_paid is None


def test_values_of_a_strip_that_run_together_are_cut_below_the_edges_of_its_labels():
    strip = [("Number", 60, 100), ("Date", 129, 100), ("Order No.", 200, 100), ("Depot", 290, 100)]
    values = [("RE 2741", 60, 112), ("23 Sept 2020 B3112/20", 129, 112), ("Leeds", 290, 112)]
    invoice = read(TITLE, *strip, *values, TOTAL)
    assert invoice.invoice_info.invoice_date == date(2020, 9, 23)
    assert invoice.invoice_info.purchase_order == "B3112/20"
