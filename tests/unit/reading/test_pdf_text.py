import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from bursar.facts.evidence import Source
from bursar.reading.document import open_document
from unit.reading.drawing import PARAGRAPH, change_page, find, make_pdf, texts, write_lines


def read(pdf, number=1, ocr="auto"):
    with open_document(pdf) as document:
        return document.read_page(number, ocr=ocr)


def test_words_stand_where_they_were_drawn_from_the_top_left():
    page = read(make_pdf(lambda canvas: write_lines(canvas, ["Total 2,081.01"], left=100, top=742)))
    word = find(page, "Total")
    assert (page.width, page.height) == (595, 842)
    assert word.box.x0 == pytest.approx(100, abs=0.5)
    assert word.box.y0 < 842 - 742 < word.box.y1
    assert word.box.height == pytest.approx(12, abs=3)
    assert find(page, "2,081.01").box.x0 > word.box.x1


def test_size_and_weight_are_those_of_the_font():
    def draw(canvas):
        write_lines(canvas, ["Plain"], top=700, size=9)
        write_lines(canvas, ["Heavy"], top=600, size=20, face="Helvetica-Bold")

    page = read(make_pdf(draw))
    assert (find(page, "Plain").font_size, find(page, "Plain").bold) == (9, False)
    assert (find(page, "Heavy").font_size, find(page, "Heavy").bold) == (20, True)


def test_a_scaled_matrix_counts_into_the_font_size():
    def draw(canvas):
        canvas.scale(0.5, 0.5)
        write_lines(canvas, ["Half"], left=200, top=1400, size=24)

    assert find(read(make_pdf(draw)), "Half").font_size == 12


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_page_rotation_is_applied_to_the_boxes(angle):
    """Text drawn so that it is upright once the page is turned stands at the same place whatever the turn."""

    def draw(canvas):
        moves = {0: (0, 0), 90: (0, -400), 180: (-600, -400), 270: (-600, 0)}
        canvas.rotate(angle)
        canvas.translate(*moves[angle])
        canvas.setFont("Helvetica", 12)
        canvas.drawString(50, 300, "Upright 42.00")

    size = (600, 400) if angle % 180 == 0 else (400, 600)
    page = read(change_page(make_pdf(draw, size=size), Rotate=angle))
    assert (page.width, page.height) == (600, 400)
    assert page.rotation == 0
    word = find(page, "Upright")
    assert word.box.x0 == pytest.approx(50, abs=1.5)
    assert word.box.y0 < 100 < word.box.y1
    assert word.box.width > 2 * word.box.height
    assert [line.text for line in page.lines] == ["Upright 42.00"]


@pytest.mark.parametrize(("angle", "turned_by"), [(90, 90), (180, 180), (270, 270)])
def test_content_that_lies_on_its_side_is_put_upright(angle, turned_by):
    def draw(canvas):
        moves = {90: (0, -595), 180: (-595, -842), 270: (-842, 0)}
        canvas.rotate(angle)
        canvas.translate(*moves[angle])
        write_lines(canvas, left=60, top=500 if angle % 180 else 770)

    page = read(make_pdf(draw))
    assert page.rotation == turned_by
    assert page.source is Source.TEXT
    assert [line.text for line in page.lines] == list(PARAGRAPH)
    assert (page.width, page.height) == ((842, 595) if angle % 180 else (595, 842))
    assert find(page, "Invoice").box.x0 == pytest.approx(60, abs=2)


def test_a_crop_box_moves_the_origin_and_hides_what_lies_outside():
    def draw(canvas):
        write_lines(canvas, ["Inside"], left=150, top=650)
        write_lines(canvas, ["Outside"], left=20, top=50)

    page = read(change_page(make_pdf(draw), CropBox=[100, 100, 500, 700]))
    assert (page.width, page.height) == (400, 600)
    assert texts(page) == ["Inside"]
    assert page.words[0].box.x0 == pytest.approx(50, abs=1)
    assert page.words[0].box.y0 < 50 < page.words[0].box.y1


