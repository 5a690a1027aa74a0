"""Heads with brackets and two words for what was sold, discounts without a sign, sums among lines, counts called totals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.amounts import find_amounts
from bursar.extraction.invoices.extractor import extract_invoice


def read(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


def table(head, *rows, top=300, lefts=(40, 120, 300, 360, 440, 520)):
    """Return lines of cells, each row 20 below the one above."""
    return [
        (text, x, top + 20 * place)
        for place, row in enumerate((head, *rows))
        for text, x in zip(row, lefts, strict=False)
        if text
    ]


def described(invoice):
    return [item.description for item in invoice.items]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("R1 845.00", ["1845.00"]),
        ("R612.50 R2 121.75", ["612.50", "2121.75"]),
        ("Rp1.845.000", ["1845000"]),
        ("R134a", []),
        ("Row R12", []),
    ],
)
def test_a_letter_that_is_a_currency_may_stand_right_before_an_amount(text, values):
    assert [str(amount.value) for amount in find_amounts(text, ".")] == values


@pytest.mark.parametrize("head", ["Unit price (VAT 0 %)", "Price (excl. VAT)", "Unit price"])
def test_brackets_behind_a_head_do_not_say_what_it_heads(head):
    invoice = read(
        *table(
            ("Description", "Qty", head, "VAT %", "Amount"),
            ("Oak shelf", "2", "10.00", "20", "20.00"),
            lefts=(40, 200, 260, 400, 500),
        ),
        ("Total: 24.00", 400, 400),
    )
    assert [(item.unit_price, item.tax_rate) for item in invoice.items] == [(Decimal("10.00"), Decimal(20))]


def test_words_for_without_tax_before_a_head_are_of_it():
    head = ("Description", "Qty", "Excl. Price", "Excl. Total", "Incl. Total")
    invoice = read(
        *table(head, ("Night watch", "3", "50.00", "150.00", "172.50"), lefts=(40, 240, 300, 400, 500)),
        ("Total Exclusive: 150.00", 380, 400),
        ("VAT 15%: 22.50", 380, 420),
        ("Total Inclusive: 172.50", 380, 440),
    )
    assert [(item.unit_price, item.amount) for item in invoice.items] == [(Decimal("50.00"), Decimal("150.00"))]
    assert (invoice.summary.subtotal, invoice.summary.total) == (Decimal("150.00"), Decimal("172.50"))


@pytest.mark.parametrize(
    ("first", "expected", "code"),
    [("LMP-04", ["Desk lamp", "Freight home"], "LMP-04"), ("Lamps", None, None)],
)
def test_of_two_words_for_what_was_sold_that_over_codes_heads_them(first, expected, code):
    head = ("Product", "Item description", "Qty", "Price", "", "Amount")
    second = ("FRT", "Freight home", "1", "5.00", "", "5.00")
    invoice = read(*table(head, (first, "Desk lamp", "2", "10.00", "", "20.00"), second), ("Total: 25.00", 400, 400))
    if expected is not None:
        assert described(invoice) == expected
    assert invoice.items[0].product_code == code


@pytest.mark.parametrize(("share", "discount"), [("3.0", "30.00"), ("7.5", None)])
def test_a_bare_number_below_a_head_of_discounts_is_a_share_where_the_amount_bears_it_out(share, discount):
    head = ("Description", "", "Qty", "Price", "Disc %", "Net amount")
    invoice = read(*table(head, ("Oats", "", "4", "250.00", share, "970.00")), ("Total: 970.00", 400, 400))
    assert invoice.items[0].discount == (Decimal(discount) if discount else None)


def test_words_that_begin_with_a_number_below_the_head_of_quantities_are_no_words_of_what_was_sold():
    head = ("Charges", "", "Units", "Rate", "", "Amount")
    rows = (("Haulage", "", "10", "8.00", "", "80.00"), ("Fuel levy", "", "12.5 % of haulage", "", "", "10.00"))
    invoice = read(*table(head, *rows), ("Total: 90.00", 400, 400))
    assert described(invoice) == ["Haulage", "Fuel levy"]


def test_a_heading_over_the_first_two_columns_is_no_part_of_the_line_below_it():
    head = ("Svc", "Description", "Qty", "Price", "", "Amount")
    rows = (("Depot 7 Millbrook, second week", "", "", "", "", ""), ("ND", "Next day", "2", "5.00", "", "10.00"))
    invoice = read(*table(head, *rows, ("SD", "Same day", "1", "9.00", "", "9.00")), ("Total: 19.00", 400, 400))
    assert described(invoice) == ["Next day", "Same day"]


GROUPS = (
    ("Wages", "", "", "", "", ""),
    ("", "Inspection", "2", "10.00", "", "20.00"),
    ("", "Brakes", "1", "30.00", "", "30.00"),
    ("", "Total wages", "", "", "", "50.00"),
    ("Others", "", "", "", "", ""),
    ("", "Road test", "1", "8.00", "", "8.00"),
    ("", "Total others", "", "", "", "8.00"),
)


def test_the_sum_of_a_single_line_is_none_where_others_have_quantities():
    head = ("Pos", "Description", "Qty", "Price", "", "Amount")
    total = (("Net amount: 58.00", 400, 480), ("VAT 20 %: 11.60", 400, 500), ("Total: 69.60", 400, 520))
    assert described(read(*table(head, *GROUPS), *total)) == ["Inspection", "Brakes", "Road test"]


@pytest.mark.parametrize("word", ["Haulage charges", "Freight charges"])
def test_the_sum_of_the_lines_is_none_whatever_it_is_called_where_the_total_is_made_of_it_and_the_tax(word):
    head = ("Charges", "", "Units", "Rate", "", "Amount")
    rows = (
        ("Haulage", "", "10", "8.00", "", "80.00"),
        ("Tail lift", "", "1", "10.00", "", "10.00"),
        ("Fuel levy", "", "", "", "", "10.00"),
        (word, "", "", "", "", "100.00"),
    )
    invoice = read(*table(head, *rows), ("GST 5 %: 5.00", 400, 420), ("Total due: 105.00", 400, 440))
    assert described(invoice) == ["Haulage", "Tail lift", "Fuel levy"]
    assert (invoice.summary.subtotal, invoice.summary.total) == (Decimal("100.00"), Decimal("105.00"))
    assert invoice.summary.shipping is None
    assert invoice.evidence["summary.total"].confidence > 0.85


def test_a_bare_number_called_total_is_a_count_where_other_totals_are_money():
    head = ("Description", "", "Qty", "Price", "", "Amount")
    lines = table(head, ("Wire", "", "2", "10.00", "", "20.00"))
    counted = (("Pieces 5", 40, 220), ("Total 4820", 300, 220))
    assert read(*counted, *lines, ("Total due: 21.00", 400, 440)).summary.total == Decimal("21.00")
    paid = (("Total 21", 400, 400), ("Paid 6.00", 400, 420), ("Balance due 15.00", 400, 440))
    assert read(*lines, *paid).summary.total == Decimal(21)
    whole = table(head, ("Wire", "", "2", "2410", "", "4820"))
    half = (("Total 4820", 400, 400), ("Due now 2410.00", 400, 440))
    assert read(*whole, *half).summary.total == Decimal(4820)


@pytest.mark.parametrize(("second", "amounts"), [("46.80", ["189.00", "46.80"]), ("45.00", ["189.00"])])
def test_a_surcharge_reckoned_from_the_base_of_a_tax_is_a_tax_of_its_own(second, amounts):
    heads = ("Taxable base", "VAT rate", "VAT amount", "Rate", "Surcharge")
    values = ("900.00", "21", "189.00", "5.2", second)
    lefts = (40, 140, 220, 320, 400)
    lines = [(text, x, y) for row, y in ((heads, 300), (values, 316)) for text, x in zip(row, lefts, strict=True)]
    whole = Decimal("189.00") + (Decimal(second) if len(amounts) > 1 else 0)
    invoice = read(*lines, (f"Total tax: {whole}", 400, 380), (f"Total: {900 + whole}", 400, 400))
    assert [tax.amount for tax in invoice.taxes] == [Decimal(amount) for amount in amounts]


def test_the_last_line_of_an_address_over_two_heads_is_a_part_of_neither():
    head = ("No", "Item description", "Qty", "Price", "Amount")
    rows = (("1", "Oak shelf", "2", "10.00", "20.00"), ("2", "Brass hook", "3", "1.00", "3.00"))
    lefts = (40, 60, 300, 380, 480)
    invoice = read(("Leeds LS1 4PQ", 40, 289), *table(head, *rows, lefts=lefts), ("Total: 23.00", 400, 400))
    assert described(invoice) == ["Oak shelf", "Brass hook"]


def test_words_wrapped_below_the_head_of_a_number_are_of_the_head():
    head = ("Code", "Description", "Qty", "Price", "VAT %", "Amount")
    rows = (("", "", "", "net", "", ""), ("A-1", "Oak shelf", "2", "10.00", "20", "20.00"))
    lines = [(text, x, y if y < 310 else y - 8) for text, x, y in table(head, *rows)]
    invoice = read(*lines, ("Total: 24.00", 400, 400))
    assert [(item.product_code, item.description, item.tax_rate) for item in invoice.items] == [
        ("A-1", "Oak shelf", Decimal(20))
    ]


def test_words_below_the_head_of_descriptions_are_of_the_first_line():
    head = ("Code", "Description", "Qty", "Price", "VAT %", "Amount")
    rows = (("", "Shelf of", "", "", "", ""), ("A-1", "oak", "2", "10.00", "20", "20.00"))
    lines = [(text, x, y if y < 310 else y - 8) for text, x, y in table(head, *rows)]
    assert "oak" in described(read(*lines, ("Total: 24.00", 400, 400)))[0]


COLUMNS = ("Item", "Description", "Qty", "Price", "Amount")
PLACES = (40, 120, 300, 380, 480)


def lines_below(*rows, foot="Total: 123.00"):
    return read(*table(COLUMNS, *rows, lefts=PLACES), (foot, 400, 400)).items


def test_codes_below_the_word_for_items_are_codes_beside_descriptions():
    found = lines_below(("SH-40", "Oak shelf", "2", "60.00", "120.00"), ("HK-2", "Brass hook", "3", "1.00", "3.00"))
    assert [(item.product_code, item.description) for item in found] == [("SH-40", "Oak shelf"), ("HK-2", "Brass hook")]


@pytest.mark.parametrize("numbers", [("1", "2"), ("1a", "1b"), ("10", "20")])
def test_numbers_below_it_are_those_of_the_lines(numbers):
    one, other = numbers
    found = lines_below((one, "Oak shelf", "2", "60.00", "120.00"), (other, "Brass hook", "3", "1.00", "3.00"))
    assert [item.product_code for item in found] == [None, None]


def test_what_is_offered_only_in_brackets_is_no_line():
    rows = (("1", "Oak shelf", "2", "60.00", "120.00"), ("2", "Alternative: ash", "1", "55.00", "(55.00)"))
    assert len(lines_below(*rows, ("3", "Brass hook", "3", "1.00", "3.00"))) == 2


def test_what_is_given_back_in_brackets_is_a_line_where_the_total_needs_it():
    rows = (("1", "Oak shelf", "2", "60.00", "120.00"), ("2", "Shelf returned", "1", "55.00", "(55.00)"))
    assert [item.amount for item in lines_below(*rows, foot="Total: 65.00")] == [Decimal("120.00"), Decimal("-55.00")]


def test_a_list_below_a_colon_goes_on_and_an_attribute_does_not():
    rows = (
        ("1", "Shelf set", "2", "60.00", "120.00"),
        ("", "consisting of:", "", "", ""),
        ("", "- two boards", "", "", ""),
    )
    cells = [(text, x, y if y <= 320 else 320 + (y - 320) * 0.6) for text, x, y in table(COLUMNS, *rows, lefts=PLACES)]
    assert described(read(*cells, ("Total: 120.00", 400, 400))) == ["Shelf set consisting of: - two boards"]
    other = [("Colour: oak" if text == "consisting of:" else text, x, y) for text, x, y in cells]
    assert described(read(*other, ("Total: 120.00", 400, 400))) == ["Shelf set"]


def test_what_is_left_after_a_discount_for_early_payment_is_no_discount():
    rows = (("1", "Oak shelf", "2", "60.00", "120.00"), ("2", "Brass hook", "3", "1.00", "3.00"))
    remark = ("Discount of 3% if paid by 1 May: 119.31", 40, 440)
    summary = read(*table(COLUMNS, *rows, lefts=PLACES), ("Total: 123.00", 400, 400), remark).summary
    assert summary.discount_total is None


def test_a_unit_said_twice_is_one():
    head = ("Description", "Qty", "Price", "per", "Amount")
    invoice = read(
        *table(head, ("Steel angle", "2 kg", "60.00", "kg", "120.00"), lefts=PLACES), ("Total: 120.00", 400, 400)
    )
    assert [item.unit for item in invoice.items] == ["kg"]


@pytest.mark.parametrize(
    ("last", "kept"), [(("3", "Fitting", "1 hr", "20%", "15.00"), 3), (("", "Fitting", "", "", "15.00"), 2)]
)
def test_a_last_row_with_a_quantity_and_its_rate_is_a_line_though_the_others_make_the_sum(last, kept):
    head = ("Pos", "Description", "Qty", "VAT", "Amount")
    rows = (("1", "Bracket", "2 pcs", "20%", "20.00"), ("2", "Shelf", "1 pcs", "20%", "30.00"))
    lines = table(head, *rows, last, lefts=(40, 80, 300, 380, 500))
    invoice = read(("Invoice 4711", 40, 40, 14), *lines, ("Subtotal", 380, 400), ("50.00", 500, 400))
    assert len(invoice.items) == kept
