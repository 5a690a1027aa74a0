"""An e-invoice and a page that says something else, or less: what is told of it, and what is nobody's fault."""

import io
from functools import reduce

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import bursar
from builders.einvoices import Charge, Deal, Firm, Good, Tax, build_cii, build_ubl, embed
from bursar.facts.evidence import Severity, Source, Verdict

HEAD = (
    (50, 800, "Quellwerk Pumpen GmbH"),
    (50, 785, "Am Brunnen 7"),
    (50, 770, "04109 Leipzig"),
    (50, 710, "Gasthof Linde KG"),
    (50, 695, "Dorfplatz 1"),
    (50, 680, "88131 Lindau"),
    (350, 710, "Rechnungsnummer: QW-2031"),
    (350, 695, "Rechnungsdatum: 15.03.2024"),
)
COLUMNS = (
    (50, 600, "Pos."),
    (90, 600, "Bezeichnung"),
    (300, 600, "Menge"),
    (370, 600, "Einzelpreis"),
    (480, 600, "Betrag"),
)
ITEMS = (("1", "Kreiselpumpe K 40", "2", "100,00", "200,00"),)
SUMS = (("Nettobetrag", "200,00"), ("zzgl. 19 % MwSt.", "38,00"), ("Rechnungsbetrag", "238,00"))
FOOT = (
    "Zahlbar bis 14.04.2024: 30 Tage netto",
    "IBAN: DE02 1203 0000 0000 2020 51  BIC: BYLADEM1001",
    "USt-IdNr.: DE123456788",
)


def draw(*, swap=(), items=ITEMS, sums=SUMS, foot=FOOT):
    """Draw the page with texts exchanged: pairs of what stands there and what shall."""
    lines = [*HEAD, *COLUMNS]
    y = 600
    for row in items:
        y -= 20
        lines += [(x, y, text) for x, text in zip((50, 90, 300, 370), row[:4], strict=True)]
        lines.append((480, y, row[4]))
    y -= 20
    for label, amount in sums:
        y -= 20
        lines += [(350, y, label), (480, y, amount)]
    lines += [(50, 300 - 20 * place, text) for place, text in enumerate(foot)]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for x, y, text in lines:
        canvas.drawString(x, y, reduce(lambda drawn, pair: drawn.replace(*pair), swap, text))
    canvas.save()
    return out.getvalue()


def read(xml, page):
    return bursar.parse(embed({"factur-x.xml": xml}, page))


def warned(invoice):
    return [issue.fields for issue in invoice.checks.issues if issue.severity is not Severity.INFO]


def test_a_page_that_says_the_same_goes_straight_through():
    invoice = read(build_cii(), draw())
    assert invoice.checks.issues == ()
    assert invoice.checks.straight_through


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("Gasthof Linde KG", "Brauhaus Sonne GmbH", "customer.name"),
        ("Gasthof Linde KG", "Gasthof Eiche KG", "customer.name"),
        ("Quellwerk Pumpen GmbH", "Nordwind Heizungsbau GmbH", "vendor.name"),
        ("Rechnungsnummer: QW-2031", "Rechnungsnummer: QW-2032", "invoice_info.invoice_number"),
        ("Rechnungsnummer: QW-2031", "", "invoice_info.invoice_number"),
        ("15.03.2024", "16.03.2024", "invoice_info.invoice_date"),
        ("14.04.2024", "24.04.2024", "invoice_info.due_date"),
        ("238,00", "238,01", "summary.total"),
        ("DE02 1203 0000 0000 2020 51", "DE75 5121 0800 1245 1261 99", "payment.bank_info.iban"),
        ("DE123456788", "DE136695976", "vendor.tax_id"),
    ],
)
def test_what_the_page_says_otherwise_or_not_at_all_stops_it(old, new, path):
    invoice = read(build_cii(), draw(swap=[(old, new)]))
    assert (path,) in warned(invoice)
    assert not invoice.checks.straight_through


