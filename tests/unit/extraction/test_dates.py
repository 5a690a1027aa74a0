from datetime import date

import pytest

from bursar.extraction.dates import decide_date_order, find_dates, read_date


@pytest.mark.parametrize(
    "text",
    [
        "31.12.2024",
        "31/12/2024",
        "31-12-24",
        "12/31/2024",
        "2024-12-31",
        "2024/12/31",
        "20241231",
        "31. 12. 2024",
        "31 December 2024",
        "31. Dezember 2024",
        "Dec 31, 2024",
        "December 31st, 2024",
        "31-Dec-24",
        "31DEC2024",
        "31 décembre 2024",
        "31 de diciembre de 2024",
        "31 december 2024",
        "31 grudnia 2024",
        "31. prosince 2024",
        "2024年12月31日",
        "令和6年12月31日",
        "31/12/2567",
    ],
)
def test_a_date_is_read_as_printed(text):
    assert read_date(text).value == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("17.2020-11-18", ["2020-11-18"]),
        ("3/1/2018-3/31/2018", ["2018-03-01", "2018-03-31"]),
        ("01-03-2018-31-03-2018", ["2018-03-01", "2018-03-31"]),
        ("2020-11-01-2020-11-30", ["2020-11-01", "2020-11-30"]),
        ("1 juli 2020 t/m 31 jul i 2020", ["2020-07-01", "2020-07-31"]),
        ("Rennes, le 1 er avril 2025", ["2025-04-01"]),
    ],
)
def test_dates_are_found_where_recognition_ran_them_together(text, days):
    assert [printed.value.isoformat() for printed in find_dates(text, "MDY" if "/31/" in text else None)] == days


@pytest.mark.parametrize(
    "text",
    [
        "1,234.50",
        "10 Items 20",
        "0049-2020-11-01-5",
        "1234-56-78",
        "32.12.2024",
        "31.02.2024",
        "192.168.1.20",
        "v1.2.2024b",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert find_dates(text) == []


def test_a_date_that_fits_both_orders_follows_the_document():
    assert read_date("03/04/2024").value == date(2024, 4, 3)
    assert read_date("03/04/2024", "MDY").value == date(2024, 3, 4)
    assert read_date("03/04/2024").swapped == date(2024, 3, 4)
    assert read_date("03/04/2024").ambiguous


def test_a_date_without_a_year_is_found_only_when_asked_for():
    assert find_dates("am 31.12. gebucht") == []
    (printed,) = find_dates("am 31.12. gebucht", yearless=True)
    assert printed.value is None
    assert printed.in_year(2024) == date(2024, 12, 31)


def test_a_day_above_twelve_settles_the_order():
    assert decide_date_order(["01/02/2024", "13/02/2024"]).value == "DMY"
    assert decide_date_order(["01/02/2024", "02/13/2024"]).value == "MDY"


def test_an_order_that_nothing_settles_is_said_to_be_ambiguous():
    order = decide_date_order(["01/02/2024"], default="MDY")
    assert order.value == "MDY"
    assert order.ambiguous
    assert order.alternatives == ("DMY", "MDY")


def test_several_dates_in_a_line_are_found_in_order():
    assert [printed.value for printed in find_dates("01.06.2025 - 30.06.2025")] == [date(2025, 6, 1), date(2025, 6, 30)]


@pytest.mark.parametrize("text", ["5/ 3/2018 22: 52", "05/03/201822:52:33", "5/3/ 2018"])
def test_dates_that_recognition_blanked_or_ran_into_the_time_are_read(text):
    assert [printed.value for printed in find_dates(text)] == [date(2018, 3, 5)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 أغسطس 2024", date(2024, 8, 12)),
        ("١٢ اغسطس ٢٠٢٤", date(2024, 8, 12)),
        ("5 كانون الثاني 2024", date(2024, 1, 5)),
        ("3 غشت 2023", date(2023, 8, 3)),
        ("17 تموز، 2024", date(2024, 7, 17)),
        ("5 בספטמבר 2024", date(2024, 9, 5)),
        ("12 ינואר 2024", date(2024, 1, 12)),
        ("17 มิถุนายน 2567", date(2024, 6, 17)),
        ("17 มิ.ย. 67", date(2024, 6, 17)),
        ("R6.6.17", date(2024, 6, 17)),
        ("R06/06/17", date(2024, 6, 17)),
        ("請求日 H31.4.1", date(2019, 4, 1)),
        ("Issued 平成31年4月1日", date(2019, 4, 1)),
    ],
)
def test_months_and_eras_of_other_scripts(text, day):
    assert [printed.value for printed in find_dates(text)] == [day]


@pytest.mark.parametrize(
    "text", ["Release R5.10.2 of the tool", "H32.1.1", "HR6.6.17", "R6.13.1", "5 ספטמבר", "17 มิ.ย. 24", "12 كتب 2024"]
)
def test_releases_and_other_words_are_no_days(text):
    assert find_dates(text) == []
