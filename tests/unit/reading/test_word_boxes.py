"""Words of a recognised line: blanks that the network left out are put back where the ink leaves one."""

from __future__ import annotations

import numpy as np
import pytest

from bursar.reading.recognition import LineText
from bursar.reading.word_boxes import split_words

HEIGHT, LETTER = 48, 20
USUAL = 3  # px between letters


def line(text: str, gaps: dict[int, int], points: dict[int, int] | None = None) -> LineText:
    """A line of bars, one a letter; `gaps` are those in front of letters that differ from the usual one, in pixels.

    `points` are the letters that are square points instead, with their sides.
    """
    ink = np.full((HEIGHT, 40 * len(text) + 80), 255, np.uint8)
    positions, x = [], 10
    for index in range(len(text)):
        x += gaps.get(index, USUAL)
        side = (points or {}).get(index)
        if side is None:
            ink[30:36, x : x + LETTER] = 0
        else:
            ink[36 - side : 36, x + (LETTER - side) // 2 : x + (LETTER + side) // 2] = 0
        positions.append(x + LETTER / 2)
        x += LETTER
    ink = ink[:, : x + 10]
    shares = np.array(positions, np.float32) / ink.shape[1]
    return LineText(text, shares, np.ones(len(text), np.float32), ink)


def words(text: str, gaps: dict[int, int], points: dict[int, int] | None = None) -> list[str]:
    made = line(text, gaps, points)
    width = made.ink.shape[1]
    quad = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], np.float32)
    return [word.text for word in split_words(made, quad)]


@pytest.mark.parametrize(
    ("text", "at", "gap", "expected"),
    [
        ("50360Koeln", 5, 6, ["50360", "Koeln"]),
        ("pauschaleWebsite", 9, 7, ["pauschale", "Website"]),
        ("GmbHCo", 3, 4, ["GmbHCo"]),
        ("wartung", 3, 7, ["wartung"]),
        ("wartung", 3, 12, ["war", "tung"]),
        ("AB12CD", 4, 7, ["AB12CD"]),
        ("12,50", 2, 12, ["12,50"]),
    ],
)
def test_a_blank_is_put_back_where_the_gap_is_one_and_sooner_before_a_word_s_capital(text, at, gap, expected):
    assert words(text, {at: gap}) == expected


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        ("TX·78701", 0, ["TX", "78701"]),
        ("TX·78701", 2, ["TX", "78701"]),  # dust
        ("software.licence", 0, ["software", "licence"]),
        ("software.licence", 4, ["software.licence"]),
        ("Ort·Platz", 4, ["Ort", "·", "Platz"]),
        ("NL85.ABNA", 0, ["NL85", "ABNA"]),
        ("1.250", 0, ["1.250"]),  # never of a number
        ("a@acme.example", 0, ["a@acme.example"]),
        ("www.acme", 0, ["www.acme"]),
        ("30·231", 0, ["30", "231"]),
    ],
)
def test_a_point_without_ink_is_a_blank_but_in_a_number(text, side, expected):
    at = min(text.find(mark) for mark in ".·" if mark in text)
    assert words(text, {}, {at: side}) == expected


def test_a_point_that_touches_its_letter_is_one():
    assert words("V.Mayer", {1: -LETTER // 2}, {1: 0}) == ["V.Mayer"]


def test_a_faint_point_is_one():
    made = line("software.licence", {}, {8: 0})
    middle = int(made.positions[8] * made.ink.shape[1])
    made.ink[32:36, middle - 2 : middle + 2] = 200  # letters are 0, paper is 255
    width = made.ink.shape[1]
    quad = np.array([[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]], np.float32)
    assert [word.text for word in split_words(made, quad)] == ["software.licence"]