@pytest.mark.parametrize(
    "swap",
    [
        [("Gasthof Linde KG", "GASTHOF LINDE")],
        [("Rechnungsnummer: QW-2031", "Rechnung QW 2031")],
        [("15.03.2024", "15. März 2024")],
        [("Zahlbar bis 14.04.2024: ", "Zahlbar: ")],
        [("IBAN: DE02 1203 0000 0000 2020 51  BIC: BYLADEM1001", "Der Betrag wird abgebucht.")],
        [("DE123456788", "DE 123 456 788")],
        [(",00", ".00"), ("Nettobetrag", "Net amount"), ("Rechnungsbetrag", "Invoice total")],
    ],
)
def test_another_notation_and_what_a_page_need_not_say_is_no_difference(swap):
    assert warned(read(build_cii(), draw(swap=swap))) == []


def test_a_line_that_only_the_page_has_stops_it_though_its_reader_leaves_it_out():
    more = (*ITEMS, ("2", "Montage", "1", "50,00", "50,00"))
    invoice = read(build_cii(), draw(items=more))
    assert warned(invoice) == [("items",)]
    assert [line.description for line in invoice.items] == ["Kreiselpumpe K 40"]
    first = (("1", "Montage", "1", "50,00", "50,00"), *ITEMS)
    assert warned(read(build_cii(), draw(items=first))) != []


def test_a_line_that_only_the_xml_has_stops_it():
    goods = (Good(price="80.00", amount="160.00"), Good("Anfahrt", "1", "40.00", "40.00", code=None))
    fields = {path for paths in warned(read(build_cii(Deal(goods=goods)), draw())) for path in paths}
    assert fields & {"items.1", "items.0.amount"}


def test_discounts_and_freight_among_the_lines_are_explained_by_their_sums():
    deal = Deal(
        charges=(Charge("12.00", "Rabatt"), Charge("8.00", "Treuerabatt"), Charge("20.00", "Fracht", is_charge=True)),
        allowances="20.00",
    )
    more = (*ITEMS, ("", "Rabatt", "", "", "-12,00"), ("", "Treuerabatt", "", "", "-8,00"), ("", "Fracht", "", "", "20,00"))  # fmt: skip
    assert ("items",) not in warned(read(build_cii(deal), draw(items=more)))


def test_a_page_about_something_else_is_told_once():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(50, 700, "Dieses Dokument enthält eine elektronische Rechnung. Stand 01.01.2023, Seite 1 von 1")
    canvas.save()
    invoice = read(build_cii(), out.getvalue())
    absent = [issue for issue in invoice.checks.issues if "does not show this" in issue.message]
    assert len(absent) == 1
    assert {"invoice_info.invoice_number", "summary.total", "customer.name"} <= set(absent[0].fields)
    assert not invoice.checks.straight_through


def test_pages_that_were_read_in_part_only_lack_nothing():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(50, 700, "Quellwerk Pumpen GmbH")
    canvas.showPage()
    canvas.drawString(50, 700, "Allgemeine Bedingungen")
    canvas.save()
    content = embed({"factur-x.xml": build_cii()}, out.getvalue())
    part = bursar.parse(content, pages="1")
    assert not [issue for issue in part.checks.issues if issue.code == "XML_PAGE_MISMATCH"]
    assert [issue for issue in bursar.parse(content).checks.issues if issue.code == "XML_PAGE_MISMATCH"]


def test_a_credit_note_in_ubl_whose_page_has_another_number():
    xml = build_ubl(Deal(type_code="381"), credit_note=True)
    page = draw(swap=[("Rechnungsnummer: QW-2031", "Gutschriftsnummer: GS-77"), ("Rechnungsdatum", "Datum")])
    assert ("invoice_info.invoice_number",) in warned(read(xml, page))


MINIMUM = "urn:factur-x.eu:1p0:minimum"
BARE = Firm(lines=(), postal_code=None, city=None)
BARE_BUYER = Firm("Gasthof Linde KG", (), None, None, vat_id=None)
FREIGHT = (("Versandkosten", "14,00"), ("Nettobetrag", "214,00"), ("zzgl. 19 % MwSt.", "40,66"))


