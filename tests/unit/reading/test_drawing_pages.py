"""Pages as pictures: upright, in the frame of the words' boxes, within bounds."""

import io

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from bursar.errors import CorruptDocument, InvalidPages
from bursar.reading.document import open_document


def sheet(*, rotate=0, turned=0, size=(595, 842)):
    """A page with one word in its corner: `rotate` as the file says, the content `turned` by so many degrees."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(turned)
    canvas.setFont("Helvetica", 24)
    for line in range(6):
        canvas.drawString(
            -200, 200 - 40 * line, "CORNERSTONE of the house" if line == 0 else "and some more words below"
        )
    canvas.save()
    if not rotate:
        return buffer.getvalue()
    rotated = io.BytesIO()
    with pikepdf.open(buffer) as document:
        document.pages[0].Rotate = rotate
        document.save(rotated)
    return rotated.getvalue()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_every_word_lies_on_ink_and_nothing_above_the_first_does(rotate, turned):
    with open_document(sheet(rotate=rotate, turned=turned)) as document:
        page = document.read_page(1, ocr="auto")
        picture = document.draw_page(1, 800, quarters=page.rotation // 90).convert("L")
    scale = 800 / page.width
    assert picture.size == pytest.approx((800, page.height * scale), abs=2)
    for word in page.words:
        box = [round(edge * scale) for edge in (word.box.x0, word.box.y0, word.box.x1, word.box.y1)]
        assert picture.crop(box).getextrema()[0] < 100, word.text
    first = next(word for word in page.words if word.text == "CORNERSTONE")
    above = picture.crop((0, 0, 800, int(first.box.y0 * scale) - 4))
    assert above.getextrema()[0] > 200


def test_an_image_is_turned_clockwise():
    drawn = Image.new("RGB", (300, 200), "white")
    drawn.paste("black", (0, 0, 50, 50))  # the corner at the top left
    content = io.BytesIO()
    drawn.save(content, "PNG")
    with open_document(content.getvalue()) as document:
        turned = document.draw_page(1, 1000, quarters=1).convert("L")
    assert turned.size == (200, 300)
    assert turned.getpixel((190, 10)) == 0  # goes to the top right
    assert turned.getpixel((10, 10)) == 255


def test_a_page_of_a_mile_is_drawn_within_bounds():
    with open_document(sheet(size=(20, 14_000))) as document:
        picture = document.draw_page(1, 2560)
    assert picture.width * picture.height <= 26_000_000


def test_a_page_that_there_is_not_and_xml_are_refused():
    with open_document(sheet()) as document, pytest.raises(InvalidPages):
        document.draw_page(2, 800)
    with open_document(b"<?xml version='1.0'?><Invoice/>") as document, pytest.raises((InvalidPages, CorruptDocument)):
        document.draw_page(1, 800)
