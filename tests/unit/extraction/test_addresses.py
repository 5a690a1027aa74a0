"""Postal addresses: codes that only their place tells, and what looks like one and is none."""

import pytest

from bursar.extraction.invoices.address_parts import parse_address
from bursar.extraction.invoices.addresses import has_postal, is_postal


@pytest.mark.parametrize(
    ("lines", "city", "code"),
    [
        (["Kaaistraat 44", "2000 Antwerpen", "België"], "Antwerpen", "2000"),
        (["5 Beach Road", "Baylys Beach 0377", "Northland", "New Zealand"], "Baylys Beach", "0377"),
        (["Calle Mayor, 12", "Madrid (28028), Madrid, España"], "Madrid", "28028"),
    ],
)
def test_a_code_is_found_where_the_lines_around_it_tell_it(lines, city, code):
    address = parse_address(lines)
    assert (address.city, address.postal_code) == (city, code)
    assert has_postal(lines)


@pytest.mark.parametrize(
    "lines", [["2024 Invoice"], ["Old Mill", "2024 Season"], ["5 Beach Road", "Unit 1377"], ["Old Mill (12345)"]]
)
def test_a_year_or_a_number_is_no_code(lines):
    assert not has_postal(lines)
    assert not any(map(is_postal, lines))
