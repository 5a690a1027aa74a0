import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.classify import classify

ENTRIES = [(f"{day:02}.06.2025 Einkauf {day} 12,50", 50, 300 + 14 * day) for day in range(1, 9)]


def classify_lines(*lines, **page):
    return classify(make_reading(make_page(*lines, **page)))


@pytest.mark.parametrize(
    ("title", "document_type"),
    [
        ("INVOICE", "invoice"),
        ("Rechnung", "invoice"),
        ("Schlussrechnung", "invoice"),
        ("Facture", "invoice"),
        ("Credit Note", "credit_note"),
        ("Gutschrift", "credit_note"),
        ("Avoir", "credit_note"),
        ("Proforma", "proforma"),
        ("Kontoauszug", "bank_statement"),
        ("Relevé de compte", "bank_statement"),
        ("Credit Card Statement", "credit_card_statement"),
    ],
)
def test_a_title_in_large_type_names_the_document(title, document_type):
    found = classify_lines((title, 50, 50, 22.0), ("Some words below it", 50, 100), ("and more of them here", 50, 120))
    assert found.document_type == document_type


def test_rows_that_open_with_a_date_make_a_statement_of_a_page_with_balances():
    found = classify_lines(("Alter Saldo 100,00", 50, 250), ("Neuer Saldo 200,00", 50, 500), *ENTRIES)
    assert found.document_type == "bank_statement"
    assert found.kind == "statement"


def test_an_invoice_that_lists_dated_amounts_stays_an_invoice():
    found = classify_lines(
        ("Rechnung", 50, 50, 20.0), ("Rechnungsnummer 7", 50, 90), ("Rechnungsbetrag 100,00", 50, 600), *ENTRIES
    )
    assert found.kind == "invoice"


def test_a_till_roll_is_a_receipt():
    found = classify_lines(
        ("TOTAL 12.50", 10, 300), ("CASH 20.00", 10, 320), ("CHANGE 7.50", 10, 340), width=200.0, height=500.0
    )
    assert found.document_type == "receipt"


def test_a_page_that_says_nothing_of_the_kind_is_other():
    found = classify_lines(("Dear friends", 50, 50), ("it was a lovely summer", 50, 80))
    assert found.document_type == "other"


def test_the_caller_may_insist_on_a_kind():
    found = classify_lines(("Kontoauszug", 50, 50, 22.0), ("Rechnung", 50, 100), ("Rechnungsnummer 5", 50, 120))
    assert found.kind == "statement"
    assert found.best_of("invoice") == "invoice"


def test_the_scores_are_shares_of_one():
    found = classify_lines(("INVOICE", 50, 50, 22.0))
    assert sum(found.scores.values()) == pytest.approx(1)
    assert found.score == pytest.approx(max(found.scores.values()), abs=1e-4)


@pytest.mark.parametrize(
    ("lines", "document_type"),
    [
        ([("RE-Nr. : 2023/97655", 50, 250), ("Summe 20,00", 50, 300)], "invoice"),
        ([("Rechnungsnr. 2201-674", 50, 250), ("Summe 20,00", 50, 300)], "invoice"),
        ([("Beschrijving", 50, 300), ("Hoeveelheid", 250, 300), ("Prijs per stuk", 400, 300)], "invoice"),
        ([("Kvittonr : 16-75421", 100, 80), ("Totalt 46,00 SEK", 10, 280)], "receipt"),
    ],
)
def test_labels_tell_what_a_document_without_a_title_is(lines, document_type):
    narrow = {"width": 240.0} if document_type == "receipt" else {}
    assert classify_lines(*lines, **narrow).document_type == document_type


def test_sums_that_are_carried_over_make_no_statement_of_a_credit_note():
    carried = [("Carried forward", 50, 700), ("Brought forward", 50, 720)]
    number = ("Credit Note Number: 2020/44284", 300, 80)
    heads = [("Particulars", 84, 213), ("Units", 338, 213), ("Unit Cost", 397, 213), ("Total", 505, 213)]
    found = classify_lines(("CREDIT MEMO", 300, 47), number, *heads, *carried)
    assert found.document_type == "credit_note"


