from datetime import date
from decimal import Decimal

import pytest
from msgspec import structs

from builders.readings import make_page
from bursar.extraction.einvoice.sight import Sight
from bursar.facts.evidence import Conventions, Source


def see(*texts, recognised=False):
    page = make_page(*((text, 50, 100 + 20 * place) for place, text in enumerate(texts)))
    if recognised:
        words = tuple(structs.replace(word, source=Source.OCR) for word in page.words)
        lines = tuple(
            structs.replace(line, words=tuple(structs.replace(word, source=Source.OCR) for word in line.words))
            for line in page.lines
        )
        page = structs.replace(page, words=words, lines=lines)
    return Sight((page,), Conventions())


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("RE-2024-17", "Beleg Nr.RE-2024-17 vom 3.5.2024"),
        ("RE-2024-17", "Beleg 2024-17"),
        ("17", "Rechnung 17"),
        ("DE136695976", "USt-IdNr. DE 136 695 976"),
        (date(2024, 5, 3), "Datum 3. Mai 2024"),
        (date(2024, 3, 5), "Date 05/03/2024"),
        (date(2024, 5, 3), "Date 05/03/2024"),
        (Decimal("1234.50"), "Summe 1.234,50 EUR"),
        (Decimal("1234.50"), "Total 1,234.50"),
        (Decimal("1234.50"), "Total 1 234,50"),
        (Decimal("1200.00"), "Total 1200"),
        (Decimal("-12.50"), "Rabatt 12,50-"),
        (Decimal(0), "nichts"),
    ],
)
def test_a_value_may_stand_there_in_any_notation(value, line):
    assert see("Musterzeile", line).may_show(value)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("RE-2024-17", "Beleg RE-2024-170"),
        ("RE-2024-17", "Beleg RE-2024-18"),
        ("17", "Rechnung 2017"),
        (date(2024, 5, 3), "Datum 4. Mai 2024"),
        (Decimal("1234.50"), "Summe 1.234,51 EUR"),
        (Decimal("1234.50"), "Summe 11.234,50 EUR"),
        (Decimal("12.50"), "Summe 12,05 EUR"),
    ],
)
def test_what_is_another_value_is_not_taken_for_it(value, line):
    assert not see("Musterzeile", line).may_show(value)


def test_a_name_is_known_by_most_of_its_words_near_one_another():
    sight = see("Gasthof Linde", "Rechnungsnummer 77", "Wirtschaftsbetriebe KG")
    assert sight.may_name("Gasthof Linde Wirtschaftsbetriebe GmbH & Co. KG")
    assert sight.may_name("GASTHOF LINDE")
    assert not sight.may_name("Gasthof Eiche KG")
    assert not sight.may_name("Brauhaus Sonne KG")


def test_a_name_is_not_made_of_words_far_apart():
    assert not see("Nordwind Energie", *["Zeile"] * 8, "Handel und Vertrieb").may_name("Nordwind Vertrieb GmbH")


def test_a_recognised_page_may_have_a_letter_wrong_and_a_typed_one_may_not():
    wrong = ("Gasthof Llnde Wirtschaft", "Beleg RE-2O24-1734")
    assert see(*wrong, recognised=True).may_name("Gasthof Linde Wirtschaft KG")
    assert see(*wrong, recognised=True).may_show("RE-2024-1734")
    assert not see(*wrong).may_show("RE-2024-1734")
