import io

import pytest
from PIL import Image

from bursar.errors import EmptyDocument, UnsupportedFormat
from bursar.reading.page import Format
from bursar.reading.sniff import check_extension, sniff_format

XML = '<?xml version="1.0"?><Invoice/>'


def image(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n", Format.PDF),
        (b"\xef\xbb\xbf%PDF-1.4", Format.PDF),
        (b"\r\n" * 400 + b"%PDF-1.4", Format.PDF),
        (image("PNG"), Format.PNG),
        (image("JPEG"), Format.JPEG),
        (image("TIFF"), Format.TIFF),
        (image("WEBP"), Format.WEBP),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", Format.HEIC),
        (XML.encode(), Format.XML),
        (XML.encode("utf-8-sig"), Format.XML),
        (XML.encode("utf-16"), Format.XML),
        (XML.encode("utf-16-be"), Format.XML),
        (b"\n  <rsm:CrossIndustryInvoice xmlns:rsm='x'>", Format.XML),
    ],
)
def test_the_bytes_tell_the_format(content, expected):
    assert sniff_format(content) is expected


def test_an_empty_file_is_refused():
    with pytest.raises(EmptyDocument):
        sniff_format(b"")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"GIF89a", "GIF"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"plain text", "no known format"),
        (b"\x00" * 3000 + b"%PDF-1.4", "no known format"),
    ],
)
def test_anything_else_is_refused_by_its_name(content, named):
    with pytest.raises(UnsupportedFormat, match=named):
        sniff_format(content)


def test_a_zip_that_holds_a_pdf_early_on_is_still_a_zip():
    with pytest.raises(UnsupportedFormat, match="ZIP"):
        sniff_format(b"PK\x03\x04" + b"x" * 20 + b"%PDF-1.4")


@pytest.mark.parametrize(
    "name", ["a.pdf", "A.PDF", "scan", "invoice.2024", "to Dr. Smith", "../x/y.pdf", "\u202efdp.pdf"]
)
def test_a_name_that_agrees_or_says_nothing_passes(name):
    check_extension(name, Format.PDF)


@pytest.mark.parametrize("name", ["a.png", "a.docx", "a.pdf.exe", "..\\a.xml"])
def test_a_name_that_disagrees_is_refused(name):
    with pytest.raises(UnsupportedFormat, match="PDF"):
        check_extension(name, Format.PDF)


def test_both_spellings_of_an_extension_pass():
    check_extension("photo.jpeg", Format.JPEG)
    check_extension("photo.jpg", Format.JPEG)
    check_extension("fax.tif", Format.TIFF)