BODIES = {
    "en": ("Invoice date: 3 May 2024", "Refers to invoice: 812", "Qty Unit price Amount", "Subtotal 20.00", "Payment terms: 30 days"),
    "de": ("Rechnungsdatum: 03.05.2024", "Zur Rechnung: 812", "Menge Einzelpreis Betrag", "Nettobetrag 20,00", "Fälligkeit: 02.06.2024"),
    "fr": ("Date de facture : 03/05/2024", "Sur facture : 812", "Quantité Prix unitaire Montant", "Total HT 20,00", "Échéance : 02/06/2024"),
    "sv": ("Fakturadatum: 2024-05-03", "Avser faktura: 812", "Antal Pris Summa", "Netto 20,00", "Förfallodatum: 2024-06-02"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "CREDIT NOTE"),
        ("en", "Credit Memo"),
        ("en", "Credit Note No.: 2024/93"),
        ("de", "Gutschrift"),
        ("de", "Gutschrift-Nr.: AV 93"),
        ("fr", "AVOIR"),
        ("fr", "Avoir n°: GS-93"),
        ("sv", "Kreditfaktura"),
        ("sv", "Kreditfaktura nr: 93"),
    ],
)
def test_a_credit_note_speaks_as_invoices_do_and_is_one_all_the_same(language, first):
    body = [(text, 50, 120 + 40 * place) for place, text in enumerate(BODIES[language])]
    assert classify_lines((first, 50, 90), *body).document_type == "credit_note"
    title = {"en": "Invoice", "de": "Rechnung", "fr": "Facture", "sv": "Faktura"}[language]
    rest = [line for line in body if "812" not in line[0]]
    assert classify_lines((title, 50, 90), *rest).document_type == "invoice"


@pytest.mark.parametrize(
    "lines",
    [
        ["Invoice No: 123", "Invoice date: 3 May 2024", "Bill to", "Less credit note no. 45 of 1 May 2024: -5.00", "Total 20.00"],
        ["Invoice", "Invoice date: 3 May 2024", "Credit note no. 45: -5.00", "Total 20.00"],
        ["Invoice", "Late fee for original invoice 100", "Refers to invoice: 100", "Total 20.00"],
        ["Rechnung Nr. 2024-12 vom 03.05.2024", "abzgl. Gutschrift Nr. 33 vom 01.05.2024 -5,00", "Nettobetrag 20,00"],
        ["Facture n° 12 du 3 mai 2024", "Avoir n° 8 déduit -5,00", "Total HT 20,00"],
        ["Fattura n. 12 del 3/5/2024", "A scalare nota di credito n. 4", "Totale 20,00"],
        ["Faktura nr 12", "Kreditfaktura nr 8 avräknas", "Netto 20,00"],
        ["Factura nº 12", "Fecha de factura: 03/05/2024", "Forma de pago: Abono en cuenta", "Total 20,00"],
    ],
)  # fmt: skip
def test_an_invoice_that_names_a_credit_note_stays_an_invoice(lines):
    found = classify_lines(*((text, 50, 60 + 40 * place) for place, text in enumerate(lines)))
    assert found.document_type == "invoice"


@pytest.mark.parametrize("title", ["INVOICE", "ORIGINAL INVOICE", "Factura"])
def test_a_title_in_large_type_outweighs_every_mention(title):
    rest = ["Invoice date: 3 May 2024", "Quote our credit note number 8", "Compensada con factura rectificativa nº 8"]
    found = classify_lines((title, 50, 40, 16), *((text, 50, 90 + 40 * place) for place, text in enumerate(rest)))
    assert found.document_type == "invoice"


def test_a_row_of_the_table_is_no_title():
    lines = [("Rechnung", 50, 60), ("Rechnungsdatum: 03.05.2024", 50, 90), ("Gutschrift", 50, 150), ("-5,00", 400, 150)]
    assert classify_lines(*lines).document_type == "invoice"


@pytest.mark.parametrize(
    ("lines", "document_type"),
    [
        (["Northern Bank", "P.O. Box 12", "Statement", "IBAN: GB1", "BIC: X", "Customer number: 9", "Closing balance 20.00"], "bank_statement"),
        (["Kontoauszug 5/2024", "IBAN: DE1", "BIC: X", "Kundennummer: 9", "Neuer Saldo 20,00"], "bank_statement"),
        (["Sehr geehrte Damen und Herren,", "wir sind umgezogen.", "Kundennummer: 9", "IBAN: DE1", "BIC: X"], "other"),
        (["Delivery Note", "Delivery note no: 12", "Customer no: 9", "Order no: 3"], "other"),
    ],
)  # fmt: skip
def test_what_others_have_as_well_makes_no_invoice(lines, document_type):
    found = classify_lines(*((text, 50, 60 + 40 * place) for place, text in enumerate(lines)))
    assert found.document_type == document_type


