import pytest

from builders.einvoices import Deal, build_cii, build_order_x, build_ubl, embed
from bursar.errors import CorruptDocument, FileTooLarge, UnsupportedEInvoice, UnsupportedFormat
from bursar.extraction.einvoice import find_einvoice, read_attached, read_einvoice
from bursar.reading.document import read_document
from bursar.reading.limits import Limits
from bursar.reading.page import EmbeddedFile, Format, Reading

BOUND = b"<?xml version='1.0'?><catalog><item/></catalog>"


def make_reading(**files):
    attached = tuple(EmbeddedFile(name, len(content or b""), None, content) for name, content in files.items())
    return Reading(Format.PDF, 1, (), attached)


@pytest.mark.parametrize("xml", [build_cii(), build_cii(generation=1), build_ubl(), build_ubl(credit_note=True)])
@pytest.mark.parametrize(
    "name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "4711.dat", "Rechnung – März.XML"]
)
def test_an_embedded_invoice_is_found_whatever_it_is_called(xml, name):
    assert find_einvoice(read_document(embed({name: xml}), ocr="never")) == xml


def test_a_bare_xml_file_is_its_own_invoice():
    assert find_einvoice(read_document(build_ubl())) == build_ubl()


def test_other_attachments_are_passed_over():
    assert (
        find_einvoice(make_reading(a=BOUND, b=b"%PDF-1.7", c=b"", d=None, e=b"\x00\xff", f=build_ubl())) == build_ubl()
    )
    assert find_einvoice(make_reading(a=BOUND, b=b"plain words", c=b"<broken")) is None


def test_a_broken_file_with_the_name_of_a_standard_is_returned_to_be_refused():
    assert find_einvoice(make_reading(**{"a.xml": b"<broken", "Factur-X.xml": b"<<"})) == b"<<"
    invoice, issues = read_attached(make_reading(**{"factur-x.xml": build_ubl()[:-9]}))
    assert invoice is None
    assert [issue.code for issue in issues] == ["XML_UNREADABLE"]


def test_a_broken_xml_file_has_no_page_to_fall_back_on():
    with pytest.raises(CorruptDocument):
        read_attached(read_document(build_ubl()[:-9]))


def test_an_xml_file_beyond_the_limit_is_refused_as_too_large():
    with pytest.raises(FileTooLarge):
        read_attached(read_document(build_ubl(), limits=Limits(max_attachment_bytes=100)))


def test_a_document_without_attachments_has_no_einvoice():
    assert read_attached(make_reading()) == (None, ())


def test_an_invoice_of_the_same_name_in_another_language_is_not_ours():
    assert find_einvoice(make_reading(a=b"<Invoice xmlns='urn:example:shop'/>", b=b"<CreditNote/>")) is None


def test_of_two_invoices_the_one_with_the_name_of_a_standard_counts():
    first, second = build_cii(Deal(number="1")), build_cii(Deal(number="2"))
    assert find_einvoice(make_reading(**{"old.xml": first, "factur-x.xml": second})) == second


def test_an_invoice_in_an_envelope_is_found_inside():
    body = build_ubl().split(b"?>", 1)[1]
    head = b"<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>"
    envelope = b"<StandardBusinessDocument xmlns='urn:oasis:unece:sbdh'>" + head + body + b"</StandardBusinessDocument>"
    assert read_einvoice(envelope).invoice_info.invoice_number == "QW-2031"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_encoding_is_read(encoding):
    text = build_cii().decode().replace("UTF-8", encoding.removesuffix("-sig")).replace("Leipzig", "Köln")
    content = text.encode(encoding)
    assert find_einvoice(make_reading(a=content)) == content
    assert read_einvoice(content).vendor.address.city == "Köln"


def test_an_order_is_refused_with_a_code_of_its_own():
    order = find_einvoice(read_document(embed({"order-x.xml": build_order_x()}), ocr="never"))
    with pytest.raises(UnsupportedEInvoice, match="Order-X") as refused:
        read_einvoice(order)
    assert refused.value.code == "UNSUPPORTED_EINVOICE"
    assert refused.value.details["root"] == "SCRDMCCBDACIOMessageStructure"


def test_an_order_beside_an_invoice_is_an_enclosure():
    assert find_einvoice(make_reading(**{"order-x.xml": build_order_x(), "invoice.xml": build_ubl()})) == build_ubl()


@pytest.mark.parametrize("xml", [BOUND, b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"])
def test_xml_that_is_no_invoice_is_refused(xml):
    with pytest.raises(UnsupportedFormat):
        read_einvoice(find_einvoice(read_document(xml)))