def build_minimum(**changes):
    bare = Deal(seller=BARE, buyer=BARE_BUYER, taxes=(), iban=None, bic=None, means=None, due_date=None, terms=None)
    return build_cii(bare.but(**changes), profile=MINIMUM, with_lines=False)


def test_the_minimum_takes_lines_and_freight_and_addresses_from_the_page():
    xml = build_minimum(net="214.00", tax="40.66", total="254.66", due="254.66")
    invoice = read(xml, draw(sums=(*FREIGHT, ("Rechnungsbetrag", "254,66"))))
    assert str(invoice.summary.shipping) == "14.00"
    assert invoice.evidence["summary.shipping"].source is Source.TEXT
    assert invoice.checks.verdict is Verdict.PROVEN
    assert warned(invoice) == []
    for party, town in ((invoice.vendor, "Leipzig"), (invoice.customer, "Lindau")):
        assert (party.address.city, party.address.country) == (town, "DE")
    assert invoice.customer.address.text == "Dorfplatz 1\n88131 Lindau"
    assert invoice.evidence["customer.address.country"].source is Source.XML


def test_what_was_paid_comes_from_the_page_where_total_and_amount_due_differ_by_it():
    paid = (*SUMS, ("Anzahlung", "-100,00"), ("Zahlbetrag", "138,00"))
    invoice = read(build_minimum(due="138.00"), draw(sums=paid))
    assert abs(invoice.summary.amount_paid) == 100
    assert warned(invoice) == []
    assert read(build_minimum(), draw(sums=paid)).summary.amount_paid is None


def test_freight_that_the_xml_s_amounts_leave_no_room_for_stays_on_the_page():
    extra = (("Versandkosten", "14,00"), *SUMS)
    assert read(build_minimum(), draw(sums=extra)).summary.shipping is None


def test_prepaid_and_rounded_amounts_of_the_xml_need_not_be_printed():
    deal = Deal(paid="100.00", rounding="0.02", due="138.02")
    shown = (*SUMS, ("Anzahlung", "-100,00"), ("Zahlbetrag", "138,02"))
    assert warned(read(build_cii(deal), draw(sums=shown))) == []


def test_the_whole_tax_of_two_rates_need_not_be_printed():
    deal = Deal(
        goods=(Good(), Good("Fachbuch", "1", "100.00", "100.00", rate="7", code=None)),
        taxes=(Tax(), Tax("7", "100.00", "7.00")),
        net="300.00",
        tax="45.00",
        total="345.00",
        due="345.00",
    )
    items = (*ITEMS, ("2", "Fachbuch", "1", "100,00", "100,00"))
    sums = (("Nettobetrag", "300,00"), ("19 % MwSt. auf 200,00", "38,00"), ("7 % MwSt. auf 100,00", "7,00"), ("Rechnungsbetrag", "345,00"))  # fmt: skip
    assert warned(read(build_cii(deal), draw(items=items, sums=sums))) == []


def test_an_address_below_a_name_in_another_country_is_not_the_party_s():
    buyer = Firm("Gasthof Linde KG", (), None, None, country="AT", vat_id=None)
    page = draw(swap=[("88131 Lindau", "88131 Lindau, Deutschland")])
    assert read(build_minimum(buyer=buyer), page).customer.address.city is None


def test_the_last_day_for_a_discount_is_no_other_day_to_pay_by():
    xml = build_cii(Deal(terms="2 % Skonto bis 25.03.2024, sonst 30 Tage netto"))
    page = draw(swap=[("Zahlbar bis 14.04.2024: 30 Tage netto", "2 % Skonto bis 25.03.2024, sonst 30 Tage netto")])
    assert warned(read(xml, page)) == []


def test_a_name_above_two_addresses_does_not_tell_which_is_the_party_s():
    twice = (*FOOT, "", "Gasthof Linde KG", "Seestraße 4", "88045 Friedrichshafen")
    page = draw(foot=twice, swap=[("Dorfplatz 1", "Am Tor 3"), ("Rechnungsnummer", "Beleg-Nr.")])
    assert read(build_minimum(), page).customer.address.city in (None, "Lindau")
