"""Persons and firms in one address: whose name is the party's, and what stands between a person and a street."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.addressees import find_firm_line, is_person, may_be_person
from bursar.extraction.invoices.extractor import extract_invoice

SELLER = (
    ("Bright Harbour Ltd", 40, 40, 14),
    ("12 Quay Street", 40, 58),
    ("Bristol BS1 4DJ", 40, 70),
    ("INVOICE 77", 400, 40, 14),
)
TOTAL = ("Total: EUR 20.00", 400, 500)
PLACE = ["4 Weir Road", "Leeds LS1 4DJ"]


def read(*lines):
    return extract_invoice(make_reading(make_page(*SELLER, *lines, TOTAL)))


def below(label, *texts):
    return tuple((text, 40, 130 + 12 * place) for place, text in enumerate([label, *texts]))


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Ruth Ashdown", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["R. Ashdown", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["Quillon Ashdown", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),  # the form of law is enough
        (["Ruth Ashdown", "Ashdown Brewing Group"], "Ashdown Brewing Group"),
        (["Ruth Ashdown", "Weirside Credit Union"], "Weirside Credit Union"),
        (["Ruth Ashdown", "Finance Director", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["FAO Ruth Ashdown", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["FAO Accounts Payable", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["Mrs Q. Ashdown", "Weirside Primary School"], "Weirside Primary School"),
        (["Herrn", "Klaus Ostermoor", "Ostermoor Holzbau GmbH"], "Ostermoor Holzbau GmbH"),
        (["Eheleute", "Klaus und Inge Ostermoor"], "Klaus und Inge Ostermoor"),
    ],
)
@pytest.mark.parametrize("label", ["Bill to", "Ship to"])
def test_the_party_is_the_firm_below_the_person(label, lines, name):
    invoice = read(*below(label, *lines, *PLACE))
    party = invoice.customer if label == "Bill to" else invoice.ship_to
    assert (party.name, party.address.text) == (name, "\n".join(PLACE))


@pytest.mark.parametrize(
    "lines",
    [
        ["Ruth Ashdown"],
        ["Ruth Ashdown", "c/o Weirside Mills Ltd"],
        ["Ruth Ashdown", "Accounts Department"],
        ["Ruth Ashdown", "Union House"],
        ["Ruth Ashdown", "Peter Ashdown"],
        ["Ruth Ashdown", "Weirside"],
        ["Old Mill Teas Ltd", "Ruth Ashdown"],
        ["Old Mill & Sons", "Weirside Holdings Ltd"],
        ["Weirside School", "Old Mill Catering Ltd"],
    ],
)
def test_what_stands_below_a_name_is_no_firm_that_takes_its_place(lines):
    assert read(*below("Bill to", *lines, *PLACE)).customer.name == lines[0]


def test_whom_a_line_addresses_within_a_block_is_not_the_buyer():
    lines = ["SCI Les Peupliers", "À l'attention de M. Vasseur", "3 allée des Forges", "35380 Paimpont"]
    window = tuple((text, 312, 130 + 12 * place) for place, text in enumerate(lines))
    customer = extract_invoice(
        make_reading(make_page(("FACTURE N° 77", 40, 40, 14), ("Échéance : 30/04/2025", 40, 60), *window, TOTAL))
    ).customer
    assert (customer.name, customer.address.postal_code) == ("SCI Les Peupliers", "35380")


def test_whom_a_label_above_a_name_addresses_is_the_buyer():
    assert read(*below("À l'attention de", "Les Peupliers", "3 allée des Forges", "35380 Paimpont")).customer.name == (
        "Les Peupliers"
    )


@pytest.mark.parametrize(
    "text", ["Ruth Ashdown", "R. Ashdown", "Mrs Q. Ashdown", "Jean-Luc O'Hara", "Anne-Marie van Dael"]
)
def test_a_given_name_an_initial_or_a_title_tells_a_person(text):
    assert is_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ruth",
        "Ruth Ashdown Ltd",
        "Ruth Ashdown School",
        "ruth ashdown",
        "4 Weir Road",
        "Ruth & Peter Ashdown Tea Rooms",
    ],
)
def test_what_is_no_name_of_a_person(text):
    assert not may_be_person(text)


def test_the_first_line_names_the_party_where_nothing_says_otherwise():
    assert (
        find_firm_line([]) == find_firm_line(["Ruth Ashdown"]) == find_firm_line(["4 Weir Road", "Old Mill Ltd"]) == 0
    )


def window(*texts, y=130):
    return tuple((text, 40, y + 12 * place) for place, text in enumerate(texts))


def test_owners_may_be_named_for_their_street():
    customer = read(*window("Sameiet Strandgata 5", "v/ Kari Moe", "Strandgata 5", "4306 Sandnes")).customer
    assert (customer.name, customer.address.text) == ("Sameiet Strandgata 5", "Strandgata 5\n4306 Sandnes")


def test_owners_are_told_by_what_they_call_themselves():
    assert (
        read(*window("BRF Syrenen 14", "c/o Vale AB", "Box 221", "582 04 Linköping")).customer.name == "BRF Syrenen 14"
    )


def test_a_shop_in_a_street_is_no_web_address():
    lines = ["Old Mill Trading LLC", "Shop 12, Quoz Industrial Area 3", "PO Box 44118, Dubai, UAE"]
    assert read(*below("Customer", *lines)).customer.address.text == "\n".join(lines[1:])


def test_a_street_with_its_town_is_nobody():
    assert read(*window("Strandgata 5", "4306 Sandnes")).customer.name is None


@pytest.mark.parametrize(
    "line", ["March 4, 2026", "04.03.2026", "Invoice number QB-33-0007", "Date of issue March 4, 2026"]
)
def test_a_date_or_a_fact_above_an_address_names_nobody(line):
    customer = read(*window(line, "Old Mill Teas Ltd", *PLACE)).customer
    assert (customer.name, customer.address.text) == ("Old Mill Teas Ltd", "\n".join(PLACE))


def test_facts_below_an_address_are_none_of_it():
    customer = read(*window("Old Mill Teas Ltd", *PLACE, "Invoice No. 20418", "Re: Warehouse lease")).customer
    assert customer.address.text == "\n".join(PLACE)


@pytest.mark.parametrize("street", ["Place de la République", "ZA de Kerlann", "Harcourt Place", "Weir Road"])
def test_a_street_may_have_no_number(street):
    assert (
        read(*window("Old Mill Teas Ltd", street, "29910 Trégunc")).customer.address.text == f"{street}\n29910 Trégunc"
    )


@pytest.mark.parametrize("line", ["Attorneys at Law", "Ruth Ashdown", "Plombier", "Weirside Road Builders Ltd"])
def test_what_is_no_street_is_none_of_the_address(line):
    assert read(*window("Old Mill Teas Ltd", line, "29910 Trégunc")).customer.address.text == "29910 Trégunc"


@pytest.mark.parametrize(
    "lines",
    [
        ["John Ashdown", "Old Bank House"],
        ["Jane Ashdown", "The Old Bank", "High Street"],
        ["Mr John Ashdown", "Manager", "The Old School"],
        ["Thomas Ashdown", "College Court"],
        ["Martin Ashdown", "University Road"],
        ["Martin Ashdown", "Hospital"],
        ["Grace Ashdown", "Church Hall"],
    ],
)
def test_a_house_or_a_street_below_a_person_is_no_firm(lines):
    assert read(*below("Bill to", *lines, *PLACE)).customer.name == lines[0]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Royal National", "Theatre Ltd"], "Royal National Theatre Ltd"),
        (["Anna Bella", "Boutique GmbH"], "Anna Bella Boutique GmbH"),
        (["Mr John Ashdown", "Boutique GmbH"], "Boutique GmbH"),
        (["Ruth Ashdown", "Ashdown Ltd"], "Ashdown Ltd"),
        (["Ruth Ashdown", "Old Mill House Ltd"], "Old Mill House Ltd"),
    ],
)
def test_a_name_that_wraps_is_no_person_above_a_firm(lines, name):
    customer = read(*below("Bill to", *lines, *PLACE)).customer
    assert (customer.name, customer.address.text) == (name, "\n".join(PLACE))
