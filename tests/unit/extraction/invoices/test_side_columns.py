"""A column at the side of the page, and a table whose number and text columns have one word."""

from __future__ import annotations

import pytest

import bursar
from builders.invoices.layouts import draw_invoice
from builders.readings import make_words
from bursar.extraction.invoices.side_columns import split_at_side_column
from bursar.facts.box import Box
from bursar.reading.page import Line

WIDTH = 600.0


def line(x0, x1, y):
    return Line((), Box(x0, y, x1, y + 10))


def column(x0, x1, step, count=12, top=40.0):
    return [line(x0, x1, top + step * number) for number in range(count)]


def test_a_column_with_lines_of_its_own_is_taken_apart():
    side, main = column(20, 130, 13.7), column(200, 560, 21.3)
    assert split_at_side_column([*side, *main], WIDTH) == [side, main]


def test_cells_of_a_table_stay_together():
    rows = [*column(20, 130, 15), *column(200, 560, 15)]
    assert split_at_side_column(rows, WIDTH) == [rows]


def test_a_line_across_the_gutter_keeps_the_page_together():
    lines = [*column(20, 130, 13.7), *column(200, 560, 21.3), line(20, 560, 700)]
    assert split_at_side_column(lines, WIDTH) == [lines]


def test_a_short_block_beside_the_text_is_no_column():
    lines = [*column(20, 130, 13.7, count=4), *column(200, 560, 21.3)]
    assert split_at_side_column(lines, WIDTH) == [lines]


@pytest.mark.parametrize(("country", "seed"), [("GB", 3), ("DE", 4), ("ES", 5)])
def test_items_beside_a_side_column_are_read_without_its_words(country, seed):
    drawn = draw_invoice("side-column", seed, country=country, kind="invoice", basis="net", item_count=5)
    invoice = bursar.parse(drawn.pdf)
    truth = drawn.truth["fields"]["line_items"]
    assert [str(item.amount) for item in invoice.items] == [row["amount"] for row in truth]
    assert all(
        item.description.endswith(row.get("description_long", row["description"]))
        or item.description.startswith(row["description"])
        for item, row in zip(invoice.items, truth, strict=True)
    )


def test_one_word_over_two_columns_heads_the_number_first_and_what_was_sold_then():
    drawn = draw_invoice("bill-to-ship-to", 14, country="US", kind="invoice", basis="net", item_count=4)
    invoice = bursar.parse(drawn.pdf)
    assert [item.description.partition(" Serial")[0].partition(" delivered")[0] for item in invoice.items] == [
        row["description"] for row in drawn.truth["fields"]["line_items"]
    ]


def cell(text, x, y):
    return Line(tuple(make_words(text, x, y)), Box(x, y, x + 5.5 * len(text), y + 10))


@pytest.mark.parametrize("drop", [0, 3])  # recognition sets the cells of a row a little higher or lower
@pytest.mark.parametrize(
    "rows",
    [
        [("Consulting", "12.5", "81.00", "1012.50")],
        [("Consulting", "2", "hrs", "81.00", "162.00")],
        [("Gloves", "9.00"), ("Desk lamp", "2.50")],
    ],
)
def test_a_gutter_between_what_was_sold_and_its_numbers_is_none(rows, drop):
    left = [*column(20, 130, 13.7), *(cell(row[0], 20, 300 + 20 * n) for n, row in enumerate(rows))]
    right = [
        *column(360, 560, 21.3, top=45),
        *(
            cell(text, 360 + 50 * k, 300 + drop + 20 * n)
            for n, row in enumerate(rows)
            for k, text in enumerate(row[1:])
        ),
    ]
    assert split_at_side_column([*left, *right], WIDTH) == [[*left, *right]]


def test_dates_at_the_side_are_no_amounts_that_a_gutter_cuts_off():
    side = [
        *column(20, 130, 13.7, count=11),
        cell("Due", 20, 200),
        cell("26.07.2024", 20, 214),
        cell("24.10.20", 20, 254),
    ]
    main = [*column(200, 560, 21.3), cell("Printer paper", 200, 214), cell("Gloves", 200, 254)]
    assert split_at_side_column([*side, *main], WIDTH) == [side, main]


def test_an_amount_behind_a_shortened_currency_is_one_that_a_gutter_cuts_off():
    left = [*column(20, 130, 13.7), cell("Description", 20, 300), cell("Copy paper", 20, 320)]
    right = [*column(200, 330, 21.3), cell("Line total", 280, 300), cell("Rs.556.92", 280, 320)]
    lines = sorted([*left, *right], key=lambda each: each.box.y0)
    assert split_at_side_column(lines, WIDTH) == [lines]


def test_an_amount_below_its_word_at_the_side_is_cut_off_from_no_line_that_has_numbers():
    side = [*column(20, 130, 13.7, count=11), cell("Amount due", 20, 300), cell("116.79", 20, 314)]
    main = [*column(200, 560, 21.3), cell("Calls abroad", 200, 300), cell("1.40", 540, 300), cell("Messages", 200, 314)]
    lines = sorted([*side, *main], key=lambda each: each.box.y0)
    parts = split_at_side_column(lines, WIDTH)
    assert [sorted(part, key=id) for part in parts] == [sorted(side, key=id), sorted(main, key=id)]


def test_a_column_at_the_side_ends_where_a_payment_slip_is_torn_off():
    side, main = column(20, 130, 13.7), column(200, 560, 21.3)
    slip = [cell("- " * 40, 20, 600), line(20, 560, 620)]
    assert split_at_side_column([*side, *main, *slip], WIDTH) == [side, main, slip]


@pytest.mark.parametrize("dashes", [". " * 40, "- " * 9])
def test_leaders_and_short_dashes_tear_nothing_off(dashes):
    side, main = column(20, 130, 13.7), column(200, 560, 21.3)
    below = [cell(dashes, 20, 600), line(20, 560, 620)]
    assert split_at_side_column([*side, *main, *below], WIDTH) == [[*side, *main, *below]]
