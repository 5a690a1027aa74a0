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


@pytest.mark.parametrize(
    "code",
    [
        "KWD",
        "BHD",
        "OMR",
        "TND",
        "JOD",
        "EGP",
        "MAD",
        "ISK",
        "COP",
        "CLP",
        "ARS",
        "PEN",
        "NGN",
        "KES",
        "GHS",
        "PKR",
        "BDT",
        "LKR",
        "NPR",
        "XOF",
    ],
)
@pytest.mark.parametrize("line", ["Total {} 1,250.00", "Total: 1,250.00 {}", "Amount due ({}) 1,250.00"])
def test_every_code_in_use_is_known_beside_a_total(code, line):
    choice = decide_currency([line.format(code)])
    assert choice is not None
    assert (choice.code, choice.certain) == (code, True)


@pytest.mark.parametrize(
    "texts",
    [
        ["2 PEN 2.50", "CUP 1.20", "TOP 12.00"],
        ["Basmati 100 KGS 1,200.00", "Total KGS 120.00"],
        ["AMD 3600 CPU 1 129.00"],
        ["NAD 83 gauge", "MOP 2 x 12.00"],
        ["JOD 12", "Reykjavik (ISK)"],
        ["Size R 12", "SR 12.50", "KD 3.00"],
        ["W/S/12.50"],
    ],
)
def test_words_and_abbreviations_in_capitals_are_no_currencies(texts):
    assert decide_currency(texts) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("₦ 4,500.00", "NGN"), ("GH₵ 25.00", "GHS"), ("KSh 1,200.00", "KES"), ("৳ 500.00", "BDT"), ("₱ 99.00", "PHP"),
        ("₫ 250.000", "VND"), ("₩ 12,000", "KRW"), ("₺ 45,00", "TRY"), ("₪ 18.00", "ILS"), ("د.إ 75.00", "AED"), ("S/ 25.00", "PEN"),
    ],
)  # fmt: skip
def test_a_sign_of_one_currency_tells_it(text, code):
    choice = decide_currency([text])
    assert choice is not None
    assert (choice.code, choice.certain) == (code, True)


@pytest.mark.parametrize(
    ("texts", "code", "certain"),
    [
        (["Rs 500.00", "Tel +94 11 234 5678"], "LKR", True), (["Rs. 500.00", "sales@lamps.com.pk"], "PKR", True),
        (["Rs. 500.00", "CGST 9%"], "INR", True), (["Rs. 500.00"], "INR", False), (["﷼ 500.00", "+966 11 222 3333"], "SAR", True),
        (["$ 500.00", "Ph +64 9 555 1234"], "NZD", True), (["$ 500.00", "www.lamps.com.au"], "AUD", True), (["$ 500.00"], "USD", False),
        (["$ 500.00", "Ph +64 9 555 1234 or +1 212 555 1234"], "USD", False), (["¥ 500"], "JPY", False),
        (["¥ 500", "info@lamp.co.jp"], "JPY", True), (["¥ 500", "+86 21 5555 6666"], "CNY", True), (["KD 3.250", "+965 2222 3333"], "KWD", True),
    ],
)  # fmt: skip
def test_a_shared_sign_is_told_by_telephones_taxes_and_addresses_on_the_net(texts, code, certain):
    choice = decide_currency(texts)
    assert choice is not None
    assert (choice.code, choice.certain) == (code, certain)
    assert certain or code not in choice.alternatives
