"""Retentions and taxes that the buyer withholds, and totals that charges, tips and taxes lead to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading
from bursar.checks.invoice import check_invoice
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source, Verdict

XS = (40, 250, 350, 480)
TABLE = (
    ("Description", "Qty", "Price", "Amount"), ("Groundworks", "4", "200.00", "800.00"), ("Gravel", "10", "20.00", "200.00"),
)  # fmt: skip


def read(*sums):
    lines = [(text, x, 300 + 20 * place) for place, row in enumerate(TABLE) for text, x in zip(row, XS, strict=True)]
    lines += [
        (text, x, 380 + 18 * place) for place, row in enumerate(sums) for text, x in zip(row, (300, 480), strict=True)
    ]
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))


def summary_of(invoice):
    summary = invoice.summary
    return [str(value) for value in (summary.subtotal, summary.tax_total, summary.total, summary.amount_due)]


def withheld(invoice):
    return [str(tax.amount) for tax in invoice.taxes if tax.kind == "withholding"]


NET = (("Subtotal", "1,000.00"), ("VAT 20%", "200.00"))


@pytest.mark.parametrize("word", ["CIS deduction", "Less retention", "Sicherheitseinbehalt", "Ritenuta d'acconto"])
def test_what_is_withheld_stands_between_total_and_amount_due(word):
    invoice = read(*NET, ("Total", "1,200.00"), (word, "-150.00"), ("Amount payable", "1,050.00"))
    assert summary_of(invoice) == ["1000.00", "200.00", "1200.00", "1050.00"]
    assert withheld(invoice) == ["150.00"]
    assert check_invoice(invoice).checks.verdict is Verdict.PROVEN


def test_the_total_before_is_derived_where_only_what_is_left_is_printed():
    invoice = read(*NET, ("Withholding tax 15%", "-150.00"), ("Total", "1,050.00"))
    assert summary_of(invoice) == ["1000.00", "200.00", "1200.00", "1050.00"]
    assert invoice.evidence["summary.total"].source is Source.DERIVED
    assert invoice.evidence["summary.amount_due"].text == "1,050.00"


def test_what_is_withheld_before_the_tax_leaves_the_total():
    sums = (("Value of work", "1,000.00"), ("Less retention 5%", "-50.00"), ("Subtotal", "950.00"))
    invoice = read(*sums, ("VAT 20%", "190.00"), ("Total", "1,140.00"))
    assert summary_of(invoice) == ["950.00", "190.00", "1140.00", "1140.00"]
    assert check_invoice(invoice).checks.verdict is Verdict.PROVEN


def test_a_retention_that_makes_no_amount_due_is_not_taken_off():
    invoice = read(*NET, ("Total", "1,200.00"), ("Retention", "75.00"))
    assert summary_of(invoice) == ["1000.00", "200.00", "1200.00", "1200.00"]
    assert withheld(invoice) == []


def test_an_amount_due_that_what_is_withheld_does_not_lead_to_is_contradicted():
    invoice = read(*NET, ("Total", "1,200.00"), ("Less retention", "-150.00"), ("Amount payable", "1,050.00"))
    wrong = check_invoice(_with_due(invoice, Decimal("1049.00")))
    assert any(issue.code == "AMOUNT_DUE_MISMATCH" for issue in wrong.checks.issues)


def _with_due(invoice, due):
    return replace(invoice, summary=replace(invoice.summary, amount_due=due))


def test_a_total_of_the_lines_above_charges_is_the_subtotal():
    invoice = read(
        ("Total", "1,000.00"), ("Less: Trade discount", "20.00"), ("Freight", "50.00"), ("Grand total", "1,030.00")
    )
    assert (invoice.summary.total, invoice.summary.subtotal) == (Decimal("1030.00"), Decimal("1000.00"))


def test_a_single_total_is_no_subtotal_as_well_where_charges_do_not_lead_to_another():
    invoice = read(("Total", "1,000.00"), ("Total weight", "1,030.00"))
    assert invoice.summary.total == Decimal("1000.00")


def test_the_total_with_the_tip_is_what_is_said_to_be_paid():
    invoice = read(*NET, ("Total", "1,200.00"), ("Tip", "100.00"), ("Total paid", "1,300.00"))
    assert (invoice.summary.total, invoice.summary.tip) == (Decimal("1300.00"), Decimal("100.00"))


def test_a_suggested_tip_is_no_part_of_the_total():
    invoice = read(*NET, ("Total", "1,200.00"), ("Suggested tip:", "180.00"), ("Total paid", "1,200.00"))
    assert invoice.summary.total == Decimal("1200.00")


@pytest.mark.parametrize(("below", "tax"), [("22.00", Decimal("22.00")), ("23.00", None)])
def test_a_tax_stands_below_a_head_that_states_its_base(below, tax):
    xs = (40, 180, 320, 480)
    table = (("Descrizione", "Quantità", "Prezzo", "Importo"), ("Carta", "5", "20,00", "100,00"))
    strip = (("Totale imponibile", "Iva 22% su 100,00", "Pagamento", "Tot. documento"), ("100,00", below.replace(".", ","), "RB", "122,00"))  # fmt: skip
    lines = [(text, x, 300 + 20 * at) for at, row in enumerate(table) for text, x in zip(row, xs, strict=True)]
    lines += [(text, x, 420 + 11 * at) for at, row in enumerate(strip) for text, x in zip(row, xs, strict=True)]
    invoice = extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))
    assert (invoice.summary.tax_total or None) == tax
