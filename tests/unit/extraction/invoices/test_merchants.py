"""Who sells: the head of a till receipt, and on letters what tells the buyer's block and a fact from the sender's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.blocks import is_contact
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.invoices.layout_builder import build_layout
from bursar.extraction.invoices.merchants import find_receipt_seller
from bursar.facts.evidence import Source
from bursar.reading.lines import lines_of

FACTS = ("Receipt no: 4711", "Total 12.00")


def slip(*texts, source=Source.OCR):
    page = make_page(*((text, 40, 40 + 20 * number) for number, text in enumerate((*texts, *FACTS))), width=300.0)
    words = tuple(replace(word, source=source) for word in page.words)
    return build_layout(make_reading(replace(page, words=words, lines=tuple(lines_of(words)), source=source)))


def merchant(*texts, source=Source.OCR):
    found = find_receipt_seller(slip(*texts, source=source), frozenset(), set())
    return found[0]


def test_the_firm_is_named_before_the_shop_above_it():
    party = merchant("BLUE PHARMACY", "NORTHERN HEALTH SDN BHD", "12, JALAN MELUR,", "47500 PUCHONG")
    assert party.name_text == "NORTHERN HEALTH SDN BHD"
    assert party.address_lines == ["12, JALAN MELUR,", "47500 PUCHONG"]


def test_an_aside_below_the_name_is_neither_name_nor_part_of_it():
    party = merchant("MANGO VALLEY", "(MANGO SHOP)", "LOT 4, JALAN MELUR,", "47500 PUCHONG")
    assert party.name_text == "MANGO VALLEY"


def test_a_shortened_form_tells_a_firm_from_the_noise_of_a_logo_and_its_number_goes():
    party = merchant("Xy tqff", "Kiambang Mart S/B(512345-K)", "5, Jalan Melur,", "47500 Puchong")
    assert party.name_text == "Kiambang Mart S/B"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("KINARA SON BHD", "KINARA SDN BHD"),
        ("KINARA & SON BHD", "KINARA & SON BHD"),
        ("KINARA CO. (M) BHD", "KINARA CO. (M) BHD"),
        ("BO-0K RAYA BHD", "BO-OK RAYA BHD"),
        ("ROUTE 100 BHD", "ROUTE 100 BHD"),
        ("H20 WORLD BHD", "H20 WORLD BHD"),
    ],
)
def test_letters_of_a_recognised_name_are_mended_where_nothing_else_can_be_meant(printed, name):
    assert merchant(printed, "5, JALAN MELUR,", "47500 PUCHONG").name_text == name


def test_letters_of_a_typed_name_stay_as_they_are():
    assert merchant("BO-0K RAYA SON BHD", "5, JALAN MELUR,", source=Source.TEXT).name_text == "BO-0K RAYA SON BHD"


def test_the_street_above_the_town_needs_no_number():
    party = merchant("RELAIS DES PINS", "AUTOROUTE DU SUD", "15000 FONTVIEILLE", "Tel 0123456789")
    assert party.address_lines == ["AUTOROUTE DU SUD", "15000 FONTVIEILLE"]


def test_the_address_ends_before_the_first_fact():
    party = merchant("NOVA SDN BHD", "117, LORONG ABAH,", "Tel: 03-1234 5678", "COUNTER 01", "3 BUNS")
    assert party.address_lines == ["117, LORONG ABAH,"]


def test_the_head_of_a_printed_mail_names_nobody():
    party = merchant(
        "From: noreply@shop.example",
        "Sent: Monday",
        "Subject: your receipt",
        "Lumora",
        "30 Old Road,",
        "Troy, NY 12180",
    )
    assert party.name_text == "Lumora"
    invoice = extract_invoice(
        make_reading(
            make_page(
                ("From: noreply@shop.example", 40, 40),
                ("To: jane@home.example", 40, 60),
                ("Receipt", 40, 90),
                ("Lumora", 40, 120),
                ("30 Old Road", 40, 132),
                ("Troy, NY 12180", 40, 144),
                ("Total $12.00", 40, 300),
            )
        )
    )
    assert (invoice.vendor.name, invoice.customer.name) == ("Lumora", None)


def letter(*lines):
    return extract_invoice(make_reading(make_page(*lines)))


def test_the_block_with_the_customers_own_number_is_the_buyer():
    invoice = letter(
        ("HARBOUR MOTORS PVT. LTD.", 40, 30),
        ("TAX INVOICE", 250, 60),
        ("NORTHSTAR LEASING LTD.", 40, 90),
        ("12 Infantry Road,", 40, 102),
        ("Opp. Town Hall, Vasant Nagar, Bengaluru 560001", 40, 114),
        ("Bengaluru 560001", 40, 126),
        ("Customer GSTIN: 29AAFCA0924K1ZN", 40, 138),
        ("Grand Total: 413.00", 400, 600),
        ("Rupees Four Hundred Thirteen Only", 40, 620),
    )
    assert invoice.vendor.name == "HARBOUR MOTORS PVT. LTD."
    assert invoice.customer.name == "NORTHSTAR LEASING LTD."
    assert "Opp. Town Hall" in invoice.customer.address.text
    assert invoice.invoice_info.currency == "INR"


def test_what_a_label_states_below_it_names_nobody():
    invoice = letter(
        ("INVOICE", 40, 30, 18),
        ("Payment mode", 400, 60),
        ("Cash at desk", 400, 74),
        ("Total 90.00 EUR", 400, 500),
    )
    assert invoice.vendor.name is None


def test_nobody_is_called_by_an_amount():
    invoice = letter(("INVOICE", 40, 30, 18), ("Rs 1939", 400, 74), ("Total Rs 1939", 400, 500))
    assert invoice.vendor.name is None


def test_the_payee_of_a_note_sells_where_nobody_else_is_named():
    invoice = letter(
        ("Payment receipt", 40, 30),
        ("Total 90.00 EUR", 400, 300),
        ("Note: Please make cheques payable to", 40, 400),
        ("Southgate Stays Ltd.", 40, 412),
    )
    assert invoice.vendor.name == "Southgate Stays Ltd."


def test_the_attention_line_of_the_buyer_is_not_the_seller():
    invoice = letter(
        ("Factuuradres", 60, 60),
        ("Kade BV", 60, 76),
        ("T.a.v. de heer Vos", 60, 87),
        ("Dijk 46", 60, 98),
        ("3500 MJ Utrecht", 60, 109),
        ("Factuur 12345", 60, 200),
        ("Totaal EUR 49,99", 400, 500),
    )
    assert (invoice.vendor.name, invoice.customer.name) == (None, "Kade BV")


def test_a_number_for_the_tax_ends_the_address():
    party = merchant(
        "POLDERZICHT TECHNIEK B.V.", "HAVENKADE 13", "3535 GH UTRECHT", "BTW: NL826560027B60", "BON", "DANK"
    )
    assert party.address_lines == ["HAVENKADE 13", "3535 GH UTRECHT"]


def test_a_number_for_the_tax_between_street_and_town_does_not():
    party = merchant("KAFFEEHAUS WIEN GMBH", "HAUPTSTRASSE 12", "UID: ATU13801117", "1010 WIEN", "TISCH 4")
    assert party.address_lines[:2] == ["HAUPTSTRASSE 12", "1010 WIEN"]


def test_a_merchant_goes_on_beside_the_customer_on_its_right():
    lines = [
        ("Receipt", 40, 40),
        ("Bright Harbour Ltd", 40, 80),
        ("12 Quay Street", 40, 92),
        ("Bristol BS1 4DJ", 40, 104),
        ("Bill to", 320, 80),
        ("Old Mill Teas Ltd", 320, 92),
        ("4 Weir Road", 320, 104),
        ("Leeds LS1 4DJ", 320, 116),
        ("Receipt number", 40, 140),
        ("2841-7706", 160, 140),
        ("Amount paid", 40, 160),
        ("£20.00", 160, 160),
    ]
    layout = build_layout(make_reading(make_page(*lines)))
    taken = {id(t) for s in layout.segments if s.box.x0 > 300 and s.text != "Bill to" for t in s.tokens}
    party, _ = find_receipt_seller(layout, frozenset(), taken)
    assert (party.name_text, party.address_lines) == ("Bright Harbour Ltd", ["12 Quay Street", "Bristol BS1 4DJ"])


@pytest.mark.parametrize(
    ("text", "told"), [("Site 9, Whitefield Road", False), ("Site: firm.example", True), ("Tel 0117 496 0180", True)]
)
def test_a_number_behind_the_word_for_a_website_is_a_place(text, told):
    assert is_contact(text) is told


@pytest.mark.parametrize("kind", ["FARMACIA AL PONTE", "Ottica Bellavista"])
def test_a_shop_that_a_person_with_a_title_keeps_is_named_before_the_owners_firm(kind):
    party = merchant(kind, "Dott.ssa Lina Varesi & C. sas", "Via Roma 118", "36100 VICENZA (VI)", source=Source.TEXT)
    assert (party.name_text, party.address_lines[0]) == (kind, "Via Roma 118")


@pytest.mark.parametrize("shop", ["FARMACIA AL PONTE", "Dottoressa Varesi"])
def test_a_firm_without_a_person_in_its_name_stays_before_what_stands_above(shop):
    party = merchant(shop, "Varesi Salute srl", "Via Roma 118", "36100 VICENZA (VI)", source=Source.TEXT)
    assert party.name_text == "Varesi Salute srl"


def test_a_shops_number_in_a_street_is_no_name_of_a_shop():
    party = merchant("brown wren", "Shop 3, 41 Ridge Street", "Ardmore NSW 2680", source=Source.TEXT)
    assert party.name_text == "brown wren"
    assert party.address_lines == ["Shop 3, 41 Ridge Street", "Ardmore NSW 2680"]


def test_a_shop_with_a_number_before_its_name_is_a_name():
    party = merchant("xq tf", "88 QUICK MART", "LOT 4, JALAN MELUR,", "47500 PUCHONG")
    assert party.name_text == "88 QUICK MART"


def test_a_number_of_four_digits_before_a_highway_is_no_postal_code():
    party = merchant("DUSTY PLAINS FUEL #12", "4402 N HWY 281", "CEDAR FORK, NE 68803", source=Source.TEXT)
    assert party.address_lines == ["4402 N HWY 281", "CEDAR FORK, NE 68803"]


def test_what_follows_the_town_is_no_second_town():
    party = merchant("KINARA SDN BHD", "5, JALAN MELUR,", "47500 PUCHONG", "COUNTER 12345", source=Source.TEXT)
    assert party.address_lines == ["5, JALAN MELUR,", "47500 PUCHONG"]


@pytest.mark.parametrize(
    "above", ["***零**冰**本***", "DATE 7/07/24", "MID 354", "TABLE 12", "MERCHANT ID: 0042", "COMPANY"]
)
def test_neither_a_row_of_asterisks_nor_a_fact_names_the_merchant(above):
    assert merchant(above, "Kiambang Grill", "5 Melur Road", "47500 Puchong").name_text == "Kiambang Grill"


@pytest.mark.parametrize("name", ["MID CITY CAFE", "TIME OUT CAFE", "* BAKERY *"])
def test_words_behind_a_short_label_are_a_name(name):
    assert merchant(name, "5 Melur Road", "47500 Puchong").name_text == name


SHOP = [("Mercearia Bom Porto, Lda.", 57, 20), ("Rua das Flores, 12", 57, 32), ("4000-457 Porto", 57, 44)]
SALE = [("Fatura simplificada", 8, 80), ("FS A1/188", 8, 92), ("Total", 8, 300), ("64,07", 160, 300)]


def read_numbers(*lines):
    invoice = extract_invoice(make_reading(make_page(*SHOP, *SALE, *lines, width=220.0, height=500.0)))
    return invoice.vendor.tax_id, invoice.customer.tax_id


def test_the_number_below_the_shops_address_is_its_own_and_the_other_the_customers():
    lines = (("NIF 509771823", 57, 56), ("Contribuinte: 513884025", 8, 130))
    assert read_numbers(*lines) == ("509771823", "513884025")


@pytest.mark.parametrize(
    "line", [("Contribuinte: 999999990", 8, 130), ("Programa da Luz Verde, NIF 513884025", 8, 400)]
)
def test_nobodys_number_and_that_of_whoever_wrote_the_program_are_not_the_customers(line):
    assert read_numbers(("NIF 509771823", 57, 56), line) == ("509771823", None)


def test_a_county_and_a_state_are_no_forms_of_a_firm():
    party = merchant("The Harbour Bar", "Quay Street", "Westport, Co. Mayo", "F28 XK41")
    assert party.name_text == "The Harbour Bar"
    party = merchant("COPPER TAVERN", "1408 Larimer Rd", "Boulder, CO 80304")
    assert (party.name_text, party.address_lines) == ("COPPER TAVERN", ["1408 Larimer Rd", "Boulder, CO 80304"])
    assert merchant("THE GRANARY", "Miller & Co.", "5 Mill Road", "47500 Puchong").name_text == "Miller & Co."


def test_a_building_within_the_address_names_nobody_and_a_name_goes_on_behind_its_sign():
    party = merchant(
        "WARNA STATIONERY &", "PRINTING", "36-A, JALAN BUNGA 7,", "PUSAT PERNIAGAAN MELUR,", "70450 SEREMBAN"
    )
    assert party.name_text == "WARNA STATIONERY & PRINTING"
    assert party.address_lines == ["36-A, JALAN BUNGA 7,", "PUSAT PERNIAGAAN MELUR,", "70450 SEREMBAN"]


def test_the_number_of_a_lot_before_its_street_is_no_postal_code():
    party = merchant("BINTANG SDN BHD", "LOT 4417, JLN KUALA LIPIS", "BATU 2, 27600 RAUB", "PAHANG")
    assert party.address_lines == ["LOT 4417, JLN KUALA LIPIS", "BATU 2, 27600 RAUB", "PAHANG"]


def test_the_number_of_a_shop_is_of_its_name_where_a_sign_says_so():
    assert merchant("QUICK STOP # 0417", "8820 N MAIN ST", "AUSTIN, TX 78130").name_text == "QUICK STOP # 0417"
