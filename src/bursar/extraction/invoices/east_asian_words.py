"""Words of Japanese and Chinese, which know no blanks, parted where another language would have one.

A label and its value: at a colon of either width, at the bracket beside an amount, where a known label runs into a number; and
the word behind a name that says to whom a letter is. Figures of full width become plain ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from bursar.extraction.labels.vocabulary import compact, load_vocabulary, printed_of
from bursar.facts.box import Box, enclose
from bursar.reading.page import Line

_CHARACTERS = "\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_EAST_ASIAN = re.compile(f"[{_CHARACTERS}\uff01-\uff9f\uffe5]")
_WIDE_FIGURE = re.compile("[\uff10-\uff19\uffe5\uff04]")
_YEN = re.compile(r"[▲△]?¥[▲△]?\d|[▲△]\d")  # in words without any of the characters
_LESS = re.compile(r"[▲△](?=[¥￥]?\d)")
_CLOSED = re.compile(r"(.*[¥￥]\d[\d,]*)[-−‐－ー]")  # «¥1,200-»: nothing can be added
_NARROW = str.maketrans(
    {0xFF00 + code: chr(0x20 + code) for code in (*range(0x0C, 0x1A), *range(0x21, 0x3B), 0x41, *range(0x42, 0x5B))}
    | {"￥": "¥", "＄": "$", "％": "%", "－": "-"}
)
_COLON = re.compile(r"([^:：]*[^\W\d_]\s?[:：]+|[^:：]+[)）\]】]\s?[:：]+)(?!//)(?=[^:：])")
_RATE = re.compile(r"(.*[^\W\d_])([(（]\d[\d.]*\s?[%％][)）]\s?[:：]*)")
_AMOUNT = r"[-−▲△]?[¥￥]?[-−▲△]?\d[\d,]*(?:\.\d+)?[円元]?"
_BEFORE_BRACKET = re.compile(rf"({_AMOUNT})([(（].*)")
_BEHIND_BRACKET = re.compile(rf"(.*[)）])({_AMOUNT}-?)")
_RUN_IN = re.compile(
    rf"((?:[{_CHARACTERS}]|[(（][{_CHARACTERS}]+[)）])+?)((?:令和|平成|昭和)?[\dA-Z¥￥].*)", re.IGNORECASE
)
_NO_NAME = re.compile(
    r".*(?:お客|仕|同|多|模|異|有|神|王|貴|皆|各)$"
)  # «お客様», «仕様»: a word, no name with an address
_SPACED = 4.0  # heights of type that may stand between the two characters of one label


def is_east_asian(text: str) -> bool:
    """Whether a text holds characters of Japanese or Chinese, or figures of their width."""
    return not text.isascii() and (_EAST_ASIAN.search(text) or _YEN.match(text)) is not None


def part_word(text: str) -> list[str]:
    """Return the words that a run of such characters is, one at least.

    >>> part_word("備考：振込先：青葉銀行"), part_word("小計１，２００円"), part_word("青葉商事株式会社御中")
    (['備考：', '振込先：', '青葉銀行'], ['小計', '1,200円'], ['青葉商事株式会社', '御中'])
    """
    if _WIDE_FIGURE.search(text):
        text = text.translate(_NARROW)
    text = _LESS.sub("-", text)
    if match := _CLOSED.fullmatch(text):
        return part_word(match[1])
    parts: list[str] = []
    rest = text
    while match := _COLON.match(rest):
        rated = _RATE.fullmatch(match[1])
        parts += rated.groups() if rated else [match[1]]
        rest = rest[match.end() :]
    if match := _BEFORE_BRACKET.fullmatch(rest) or _BEHIND_BRACKET.fullmatch(rest):
        return [*parts, match[1], match[2]]
    match = _RUN_IN.fullmatch(rest)
    if match is not None and _is_label(match[1]):
        return [*parts, match[1], match[2]]
    name, mark = _part_addressee(rest)
    return [*parts, name, mark] if mark else [*parts, rest]


def cut_box(box: Box, text: str, parts: Sequence[str]) -> list[Box]:
    """Return the box of each part of a text; one of these characters is as wide as two others."""
    step = box.width / (sum(map(_measure, text)) or 1)
    boxes, left = [], box.x0
    for part in parts:
        right = left + step * sum(map(_measure, part))
        boxes.append(Box(left, box.y0, right, box.y1))
        left = right
    return boxes


def join_spaced(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a row with the characters of a label put together that are set far apart: «合　　計»."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and _is_character(line.text) and _is_character(last.text):
            near = line.box.x0 - last.box.x1 <= _SPACED * line.box.height
            if near and load_vocabulary().find(compact(last.text + line.text)):
                word = replace(last.words[0], text=last.text + line.text, box=enclose([last.box, line.box]))
                joined[-1] = Line((word,), word.box)
                continue
        joined.append(line)
    return joined


def _is_character(text: str) -> bool:
    return len(text) == 1 and is_east_asian(text)


def _measure(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_label(text: str, groups: Collection[str] = ("fields", "totals")) -> bool:
    return any(label.group in groups for label in load_vocabulary().find(compact(text)))


def _part_addressee(text: str) -> tuple[str, str]:
    """Return a name and the word behind it that says to whom a letter is; the text and nothing where none is."""
    for mark in printed_of("parties", "addressed"):
        name = text.removesuffix(mark)
        if name != text and len(name) > len(mark) and not _NO_NAME.match(name):
            return name, mark
    return text, ""
