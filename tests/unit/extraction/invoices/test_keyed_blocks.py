"""Blocks that state a party part by part, in one column or two."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice


def read(*lines):
    return extract_invoice(make_reading(make_page(("Fattura 77", 40, 20), *lines, ("Totale: EUR 20,00", 400, 500))))


def column(x, *texts):
    return tuple((text, x, 60 + 12 * place) for place, text in enumerate(texts))


ITALIAN = (
    ("Fornitore", "P.IVA: IT03417280314", "Denominazione: Filatura Ponte S.r.l.", "Indirizzo: Via dei Prati 19", "Comune: Vimercate Provincia: MB", "Cap: 20871 Nazione: IT"),
    ("Cliente", "P.IVA: IT02290440367", "Denominazione: Vetreria Adda S.p.A.", "Indirizzo: Via Lago 44", "Comune: Como Provincia: CO", "Cap: 22100 Nazione: IT"),
)  # fmt: skip
ENGLISH = (
    ("Supplier", "Name: Bright Harbour Ltd", "Street: 12 Quay Street", "City: Bristol", "Postcode: BS1 4DJ"),
    ("Customer", "Name: Old Mill Teas Ltd", "Street: 4 Weir Road", "City: Leeds", "Postcode: LS1 4DJ"),
)


@pytest.mark.parametrize(
    ("blocks", "seller", "buyer"),
    [
        (
            ITALIAN,
            ("Filatura Ponte S.r.l.", "Via dei Prati 19\n20871 Vimercate MB\nIT"),
            ("Vetreria Adda S.p.A.", "Via Lago 44\n22100 Como CO\nIT"),
        ),
        (
            ENGLISH,
            ("Bright Harbour Ltd", "12 Quay Street\nBS1 4DJ Bristol"),
            ("Old Mill Teas Ltd", "4 Weir Road\nLS1 4DJ Leeds"),
        ),
    ],
)
def test_two_blocks_side_by_side_state_their_parties(blocks, seller, buyer):
    invoice = read(*column(40, *blocks[0]), *column(320, *blocks[1]))
    assert (invoice.vendor.name, invoice.vendor.address.text) == seller
    assert (invoice.customer.name, invoice.customer.address.text) == buyer


def test_a_block_with_one_word_before_a_colon_is_read_as_lines():
    invoice = read(*column(40, "Customer", "Old Mill Teas Ltd", "4 Weir Road", "Leeds LS1 4DJ", "Phone: 0113 496 0180"))
    assert (invoice.customer.name, invoice.customer.address.text) == ("Old Mill Teas Ltd", "4 Weir Road\nLeeds LS1 4DJ")


def middle(text, y):
    """Set a line around the middle of a column of values."""
    return (text, 200 - len(text) * 2.75, y)


CELLS = (
    ("Buyer", 40, 200),
    ("Name", 40, 226),
    middle("Silver Dune Dental", 220),
    middle("Centre Est.", 232),
    ("Address", 40, 262),
    middle("3340 Palm Grove", 250),
    middle("St., Al Safa", 262),
    middle("Riyadh 13711", 274),
    ("VAT No.", 40, 290),
    middle("300771926400003", 290),
)


def test_values_wrapped_in_cells_belong_to_the_key_at_their_middle():
    customer = read(*CELLS).customer
    assert customer.name == "Silver Dune Dental Centre Est."
    assert customer.address.text == "3340 Palm Grove\nSt., Al Safa\nRiyadh 13711"
    assert customer.tax_id == "300771926400003"


def test_values_below_the_head_of_their_cell_belong_to_the_key_above():
    lines = (
        ("Buyer", 40, 200),
        ("Name", 40, 220),
        ("Silver Dune Dental Ltd", 200, 220),
        ("Address", 40, 232),
        ("3340 Palm Grove Street", 200, 232),
        ("Riyadh 13711", 200, 244),
        ("VAT No.", 40, 256),
        ("300771926400003", 200, 256),
    )
    customer = read(*lines).customer
    assert (customer.name, customer.address.text) == ("Silver Dune Dental Ltd", "3340 Palm Grove Street\nRiyadh 13711")


def test_a_seller_that_a_form_names_has_the_address_below_its_name_at_the_head():
    form = (
        ("Seller", 40, 200),
        ("Name", 40, 215),
        ("Amber Cooling Ltd", 150, 215),
        ("VAT No.", 40, 230),
        ("310448217600003", 150, 230),
    )
    head = (("Amber Cooling Ltd", 40, 40), ("12 Quay Street", 40, 52), ("Bristol BS1 4DJ", 40, 64))
    other = (("Dune Cooling Ltd", 40, 40), *head[1:])
    assert read(*head, *form).vendor.address.street == "12 Quay Street"
    assert read(*other, *form).vendor.address.text is None
