"""Dates that no label of their own names: to pay by, in sentences; of letters; behind the number."""

from __future__ import annotations

from datetime import date

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.invoices.extractor import extract_invoice

DUE = date(2026, 4, 30)
NUMBER = (("Invoice number: 4711", 40, 60), ("Invoice date: 2026-04-01", 40, 75))
TOTAL = (("Total", 400, 400), ("60.00", 480, 400))


def read(*sentences, head=NUMBER, language=None):
    lines = [(text, 40, 500 + 12 * place) for place, text in enumerate(sentences)]
    return extract_invoice(make_reading(make_page(*head, *TOTAL, *lines)), language=language).invoice_info


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("We would be grateful if you paid the balance no later than 30 April 2026.", None),
        ("Der Rechnungsbetrag ist bis zum 30.04.2026 fällig.", None),
        ("Den Restbetrag erbitten wir innerhalb von 14 Tagen, spätestens am 30. April 2026.", None),
        ("Je vous remercie de procéder au règlement par virement avant le 30 avril 2026 sur le compte.", None),
        ("Ik verzoek u het totaalbedrag vóór 30 april 2026 over te maken op onze rekening.", None),
        ("Rogamos abonen el importe antes del 30 de abril de 2026.", None),
        ("Si prega di saldare l'importo entro e non oltre il 30 aprile 2026.", None),
        ("Agradecemos que regularize o valor até ao dia 30 de abril de 2026.", "pt"),
        ("Prosimy o uregulowanie należności najpóźniej do dnia 30.04.2026 na nasz rachunek.", None),
        ("Beloppet ska vara oss tillhanda senast den 30 april 2026.", None),
        ("Beløbet bedes indbetalt senest den 30. april 2026.", None),
        ("Vennligst betal beløpet innen 30. april 2026.", "nb"),
        ("Pyydämme maksamaan laskun viimeistään 30.4.2026 tilillemme.", "fi"),
        ("Prosíme o úhradu nejpozději do 30.4.2026 na náš účet.", None),
    ],
)
def test_a_sentence_says_by_when_to_pay(sentence, language):
    assert read(sentence, language=language).due_date == DUE


@pytest.mark.parametrize(
    "sentence",
    [
        "The amount will be debited to your account on or around 30 April 2026.",
        "Zahlung: SEPA-Lastschrift. Der Betrag wird am 30.04.2026 von Ihrem Konto abgebucht.",
        "Mode de règlement : prélèvement le 30/04/2026",
        "Den offenen Betrag buchen wir am 30.04.2026 von Ihrem Konto ab.",
        "Het bedrag wordt op 30-04-2026 automatisch geïncasseerd.",
    ],
)
def test_a_sentence_says_when_the_money_is_collected(sentence):
    assert read(sentence).due_date == DUE


def test_a_sentence_may_go_on_in_the_next_lines():
    assert (
        read("Please transfer the whole amount to the account below by", "30 April 2026 at the latest").due_date == DUE
    )
    assert read("Der Betrag wird am 30.04.2026 von Ihrem Konto", "abgebucht (Mandat M-17).").due_date == DUE


@pytest.mark.parametrize(
    "sentence",
    [
        "Our shop is closed until 30 April 2026.",
        "Payment for the services from 1 April 2026 until 30 April 2026 as agreed.",
        "Bei Zahlung bis zum 30.04.2026 gewähren wir 2 % Skonto.",
        "2 % discount if paid by 30 April 2026: 58.80",
        "Escompte de 3 % en cas de règlement avant le 30/04/2026 : 58,20",
        "Sconto 3% per pagamento entro il 30/04/2026: 58,20",
        "Your payment was debited on 30 April 2026. Thank you!",
        "Queries must be raised within 30 days (by 30 April 2026), and payment is due in time.",
        "Platform licence valid until 30 April 2026.",
        "Versicherungsschutz bis 30.04.2026, Versand bis spätestens 30.04.2026.",
        "Location du véhicule jusqu'au 30/04/2026",
        "Samples collected on 30 April 2026, waste collection on 30 April 2026",
        "Your goods can be collected on 30 April 2026 from our Leeds depot",
        "Your subscription renews on 30 April 2026 and your card will be debited",
        "Lastschriftmandat M-118 unterzeichnet am 30.04.2026",
        "Unser Seminar am 30.04.2026 jetzt buchen!",
        "Payments received before 30 April 2026 are included in this invoice",
        "Zahlungseingänge bis zum 30.04.2026 sind berücksichtigt",
        "Your membership is paid until 30 April 2026",
        "Please notify us of defects before 30 April 2026 and pay within 30 days",
        "If paid by 30 April 2026 you may deduct 9.00",
        "Die Ware wurde am 30.04.2026 geliefert. Einzug per Lastschrift.",
    ],
)
def test_other_days_in_sentences_are_not_the_day_to_pay_by(sentence):
    assert read(sentence).due_date is None


