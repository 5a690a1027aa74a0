"""What is a line of an address: codes that look like years, boxes, what is counted, codes on lines of their own."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.addresses import has_postal, is_street
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.invoices.line_kinds import is_contact, is_sentence

TITLE = ("INVOICE", 40, 250, 12)
TOTAL = ("Total: EUR 20.00", 400, 500)
SELLER = [("Bright Harbour Ltd", 40, 60), ("12 Quay Street", 40, 72), ("Bristol BS1 4DJ", 40, 84)]


def read(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines)))


def buyer_of(*lines):
    placed = [(line, 320, 150 + 12 * number) for number, line in enumerate(lines)]
    return read(*SELLER, *placed).customer


@pytest.mark.parametrize(
    "lines",
    [
        ["Lindenkaai 74 bus 201", "2000 Antwerpen"],
        ["Kerkstraat 9", "2018 Antwerpen"],
        ["PO Box 418", "Nelson 7040"],
        ["Private Bag 12", "Hamilton 3240"],
        ["27 Dodder Road", "Atawhai, Nelson 7010"],
    ],
)
def test_a_code_below_a_street_or_box_is_a_towns(lines):
    assert has_postal(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["Vorgang 12", "2019 Rechnung"],
        ["Kerkstraat 9", "2018 tot heden"],
        ["Box files 12", "Nelson 7040"],
        ["Lamps Road", "Nelson 7040"],
        ["Invoice 418", "Model 7040"],
    ],
)
def test_a_year_or_number_below_anything_else_is_none(lines):
    assert not has_postal(lines)


@pytest.mark.parametrize(
    "text", ["24 hour emergency service", "30 Jahre Erfahrung", "15 ans de métier", "7 days a week"]
)
def test_what_is_counted_is_no_street(text):
    assert not is_street(text)


@pytest.mark.parametrize("text", ["Acme Engineering 1094917-K", "Engineering (2026) and more", "Fakturering 30 dager"])
def test_what_is_done_is_no_street(text):
    assert not is_street(text)


@pytest.mark.parametrize("text", ["24 Hourglass Lane", "Kolpingring 12", "30 Jahnstraße"])
def test_streets_that_begin_or_end_alike_are_streets(text):
    assert is_street(text)


def test_a_shops_number_before_a_building_is_no_contact():
    assert not is_contact("Shop 7, Al Noor Building, Al Safa, Dubai")
    assert is_contact("Shop 7")


def test_the_name_of_an_organisation_in_small_letters_is_no_sentence():
    assert not is_sentence("Základní škola a mateřská škola Jedlová Lhota")
    assert is_sentence("Our school is open for all of you on weekdays.")
    assert is_sentence("Please send what you owe us to our account within ten days")


def test_a_form_of_two_words_below_an_organisation_is_of_its_name():
    customer = buyer_of(
        "Základní škola a mateřská škola Jedlová Lhota", "příspěvková organizace", "Školní 12", "517 41 Kostelec"
    )
    assert customer.name == "Základní škola a mateřská škola Jedlová Lhota příspěvková organizace"
    assert customer.address.postal_code == "517 41"


def test_street_and_town_above_a_code_on_a_line_of_its_own_are_of_the_address():
    customer = buyer_of("The Miller's Rest Ltd", "Old Gate", "Hebden Dale", "HX7 8JP")
    assert customer.address.text == "Old Gate\nHebden Dale\nHX7 8JP"


def test_what_stands_above_a_whole_address_is_none_of_it():
    customer = buyer_of("The Miller's Rest Ltd", "Innkeepers", "4 Weir Road", "Leeds LS1 4DJ")
    assert customer.address.text == "4 Weir Road\nLeeds LS1 4DJ"


@pytest.mark.parametrize("number", ["201401018842 (1094917-K)", "(1094917-K)"])
def test_the_number_of_registration_behind_a_firms_form_is_not_of_its_name(number):
    seller = read((f"DINGIN RAYA ENGINEERING SDN. BHD. {number}", 40, 60), *SELLER[1:]).vendor
    assert seller.name == "DINGIN RAYA ENGINEERING SDN. BHD."


def test_a_number_within_a_name_stays():
    assert read(("Route 100500 Motors Ltd", 40, 60), *SELLER[1:]).vendor.name == "Route 100500 Motors Ltd"


@pytest.mark.parametrize("dash", ["–", "-"])
def test_a_dash_within_a_name_parts_no_senders_line_with_dots(dash):
    seller = read((f"Ondaclara {dash} Comunicações, S.A. · Av. do Mar, 44, piso 6 · 1990-095 Lisboa", 40, 60, 8)).vendor
    assert seller.name == f"Ondaclara {dash} Comunicações, S.A."
    assert seller.address.postal_code == "1990-095"


def test_a_dash_parts_a_senders_line_that_has_nothing_else():
    seller = read(("Ondaclara Lda - Av. do Mar, 44 - 1990-095 Lisboa", 40, 60, 8)).vendor
    assert (seller.name, seller.address.postal_code) == ("Ondaclara Lda", "1990-095")


def test_a_line_of_parts_with_a_shop_in_a_building_is_the_whole_address():
    seller = read(
        ("Amber Coast Travel", 40, 40, 20),
        (
            "Amber Coast Travel & Tours LLC · Shop 7, Al Noor Building, Al Safa, Dubai, U.A.E. · P.O. Box 118204",
            40,
            790,
            7,
        ),
    ).vendor
    assert seller.name == "Amber Coast Travel & Tours LLC"
    assert seller.address.text.startswith("Shop 7, Al Noor Building")
