"""Which currency the words of a document name."""

import pytest

from bursar.extraction.currencies import decide_currency


@pytest.mark.parametrize(
    ("texts", "languages", "code"),
    [
        (["Fr. 42.50", "Total Fr.644.00"], ["de"], "CHF"),
        (["Amount (RM)", "RM 12.50"], ["en"], "MYR"),
        (["QTY ITEM RM", "2 TAU SAR PNEAH 25.00"], ["en"], "MYR"),
        (["00144 Roma (RM)", "TOTALE EUR 12,00"], ["it"], "EUR"),
        (["Fr. 20.09.2024", "Summe 12,00 EUR"], ["de"], "EUR"),
    ],
    ids=["francs", "ringgit", "capitals are no code", "the province of Rome", "Friday"],
)
def test_a_currency_is_told_from_what_looks_like_one(texts, languages, code):
    choice = decide_currency(texts, (), languages)
    assert choice is not None
    assert choice.code == code


@pytest.mark.parametrize("place", ["Quayside Hygiene (Pty) Ltd", "12 Kloof Street, Cape Town 8001"])
def test_a_rand_is_one_where_something_is_south_african(place):
    choice = decide_currency([place, "Total R 5,246.68"], (), ["en"])
    assert choice is not None
    assert choice.code == "ZAR"
    assert decide_currency(["12 Calle Mayor, Murcia", "Total R 5,246.68"], (), ["en"]) is None
