"""Who wrote the letter, where no label says so: the foot of the page, remarks above it, names that firms trade under."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

TITLE = ("INVOICE", 40, 250, 12)
TOTAL = ("Total: EUR 20.00", 400, 500)
ADDRESS = [("12 Quay Street", 40, 752), ("Bristol BS1 4DJ", 40, 764)]


def read_seller(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines))).vendor


def read_invoice(*lines):
    return extract_invoice(make_reading(make_page(TITLE, TOTAL, *lines)))


DANE = [
    ("Westkyst Ferie ApS", 40, 60),
    ("Strandvej 30", 40, 72),
    ("6857 Bygum", 40, 84),
    ("CVR-nr.: 31916240", 40, 96),
]
DANES_FOOT = [
    ("Nørby Lyd ApS / Havnegade 22 / 8000 Aarhus C", 40, 760),
    ("Tlf. 86 12 40 55 / Mail: post@noerby.example", 40, 772),
]


@pytest.mark.parametrize("logo", [[("Nørby Lyd", 380, 60, 24)], []])
def test_a_foot_that_is_reached_and_named_like_logo_or_host_is_the_sender(logo):
    invoice = read_invoice(*DANE, *logo, *DANES_FOOT)
    assert (invoice.vendor.name, invoice.customer.name) == ("Nørby Lyd ApS", "Westkyst Ferie ApS")
    assert invoice.vendor.address.postal_code == "8000"


@pytest.mark.parametrize("logo", ["HARBOUR", "Bright Harbour", "brightharbour"])
def test_a_name_with_its_form_is_the_name_and_not_the_logo_above_it(logo):
    seller = read_seller(
        (logo, 40, 40, 22),
        ("Bright Harbour Designs Ltd", 40, 66),
        ("12 Quay Street", 40, 78),
        ("Bristol BS1 4DJ", 40, 90),
    )
    assert seller.name == "Bright Harbour Designs Ltd"
    assert seller.address.postal_code == "BS1 4DJ"


def test_what_a_person_does_is_no_name_where_the_large_type_beside_it_is_in_the_hosts():
    seller = read_seller(
        ("MARA VOSS", 40, 40, 26),
        ("Grafik & Satz", 400, 44),
        ("Kornweg 19, 04107 Leipzig", 400, 56),
        ("hallo@maravoss.example", 40, 760),
    )
    assert (seller.name, seller.address.postal_code) == ("MARA VOSS", "04107")


def test_to_on_the_slip_for_the_payment_is_who_is_paid():
    invoice = read_invoice(
        ("Old Mill Teas Ltd", 40, 60),
        ("Mill House", 40, 72),
        ("4 Weir Road", 40, 84),
        ("Leeds LS1 4DJ", 40, 96),
        ("Bright Harbour Ltd", 400, 60),
        ("12 Quay Street", 400, 72),
        ("Bristol BS1 4DJ", 400, 84),
        ("PAYMENT ADVICE", 40, 700),
        ("To:", 40, 716),
        ("Bright Harbour Ltd", 70, 716),
        ("12 Quay Street", 70, 728),
        ("Bristol BS1 4DJ", 70, 740),
        ("Customer", 300, 700),
        ("Old Mill Teas Ltd", 400, 700),
        ("Invoice Number", 300, 712),
        ("INV-0392", 400, 712),
    )
    assert (invoice.vendor.name, invoice.customer.name) == ("Bright Harbour Ltd", "Old Mill Teas Ltd")
    assert invoice.customer.address.text == "Mill House\n4 Weir Road\nLeeds LS1 4DJ"


def test_remarks_above_the_foot_name_nobody():
    remarks = [
        ("Your VAT number: GB 980 7806 84", 40, 700),
        ("According to our records you have paid this invoice by credit card.", 40, 712),
        ("Please keep it, and tell us when anything about it is wrong:", 40, 724),
    ]
    seller = read_seller(*remarks, ("Bright Harbour Ltd", 40, 740), *ADDRESS)
    assert seller.name == "Bright Harbour Ltd"
    assert seller.address.postal_code == "BS1 4DJ"


@pytest.mark.parametrize(
    "line",
    [
        "Bright Harbour Ltd trading as Quay Shop",
        "Bright Harbour Ltd t/a Quay Shop",
        "Bright Harbour Ltd on behalf of quayshop.example.com",
    ],
)
def test_a_firm_is_named_without_the_name_that_it_trades_under(line):
    assert read_seller((line, 40, 740), *ADDRESS).name == "Bright Harbour Ltd"


@pytest.mark.parametrize("line", ["Bright Harbour Customer Service", "Bright Harbour - Service Abonné"])
def test_a_department_is_no_part_of_a_name(line):
    assert read_seller((line, 40, 740), *ADDRESS).name == "Bright Harbour"


@pytest.mark.parametrize(
    "name", ["Customer Service Ltd", "Quay On Behalf Publishing", "Trading As Usual Ltd", "Harbour.com Ltd"]
)
def test_such_words_within_a_name_stay(name):
    assert read_seller((name, 40, 740), *ADDRESS).name == name


BUYER = ("Nabywca", 300, 60, "Zielona Brama Sp. z o.o.", "00-950 Warszawa")
RECIPIENT = ("Odbiorca", 40, 60, "Magazyn Wschodni Sp. z o.o.", "20-001 Lublin")


def read_parties(*parties):
    lines = [
        line
        for label, x, y, *texts in parties
        for line in ((label, x, y), *((t, x, y + 12 * i) for i, t in enumerate(texts, 1)))
    ]
    return extract_invoice(
        make_reading(make_page(("Faktura", 40, 20, 14), *lines, ("Razem do zapłaty: 20,00 PLN", 300, 500)))
    )


def test_a_recipient_alone_is_the_buyer():
    invoice = read_parties(RECIPIENT)
    assert invoice.customer.name == "Magazyn Wschodni Sp. z o.o."
    assert invoice.ship_to.name is None


def test_a_recipient_beside_a_buyer_is_where_the_goods_go():
    invoice = read_parties(RECIPIENT, BUYER)
    assert invoice.customer.name == "Zielona Brama Sp. z o.o."
    assert invoice.ship_to.name == "Magazyn Wschodni Sp. z o.o."


def test_what_stands_below_a_senders_line_is_the_addressee():
    """In the window of the envelope, however much it looks like a letterhead and however little the line does."""
    sender = ("Harbour Crafts · 12 Quay Street · 12345 Bristol", 40, 100, 6)
    window = [
        ("Northern Lights Ltd", 40, 118),
        ("4 Mill Lane", 40, 130),
        ("67890 Leeds", 40, 142),
        ("Germany", 40, 154),
    ]
    invoice = extract_invoice(make_reading(make_page(sender, *window, TITLE, TOTAL)))
    assert invoice.vendor.name == "Harbour Crafts"
    assert invoice.vendor.address.postal_code == "12345"
    assert invoice.customer.name == "Northern Lights Ltd"


def test_who_is_paid_among_bank_details_is_no_buyer():
    bank = [
        ("Bank: Quay Bank", 40, 700),
        ("Account Name: Harbour Crafts Ltd", 40, 712),
        ("IBAN: GB33BUKB20201555555555", 40, 724),
    ]
    window = [("Northern Lights Ltd", 40, 118), ("4 Mill Lane", 40, 130), ("Leeds LS1 4AP", 40, 142)]
    head = [("Harbour Crafts Ltd", 360, 40, 14), ("12 Quay Street", 360, 60), ("Bristol BS1 4DJ", 360, 72)]
    invoice = extract_invoice(make_reading(make_page(*head, *window, TITLE, TOTAL, *bank)))
    assert invoice.customer.name == "Northern Lights Ltd"
    assert invoice.vendor.name == "Harbour Crafts Ltd"


@pytest.mark.parametrize(("town", "name"), [("Chennai 600055", "Rohan Deshmukh"), ("whom it may concern", None)])
def test_a_short_label_alone_names_whom_it_stands_above_if_an_address_follows(town, name):
    head = [("Vajra Textiles Private Limited", 40, 64), ("62, Industrial Estate", 40, 76), ("Ahmedabad 380008", 40, 88)]
    buyer = [("To", 40, 172), ("Rohan Deshmukh", 40, 184), ("228, Linking Road", 40, 196), (town, 40, 208)]
    ship = [("Deliver To", 304, 172), ("Chaudhary Infotech Pvt. Ltd.", 304, 184), ("Bengaluru 560022", 304, 196)]
    invoice = extract_invoice(make_reading(make_page(*head, *buyer, *ship, TITLE, TOTAL)))
    assert invoice.customer.name == name
    assert invoice.ship_to.name == "Chaudhary Infotech Pvt. Ltd."


def test_the_title_of_the_document_is_nobodys_name():
    lines = [
        ("Commercial Invoice", 40, 40, 16),
        ("Bramblewood Supplies Ltd", 40, 71),
        ("156 Oakfield Avenue", 40, 83),
        ("Leeds LS7 9QD", 40, 95),
    ]
    assert extract_invoice(make_reading(make_page(*lines, TOTAL))).vendor.name == "Bramblewood Supplies Ltd"


@pytest.mark.parametrize(
    ("name", "street", "town", "buyer"),
    [
        (
            "Harbour Crafts Holding Ltd",
            "4 Mill Lane",
            "Leeds LS1 4AP",
            "Harbour Crafts Holding Ltd",
        ),  # of the same group
        ("Harbour Crafts plc", "12 Quay Street", "Bristol BS1 4DJ", None),  # its own address once more
        ("Harbour Crafts Ltd", "4 Mill Lane", "Leeds LS1 4AP", None),  # its own branch
    ],
)
def test_a_firm_of_nearly_the_same_name_elsewhere_is_another(name, street, town, buyer):
    head = [("Harbour Crafts Ltd", 360, 40, 14), ("12 Quay Street", 360, 60), ("Bristol BS1 4DJ", 360, 72)]
    window = [(name, 40, 118), (street, 40, 130), (town, 40, 142)]
    invoice = extract_invoice(make_reading(make_page(*head, *window, TITLE, TOTAL)))
    assert invoice.vendor.name == "Harbour Crafts Ltd"
    assert invoice.customer.name == buyer


def test_who_served_the_customer_is_not_the_seller():
    head = [("Brandão Comércio Lda", 57, 40, 14), ("Avenida do Mar, 80", 57, 60), ("1100-084 Lisboa", 57, 72)]
    facts = [("Vendedor :", 57, 212), ("Inês Brandão", 152, 212)]
    page = make_page(("Fatura 12", 57, 20), *head, *facts, ("Total: EUR 20,00", 400, 500))
    assert extract_invoice(make_reading(page)).vendor.name == "Brandão Comércio Lda"


def test_a_seller_that_only_a_label_names_is_the_seller():
    page = make_page(TITLE, ("Seller: Inês Brandão", 57, 212), TOTAL)
    assert extract_invoice(make_reading(page)).vendor.name == "Inês Brandão"


@pytest.mark.parametrize("across", ["Account No.: C-9342", "IBAN: GB33BUKB20201555555555"])
def test_a_buyer_is_one_whatever_stands_across_from_the_label(across):
    head = [("Harbour Crafts Ltd", 360, 40, 14), ("12 Quay Street", 360, 60), ("Bristol BS1 4DJ", 360, 72)]
    buyer = [("Bill To", 40, 118), (across, 360, 118), ("Northern Lights Ltd", 40, 130), ("Leeds LS1 4AP", 40, 142)]
    invoice = extract_invoice(make_reading(make_page(*head, *buyer, TITLE, TOTAL)))
    assert invoice.customer.name == "Northern Lights Ltd"
    assert invoice.evidence["customer.name"].confidence > 0.9  # announced, and no window that stood in for it


def test_a_letterhead_ends_where_another_party_begins():
    head = [("Brandão Comércio Lda", 18, 40), ("Rua da Oliveira, 170", 18, 52), ("1100-084 Lisboa", 18, 64)]
    facts = [("Vendedor", 18, 78), ("Inês Brandão", 18, 90)]
    window = [("Beatriz Carvalhal", 300, 100), ("Rua da Prata, 86", 300, 112), ("1100-008 Lisboa", 300, 124)]
    page = make_page(("Fatura 12", 300, 20), *head, *facts, *window, ("Total: EUR 20,00", 400, 500))
    invoice = extract_invoice(make_reading(page))
    assert (invoice.vendor.name, invoice.customer.name) == ("Brandão Comércio Lda", "Beatriz Carvalhal")


def test_a_single_letter_announces_nobody():
    stamp = [("P", 159, 474), ("A", 184, 459), ("Y É", 209, 431)]
    head = [("Lefèvre Services EURL", 57, 47), ("134 place du Marché", 57, 59), ("33000 Bordeaux", 57, 71)]
    page = make_page(("FACTURE 12", 305, 47), *head, *stamp, ("Total : 20,00 EUR", 400, 400))
    assert extract_invoice(make_reading(page)).customer.name is None


def test_the_title_beside_a_name_is_not_its_address():
    page = make_page(
        ("Acme Tools Ltd", 40, 40, 16),
        ("Bill to:", 40, 64),
        ("Northern Lights Ltd", 40, 76),
        ("Leeds LS1 4AP", 40, 88),
        ("INVOICE 4711", 300, 40),
        ("Date: 12.05.2024", 300, 52),
        TOTAL,
    )
    assert extract_invoice(make_reading(page)).vendor.address.text is None


@pytest.mark.parametrize(("label", "value"), [("Invoice Date", "3 May 2024"), ("Invoice No", "2024-117")])
def test_a_label_whose_value_stands_below_it_says_nothing_about_the_firm_beside_it(label, value):
    seller = read_seller(
        (label, 300, 60),
        (value, 300, 72),
        ("Bright Harbour Ltd", 420, 60),
        ("12 Quay Street", 420, 72),
        ("Bristol BS1 4DJ", 420, 84),
    )
    assert seller.name == "Bright Harbour Ltd"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Mr Adrian Vale", "Old Mill Teas Ltd"], "Old Mill Teas Ltd"),
        (["Frau", "Adriane Vale"], "Adriane Vale"),
        (["Mr Adrian Vale"], "Mr Adrian Vale"),
    ],
)
def test_a_window_may_begin_with_a_person(lines, name):
    window = [*lines, "4 Weir Road", "Leeds LS1 4DJ"]
    foot = [("Bright Harbour Ltd", 40, 740), *ADDRESS]
    customer = read_invoice(*((text, 40, 130 + 12 * place) for place, text in enumerate(window)), *foot).customer
    assert (customer.name, customer.address.postal_code) == (name, "LS1 4DJ")


def test_what_closes_the_text_is_its_foot_on_a_page_half_full():
    lines = [("Bright Harbour Ltd", 40, 560), ("12 Quay Street", 40, 572), ("Bristol BS1 4DJ", 40, 584)]
    window = [("Old Mill Teas Ltd", 40, 130), ("4 Weir Road", 40, 142), ("Leeds LS1 4DJ", 40, 154)]
    contacts = ("Tel. +44 117 496 0180, mail@brightharbour.example", 40, 596)
    invoice = read_invoice(*window, *lines, contacts)
    assert (invoice.vendor.name, invoice.customer.name) == ("Bright Harbour Ltd", "Old Mill Teas Ltd")


@pytest.mark.parametrize(
    ("town", "code"),
    [
        (["2000 Antwerpen", "België"], "2000"),
        (["Baylys Beach 0377", "New Zealand"], "0377"),
        (["Cape Town, 7405", "South Africa"], "7405"),
    ],
)
def test_a_town_below_a_street_is_told_from_a_year_and_a_house(town, code):
    window = ["Old Mill Teas NV", "Kaaistraat 44", *town]
    foot = [("Bright Harbour Ltd", 40, 740), *ADDRESS, ("mail@brightharbour.example", 40, 776)]
    customer = read_invoice(*((text, 40, 130 + 12 * place) for place, text in enumerate(window)), *foot).customer
    assert (customer.name, customer.address.postal_code) == ("Old Mill Teas NV", code)


def test_a_firm_in_the_hosts_takes_the_address_beside_it():
    window = [("Old Mill Teas Ltd", 40, 150), ("4 Weir Road", 40, 162), ("Leeds LS1 4DJ", 40, 174)]
    head = [("Brightharbour Ltd", 200, 40), ("12 Quay Street", 420, 40), ("Bristol BS1 4DJ", 420, 52)]
    invoice = read_invoice(*head, *window, ("www.brightharbour.example", 310, 64))
    assert (invoice.vendor.name, invoice.customer.name) == ("Brightharbour Ltd", "Old Mill Teas Ltd")


def test_a_line_of_two_labels_is_no_name():
    window = [
        ("Issued to", 40, 150),
        ("Mara & Rua Vale", 40, 162),
        ("4 Weir Road", 40, 174),
        ("Leeds LS1 4DJ", 40, 186),
    ]
    foot = [("Bright Harbour Ltd", 40, 740), *ADDRESS]
    assert read_invoice(*window, *foot).customer.name == "Mara & Rua Vale"


def test_name_address_and_contacts_on_one_line_of_the_foot_are_parted():
    line = ("Bright Harbour Hotels Pte. Ltd. 12 Quay Street, Bristol BS1 4DJ Tel +44 117 496 0180", 40, 740)
    seller = read_seller(line)
    assert (seller.name, seller.address.text) == ("Bright Harbour Hotels Pte. Ltd.", "12 Quay Street, Bristol BS1 4DJ")


FOOT = [("Reed and Rush Roofing Pty Ltd", 40, 752), ("ABN 51 824 753 556", 40, 764)]
COLUMN = [("14 Wharf Street", 240, 752), ("Murarrie QLD 4172", 240, 764)]


@pytest.mark.parametrize("logo", ["Reed & Rush", "Reed and Rush"])
def test_a_firm_in_the_first_column_of_a_foot_has_its_address_in_the_next_one(logo):
    seller = read_seller((logo, 40, 40, 22), *FOOT, *COLUMN)
    assert seller.name == "Reed and Rush Roofing Pty Ltd"
    assert (seller.address.street, seller.address.postal_code) == ("14 Wharf Street", "4172")


def test_a_column_of_a_foot_that_begins_with_a_name_is_no_address_of_the_firm_beside_it():
    bank = [("Harbour Savings", 240, 752), ("8 Quay Street, Bristol BS1 4DJ", 240, 764)]
    assert read_seller(("Reed & Rush", 40, 40, 22), *FOOT, *bank).address.text is None


def test_a_street_without_a_number_before_other_streets_on_its_line_names_nobody():
    seller = read_seller(
        ("Bright Harbour Society", 40, 40, 16),
        ("Mill Street, Quay Road, Westford, Co. Sligo F56 YT29", 300, 42),
        ("stores@brightharbour.example", 300, 56),
    )
    assert seller.name == "Bright Harbour Society"
    assert seller.address.postal_code == "F56 YT29"


def test_a_firm_may_be_called_after_a_street():
    seller = read_seller(("Mill Street", 40, 40, 22), ("12 Quay Street", 40, 66), ("Bristol BS1 4DJ", 40, 78))
    assert seller.name == "Mill Street"
