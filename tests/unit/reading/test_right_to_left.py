"""Words of Arabic and Hebrew from their letters, and pages in the order that they are read in."""

import pytest

from bursar.facts.box import Box
from bursar.reading.lines import lay_out
from bursar.reading.page import Page, Reading, Rule, Word
from bursar.reading.reading_order import find_place, order_page, order_reading
from bursar.reading.right_to_left import count_letters, is_in, join_letters, with_plain_digits

SIZE = 10.0


def glyphs(text, x=100.0, y=50.0, width=6.0):
    """Return one word for each character as it is seen from the left; a blank leaves a gap."""
    return [
        Word(c, Box(x + width * place, y, x + width * (place + 1), y + 11), font_size=SIZE)
        for place, c in enumerate(text)
        if c != " "
    ]


def seen(logical):
    """Return a text of one script as it is seen from the left."""
    return logical[::-1]


def joined(words):
    return [word.text for word in sorted(join_letters(words), key=lambda word: -word.box.x0)]


def word(text, x0, x1, y=50.0):
    return Word(text, Box(x0, y, x1, y + 11), font_size=SIZE)


def page_of(*words, rules=()):
    return lay_out(Page(1, 600.0, 800.0, words=words, rules=rules))


def lines(page):
    return [line.text for line in page.lines]


@pytest.mark.parametrize("shuffle", [1, -1])
def test_letters_make_words_whatever_their_order_in_the_file(shuffle):
    assert joined(glyphs(seen("ספק ראשי"))[::shuffle]) == ["ספק", "ראשי"]
    assert joined(glyphs(seen("رقم الطلب"))[::shuffle]) == ["رقم", "الطلب"]


def test_numbers_and_latin_words_within_a_word_keep_their_order():
    assert joined(glyphs("AB-417:" + seen("מסמך"))) == ["מסמך:AB-417"]
    assert joined(glyphs(",27 " + seen("בית"))) == ["בית", "27,"]
    assert joined(glyphs("%15 " + seen("ضريبة"))) == ["ضريبة", "15%"]


def test_a_sign_behind_a_number_is_one_before_it():
    assert joined(glyphs("40.00- " + seen("הנחה"))) == ["הנחה", "-40.00"]


def test_letters_in_their_forms_for_printing_are_plain_ones():
    assert joined(glyphs("\ufef4\ufea3")) == ["حي"]
    assert joined(glyphs("\ufefb\ufeeb")) == ["هلا"]


def test_points_stay_with_their_letter_and_a_shadow_is_no_second_letter():
    letters = glyphs(seen("שלום"))
    mark = Word("\u05c1", Box(letters[-1].box.x0 + 3, 50, letters[-1].box.x0 + 3, 55), font_size=SIZE)
    shadow = [Word(w.text, Box(w.box.x0 + 0.3, w.box.y0, w.box.x1 + 0.3, w.box.y1), font_size=SIZE) for w in letters]
    assert joined([*letters, mark]) == ["ש\u05c1לום"]
    assert joined([w for pair in zip(letters, shadow, strict=True) for w in pair]) == ["שלום"]


def test_rows_without_such_letters_stay_as_they_are():
    words = [word("(Total", 10, 40), word("9.00-", 42, 70), word(".5", 80, 90)]
    assert [w.text for w in join_letters(words)] == ["(Total", "9.00-", ".5"]


def test_a_latin_abbreviation_beside_such_letters_keeps_its_point():
    assert joined([*glyphs(seen("שם הלקוח החדש"), x=200), word("Co.", 100, 115)])[-1] == "Co."


def test_digits_of_arabic_are_no_letters():
    assert (is_in("٣٫٥"), count_letters("٣٫٥"), is_in("3.5 €"), count_letters("x ספק")) == (True, 0, False, 3)
    assert with_plain_digits("٤٬٥٠٠٫٢٥ ۱۵٪") == "4,500.25 15%"


def test_a_page_that_is_mostly_hebrew_is_mirrored_and_its_boxes_found_again():
    label, value = word("תאריך:", 500, 540), word("05/09/2024", 430, 490)
    page = page_of(value, label, word("ספק", 10, 40, 80), rules=(Rule(Box(0, 70, 100, 71)),))
    ordered = order_page(page)
    assert lines(ordered) == ["תאריך: 05/09/2024", "ספק"]
    first, second = ordered.lines[0].words
    assert first.box.x1 <= second.box.x0
    assert (find_place(ordered, first.box), find_place(ordered, second.box)) == (label.box, value.box)
    assert find_place(ordered, ordered.lines[0].box) == Box(430, 50, 540, 61)
    assert ordered.rules[0].box == Box(500, 70, 600, 71)


def test_the_part_behind_a_colon_is_found_on_the_left():
    whole = word("תאריך:12", 400, 480)
    ordered = order_page(page_of(whole))
    box = ordered.words[0].box
    assert find_place(ordered, Box(box.x0 + 60, box.y0, box.x1, box.y1)) == Box(400, 50, 420, 61)


def test_latin_words_and_what_follows_them_keep_their_order_on_such_a_page():
    page = page_of(
        word("IBAN", 300, 325), word("IL62", 328, 350), word("0108", 353, 375), word("חשבון", 378, 410),
        word("August", 300, 330, 80), word("2024", 333, 352, 80), word("12", 355, 365, 80), word("תאריך", 370, 400, 80),
        word("+972", 300, 325, 110), word("3", 328, 333, 110), word("5551234", 336, 380, 110), word("טלפון", 384, 410, 110),
        word("1", 300, 305, 140), word("250,00", 308, 340, 140), word("סכום", 345, 375, 140),
    )  # fmt: skip
    assert lines(order_page(page)) == [
        "חשבון IBAN IL62 0108",
        "תאריך 12 August 2024",
        "טלפון +972 3 5551234",
        "סכום 1 250,00",
    ]


def test_on_other_pages_only_the_words_of_such_scripts_change_places():
    english = [word("Northern", 10, 50), word("Cooling", 54, 90), word("Company", 94, 140)]
    arabic = [word("التبريد", 300, 340), word("شركة", 344, 370)]
    ordered = order_page(page_of(*english, *arabic))
    assert lines(ordered) == ["Northern Cooling Company", "شركة التبريد"]
    assert [w.box for w in ordered.words if w.text.isascii()] == [w.box for w in english]
    assert find_place(ordered, next(w.box for w in ordered.words if w.text == "شركة")) == arabic[1].box


def test_a_page_without_such_scripts_is_the_very_same():
    reading = Reading("pdf", 1, (page_of(word("Müller", 10, 50), word("合計", 60, 90)),))
    assert order_reading(reading) is reading
    ordered = order_page(page_of(word("ספק", 10, 40)))
    assert order_page(ordered) is ordered
    assert find_place(reading.pages[0], Box(1, 2, 3, 4)) == Box(1, 2, 3, 4)
