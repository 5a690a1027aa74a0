"""What an e-invoice says must hold together under the checks, by the rules of EN 16931 that it was written by."""

from decimal import Decimal

import pytest

from builders.einvoices import Charge, Deal, Good, Tax, build_cii, build_ubl
from bursar.checks.invoice import check_invoice
from bursar.extraction.einvoice import read_einvoice
from bursar.facts.evidence import Verdict

DEALS = {
    "plain": Deal(),
    "allowance and freight": Deal(
        charges=(Charge("30.00", "Treuerabatt"), Charge("10.00", "Fracht", is_charge=True)),
        allowances="30.00",
        net="180.00",
        taxes=(Tax(base="180.00", amount="34.20"),),
        tax="34.20",
        total="214.20",
        due="214.20",
    ),
    "another charge": Deal(
        charges=(Charge("10.00", "Mindermengenzuschlag", is_charge=True),),
        net="210.00",
        taxes=(Tax(base="210.00", amount="39.90"),),
        tax="39.90",
        total="249.90",
        due="249.90",
    ),
    "line allowance and price for a hundred": Deal(
        goods=(Good(discount="20.00", amount="180.00"), Good("Dichtung", "250", "8.00", "20.00", basis="100")),
    ),
    "prepaid and rounded": Deal(paid="100.00", rounding="-0.02", due="137.98"),
    "negative": Deal(
        goods=(Good(quantity="-2", amount="-200.00"),),
        taxes=(Tax(base="-200.00", amount="-38.00"),),
        net="-200.00",
        tax="-38.00",
        total="-238.00",
        paid="-100.00",
        due="-138.00",
    ),
}


@pytest.mark.parametrize("name", DEALS)
@pytest.mark.parametrize("build", [build_cii, build_ubl])
def test_a_right_invoice_is_proven(name, build):
    checks = check_invoice(read_einvoice(build(DEALS[name]))).checks
    assert [equation for equation in checks.equations if not equation.holds] == []
    assert checks.issues == ()
    assert checks.verdict is Verdict.PROVEN


@pytest.mark.parametrize(
    ("deal", "field"),
    [
        (Deal(total="239.00", due="239.00"), "summary.total"),
        (Deal(goods=(Good(amount="201.00"),)), "items.0.amount"),
        (Deal(taxes=(Tax(amount="38.50"),)), "taxes.0.amount"),
        (Deal(paid="10.00"), "summary.amount_due"),
    ],
)
def test_a_wrong_invoice_is_contradicted_though_it_is_xml(deal, field):
    checks = check_invoice(read_einvoice(build_cii(deal))).checks
    assert checks.verdict is Verdict.CONTRADICTED
    assert field in [path for issue in checks.issues for path in issue.fields]


def test_a_service_charge_need_not_be_part_of_the_tax_total():
    invoice = read_einvoice(build_cii(DEALS["another charge"]))
    assert invoice.summary.tax_total == Decimal("39.90")
    sums = [equation for equation in check_invoice(invoice).checks.equations if equation.rule == "Σ taxes = tax_total"]
    assert [equation.left for equation in sums] == [Decimal("39.90")]
