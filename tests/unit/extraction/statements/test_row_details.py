"""What the text of a row says besides: counterparty, reference, currencies, rate; each with its place, none guessed."""

from decimal import Decimal

import pytest

from builders.readings import make_page, make_reading
from bursar.extraction.statements.extractor import extract_statement

HEADING = (("Date", 40), ("Details", 120), ("Amount", 380), ("Balance", 480))
ACCOUNT = [("Account number: 12345678", 40, 60), ("Currency: EUR", 40, 80), ("Opening balance: 100.00", 40, 100)]


def read(details, amount="-10.00", *, more=(), heading=HEADING, extra=()):
    """Return the first row of a statement of two, whose text is `details` and the lines of `more` below."""
    lines = [*ACCOUNT, *((text, x, 130) for text, x in heading)]
    balance = Decimal("100.00") + Decimal(amount)
    lines += [("01/03/2024", 40, 150), (details, 120, 150), (amount, 380, 150), (f"{balance}", 480, 150)]
    lines += [(text, x, 150) for text, x in extra]
    lines += [(text, 120, 162 + 12 * number) for number, text in enumerate(more)]
    top = 190 + 12 * len(more)
    lines += [("02/03/2024", 40, top), ("Shop", 120, top), ("-1.00", 380, top), (f"{balance - 1}", 480, top)]
    statement = extract_statement(make_reading(make_page(*lines)))
    assert len(statement.transactions) == 2
    assert statement.unparsed_lines == ()
    return statement.transactions[0], statement.evidence


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Transfer Name: Jo Sample", "Jo Sample"),
        ("Überweisung Empfänger: Muster GmbH IBAN: DE00", "Muster GmbH"),
        ("Virement Bénéficiaire : Dupont Frères", "Dupont Frères"),
        ("Credit From: Sample Ltd 20240301", "Sample Ltd"),
        ("SEPA NAME+Muster GmbH EREF+4711-A", "Muster GmbH"),
        ("/TRTP/SEPA/NAME/De Vries BV/EREF/AB-77/", "De Vries BV"),
    ],
)
def test_who_is_read_behind_a_label(text, name):
    row, evidence = read(text)
    assert row.counterparty == name
    assert name.split()[-1] in evidence["transactions.0.counterparty"].text


@pytest.mark.parametrize("text", ["Card purchase shop", "Transfer from savings", "Payment name unknown", "To: 4711"])
def test_without_a_label_nobody_is_named(text):
    assert read(text)[0].counterparty is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Transfer Ref: AB-4711/2", "AB-4711/2"),
        ("Lastschrift Mandatsreferenz: M00012", "M00012"),
        ("Betaling Kenmerk: 2024.03.0001", "2024.03.0001"),
        ("SEPA EREF+4711-A", "4711-A"),
        ("Bonifico CRO : 12345678901", "12345678901"),
    ],
)
def test_a_reference_is_read_behind_a_label(text, reference):
    row, evidence = read(text)
    assert row.reference == reference
    assert reference in evidence["transactions.0.reference"].text


@pytest.mark.parametrize("text", ["Payment reference unknown", "Ref: pending", "Invoice 4711"])
def test_words_that_are_no_reference_are_none(text):
    assert read(text)[0].reference is None


@pytest.mark.parametrize(
    ("text", "amount", "wanted"),
    [
        ("Hotel USD 108.20 rate 1.0820", "-100.00", ("108.20", "USD", "1.0820")),
        ("Hotel 108.20 USD @ 1.0820", "-100.00", ("108.20", "USD", "1.0820")),
        ("Hotel GBP 85.00 Kurs: 1,1765", "-100.00", ("85.00", "GBP", "1.1765")),
        ("Hotel 16200 JPY 1 EUR = 162.00 JPY", "-100.00", ("16200", "JPY", "162.00")),
        ("Hotel JPY 16200 exchange rate 0.6173", "-100.00", ("16200", "JPY", "0.6173")),
        ("Hotel USD 108.20", "-100.00", ("108.20", "USD", None)),
        ("Hotel fee USD 2.00 paid USD 108.20 rate 1.0820", "-100.00", ("108.20", "USD", "1.0820")),
    ],
)
def test_an_amount_in_foreign_currency_comes_with_its_currency_and_the_rate_that_fits(text, amount, wanted):
    row, evidence = read(text, amount)
    rate = None if wanted[2] is None else Decimal(wanted[2])
    assert (row.original_amount, row.original_currency, row.exchange_rate) == (Decimal(wanted[0]), wanted[1], rate)
    assert row.amount == abs(Decimal(amount))
    assert evidence["transactions.0.original_amount"].box is not None


