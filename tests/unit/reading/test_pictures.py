"""Pictures on a page that has text: a letterhead that is one, and what is no letterhead."""

import json

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

import bursar
from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.reading.document import add_pictures, read_document
from bursar.reading.frame import make_frame
from bursar.reading.limits import Limits
from bursar.reading.page import Word
from bursar.reading.pictures import choose_pictures
from bursar.sandbox.sights import read_words
from fakes.models import QuotingModel
from unit.reading.drawing import make_pdf, write_lines

FRAME = make_frame(0, 0, 600, 800, 0)
LETTERHEAD = ("Bright Harbour Trading Ltd", "12 Quay Street, Bristol BS1 4DJ", "VAT no. GB 980 7806 84")
BODY = (
    "Invoice number: INV-2024-001",
    "Invoice date: 7 January 2024",
    "Bill to",
    "Northern Lights Ltd",
    "4 Mill Lane, Leeds LS1 4AP",
    "Description        Amount",
    "Consulting              1500.00",
    "Total EUR 1500.00",
)
NAMED = ("Bright Harbour Trading Ltd", "12 Quay Street", "Bristol BS1 4DJ", "VAT no. GB 980 7806 84", "", *BODY)


def print_picture(lines=LETTERHEAD, size=(1400, 240)):
    image = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=46)
    for index, line in enumerate(lines):
        pen.text((20, 15 + 72 * index), line, fill="black", font=font)
    return ImageReader(image)


def draw_invoice(lines=BODY, top=620, picture=LETTERHEAD):
    def draw(canvas):
        if picture:
            canvas.drawImage(print_picture(picture), 72, 720, 350, 60)
        write_lines(canvas, lines, top=top)

    return make_pdf(draw)


def test_a_seller_whose_letterhead_is_a_picture_is_read():
    invoice = bursar.parse(draw_invoice())
    assert invoice.vendor.name == "Bright Harbour Trading Ltd"
    assert invoice.vendor.address.postal_code == "BS1 4DJ"
    assert invoice.vendor.tax_id == "GB980780684"
    seen = invoice.evidence["vendor.name"]
    assert seen.source is Source.OCR
    assert 72 <= seen.box.x0 <= seen.box.x1 <= 422
    assert 842 - 780 <= seen.box.y0 <= seen.box.y1 <= 842 - 720
    assert invoice.evidence["summary.total"].source is Source.TEXT
    assert invoice.metadata.source == "mixed"
    assert invoice.customer.name == "Northern Lights Ltd"


def test_a_language_model_is_asked_as_often_as_where_the_letterhead_is_text():
    """About the reading with the picture's words, and not about the one without them before."""
    counts = []
    for content in (draw_invoice(NAMED, top=690, picture=None), draw_invoice()):
        model = QuotingModel()
        bursar.parse(content, engine="llm", model=model)
        counts.append(len(model.questions))
    assert counts[0] == counts[1] > 0
    assert "Bright Harbour Trading Ltd" in model.questions[0].text


def test_nothing_is_recognised_where_the_caller_said_never():
    assert bursar.parse(draw_invoice(), ocr="never").vendor.address.text is None


def test_a_page_that_names_its_seller_pays_for_no_recognition(monkeypatch):
    def refuse():
        pytest.fail("recognition was asked for")

    monkeypatch.setattr("bursar.reading.pdf.get_engine", refuse)
    invoice = bursar.parse(draw_invoice(NAMED, top=690))
    assert invoice.vendor.name == "Bright Harbour Trading Ltd"
    assert invoice.metadata.source == "text"


def test_a_drawing_without_words_changes_nothing():
    content = draw_invoice(picture=("",))
    assert add_pictures(content, read_document(content)) is None
    assert bursar.parse(content).metadata.source == "text"


def test_words_on_a_picture_can_be_marked_in_review():
    page = json.loads(read_words(draw_invoice(), 1, Limits()))
    assert {"Bristol", "INV-2024-001"} <= {word["text"] for word in page["words"]}


def test_text_that_was_read_survives_pictures_that_cannot_be(monkeypatch):
    def fail(*_):
        raise OSError("a picture with a broken filter")

    monkeypatch.setattr("bursar.reading.pdf.choose_pictures", fail)
    assert bursar.parse(draw_invoice()).summary.total == 1500


WORD = Word("Total", Box(100, 100, 130, 110))
LOGO = Box(40, 20, 240, 80)


@pytest.mark.parametrize(
    ("images", "chosen"),
    [
        ([LOGO], [LOGO]),
        ([Box(40, 20, 70, 80)], []),  # too narrow for a word
        ([Box(40, 20, 240, 25)], []),  # a line
        ([Box(90, 90, 300, 200)], []),  # text stands on it: a background
        ([Box(0, 400, 600, 800)], []),  # half of the page
        ([Box(40, 20, 240, 50), Box(40, 50, 240, 80)], [LOGO]),  # one picture, cut to strips
        ([LOGO, Box(40, 700, 560, 790)], [Box(40, 700, 560, 790), LOGO]),  # the largest first
    ],
)
def test_which_pictures_may_hold_words(images, chosen):
    assert list(choose_pictures(images, [WORD], FRAME)) == chosen
