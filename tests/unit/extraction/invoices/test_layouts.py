"""Invoices of every layout that the builders draw, in all their languages, read back as they were drawn."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

import bursar
from builders.invoices.layouts import LAYOUTS, draw_invoice
from bursar.facts.evidence import Status, Verdict

SEEDS = range(1, 7)
DOCUMENTS = [(layout.name, seed) for layout in LAYOUTS for seed in SEEDS]
PLACES = {
    "invoice_date": ("invoice_info", "invoice_date"),
    "date": ("invoice_info", "invoice_date"),
    "currency": ("invoice_info", "currency"),
    "tax_total": ("summary", "tax_total"),
    "total": ("summary", "total"),
    "amount_due": ("summary", "amount_due"),
    "seller_tax_id": ("vendor", "tax_id"),
}


@cache
def draw(layout, seed):
    return draw_invoice(next(each for each in LAYOUTS if each.name == layout), seed)


@cache
def read(layout, seed):
    invoice = bursar.parse_invoice(draw(layout, seed).pdf)
    assert isinstance(invoice, bursar.Invoice)
    return invoice


def same(read_value, drawn_value):
    if isinstance(read_value, Decimal):
        return read_value == Decimal(drawn_value)
    return str(read_value).replace(" ", "") == drawn_value.replace(" ", "")


@pytest.mark.parametrize(("layout", "seed"), DOCUMENTS)
def test_dates_amounts_and_identifiers_are_never_wrong(layout, seed):
    invoice, truth = read(layout, seed), draw(layout, seed).truth["fields"]
    for name, (part, field) in PLACES.items():
        found = getattr(getattr(invoice, part), field)
        assert found is None or name not in truth or same(found, truth[name]), name


def test_little_of_that_is_missing():
    asked = [
        (getattr(getattr(read(layout, seed), part), field), layout, seed, name)
        for layout, seed in DOCUMENTS
        for name, (part, field) in PLACES.items()
        if name in draw(layout, seed).truth["fields"]
    ]
    missing = [where for found, *where in asked if found is None]
    assert len(missing) * 40 <= len(asked), missing


def test_line_items_come_back_with_their_amounts():
    drawn = [(layout, seed, draw(layout, seed).truth["fields"].get("line_items", [])) for layout, seed in DOCUMENTS]
    right = sum(
        [same(line.amount, row["amount"]) for line, row in zip(read(layout, seed).items, rows, strict=False)].count(
            True
        )
        for layout, seed, rows in drawn
    )
    assert right >= 0.9 * sum(len(rows) for _, _, rows in drawn)


@pytest.mark.parametrize(("layout", "seed"), DOCUMENTS)
def test_what_is_proven_is_right(layout, seed):
    invoice, truth = read(layout, seed), draw(layout, seed).truth["fields"]
    if invoice.checks.verdict is Verdict.PROVEN and invoice.evidence["summary.total"].status is Status.PROVEN:
        assert same(invoice.summary.total, truth["total"])


@pytest.mark.parametrize(("layout", "seed"), DOCUMENTS)
def test_every_value_has_a_place_on_the_page_or_says_from_what_it_came(layout, seed):
    invoice = read(layout, seed)
    for path in ("invoice_info.invoice_number", "invoice_info.invoice_date", "summary.total", "vendor.name"):
        part, field = path.split(".")
        if getattr(getattr(invoice, part), field) is not None:
            seen = invoice.evidence[path]
            assert seen.box is not None or seen.derived_from
