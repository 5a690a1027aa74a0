"""Numbers and dates are written as their styles say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from builders.notation import MoneyStyle, NumberStyle, has_year, write_date


@pytest.mark.parametrize(
    ("example", "value", "written"),
    [
        ("1,234.56", "1234567.80", "1,234,567.80"),
        ("1.234,56", "1234567.80", "1.234.567,80"),
        ("1 234,56", "999.9", "999,90"),
        ("1'234.56", "12345", "12'345.00"),
        ("1,23,456.78", "12345678.5", "1,23,45,678.50"),
        ("1234,56", "1234567.8", "1234567,80"),
    ],
)
def test_amounts_are_grouped_as_in_the_example(example, value, written):
    assert NumberStyle(example).write(Decimal(value)) == written


@pytest.mark.parametrize(
    ("style", "written"),
    [
        (MoneyStyle(NumberStyle("1,234.56"), "$", space=False), "-$5.00"),
        (MoneyStyle(NumberStyle("1.234,56"), "€", after=True, minus="x-"), "5,00 €-"),
        (MoneyStyle(NumberStyle("1,234.56"), minus="(x)"), "(5.00)"),
    ],
)
def test_signs_and_marks_stand_where_the_style_puts_them(style, written):
    assert style.write(Decimal(-5)) == written


def test_a_rate_has_no_needless_zeros():
    assert NumberStyle("1.234,56").plain(Decimal("5.50")) == "5,5"
    assert NumberStyle("1.234,56").plain(Decimal(100)) == "100"


def test_dates_speak_the_documents_language():
    assert write_date(date(2024, 3, 1), "d. MMMM yyyy", "de_DE") == "1. März 2024"
    assert has_year("dd.MM.yy")
    assert not has_year("dd MMM")
