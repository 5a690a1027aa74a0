import pytest

from builders.readings import make_page
from bursar.extraction.statements.cells import read_sheet
from bursar.extraction.statements.headings import find_headings


def headings_of(*lines):
    return find_headings(read_sheet(make_page(*lines)).rows)


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        (("Date", "Details", "Paid out", "Paid in", "Balance"), ["date", "description", "debit", "credit", "balance"]),
        (
            ("Buchungstag", "Wertstellung", "Verwendungszweck", "Betrag"),
            ["date", "value_date", "description", "amount"],
        ),
        (("Datum", "Omschrijving", "Af", "Bij"), ["date", "description", "debit", "credit"]),
        (("Fecha", "Concepto", "Cargos", "Abonos", "Saldo"), ["date", "description", "debit", "credit", "balance"]),
        (("Päivä", "Selite", "Määrä"), ["date", "description", "amount"]),
    ],
)
def test_columns_are_known_by_their_words_in_many_languages(words, roles):
    (heading,) = headings_of(*[(word, 40 + 100 * index, 50) for index, word in enumerate(words)])
    assert [column.role for column in heading.columns] == roles


def test_a_heading_over_two_rows_is_read_as_one():
    lines = [("Transaction", 40, 50), ("Date", 40, 61), ("Details", 150, 61), ("Money", 300, 50), ("out", 300, 61)]
    (heading,) = headings_of(*lines, ("Balance", 400, 61))
    assert [column.role for column in heading.columns] == ["date", "description", "debit", "balance"]
    assert heading.last == 1


def test_the_title_of_a_section_is_not_part_of_the_heading_below():
    lines = [("Deposits and other credits", 40, 50), ("Transaction Date", 40, 66), ("Details", 180, 66)]
    (heading,) = headings_of(*lines, ("Amount", 400, 66))
    assert heading.first == 1


def test_debits_and_credits_in_one_column_make_signed_amounts():
    (heading,) = headings_of(("Date", 40, 50), ("Details", 150, 50), ("Withdrawals / Deposits", 300, 50))
    assert heading.columns[-1].role == "amount"


def test_a_word_with_two_meanings_keeps_both():
    (heading,) = headings_of(("Data", 40, 50), ("Descrição", 150, 50), ("Valor", 400, 50))
    assert {heading.columns[-1].role, *heading.columns[-1].others} == {"value_date", "amount"}


def test_tables_side_by_side_hold_no_transactions():
    names = ("Date", "Check #", "Amount", "Date", "Check #", "Amount")
    (heading,) = headings_of(*[(name, 40 + 80 * index, 50) for index, name in enumerate(names)])
    assert not heading.of_transactions


def test_a_summary_of_limits_is_no_heading():
    assert headings_of(("Credit card statement", 40, 50), ("Northern Bank", 300, 50)) == []
