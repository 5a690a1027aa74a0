"""What recognition runs together or loses, mended where the words are read: scans alone, never a text layer."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from builders.readings import make_page, make_reading
from bursar.engine import extract
from bursar.extraction.invoices.extractor import extract_invoice
from bursar.facts.evidence import Source
from bursar.reading.lines import lines_of

TOTAL = ("Gesamtbetrag: EUR 20,00", 360, 500)
TITLE = ("Rechnung 12", 40, 250)


def scanned(*lines):
    page = make_page(*lines)
    words = tuple(replace(word, source=Source.OCR, confidence=0.98) for word in page.words)
    return make_reading(replace(page, words=words, lines=tuple(lines_of(words)), source=Source.OCR))


def printed(*lines):
    return make_reading(make_page(*lines))


@pytest.mark.parametrize(
    ("first", "second"), [(" · ", " · "), ("·", "·"), (" . ", " . "), (" : ", " · "), (" ·", " · ")]
)
def test_a_senders_line_is_known_however_its_separators_are_read(first, second):
    sender = f"Nordlicht Papier GmbH{first}Seestraße 7{second}10115 Berlin"
    window = [("Kaiser Optik GmbH", 40, 114), ("Am Markt 4", 40, 126), ("50667Köln", 40, 138)]
    invoice = extract_invoice(scanned((sender, 40, 100), *window, TITLE, TOTAL))
    assert (invoice.vendor.name, invoice.customer.name) == ("Nordlicht Papier GmbH", "Kaiser Optik GmbH")
    assert (invoice.customer.address.postal_code, invoice.customer.address.city) == ("50667", "Köln")


def test_a_label_that_runs_into_a_mail_address_is_no_part_of_it():
    head = [("Nordlicht Papier GmbH", 40, 40, 16), ("Seestraße 7", 40, 60), ("10115 Berlin", 40, 72)]
    mail = ("E-Mail.info@nordlicht.example", 40, 84)
    assert extract_invoice(scanned(*head, mail, TITLE, TOTAL)).vendor.contact.email == "info@nordlicht.example"
    assert extract_invoice(printed(*head, mail, TITLE, TOTAL)).vendor.contact.email == "E-Mail.info@nordlicht.example"


def test_an_iban_of_the_wrong_length_is_what_is_printed_in_a_text_and_misread_in_a_scan():
    lines = [("Nordlicht Papier GmbH", 40, 40, 16), TITLE, TOTAL, ("IBAN: DE89 3704 0044 0532 0130", 40, 560)]
    assert extract(printed(*lines)).payment.bank_info.iban == "DE89370400440532 0130".replace(" ", "")
    found = extract(scanned(*lines))
    assert found.payment.bank_info.iban is None
    assert ("LABEL_UNREAD", ("payment.bank_info.iban",)) in [(i.code, i.fields) for i in found.checks.issues]


@pytest.mark.parametrize("label", ["Subtotal/Sous-total", "Subtotal/SOUS-TOTAL:"])
def test_a_label_in_two_languages_may_have_lost_the_blanks_about_its_stroke(label):
    lines = [TITLE, (label, 300, 470), ("80.00", 500, 470), ("Tax 5%", 300, 485), ("4.00", 500, 485)]
    found = extract_invoice(scanned(*lines, ("Total CAD 84.00", 300, 500)))
    assert found.summary.subtotal == 80


def test_a_stroke_between_two_words_that_are_no_labels_parts_nothing():
    head = [("Nord/Süd Papier GmbH", 40, 40, 16), ("Seestraße 7", 40, 60), ("10115 Berlin", 40, 72)]
    assert extract_invoice(scanned(*head, TITLE, TOTAL)).vendor.name == "Nord/Süd Papier GmbH"


def test_a_tax_number_that_lost_the_blank_behind_its_label_is_found():
    block = [("Fattura n. 12", 40, 200), ("Destinatario", 300, 60), ("Azienda Verde S.r.l.", 300, 74)]
    address = [("Via Roma 1", 300, 86), ("37032 Verona (VR)", 300, 98), ("P.Iva03719400263", 300, 110)]
    sender = [("Ricambi Zeta S.r.l.", 40, 40, 14), ("Via Milano 2", 40, 58), ("37100 Verona (VR)", 40, 70)]
    found = extract_invoice(scanned(*sender, *block, *address, ("Totale € 12,00", 300, 300)))
    assert found.customer.tax_id == "03719400263"


def test_a_number_that_lost_the_blank_behind_its_sign_is_found():
    found = extract_invoice(scanned(("Nota di credito", 40, 60, 14), ("nr.8/NC del 11/03/2026", 40, 76), TOTAL))
    assert found.invoice_info.invoice_number == "8/NC"


def test_a_deadline_that_recognition_ran_together_is_one():
    sentence = ("Der Rechnungsbetrag ist biszum 01.05.2026 fällig.", 40, 540)
    found = extract_invoice(scanned(TITLE, ("Datum: 17.04.2026", 40, 270), TOTAL, sentence))
    assert str(found.invoice_info.due_date) == "2026-05-01"
