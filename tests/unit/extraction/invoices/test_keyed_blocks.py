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
