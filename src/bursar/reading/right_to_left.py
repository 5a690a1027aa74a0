"""Arabic and Hebrew in a text layer: letters, which come in any order, to words in the order that they are read in.

What a file stores is where each letter stands; some programs store them from left to right, some from right to left, some
glyph by glyph. A word is put together from its letters by their places, from the right; numbers and Latin words within it
keep theirs from the left, as the Unicode bidirectional algorithm (UAX #9) would have shown them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from bursar.facts.box import enclose
from bursar.reading.lines import rows_of
from bursar.reading.page import Word

_BLOCKS = "\u0590-\u08ff\ufb1d-\ufdfb\ufdfd-\ufdff\ufe70-\ufefc"  # Hebrew, Arabic and their forms for printing
_NOT_LETTERS = "\u0600-\u060f\u061b-\u061f\u0660-\u066d\u06d4\u06f0-\u06f9"  # their digits, and the marks beside them
_CHARACTER = re.compile(f"[{_BLOCKS}]")
_LETTER = re.compile(f"(?![{_NOT_LETTERS}])[{_BLOCKS}]")
_FORM = re.compile("[\ufb1d-\ufdfb\ufdfd-\ufdff\ufe70-\ufefc]")
_DIGITS = str.maketrans({ord(zero) + n: str(n) for zero in "٠۰" for n in range(10)} | {"٬": ",", "٫": ".", "٪": "%"})
_SEPARATORS = frozenset(".,/:-٫٬'’")
_BESIDE_NUMBERS = frozenset("%٪$€£¥₪₹#+°")
_LATIN_RUN = re.compile("[LNT](?:[LNTSO]*[LNT])?")  # of kinds, see `_kind_of`
_NUMBER_RUN = re.compile("T*N(?:S?N)*T*")
_LEADING_PERCENT = re.compile(r"([%٪])([\d.,٫٬]+)")
_MARK_ASTRAY = re.compile(
    r"[.,:;،؛!)%٪]|[\d.,]+[-−]$"
)  # on the left of a word, where it ends on the right; a sign behind
_BRACKETS = str.maketrans("()[]", ")(][")
_NEAR_EM = 0.2  # between two letters of one word: an alef has so wide a bearing, and no blank is so narrow
_SAME_PLACE = 0.7  # of a letter's width: it is printed twice
_SAME_SIZE = 0.8


def is_in(text: str) -> bool:
    """Whether a text holds characters of a script that runs from right to left."""
    return not text.isascii() and _CHARACTER.search(text) is not None


def count_letters(text: str) -> int:
    """Return how many letters of such scripts a text holds; their digits are none."""
    return 0 if text.isascii() else len(_LETTER.findall(text))


def with_plain_digits(text: str) -> str:
    """Return the text with the digits, marks and percent sign that go with Arabic made plain ones: `٤٬٥٠٠٫٥٠` is `4,500.50`."""
    return text.translate(_DIGITS)


def join_letters(words: Sequence[Word]) -> list[Word]:
    """Return the words of a page of which all that hold such characters came as single characters, in the order of reading.

    Rows without a letter of such scripts stay as they are.
    """
    joined: list[Word] = []
    for row in rows_of(words):
        letters = sum([count_letters(word.text) for word in row])
        if not letters and not any(is_in(word.text) for word in row):
            joined += row
            continue
        latin = sum([sum(map(str.isalpha, word.text)) for word in row]) - letters
        for run in _find_runs(_with_marks(row)):
            joined.append(_make_word(run, right_to_left=letters >= latin))
    return joined


def _with_marks(row: Iterable[Word]) -> list[Word]:
    """Return the letters with the points above and below them, and without those that are printed twice."""
    letters: list[Word] = []
    marks: list[Word] = []
    for word in row:
        if all(unicodedata.category(c) in ("Mn", "Cf") for c in word.text):
            marks.append(word)
            continue
        last = letters[-1] if letters else None
        same = last is not None and last.text == word.text
        if same and last is not None and last.box.overlap_x(word.box) > _SAME_PLACE * word.box.width:
            continue
        letters.append(word)
    for mark in marks:
        for place, word in enumerate(letters):
            if word.box.x0 <= mark.box.center_x <= word.box.x1 and mark.text not in word.text:
                letters[place] = replace(word, text=word.text + mark.text)
                break
    return letters


def _find_runs(letters: Iterable[Word]) -> Iterator[list[Word]]:
    """Give what stands side by side, from the left, without a gap that a blank could make."""
    run: list[Word] = []
    right = 0.0
    for word in letters:
        if run:
            sizes = sorted((word.font_size or word.box.height, run[-1].font_size or run[-1].box.height))
            if word.box.x0 - right >= _NEAR_EM * sizes[1] or sizes[0] < _SAME_SIZE * sizes[1]:
                yield run
                run = []
        right = max(right, word.box.x1) if run else word.box.x1
        run.append(word)
    if run:
        yield run


def _make_word(run: Sequence[Word], *, right_to_left: bool) -> Word:
    """Return the word that some pieces make, which stand from left to right."""
    texts = [_without_form(word.text) for word in run]
    text = "".join(texts)
    if any(count_letters(piece) for piece in texts) or (right_to_left and _MARK_ASTRAY.match(text)):
        text = _read_from_right(texts)
    if len(run) == 1 and text == run[0].text:
        return run[0]
    return replace(run[0], text=text, box=enclose([word.box for word in run]), bold=all(word.bold for word in run))


def _without_form(text: str) -> str:
    """Return the letters that the forms of Arabic letters for printing stand for."""
    return text if text.isascii() or not _FORM.search(text) else unicodedata.normalize("NFKC", text)


def _read_from_right(texts: Iterable[str]) -> str:
    """Return pieces, given from left to right, as they are read from the right: numbers and Latin words from the left."""
    pieces = [piece for text in texts for piece in ([text] if count_letters(text) else text)]
    kinds = "".join(map(_kind_of, pieces))
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        run = _LATIN_RUN.match(kinds, at)
        if run is not None and "L" not in run.group():
            run = _NUMBER_RUN.match(kinds, at)
        end = at + 1 if run is None else run.end()
        parts.append("".join(pieces[at:end]))
        at = end
    text = "".join(reversed(parts))
    text = _LEADING_PERCENT.sub(r"\2\1", text)
    return text.translate(_BRACKETS) if text[:1] in ")]" or text[-1:] in "([" else text


def _kind_of(piece: str) -> str:
    """Return what a piece is: R of such a script, L a letter of others, N a digit, T beside digits, S between them, O others."""
    if count_letters(piece):
        return "R"
    if piece.isalpha():
        return "L"
    if piece.isdigit():
        return "N"
    return "T" if piece in _BESIDE_NUMBERS else "S" if piece in _SEPARATORS else "O"
