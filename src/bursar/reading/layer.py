"""Whether a page's text layer tells what a person sees, or the page must be recognised from its pixels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from bursar.reading.frame import Frame
from bursar.reading.page import Word
from bursar.reading.pdf_shapes import Shapes
from bursar.reading.pdf_text import TextLayer

SCAN_COVER = 0.5  # images over this share of the page are its content, not a picture on it
_STAMP_WORDS = 30  # so few words over a scan are a stamp, a footer or a page number
_MIN_CHARACTERS = 20  # too few to judge by
_BAD_SHARE = 0.2
_SIGN_SHARE = 0.6
_VOWELLESS_SHARE = 0.6
_VOWEL_SHARE = 0.12  # of Latin letters; the poorest languages have a third, tables of codes a fifth
_BAD = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-žȘ-ț]{4,}")
_VOWEL = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąēĕėęěīĭįıōŏőœūŭůűų]", re.IGNORECASE)


class Choice(StrEnum):
    """What a page is read from."""

    TEXT = "text"
    OCR = "ocr"
    MIXED = "mixed"  # a scan with a few real words on it: both
    BLANK = "blank"  # nothing is drawn at all


def choose_reading(layer: TextLayer, shapes: Shapes, frame: Frame) -> Choice:
    """Return how the page is to be read."""
    words = layer.words
    if not words:
        return Choice.OCR if shapes.object_count else Choice.BLANK
    if is_garbage(word.text for word in words):
        return Choice.OCR
    scanned = shapes.measure_image_cover(frame) >= SCAN_COVER
    if scanned and len(layer.invisible) > len(words):
        return Choice.MIXED
    if scanned and len(words) <= _STAMP_WORDS:
        return Choice.MIXED
    return Choice.TEXT


def is_garbage(texts: Iterable[str]) -> bool:
    """Whether the text is what fonts without a character map yield: private and control characters, signs, no vowels."""
    text = "".join(texts)
    if not text:
        return False
    bad = 5 * text.count("(cid:")
    if not text.isprintable() or "\ufffd" in text:
        bad += len(_BAD.findall(text))
    if bad > _BAD_SHARE * len(text):
        return True
    if len(text) < _MIN_CHARACTERS:
        return False
    signs = len(text) - sum(map(str.isalnum, text))
    return signs > _SIGN_SHARE * len(text) or _lacks_vowels(text)


def merge_words(text_words: Sequence[Word], ocr_words: Sequence[Word]) -> tuple[Word, ...]:
    """Return both, without the recognised words that stand where a real one does."""
    kept = [word for word in ocr_words if not any(_covers(real, word) for real in text_words)]
    return (*text_words, *kept)


def _lacks_vowels(text: str) -> bool:
    words = _LATIN_WORD.findall(text)
    letters = sum(map(len, words))
    if letters < 40 or letters < 0.5 * sum(map(str.isalpha, text)):
        return False
    vowels = [len(_VOWEL.findall(word)) for word in words]
    return sum(vowels) < _VOWEL_SHARE * letters or (len(words) >= 8 and vowels.count(0) > _VOWELLESS_SHARE * len(words))


def _covers(real: Word, other: Word) -> bool:
    width, height = real.box.overlap_x(other.box), real.box.overlap_y(other.box)
    return (
        width > 0
        and height > 0
        and width * height > 0.4 * min(real.box.width * real.box.height, other.box.width * other.box.height)
    )
