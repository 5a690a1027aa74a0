"""A brand at the head of the page and the firm behind it elsewhere: on a line of the foot, under «Pay to», below the logo."""

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.extraction.invoices.layout_builder import build_layout
from bursar.extraction.invoices.run_lines import read_run

LOGO = ("Brightharbour", 40, 40, 24)
TITLE = ("INVOICE 77", 400, 40, 12)
BUYER = (("Old Mill Teas Ltd", 40, 130), ("4 Weir Road", 40, 142), ("Leeds LS1 4DJ", 40, 154))
TOTAL = ("Total: EUR 20.00", 400, 500)


def read(*pages):
    return extract_invoice(make_reading(*(make_page(*lines) for lines in pages)))


def named(party):
    return party.name, party.address.text


@pytest.mark.parametrize(
    "line",
    [
        "Brightharbour Energy Ltd, 12 Quay Street, Bristol BS1 4DJ",
        "Brightharbour Energy Ltd · 12 Quay Street, Bristol BS1 4DJ · +44 117 496 0180 · mail@brightharbour.example",
        "Brightharbour Energy Ltd – 12 Quay Street, Bristol BS1 4DJ – VAT no. GB 111 4872 54",
        "Brightharbour Energy Ltd. Registered in England No. 05318824. Registered office: 12 Quay Street, Bristol BS1 4DJ.",
    ],
)
@pytest.mark.parametrize("page", [1, 2])
def test_the_firm_on_a_line_of_the_foot_is_the_seller_that_the_logo_means(line, page):
    foot = ((line, 40, 760, 8),)
    pages = [(LOGO, TITLE, *BUYER, TOTAL, *foot)] if page == 1 else [(LOGO, TITLE, *BUYER, TOTAL), foot]
    invoice = read(*pages)
    assert invoice.vendor.name.rstrip(".") == "Brightharbour Energy Ltd"
    assert invoice.vendor.address.text.rstrip(".") == "12 Quay Street, Bristol BS1 4DJ"
    assert invoice.customer.name == "Old Mill Teas Ltd"


def test_the_firm_below_is_the_seller_and_not_the_brand_of_one_of_its_words():
    lines = ["Sociedade Vinícola do Outeiro, Lda.", "Rua do Lagar, 7", "2000-471 Santarém"]
    head = [("Quinta do Outeiro", 40, 40, 20), *((text, 40, 66 + 12 * place) for place, text in enumerate(lines))]
    assert read((*head, TITLE, TOTAL)).vendor.name == "Sociedade Vinícola do Outeiro, Lda."


@pytest.mark.parametrize("second", ["a brand of Outeiro Holding SA", "c/o Outeiro Wines Ltd", "Inh. Outeiro 24 GmbH"])
def test_another_firm_below_a_name_is_not_the_seller(second):
    head = [
        ("Quinta do Outeiro", 40, 40, 20),
        (second, 40, 66),
        ("Rua do Lagar, 7", 40, 78),
        ("2000-471 Santarém", 40, 90),
    ]
    assert read((*head, TITLE, TOTAL)).vendor.name == "Quinta do Outeiro"


def test_a_receipts_shop_takes_name_and_address_of_its_firm_from_the_foot():
    lines = (
        ("Brightharbour Cabs", 40, 40, 16), ("Receipt", 40, 70), ("Fare", 40, 100), ("18.00", 300, 100),
        ("Total", 40, 130), ("18.00 EUR", 300, 130), ("Visa ****3309", 40, 150),
        ("Brightharbour Cabs Ltd, 12 Quay Street, Bristol BS1 4DJ · VAT No. GB111487254", 40, 200, 8),
    )  # fmt: skip
    assert named(read(lines).vendor) == ("Brightharbour Cabs Ltd", "12 Quay Street, Bristol BS1 4DJ")


@pytest.mark.parametrize(
    "line",
    [
        "Brightharbour is a brand of Weirside Ltd, 12 Quay Street, Bristol BS1 4DJ",
        "Brightharbour, part of Weirside Holding Ltd, 12 Quay Street, Bristol BS1 4DJ",
        "Sold by Weirside Ltd, 12 Quay Street, Bristol BS1 4DJ",
    ],
)
def test_the_firm_that_a_brand_belongs_to_is_not_named_for_it(line):
    assert read((LOGO, TITLE, *BUYER, TOTAL, (line, 40, 620, 8))).vendor.name != "Weirside Ltd"


def test_a_buyer_whose_name_goes_on_from_the_sellers_stays_the_buyer():
    buyer = (
        ("Bill to", 40, 130),
        ("Brightharbour Cabs Ltd", 40, 142),
        ("4 Weir Road", 40, 154),
        ("Leeds LS1 4DJ", 40, 166),
    )
    invoice = read((LOGO, TITLE, *buyer, TOTAL))
    assert (invoice.vendor.name, invoice.customer.name) == ("Brightharbour", "Brightharbour Cabs Ltd")


