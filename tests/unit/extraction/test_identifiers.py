"""Numbers that carry their own proof, found in text."""

import pytest

from bursar.extraction.identifiers import find_emails, find_ibans, find_tax_ids, is_checked


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("VAT No. GB 123 4567 89", "GB123456789"),
        ("USt-IdNr. DE136695976", "DE136695976"),
        ("TVA FR 40 303 265 045", "FR40303265045"),
    ],
)
def test_a_tax_id_is_found_however_its_digits_are_grouped(text, value):
    assert [found.value for found in find_tax_ids(text)] == [value]


@pytest.mark.parametrize("text", ["entregado el 2024-05-10", "geliefert at 12 345 678 9"])
def test_a_word_before_a_number_is_no_country(text):
    assert list(find_tax_ids(text)) == []


def test_an_iban_whose_national_digits_nobody_can_check_is_no_news(recwarn):
    assert is_checked("SE1440348291147857444436")
    assert not recwarn.list


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("IBAN: DE89 3704 0044 0532 0130 00", ["DE89370400440532013000"]),
        ("IBAN: DE89.3704 0044.0532 0130.00", ["DE89370400440532013000"]),
        ("DE89: 3704 0044 0532 0130 00 BIC", ["DE89370400440532013000"]),
        ("IBAN: DE89.3704 0044.0532 0130.01", []),
        ("IBAN: DE89.3704 0044.0532 0130.005", []),
    ],
)
def test_points_between_the_groups_of_an_iban_are_blanks_where_the_check_digits_hold(text, values):
    assert [found.value for found in find_ibans(text)] == values


def test_a_web_address_that_runs_into_a_mail_address_is_no_part_of_it():
    text = "info@firm.examplewww.firm.example"
    (found,) = find_emails(text)
    assert (found.value, text[found.start : found.end]) == ("info@firm.example", "info@firm.example")


def test_a_host_with_the_letters_of_the_web_within_it_is_whole():
    assert [found.value for found in find_emails("user@mywww.example.com")] == ["user@mywww.example.com"]


def test_the_head_of_an_iban_is_no_tax_id_though_its_digits_would_pass():
    assert [found.value for found in find_tax_ids("NIP PL6621484339")] == ["PL6621484339"]
    assert list(find_tax_ids("Nr konta PL66 2148 4339 2924 9517 8580 6702")) == []
