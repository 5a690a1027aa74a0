import time

import pytest

from bursar.facts.box import Box
from bursar.reading.document import open_document
from bursar.reading.page import Page, Rule, Word
from bursar.reading.tables import find_tables
from patience import patient
from unit.reading.drawing import make_pdf, write_lines

ROWS = [
    ["Item", "Quantity", "Price", "Amount"],
    ["Consulting", "12", "125.00", "1,500.00"],
    ["Travel to the site", "1", "248.75", "248.75"],
    ["Printing", "40", "0.55", "22.00"],
]
LEFTS = [60, 250, 340, 430]


def read_tables(draw):
    with open_document(make_pdf(draw)) as document:
        return find_tables(document.read_page(1, ocr="never"))


def write_rows(canvas, rows=ROWS, lefts=LEFTS, top=700, pitch=20):
    canvas.setFont("Helvetica", 10)
    for number, row in enumerate(rows):
        for left, text in zip(lefts, row, strict=True):
            canvas.drawString(left, top - pitch * number, text)


def cells_of(table):
    grid = [[""] * len(table.columns) for _ in range(table.row_count)]
    for cell in table.cells:
        grid[cell.row][cell.column] = cell.text
    return grid


def test_a_grid_of_lines_is_a_ruled_table():
    def draw(canvas):
        write_rows(canvas)
        canvas.grid([55, 245, 335, 425, 520], [634, 654, 674, 694, 714])

    (table,) = read_tables(draw)
    assert table.ruled
    assert cells_of(table) == ROWS
    assert [round(x0) for x0, _ in table.columns] == [55, 245, 335, 425]


def test_cells_without_a_wall_between_them_are_one():
    def draw(canvas):
        write_rows(
            canvas, [["Item", "Quantity", "Price", "Amount"], ["Sum of all that was delivered", "", "", "1,770.75"]]
        )
        canvas.grid([55, 245, 335, 425, 520], [694, 714])
        canvas.line(55, 674, 520, 674)
        for x in (55, 425, 520):
            canvas.line(x, 674, x, 694)

    (table,) = read_tables(draw)
    merged = next(cell for cell in table.cells if cell.text.startswith("Sum"))
    assert (merged.column, round(merged.box.x0), round(merged.box.x1)) == (0, 55, 425)
    assert next(cell for cell in table.cells if cell.text == "1,770.75").column == 3


def test_aligned_columns_are_a_table_without_any_line():
    (table,) = read_tables(write_rows)
    assert not table.ruled
    assert cells_of(table) == ROWS


def test_a_second_line_of_a_description_is_a_row_of_one_cell():
    rows = [*ROWS[:2], ["with a second line", "", "", ""], *ROWS[2:]]
    (table,) = read_tables(lambda canvas: write_rows(canvas, rows))
    assert cells_of(table) == rows


def test_a_paragraph_below_a_table_is_no_part_of_it():
    def draw(canvas):
        write_rows(canvas)
        write_lines(
            canvas,
            ["This paragraph runs over the whole width of the table above and beyond it, to its end."],
            left=60,
            top=600,
        )

    (table,) = read_tables(draw)
    assert table.row_count == len(ROWS)


def test_prose_has_no_tables():
    assert read_tables(write_lines) == ()


def test_a_box_around_text_is_no_table():
    def draw(canvas):
        write_lines(canvas)
        canvas.rect(50, 600, 400, 200)

    assert read_tables(draw) == ()


@pytest.mark.parametrize("count", [20_000])
def test_a_page_full_of_words_and_lines_takes_no_more_than_two_seconds(count):
    words = [
        Word("word", Box(10 + 45 * (n % 12), 10 + 14 * (n // 12), 40 + 45 * (n % 12), 20 + 14 * (n // 12)), font_size=9)
        for n in range(count)
    ]
    rules = [Rule(Box(5, 8 + 14 * n, 560, 8.5 + 14 * n)) for n in range(count // 12)]
    rules += [Rule(Box(5 + 45 * n, 8, 5.5 + 45 * n, 8 + 14 * (count // 12))) for n in range(13)]
    page = Page(1, 595.0, 30_000.0, words=tuple(words), rules=tuple(rules))
    begun = time.perf_counter()
    (table,) = find_tables(page)[:1]
    assert time.perf_counter() - begun < patient(2)
    assert len(table.columns) == 12