def test_a_side_note_does_not_turn_the_page():
    def draw(canvas):
        write_lines(canvas)
        canvas.rotate(90)
        canvas.drawString(300, -30, "printed on recycled paper")

    page = read(make_pdf(draw))
    assert page.rotation == 0
    assert PARAGRAPH[0] in [line.text for line in page.lines]
    assert {"printed", "recycled", "paper"} <= set(texts(page))


def test_letters_set_apart_are_one_word():
    def draw(canvas):
        write_lines(canvas, ["I N V O I C E"], size=18)
        write_lines(canvas, ["vat code A or B"], top=600)

    assert texts(read(make_pdf(draw))) == ["INVOICE", "vat", "code", "A", "or", "B"]


def test_columns_that_the_stream_glues_together_are_parted():
    """One text object, a jump of 150 points and no blank in it."""

    def draw(canvas):
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 10)
        canvas._code.append("BT /F1 10 Tf 72 700 Td [(Widget) -15000 (12.50)] TJ ET")
        canvas.drawText(text)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 600, "names the font")

    assert {"Widget", "12.50"} <= set(texts(read(make_pdf(draw))))


def test_letters_drawn_one_by_one_are_words_where_the_page_is_nearly_empty():
    """Browsers print so; pdfium takes what stands below each other on such a page for lines from top to bottom."""
    lines = ["Bright Clean Ltd", "12 High Street", "Leeds LS1 4AA", "Invoice number: A-101", "Total 120.00"]

    def draw_letters(canvas, text, left, top):
        for letter in text:
            canvas.setFont("Helvetica", 10)
            canvas.drawString(left, top, letter)
            left += stringWidth(letter, "Helvetica", 10)

    def draw(canvas):
        for number, line in enumerate(lines):
            draw_letters(canvas, line, 72, 760 - 16 * number)
        draw_letters(canvas, "Amount", 480, 600)

    page = read(make_pdf(draw))
    assert [line.text for line in page.lines] == [*lines, "Amount"]


def test_a_shadow_is_not_a_second_word():
    def draw(canvas):
        write_lines(canvas, ["Total"], left=72, top=700)
        write_lines(canvas, ["Total"], left=72.4, top=699.7)

    assert texts(read(make_pdf(draw))) == ["Total"]


def test_blank_pages_are_empty_and_not_recognised():
    page = read(make_pdf(lambda canvas: canvas.setFont("Helvetica", 10)))
    assert (page.words, page.source, page.error) == ((), Source.TEXT, None)


def test_filled_form_fields_are_read():
    def draw(canvas):
        write_lines(canvas, ["Amount"])
        canvas.acroForm.textfield(
            name="amount", x=150, y=760, width=150, height=24, value="4,711.00", borderStyle="inset"
        )

    assert "4,711.00" in texts(read(make_pdf(draw)))


def set_apart(tracking):
    """Draw capitals set apart, in pieces that end at kerned pairs, where pdfium sees blanks."""

    def draw(canvas):
        x = 100
        for piece in ("L", "UMBE", "R", " ", "HA", "R", "DWA", "R", "E"):
            text = canvas.beginText(x, 700)
            text.setFont("Times-Bold", 10)
            text.setCharSpace(tracking)
            text.textOut(piece)
            canvas.drawText(text)
            x += canvas.stringWidth(piece, "Times-Bold", 10) + tracking * len(piece)

    return draw


@pytest.mark.parametrize("tracking", [0, 0.8, 1.5, 1.8])
def test_capitals_that_are_set_apart_are_words_as_they_are_printed(tracking):
    assert texts(read(make_pdf(set_apart(tracking)))) == ["LUMBER", "HARDWARE"]


def test_short_words_of_capitals_that_are_set_close_stay_words():
    def draw(canvas):
        x = 100
        for word in ("AS", "IS", "NO", "VAT"):
            canvas.setFont("Helvetica", 10)
            canvas.drawString(x, 700, word)
            x += canvas.stringWidth(word, "Helvetica", 10) + 1.9

    assert texts(read(make_pdf(draw))) == ["AS", "IS", "NO", "VAT"]
