from decimal import Decimal

import pytest

from bursar.extraction.einvoice.compare import (
    same_address,
    same_amount,
    same_description,
    same_id,
    same_name,
    same_or_gross,
)
from bursar.extraction.einvoice.pairing import pair_lines
from bursar.facts.invoice import InvoiceLine


@pytest.mark.parametrize(
    ("xml", "page", "same"),
    [
        ("DE 123 456 789", "DE123456789", True),
        ("ATU12345675", "U12345675", True),
        ("RE-2024/001", "RE2024 001", True),
        ("QW-1, QW-2", "QW-2", True),
        ("2024001", "024001", False),  # a digit is missing, not a prefix
        ("RE-1", "RE-11", False),
    ],
)
def test_ids_are_compared_without_blanks_and_punctuation(xml, page, same):
    assert same_id(xml, page) is same


@pytest.mark.parametrize(
    ("xml", "page", "same"),
    [
        ("Müller & Söhne GmbH", "MULLER SOHNE GMBH", True),
        ("Quellwerk GmbH", "Quellwerk GmbH Niederlassung Ost", True),
        ("Quellwerk GmbH", "Steinwerk GmbH", False),
        ("Quellwerk GmbH", "---", False),
    ],
)
def test_names_are_compared_by_words(xml, page, same):
    assert same_name(xml, page) is same


@pytest.mark.parametrize(
    ("xml", "page", "same"),
    [
        ("Hauptstraße 5\n12345 Berlin", "Hauptstrasse 5, 12345 Berlin, Germany", True),
        ("Hauptstr. 5\n12345 Berlin", "Hauptstraße 5 12345 Berlin", True),
        ("Hauptstraße 5\n12345 Berlin", "Hauptstraße 7 12345 Berlin", False),
        ("Hauptstraße 5\n12345 Berlin", "Nebenweg 5 12345 Bonn", False),
    ],
)
def test_addresses_need_the_same_numbers_and_most_words(xml, page, same):
    assert same_address(xml, page) is same


def test_descriptions_may_be_longer_on_the_page():
    assert same_description("Kreiselpumpe K 40", "Kreiselpumpe K 40 inkl. Dichtsatz, Art. 4711, Lieferung frei Haus")
    assert not same_description("Kreiselpumpe K 40", "Montage vor Ort")


def test_an_amount_is_compared_with_the_decimals_of_the_page():
    assert same_amount(Decimal("3.3333"), Decimal("3.33"))
    assert not same_amount(Decimal("3.33"), Decimal("3.3333"))
    assert same_amount(Decimal("5.00"), Decimal(5))
    assert not same_amount(Decimal("-5.00"), Decimal("5.00"))


def test_a_gross_amount_is_the_net_one_with_its_tax():
    assert same_or_gross(Decimal("10.00"), Decimal("11.90"), Decimal(19))
    assert not same_or_gross(Decimal("10.00"), Decimal("11.90"), Decimal(7))
    assert not same_or_gross(Decimal("10.00"), Decimal("11.90"), None)


def make_lines(*amounts):
    return [InvoiceLine(n, amount=Decimal(amount)) for n, amount in enumerate(amounts, 1)]


@pytest.mark.parametrize(
    ("mine", "theirs", "pairs"),
    [
        ([1, 2, 3], [1, 9, 3], {0: 0, 1: 1, 2: 2}),
        ([1, 2, 3], [1, 3], {0: 0, 2: 1}),
        ([1, 3], [1, 2, 3], {0: 0, 1: 2}),
        ([1, 2, 3, 4, 5], [1, 7, 3, 8, 9, 5], {0: 0, 2: 2, 4: 5}),
        ([1, 1], [1], {0: 0}),
        ([1], [2, 3], {}),
    ],
)
def test_lines_are_paired_in_order_so_that_most_agree(mine, theirs, pairs):
    assert pair_lines(make_lines(*mine), make_lines(*theirs)) == pairs


def test_lists_with_nothing_in_common_are_not_searched_for_ever():
    assert pair_lines(make_lines(*range(1, 3000)), make_lines(*range(5000, 9000))) == {}
