"""Till slips: quantities, weights and letters of taxes above, below and beside what is sold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

HEAD = ("CORNER PANTRY", "4 Quay Street", "RECEIPT")


def read(*rows):
    """Read a slip of rows, each a text or a text with its amount."""
    lines = []
    for place, row in enumerate((*HEAD, *rows)):
        text, amount = row if isinstance(row, tuple) else (row, None)
        lines.append((text, 30, 30 + 12 * place))
        if amount is not None:
            lines.append((amount, 250 - 5 * len(amount), 30 + 12 * place))
    return extract_invoice(make_reading(make_page(*lines)))


def lines_of(invoice):
    return [(item.description, item.quantity, item.unit_price, item.amount) for item in invoice.items]


@pytest.mark.parametrize(
    "rows",
    [
        (("Plums", "2.04"), "0.512 kg @ 3.99/kg"),
        (("Plums", "2.04"), "0.512 kg NET @ $3.99 / kg"),
        ("Plums", ("0.512 kg @ $3.99 / kg", "2.04")),
        ("Plums", ("0.512 x3.99", "2.04 B")),
        (("Plums 0.512kg x 3.99", "2.04"),),
        ("0.512 kg x 3.99", ("Plums", "2.04 A")),
        ("Plums", ("0.512 KG X RM 3.99/KG", "2.04 Z")),
        ("n.0.512 x 3.99", ("Plums", "2.04")),
        (("Plums", "2.04"), "0.512 5tk x 3.99"),
    ],
)
def test_a_weight_and_its_price_stand_beside_above_or_below_what_is_sold(rows):
    invoice = read(*rows, ("Salt", "1.00"), ("TOTAL", "3.04"), ("CASH", "5.00"), ("CHANGE", "1.96"))
    assert lines_of(invoice) == [
        ("Plums", Decimal("0.512"), Decimal("3.99"), Decimal("2.04")),
        ("Salt", None, None, Decimal("1.00")),
    ]
    assert invoice.summary.total == Decimal("3.04")


def test_a_weight_whose_price_makes_no_amount_is_neither_a_line_nor_of_one():
    invoice = read(("Plums", "2.04"), "3 PC x 0.25", ("Salt", "1.00"), ("TOTAL", "3.04"))
    assert lines_of(invoice) == [("Plums", None, None, Decimal("2.04")), ("Salt", None, None, Decimal("1.00"))]


def test_a_row_of_a_quantity_and_a_unit_has_its_words_above():
    invoice = read("0417 FLOOR PAINT", ("2 EA", "7.00 T"), "0522 ROLLER", ("1 EA", "3.00 T"), ("TOTAL", "10.00"))
    assert [(item.description, item.quantity) for item in invoice.items] == [
        ("0417 FLOOR PAINT", 2),
        ("0522 ROLLER", 1),
    ]


def test_a_short_word_that_is_no_unit_is_what_was_sold():
    invoice = read("Table by the window", ("2 Tea", "7.00"), ("1 Pie", "3.00"), ("TOTAL", "10.00"))
    assert [item.description for item in invoice.items] == ["Tea", "Pie"]


def test_the_letter_of_a_tax_behind_an_amount_is_no_word():
    invoice = read(("Vitamin B", "4.00 A"), ("Plan B", "6.00"), ("TOTAL", "10.00"))
    assert [item.description for item in invoice.items] == ["Vitamin B", "Plan B"]


def test_taxes_of_several_rates_are_the_whole_tax_where_they_make_the_total_with_their_bases():
    invoice = read(
        ("Bread", "3.68 B"),
        ("Wine", "6.49 A"),
        ("TOTAL", "10.17"),
        ("VAT 19% A 5.45 1.04", "6.49"),
        ("VAT 7% B 3.44 0.24", "3.68"),
    )
    assert invoice.summary.tax_total == Decimal("1.28")
    other = read(("Bread", "10.17"), ("TOTAL", "10.17"), ("VAT 7% B 3.44 0.24", "3.68"))
    assert other.summary.tax_total != Decimal("1.28")


def test_a_weight_and_its_price_may_be_one_word():
    invoice = read(("Plums", "2.04"), "0.512kg*3.99/kg", ("Salt 2pc*0.50", "1.00"), ("TOTAL", "3.04"))
    assert lines_of(invoice) == [
        ("Plums", Decimal("0.512"), Decimal("3.99"), Decimal("2.04")),
        ("Salt", Decimal(2), Decimal("0.50"), Decimal("1.00")),
    ]


@pytest.mark.parametrize(("word", "tip"), [("Suggested tip 18%", None), ("Tip", Decimal("3.15"))])
def test_a_tip_that_is_only_suggested_is_none(word, tip):
    invoice = read(("Soup", "17.50"), ("Total", "17.50"), (word, "3.15"))
    assert (invoice.summary.tip, invoice.summary.total) == (tip, Decimal("17.50"))


def test_what_was_sold_at_a_rate_of_tax_is_no_line():
    invoice = read(
        ("Ser 1 x9,49", "9,49C"),
        ("Chleb", "5,00C"),
        ("SPRZEDAŻ OPODATK. C", "14,49"),
        ("PTU C 5%", "0,69"),
        ("SUMA PLN", "14,49"),
    )
    assert [item.description for item in invoice.items] == ["Ser", "Chleb"]
    assert (invoice.summary.tax_total, invoice.summary.total) == (Decimal("0.69"), Decimal("14.49"))


@pytest.mark.parametrize("row", ["VAT FR17 814372652", "VAT GB 481 7362 31"])
def test_the_number_for_a_tax_above_the_lines_is_no_total(row):
    invoice = read(row, ("Plums", "2.04"), ("Salt", "1.00"), ("TOTAL", "3.04"))
    assert [item.description for item in invoice.items] == ["Plums", "Salt"]


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (("CASH BILL", "No. 41862"), "41862"),
        (("CASH BILL", "#A-0093827"), "A-0093827"),
        ("Guest check 20718", "20718"),
        (("CASH BILL", "41862"), None),
        (("CASH BILL", "Table 41862"), None),
    ],
)
def test_a_number_beside_the_title_is_the_receipts_where_a_sign_or_the_title_says_so(row, number):
    invoice = read(row, ("Plums", "2.04"), ("TOTAL", "2.04"), ("CASH", "5.00"), ("CHANGE", "2.96"))
    assert invoice.invoice_info.invoice_number == number


@pytest.mark.parametrize(("name", "sure"), [("CORNER BAKERY LTD", True), ("CORNER BAKERY", False)])
def test_a_shop_is_less_sure_to_sell_than_a_firm(name, sure):
    head = [(name, 30, 30), ("4 Quay Street", 30, 42), ("Stockport SK4 2QR", 30, 54), ("RECEIPT", 30, 66)]
    sale = [("Plums", 30, 90), ("2.04", 230, 90), ("TOTAL", 30, 102), ("2.04", 230, 102)]
    paid = [("CASH", 30, 114), ("5.00", 230, 114), ("CHANGE", 30, 126), ("2.96", 230, 126), ("Cashier: 4", 30, 138)]
    invoice = extract_invoice(make_reading(make_page(*head, *sale, *paid, width=300.0)))
    assert (invoice.document_type, invoice.vendor.name) == ("receipt", name)
    assert (invoice.evidence["vendor.name"].confidence > 0.8) is sure


@pytest.mark.parametrize(
    "above", [("7 Mill Road", "Leeds LS1 4AP"), ("7 Mill Road",), ("7 rue du Port", "13002 Marseille")]
)
def test_the_merchants_street_is_no_line_that_the_first_goes_on_from(above):
    invoice = read(*above, ("Oat milk", "2.10"), ("Rye bread", "3.40"), ("TOTAL", "5.50"))
    assert lines_of(invoice) == [
        ("Oat milk", None, None, Decimal("2.10")),
        ("Rye bread", None, None, Decimal("3.40")),
    ]


def test_a_deposit_with_the_letter_of_its_tax_is_sold_as_the_rest_is():
    invoice = read(("Oat milk", "2.10 B"), ("Deposit", "0.25 A"), ("Rye bread", "3.40 B"), ("TOTAL", "5.75"))
    assert [item.amount for item in invoice.items] == [Decimal("2.10"), Decimal("0.25"), Decimal("3.40")]
    assert invoice.summary.shipping is None


def test_a_charge_without_one_is_the_documents():
    invoice = read(("Oat milk", "2.10 B"), ("Rye bread", "3.40 B"), ("Delivery", "1.00"), ("TOTAL", "6.50"))
    assert [item.amount for item in invoice.items] == [Decimal("2.10"), Decimal("3.40")]
    assert invoice.summary.shipping == Decimal("1.00")


TAX_TABLES = [
    (("VAT", "Net", "Tax", "Gross"), ("A 5%", "1.00", "0.05", "1.05"), ("B 20%", "5.00", "1.00", "6.00")),
    (("VAT", "Net", "VAT", "Gross"), ("0%", "1.05", "0.00", "1.05"), ("20%", "5.00", "1.00", "6.00")),
    (("VAT %", "Excl.", "VAT", "Incl."), ("5%", "1.00", "0.05", "1.05"), ("20%", "5.00", "1.00", "6.00")),
]


@pytest.mark.parametrize("table", TAX_TABLES)
@pytest.mark.parametrize("label", ["TOTAL", "To pay"])
@pytest.mark.parametrize("paid", [(("CASH", "10.00"), ("CHANGE", "2.95")), (("CARD", "7.05"),)])
def test_a_row_of_a_table_of_taxes_is_never_the_documents_total(table, label, paid):
    foot = [(label, "7.05"), *paid]
    lines = [(text, 30, 30 + 12 * place) for place, text in enumerate((*HEAD, "Tea 1.05", "Cake 6.00"))]
    for place, (text, amount) in enumerate(foot):
        lines += [(text, 30, 100 + 12 * place), (amount, 225, 100 + 12 * place)]
    for place, row in enumerate(table):
        lines += [(text, x, 150 + 12 * place) for text, x in zip(row, (30, 90, 150, 210), strict=True)]
    summary = extract_invoice(make_reading(make_page(*lines))).summary
    assert summary.total == Decimal("7.05")
    assert summary.subtotal is None
    assert summary.tax_total in (Decimal("1.05"), Decimal("1.00"))


def test_the_last_row_of_a_table_of_taxes_that_sums_up_the_others_is_the_total():
    rows = (*TAX_TABLES[0], ("Sum", "6.00", "1.05", "7.05"))
    lines = [(text, 30, 30 + 12 * place) for place, text in enumerate((*HEAD, "Tea 1.05", "Cake 6.00"))]
    for place, row in enumerate(rows):
        lines += [(text, x, 100 + 12 * place) for text, x in zip(row, (30, 90, 150, 210), strict=True)]
    summary = extract_invoice(make_reading(make_page(*lines))).summary
    assert (summary.subtotal, summary.tax_total, summary.total) == (Decimal("6.00"), Decimal("1.05"), Decimal("7.05"))


@pytest.mark.parametrize(
    ("text", "description", "quantity"),
    [
        ("Fish and chips x2", "Fish and chips", 2),
        ("2x Fish and chips", "Fish and chips", 2),
        ("2 x Fish and chips", "Fish and chips", 2),
        ("Timber 2 x 4", "Timber 2 x 4", None),
        ("Photo 10x15", "Photo 10x15", None),
    ],
)
def test_a_number_beside_a_sign_for_times_is_the_quantity(text, description, quantity):
    invoice = read((text, "33.00"), ("Still water", "3.25"), ("TOTAL", "36.25"))
    assert [(item.description, item.quantity) for item in invoice.items] == [
        (description, quantity),
        ("Still water", None),
    ]


def in_columns(*rows):
    lines = [(text, 30, 30 + 12 * place) for place, text in enumerate(HEAD)]
    for place, row in enumerate(rows):
        lines += [(text, x, 80 + 12 * place) for text, x in zip(row, (30, 180, 240), strict=True) if text]
    return extract_invoice(make_reading(make_page(*lines)))


def test_bare_numbers_in_a_column_between_words_and_amounts_are_quantities():
    invoice = in_columns(("Rice cake", "2", "17.00"), ("Iced tea", "1", "3.50"), ("TOTAL", "", "20.50"))
    assert [(item.description, item.quantity) for item in invoice.items] == [("Rice cake", 2), ("Iced tea", 1)]


@pytest.mark.parametrize("second", ["", "B7"])
def test_a_number_beside_one_of_the_lines_alone_is_none(second):
    invoice = in_columns(("Rice cake", "2", "17.00"), ("Iced tea", second, "3.50"), ("TOTAL", "", "20.50"))
    assert [item.quantity for item in invoice.items] == [None, None]
