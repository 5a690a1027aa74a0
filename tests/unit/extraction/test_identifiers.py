"""Numbers that carry their own proof, found in text."""

import pytest

from bursar.extraction.identifiers import (
    find_emails,
    find_ibans,
    find_tax_ids,
    is_checked,
    is_spanish_id,
    is_tax_id_valid,
)


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
        ("IBAN DE89 3704 · 0044 0532 0130 00– BIC", ["DE89370400440532013000"]),
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


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("mail office@firm:example, 030 12", ["office@firm.example"]),
        ("office@firm.example:8080", ["office@firm.example"]),
        ("office@firm:8080", []),
    ],
)
def test_a_colon_in_a_mail_address_is_its_only_point_misread(text, values):
    assert [found.value for found in find_emails(text, misread=True)] == values


def test_a_colon_that_nobody_misread_is_no_point():
    assert not list(find_emails("git@host:path"))


def test_the_head_of_an_iban_is_no_tax_id_though_its_digits_would_pass():
    assert [found.value for found in find_tax_ids("NIP PL6621484339")] == ["PL6621484339"]
    assert list(find_tax_ids("Nr konta PL66 2148 4339 2924 9517 8580 6702")) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IBAN CH93 0076 2011 6238 5295 7 · CHF", "CH9300762011623852957"),
        ("LI21 0881 0000 2324 013A A", "LI21088100002324013AA"),
        ("HR12 1001 0051 8630 0016 0", "HR1210010051863000160"),
        ("PT50 0002 0123 1234 5678 9015 4 (BCOMPTPL)", "PT50000201231234567890154"),
    ],
)
def test_the_last_group_of_an_iban_may_be_one_character(text, value):
    (found,) = find_ibans(text)
    assert (found.value, found.valid) == (value, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CHE-100.155.212 MWST", "CHE100155212"),
        ("N° TVA CHE-100.155.212 TVA", "CHE100155212"),
        ("Org.nr NO 995 525 828 MVA", "NO995525828"),
        ("NO995525828MVA", "NO995525828"),
        ("GST/HST 123456782 RT0001", "123456782RT0001"),
        ("IE VAT IE6433435F", "IE6433435F"),
    ],
)
def test_a_tax_id_outside_the_union_or_behind_its_country_holds(text, value):
    (found,) = find_tax_ids(text)
    assert (found.value, found.valid) == (value, True)
    assert is_tax_id_valid(value)


def test_no_before_a_number_is_no_country():
    assert not any(found.valid for found in find_tax_ids("Invoice No 995525828"))


@pytest.mark.parametrize(
    ("text", "told"), [("B-58378431", True), ("54362315K", True), ("B58378432", False), ("B58378431 4", False)]
)
def test_a_spanish_tax_number_is_told_by_its_check_digit_where_it_stands_alone(text, told):
    assert is_spanish_id(text) is told


@pytest.mark.parametrize(
    ("printed", "value", "valid"),
    [
        ("29AAQFK4821M1ZO", "29AAQFK4821M1ZO", True),
        ("29AAQFK4821M1Z0", "29AAQFK4821M1ZO", True),
        ("29AAQFK4821M1Z7", "29AAQFK4821M1Z7", False),
    ],
)
def test_the_check_character_of_a_gstin_is_the_look_alike_that_holds(printed, value, valid):
    (found,) = find_tax_ids(printed)
    assert (found.value, found.valid, found.repaired) == (value, valid, printed != value)