def test_the_account_below_a_name_is_not_its_address():
    bank = (("Brightharbour Energy Ltd", 40, 600), ("Sort code 20-20-20", 40, 612), ("Reference 00917", 40, 624))
    assert named(read((LOGO, TITLE, *BUYER, TOTAL, *bank)).vendor) == ("Brightharbour Energy Ltd", None)


def test_a_line_of_parts_below_a_logo_holds_its_address():
    line = ("vertaler & redacteur — Kaaistraat 77bis, 3512 PE Utrecht", 40, 70)
    invoice = read((("noor voskuil", 40, 40, 24), line, TITLE, *BUYER, TOTAL))
    assert named(invoice.vendor) == ("noor voskuil", "Kaaistraat 77bis, 3512 PE Utrecht")
    assert invoice.customer.name == "Old Mill Teas Ltd"


def run_of(text):
    layout = build_layout(make_reading(make_page((text, 40, 760))))
    party = read_run(layout, layout.rows[0].segments[0])
    return None if party is None else (party.name_text, party.address_lines)


@pytest.mark.parametrize(
    ("text", "party"),
    [
        (
            "Océane Fibres SA au capital de 12 450 000 € – 118 quai de Bacalan, 33300 Bordeaux – RCS Bordeaux 802 177 451",
            ("Océane Fibres SA", ["118 quai de Bacalan, 33300 Bordeaux"]),
        ),
        ("Im Feld 7 · 79689 Maulburg · Tel. 07622 55 81 03", ("", ["Im Feld 7", "79689 Maulburg"])),
        ("Weir Motors, 140 Weir Road, Sheffield S3 8RX. Proprietor: S. Vale", None),
    ],
)
def test_a_line_is_parted_into_name_and_address(text, party):
    found = run_of(text)
    if party is None:
        assert found is not None
        assert found[1][-1].endswith("S3 8RX.")
    else:
        assert found == party


@pytest.mark.parametrize(
    "text",
    [
        "Remittance advice – please return with your cheque to 12 on time",
        "Goods remain our property until paid in full – 12 months warranty",
        "Old Mill Bank · IBAN DE38 6835 1865 0006 2186 63 · BIC SPKMDE8WXXX",
        "Thank you for your order",
    ],
)
def test_a_line_without_an_address_names_nobody(text):
    assert run_of(text) is None


def test_the_form_of_a_firm_may_stand_on_a_line_of_its_own():
    buyer = (
        ("Bill to", 40, 130),
        ("Old Mill Housing Association", 40, 142),
        ("Ltd", 40, 154),
        ("4 Weir Road", 40, 166),
        ("Leeds LS1 4DJ", 40, 178),
    )
    assert read((LOGO, TITLE, *buyer, TOTAL)).customer.name == "Old Mill Housing Association Ltd"


def test_a_logo_of_two_lines_is_of_the_firm_below_it():
    texts = ["Plasterers", "Old Mill", "Old Mill Finishes B.V.", "Kaaistraat 12b", "7447 RC Hellendoorn"]
    head = tuple((text, 40, 40 + 14 * place) for place, text in enumerate(texts))
    assert named(read((*head, TITLE, TOTAL)).vendor) == (
        "Old Mill Finishes B.V.",
        "Kaaistraat 12b\n7447 RC Hellendoorn",
    )


def test_the_year_in_which_a_firm_began_is_no_street():
    left = (("Bright Harbour Hoch- und Tiefbau GmbH", 40, 40, 14), ("Meisterbetrieb seit 1958", 40, 58))
    right = (("Rednitzstraße 40 · 91126 Schwabach", 400, 40), ("Telefon 09122 555 70 · Telefax 09122 555 71", 400, 52))
    assert read((*left, *right, *BUYER, TOTAL)).vendor.address.text == "Rednitzstraße 40\n91126 Schwabach"


def test_the_code_of_a_town_may_stand_on_a_line_of_its_own():
    window = (("Old Mill Teas cc", 40, 130), ("17 Milner Road", 40, 142), ("Cape Town", 40, 154), ("7925", 40, 166))
    foot = ("Brightharbour Energy Ltd, 12 Quay Street, Bristol BS1 4DJ", 40, 760, 8)
    customer = read((LOGO, TITLE, *window, TOTAL, foot)).customer
    assert (customer.name, customer.address.postal_code, customer.address.city) == (
        "Old Mill Teas cc",
        "7925",
        "Cape Town",
    )


@pytest.mark.parametrize("sign", ["© 2026", "©", "Issued by:"])
def test_the_firm_behind_a_copyright_or_a_label_is_the_seller_of_the_logo(sign):
    line = f"{sign} Brightharbour Technologies, Inc. 77 Water Street, Floor 9, New York, NY 10005. Questions? help@brightharbour.example"
    invoice = read((LOGO, TITLE, *BUYER, TOTAL, (line, 40, 760, 8)))
    assert invoice.vendor.name == "Brightharbour Technologies, Inc."
    assert invoice.vendor.address.postal_code == "10005"