def test_who_thanks_for_the_business_and_waits_for_the_money_sends_no_till_slip():
    lines = [
        ("COMMERCIAL INVOICE", 300, 50),
        ("Customer ID: C-323", 300, 62),
        ("Order No.: PO-6593", 300, 74),
        ("Subtotal 2,420.00", 300, 300),
        ("Sales Tax 199.65", 300, 312),
        ("Invoice Total 2,619.65", 300, 324),
        ("Thank you for your business!", 50, 360),
    ]
    assert classify_lines(*lines).document_type == "invoice"


def test_words_about_paying_are_no_money_given_at_the_till():
    bill = [("Rechnung 12", 50, 60), ("Menge", 300, 200), ("Einzelpreis", 400, 200), ("Danke", 50, 500)]
    told = classify_lines(*bill, ("Payment within 10 days", 50, 400)).scores["receipt"]
    paid = classify_lines(*bill, ("Payment 20.00", 50, 400)).scores["receipt"]
    assert told < paid


def test_a_page_set_as_wide_as_the_paper_of_a_till_is_a_receipt_however_short():
    lines = [("Total HT 58,09", 10, 140), ("TVA 20 % 11,62", 10, 150), ("CB 69,71", 10, 180)]
    assert classify_lines(*lines, width=227.0, height=240.0).document_type == "receipt"
    assert classify_lines(*lines).document_type != "receipt"


def test_what_is_called_a_receipt_may_name_the_bank_as_well():
    lines = [
        ("PAYMENT RECEIPT", 120, 42),
        ("Guest name", 42, 77),
        ("Payment received in cash 1939", 42, 304),
        ("Account no. 000303", 42, 487),
        ("IFSC: ABCD0000003", 42, 521),
    ]
    assert classify_lines(*lines).document_type == "receipt"


def test_money_given_at_the_till_may_name_its_currency():
    slip = [("Summe EUR 3,58", 50, 300), ("Geg. BAR EUR 5,00", 50, 320), ("Rückgeld BAR EUR 1,42", 50, 340)]
    assert classify_lines(*slip).document_type == "receipt"


_BODY = (
    ("Invoice number: 77", 50, 120), ("Invoice date: 3 May 2024", 50, 134), ("Bill to", 50, 160), ("Contoso Ltd", 50, 174),
    ("Description", 50, 300), ("Qty", 250, 300), ("Unit price", 350, 300), ("Amount", 480, 300),
    ("Lamps", 50, 320), ("3", 250, 320), ("20.00", 350, 320), ("60.00", 480, 320), ("Total", 350, 400), ("60.00", 480, 400),
)  # fmt: skip
_ORDER = (("PO number: 4500", 50, 120), *_BODY[1:])


@pytest.mark.parametrize(
    ("title", "body", "document_type"),
    [
        ("Pro forma invoice", _BODY, "proforma"),
        ("Facture proforma", _BODY, "proforma"),
        ("Purchase Order", _ORDER, "purchase_order"),
        ("Bon de commande", _ORDER, "purchase_order"),
        ("Water bill", _BODY, "utility_bill"),
        ("Stromrechnung", _BODY, "utility_bill"),
    ],
)
def test_a_title_tells_papers_that_are_made_as_invoices_are(title, body, document_type):
    assert classify_lines((title, 50, 50, 20), *body).document_type == document_type


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Invoice", (("Purchase Order", 350, 120), ("4500", 480, 120))),
        ("Invoice", (("Our pro forma 12 of 2 April applies", 50, 500),)),
        ("Invoice", (("Electricity used in March", 50, 340), ("Proforma no", 350, 120), ("PF-3", 480, 120))),
        ("Lighting House", (("Purchase Order", 350, 120), ("4500", 480, 120))),
    ],
)
def test_an_invoice_that_names_such_a_paper_is_an_invoice(title, more):
    assert classify_lines((title, 50, 50, 20), *_BODY, *more).document_type == "invoice"


def test_a_credit_note_for_a_bill_of_water_is_a_credit_note():
    assert (
        classify_lines(("Credit note", 50, 50, 20), *_BODY, ("Water bill of May", 50, 340)).document_type
        == "credit_note"
    )
