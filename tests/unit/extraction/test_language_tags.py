import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.language_tags import date_order_of, primary_of


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("en-US", "MDY"),
        ("en_US", None),  # the API turns underscores to hyphens; a tag has none
        ("en-GB", "DMY"),
        ("en-IN", "DMY"),
        ("de-DE", "DMY"),
        ("pt-BR", "DMY"),
        ("en", None),  # spoken where months come first and where days do
        ("sv-SE", None),  # the year first, which says nothing of day and month
        ("xx-YY", None),
        ("", None),
        (None, None),
    ],
)
def test_the_order_of_dates_in_a_region(tag, order):
    assert date_order_of(tag) == order


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("pt-BR", "pt"), ("EN-us", "en"), ("no", "nb"), ("zh-Hant-TW", "zh"), (None, None)],
)
def test_the_language_of_a_tag(tag, language):
    assert primary_of(tag) == language


LINES = [("INVOICE", 40, 40, 14), ("Total: USD 20.00", 40, 200)]


def read(text, language):
    return extract_invoice(make_reading(make_page(*LINES, (text, 40, 100))), language=language)


@pytest.mark.parametrize(("language", "day"), [("en-US", "2024-03-04"), ("en-GB", "2024-04-03")])
def test_a_region_settles_what_the_document_leaves_open(language, day):
    invoice = read("Invoice date: 03/04/2024", language)
    assert invoice.invoice_info.invoice_date.isoformat() == day
    assert not invoice.conventions.date_order.ambiguous
    assert language in invoice.conventions.date_order.evidence
    assert invoice.metadata.language == "en"


def test_a_language_alone_settles_nothing():
    assert read("Invoice date: 03/04/2024", "en").conventions.date_order.ambiguous


def test_what_the_document_says_outweighs_the_region():
    invoice = read("Invoice date: 25/04/2024", "en-US")
    assert invoice.invoice_info.invoice_date.isoformat() == "2024-04-25"
