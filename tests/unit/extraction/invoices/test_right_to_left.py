"""Arabic and Hebrew invoices: values left of their labels, columns from the right, evidence where it stands on the paper."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.engine import add_custom, extract
from bursar.schemas.definition import parse_definition

WIDTH = 595


def read(*lines):
    """Return what lines say that are given with their left edges as they would stand on a page that is not mirrored."""
    return extract(mirrored(make_reading(make_page(*lines))), kind="invoice")


def mirrored(reading):
    """Return the reading as it is printed from right to left; each line's words change places."""
    pages = []
    for page in reading.pages:
        words = [
            replace(word, box=replace(word.box, x0=page.width - word.box.x1, x1=page.width - word.box.x0))
            for word in page.words
        ]
        pages.append(replace(page, words=tuple(words), lines=()))
    return replace(reading, pages=tuple(pages))


HEBREW = (
    ("חשבונית מס", 40, 40, 18),
    ('נגריית הארז בע"מ', 40, 70),
    ("רחוב הגפן 7, עכו 2412345", 40, 84),
    ("ח.פ. 514123456", 40, 98),
    ("מספר חשבונית", 360, 70),
    ("4471", 480, 70),
    ("תאריך חשבונית", 360, 84),
    ("03/04/2024", 480, 84),
    ("תאריך פירעון", 360, 98),
    ("15/05/2024", 480, 98),
    ("לכבוד:", 40, 140),
    ('מאפיית הצפון בע"מ', 40, 154),
    ("תיאור", 40, 200),
    ("כמות", 240, 200),
    ("מחיר יחידה", 340, 200),
    ('סה"כ', 480, 200),
    ("מדף אלון", 40, 214),
    ("4", 240, 214),
    ("150.00", 340, 214),
    ("600.00", 480, 214),
    ("סכום ביניים", 340, 260),
    ("600.00", 480, 260),
    ('מע"מ 17%', 340, 274),
    ("102.00", 480, 274),
    ('סה"כ לתשלום', 340, 288),
    ("702.00", 480, 288),
)


def test_a_hebrew_invoice_is_read_from_the_right():
    invoice = read(*HEBREW)
    info, sums = invoice.invoice_info, invoice.summary
    assert (info.invoice_number, info.invoice_date, info.due_date) == ("4471", date(2024, 4, 3), date(2024, 5, 15))
    assert (invoice.vendor.name, invoice.vendor.tax_id) == ('נגריית הארז בע"מ', "514123456")
    assert invoice.customer.name == 'מאפיית הצפון בע"מ'
    assert (sums.subtotal, sums.tax_total, sums.total) == (Decimal("600.00"), Decimal("102.00"), Decimal("702.00"))
    assert [(item.description, item.quantity, item.amount) for item in invoice.items] == [("מדף אלון", 4, 600)]


def test_evidence_is_where_the_value_stands_on_the_paper():
    plain = make_reading(make_page(*HEBREW))
    invoice = extract(mirrored(plain), kind="invoice")
    place = next(word.box for word in plain.pages[0].words if word.text == "4471")
    seen = invoice.evidence["invoice_info.invoice_number"].box
    assert (seen.x0, seen.x1) == (pytest.approx(WIDTH - place.x1), pytest.approx(WIDTH - place.x0))


def test_what_a_schema_asks_for_has_its_evidence_there_too():
    reading = mirrored(make_reading(make_page(*HEBREW, ("מחסן", 40, 320), ("WH-12", 120, 320))))
    schema = parse_definition(
        {"type": "object", "properties": {"מחסן": {"type": "string"}, "total": {"type": "number"}}}
    )
    fact = add_custom(extract(reading, kind="invoice"), reading, schema)
    boxes = [seen.box for path, seen in fact.evidence.items() if path in ("custom.total", "summary.total")]
    assert len(boxes) == 2
    assert boxes[0] == boxes[1]


def test_arabic_digits_marks_and_months_are_read():
    invoice = read(
        ("فاتورة ضريبية", 40, 40, 18),
        ("شركة السنديان", 40, 70),
        ("رقم الفاتورة: ٩٠١٢", 360, 70),
        ("تاريخ الفاتورة: ٣ نيسان ٢٠٢٤", 360, 84),
        ("تاريخ الاستحقاق: ١٥ مايو ٢٠٢٤", 360, 98),
        ("المجموع الفرعي: ١٬٠٠٠٫٠٠", 340, 260),
        ("ضريبة القيمة المضافة ١٥٪: ١٥٠٫٠٠", 340, 274),
        ("الإجمالي: ١٬١٥٠٫٠٠ ريال سعودي", 340, 288),
    )
    info, sums = invoice.invoice_info, invoice.summary
    assert (info.invoice_number, info.invoice_date, info.due_date) == ("9012", date(2024, 4, 3), date(2024, 5, 15))
    assert (sums.subtotal, sums.tax_total, sums.total) == (Decimal("1000.00"), Decimal("150.00"), Decimal("1150.00"))
    assert info.currency == "SAR"


def test_on_an_english_page_the_translation_at_the_other_end_of_the_row_is_no_value():
    reading = make_reading(
        make_page(
            ("TAX INVOICE", 40, 40, 18),
            ("Cedar Cooling Company Ltd", 40, 70),
            *[("Invoice No.", 300, 70), ("CC-118", 400, 70), ("رقم الفاتورة", 500, 70)],
            *[("Buyer", 40, 120), ("العميل", 250, 120)],
            ("Palm Clinic Ltd", 40, 134),
            *[("Total amount due", 300, 300), ("SAR 230.00", 420, 300), ("المبلغ المستحق", 500, 300)],
        )
    )
    invoice = extract(reading, kind="invoice")
    assert (invoice.invoice_info.invoice_number, invoice.customer.name) == ("CC-118", "Palm Clinic Ltd")
    assert invoice.summary.amount_due == Decimal("230.00")
    assert invoice.vendor.name == "Cedar Cooling Company Ltd"
