"""Documents drawn for the tests of this room."""

import io

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

PARAGRAPH = (
    "Invoice number 2024-0815 of 17 March 2024",
    "Bright Harbour Trading Company",
    "Consulting services 12 hours 1,500.00",
    "Travel expenses flat rate 248.75",
    "Value added tax 19 % 332.26",
    "Total amount due 2,081.01",
    "Please pay within thirty days",
    "Account holder Bright Harbour",
)


def make_pdf(draw, size=(595, 842), pages=1, **settings):
    """Return a PDF whose pages `draw(canvas)` fills; baseline coordinates are reportlab's, from the lower left."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **settings)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write_lines(canvas, lines=PARAGRAPH, left=72, top=770, size=12, pitch=20, face="Helvetica"):
    canvas.setFont(face, size)
    for index, line in enumerate(lines):
        canvas.drawString(left, top - pitch * index, line)


def change_page(pdf, **entries):
    """Return the PDF with entries of its first page's dictionary set."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for key, value in entries.items():
            document.pages[0][f"/{key}"] = pikepdf.Array(value) if isinstance(value, list) else value
        document.save(buffer)
    return buffer.getvalue()


def render(pdf, dpi=150):
    document = pypdfium2.PdfDocument(pdf)
    return document[0].render(scale=dpi / 72).to_pil().convert("RGB")


def to_bytes(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def draw_scan(lines=PARAGRAPH, size=(1000, 700)):
    """Return an image of printed lines, black on white."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=30)
    for index, line in enumerate(lines):
        pen.text((80, 60 + 70 * index), line, fill="black", font=font)
    return image


def texts(page):
    return [word.text for word in page.words]


def find(page, text):
    (word,) = [word for word in page.words if word.text == text]
    return word
