"""Where a table ends, which column its words are of, quantities without a head, lists beside other text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading, set_rows
from bursar.extraction.invoices.extractor import extract_invoice


def read(*lines):
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))


def rows_of(invoice):
    return [(item.description, item.quantity and str(item.quantity), str(item.amount)) for item in invoice.items]


HEAD = ("Descrizione", "Quantità", "Prezzo", "Importo")
LINES = (("Carta", "3", "20,00", "60,00"), ("Penne", "2", "20,00", "40,00"))


def test_a_strip_of_heads_of_totals_ends_the_table():
    table = set_rows((40, 250, 350, 480), HEAD, *LINES)
    strip = set_rows((40, 200, 300, 430), ("Riepilogo", "Spese", "Imponibile", "Totale imposta"), top=370)
    sums = set_rows((300, 430), ("100,00", "22,00"), top=385)
    total = set_rows(
        (40, 200, 300, 430), ("Bollo", "Varie", "Arr.", "Totale documento"), ("", "", "", "122,00"), top=410
    )
    invoice = read(*table, *strip, *sums, *total)
    assert rows_of(invoice) == [("Carta", "3", "60.00"), ("Penne", "2", "40.00")]
    assert (invoice.summary.subtotal, invoice.summary.total) == (Decimal("100.00"), Decimal("122.00"))


def test_a_line_whose_words_are_for_totals_ends_no_table():
    line = ("Total care plan", "1", "50,00", "50,00")
    table = set_rows((40, 250, 350, 480), HEAD, line, ("VAT return", "1", "60,00", "60,00"), *LINES)
    invoice = read(*table, *set_rows((350, 480), ("Totale", "210,00"), top=400))
    assert len(invoice.items) == 4


def test_words_left_of_a_centred_head_behind_a_code_are_the_description():
    head = (("Code", 60, 300), ("Article", 220, 300), ("Qty", 350, 300), ("Price", 420, 300), ("Amount", 500, 300))
    rows = set_rows(
        (45, 130, 355, 420, 505),
        ("AB-12", "Paper A4 80 g box of 5 reams", "2", "10.00", "20.00"),
        ("AB-3", "Pens", "4", "10.00", "40.00"),
        top=320,
    )
    invoice = read(*head, *rows, *set_rows((420, 505), ("Total", "60.00"), top=400))
    assert [(item.product_code, item.description) for item in invoice.items] == [
        ("AB-12", "Paper A4 80 g box of 5 reams"), ("AB-3", "Pens"),
    ]  # fmt: skip


def test_quantities_without_a_head_are_told_by_price_and_amount():
    head = set_rows((110, 400, 480), ("Omschrijving", "Bedrag", "Totaal"))
    rows = set_rows(
        (50, 110, 400, 480),
        ("1 x", "Fotografie", "475,00", "475,00"), ("24 x", "Beelden", "12,50", "300,00"), ("184 km", "Rit", "0,50", "92,00"),
        top=320,
    )  # fmt: skip
    invoice = read(*head, *rows, *set_rows((400, 480), ("Totaal", "867,00"), top=400))
    assert rows_of(invoice) == [("Fotografie", "1", "475.00"), ("Beelden", "24", "300.00"), ("Rit", "184", "92.00")]
    assert [item.unit for item in invoice.items] == [None, None, "km"]


@pytest.mark.parametrize("amounts", [("10.00", "10.00", "20.00"), ("20.00", "10.00", "30.00")])
def test_a_number_before_the_words_that_makes_no_amount_is_none(amounts):
    head = set_rows((110, 400, 480), ("Description", "Price", "Amount"))
    rows = set_rows(
        (110, 400, 480),
        ("2 bedroom cleaning", amounts[0], amounts[0]), ("3 seat sofa", amounts[1], amounts[1]),
        top=320,
    )  # fmt: skip
    invoice = read(*head, *rows, *set_rows((400, 480), ("Total", amounts[2]), top=400))
    assert [item.description for item in invoice.items] == ["2 bedroom cleaning", "3 seat sofa"]


SIDE = (
    ("Amount debited", 40, 276), ("66,00 €", 40, 304), ("on 17 March from", 40, 334), ("your usual account", 40, 348),
    ("Good to know", 40, 378), ("the next bill", 40, 392), ("comes in April", 40, 406),
)  # fmt: skip


def test_text_beside_a_list_is_no_part_of_its_lines():
    listed = (
        ("Fibre line", 250, 290), ("40,00", 520, 290), ("1 to 31 March", 250, 304),
        ("Landline", 250, 334), ("12,00", 520, 334), ("1 to 31 March", 250, 348),
        ("Location of equipment", 250, 378), ("8,00", 520, 378), ("1 to 31 March", 250, 392),
        ("Discount for loyalty", 250, 406), ("-5,00", 520, 406),
    )  # fmt: skip
    sums = set_rows((250, 520), ("Subtotal", "55,00"), ("VAT 20%", "11,00"), ("Total", "66,00"), top=440)
    invoice = read(*listed, *SIDE, *sums)
    assert [item.description for item in invoice.items] == [
        "Fibre line", "Landline", "Location of equipment", "Discount for loyalty",
    ]  # fmt: skip


def test_the_first_of_two_columns_of_words_without_heads_is_no_text_beside_the_list():
    listed = set_rows(
        (40, 250, 520), ("Repair of door", "on the ground floor", "40,00"), ("New lock", "for the main gate", "12,00")
    )
    more = (("Two keys", 40, 340), ("cut to order", 250, 340), ("8,00", 520, 340))
    invoice = read(*listed, *more, *set_rows((250, 520), ("Total", "60,00"), top=400))
    assert [item.description.split()[0] for item in invoice.items] == ["Repair", "New", "Two"]


def test_a_charge_in_a_list_is_a_line_where_the_subtotal_holds_it():
    listed = set_rows((40, 480), ("Drawings", "500.00"), ("Survey", "80.00"), ("Freight and copies", "20.00"))
    held = set_rows((40, 480), ("Subtotal", "600.00"), ("VAT 20%", "120.00"), ("Total", "720.00"), top=380)
    assert [str(item.amount) for item in read(*listed, *held).items] == ["500.00", "80.00", "20.00"]
    added = set_rows((40, 480), ("Total", "600.00"), top=380)
    invoice = read(*listed, *added)
    assert [str(item.amount) for item in invoice.items] == ["500.00", "80.00"]
    assert invoice.summary.shipping == Decimal("20.00")


COUNTY = ("LAKE COUNTY AND STADIUM TAX (4%)", "4.00")


@pytest.mark.parametrize(
    ("second", "total", "tax"),
    [(COUNTY, "108.00", "8.00"), (("Includes STATE TAX (4%)", "4.00"), "104.00", "4.00")],
)
def test_two_taxes_of_one_rate_and_amount_are_two_where_each_has_its_own_name(second, total, tax):
    table = set_rows((40, 250, 350, 480), ("Description", "Qty", "Price", "Amount"), ("Mowing", "2", "50.00", "100.00"))
    sums = set_rows((220, 480), ("Subtotal", "100.00"), ("STATE TAX (4%)", "4.00"), second, ("Total", total), top=360)
    assert read(*table, *sums).summary.tax_total == Decimal(tax)
