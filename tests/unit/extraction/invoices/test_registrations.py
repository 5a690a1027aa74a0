"""Numbers of registers and parties in groups, their owners, and labels of parties in two languages."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.identifiers import find_spaced_number
from bursar.extraction.invoices.extractor import extract_invoice

TITLE = ("INVOICE", 40, 250, 12)
TOTAL = ("Total: EUR 20.00", 400, 500)
SELLER = (("Bright Harbour Ltd", 40, 60), ("12 Quay Street", 40, 72), ("Bristol BS1 4DJ", 40, 84))
GERMAN = (("Rechnungsdatum: 03.05.2024", 380, 60), ("Zahlbar bis: 17.05.2024", 380, 72), ("Umsatzsteuer 19 %", 380, 84))
POLISH = (("Data wystawienia: 03.05.2024", 380, 60), ("Termin płatności: 17.05.2024", 380, 72), ("Do zapłaty", 380, 84))
BUYER = (("The Miller's Rest", 40, 162), ("4 Weir Road", 40, 174), ("Leeds LS1 4DJ", 40, 186))


def read(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("552 100 554 00021", "55210055400021"),  # SIRET
        ("552 100 554", "552100554"),  # SIREN
        ("732 829 320 00074 01 45 77 21 09", "73282932000074"),  # a telephone number follows
        ("552 100 554 – RCS", "552100554"),
        ("13 58 56 28 and more", "13585628"),  # CVR
        ("51 824 753 556", "51824753556"),  # ABN
        ("004 085 616", "004085616"),  # ACN
        ("974 760 673 MVA", "974760673"),  # Norway
        ("27 30 11 88", "27301188"),  # KvK: without check digits
        ("1234 5678", "12345678"),
    ],
)
def test_a_number_in_groups_is_whole(text, number):
    found = find_spaced_number(text)
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize("text", ["27301188", "552", "HRB 12345", "552,100", "12 3", "123 456 789 012 345 678"])
def test_what_stands_in_no_groups_is_left_as_it_is(text):
    assert find_spaced_number(text) is None


def test_a_registration_in_groups_ends_where_its_check_digits_hold():
    vendor = read(*SELLER, ("SIRET : 552 100 554 00021", 40, 96)).vendor
    assert vendor.registration_number == "55210055400021"
    assert read(*SELLER, *GERMAN, ("HRB 12345", 40, 96)).vendor.registration_number == "12345"
    assert read(*SELLER, ("Company no 07495895", 40, 96)).vendor.registration_number == "07495895"


def test_a_pan_is_of_the_party_whose_gstin_holds_it():
    lines = (*SELLER, ("GSTIN: 27AAPFU0939F1ZV", 40, 96), ("Bill to:", 40, 150), *BUYER)
    invoice = read(*lines, ("Company's PAN: AAPFU0939F", 40, 215))
    assert [tax_id.value for tax_id in invoice.vendor.extra_tax_ids] == ["AAPFU0939F"]
    assert invoice.customer.extra_tax_ids == ()
    other = read(*lines, ("PAN: AABCT3518Q", 40, 198))
    assert [tax_id.value for tax_id in other.customer.extra_tax_ids] == ["AABCT3518Q"]


def test_a_line_with_the_account_among_a_firms_particulars_is_the_sellers():
    foot = "Y-tunnus 0112038-9 · ALV-numero FI01120389 · Tilinumero FI21 1234 5600 0007 85 · Puh. 09 123 4567"
    invoice = read(*SELLER, ("Bill to:", 40, 150), *BUYER, (foot, 40, 320, 7))
    assert (invoice.vendor.registration_number, invoice.vendor.contact.phone) == ("0112038-9", "09 123 4567")
    assert (invoice.customer.registration_number, invoice.customer.contact.phone) == (None, None)


def test_a_telephone_number_is_what_stands_behind_its_label():
    line = ("Company no 12345678 Tel 0117 496 0000", 40, 96)
    assert read(*SELLER, line).vendor.contact.phone == "0117 496 0000"


def test_a_polish_tax_number_is_given_without_strokes():
    assert read(*SELLER, *POLISH, ("NIP: 526-000-12-46", 40, 96)).vendor.tax_id == "5260001246"
    assert (
        read(*SELLER, *POLISH, ("NIP: 526-000-12-47", 40, 96)).vendor.tax_id == "526-000-12-47"
    )  # its check digit fails


@pytest.mark.parametrize(
    "label",
    ["Sold to / Vendu à:", "Vendu à / Sold to:", "Eladva neki / Sold to:", "Customer / Vevő:", "Sold to / Eladva:"],
)
def test_a_label_in_two_languages_is_no_name(label):
    customer = read(*SELLER, (label, 40, 150), *BUYER).customer
    assert customer.name == "The Miller's Rest"
    assert customer.address.postal_code == "LS1 4DJ"


def test_half_a_label_before_a_number_announces_nobody():
    customer = read(
        *SELLER, *BUYER, ("Client / Matter:", 320, 150), ("11827 / 0003", 440, 150), ("Attorney:", 320, 162)
    ).customer
    assert customer.name == "The Miller's Rest"


def test_the_number_beside_the_word_for_the_customer_is_his():
    assert read(*SELLER, *BUYER, *GERMAN, ("Kunde", 380, 120), ("88120", 460, 120)).customer.customer_id == "88120"
    assert read(*SELLER, *GERMAN, ("Kunde", 40, 150), *BUYER).customer.customer_id is None
    assert read(*SELLER, *GERMAN, ("Kunde", 40, 120), ("Bau 2000 GmbH", 120, 120)).customer.customer_id is None


def test_a_firm_set_off_below_the_sellers_address_is_the_buyer():
    head = [(line, 40, 40 + 12 * place) for place, line in enumerate(("Larkspur GmbH", "Nagelgasse 3", "50667 Köln"))]
    window = [
        (line, 40, 90 + 12 * place) for place, line in enumerate(("Stahlwerk Holm KG", "Werftweg 20", "24143 Kiel"))
    ]
    invoice = read(*head, *window)
    assert (invoice.vendor.name, invoice.customer.name) == ("Larkspur GmbH", "Stahlwerk Holm KG")
    assert invoice.customer.address.city == "Kiel"


def test_what_is_set_off_below_an_address_and_is_no_firm_stays_with_it():
    lines = ("Larkspur GmbH", "Nagelgasse 3", "50667 Köln")
    head = [(line, 40, 40 + 12 * place) for place, line in enumerate(lines)]
    invoice = read(*head, ("Tel. 0221 123456", 40, 90))
    assert (invoice.vendor.name, invoice.vendor.contact.phone) == ("Larkspur GmbH", "0221 123456")
    assert invoice.customer.name is None
