import pytest

from bursar.facts.box import Box
from bursar.reading.frame import make_frame
from bursar.reading.layer import Choice, choose_reading, is_garbage, merge_words
from bursar.reading.page import Word
from bursar.reading.pdf_shapes import Shapes
from bursar.reading.pdf_text import TextLayer

FRAME = make_frame(0, 0, 600, 800, 0)
FULL = Shapes(images=[Box(0, 0, 600, 800)], object_count=1)
PLAIN = Shapes(object_count=40)


def words(count, text="invoice"):
    return tuple(Word(text, Box(10 + n, 10 + n, 40 + n, 20 + n)) for n in range(count))


@pytest.mark.parametrize(
    ("visible", "invisible", "shapes", "expected"),
    [
        (words(200), (), PLAIN, Choice.TEXT),
        ((), (), PLAIN, Choice.OCR),
        ((), (), Shapes(), Choice.BLANK),
        ((), words(200), FULL, Choice.OCR),
        (words(5), (), FULL, Choice.MIXED),
        (words(5), words(200), FULL, Choice.MIXED),
        (words(200), (), FULL, Choice.TEXT),
        (words(5), (), PLAIN, Choice.TEXT),
        (words(200, "\ue001\ue002"), (), PLAIN, Choice.OCR),
    ],
)
def test_how_a_page_is_read(visible, invisible, shapes, expected):
    assert choose_reading(TextLayer(visible, invisible), shapes, FRAME) is expected


@pytest.mark.parametrize(
    "text",
    [
        "\ue010\ue011\ue012 \ue013\ue014",
        "\ufffd\ufffd\ufffd 12",
        "\x01\x05\x1f\x03",
        "(cid:12)(cid:44)(cid:9)(cid:51)",
        "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~" * 2,
        "Kxzqt wfgh bcdfg hjklm npqrs tvwxz bcdfg hjklm npqrst vwxzb cdfgh",
    ],
)
def test_text_without_a_character_map_is_garbage(text):
    assert is_garbage(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "Rechnung Nr. 4711 vom 12.03.2024 Gesamtbetrag 119,00 EUR",
        "UPI/DR/070030035105/ZOKNYX UPI/CR/829821532302/XNNYL IMPS NEFT RTGS salary credit balance",
        "0,00 119,00 22.610,00 -14,73 12.03.2024 4711 0815 19% 7% 42",
        "見積書 合計金額 税込 振込先 銀行 口座番号 株式会社",
        "счёт на оплату товаров и услуг",
        "x",
        "Strč prst skrz krk",
    ],
)
def test_ordinary_text_of_any_language_is_not(text):
    assert not is_garbage(text.split())


def test_recognised_words_give_way_to_real_ones():
    real = Word("2024", Box(10, 10, 50, 20))
    same = Word("2O24", Box(9, 9, 51, 22), confidence=0.7)
    other = Word("total", Box(60, 10, 90, 20), confidence=0.9)
    assert merge_words([real], [same, other]) == (real, other)
