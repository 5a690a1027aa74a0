"""Small documents for tests of the server: what they say matters less than what they are."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

INVOICE = (
    "INVOICE",
    "Bright Harbour Trading Ltd, 12 Quay Street, Bristol BS1 4DJ",
    "Invoice number: INV-2024-001",
    "Invoice date: 2024-01-07",
    "Due date: 2024-02-06",
    "Description        Quantity   Unit price    Amount",
    "Consulting              10       150.00    1500.00",
    "Travel                   1       200.30     200.30",
    "Total EUR 1700.30",
)
PASSWORD = "open sesame"


def pdf(pages=1, lines=INVOICE, password=None):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password, "owner") if password else None)
    for page in range(pages):
        for index, line in enumerate((*lines, f"Page {page + 1} of {pages}")):
            canvas.drawString(72, 770 - 20 * index, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def locked_pdf():
    return pdf(password=PASSWORD)


def truncated_pdf():
    """Cut in the middle: neither the cross-reference table nor the page tree is there any more."""
    content = pdf(pages=3)
    return content[: len(content) // 4]


def pageless_pdf():
    buffer = io.BytesIO()
    pikepdf.new().save(buffer)
    return buffer.getvalue()


def looping_pdf():
    """A page tree whose root is its own kid."""
    with pikepdf.new() as document:
        document.add_blank_page()
        tree = document.Root.Pages
        tree.Kids = pikepdf.Array([tree])
        tree.Count = 2
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("invoice.txt", "Total 12.00")
    return buffer.getvalue()


def image(kind="PNG", lines=INVOICE, size=(900, 600)):
    drawn = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(drawn)
    for index, line in enumerate(lines):
        pen.text((40, 40 + 50 * index), line, fill="black", font_size=24)
    buffer = io.BytesIO()
    drawn.save(buffer, kind)
    return buffer.getvalue()


def vast_png():
    """30,000 × 30,000 pixels in a few kilobytes."""
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
