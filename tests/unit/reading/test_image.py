"""Recognition of images, through the room's door and with the real engine."""

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from bursar.facts.evidence import Source
from bursar.reading.document import open_document
from unit.reading.drawing import PARAGRAPH, draw_scan, find, make_pdf, render, texts, to_bytes, write_lines

WORDS = " ".join(PARAGRAPH).split()


def read(image, kind="PNG", **options):
    with open_document(to_bytes(image, kind, **options)) as document:
        return document.read_page(1)


def recall(page, words=WORDS):
    left = texts(page)
    found = 0
    for word in words:
        if word in left:
            left.remove(word)
            found += 1
    return found / len(words)


def test_a_scan_is_read_line_by_line():
    page = read(draw_scan())
    assert page.source is Source.OCR
    assert [line.text for line in page.lines] == list(PARAGRAPH)
    assert all(0.9 < word.confidence <= 1 for word in page.words)


def test_word_boxes_end_where_the_ink_does():
    page = read(draw_scan())
    font = ImageFont.load_default(size=30)
    line, y = PARAGRAPH[4], 60 + 70 * 4
    for word in line.split():
        left = 80 + font.getlength(line[: line.index(word)])
        box = next(w.box for w in page.words if w.text == word and abs(w.box.center_y - y - 18) < 20)
        assert box.x0 == pytest.approx(left, abs=4)
        assert box.x1 == pytest.approx(left + font.getlength(word), abs=4)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_scan_that_lies_on_a_side_or_on_its_head_is_put_upright(angle):
    page = read(draw_scan().rotate(angle, expand=True))
    assert page.rotation == angle
    assert (page.width, page.height) == (1000, 700)
    assert [line.text for line in page.lines] == list(PARAGRAPH)
    assert find(page, "Travel").box.x0 == pytest.approx(80, abs=6)
    assert find(page, "Travel").box.center_y == pytest.approx(60 + 3 * 70 + 18, abs=8)


@pytest.mark.parametrize("angle", [-5, -2, 1, 3, 5])
def test_skew_is_measured_and_undone(angle):
    page = read(draw_scan().rotate(angle, fillcolor="white", resample=Image.Resampling.BICUBIC))
    assert page.skew == pytest.approx(-angle, abs=0.4)
    assert recall(page) >= 0.95
    assert len(page.lines) == len(PARAGRAPH)
    assert find(page, "Travel").box.x0 == pytest.approx(80, abs=12)
    assert find(page, "Travel").box.center_y == pytest.approx(60 + 3 * 70 + 18, abs=10)


def test_a_photograph_is_turned_as_the_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    page = read(draw_scan().rotate(90, expand=True), "JPEG", exif=exif, quality=92)
    assert (page.width, page.height, page.rotation) == (1000, 700, 0)
    assert recall(page) >= 0.95


def test_white_on_black_and_grey_are_read():
    image = draw_scan()
    image.paste(ImageOps.invert(image.crop((0, 120, 1000, 260))), (0, 120))
    grey = Image.blend(image.crop((0, 470, 1000, 700)), Image.new("RGB", (1000, 230), "#808080"), 0.4)
    image.paste(grey, (0, 470))
    assert recall(read(image)) >= 0.95


def test_a_small_image_is_enlarged():
    assert recall(read(draw_scan().resize((420, 294), Image.Resampling.LANCZOS))) >= 0.8


def test_a_very_large_image_is_read_in_its_own_pixels():
    page = read(draw_scan().resize((6_000, 4_200), Image.Resampling.BICUBIC).rotate(90, expand=True), "JPEG")
    assert (page.width, page.height, page.rotation) == (6_000, 4_200, 90)
    assert recall(page) >= 0.95
    assert find(page, "Travel").box.x0 == pytest.approx(6 * 80, abs=40)


