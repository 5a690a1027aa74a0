"""Parties that a label announces: labels in two parts, blocks at the right edge of the page, and who is paid."""

import pytest

from builders.readings import CHARACTER_WIDTH, make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

TITLE = ("INVOICE", 40, 30, 12)
TOTAL = ("Total: EUR 20.00", 400, 500)
SELLER = [("Bright Harbour Ltd", 40, 60), ("12 Quay Street", 40, 72), ("Bristol BS1 4DJ", 40, 84)]
RIGHT = 550


def read(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines)))


def flush(text, y):
    """Set a line that ends at the right edge."""
    return (text, RIGHT - len(text) * 10 * CHARACTER_WIDTH, y)


@pytest.mark.parametrize("labels", [("Consignee (Ship to)", "Buyer (Bill to)"), ("Ship to", "Bill to")])
def test_a_second_label_in_brackets_is_of_the_label(labels):
    invoice = read(
        *SELLER,
        (labels[0], 40, 140),
        ("Old Mill Teas Ltd", 40, 152),
        ("4 Weir Road", 40, 164),
        ("Leeds LS1 4DJ", 40, 176),
        (labels[1], 40, 200),
        ("Old Mill Holdings Ltd", 40, 212),
        ("9 Weir Road", 40, 224),
        ("Leeds LS1 4DJ", 40, 236),
    )
    assert invoice.customer.name == "Old Mill Holdings Ltd"
    assert invoice.customer.address.street == "9 Weir Road"
    assert invoice.ship_to.address.street == "4 Weir Road"


def test_a_block_at_the_right_edge_goes_on_below_a_label_that_ends_there():
    invoice = read(
        *SELLER,
        flush("Bill to", 140),
        flush("Old Mill Teas Ltd", 152),
        flush("4 Weir Road, Holbeck", 164),
        flush("Leeds LS1 4DJ", 176),
    )
    assert invoice.customer.name == "Old Mill Teas Ltd"
    assert invoice.customer.address.text == "4 Weir Road, Holbeck\nLeeds LS1 4DJ"


def test_who_is_paid_with_form_and_address_is_the_seller_and_not_the_logo():
    invoice = read(
        ("HarbourHost", 40, 50, 24),
        ("Invoiced to", 40, 140),
        ("Old Mill Teas Ltd", 40, 152),
        ("4 Weir Road", 40, 164),
        ("Leeds LS1 4DJ", 40, 176),
        flush("Pay to", 140),
        flush("Bright Harbour Ltd", 152),
        flush("12 Quay Street", 164),
        flush("Bristol BS1 4DJ", 176),
    )
    assert (invoice.vendor.name, invoice.vendor.address.postal_code) == ("Bright Harbour Ltd", "BS1 4DJ")


def test_an_address_with_a_label_of_its_own_is_that_of_the_party_named_above_it():
    invoice = extract_invoice(
        make_reading(
            make_page(
                ("Tax Invoice 77", 40, 30), ("Customer Details:", 40, 100), ("Tara Diagnostics Limited", 40, 112),
                ("Billing Address:", 40, 136), ("No. 7, Patel Road, Adyar", 40, 148), ("Chennai, 600020", 40, 160),
            )
        )
    )  # fmt: skip
    assert invoice.customer.name == "Tara Diagnostics Limited"
    assert invoice.customer.address.text == "No. 7, Patel Road, Adyar\nChennai, 600020"


def test_what_stands_below_another_label_is_not_beside_the_one_on_its_row():
    invoice = read(
        ("Seller", 40, 107), ("Malva Flowers", 40, 120), ("12 Quay Street", 40, 132), ("Bristol BS1 4DJ", 40, 144),
        ("Buyer", 300, 100), ("Old Mill Teas Ltd", 300, 107), ("4 Weir Road", 300, 120), ("Leeds LS1 4DJ", 300, 132),
    )  # fmt: skip
    assert (invoice.vendor.name, invoice.customer.name) == ("Malva Flowers", "Old Mill Teas Ltd")


