"""From bytes to the checked fact, through the engine: XML alone, XML in a PDF, XML that cannot be read."""

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import bursar
from builders.einvoices import Deal, build_cii, build_order_x, build_ubl, embed
from bursar.errors import CorruptDocument, UnsupportedEInvoice, UnsupportedFormat
from bursar.facts.evidence import Severity, Source, Verdict

LINES = (
    (50, 800, "Quellwerk Pumpen GmbH"),
    (50, 785, "Am Brunnen 7"),
    (50, 770, "04109 Leipzig"),
    (50, 710, "Gasthof Linde KG"),
    (50, 695, "Dorfplatz 1"),
    (50, 680, "88131 Lindau"),
    (350, 710, "Rechnungsnummer: QW-2031"),
    (350, 695, "Rechnungsdatum: 15.03.2024"),
    (350, 680, "Bestellnummer: B-77"),
    (50, 600, "Pos."),
    (90, 600, "Bezeichnung"),
    (300, 600, "Menge"),
    (370, 600, "Einzelpreis"),
    (480, 600, "Betrag"),
    (50, 580, "1"),
    (90, 580, "Kreiselpumpe K 40"),
    (300, 580, "2"),
    (370, 580, "100,00"),
    (480, 580, "200,00"),
    (350, 540, "Nettobetrag"),
    (480, 540, "200,00"),
    (350, 520, "zzgl. 19 % MwSt."),
    (480, 520, "38,00"),
    (350, 500, "Rechnungsbetrag"),
    (480, 500, "{total} EUR"),
    (50, 440, "Zahlbar bis 14.04.2024: 30 Tage netto"),
    (50, 420, "IBAN: DE02 1203 0000 0000 2020 51  BIC: BYLADEM1001"),
    (50, 400, "USt-IdNr.: DE123456788"),
)


def draw(total="238,00"):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for x, y, text in LINES:
        canvas.drawString(x, y, text.format(total=total))
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def page():
    return draw()


def warnings_of(invoice):
    return [(issue.code, issue.fields) for issue in invoice.checks.issues if issue.severity is not Severity.INFO]


@pytest.mark.parametrize("xml", [build_cii(), build_cii(generation=1), build_ubl(), build_ubl(credit_note=True)])
def test_xml_alone_is_an_invoice_without_pages(xml):
    invoice = bursar.parse(xml)
    assert (invoice.metadata.source, invoice.metadata.page_count, invoice.metadata.pages) == ("xml", 0, ())
    assert invoice.metadata.confidence_score == 1.0
    assert invoice.checks.verdict is Verdict.PROVEN
    assert invoice.checks.straight_through
    assert bursar.decode(bursar.encode(invoice)) == invoice


@pytest.mark.parametrize("name", ["factur-x.xml", "whatever.bin"])
def test_an_invoice_in_a_pdf_is_the_truth_and_finds_its_places_on_the_page(page, name):
    invoice = bursar.parse(embed({name: build_cii()}, page))
    assert (invoice.metadata.source, invoice.metadata.page_count) == ("xml", 1)
    assert warnings_of(invoice) == []
    assert invoice.checks.straight_through
    seen = invoice.evidence["summary.total"]
    assert (seen.source, seen.page, seen.confidence) == (Source.XML, 1, 1.0)
    assert seen.box.y0 == pytest.approx(842 - 500, abs=12)
    assert invoice.evidence["vendor.name"].box.y0 == pytest.approx(842 - 800, abs=12)


def test_a_page_that_asks_for_more_is_told(page):
    invoice = bursar.parse(embed({"factur-x.xml": build_cii()}, draw(total="338,00")))
    assert str(invoice.summary.total) == "238.00"
    assert ("XML_PAGE_MISMATCH", ("summary.total",)) in warnings_of(invoice)
    assert not invoice.checks.straight_through


def test_a_profile_without_lines_is_completed_from_the_page(page):
    xml = build_cii(Deal(iban=None, bic=None, means=None), profile="urn:factur-x.eu:1p0:minimum", with_lines=False)
    invoice = bursar.parse(embed({"factur-x.xml": xml}, page))
    assert [(line.description, str(line.amount)) for line in invoice.items] == [("Kreiselpumpe K 40", "200.00")]
    assert invoice.payment.bank_info.iban == "DE02120300000000202051"
    assert invoice.evidence["items.0.amount"].source is Source.TEXT
    assert invoice.metadata.source == "mixed"


@pytest.mark.parametrize("xml", [b"<broken", build_cii()[:-30], b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_broken_attachment_is_an_issue_and_the_page_is_read(page, xml):
    invoice = bursar.parse(embed({"factur-x.xml": xml}, page))
    assert str(invoice.summary.total) == "238.00"
    assert invoice.metadata.source == "text"
    assert ("XML_UNREADABLE", ()) in warnings_of(invoice)
    assert not invoice.checks.straight_through


def test_an_invoice_is_read_though_no_page_can_be(page):
    invoice = bursar.parse(embed({"factur-x.xml": build_ubl()}))
    assert invoice.invoice_info.invoice_number == "QW-2031"


def test_an_order_is_refused_in_a_pdf_and_alone(page):
    for content in (embed({"order-x.xml": build_order_x()}, page), build_order_x()):
        with pytest.raises(UnsupportedEInvoice):
            bursar.parse(content)


def test_broken_xml_alone_is_corrupt():
    with pytest.raises(CorruptDocument):
        bursar.parse(build_ubl()[:-30])


def test_xml_is_never_a_statement():
    with pytest.raises(UnsupportedFormat):
        bursar.parse_statement(build_ubl())


def test_a_caller_who_insists_on_a_statement_gets_the_page_read_as_one(page):
    assert isinstance(bursar.parse(embed({"factur-x.xml": build_cii()}, page), kind="statement"), bursar.Statement)