def test_digits_that_stand_alone_are_found():
    image = draw_scan(["Quantity", "1", "7"])
    ImageDraw.Draw(image).text((800, 60), "3", fill="black", font=ImageFont.load_default(size=30))
    assert sorted(texts(read(image))) == ["1", "3", "7", "Quantity"]


def test_transparent_paper_is_white():
    image = Image.new("RGBA", (700, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((40, 60), "Receipt 12.50", fill=(0, 0, 0, 255), font=ImageFont.load_default(size=40))
    assert texts(read(image)) == ["Receipt", "12.50"]


def test_sixteen_bits_a_pixel_are_read():
    deep = draw_scan(["Receipt 12.50"], (700, 200)).convert("L").point(lambda value: value * 250, "I")
    assert texts(read(deep.convert("I;16"), "TIFF")) == ["Receipt", "12.50"]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "WEBP"])
def test_the_other_formats_are_read(kind):
    assert texts(read(draw_scan(["Receipt 12.50"], (700, 200)), kind)) == ["Receipt", "12.50"]


def test_empty_paper_has_no_words_and_no_error():
    page = read(Image.new("RGB", (500, 400), "white"))
    assert (page.words, page.error, page.rotation) == ((), None, 0)


def scan_pdf(image, invisible=(), visible=()):
    """Return a PDF whose page is the image, with words of a text layer under or over it."""

    def draw(canvas):
        canvas.drawInlineImage(image, 0, 0, 595, 842)
        canvas.saveState()
        text = canvas.beginText(60, 780)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        for line in invisible:
            text.textLine(line)
        canvas.drawText(text)
        canvas.restoreState()
        write_lines(canvas, visible, left=60, top=30, size=9)

    return make_pdf(draw)


def read_pdf(pdf, ocr="auto"):
    with open_document(pdf) as document:
        return document.read_page(1, ocr=ocr)


@pytest.fixture(scope="module")
def scanned():
    return render(make_pdf(write_lines))


def test_a_scanned_pdf_is_read_in_points_of_its_page(scanned):
    page = read_pdf(scan_pdf(scanned))
    assert (page.source, page.width, page.height) == (Source.OCR, 595, 842)
    assert [line.text for line in page.lines] == list(PARAGRAPH)
    assert find(page, "Travel").box.x0 == pytest.approx(72, abs=2)
    assert find(page, "Travel").box.center_y == pytest.approx(842 - 770 + 60 - 4, abs=3)
    assert 8 < find(page, "Travel").font_size < 16


def test_an_invisible_layer_over_a_scan_is_not_trusted(scanned):
    pdf = scan_pdf(scanned, invisible=["lnvoioe nurnber 2O24-O815", "Tota1 amount due 2,O81.O1"])
    assert recall(read_pdf(pdf)) >= 0.95
    assert "lnvoioe" not in texts(read_pdf(pdf))


def test_an_invisible_layer_is_read_when_recognition_is_not_wanted(scanned):
    page = read_pdf(scan_pdf(scanned, invisible=["Hidden layer"]), ocr="never")
    assert (texts(page), page.source) == (["Hidden", "layer"], Source.TEXT)


def test_a_stamp_on_a_scan_does_not_hide_the_scan(scanned):
    page = read_pdf(scan_pdf(scanned, visible=["received 2024-03-19 page 1"]))
    assert recall(page) >= 0.95
    stamp = find(page, "received")
    assert (stamp.source, stamp.confidence) == (Source.TEXT, 1.0)


def test_a_text_page_is_recognised_when_that_is_forced():
    page = read_pdf(make_pdf(write_lines), ocr="force")
    assert page.source is Source.OCR
    assert recall(page) >= 0.95


def test_a_sideways_scan_in_a_pdf_is_put_upright(scanned):
    page = read_pdf(scan_pdf(scanned.rotate(90, expand=True).resize(scanned.size)))
    assert page.rotation == 90
    assert (page.width, page.height) == (842, 595)
    assert recall(page) >= 0.95
