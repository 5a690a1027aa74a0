"""At what time something was bought, when it is to be paid, and whose an account or a reference is."""

from __future__ import annotations

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

NUMBER = (("Invoice number: 4711", 40, 60), ("Invoice date: 2026-04-01", 40, 75))
TOTAL = (("Total", 400, 700), ("60.00 EUR", 480, 700))


def read(*lines, head=NUMBER, language=None):
    return extract_invoice(make_reading(make_page(*head, *lines, *TOTAL)), language=language)


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ((("05/13/2026 07:42 PM", 40, 60), ("Check 4471", 40, 75)), "19:42"),
        ((("Datum: 13.05.2026 um 14.32 Uhr", 40, 60),), "14:32"),
        ((("Date: 13/05/2026", 40, 60), ("Time: 20:15:09", 300, 60)), "20:15:09"),
        ((("Date: 13/05/2026", 40, 60), ("Server: Ann", 40, 75), ("Time: 20.15", 40, 90)), "20:15"),
        ((("13 May 2026", 40, 60), ("7:42 pm", 40, 74)), "19:42"),
        ((("Le 13/05/2026 à 14h32", 40, 60),), "14:32"),
    ],
)
def test_the_time_stands_beside_the_date_or_a_label(head, time):
    invoice = read(head=head)
    assert invoice.invoice_info.invoice_time == time
    assert "invoice_info.invoice_time" in invoice.evidence


@pytest.mark.parametrize(
    "lines",
    [
        (("Open daily 9:00 - 18:00", 40, 500),),
        (("Meeting on 3 April 2026 at 14:00", 40, 500),),
        (("Hours worked 12:30", 40, 500),),
        (("In time: 18:02", 40, 500), ("Out time: 19:40", 40, 515)),
    ],
)
def test_other_times_are_not_the_invoices(lines):
    assert read(*lines).invoice_info.invoice_time is None


def test_a_time_that_another_label_calls_is_not_the_invoices():
    head = (("Invoice number: 4711", 40, 60), ("Date: 13/05/2026 Departure: 14:30", 40, 75))
    assert read(head=head).invoice_info.invoice_time is None


@pytest.mark.parametrize(
    ("lines", "terms", "language"),
    [
        (("Payable within 30 days.",), "Payable within 30 days.", None),
        (("Zahlbar innerhalb 14 Tagen ohne Abzug",), "Zahlbar innerhalb 14 Tagen ohne Abzug", "de"),
        (("Zahlungsziel: 30 Tage",), "30 Tage", "de"),
        (("Zahlbar sofort ohne Abzug.",), "Zahlbar sofort ohne Abzug.", "de"),
        (("Bei Zahlung binnen 10 Tagen 2 % Skonto, 30 Tage netto",), "Bei Zahlung binnen 10 Tagen 2 % Skonto, 30 Tage netto", "de"),
        (("Règlement sous 30 jours. Pas d'escompte.",), "Règlement sous 30 jours. Pas d'escompte.", "fr"),
        (("Vielen Dank. Bitte überweisen Sie den Betrag", "innerhalb von 21 Tagen auf unser Konto."),
         "Bitte überweisen Sie den Betrag innerhalb von 21 Tagen auf unser Konto.", "de"),
        (("Net 30",), "Net 30", None),
    ],
)  # fmt: skip
def test_a_sentence_says_when_to_pay(lines, terms, language):
    payment = read(*((line, 40, 500 + 12 * place) for place, line in enumerate(lines)), language=language).payment
    assert payment.terms == terms


@pytest.mark.parametrize(
    "line",
    [
        "Goods may be returned within 30 days.",
        "Interest is due on all that is not paid within 30 days.",
        "Payment was received within 10 days, thank you.",
        "We worked for you on 12 days.",
        "Net weight 30",
    ],
)
def test_other_sentences_with_days_are_no_terms(line):
    assert read((line, 40, 500)).payment.terms is None


def test_terms_that_a_label_calls_go_first():
    lines = (("Payment terms: 14 days net", 40, 500), ("Payable within 30 days.", 40, 540))
    assert read(*lines).payment.terms == "14 days net"


def test_a_name_for_a_reference_leaves_the_number_below_to_its_own_label():
    lines = (("Your reference", 40, 90), ("Karin Lund", 140, 90), ("Payment terms 30 days net", 40, 103))
    assert read(*lines).invoice_info.customer_reference is None


def test_a_reference_below_its_label_is_read():
    lines = (("Your reference", 40, 90), ("KL-3088", 40, 103))
    assert read(*lines).invoice_info.customer_reference == "KL-3088"


@pytest.mark.parametrize(
    "bank",
    [
        (("Bank details: HSBC", 40, 600), ("Account number: 12345678", 40, 614), ("Sort code 40-12-34", 40, 628)),
        (("Bank: HSBC, Account No: 12345678", 40, 600),),
    ],
)
def test_an_account_among_a_banks_facts_is_not_the_customers(bank):
    assert read(*bank).customer.customer_id is None


def test_an_account_apart_from_a_banks_facts_is_the_customers():
    bank = (("Account number: 12345678", 40, 600), ("Sort code: 40-12-34", 40, 614))
    invoice = read(("Account No: Z-100", 40, 90), *bank)
    assert invoice.customer.customer_id == "Z-100"
    assert invoice.payment.bank_info.account_number == "12345678"


@pytest.mark.parametrize(
    "line",
    [
        "No VAT: reverse charge",
        "VAT not charged - reverse charge",
        "Ohne Umsatzsteuer - Steuerschuldnerschaft des Leistungsempfängers",
        "TVA non applicable, autoliquidation",
        "Reverse Charge, keine MwSt",
        "Geen btw, btw verlegd",
    ],
)
def test_no_tax_beside_the_clause_is_what_it_says(line):
    assert extract_invoice(make_reading(make_page(("Invoice 4711", 40, 40), (line, 40, 300)))).reverse_charge


@pytest.mark.parametrize(
    "line", ["Not subject to reverse charge", "Reverse charge: No", "Reverse charge does not apply"]
)
def test_a_denied_clause_is_none(line):
    assert not extract_invoice(make_reading(make_page(("Invoice 4711", 40, 40), (line, 40, 300)))).reverse_charge


@pytest.mark.parametrize("line", ["Time: 3.50", "Departure time: 14:30"])
def test_hours_and_the_times_of_other_things_are_not_the_invoices(line):
    page = make_page(("Invoice 4711", 40, 40), ("Date: 14/03/2024", 40, 60), (line, 40, 300))
    assert extract_invoice(make_reading(page)).invoice_info.invoice_time is None