def test_two_parties_in_one_column_are_parted_by_the_labels_beside_them():
    invoice = read(
        ("From", 300, 60), ("Bright Harbour Ltd", 380, 60), ("12 Quay Street", 380, 72), ("Bristol BS1 4DJ", 380, 84),
        ("Invoice for", 300, 100), ("Old Mill Teas Ltd", 380, 100), ("4 Weir Road", 380, 112), ("Leeds LS1 4DJ", 380, 124),
    )  # fmt: skip
    assert invoice.vendor.address.text == "12 Quay Street\nBristol BS1 4DJ"
    assert invoice.customer.name == "Old Mill Teas Ltd"


def test_whose_bank_a_line_names_is_not_the_party():
    invoice = read(
        ("Bright Harbour SARL", 40, 40), ("12 rue du Port", 40, 52), ("44000 Nantes", 40, 64), ("FACTURE N° 77", 400, 40),
        ("Domiciliation du fournisseur : Banque du Ponant", 40, 600), ("FR76 1444 5202 0008 0033 2176 424", 40, 612),
    )  # fmt: skip
    assert invoice.vendor.name == "Bright Harbour SARL"


def test_an_address_ends_with_the_contacts_below_it():
    invoice = read(
        ("Seller", 300, 60), ("Bright Harbour Ltd", 300, 72), ("12 Quay Street", 300, 84), ("Bristol BS1 4DJ", 300, 96),
        ("mail@brightharbour.example", 300, 108), ("Concerning", 300, 130), ("Delivery 20418 of June", 300, 142),
    )  # fmt: skip
    assert invoice.vendor.address.text == "12 Quay Street\nBristol BS1 4DJ"


def test_what_is_set_off_below_a_town_is_none_of_the_address():
    block = (("Bill to", 40, 100), ("Old Mill Teas Ltd", 40, 112), ("4 Weir Road", 40, 124), ("Leeds LS1 4DJ", 40, 136))
    assert read(*block, ("Site of works 8115 Papineau Order SV-26", 40, 158)).customer.address.text == (
        "4 Weir Road\nLeeds LS1 4DJ"
    )
    assert read(*block, ("United Kingdom", 40, 158)).customer.address.country == "GB"


def test_a_tax_number_set_off_below_an_address_is_still_the_partys():
    buyer = (("Buyer:", 40, 240), ("Kunde AG", 40, 252), ("Weg 15", 40, 264), ("69876 Frankfurt", 40, 276))
    invoice = read(
        ("Seller:", 40, 100), ("Lieferung GmbH", 40, 112), ("Weg 20", 40, 124), ("80333 München", 40, 136),
        ("Telephone: +49 89 1234567", 40, 160), ("VAT no.: DE136695976", 40, 172), *buyer,
    )  # fmt: skip
    assert (invoice.vendor.tax_id, invoice.customer.tax_id) == ("DE136695976", None)


def test_each_seller_on_a_marketplace_is_none_of_the_invoice():
    lines = [
        (f"Sold by: {name}", 40, 300 + 30 * place) for place, name in enumerate(["Vale Direct", "Ash Ltd", "Ash Ltd"])
    ]
    pay = (("Pay to", 40, 600), ("Bright Harbour Ltd", 40, 612), ("PO Box 35", 40, 624), ("Seattle, WA 98124", 40, 636))
    assert (
        read(("brightharbour business", 40, 60, 16), *lines, *pay, ("mail@brightharbour.example", 300, 600)).vendor.name
        == "Bright Harbour Ltd"
    )


@pytest.mark.parametrize("label", ["Client / Matter: 11827", "Customer Reference: 4711"])
def test_a_longer_label_before_a_colon_announces_nobody(label):
    window = (("Old Mill Teas Ltd", 40, 130), ("4 Weir Road", 40, 142), ("Leeds LS1 4DJ", 40, 154))
    assert read(*SELLER, (label, 400, 60), *window).customer.name == "Old Mill Teas Ltd"


def test_messrs_before_a_name_on_its_line_is_a_label():
    customer = read(
        *SELLER, ("M/s. Old Mill Trust", 40, 130), ("Survey No. 44, Weir", 56, 142), ("Pune - 412106", 56, 154)
    ).customer
    assert customer.name == "Old Mill Trust"


def test_a_recipient_on_the_slip_of_a_payment_is_nobody():
    window = (("Old Mill Oy", 40, 130), ("Katu 4", 40, 142), ("33720 Tampere", 40, 154))
    slip = (("Mottagare", 40, 640), ("Betalarens namn", 40, 662))
    assert read(*SELLER, *window, *slip).customer.name == "Old Mill Oy"


