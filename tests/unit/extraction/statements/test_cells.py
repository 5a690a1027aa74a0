from datetime import date
from decimal import Decimal

import pytest

from builders.readings import make_page
from bursar.extraction.statements.cells import mend_figures, read_sheet
from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.reading.lines import lines_of
from bursar.reading.page import Page, Word


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("161;43", "161.43"),
        ("1,226:50", "1,226.50"),
        ("1.226:50-", "1.226,50-"),
        ("1.1-03-2022", " 11-03-2022"),
        (".8 Oct 2020", " 8 Oct 2020"),
        ("27. 0ktober 2025", "27. Oktober 2025"),
        (".2957,31", " 2957,31"),
        ("12:30", "12.30"),
        ("Card 4 at 12:30", "Card 4 at 12:30"),
        ("Ref 161;43 paid", "Ref 161;43 paid"),
    ],
)
def test_slips_in_figures_are_mended_where_a_cell_holds_nothing_else(read, meant):
    assert mend_figures(read) == meant


def test_text_layers_are_never_mended():
    (row,) = read_sheet(make_page(("161;43", 40, 50))).rows
    assert not any(money.whole or money.amount.decimals for money in row.moneys)


def test_amounts_and_dates_are_found_once_with_their_words():
    (row,) = read_sheet(make_page(("03 Mar 2024", 40, 50), ("Shop", 150, 50), ("-1,234.50", 400, 50))).rows
    assert [day.printed.value for day in row.days] == [date(2024, 3, 3)]
    assert [money.amount.value for money in row.moneys] == [Decimal("-1234.50")]
    assert row.moneys[0].words[0].text == "-1,234.50"


def test_six_digits_at_the_head_of_a_cell_are_a_day():
    (row,) = read_sheet(make_page(("250921", 40, 50), ("Shop", 150, 50))).rows
    assert [day.printed.value for day in row.days] == [date(2025, 9, 21)]


def test_a_watermark_across_the_page_is_left_out():
    words = (Word("12.50", Box(40, 50, 70, 60), font_size=10), Word("SPECIMEN", Box(30, 20, 300, 200), font_size=30))
    page = Page(1, 595, 842, words, lines_of(words))
    assert [row.text for row in read_sheet(page).rows] == ["12.50"]


def test_ocr_words_are_read_as_meant():
    words = (Word("161;43", Box(40, 50, 90, 60), 0.9, source=Source.OCR),)
    (row,) = read_sheet(Page(1, 595, 842, words, lines_of(words))).rows
    assert row.moneys[0].amount.value == Decimal("161.43")
