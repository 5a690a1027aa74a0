import io
import struct
import time
import zlib

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from bursar.errors import (
    CorruptDocument,
    EmptyDocument,
    FileTooLarge,
    InvalidPages,
    NoPages,
    PasswordRequired,
    PasswordWrong,
    TooManyPages,
    TooManyPixels,
    UnsupportedFormat,
)
from bursar.reading import pdf
from bursar.reading.document import open_document, parse_pages, read_document
from bursar.reading.limits import Limits
from bursar.reading.page import Format
from patience import patient
from unit.reading.drawing import PARAGRAPH, make_pdf, texts, to_bytes, write_lines


def encrypted(user, owner="owner"):
    return make_pdf(write_lines, encrypt=StandardEncryption(user, owner, strength=128))


def with_attachments(**files):
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf(write_lines))) as document:
        for name, content in files.items():
            spec = pikepdf.AttachedFileSpec(document, content, filename=f"{name}.xml", mime_type="text/xml")
            document.attachments[f"{name}.xml"] = spec
        document.save(buffer)
    return buffer.getvalue()


def test_a_document_tells_its_format_pages_and_producer():
    with open_document(make_pdf(write_lines, pages=3)) as document:
        assert (document.format, document.page_count) == (Format.PDF, 3)
        assert "ReportLab" in document.properties["Producer"]


def test_half_a_surrogate_pair_in_a_property_is_replaced_and_a_long_property_read_whole():
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf(write_lines))) as document:
        document.docinfo["/Title"] = pikepdf.Object.parse(b"<FEFFD8000041>")
        document.docinfo["/Subject"] = 1_000 * "long "
        document.save(buffer)
    with open_document(buffer.getvalue()) as document:
        assert document.properties["Title"] == "\ufffdA"
        assert document.properties["Subject"] == (1_000 * "long ").strip()


def test_an_owner_password_alone_does_not_lock_a_document():
    with open_document(encrypted("")) as document:
        assert "Invoice" in texts(document.read_page(1))


def test_a_user_password_is_asked_for_checked_and_accepted():
    locked = encrypted("open sesame")
    with pytest.raises(PasswordRequired):
        open_document(locked)
    with pytest.raises(PasswordWrong):
        open_document(locked, password="wrong")
    with open_document(locked, password="open sesame") as document:
        assert "Invoice" in texts(document.read_page(1))


def test_a_password_that_nobody_needs_does_no_harm():
    for content in (encrypted(""), make_pdf(write_lines)):
        with open_document(content, password="superfluous") as document:
            assert document.page_count == 1


def test_an_empty_file_is_refused():
    with pytest.raises(EmptyDocument):
        open_document(b"")


def test_a_zip_named_pdf_is_refused_as_a_zip():
    with pytest.raises(UnsupportedFormat, match="ZIP"):
        open_document(b"PK\x03\x04" + b"\x00" * 100)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"garbage " * 500])
def test_a_pdf_that_is_only_a_header_is_refused_as_corrupt(content):
    with pytest.raises(CorruptDocument):
        open_document(content)


def test_a_truncated_pdf_is_repaired_where_pages_are_left():
    whole = make_pdf(write_lines, pages=6)
    with pikepdf.open(io.BytesIO(whole)) as document:
        buffer = io.BytesIO()
        document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable, linearize=False)
    content = buffer.getvalue()
    with open_document(content[: content.rindex(b"xref")]) as document:
        assert document.page_count == 6
        assert "Invoice" in texts(document.read_page(6))


def test_a_pdf_truncated_in_its_first_page_is_refused_as_corrupt():
    with pytest.raises((CorruptDocument, NoPages)):
        open_document(make_pdf(write_lines)[:700])


def test_a_pdf_without_pages_is_refused():
    empty = pikepdf.new()
    buffer = io.BytesIO()
    empty.save(buffer)
    with pytest.raises(NoPages):
        open_document(buffer.getvalue())


def test_a_page_tree_that_loops_ends_in_an_error_and_not_in_a_hang():
    with pikepdf.open(io.BytesIO(make_pdf(write_lines))) as document:
        tree = document.Root.Pages
        tree.Kids = pikepdf.Array([document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=3))])
        tree.Kids[0].Kids = pikepdf.Array([tree])
        tree.Count = 3
        buffer = io.BytesIO()
        document.save(buffer)
    begun = time.monotonic()
    try:
        with open_document(buffer.getvalue()) as document:
            assert {document.read_page(number + 1).error for number in range(document.page_count)} == {"CORRUPT_PAGE"}
    except (CorruptDocument, NoPages):
        pass
    assert time.monotonic() - begun < patient(5)


