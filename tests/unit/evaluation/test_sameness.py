import pytest

from bursar.evaluation.sameness import is_same, is_same_item, is_same_transaction, measure_overlap


@pytest.mark.parametrize(
    ("field", "truth", "value"),
    [
        ("total", "448.99", 448.99),
        ("total", "448.90", "448.9"),
        ("total", "-10.00", "10.00"),
        ("invoice_date", "2024-01-07", "2024-01-07"),
        ("period_start", "--06-01", "2025-06-01"),
        ("seller_name", "Muster GmbH", "MUSTER GMBH"),
        ("seller_name", "Société Générale des Eaux SA", "Societe Generale des Eaux S.A."),
        ("seller_name", "Alpha Beta Gamma Delta", "Alpha Beta Gamma Delta Ltd"),
        ("seller_address", "Main Street 5, 12345 Town", "Main Street 5\n12345 Town\nGermany"),
        ("invoice_number", "RE-2024/17", "re 2024 17"),
        ("currency", "EUR", "EUR"),
    ],
)
def test_values_that_mean_the_same_are_the_same(field, truth, value):
    assert is_same(field, truth, value)


@pytest.mark.parametrize(
    ("field", "truth", "value"),
    [
        ("total", "448.99", "448.90"),
        ("total", "448.99", None),
        ("total", "448.99", "much"),
        ("invoice_date", "2024-01-07", "2024-07-01"),
        ("seller_name", "Alpha Beta", "Gamma Beta"),
        ("seller_address", "Main Street 5, 12345 Town", "Side Street 7, 99999 City"),
        ("invoice_number", "17", "171"),
    ],
)
def test_values_that_differ_are_not_the_same(field, truth, value):
    assert not is_same(field, truth, value)


def test_an_item_is_known_by_amount_and_words():
    truth = {"description": "Blue office chair", "amount": "573.00"}
    assert is_same_item(truth, {"description": "Office chair, blue", "amount": 573})
    assert not is_same_item(truth, {"description": "Blue office chair", "amount": 578})
    assert not is_same_item(truth, {"description": "Red table", "amount": 573})
    assert not is_same_item(truth, {"description": "Blue office chair"})
    assert is_same_item({"description": "Freight"}, {"description": "Freight", "amount": 5})


def test_a_transaction_is_known_by_signed_amount_balance_and_day():
    truth = {"date": "2025-06-01", "amount": "-12.50", "balance": "100.00", "description": "Rent"}
    row = {"date": "2025-06-01", "amount": 12.5, "type": "debit", "balance": 100, "description": "Rent"}
    assert is_same_transaction(truth, row)
    assert not is_same_transaction(truth, {**row, "type": "credit"})
    assert not is_same_transaction(truth, {**row, "balance": 101})
    assert not is_same_transaction(truth, {**row, "date": "2025-06-02"})
    assert is_same_transaction({**truth, "posting_date": "2025-06-02"}, {**row, "date": "2025-06-02"})


def test_overlap_counts_words_both_ways():
    assert measure_overlap("a b c d", "a b") == pytest.approx(2 / 3)
    assert measure_overlap("a", "b") == 0
