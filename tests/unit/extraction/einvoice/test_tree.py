"""XML that wants to do harm: it is refused in no time, and nothing outside it is touched."""

import resource
import time

import pytest

from builders.einvoices import build_cii
from bursar.errors import CorruptDocument, DocumentError, FileTooLarge
from bursar.extraction.einvoice import read_attached, read_einvoice
from bursar.reading.page import EmbeddedFile, Format, Reading
from patience import patient

UBL = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{LAUGHS}]><Invoice xmlns="{UBL}"><ID>&l9;</ID></Invoice>',
    "laughs in an attribute": f'<!DOCTYPE Invoice [<!ENTITY l0 "ha">{LAUGHS}]><Invoice xmlns="{UBL}" a="&l9;"/>',
    "external entity": f'<!DOCTYPE Invoice [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice xmlns="{UBL}"><ID>&e;</ID></Invoice>',
    "external document type": f'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd"><Invoice xmlns="{UBL}"/>',
    "behind a comment": f'<?xml version="1.0"?><!-- <a> --><?x y?>\n<!DOCTYPE Invoice [<!ENTITY e "x">]><Invoice xmlns="{UBL}"/>',
}


def nested(depth):
    return f'<Invoice xmlns="{UBL}">{"<a>" * depth}{"</a>" * depth}</Invoice>'.encode()


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_document_type_is_refused_before_it_does_anything(name, encoding):
    started = time.perf_counter()
    with pytest.raises(DocumentError):
        read_einvoice(BOMBS[name].encode(encoding))
    assert time.perf_counter() - started < patient(0.5)


@pytest.mark.parametrize("name", BOMBS)
def test_an_embedded_bomb_becomes_an_issue(name):
    content = BOMBS[name].encode()
    attached = (EmbeddedFile("factur-x.xml", len(content), "text/xml", content),)
    invoice, issues = read_attached(Reading(Format.PDF, 1, (), attached))
    assert invoice is None
    assert [issue.code for issue in issues] == ["XML_UNREADABLE"]


def test_a_document_type_in_an_encoding_that_hides_it_is_refused_as_well():
    content = f'<?xml version="1.0" encoding="cp037"?>{BOMBS["billion laughs"]}'.encode("cp037")
    started = time.perf_counter()
    with pytest.raises(DocumentError):
        read_einvoice(content)
    assert time.perf_counter() - started < patient(0.5)


def test_the_words_of_a_document_type_within_the_text_are_harmless():
    xml = build_cii().replace(b">30 Tage netto<", b"><![CDATA[<!DOCTYPE html> 30 Tage]]><")
    assert read_einvoice(xml).payment.terms == "<!DOCTYPE html> 30 Tage"


def test_deep_nesting_is_refused():
    with pytest.raises(CorruptDocument):
        read_einvoice(nested(100_000))
    assert read_einvoice(nested(100)).items == ()


def test_more_tags_than_any_invoice_has_are_refused_without_being_parsed():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileTooLarge):
        read_einvoice(f'<Invoice xmlns="{UBL}">{"<a/>" * 2_500_000}</Invoice>'.encode())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_more_bytes_than_any_invoice_has_are_refused():
    with pytest.raises(FileTooLarge):
        read_einvoice(f'<Invoice xmlns="{UBL}">'.encode() + b" " * (33 * 1024 * 1024))


@pytest.mark.parametrize(
    "content", [b"", b"<", b"no xml", build_cii()[:-40], build_cii().replace(b"</ram:Name>", b"", 1), b"\x00" * 500]
)
def test_malformed_xml_is_refused_as_corrupt(content):
    with pytest.raises(CorruptDocument):
        read_einvoice(content)


def test_an_entity_that_is_nowhere_defined_is_malformed():
    with pytest.raises(CorruptDocument):
        read_einvoice(build_cii().replace(b"Leipzig", b"&city;"))
