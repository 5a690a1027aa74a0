"""The account to pay to: IBANs that stand on two lines."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

TOTAL = ("Total: EUR 20.00", 400, 500)


def read_iban(*lines):
    return extract_invoice(make_reading(make_page(("INVOICE", 40, 30, 12), TOTAL, *lines))).payment.bank_info.iban


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("IBAN DE89 3704 0044", "0532 0130 00"),
        ("DE89 3704", "0044 0532 0130 00"),
        ("Please transfer to our account DE89", "3704 0044 0532 0130 00 of Bright Harbour Ltd"),
    ],
)
def test_an_iban_goes_on_in_the_line_below(first, second):
    assert read_iban((first, 40, 700), (second, 40, 712)) == "DE89370400440532013000"


def test_what_stands_below_in_another_column_is_no_rest_of_an_iban():
    assert read_iban(("DE89 3704 0044", 40, 700), ("0532 0130 00", 300, 712)) is None


def test_digits_below_that_make_no_valid_iban_are_none_of_it():
    assert read_iban(("DE89 3704 0044", 40, 700), ("0532 0130 01", 40, 712)) is None


def test_a_whole_iban_goes_before_one_on_two_lines():
    lines = [("IBAN DE89 3704 0044 0532 0130 00", 40, 660), ("GB33 BUKB 2020", 40, 700), ("1555 5555 55", 40, 712)]
    assert read_iban(*lines) == "DE89370400440532013000"
