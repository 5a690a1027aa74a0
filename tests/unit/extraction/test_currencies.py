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


@pytest.mark.parametrize(
    ("text", "code", "certain"),
    [
        ("GST at 15% $719.55", "NZD", True), ("GST (10%) $12.00", "AUD", True), ("ABN 51 824 753 556", "AUD", True),
        ("9% GST $9.00", "SGD", True), ("HST ON $13.00", "CAD", True), ("Sales tax 15% $7.00", "USD", False),
        ("Discount 10% on goods, GST $9.00", "USD", False),
    ],
)  # fmt: skip
def test_a_dollar_is_told_by_the_taxes_of_its_country(text, code, certain):
    choice = decide_currency(["Total $5,516.55", text], (), ["en"])
    assert choice is not None
    assert (choice.code, choice.certain) == (code, certain)