def test_of_two_days_the_one_without_a_discount_counts():
    assert read("Zahlbar bis 10.04.2026 mit 2 % Skonto, bis zum 30.04.2026 netto.").due_date == DUE
    assert read("Zahlbar netto bis 30.04.2026, mit 2 % Skonto bis 10.04.2026.").due_date == DUE
    assert read("Zahlung innerhalb von 14 Tagen abzüglich 3 % Skonto oder bis 30. April 2026 netto.").due_date == DUE
    assert read("Bis 10.04.2026 erhalten Sie 2 % Skonto (1,20 EUR). Bis 30.04.2026 ohne Abzug.").due_date == DUE


def test_the_last_day_for_a_discount_is_no_doubt():
    for sentence, doubtful in (
        ("2 % discount if paid by 30 April 2026: 58.80", False),
        ("We hope to see you again on 30 April 2026", True),
    ):
        lines = (*NUMBER, *TOTAL, (sentence, 40, 500))
        issues = extract_invoice(make_reading(make_page(*lines))).checks.issues
        assert any("invoice_info.due_date" in issue.fields for issue in issues) is doubtful


def test_terms_do_not_keep_the_day_in_them():
    info = read("Payment terms: to be paid within 30 days, no later than 30 April 2026")
    assert info.due_date == DUE


def test_the_date_of_a_letter_stands_behind_its_place():
    head = (("Ankunft 28.03.2026", 300, 30), ("Rechnung 26-118", 40, 60), ("Seebach, den 1. April 2026", 300, 60))
    assert read(head=head).invoice_date == date(2026, 4, 1)


def test_a_date_behind_a_label_that_nobody_knows_is_the_last_to_be_taken():
    head = (("Rechnung 26-118", 40, 60), ("Brumm: 28.03.2026", 300, 30), ("1. April 2026", 300, 90))
    assert read(head=head).invoice_date == date(2026, 4, 1)


def test_the_date_behind_the_number_is_the_numbers():
    head = (("FACTURE", 300, 40, 20), ("N° 1260877 du 20/05/26", 300, 65), ("BL n° 55102 du 19/05/26", 300, 80))
    info = read("Conditions : loi n° 80-335 du 12 mai 1980", head=head)
    assert (info.invoice_number, info.invoice_date) == ("1260877", date(2026, 5, 20))


def test_the_date_of_a_letter_goes_before_that_of_an_order():
    head = (
        ("Rechnungsnummer: 26-0251", 40, 60),
        ("Schwabach, 27.03.2026", 300, 40),
        ("Ihr Auftrag: W-114 vom 03.12.2025", 300, 75),
    )
    assert read(head=head).invoice_date == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("first", "second"), [("25 de maio de", "2026"), ("25 May", "2026"), ("May 25,", "2026"), ("25 de maio", "2026.")]
)
def test_a_date_goes_on_with_its_year_in_the_line_below(first, second):
    page = make_page(
        ("INVOICE", 40, 30), ("Due date", 40, 60), (first, 40, 72), (second, 40, 84), ("Total 60.00", 400, 400)
    )
    assert extract_invoice(make_reading(page)).invoice_info.due_date == date(2026, 5, 25)


def test_a_year_of_another_column_or_a_number_below_a_day_ends_no_date():
    for below in (("2026", 300, 84), ("2026/118", 40, 84), ("2 026.00", 40, 84)):
        page = make_page(
            ("INVOICE", 40, 30), ("Due date", 40, 60), ("25 May", 40, 72), below, ("Total 60.00", 400, 400)
        )
        assert extract_invoice(make_reading(page)).invoice_info.due_date is None


def test_a_number_that_opens_the_next_sentence_is_no_year_of_the_date_above():
    lines = [("Invoice number: 4711", 40, 40), ("Invoice date: 14 March 2024", 40, 60), ("Total 20.00", 40, 300)]
    foot = [("Please pay by 14 April", 40, 400), ("2041 is the number to quote with your payment", 40, 412)]
    assert extract_invoice(make_reading(make_page(*lines, *foot))).invoice_info.due_date is None
