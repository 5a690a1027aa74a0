"""Who is who: slips for payment, columns of labels, hanging indents, persons with a post, brands, greetings, and whose number it is."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

TITLE = ("INVOICE", 40, 250, 12)
TOTAL = ("Total: EUR 20.00", 400, 400)
SELLER = [("Bright Harbour Ltd", 40, 60), ("12 Quay Street", 40, 72), ("Bristol BS1 4DJ", 40, 84)]


def read(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines)))


def stack(x, y, *lines):
    return [(line, x, y + 12 * number) for number, line in enumerate(lines)]


def test_who_sends_the_money_on_a_slip_is_the_buyer():
    invoice = read(
        ("Sjökraft", 40, 40, 22),
        ("Faktura", 300, 40),
        *stack(40, 600, "Avsändare", "Lunds Fönster HB", "Storgatan 21", "645 34 Strängnäs"),
        *stack(
            340,
            600,
            "Till bankgironr",
            "5839-0444",
            "Betalningsmottagare",
            "Sjökraft Energi AB",
            "Box 118, 645 23 Strängnäs",
        ),
    )
    assert (invoice.vendor.name, invoice.customer.name) == ("Sjökraft Energi AB", "Lunds Fönster HB")


def test_who_sends_the_goods_at_the_head_of_a_letter_is_the_seller():
    invoice = read(
        *stack(40, 60, "Avsändare", "Lunds Fönster HB", "Storgatan 21", "645 34 Strängnäs"),
        *stack(340, 60, "Till bankgironr", "5839-0444"),
    )
    assert invoice.vendor.name == "Lunds Fönster HB"


def test_a_label_behind_another_partys_heads_the_column_below_it():
    invoice = read(
        ("Bill to", 40, 60),
        ("Ship to", 220, 60),
        ("Bright Harbour Ltd", 400, 60),
        *stack(40, 72, "Old Mill Teas Ltd", "4 Weir Road", "Leeds LS1 4DJ"),
        *stack(220, 72, "Old Mill Stores", "7 Lock Lane", "Leeds LS1 4DK"),
        *stack(400, 72, "12 Quay Street", "Bristol BS1 4DJ"),
    )
    assert (invoice.vendor.name, invoice.customer.name) == ("Bright Harbour Ltd", "Old Mill Teas Ltd")
    assert invoice.ship_to.name == "Old Mill Stores"


def test_to_without_a_colon_announces_what_hangs_from_its_edge():
    invoice = read(
        *SELLER,
        ("To", 40, 140),
        *stack(58, 140, "Silver Creek Housing Association", "Ltd", "Level 2, 480 Ridge Road", "Brunswick VIC 3056"),
    )
    assert invoice.customer.name == "Silver Creek Housing Association Ltd"


def test_to_before_a_sentence_announces_nobody():
    invoice = read(
        *SELLER,
        *stack(40, 140, "To Whom It May Concern at your firm", "we send what you asked for", "with kind regards"),
    )
    assert invoice.customer.name is None


def test_an_organisation_below_a_persons_post_is_the_buyer():
    invoice = read(
        *SELLER,
        *stack(
            320,
            150,
            "Ngaire Te Awa",
            "Communications Manager",
            "Ridgeline Catchment Trust",
            "PO Box 418",
            "Nelson 7040",
        ),
    )
    assert (invoice.customer.name, invoice.customer.address.postal_code) == ("Ridgeline Catchment Trust", "7040")


def test_a_person_with_a_post_and_no_organisation_is_named():
    invoice = read(*SELLER, *stack(320, 150, "Ngaire Te Awa", "Communications Manager", "9 Weir Road", "Leeds LS1 4DJ"))
    assert invoice.customer.name == "Ngaire Te Awa"


def test_a_brand_that_a_person_trades_as_is_the_name_where_it_is_printed_by_itself():
    lines = stack(340, 40, "Ann Folan t/a Corrib Tiling & Stone", "Tooreen, Moycullen", "Co. Galway H91 P4K2")
    alone = read(*lines).vendor.name
    branded = read(("Corrib Tiling & Stone", 40, 60, 20), ("info@corribtiling.example", 40, 790), *lines).vendor
    assert alone == "Ann Folan t/a Corrib Tiling & Stone"
    assert (branded.name, branded.address.postal_code) == ("Corrib Tiling & Stone", "H91 P4K2")


@pytest.mark.parametrize("greeting", ["Hello, Old Mill Teas", "Dear Old Mill Teas,"])
def test_a_greeting_is_no_name(greeting):
    invoice = read(*SELLER, *stack(40, 150, greeting, "this is for 41 Grove Street, Peterborough, NH 03458."))
    assert invoice.customer.name is None


def test_a_name_that_begins_like_a_greeting_is_a_name():
    invoice = read(*SELLER, *stack(320, 150, "Hello Lamps Ltd", "4 Weir Road", "Leeds LS1 4DJ"))
    assert invoice.customer.name == "Hello Lamps Ltd"


@pytest.mark.parametrize("label", ["NIPC e matrícula CRC Lisboa", "NIPC e matrícula"])
def test_a_number_that_two_labels_share_is_the_tax_id(label):
    invoice = read(
        *stack(
            40, 60, "Ondaclara Lda", "Rua do Mar 44", "1990-095 Lisboa", f"{label} 504417738 · Capital social 50.000 €"
        )
    )
    assert invoice.vendor.tax_id == "504417738"


@pytest.mark.parametrize("rest", ["e contactos, 504417738", "· matrícula 504417738", "e tel. 504417738"])
def test_a_number_behind_other_words_is_no_tax_id(rest):
    assert (
        read(*stack(40, 60, "Ondaclara Lda", "Rua do Mar 44", "1990-095 Lisboa", f"NIPC {rest}")).vendor.tax_id is None
    )


def test_a_finnish_business_id_is_the_tax_id_where_no_other_is_stated():
    lines = stack(40, 60, "Torikulma Oy", "Kuninkaankatu 14", "33210 Tampere")
    stated = read(("Lasku", 300, 40), *lines, ("Y-tunnus 2704417-7", 40, 96)).vendor
    other = read(("Lasku", 300, 40), *lines, ("Y-tunnus 2704417-7", 40, 96), ("ALV-tunnus FI27044177", 40, 108)).vendor
    assert (stated.tax_id, other.tax_id) == ("2704417-7", "FI27044177")


def test_who_lets_is_the_seller_and_who_hires_the_buyer():
    invoice = read(
        *stack(40, 60, "LOUEUR", "Roule Vite SARL", "4 rue du Port", "33800 Bordeaux"),
        *stack(320, 60, "LOCATAIRE", "Cabinet Larrieu", "9 rue du Parc", "33000 Bordeaux"),
    )
    assert (invoice.vendor.name, invoice.customer.name) == ("Roule Vite SARL", "Cabinet Larrieu")


BESIDE = stack(136, 150, "Cobscook Survey Partners, LLC", "88 Exchange Street", "Bangor, ME 04401")


def test_a_label_at_the_middle_of_a_cell_announces_its_first_line():
    invoice = read(("Bill to", 57, 162), *BESIDE)
    assert (invoice.customer.name, invoice.customer.address.postal_code) == ("Cobscook Survey Partners, LLC", "04401")


def test_a_label_beside_the_first_of_two_lines_of_an_address_reaches_no_line_above():
    invoice = read(*SELLER, ("Ship to", 57, 162), *BESIDE[1:], ("Cash sale", 136, 140))
    assert invoice.ship_to.name != "Cash sale"


SENDER = [("Bright Harbour Power Inc.", 40, 30), ("100 Quay Street", 40, 42), ("Concord, NH 03301", 40, 54)]
BILL = [("Account number", 400, 60), ("8844 01 7729-3", 500, 60), ("Bill date", 400, 75), ("05/11/2026", 500, 75)]
SLIP = [("Account number", 360, 660), ("8844 01 7729-3", 500, 660), ("Amount due", 360, 680), ("$20.00", 500, 680)]
ADDRESSEE = [("OLD MILL TEAS LLC", 40, 720), ("41 GROVE ST", 40, 732), ("PETERBOROUGH NH 03458-1422", 40, 744)]


def read_bill(*lines):
    return extract_invoice(
        make_reading(make_page(*SENDER, *BILL, ("Total amount due $20.00", 40, 300), *lines))
    ).customer


def test_the_addressee_of_the_slip_below_a_bill_is_the_buyer():
    customer = read_bill(*SLIP, *ADDRESSEE)
    assert (customer.name, customer.address.postal_code) == ("OLD MILL TEAS LLC", "03458-1422")


@pytest.mark.parametrize(
    "lines",
    [
        ADDRESSEE,  # no slip
        [*SLIP, *((text.title(), x, y) for text, x, y in ADDRESSEE)],  # not as the post wants it
        [*SLIP, ("REMIT TO", 40, 708), *ADDRESSEE],  # who is paid
        [*SLIP, *ADDRESSEE, *((text.replace("OLD", "NEW"), x + 200, y) for text, x, y in ADDRESSEE)],  # one of two
        [*SLIP, *((text.upper(), x, y + 690) for text, x, y in SENDER)],
    ],
)
def test_other_addresses_below_a_bill_are_not_the_buyers(lines):
    assert read_bill(*lines).name is None