def test_a_rate_that_does_not_turn_one_amount_into_the_other_is_not_taken():
    assert read("Hotel USD 108.20 rate 3.5000", "-100.00")[0].exchange_rate is None


@pytest.mark.parametrize("text", ["Shop EUR 10.00", "Shop 10.00", "Tickets TOP 20", "Interest rate 2.75"])
def test_what_is_not_in_a_foreign_currency_is_no_original_amount(text):
    row, _ = read(text)
    assert (row.original_amount, row.original_currency, row.exchange_rate) == (None, None, None)


def test_a_line_of_its_own_with_the_foreign_amount_belongs_to_the_row_above():
    row, _ = read("Hotel", "-100.00", more=("USD 108.20",))
    assert (row.description, row.original_amount, row.original_currency) == (
        "Hotel USD 108.20",
        Decimal("108.20"),
        "USD",
    )


def test_a_currency_printed_beside_the_amount_is_the_rows():
    row, evidence = read("Shop", "-10.00", heading=(*HEADING, ("Currency", 430)), extra=(("EUR", 440),))
    assert (row.currency, row.description) == ("EUR", "Shop")
    assert evidence["transactions.0.currency"].text == "EUR"
    assert read("Shop")[0].currency is None


def test_a_column_of_names_beside_one_of_texts_says_who():
    heading = (("Date", 40), ("Payee", 120), ("Description", 250), ("Amount", 380), ("Balance", 480))
    row, _ = read("Sample Ltd", heading=heading, extra=(("Invoice settled", 250),))
    assert (row.counterparty, row.description) == ("Sample Ltd", "Sample Ltd Invoice settled")


def test_rows_of_several_accounts_name_theirs():
    lines = []
    for top, number in ((60, "12345678"), (300, "87654321")):
        lines += [(f"Account number: {number}", 40, top), ("Opening balance: 100.00", 40, top + 20)]
        lines += [(text, x, top + 50) for text, x in HEADING]
        for at, (amount, balance) in enumerate((("-10.00", "90.00"), ("-5.00", "85.00")), 1):
            y = top + 50 + 20 * at
            lines += [(f"0{at}/03/2024", 40, y), ("Shop", 120, y), (amount, 380, y), (balance, 480, y)]
    statement = extract_statement(make_reading(make_page(*lines)))
    assert [{row.account for row in account.transactions} for account in statement.accounts] == [
        {"12345678"},
        {"87654321"},
    ]
    assert statement.transactions == statement.accounts[0].transactions


def read_columns(headings, xs, *rows):
    lines = [*ACCOUNT, *((text, x, 130) for text, x in zip(headings, xs, strict=True))]
    for number, row in enumerate(rows, 1):
        lines += [(cell, x, 130 + 20 * number) for cell, x in zip(row, xs, strict=True) if cell]
    return extract_statement(make_reading(make_page(*lines))).transactions


def test_a_column_of_original_amounts_is_not_taken_for_the_rows_amount():
    first, second = read_columns(
        ("Date", "Details", "Original amount", "Amount", "Balance"),
        (40, 120, 250, 380, 480),
        ("01/03/2024", "Hotel", "108.20 USD", "-100.00", "0.00"),
        ("02/03/2024", "Shop", "", "-1.00", "-1.00"),
    )
    assert (first.amount, first.original_amount, first.original_currency) == (
        Decimal("100.00"),
        Decimal("108.20"),
        "USD",
    )
    assert second.original_amount is None


@pytest.mark.parametrize("rate", ["1.0820", "1,0820", "1.082"])
def test_a_column_of_rates_holds_the_rate_and_no_amount(rate):
    first, second = read_columns(
        ("Date", "Details", "Currency", "Foreign amount", "Rate", "Amount", "Balance"),
        (40, 120, 200, 260, 350, 410, 490),
        ("01/03/2024", "Hotel", "USD", "108.20", rate, "-100.00", "0.00"),
        ("02/03/2024", "Shop", "", "", "", "-1.00", "-1.00"),
    )
    assert (first.original_amount, first.original_currency) == (Decimal("108.20"), "USD")
    assert first.exchange_rate == Decimal(rate.replace(",", "."))
    assert (first.currency, first.amount, first.balance) == (None, Decimal("100.00"), Decimal("0.00"))
    assert (second.original_amount, second.exchange_rate, second.amount) == (None, None, Decimal("1.00"))
