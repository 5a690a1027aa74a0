"""Made-up identifiers pass the checks that real ones pass."""

from __future__ import annotations

import random

import pytest
from stdnum import iban
from stdnum.eu import vat
from stdnum.in_ import gstin

from builders.identifiers import make_gstin
from builders.places import COUNTRIES, get_place, make_bank, make_vat_id
from builders.words import get_words

EUROPEAN = [code for code in COUNTRIES if code in {"AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "PT", "SE"}]


@pytest.mark.parametrize("code", EUROPEAN)
def test_european_vat_numbers_are_valid(code):
    rng = random.Random(code)
    for _ in range(5):
        assert vat.is_valid(make_vat_id(get_place(code), rng))


@pytest.mark.parametrize("code", [code for code in COUNTRIES if get_place(code).entries["iban"]])
def test_ibans_are_valid_and_of_their_country(code):
    number = make_bank(get_place(code), random.Random(code)).iban
    assert iban.is_valid(number)
    assert number[:2] == code


def test_gst_numbers_are_valid_and_of_their_state():
    number = make_gstin(random.Random(4), "29")
    assert gstin.is_valid(number)
    assert number.startswith("29")


@pytest.mark.parametrize("language", sorted({get_place(code).language for code in COUNTRIES}))
def test_every_language_has_the_words_that_english_has(language):
    words, english = get_words(language), get_words("en")
    assert set(english["statement"]) == set(words["statement"])
    assert set(english["invoice"]) - {"hsn"} <= set(words["invoice"])
    assert set(english["statement"]["booking"]) == set(words["statement"]["booking"])
