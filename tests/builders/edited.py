"""PDFs altered after they were made, the ways that people alter them."""

import io
import re

import pikepdf
from reportlab.pdfgen.canvas import Canvas

PAGE = (595, 842)


def draw_lines(lines, *, producer="Core Banking Output 7", invariant=True):
    """Draw (text, x, y from the top, font) as a PDF of one page for each list of them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, pageCompression=0, invariant=invariant)
    canvas.setProducer(producer)
    for page in lines:
        for text, x, y, font in page:
            canvas.setFont(font, 10)
            canvas.drawString(x, PAGE[1] - y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def append_revision(content, objects, *, info=None):
    """Save the PDF again by appending: `objects` maps object numbers to their new bodies."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        size, root = int(pdf.trailer.Size), pdf.trailer.Root.objgen[0]
    previous = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    out = io.BytesIO()
    out.write(content.rstrip() + b"\n")
    if info is not None:
        objects = {**objects, size: b"<< /Producer (" + info.encode() + b") >>"}
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n")
    for number, place in sorted(places.items()):
        out.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    extra = b"/Info %d 0 R " % size if info is not None else b""
    out.write(b"trailer\n<< /Size %d /Root %d 0 R %s/Prev %d >>\n" % (size + 1, root, extra, previous))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def replace_text(content, old, new, page=1):
    """Append a revision in which the text of a page's content says something else."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        stream = pdf.pages[page - 1].Contents
        number, body = stream.objgen[0], stream.read_bytes().replace(old, new)
    return append_revision(content, {number: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)})