def test_more_pages_than_allowed_are_refused():
    with pytest.raises(TooManyPages, match="4 pages, 3"):
        open_document(make_pdf(write_lines, pages=4), limits=Limits(max_pages=3))


def test_more_bytes_than_allowed_are_refused():
    with pytest.raises(FileTooLarge):
        open_document(make_pdf(write_lines), limits=Limits(max_bytes=100))


def png_header(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_giant_image_is_refused_by_its_header_alone():
    begun = time.monotonic()
    with pytest.raises(TooManyPixels, match="30000 × 30000"):
        open_document(png_header(30_000, 30_000))
    assert time.monotonic() - begun < patient(1)


def test_an_image_whose_pixels_are_missing_is_a_page_with_an_error():
    with open_document(png_header(300, 300)) as document:
        assert document.read_page(1).error == "CORRUPT_PAGE"


def test_an_image_that_does_not_open_is_refused_as_corrupt():
    with pytest.raises(CorruptDocument):
        open_document(b"\x89PNG\r\n\x1a\n" + b"x" * 50)


def test_each_frame_of_a_tiff_is_a_page():
    frames = [Image.new("L", (60, 40), shade) for shade in (255, 250, 245)]
    content = to_bytes(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    with open_document(content) as document:
        assert document.page_count == 3
        assert document.read_page(3, ocr="never").width == 60


def test_an_xml_file_has_no_pages_and_is_its_own_attachment():
    content = b'<?xml version="1.0"?><Invoice/>'
    reading = read_document(content)
    assert (reading.format, reading.page_count, reading.pages) == (Format.XML, 0, ())
    assert reading.attachments[0].content == content


def test_embedded_files_are_listed_with_name_size_and_content():
    with open_document(with_attachments(invoice=b"<Invoice/>", notes=b"")) as document:
        found = {file.name: file for file in document.attachments}
    assert found["invoice.xml"].content == b"<Invoice/>"
    assert found["invoice.xml"].media_type == "text/xml"
    assert (found["notes.xml"].size_bytes, found["notes.xml"].content) == (0, b"")


def test_large_embedded_files_come_without_content():
    with open_document(with_attachments(big=b"x" * 5_000), limits=Limits(max_attachment_bytes=1_000)) as document:
        (file,) = document.attachments
    assert (file.size_bytes, file.content) == (5_000, None)


def test_only_the_selected_pages_are_read_and_progress_is_told():
    told = []
    reading = read_document(make_pdf(write_lines, pages=5), pages="2,4-", progress=lambda *step: told.append(step))
    assert [page.number for page in reading.pages] == [2, 4, 5]
    assert reading.page_count == 5
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [line.text for line in reading.pages[0].lines] == list(PARAGRAPH)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [(None, (1, 2, 3, 4)), ("1-3,2", (1, 2, 3)), ("3-", (3, 4)), ("-2", (1, 2)), (" 4 , 1 ", (1, 4)), ("2", (2,))],
)
def test_page_selections_are_understood(selection, expected):
    assert parse_pages(selection, 4) == expected


@pytest.mark.parametrize("selection", ["", "0", "5", "3-1", "1,,2", "a", "1-2-3", "-", "99999999999", "٣"])
def test_page_selections_that_make_no_sense_are_refused(selection):
    with pytest.raises(InvalidPages):
        parse_pages(selection, 4)


def test_a_page_that_breaks_the_engine_does_not_take_the_others_with_it(monkeypatch):
    class CrashingOcr:
        def read(self, image):
            raise RuntimeError("the network choked")

    monkeypatch.setattr(pdf, "get_engine", CrashingOcr)
    with open_document(make_pdf(write_lines, pages=2)) as document:
        assert document.read_page(1, ocr="force").error == "PAGE_FAILED"
        assert document.read_page(2, ocr="auto").error is None


def test_running_out_of_memory_is_not_taken_for_a_bad_page(monkeypatch):
    class HungryOcr:
        def read(self, image):
            raise MemoryError

    monkeypatch.setattr(pdf, "get_engine", HungryOcr)
    with open_document(make_pdf(write_lines)) as document, pytest.raises(MemoryError):
        document.read_page(1, ocr="force")


def test_a_page_that_the_document_lacks_is_refused():
    with open_document(make_pdf(write_lines)) as document, pytest.raises(InvalidPages):
        document.read_page(2)
