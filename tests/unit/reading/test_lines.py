import math
import random
import time

from bursar.facts.box import Box
from bursar.reading.lines import lines_of, rows_of
from bursar.reading.page import Rule, Word
from patience import patient


def word(text, x, y, width=None, height=12.0, size=10.0):
    return Word(text, Box(x, y, x + (width or 6 * len(text)), y + height), font_size=size)


def written(lines):
    return [line.text for line in lines]


def test_words_with_blanks_between_them_make_a_line():
    words = [word("Total", 10, 10), word("amount", 44, 10), word("due", 84, 10.5)]
    assert written(lines_of(words)) == ["Total amount due"]


def test_a_wide_gap_makes_two_lines_of_one_row():
    words = [word("12.50", 300, 10), word("Widget", 10, 10)]
    assert written(lines_of(words)) == ["Widget", "12.50"]
    assert [[w.text for w in row] for row in rows_of(words)] == [["Widget", "12.50"]]


def test_a_vertical_ruling_line_ends_a_line_however_close_the_words():
    words = [word("Qty", 10, 10), word("Price", 32, 10)]
    assert written(lines_of(words)) == ["Qty Price"]
    assert written(lines_of(words, [Rule(Box(29.5, 0, 30, 100))])) == ["Qty", "Price"]
    assert written(lines_of(words, [Rule(Box(29.5, 50, 30, 100))])) == ["Qty Price"]


def test_lines_come_top_to_bottom_and_left_to_right():
    words = [word("d", 300, 41), word("b", 300, 11), word("c", 10, 40), word("a", 10, 10)]
    assert written(lines_of(words)) == ["a", "b", "c", "d"]


def test_two_columns_with_lines_at_different_heights_keep_their_lines_apart():
    left = [word(f"left{n}", 10, 10 + 13 * n) for n in range(20)]
    right = [word(f"right{n}", 300, 15 + 11 * n) for n in range(20)]
    lines = lines_of([*left, *right])
    assert len(lines) == 40
    assert [line.text for line in lines if line.box.x0 < 100] == [f"left{n}" for n in range(20)]


def test_a_large_word_beside_two_small_lines_does_not_join_them():
    words = [
        word("INVOICE", 10, 10, width=150, height=30, size=26),
        word("Number", 220, 10, height=11),
        word("0815", 262, 10, height=11),
        word("Date", 220, 26, height=11),
        word("today", 246, 26, height=11),
    ]
    assert sorted(written(lines_of(words))) == ["Date today", "INVOICE", "Number 0815"]


def test_a_raised_small_word_stays_in_its_line():
    words = [word("Price", 10, 10), word("1", 41, 10, width=3, height=5, size=5), word("net", 47, 10)]
    assert written(lines_of(words)) == ["Price 1 net"]


def test_a_slight_skew_does_not_tear_lines():
    slope = math.tan(math.radians(0.5))
    words = [
        word(f"r{row}c{column}", 20 + 45 * column, 50 + 16 * row + slope * 45 * column)
        for row in range(30)
        for column in range(12)
    ]
    rows = rows_of(random.Random(4).sample(words, len(words)))
    assert [[w.text for w in row] for row in rows] == [[f"r{r}c{c}" for c in range(12)] for r in range(30)]


def test_words_that_run_up_the_page_stand_alone():
    side = Word("confidential", Box(5, 100, 15, 180))
    words = [word("one", 30, 110), word("two", 30, 140), side]
    assert sorted(written(lines_of(words))) == ["confidential", "one", "two"]


def test_no_words_make_no_lines():
    assert lines_of([]) == ()
    assert rows_of([]) == ()


def test_ten_thousand_words_take_no_more_than_a_second():
    words = [word("amount", 20 + 45 * (n % 12), 20 + 14 * (n // 12)) for n in range(10_000)]
    begun = time.perf_counter()
    assert len(rows_of(words)) == math.ceil(10_000 / 12)
    assert time.perf_counter() - begun < patient(1)
