"""Which printed rows are one line of an invoice, which column its amount is, and lines without a head of columns."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.box import Box
from bursar.reading.page import Rule

HEAD = (("Description", 40, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))


def read(*lines, rules=()):
    page = replace(make_page(*lines), rules=tuple(Rule(Box(30, y, 540, y + 1)) for y in rules))
    return extract_invoice(make_reading(page))


def described(invoice):
    return [item.description for item in invoice.items]


def cells(y, quantity, price, amount):
    return ((quantity, 250, y), (price, 350, y), (amount, 480, y))


NARROW = (
    ("Invoice 12", 40, 30),
    *HEAD,
    ("WINTER", 40, 320),
    ("TYRE", 40, 330),
    *cells(330, "1", "40.00", "40.00"),
    ("CHANGE", 40, 340),
    ("WHEEL", 40, 360),
    *cells(360, "1", "15.00", "15.00"),
    ("BALANCING", 40, 370),
    ("VALVE", 40, 390),
    ("CAPS", 40, 400),
    *cells(400, "4", "1.25", "5.00"),
    ("BLACK", 40, 410),
    ("Total: 60.00 EUR", 400, 500),
)


def test_rows_between_two_ruling_lines_are_one_line_wherever_its_amount_stands():
    invoice = read(*NARROW, rules=(316, 355, 384, 424))
    assert described(invoice) == ["WINTER TYRE CHANGE", "WHEEL BALANCING", "VALVE CAPS BLACK"]


def test_a_remark_in_a_box_of_its_own_goes_with_the_line_above_it():
    rows = (("Invoice 12", 40, 30), *HEAD, ("Tyre", 40, 320), *cells(320, "1", "40.00", "40.00"))
    rows += (("as offered", 40, 334), ("Valve", 40, 348), *cells(348, "4", "5.00", "20.00"))
    invoice = read(*rows, ("Total: 60.00 EUR", 400, 500), rules=(316, 332, 346, 362))
    assert described(invoice) == ["Tyre as offered", "Valve"]


def test_lines_that_only_frame_a_table_part_nothing():
    framed = read(*NARROW, rules=(316, 424))
    assert described(framed) == described(read(*NARROW))


def test_a_remark_written_large_over_the_page_is_no_part_of_the_line_above_it():
    lines = (("Invoice 12", 40, 30), *HEAD, ("Paper", 40, 320), *cells(320, "2", "10.00", "20.00"))
    end = ("Total: 20.00 EUR", 400, 500)
    assert described(read(*lines, ("glossy", 40, 332), end)) == ["Paper glossy"]
    assert described(read(*lines, ("Checked", 40, 332, 30), end)) == ["Paper"]


@pytest.mark.parametrize("first", ["Ticket Area", "Ticket Group"])
def test_of_two_columns_the_description_is_the_one_whose_whole_head_says_so(first):
    invoice = read(
        ("Invoice 12", 40, 30),
        (first, 40, 300),
        ("Item Description", 140, 300),
        ("Qty", 300, 300),
        ("Price", 380, 300),
        ("Amount", 480, 300),
        ("NW", 40, 320),
        ("Day pass", 140, 320),
        *(("2", 300, 320), ("10.00", 380, 320), ("20.00", 480, 320)),
        ("Total: 20.00 EUR", 400, 500),
    )
    assert described(invoice) == ["Day pass"]


def free_service(*total):
    head = (("Description", 40, 300), ("Qty", 220, 300), ("Rate", 280, 300), ("Amount", 350, 300))
    return read(
        ("Tax invoice 12", 40, 30),
        *head,
        ("Tax base", 440, 300),
        *(("First service", 40, 320), ("1", 220, 320), ("500.00", 280, 320), ("500.00", 350, 320), ("0.00", 460, 320)),
        *(("Brake oil", 40, 340), ("1", 220, 340), ("350.00", 280, 340), ("350.00", 350, 340), ("350.00", 460, 340)),
        *total,
    )


def test_a_line_free_of_charge_has_a_price_and_no_amount_where_the_totals_say_so():
    invoice = free_service(("Subtotal: 350.00", 400, 480), ("Total: 413.00", 400, 500))
    assert [item.amount for item in invoice.items] == [Decimal("0.00"), Decimal("350.00")]
    invoice = free_service(("Subtotal: 850.00", 400, 480), ("Total: 913.00", 400, 500))
    assert [item.amount for item in invoice.items] == [Decimal("500.00"), Decimal("350.00")]


def receipt(*rows):
    return read(("Corner Shop", 40, 30), ("Receipt", 40, 50), ("14.03.2024", 40, 70), *rows)


def test_a_receipts_line_may_begin_rows_above_its_amount_with_its_quantity():
    invoice = receipt(
        ("1 Desk lamp LED", 40, 100),
        ("dimmable, brass,", 52, 114),
        ("with cable", 52, 128),
        ("49.00", 300, 128),
        ("2 Bulb", 40, 150),
        ("8.00", 300, 150),
        ("Total", 40, 180),
        ("57.00", 300, 180),
    )
    assert described(invoice) == ["Desk lamp LED dimmable, brass, with cable", "Bulb"]
    assert [item.quantity for item in invoice.items] == [1, 2]


def test_what_stands_far_above_or_begins_without_a_quantity_is_no_part_of_a_receipts_line():
    end = (("Total", 40, 180), ("49.00", 300, 180))
    assert described(receipt(("1 Desk lamp", 40, 90), ("with cable", 52, 150), ("49.00", 300, 150), *end)) == [
        "with cable"
    ]
    assert described(receipt(("Till open", 40, 136), ("Lamp", 40, 150), ("49.00", 300, 150), *end)) == ["Lamp"]


def phone_bill(*amounts):
    names = ("Calls to landlines", "Calls to mobiles", "Roaming Iceland")
    rows = [row for i, name in enumerate(names) for row in ((name, 50, 200 + 20 * i), (amounts[i], 480, 200 + 20 * i))]
    return read(
        *(("Invoice 12", 40, 30), ("Summary", 40, 80), ("Telephone", 50, 100), ("9.70 EUR", 480, 100)),
        *(("Total", 40, 120), ("9.70 EUR", 480, 120), ("Details", 40, 180)),
        *rows,
    )


def test_lines_listed_below_the_total_are_told_by_their_sum():
    invoice = phone_bill("4.00 EUR", "3.20 EUR", "2.50 EUR")
    assert described(invoice) == ["Calls to landlines", "Calls to mobiles", "Roaming Iceland"]
    assert sum(item.amount for item in invoice.items) == invoice.summary.total


def test_a_list_whose_amounts_make_no_total_is_not_taken_for_the_lines():
    assert "Roaming Iceland" not in described(phone_bill("4.00 EUR", "3.20 EUR", "2.60 EUR"))


def test_two_labels_that_stand_close_head_two_columns():
    head = (("Omschrijving", 40, 300), ("Aantal", 250, 300), ("Prijs", 340, 300), ("BTW Totaal excl. BTW", 430, 300))
    rows = (("Lamp", 40, 320), ("2", 260, 320), ("10,00", 340, 320), ("21 %", 425, 320), ("20,00", 500, 320))
    (item,) = read(("Factuur 12", 40, 30), *head, *rows, ("Totaal: EUR 24,20", 400, 500)).items
    assert (item.description, item.unit_price, item.tax_rate, item.amount) == ("Lamp", 10, 21, 20)


def test_the_title_of_a_group_below_the_head_is_no_part_of_it():
    rows = (("Part A: material", 40, 312), ("Lamp", 40, 324), *cells(324, "2", "10.00", "20.00"))
    (item,) = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 20.00", 400, 500)).items
    assert (item.description.endswith("Lamp"), item.quantity, item.unit_price, item.amount) == (True, 2, 10, 20)


def test_words_above_the_numbers_of_the_first_line_stand_above_those_of_all():
    rows = [
        line
        for n, (name, quantity) in enumerate([("Salmon Teriyaki", "1x"), ("Chicken Salad", "2X"), ("Curry", "1x")])
        for line in ((name, 40, 312 + 24 * n), *cells(324 + 24 * n, quantity, "5.00", f"{5 * int(quantity[0])}.00"))
    ]
    items = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 20.00", 400, 500)).items
    assert [(item.description, item.quantity, item.amount) for item in items] == [
        ("Salmon Teriyaki", 1, 5),
        ("Chicken Salad", 2, 10),
        ("Curry", 1, 5),
    ]


@pytest.mark.parametrize(("drop", "first"), [(16, "Lamp"), (11, "Lamp Order of 12 May 2024")])
def test_a_row_as_far_below_as_the_next_line_would_be_heads_a_group(drop, first):
    tops = [312, 328, 344, 344 + drop, 376, 392, 403]
    names = ["Desk", "Chair", "Lamp", "Order of 12 May 2024", "Shelf", "Cable", "Colour blue"]
    rows = [(name, 40, top) for name, top in zip(names, tops, strict=True)]
    rows += [
        c
        for name, top in zip(names, tops, strict=True)
        if name in ("Desk", "Chair", "Lamp", "Shelf", "Cable")
        for c in cells(top, "1", "4.00", "4.00")
    ]
    items = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 20.00", 400, 500)).items
    assert [item.description for item in items] == ["Desk", "Chair", first, "Shelf", "Cable Colour blue"]


@pytest.mark.parametrize(("drop", "first"), [(16, "Desk"), (11, "Order of 12 May 2024 Desk")])
def test_a_row_as_far_above_the_first_line_as_lines_are_from_one_another_is_no_part_of_it(drop, first):
    tops = {"Desk": 330, "Chair": 346, "Lamp": 362}
    rows = [("Order of 12 May 2024", 40, 330 - drop), *((name, 40, top) for name, top in tops.items())]
    rows += [c for top in tops.values() for c in cells(top, "1", "4.00", "4.00")]
    items = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 12.00", 400, 500)).items
    assert [item.description for item in items] == [first, "Chair", "Lamp"]


@pytest.mark.parametrize("carried", ["Ingående transport", "Over te brengen", "Übertrag auf Blatt"])
def test_sums_that_are_carried_over_are_no_lines(carried):
    rows = [(carried, 40, 312), ("20,00", 480, 312), ("Lamp", 40, 330), *cells(330, "2", "10,00", "20,00")]
    items = read(("Faktura 12", 40, 30), *HEAD, *rows, ("Total: EUR 20,00", 400, 500)).items
    assert [item.description for item in items] == ["Lamp"]


def test_what_is_added_to_the_whole_document_is_no_line_and_takes_nothing_from_the_last():
    rows = [
        ("Lamp", 40, 320),
        *cells(320, "2", "10.00", "20.00"),
        ("Desk", 40, 336),
        *cells(336, "1", "30.00", "30.00"),
    ]
    whole = [("Discount:", 360, 356), ("-5.00", 480, 356), ("Freight", 360, 370), ("25.00", 480, 370)]
    invoice = read(("Invoice 12", 40, 30), *HEAD, *rows, *whole, ("Total: EUR 70.00", 400, 500))
    assert [(item.description, item.amount) for item in invoice.items] == [("Lamp", 20), ("Desk", 30)]


def test_a_count_of_pages_above_the_head_of_the_next_page_is_no_line():
    lamp = [("Lamp", 40, 320), *cells(320, "2", "10.00", "20.00")]
    first = make_page(("Invoice 12", 40, 30), *HEAD, *lamp)
    count = [("Harbour Crafts Ltd", 40, 30), ("Page 2 of 2", 480, 30)]
    desk = [("Desk", 40, 330), *cells(330, "1", "30.00", "30.00")]
    second = make_page(*count, *HEAD, *desk, ("Total: EUR 50.00", 400, 500), number=2)
    invoice = extract_invoice(make_reading(first, second))
    assert [item.description for item in invoice.items] == ["Lamp", "Desk"]


@pytest.mark.parametrize("names", ["Code / Description", "Art.Nr. / Bezeichnung", "Product code / Product name"])
def test_a_stroke_keeps_two_columns_of_words_together(names):
    rows = [("A-17 Blue gloves", 40, 320), *cells(320, "2", "4.50", "9.00")]
    head = ((names, 40, 300), ("Qty", 250, 300), ("Price", 350, 300), ("Amount", 480, 300))
    (item,) = read(("Invoice 12", 40, 30), *head, *rows, ("Total: EUR 9.00", 400, 500)).items
    assert "A-17 Blue gloves" in (item.description, item.product_code)


@pytest.mark.parametrize("names", ["Antal / Benämning / Product", "Qty / Description"])
def test_a_stroke_joins_a_head_with_its_translation_and_with_no_other_column(names):
    head = ((names, 40, 300), ("Price", 350, 300), ("Amount", 480, 300))
    rows = [("2.00 Gloves", 40, 320), ("4.50", 350, 320), ("9.00", 480, 320)]
    items = read(("Invoice 12", 40, 30), *head, *rows, ("Total: EUR 9.00", 400, 500)).items
    assert [(item.quantity, item.description, item.amount) for item in items] == [(2, "Gloves", 9)]


def test_a_heading_is_told_by_where_lines_stand_below_whatever_is_above_them():
    tops = {"Desk": 312, "Colour blue": 323, "Lamp": 339, "Order of 12 May 2024": 355, "Shelf": 371, "Oak": 382}
    priced = ("Desk", "Lamp", "Shelf")
    rows = [(name, 40, top) for name, top in tops.items()]
    rows += [c for name in priced for c in cells(tops[name], "1", "4.00", "4.00")]
    items = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 12.00", 400, 500)).items
    assert described(read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 12.00", 400, 500))) == [
        "Desk Colour blue",
        "Lamp",
        "Shelf Oak",
    ]
    assert len(items) == len(priced)


def test_a_date_in_a_heading_among_the_lines_is_not_the_invoices():
    tops = {"Desk": 312, "Lamp": 328, "Delivered 12.05.2024": 344, "Shelf": 360, "Cable": 376, "Oak": 387}
    rows = [(name, 40, top) for name, top in tops.items()]
    rows += [c for name in ("Desk", "Lamp", "Shelf", "Cable") for c in cells(tops[name], "1", "4.00", "4.00")]
    invoice = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 16.00", 400, 500), ("Leeds, 14.05.2024", 40, 600))
    assert str(invoice.invoice_info.invoice_date) == "2024-05-14"


def test_a_tax_number_above_a_receipts_lines_is_not_its_first_total():
    invoice = receipt(
        ("VAT: GB123456782", 40, 80), ("Bananas", 40, 90), ("10.28", 180, 90), ("Total", 40, 120), ("10.28", 180, 120)
    )
    assert described(invoice) == ["Bananas"]


@pytest.mark.parametrize("text", ["Road tax 2024", "Tax return 2023", "State tax on parts", "Road tax 5 %"])
def test_what_is_sold_may_be_called_a_tax(text):
    rows = [("Lease May", 40, 320), ("300.00", 480, 320), (text, 90, 336), ("120.00", 480, 336)]
    head = (("Item", 40, 300), ("Amount", 480, 300))
    items = read(("Invoice 12", 40, 30), *head, *rows, ("Total: EUR 420.00", 400, 500)).items
    assert [item.amount for item in items] == [300, 120]


def test_a_tax_with_its_rate_right_of_what_is_sold_is_no_line():
    rows = [("Lamp", 40, 320), *cells(320, "2", "10.00", "20.00")]
    tax = [("zzgl. 19 % MwSt.:", 360, 350), ("3.80", 480, 350)]
    invoice = read(("Rechnung 12", 40, 30), *HEAD, *rows, *tax, ("Gesamt: EUR 23.80", 400, 500))
    assert (described(invoice), invoice.summary.tax_total) == (["Lamp"], Decimal("3.80"))


def test_a_charge_among_the_lines_is_the_documents():
    rows = [
        ("Lamp", 40, 320),
        *cells(320, "2", "10.00", "20.00"),
        ("Desk", 40, 336),
        *cells(336, "1", "30.00", "30.00"),
    ]
    rest = [("Shipping", 360, 352), ("5.00", 480, 352), ("Pallet", 40, 368), *cells(368, "1", "3.00", "3.00")]
    invoice = read(("Invoice 12", 40, 30), *HEAD, *rows, *rest, ("Total: EUR 58.00", 400, 500))
    assert invoice.summary.shipping == 5


def test_rows_that_every_line_has_are_of_the_lines_however_far_below():
    tops = [312, 328, 344, 360, 376, 392]
    names = ["Desk", "Serial 12", "Lamp", "Serial 14", "Shelf", "Serial 19"]
    rows = [(name, 40, top) for name, top in zip(names, tops, strict=True)]
    rows += [c for top in tops[::2] for c in cells(top, "1", "4.00", "4.00")]
    invoice = read(("Invoice 12", 40, 30), *HEAD, *rows, ("Total: EUR 12.00", 400, 500))
    assert described(invoice) == ["Desk Serial 12", "Lamp Serial 14", "Shelf Serial 19"]
