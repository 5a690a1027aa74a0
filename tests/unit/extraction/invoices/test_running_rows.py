"""Heads and feet that pages share are no part of the table that goes on over them."""

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.layout_builder import build_layout

FIRM, BANK = ("Harbour Crafts Ltd", 40), ("Bank: Quay Bank IBAN: GB33 BUKB 2020 1555 5555 55", 330)


def running(*pages):
    reading = make_reading(*(make_page(*lines, number=number) for number, lines in enumerate(pages, 1)))
    layout = build_layout(reading)
    return {layout.rows[index].text for index in layout.running}


def test_a_foot_is_known_by_another_however_it_is_set():
    first = [(*FIRM, 770), ("Call 01 23", 200, 770), (*BANK, 770), ("1 Quay", 40, 780), ("Reg. 1353", 40, 792)]
    second = [(*FIRM, 776), (*BANK, 776), ("1 Quay", 40, 786), ("Call 01 23", 200, 786), ("Reg. 1353", 300, 796)]
    found = running(first, second)
    assert "Reg. 1353" in found  # in a row of its own on one page, beside others on the other, below what recurs
    assert {"1 Quay Call 01 23", "1 Quay"} <= found


def test_lines_of_the_table_at_the_foot_of_pages_are_none():
    first = [
        ("Day guard", 40, 760),
        ("8", 250, 760),
        ("100", 350, 760),
        ("800", 480, 760),
        ("Sugar", 40, 776),
        ("3", 250, 776),
    ]
    second = [("Day guard", 40, 768), ("8", 250, 768), ("100", 350, 768), ("800", 480, 768)]
    assert running(first, second) == set()


def test_what_stands_above_the_count_of_pages_at_the_head_is_none():
    assert running([("Desk", 40, 700)], [("with two drawers", 40, 30), ("Page 2 of 2", 480, 44)]) == {"Page 2 of 2"}


def test_first_lines_of_two_pages_that_differ_in_their_numbers_alone_are_none():
    def line(number, amount):
        return [
            (number, 40, 60),
            (f"Bolt type {number}0", 80, 60),
            ("2", 300, 60),
            ("9.50", 380, 60),
            (amount, 480, 60),
        ]

    head = [("Page total carried on", 40, 44), ("412.00", 480, 44)]
    assert running([*head, *line("17", "19.00")], [*head, *line("25", "28.50")]) == {"Page total carried on 412.00"}
    assert len(running([*line("17", "19.00")], [*line("17", "19.00")])) == 1  # the same on both pages
