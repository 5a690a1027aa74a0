"""Rows that state their numbers or words otherwise: factors, hours, free lines, counts, groups, converted amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import NUMBER_AND_DATE, make_page, make_reading, set_rows
from bursar.extraction.invoices.extractor import extract_invoice

XS = (40, 250, 350, 480)
HEAD = ("Description", "Qty", "Price", "Amount")


def read(*lines):
    return extract_invoice(make_reading(make_page(*NUMBER_AND_DATE, *lines)))


def rows_of(invoice):
    return [(item.description, item.quantity and str(item.quantity), str(item.amount)) for item in invoice.items]


def test_a_row_of_factors_below_the_name_gives_quantity_and_price():
    table = set_rows(
        (40, 400),
        ("Article", "Amount"), ("Olive oil", None), ("(A) 2 x 9,50", "19,00"), ("Rice", None), ("(B) 3 x 1,20", "3,60"),
        step=13,
    )  # fmt: skip
    invoice = read(*table, *set_rows((40, 400), ("Total", "22,60"), top=420))
    assert rows_of(invoice) == [("Olive oil", "2", "19.00"), ("Rice", "3", "3.60")]
    assert invoice.items[0].unit_price == Decimal("9.50")


def test_a_row_of_factors_below_the_amount_is_of_the_line_above():
    rows = (("Article", "Amount"), ("Olive oil", "19,00"), ("2 x 9,50", None), ("Rice", "3,60"), ("3 x 1,20", None))
    invoice = read(*set_rows((40, 400), *rows, step=13), *set_rows((40, 400), ("Total", "22,60"), top=420))
    assert rows_of(invoice) == [("Olive oil", "2", "19.00"), ("Rice", "3", "3.60")]


def test_factors_that_do_not_make_the_amount_are_words():
    rows = (("Article", "Amount"), ("Frame 2 x 9,50", "25,00"), ("2 x 9,50", None), ("Rice", "3,60"))
    invoice = read(*set_rows((40, 400), *rows, step=13), *set_rows((40, 400), ("Total", "28,60"), top=420))
    assert [item.quantity for item in invoice.items] == [None, None]


def test_hours_are_read_where_quantities_stand():
    head = ("Description", "Hours", "Rate", "Amount")
    rows = (("Survey", "7:30", "60.00", "450.00"), ("Report", "1:20", "60.00", "80.00"))
    invoice = read(*set_rows(XS, head, *rows), *set_rows((350, 480), ("Total", "530.00"), top=420))
    assert rows_of(invoice) == [("Survey", "7.50", "450.00"), ("Report", "1.33", "80.00")]


def test_a_time_among_the_words_is_no_quantity():
    invoice = read(
        *set_rows(XS, HEAD, ("Call at 7:30", "1", "60.00", "60.00")), *set_rows((350, 480), ("Total", "60.00"), top=420)
    )
    assert rows_of(invoice) == [("Call at 7:30", "1", "60.00")]


def test_a_line_at_a_price_of_zero_is_a_line_of_its_own():
    rows = (("Paper", "2", "10.00", "20.00"), ("Sample card", "3", "0.00", "FOC"), ("Pens", "4", "5.00", "20.00"))
    invoice = read(*set_rows(XS, HEAD, *rows), *set_rows((350, 480), ("Total", "40.00"), top=420))
    assert rows_of(invoice) == [("Paper", "2", "20.00"), ("Sample card", "3", "0.00"), ("Pens", "4", "20.00")]


def test_letters_of_taxes_behind_amounts_are_no_part_of_them():
    rows = (("Paper", "2", "10.00", "20.00T"), ("Postage", "1", "5.00", "5.00"))
    invoice = read(*set_rows(XS, HEAD, *rows), *set_rows((350, 480), ("Total", "25.00"), top=420))
    assert rows_of(invoice) == [("Paper", "2", "20.00"), ("Postage", "1", "5.00")]


@pytest.mark.parametrize(
    ("counts", "first"),
    [(("1", "2"), "Paper of hemp"), (("1", "3"), "1 Paper of hemp"), (("7", "8"), "7 Paper of hemp")],
)
def test_numbers_that_count_the_lines_are_no_words(counts, first):
    rows = ((counts[0], "Paper of hemp", "2", "10.00", "20.00"), (counts[1], "Pens", "4", "5.00", "20.00"))
    head = set_rows((60, 250, 350, 480), HEAD)
    table = set_rows((40, 60, 250, 350, 480), *rows, top=320)
    invoice = read(*head, *table, *set_rows((350, 480), ("Total", "40.00"), top=420))
    assert invoice.items[0].description == first


def test_headings_that_name_a_delivery_are_of_no_line():
    rows = (
        ("Delivery note 5512 of 03/04/2024", None, None, None), ("Paper", "2", "10.00", "20.00"),
        ("Delivery note 5533 of 08/04/2024", None, None, None), ("Pens", "4", "5.00", "20.00"),
    )  # fmt: skip
    invoice = read(*set_rows(XS, HEAD, *rows, step=12), *set_rows((350, 480), ("Total", "40.00"), top=420))
    assert [item.description for item in invoice.items] == ["Paper", "Pens"]


def test_words_that_a_label_begins_are_of_the_line():
    rows = (("Paper", "2", "10.00", "20.00"), ("Delivery note book with 50 sheets", None, None, None))
    invoice = read(*set_rows(XS, HEAD, *rows, step=12), *set_rows((350, 480), ("Total", "20.00"), top=420))
    assert invoice.items[0].description == "Paper Delivery note book with 50 sheets"


def test_what_a_line_sells_may_stand_behind_a_colon():
    rows = (
        ("Retainer: advice on press and radio (up", "1", "90.00", "90.00"),
        ("to ten hours)", None, None, None),
        ("Train fare", "1", "10.00", "10.00"),
    )
    invoice = read(*set_rows(XS, HEAD, *rows, step=12), *set_rows((350, 480), ("Total", "100.00"), top=420))
    assert invoice.items[0].description == "Retainer: advice on press and radio (up to ten hours)"


def test_a_line_in_other_letters_says_the_same_again():
    rows = (("Air conditioner", "2", "10.00", "20.00"), ("مكيف هواء", None, None, None), ("Fan", "1", "5.00", "5.00"))
    invoice = read(*set_rows(XS, HEAD, *rows, step=12), *set_rows((350, 480), ("Total", "25.00"), top=420))
    assert [item.description for item in invoice.items] == ["Air conditioner", "Fan"]


def test_the_heading_of_a_group_names_the_line_of_its_foot():
    rows = (
        ("Description", "Amount"), ("Catering", None), ("Buffet for twenty", None), ("Total catering", "300.00"),
        ("Music", None), ("Two players", None), ("Total music", "150.00"),
    )  # fmt: skip
    invoice = read(*set_rows((40, 480), *rows), *set_rows((350, 480), ("Subtotal", "450.00"), top=480))
    assert [item.description for item in invoice.items] == ["Catering", "Music"]


def test_amounts_are_those_in_the_currency_of_the_totals():
    head = ("Description", "Qty", "Price USD", "Amount USD", "Amount GBP")
    rows = (("Hosting", "3", "10.00", "30.00", "24.00"), ("Backup", "2", "5.00", "10.00", "8.00"))
    totals = set_rows((350, 500), ("Subtotal", "32.00"), ("VAT 20%", "6.40"), ("Total", "38.40"), top=420)
    invoice = read(*set_rows((40, 200, 270, 380, 500), head, *rows), *totals)
    assert rows_of(invoice) == [("Hosting", "3", "24.00"), ("Backup", "2", "8.00")]
    assert [item.unit_price for item in invoice.items] == [None, None]


def test_gross_amounts_beside_net_ones_are_not_the_lines():
    head = ("Description", "Qty", "Price", "Amount", "Total incl VAT")
    rows = (("Hosting", "3", "10.00", "30.00", "36.00"), ("Backup", "2", "5.00", "10.00", "12.00"))
    totals = set_rows((350, 500), ("Subtotal", "40.00"), ("VAT 20%", "8.00"), ("Total", "48.00"), top=420)
    invoice = read(*set_rows((40, 200, 270, 380, 500), head, *rows), *totals)
    assert rows_of(invoice) == [("Hosting", "3", "30.00"), ("Backup", "2", "10.00")]


def test_the_column_of_a_second_price_is_the_net_amount_where_the_factors_make_it():
    head = ("Označení", "Množství", "J.cena", "Cena", "DPH", "Kč Celkem")
    rows = (("Drát", "3", "10,00", "30,00", "6,30", "36,30"), ("Svorka", "2", "5,00", "10,00", "2,10", "12,10"))
    totals = set_rows((350, 500), ("Základ", "40,00"), ("DPH 21%", "8,40"), ("Celkem k úhradě", "48,40"), top=420)
    invoice = read(*set_rows((40, 200, 270, 350, 430, 500), head, *rows), *totals)
    assert rows_of(invoice) == [("Drát", "3", "30.00"), ("Svorka", "2", "10.00")]


def test_words_are_those_of_the_widest_column_where_no_head_is_known():
    head = ("Date", "Who", "Undertakings", "Hours", "Rate", "Amount")
    rows = (
        ("02/05/2024", "Ward", "Survey of the roof", "2", "50.00", "100.00"),
        ("03/05/2024", "Nash", "Drawing and report", "1", "50.00", "50.00"),
    )
    table = set_rows((40, 110, 170, 330, 400, 480), head, *rows)
    invoice = read(*table, *set_rows((350, 480), ("Total", "150.00"), top=420))
    assert [item.description for item in invoice.items] == ["Survey of the roof", "Drawing and report"]


COSTS = (("12/04/2024", "Search fees", "40.00"), ("14/04/2024", "Courier", "12.50"))


@pytest.mark.parametrize(("foot", "count"), [("52.50", 4), ("50.00", 2)])
def test_a_list_below_the_table_is_read_where_its_foot_and_a_total_need_it(foot, count):
    table = set_rows(XS, HEAD, ("Advice", "2", "100.00", "200.00"), ("Draft", "1", "50.00", "50.00"))
    sums = set_rows((350, 480), ("Total fees", "250.00"), top=370)
    whole = set_rows((350, 480), ("Total this invoice", "302.50"), top=520)
    costs = set_rows((40, 120, 485), *COSTS, top=420)
    invoice = read(*table, *sums, ("Costs advanced", 40, 400), *costs, *set_rows((350, 485), ("Total costs", foot), top=470), *whole)  # fmt: skip
    assert len(invoice.items) == count
    if count > 2:
        assert [item.description for item in invoice.items[2:]] == ["Search fees", "Courier"]


def test_a_sentence_with_words_for_columns_heads_no_table():
    table = set_rows(XS, HEAD, ("Paper", "2", "10.00", "20.00"), ("Pens", "4", "5.00", "20.00"))
    note = (
        "Items sold by others: the price, the quantity and the tax of each item are those of the total amount charged"
    )
    invoice = read(*table, *set_rows((350, 480), ("Total", "40.00"), top=420), (note, 40, 600))
    assert len(invoice.items) == 2


def test_a_word_for_a_tax_behind_including_heads_no_column():
    head = ("Artikel", "Anzahl", "Preis inkl. MwSt.", "MwSt.", "Gesamt inkl. MwSt.")
    rows = (("Hochbeet", "1", "119,00", "19 %", "119,00"), ("Erde", "2", "10,70", "7 %", "21,40"))
    table = set_rows((40, 170, 240, 360, 420), head, *rows)
    invoice = read(*table, *set_rows((300, 420), ("Summe inkl. MwSt.", "140,40"), top=420))
    assert [(item.description, item.tax_rate) for item in invoice.items] == [("Hochbeet", 19), ("Erde", 7)]


UNHEADED = (("Tomatoes", "6", "36.40", "1.50", "54.60"), ("Courgettes", "3", "15.20", "2.00", "30.40"))


@pytest.mark.parametrize(("price", "quantities"), [("2.00", ["36.40", "15.20"]), ("2.50", ["6", "3"])])
def test_a_number_below_an_unknown_head_is_the_quantity_where_it_makes_the_amounts(price, quantities):
    head = ("Description", "Qty", "Kg", "Price", "Amount")
    rows = (UNHEADED[0], (*UNHEADED[1][:3], price, "30.40"))
    table = set_rows((40, 200, 270, 380, 480), head, *rows)
    invoice = read(*table, *set_rows((380, 480), ("Total", "85.00"), top=420))
    assert [str(item.quantity) for item in invoice.items] == quantities


def test_a_quantity_that_makes_an_amount_stays_whatever_stands_beside_it():
    head = ("Description", "Qty", "Kg", "Price", "Amount")
    rows = (("Tomatoes", "2", "2.00", "10.00", "20.00"), ("Courgettes", "3", "3.00", "2.00", "6.00"))
    invoice = read(*set_rows((40, 200, 270, 380, 480), head, *rows), *set_rows((380, 480), ("Total", "26.00"), top=420))
    assert [str(item.quantity) for item in invoice.items] == ["2", "3"]


def test_a_head_of_words_with_of_is_one_column():
    head = ("Qty", "Description of articles", "Price", "Amount")
    rows = (("2", "Paving tools, steel, with a box", "10.00", "20.00"), ("1", "Sealant, red", "5.00", "5.00"))
    table = set_rows((40, 100, 350, 480), head, *rows)
    invoice = read(*table, *set_rows((350, 480), ("Total", "25.00"), top=420))
    assert [item.description for item in invoice.items] == ["Paving tools, steel, with a box", "Sealant, red"]


def test_of_two_columns_of_discounts_the_one_without_a_percent_sign_is_the_amount():
    head = ("Description", "Qty", "Price", "Discount %", "Discount", "Amount")
    rows = (("Chair", "4", "100.00", "10", "40.00", "360.00"), ("Desk", "1", "200.00", "5", "10.00", "190.00"))
    table = set_rows((40, 160, 220, 290, 390, 490), head, *rows)
    invoice = read(*table, *set_rows((390, 490), ("Total", "550.00"), top=420))
    assert [item.discount for item in invoice.items] == [Decimal("40.00"), Decimal("10.00")]


def test_a_number_below_an_unknown_head_is_the_quantity_beside_a_sum_without_a_price():
    head = ("Descripción", "Ud.", "Medida neta", "Precio", "Importe")
    rows = (("Zanja", "m3", "10,50", "2,00", "21,00"), ("Solera", "m2", "4,00", "3,00", "12,00"))
    table = set_rows((40, 200, 270, 380, 480), head, *rows)
    invoice = read(*table, *set_rows((380, 480), ("Ejecución", "33,00"), ("Total factura", "33,00"), top=380))
    assert [str(item.quantity) for item in invoice.items][:2] == ["10.50", "4.00"]


@pytest.mark.parametrize(("below", "goes_on"), [("01-05-2024 t/m 31-05-2024", False), ("lawn and edges", True)])
def test_periods_below_an_unknown_head_are_no_words_and_others_go_on(below, goes_on):
    head = ("Description", "Spell", "Qty", "Amount")
    rows = (("Glass fibre", below, "1", "42.50"), ("Television", below, "1", "15.00"))
    table = set_rows((40, 150, 350, 480), head, *rows)
    invoice = read(*table, *set_rows((350, 480), ("Total", "57.50"), top=420))
    assert (invoice.items[0].description != "Glass fibre") is goes_on
