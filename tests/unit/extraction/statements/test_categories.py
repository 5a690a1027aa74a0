"""Categories by words: which phrase wins, what the reason says, what a file of one's own changes."""

from datetime import date
from decimal import Decimal

import pytest

from bursar.errors import InvalidRequest
from bursar.extraction.statements.categories import categorize, load_categories
from bursar.facts.document import Period
from bursar.facts.evidence import Source
from bursar.facts.statement import Account, AccountInfo, CategoryReason, Statement, StatementSummary, Transaction


def make_row(description, kind="debit", row=1, **more):
    return Transaction(row, date(2024, 3, 1), description, Decimal("10.00"), kind, **more)


def categorize_one(description, kind="debit", source=None, **more):
    return categorize(Statement(transactions=(make_row(description, kind, **more),)), source).transactions[0]


@pytest.mark.parametrize(
    ("text", "kind", "category"),
    [
        ("ACME Ltd Salary March", "credit", "salary"),
        ("LOHNZAHLUNG 03/24", "credit", "salary"),
        ("Gehaltsabrechnung", "credit", "salary"),
        ("Virement loyer mars", "debit", "transfer"),
        ("Loyer mars", "debit", "rent"),
        ("Compra en supermercado Sol", "debit", "groceries"),
        ("Prelievo Bancomat 17:03", "debit", "cash_withdrawal"),
        ("Försäkring hem", "debit", "insurance"),
        ("Opłata za kartę", "debit", "bank_fees"),
        ("Husleje april", "debit", "rent"),
        ("Vuokranmaksu", "debit", "rent"),
        ("Continente 44", "debit", "other_expense"),
        ("Nobody knows", "credit", "other_income"),
    ],
)
def test_words_of_many_languages_tell_the_category(text, kind, category):
    assert categorize_one(text, kind).category == category


def test_the_longest_phrase_decides_and_is_the_reason():
    row = categorize_one("Card fee for hotel")
    assert row.category == "bank_fees"
    assert row.category_reason == CategoryReason("bank_fees.en", "description", "card fee")


def test_a_category_of_credits_never_takes_a_debit():
    assert categorize_one("Salary to Jo", "debit").category != "salary"


def test_part_of_a_word_is_not_the_word():
    assert categorize_one("Parenting Rentals4you Barbara").category == "other_expense"


def test_where_no_word_fits_the_reason_says_so():
    assert categorize_one("Xyzzy").category_reason == CategoryReason("fallback", "type", "debit")


def test_the_counterparty_counts_as_well():
    row = categorize_one("SEPA 4711", counterparty="City Pharmacy")
    assert (row.category, row.category_reason.field) == ("health", "counterparty")


def test_the_evidence_says_that_a_category_is_derived_and_from_what():
    statement = categorize(Statement(transactions=(make_row("Rent"),)))
    seen = statement.evidence["transactions.0.category"]
    assert (seen.source, seen.derived_from) == (Source.DERIVED, ("transactions.0.description",))


def test_every_account_of_a_document_is_categorized():
    account = Account(AccountInfo(), Period(), StatementSummary(), (make_row("Rent"),))
    statement = categorize(Statement(transactions=account.transactions, accounts=(account, account)))
    assert [a.transactions[0].category for a in statement.accounts] == ["rent", "rent"]
    assert "accounts.1.transactions.0.category" in statement.evidence


OWN = """
extends = {extends}
[fallback]
debit = "unsorted"
[[category]]
name = "tools"
direction = "debit"
words.any = ["acme hardware", "screw*"]
"""


def test_a_file_of_ones_own_replaces_the_words(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN.format(extends="false"), encoding="utf-8")
    assert categorize_one("ACME Hardware 12", source=path).category == "tools"
    assert categorize_one("Screwdrivers", source=path).category_reason == CategoryReason(
        "tools.any", "description", "screw"
    )
    assert categorize_one("Rent", source=path).category == "unsorted"
    assert categorize_one("Rent", "credit", source=path).category is None


def test_a_file_that_extends_comes_before_what_comes_along(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN.format(extends="true").replace("acme hardware", "rent"), encoding="utf-8")
    assert categorize_one("Rent", source=path).category == "tools"
    assert categorize_one("Pharmacy", source=path).category == "health"
    assert categorize_one("Nothing", source=path).category == "unsorted"
    assert categorize_one("Nothing", "credit", source=path).category == "other_income"


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "[fallback]\ndebit = 'x'",
        "[[category]]\nname = 'a'\ndirection = 'up'\nwords.any = ['b']",
        "[[category]]\nname = 'a'\nwords.any = ['-']",
        "[[category]]\nname = 'a'\nwords.any = ['one two three four five six seven']",
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRequest):
        load_categories(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidRequest):
        load_categories(str(tmp_path / "none.toml"))


def test_no_phrase_that_comes_along_belongs_to_two_categories_of_one_direction():
    categories = load_categories(None)
    for rules in (*categories.phrases.values(), *categories.stems.values()):
        assert len({rule.category for rule in rules}) == 1, rules
