import pytest
from PIL import Image, ImageDraw, ImageFont

from bursar.reading.document import open_document
from unit.reading.drawing import draw_scan, to_bytes


def read(image):
    with open_document(to_bytes(image)) as document:
        return document.read_page(1)


def draw_ruled():
    image = draw_scan(["Item 12.50", "Part 14.00", "Unit 19.75"])
    pen = ImageDraw.Draw(image)
    for y in (45, 115, 185, 255):
        pen.line([(60, y), (940, y)], fill="black", width=2)
    for x in (60, 145, 940):
        pen.line([(x, 45), (x, 255)], fill="black", width=2)
    return image


@pytest.mark.parametrize("angle", [0, 90, 2])
def test_ruling_lines_of_a_scan_are_found_and_letters_are_none(angle):
    page = read(draw_ruled().rotate(angle, expand=angle == 90, fillcolor="white"))
    level = sorted(rule.box.center_y for rule in page.rules if rule.horizontal)
    upright = sorted(rule.box.center_x for rule in page.rules if not rule.horizontal)
    assert level == pytest.approx([45, 115, 185, 255], abs=12 if angle == 2 else 5)
    assert upright == pytest.approx([60, 145, 940], abs=14 if angle == 2 else 5)


def test_a_scan_without_lines_has_none():
    assert read(draw_scan()).rules == ()


def test_words_on_both_sides_of_a_line_are_two_lines_of_text():
    lines = [line.text for line in read(draw_ruled()).lines]
    assert lines == ["Item", "12.50", "Part", "14.00", "Unit", "19.75"]


def test_the_ground_between_white_words_in_a_dark_field_is_no_line():
    image = Image.new("RGB", (1654, 800), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle([138, 101, 1516, 175], fill=(20, 60, 110))
    pen.text((163, 116), "Kampong Trading Pte Ltd", fill="white", font=ImageFont.load_default(size=40))
    pen.text((141, 188), "105 Harbour Road", fill="black", font=ImageFont.load_default(size=26))
    page = read(image)
    assert [rule for rule in page.rules if not rule.horizontal and 160 < rule.box.center_x < 1500] == []
    assert "Kampong Trading Pte Ltd" in [line.text for line in page.lines]
