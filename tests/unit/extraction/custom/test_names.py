"""What 740 names in use mean: measured, each known name right, none that is unknown given a meaning."""

from __future__ import annotations

import pytest

from builders.field_names import INVOICE, STATEMENT, UNKNOWN, UNKNOWN_IN_STATEMENTS, each
from bursar.extraction.custom.meanings import find_attribute, find_list, find_meaning, find_row_list
from bursar.schemas.definition import Field, parse_definition

KINDS = {"invoice": (INVOICE, UNKNOWN), "statement": (STATEMENT, UNKNOWN_IN_STATEMENTS)}


@pytest.mark.parametrize("kind", KINDS)
def test_names_in_use_have_the_meaning_that_people_give_them(kind):
    pairs = each(KINDS[kind][0])
    found = {name: find_meaning(Field(name), kind) for name, _ in pairs}
    wrong = [(name, found[name], path) for name, path in pairs if found[name] not in (None, path)]
    missed = [name for name, _ in pairs if found[name] is None]
    print(f"{kind}: {len(pairs)} names, {len(pairs) - len(wrong) - len(missed)} right, {len(missed)} unknown")  # noqa: T201
    assert wrong == []
    assert missed == []


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_other_things_have_none(kind):
    assert {name: path for name in KINDS[kind][1] if (path := find_meaning(Field(name), kind))} == {}


LISTS = {
    ("invoice", "items"): "items line_items lineItems invoice_items positions positionen articles lignes productos",
    ("statement", "transactions"): "transactions entries movements bookings movimientos buchungen Umsätze",
}


@pytest.mark.parametrize(("kind", "path", "name"), [(*at, n) for at, names in LISTS.items() for n in names.split()])
def test_lists_in_use_are_known(kind, path, name):
    assert find_list(Field(name, "array"), kind) == path


COLUMNS = {
    "items": {
        "description": "description item_description name product item bezeichnung designation concepto",
        "quantity": "quantity qty menge cantidad quantité",
        "unit_price": "unit_price unitPrice price rate price_per_unit unit_cost einzelpreis",
        "amount": "amount total line_total total_price gesamtpreis betrag montant importe",
        "product_code": "sku product_code item_code article_number part_number",
        "tax_rate": "tax_rate vat_rate tax_percent",
    },
    "transactions": {
        "date": "date transaction_date booking_date datum fecha buchungstag",
        "value_date": "value_date valuta",
        "description": "description details narration particulars memo concepto libelle buchungstext",
        "amount": "amount betrag importe montant",
        "amount_debit": "debit withdrawal paid_out money_out soll cargo",
        "amount_credit": "credit deposit paid_in money_in haben abono",
        "balance": "balance running_balance saldo solde",
    },
}


@pytest.mark.parametrize(
    ("rows", "attribute", "name"),
    [(rows, at, n) for rows, columns in COLUMNS.items() for at, names in columns.items() for n in names.split()],
)
def test_columns_in_use_are_known(rows, attribute, name):
    assert find_attribute(Field(name), rows) == attribute


def test_rows_of_an_unknown_name_are_known_by_their_columns():
    shape = parse_definition(
        {"buchungszeilen": [{"datum": "", "soll": 0.0, "haben": 0.0}], "cargo": [{"berth": "", "ship": ""}]}
    )
    assert find_row_list(shape.fields[0], "statement") == "transactions"
    assert find_row_list(shape.fields[1], "statement") is None
