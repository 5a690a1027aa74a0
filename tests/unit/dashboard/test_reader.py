"""Values as readers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale

from bursar.dashboard.charts import draw_balances, draw_days
from bursar.dashboard.reader import show_count, show_equal, show_money, show_said, show_span


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "said"),
    [
        ("en", "6290.48", "EUR", "€6,290.48"),
        ("de", "6290.48", "EUR", "6.290,48\xa0€"),
        ("en", "1.2345", "EUR", "€1.2345"),
        ("en", "1200", "JPY", "¥1,200"),
        ("en", "12.50", None, "12.50"),
    ],
)
def test_an_amount_has_its_currency_where_the_reader_expects_it_and_loses_no_digit(locale, amount, currency, said):
    assert show_money(Decimal(amount), currency, Locale(locale)) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (1200, "1.200"), (8.84, "8,8"), (8.0, "8")])
def test_a_count_is_written_as_the_reader_writes_it(number, said):
    assert show_count(number, Locale("de")) == said


def test_where_no_amount_is_nothing_is_said():
    assert show_money(None, "EUR", Locale("en")) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0.1 sec"), (0.42, "0.4 sec"), (3, "3 sec"), (42.4, "42 sec"), (420, "7 min"), (345_600, "4 days")],
)
def test_how_long_something_took_is_said_in_one_unit(seconds, said):
    assert show_span(seconds, Locale("en")) == said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("The credits make 7874.63, printed are 9659.66", "The credits make 7.874,63, printed are 9.659,66"),
        ("differs by -1785.03.", "differs by -1.785,03."),
        ("Row 8 is of 2024-01-31", "Row 8 is of 31.01.2024"),
        ("IBAN 12.345.67, version 1.25b, number 2024-01-31-7", "IBAN 12.345.67, version 1.25b, number 2024-01-31-7"),
    ],
)
def test_what_the_engine_says_has_its_amounts_and_days_as_the_reader_writes_them(sentence, said):
    assert show_said(sentence, Locale("de")) == said


@pytest.mark.parametrize(
    ("value", "other", "said"), [("201.0000", "201.00", "201.00"), ("1.005", "1.00", "1.005"), ("1.5", "1.50", "1.5")]
)
def test_a_side_of_an_equation_has_no_more_zeros_than_the_other(value, other, said):
    assert show_equal(Decimal(value), Decimal(other), Locale("en")) == said


def test_the_line_of_very_many_balances_goes_through_the_highest_and_the_lowest_of_each_place():
    rows = [{"balance": Decimal(row % 7), "date": None} for row in range(9000)]
    line = draw_balances({"transactions": rows})
    assert len(line.points) == 9000
    corners = [tuple(map(int, corner.split(","))) for corner in line.path.split()]
    assert len(corners) < 4 * 600
    assert {y for _, y in corners} >= {8, 112}
    few = draw_balances({"transactions": rows[:9]})
    assert few.path.split() == [f"{point.x},{point.y}" for point in few.points]


def _day(number, **counted):
    empty = dict.fromkeys(("documents", "pages", "seconds", "completed", "straight_through"), 0)
    return {"date": date(2026, 1, number), **empty, "verdicts": {}, **counted}


def test_the_verdicts_of_a_day_stand_upon_each_other_and_a_day_without_any_stays_empty():
    verdicts = {"contradicted": 1, "proven": 3}
    days = [_day(1), _day(2, documents=4, completed=4, straight_through=3, verdicts=verdicts)]
    charts = {chart.label: chart for chart in draw_days(days)}
    proven, contradicted = charts["Verdicts"].bars
    assert (proven.sign, proven.count, proven.height, proven.y + proven.height) == ("proven", 3, 84, 120)
    assert (contradicted.sign, contradicted.height, contradicted.y + contradicted.height) == ("contradicted", 28, 36)
    assert [bar.height for bar in charts["Documents"].bars] == [0, 112]
    assert [bar.count for bar in charts["Straight through"].bars] == [0, 75]