def test_the_name_beside_a_title_is_not_what_the_title_states():
    right = (("Bright Harbour Ltd", 400, 40), ("12 Quay Street", 400, 52), ("Bristol BS1 4DJ", 400, 64))
    buyer = (("Bill to:", 40, 120), *BUYER)
    assert read((("INVOICE", 40, 40), *right, *buyer, TOTAL)).vendor.name == "Bright Harbour Ltd"


def test_the_address_beside_a_logo_goes_before_that_on_the_slip_of_the_payment():
    head = (("Brightharbour Energy Co.", 40, 40, 20), ("26 Lakeshore Dr, Boston, MA 02110", 40, 68))
    slip = ("Brightharbour Energy Co., Tax Invoice F 44841", 40, 700)
    assert read((*head, *BUYER, TOTAL, slip)).vendor.address.text == "26 Lakeshore Dr, Boston, MA 02110"


def test_a_signature_that_only_adds_the_form_is_no_imprint():
    lines = (
        ("Brightharbour", 40, 30, 20), ("12 Quay Street", 40, 60), ("Bristol BS1 4DJ", 40, 72), ("Invoice 7", 400, 90),
        ("Total", 40, 330), ("18.00 EUR", 300, 330), ("Best regards,", 40, 500), ("Sam", 40, 512), ("Brightharbour Ltd.", 40, 530),
    )  # fmt: skip
    assert read(lines).vendor.name == "Brightharbour"


PLACED = (("12 Quay Street", 40, 66), ("Bristol BS1 4DJ", 40, 78))


@pytest.mark.parametrize(
    ("logo", "line"),
    [
        ("Brightharbour", "Brightharbour is a trading name of Weirside Group PLC"),
        ("Brightharbour", "Brightharbour supplies goods for Weirside Ltd"),
        ("Brightharbour", "Brightharbour liefert mit Weirside Paket GmbH"),
        ("Brightharbour", "Komplementärin: Brightharbour Verwaltungs GmbH"),
        ("Brightharbour", "Brightharbour Verwaltungs GmbH, HRB 2231"),
        ("Brightharbour", "Member of: Brightharbour Group Holdings PLC"),
        ("Brightharbour", "Item finance available from: Brightharbour Finance Ltd"),
        ("Brightharbour", "Brightharbour Software Ltd licence transfer"),
        ("Brightharbour", "Delivered by: Brightharbour Haulage Ltd"),
        ("Brightharbour", "Site: Brightharbour Care Homes Ltd"),
        ("WATERS", "Waterside Homes Ltd site visit"),
        ("WATERS", "Waterside Homes Ltd"),
        ("Brightharbour", "Landlord: Weirside Estates Ltd"),
        ("Brightharbour", "Vermieter: Weirside Immobilien GmbH"),
    ],
)
def test_a_sentence_a_sister_or_another_firm_does_not_name_the_seller(logo, line):
    invoice = read(((logo, 40, 40, 24), *PLACED, TITLE, *BUYER, TOTAL, (line, 40, 620)))
    assert named(invoice.vendor) == (logo, "12 Quay Street\nBristol BS1 4DJ")


def test_a_landlord_is_the_seller_where_nothing_else_names_one():
    lines = (("Landlord:", 40, 40), ("Weirside Estates Ltd", 40, 52), *PLACED, ("Bill to:", 40, 118), *BUYER, TOTAL)
    assert read(lines).vendor.name == "Weirside Estates Ltd"


@pytest.mark.parametrize(
    "line",
    [
        "Weirside Bank PLC, 1 Churchill Place, London E14 5HP · IBAN GB33BUKB20201555555555",
        "Weirside UK Bank plc, 8 Canada Square, London E14 5HQ | Sort code 20-20-15 | Account 20391882",
        "Sparkasse Leipzig, Humboldtstr. 25, 04105 Leipzig",
        "Weirside Payments Europe Ltd, 9 High Street, Bristol BS1 2AA",
        "Weirside Finance Ltd, 9 High Street, Bristol BS1 2AA · IBAN GB33BUKB20201555555555",
        "Late accounts are passed to Weirside Recovery Ltd, 9 High Street, Bristol BS1 2AA",
        "Data protection officer: Weirside Ltd, 9 High Street, Bristol BS1 2AA",
    ],
)
def test_a_bank_or_a_helper_in_the_foot_is_not_the_seller(line):
    head = (LOGO, ("VAT No: GB 123 4567 82", 40, 70))
    invoice = read((*head, TITLE, ("Bill to:", 40, 118), *BUYER, TOTAL, (line, 40, 780, 8)))
    assert (invoice.vendor.name, invoice.vendor.tax_id) == ("Brightharbour", "GB123456782")
    assert invoice.customer.tax_id is None


def test_a_bank_whose_name_heads_the_page_is_the_seller_by_its_foot():
    foot = ("Weirside Bank PLC, 1 Churchill Place, London E14 5HP", 40, 780, 8)
    lines = (("Weirside Bank", 40, 40, 24), TITLE, ("Bill to:", 40, 118), *BUYER, TOTAL, foot)
    assert read(lines).vendor.address.postal_code == "E14 5HP"
