"""Accents are taken off as asking about each letter would, and nothing else is."""

from __future__ import annotations

import unicodedata

import pytest

from bursar.extraction.accents import without_accents


@pytest.mark.parametrize(
    "text",
    [
        "Überweisung",
        "société à évry",
        "częstochowa",
        "faktúra č.",
        "ﬁn № 5 ½",
        "請求書 がぎ",
        "فاتورة",
        "חשבונית",
        "ราคา",
    ],
)
def test_marks_go_and_letters_stay(text):
    asked = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    assert without_accents(text) == asked


def test_plain_text_is_left_as_it_is():
    assert without_accents("Invoice no. 5") == "Invoice no. 5"
    assert without_accents("Straße, Łódź") == "Straße, Łodz"
