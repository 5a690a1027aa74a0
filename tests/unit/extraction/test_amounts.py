from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar.extraction.amounts import decide_decimal_mark, find_amounts, has_cents, read_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56 €", "1234.56"),
        ("€ 1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("12,34,567.00", "1234567.00"),
        ("-12.50", "-12.50"),
        ("−3,00", "-3.00"),
        ("12.50-", "-12.50"),
        ("(12.50)", "-12.50"),
        ("$-5.00", "-5.00"),
        ("-$5.00", "-5.00"),
        ("12,-", "12"),
        ("CHF 1'200.--", "1200"),
        ("0,500", "0.500"),
        (".50", "0.50"),
        ("Rs. 1,00,000/-", "100000"),
        ("1.234.567", "1234567"),
        ("1,234,56", "1234.56"),
        ("1234", "1234"),
    ],
)
def test_an_amount_is_read_as_printed(text, value):
    amount = read_amount(text)
    assert amount is not None
    assert str(amount.value) == value


@pytest.mark.parametrize("text", ["31.12.2024", "10:30", "19%", "INV", "1.2.3.4", "A12B", "12/2024", ""])
def test_what_is_no_amount_is_not_read_as_one(text):
    assert find_amounts(text) == []


def test_a_number_with_three_digits_behind_its_only_mark_follows_the_document():
    assert read_amount("1.234").value == Decimal(1234)
    assert read_amount("1.234").alternative == Decimal("1.234")
    assert read_amount("1.234", ".").value == Decimal("1.234")
    assert read_amount("1.234", ".").alternative == Decimal(1234)


def test_a_code_before_a_number_is_a_currency_only_if_it_is_one():
    assert read_amount("12.00 EUR").currency == "EUR"
    assert [amount.currency for amount in find_amounts("INV 2024")] == [None]


def test_debit_and_credit_markers_are_told():
    assert read_amount("100.00 CR").marker == "CR"
    assert read_amount("100.00Dr").marker == "DR"
    assert read_amount("100,00 S").marker == "DR"


def test_the_document_decides_its_decimal_mark():
    assert decide_decimal_mark(["1.234,56", "3.000", "12,50"]).value == ","
    assert decide_decimal_mark(["1,234.56", "12.50"]).value == "."


def test_a_document_that_does_not_settle_its_mark_says_so():
    assert decide_decimal_mark(["100", "2.000"]).ambiguous
    assert decide_decimal_mark(["12,50", "12.50"]).ambiguous


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_every_way_of_printing_an_amount_reads_back(value, style):
    grouping, mark = style
    text = f"{value:,.2f}".replace(",", "G").replace(".", "M").replace("G", grouping).replace("M", mark)
    assert read_amount(text).value == value


@pytest.mark.parametrize(
    ("text", "expected"), [("Total 12.50", True), ("1.234,56 EUR", True), ("03.05.2024", False), ("12.345", False)]
)
def test_two_decimals_tell_money_from_days_and_thousands(text, expected):
    assert has_cents(text) == expected


@pytest.mark.parametrize(("text", "value"), [("(-)0.40", "-0.40"), ("(-) 25,000.00", "-25000.00")])
def test_signs_in_brackets_are_read(text, value):
    (found,) = find_amounts(text)
    assert found.value == Decimal(value)


def test_yen_and_yuan_stand_behind_their_amounts():
    assert [str(found.value) for found in find_amounts("132,000円 5,500円也 12.40元")] == ["132000", "5500", "12.40"]
    assert find_amounts("132,000円分") == []