BUYER = [("Old Mill Teas Ltd", 40, 152), ("4 Weir Road", 40, 164), ("Leeds LS1 4DJ", 40, 176)]


@pytest.mark.parametrize(
    "label", ["Job address", "Einsatzort", "Lieu d'intervention", "Werkadres", "Luogo di intervento", "Local da obra"]
)
def test_where_the_work_was_done_is_not_who_pays(label):
    place = [(label, 220, 140), ("8 Canal Road", 220, 152), ("Hull HU1 3DJ", 220, 164)]
    invoice = read(*SELLER, ("Bill to", 40, 140), *BUYER, *place)
    assert (invoice.customer.name, invoice.customer.address.postal_code) == ("Old Mill Teas Ltd", "LS1 4DJ")
    assert invoice.ship_to.address.street == "8 Canal Road"


def test_a_head_of_a_strip_is_not_the_customer_that_is_called_by_a_number():
    strip = [
        ("Invoice date", 40, 200), ("Customer", 160, 200), ("Sales rep", 260, 200), ("Your order", 360, 200),
        ("03/05/2024", 40, 214), ("430.0662", 160, 214), ("04 D. Price", 260, 214), ("W-71904", 360, 214),
    ]  # fmt: skip
    window = [(text, x + 280, y - 90) for text, x, y in BUYER]
    invoice = read(*SELLER, *window, *strip)
    assert invoice.customer.name == "Old Mill Teas Ltd"


def test_a_customers_number_above_the_name_is_no_name():
    lines = [(text, x, y + 12) for text, x, y in BUYER]
    invoice = read(*SELLER, ("Bill to", 40, 140), ("430662", 40, 152), *lines)
    assert invoice.customer.name == "Old Mill Teas Ltd"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Buyer: Eva Lind, 19580412-XXXX, share 100 %", "Eva Lind"),
        ("Buyer: Old Mill Teas Ltd, VAT GB 340 5512 96", "Old Mill Teas Ltd"),
        ("Buyer: Old Mill Teas Ltd, 4 Weir Road, Leeds LS1 4DJ", "Old Mill Teas Ltd"),
        ("Buyer: Smith, Jones & Partners", "Smith, Jones & Partners"),
    ],
)
def test_the_number_of_a_person_or_firm_behind_a_comma_is_no_part_of_the_name(line, name):
    assert read(*SELLER, (line, 40, 140)).customer.name == name


@pytest.mark.parametrize("label", ["Patient:", "Student:", "Tenant:", "Resident:"])
def test_who_was_served_is_the_buyer_where_an_address_follows(label):
    lines = [(f"{label} Owen Marsh", 40, 152), ("4 Weir Road", 40, 164), ("Leeds LS1 4DJ", 40, 176)]
    invoice = read(*SELLER, *lines)
    assert (invoice.customer.name, invoice.customer.address.postal_code) == ("Owen Marsh", "LS1 4DJ")


def test_an_animal_or_a_child_that_was_served_does_not_pay():
    invoice = read(*SELLER, *BUYER, ("Patient: Rex", 40, 220), ("Species: dog", 40, 232))
    assert invoice.customer.name == "Old Mill Teas Ltd"


def test_a_patient_with_birthday_beside_the_window_does_not_pay():
    window = [("Frau", 340, 140), ("Ursina Bach", 340, 152), ("Im Winkel 15", 340, 164), ("8912 Obfelden", 340, 176)]
    invoice = read(*SELLER, ("Patientin / Geb.", 40, 152), ("Bach Ursina / 17.08.1984", 150, 152), *window)
    assert invoice.customer.name == "Ursina Bach"


def test_the_person_on_the_line_below_the_shop_is_the_buyer_whose_tax_number_is_that_of_a_person():
    shop = [("Librería Azahar", 340, 60), ("Elena Prado Vidal", 340, 72), ("Calle Mayor, 5", 340, 84)]
    lines = [*shop, ("46701 Gandia", 340, 96)]
    assert read(*SELLER, *lines, ("N.I.F. 28714950W", 340, 108)).customer.name == "Elena Prado Vidal"
    assert read(*SELLER, *lines, ("N.I.F. B46902714", 340, 108)).customer.name == "Librería Azahar"
