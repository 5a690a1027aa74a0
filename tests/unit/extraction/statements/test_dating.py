from datetime import date

import pytest

from builders.readings import make_page
from bursar.extraction.dates import find_dates
from bursar.extraction.statements.cells import Day, read_sheet
from bursar.extraction.statements.dating import Calendar, PrintedPeriod, decide_order, find_period, make_calendar
from bursar.extraction.statements.fields import find_values
from bursar.facts.box import Box

NOWHERE = Box(0, 0, 1, 1)


def day_of(text):
    (printed,) = find_dates(text, yearless=True)
    return Day(printed, NOWHERE, (), leads=True)


def period_of(*lines):
    sheet = read_sheet(make_page(*lines))
    found = find_period(find_values([sheet], set()), [sheet])
    return found.start_date, found.end_date


@pytest.mark.parametrize(
    "text",
    [
        "Statement period: 1 March 2024 to 31 March 2024",
        "Zeitraum: 01.03.2024 bis 31.03.2024",
        "du 1er au 31 mars 2024",
        "01/03/2024 - 31/03/2024",
        "Statement for the period 1 March to 31 March 2024",
    ],
)
def test_a_period_is_read_in_many_forms(text):
    assert period_of((text, 40, 50)) == (date(2024, 3, 1), date(2024, 3, 31))


def test_two_dates_that_no_word_joins_are_no_period():
    assert period_of(("Issued 01.03.2024, due 31.03.2024", 40, 50)) == (None, None)


def test_years_are_found_across_new_year():
    calendar = Calendar(date(2023, 12, 15), date(2024, 1, 14), 2024, assumed_year=False)
    assert calendar.date_of(day_of("28 Dec")) == date(2023, 12, 28)
    assert calendar.date_of(day_of("03 Jan")) == date(2024, 1, 3)


def test_years_come_from_the_statements_date_when_no_period_is_printed():
    calendar = make_calendar(PrintedPeriod(None, None, None, None), date(2024, 1, 20), [], None, 2030)
    assert calendar.date_of(day_of("28 Dec")) == date(2023, 12, 28)
    assert not calendar.assumed_year


def test_a_year_that_nothing_prints_is_said_to_be_assumed():
    calendar = make_calendar(PrintedPeriod(None, None, None, None), None, [day_of("28 Dec")], 2022, 2030)
    assert calendar.assumed_year
    assert calendar.date_of(day_of("28 Dec")) == date(2022, 12, 28)


def test_a_day_above_twelve_settles_the_order():
    days = [day_of("03/04/2024"), day_of("17/04/2024")]
    assert decide_order(days, days, None, None).value == "DMY"


def test_a_period_in_words_settles_the_order_of_the_column():
    column = [day_of("04/03/2024"), day_of("04/05/2024")]
    frame = [day_of("1 April 2024"), day_of("30 April 2024")]
    found = decide_order(column, [*column, *frame], None, None)
    assert (found.value, found.ambiguous) == ("MDY", False)


def test_dates_that_only_run_on_in_one_order_settle_it():
    column = [day_of(text) for text in ("01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024", "01/03/2024")]
    assert decide_order(column, column, "USD", "en").value == "DMY"


def test_an_order_that_nothing_settles_is_ambiguous():
    column = [day_of("03/04/2024")]
    assert decide_order(column, column, None, None).ambiguous
