"""Several documents in one file are told apart; pages that go with a document stay with it."""

import io

import pypdfium2 as pdfium
import pytest

import bursar
from builders.invoices.layouts import draw_invoice
from builders.readings import make_page, make_reading
from builders.statements.layouts import draw_statement
from bursar.extraction.division import find_documents
from bursar.extraction.page_signs import PageSigns
from bursar.facts.codec import from_wire, to_wire
from bursar.reading.document import read_document


def join(*files):
    """Return one PDF with the pages of all."""
    whole = pdfium.PdfDocument.new()
    for file in files:
        whole.import_pages(pdfium.PdfDocument(file))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def ranges(reading):
    return [(found.first_page, found.last_page) for found in find_documents(reading)]


def invoice_page(number, *, page=1, title="Invoice", day="3 May 2024", total="120.00", seller="GB980780684", more=()):
    lines = [
        (title, 50, 40, 18),
        (f"Invoice No: {number}", 50, 80),
        (f"Invoice date: {day}", 50, 95),
        (f"VAT No: {seller}", 50, 110),
        ("Blue paint", 50, 200),
        (total, 500, 200),
        ("Total", 320, 400),
        (total, 500, 400),
    ]
    return make_page(*lines, *more, number=page)


def text_page(*lines, page):
    return make_page(*((line, 50, 60 + 20 * place) for place, line in enumerate(lines)), number=page)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("letterhead-top", 3), ("window-letter", 5)),
        (("two-parties", 2), ("two-parties", 7)),
        (("gst-tax-invoice", 4), ("bill-to-ship-to", 9)),
        (("receipt-roll", 3), ("letterhead-top", 8)),
        (("boxed-form", 1), ("receipt-roll", 5)),
    ],
)
def test_two_drawn_documents_are_told_apart_and_the_first_is_returned(first, second):
    one, two = draw_invoice(*first), draw_invoice(*second)
    alone, result = bursar.parse(one.pdf), bursar.parse(join(one.pdf, two.pdf))
    found = result.metadata.documents
    assert [(each.first_page, each.last_page) for each in found] == [
        (1, one.pages),
        (one.pages + 1, one.pages + two.pages),
    ]
    assert (result.summary, result.items, result.invoice_info) == (alone.summary, alone.items, alone.invoice_info)
    assert len(result.metadata.pages) == one.pages + two.pages
    (issue,) = [issue for issue in result.checks.issues if issue.code == "SEVERAL_DOCUMENTS"]
    others = bursar.parse(join(one.pdf, two.pdf), pages=issue.suggestion[0])
    assert others.summary == bursar.parse(two.pdf).summary
    assert result.checks.straight_through is False


def test_each_document_is_told_with_its_kind_and_number():
    credit = make_page(
        ("Credit note", 50, 40, 18),
        ("Credit note number: C-7", 50, 80),
        ("Invoice date: 9 June 2024", 50, 95),
        ("Total", 320, 400),
        ("-60.00", 500, 400),
        number=2,
    )
    found = find_documents(make_reading(invoice_page("A-100"), credit, invoice_page("A-101", page=3, total="60.00")))
    assert [(each.document_type, each.number) for each in found] == [
        ("invoice", "A-100"),
        ("credit_note", "C-7"),
        ("invoice", "A-101"),
    ]


def test_the_next_invoice_of_the_same_seller_begins_a_document():
    pages = [invoice_page("A-100"), invoice_page("A-101", page=2, total="75.50")]
    assert ranges(make_reading(*pages)) == [(1, 1), (2, 2)]


def test_a_copy_of_an_invoice_is_a_document_of_its_own():
    pages = [invoice_page("A-100"), invoice_page("A-100", page=2)]
    assert ranges(make_reading(*pages)) == [(1, 1), (2, 2)]


def test_a_page_that_counts_on_goes_with_the_one_before():
    pages = [invoice_page("A-100"), invoice_page("4711", page=2, total="1.00", more=[("Page 2 of 2", 450, 800)])]
    assert ranges(make_reading(*pages)) == []


def test_a_running_head_with_the_same_number_goes_on():
    pages = [invoice_page("A-100"), invoice_page("A-100", page=2, day="9 May 2024", total="240.00")]
    assert ranges(make_reading(*pages)) == []


def test_terms_and_time_sheets_go_with_their_invoice():
    terms = text_page("Terms of sale", "Invoices are due within 30 days.", "Page 1 of 1", page=2)
    sheet = text_page(
        "Time sheet",
        "Page 1 of 1",
        "1 April 2024  Planning  8.00",
        "2 April 2024  Building  7.50",
        "Total 15.50",
        page=3,
    )
    assert ranges(make_reading(invoice_page("A-100"), terms, sheet)) == []


def test_a_list_of_open_invoices_behind_an_invoice_is_no_invoice():
    listed = text_page("Open items", "Invoice No  Date  Amount", "A-090  1 March 2024  10.00", "Total 10.00", page=2)
    assert ranges(make_reading(invoice_page("A-100"), listed)) == []


def test_a_cover_letter_goes_with_the_invoice_behind_it():
    letter = text_page("Dear Madam,", "please find our invoice for April enclosed.", page=1)
    assert ranges(make_reading(letter, invoice_page("A-100", page=2))) == []


@pytest.mark.parametrize("layout", ["window-letter", "letterhead-top", "monospaced", "bill-to-ship-to"])
def test_long_invoices_are_one_document(layout):
    for seed in (100, 101):
        drawn = draw_invoice(layout, seed, item_count=40)
        assert drawn.pages > 1
        assert ranges(read_document(drawn.pdf)) == []


def test_long_statements_are_one_document():
    drawn = draw_statement("date-once-a-day", 102)
    assert drawn.pages > 1
    assert ranges(read_document(drawn.pdf)) == []


def test_the_ranges_survive_the_way_through_json():
    result = bursar.parse(join(draw_invoice("letterhead-top", 3).pdf, draw_invoice("two-parties", 2).pdf))
    assert from_wire(to_wire(result)).metadata.documents == result.metadata.documents
    assert set(to_wire(result)["metadata"]["documents"][0]) == {"first_page", "last_page", "document_type", "number"}


def test_pages_are_counted_in_many_languages():
    for text, said in {
        "Page 2 of 3": (2, 3), "Seite: 1/3": (1, 3), "Pág. 1 de 2": (1, 2), "Blad 1 van 4": (1, 4), "Sida 2 (3)": (2, None),
        "Strona 1 z 2": (1, 2), "第2页": (2, None), "1/2 ページ": (1, 2), "2 of 2": (2, 2), "Page 3": (3, None),
        "Pages 12.50": None, "1/2": (1, 2),
    }.items():  # fmt: skip
        page = make_page((text, 450, 810))
        assert PageSigns(make_reading(page), page).count == said, text
