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
