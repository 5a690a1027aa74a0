"""What a PDF's bytes tell of its making: revisions, programs, the fonts of its figures."""

import io

import pikepdf
import pytest

from builders.edited import append_revision, draw_lines, replace_text
from builders.statements.layouts import draw_statement
from bursar.reading.document import read_document
from bursar.reading.figure_fonts import family_of
from bursar.reading.revisions import find_revision_ends, read_revisions
from bursar.reading.traces import read_traces

ONE = [[("Balance 1,234.50", 72, 100, "Helvetica")], [("Page two 9.99", 72, 100, "Helvetica")]]


def test_a_file_saved_once_has_one_revision_and_nothing_changed():
    found = read_revisions(draw_lines(ONE))
    assert (found.count, found.changed_pages, found.producer) == (1, (), "Core Banking Output 7")
    assert found.first_producer == found.producer


def test_a_page_whose_content_a_later_save_replaced_is_named():
    found = read_revisions(replace_text(draw_lines(ONE), b"9.99", b"9,999.99", page=2))
    assert (found.count, found.changed_pages) == (2, (2,))


def test_a_save_that_leaves_the_pages_alone_changes_none():
    found = read_revisions(append_revision(draw_lines(ONE), {}, info="Signing Service"))
    assert (found.count, found.changed_pages) == (2, ())
    assert (found.producer, found.first_producer) == ("Signing Service", "Core Banking Output 7")


@pytest.mark.parametrize("options", [{"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}])
def test_a_file_made_for_the_web_or_with_object_streams_counts_as_saved_once(options):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(draw_lines(ONE))) as pdf:
        pdf.save(out, **options)
    assert read_revisions(out.getvalue()).count == 1


def test_an_encrypted_file_is_read_with_its_password():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(draw_lines(ONE))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert read_revisions(out.getvalue(), "u").producer is not None
    assert read_revisions(out.getvalue(), "wrong").producer is None


def test_the_producer_in_the_metadata_is_read_beside_that_of_the_information():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(draw_lines(ONE))) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["pdf:Producer"] = "Photo & Paint 3"
        pdf.save(out)
    assert read_revisions(out.getvalue()).xmp_producer == "Photo & Paint 3"


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing", b"startxref\n0\n%%EOF", b"x startxref\n5\n%%EOF /Prev 5"]
)
def test_bytes_that_are_no_pdf_have_no_history(content):
    assert read_revisions(content).changed_pages == ()
    assert len(find_revision_ends(content)) <= 1


def traces_of(content):
    return read_traces(content, read_document(content))


def test_figures_are_listed_with_the_family_of_their_fonts_and_their_place():
    (first, second) = traces_of(draw_lines(ONE)).figures
    assert (first.page, first.text, first.fonts) == (1, "1,234.50", ("Helvetica",))
    assert first.box.y0 < 100 < first.box.y1 + 3
    assert (second.page, second.text) == (2, "9.99")


def test_a_digit_set_in_another_font_shows():
    lines = [[("1", 72, 100, "Courier"), ("1,234.50", 78, 100, "Helvetica")]]
    (run,) = traces_of(draw_lines(lines)).figures
    assert (run.text, set(run.fonts)) == ("11,234.50", {"Courier", "Helvetica"})


def test_bold_figures_are_of_the_same_family():
    lines = [[("1,2", 72, 100, "Helvetica"), ("34.50", 85.8, 100, "Helvetica-Bold")]]
    assert {font for run in traces_of(draw_lines(lines)).figures for font in run.fonts} == {"Helvetica"}


@pytest.mark.parametrize(
    ("font", "family"),
    [
        ("ABCDEF+Arial-BoldMT", "Arial"),
        ("ArialMT", "Arial"),
        ("Arial,Bold", "Arial"),
        ("TimesNewRomanPS-BoldMT", "TimesNewRoman"),
        ("TimesNewRomanPSMT", "TimesNewRoman"),
        ("RobotoMedium", "Roboto"),
        ("OpenSans-SemiBold", "OpenSans"),
        ("F1", "F1"),
    ],
)
def test_a_family_is_a_fonts_name_without_subset_and_style(font, family):
    assert family_of(font) == family


def test_an_image_bears_no_such_traces(tmp_path):
    drawn = draw_statement("debit-credit", 1, rows=3)
    reading = read_document(drawn.pdf)
    assert read_traces(drawn.pdf, reading).revisions == 1
