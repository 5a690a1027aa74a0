"""Words of a PDF page's text layer, with boxes, size and weight: hundreds of pages a second.

The code points of all characters come in one call; words end where pdfium saw or made a blank; a word's box is
that of its first and last character. Only words that look wrong (wider than their letters, spread over lines,
rotated) are walked character by character.
"""

from __future__ import annotations

import ctypes
import re
from array import array
from ctypes import c_void_p
from itertools import pairwise
from statistics import median_high

from msgspec import Struct
from msgspec.structs import replace

from bursar.facts.box import Box
from bursar.reading import pdfium, right_to_left
from bursar.reading.frame import Frame
from bursar.reading.page import Word
from bursar.reading.word_mending import mend_words

_WORD = re.compile(r"[^\s\u200b\ufeff]+")
_BOLD_NAME = re.compile(r"bold|black|heavy|semibd|demi|-bd\b|,bd\b", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"regular|light|roman|book|medium", re.IGNORECASE)
_PAIR = re.compile("[\U00010000-\U0010ffff]")  # a character for which pdfium has two indexes
_JOINER = "\u200d"
_INVISIBLE_MODE = 3
_FAKE_BOLD_MODE = 2  # fill and stroke
_WIDE_LETTER_EM = 1.05  # wider on average, and there may be a gap inside the word
_ASCENT_EM, _DESCENT_EM = 0.9, 0.22  # of an ordinary text face
_LOW_EM, _HIGH_EM = 0.75, 1.8  # a face whose own figures lie beyond tells nonsense
_LONGEST_BREAK = 2  # characters that pdfium makes up for the end of a line: «\r\n»
_KERNING_EM = 0.13  # the narrowest blank of tightly set text is wider
_TRACKING_EM = 0.22  # gaps so wide are still seen as blanks in one place and not in another where letters are set apart
_SAME_TRACKING = 0.7  # of a gap between two words that a gap within one of them is, where both are tracking
_OFF_LINE_EM = 0.3  # letters of one word stand no further off its baseline
_GHOST_LETTER_EM = 0.25  # no readable letter is so narrow
_COLUMN_GAP_EM = 0.45  # a gap between two letters of one word that no tracking explains
_SPLIT_GAP_FACTOR = 2.5  # … unless the word's other gaps are nearly as wide


# What a style is made of: font, render mode, size, and the text matrix without its shift.
_StyleKey = tuple[int, int, float, bytes]


class TextLayer(Struct, frozen=True):
    """The words of a page by what a person sees of them; `quarters` is the turn that would put most of them upright."""

    words: tuple[Word, ...]
    invisible: tuple[Word, ...]
    quarters: int = 0


class _Style(Struct, frozen=True):
    """What all characters of one text object share.

    `size` is `em` rounded. `direction` is that of the baseline on the page, in clockwise quarters; `up` points up from
    it in user space. `level`: pdfium's loose boxes can be had left and right, `plain`: above and below too.
    """

    size: float
    bold: bool
    invisible: bool
    direction: int
    up: tuple[float, float] = (0.0, 1.0)
    level: bool = True
    plain: bool = True
    em: float = 10.0


class TextReader:
    """Reads the words of one page; `text_page` and `frame` must outlive it."""

    def __init__(self, text_page: c_void_p, char_count: int, frame: Frame) -> None:
        self._page = text_page
        self._count = char_count
        self._frame = frame
        self._styles: dict[int, _Style] = {}
        self._shared: dict[_StyleKey, _Style] = {}
        self._fonts: dict[int, bool] = {}
        # A view gives four numbers in a sixth of the time that the array below it takes.
        self._loose_array, self._matrix_array, size = pdfium.Bounds(), pdfium.Matrix(), pdfium.Float()
        self._loose = memoryview(self._loose_array).cast("B").cast("f")  # left, top, right, bottom
        self._matrix = memoryview(self._matrix_array).cast("B").cast("f")[:4]  # without the shift
        self._size = memoryview(size).cast("B").cast("f")
        self._size_at = ctypes.addressof(size)
        self._tight = pdfium.Edges()

    def read(self) -> TextLayer:
        """Return all words in the order of the content stream."""
        visible: list[Word] = []
        invisible: list[Word] = []
        letters_by_direction = [0, 0, 0, 0]
        page, styles, loose, loose_array = self._page, self._styles, self._loose, self._loose_array
        last_start = last_end = -2
        characters = self._read_characters()
        has_scripts = right_to_left.is_in(characters)
        for match in _WORD.finditer(characters):
            start, end = match.span()
            address = pdfium.get_text_object(page, start) or 0
            pdfium.get_loose_box(page, start, loose_array)
            x0, y0, x1, y1 = loose
            style = styles.get(address) or self._read_style(address, start, y0 - y1)
            letters_by_direction[style.direction] += end - start
            target = invisible if style.invisible else visible
            word = self._make_word(match.group(), end, style, (x0, y0, x1, y1)) if style.plain else None
            found = [word] if word else self._make_careful_words(match.group(), start, style)
            if has_scripts and style.level and right_to_left.is_in(match.group()):
                target += self._make_letters(match.group(), start, style)
                last_end = -2
                continue
            if start - last_end <= _LONGEST_BREAK and target and found:
                spans = ((last_start, last_end), (start, end))
                if self._is_one(target[-1], found[0], spans):
                    found[0], start = _join(target.pop(), found[0]), last_start
            target += found
            last_start, last_end = start, end
        if has_scripts:
            visible, invisible = right_to_left.join_letters(visible), right_to_left.join_letters(invisible)
        direction = letters_by_direction.index(max(letters_by_direction))
        return TextLayer(mend_words(self._finish(visible)), mend_words(self._finish(invisible)), (-direction) % 4)

    def _finish(self, words: list[Word]) -> list[Word]:
        """Leave out what is cropped away, for nobody sees it, and texts that stand for an icon: they share its box."""
        width, height = 2 * self._frame.width, 2 * self._frame.height
        finished: list[Word] = []
        last: Box | None = None
        for word in words:
            box = word.box
            x0 = box.x0
            is_icon = last is not None and x0 == last.x0 and box == last
            if not is_icon and 0 <= x0 + box.x1 <= width and 0 <= box.y0 + box.y1 <= height:
                finished.append(word)
            last = box
        return finished

    def _is_one(self, before: Word, after: Word, spans: tuple[tuple[int, int], tuple[int, int]]) -> bool:
        """Whether the blank, or the end of a line, was made up by pdfium for a gap that is mere kerning, or tracking."""
        em = after.font_size or 1.0
        gap = after.box.x0 - before.box.x1
        if not -0.1 * em < gap < _TRACKING_EM * em:
            return False
        if before.box.overlap_y(after.box) < 0.5 * after.box.height:
            return False
        if pdfium.is_generated(self._page, spans[0][1]) != 1:
            return False
        if gap < _KERNING_EM * em:
            return True
        capitals = before.text.isupper() and after.text.isupper() and (before.text + after.text).isalpha()
        return capitals and self._usual_gap(*spans) >= _SAME_TRACKING * gap

    def _usual_gap(self, *spans: tuple[int, int]) -> float:
        """Return the upper median of the gaps between the letters within some words; kerned pairs have less."""
        gaps = []
        for start, end in spans:
            right = None
            for index in range(start, end):
                pdfium.get_loose_box(self._page, index, self._loose_array)
                left, _, edge, _ = self._loose
                if edge > left and right is not None:  # a blank that was made up has no width
                    gaps.append(left - right)
                right = edge if edge > left else right
        return median_high(gaps) if gaps else 0.0

    def _read_characters(self) -> str:
        """Return one character for each of pdfium's indexes."""
        buffer = array("H", bytes(2 * (self._count + 1)))  # a ctypes array would need a type of its own
        written = pdfium.get_text(self._page, 0, self._count, buffer.buffer_info()[0]) - 1
        if written == self._count:
            text = buffer.tobytes()[: 2 * written].decode("utf-16-le", errors="replace")
            if len(text) < self._count:
                text = _PAIR.sub(rf"\g<0>{_JOINER}", text)
            if len(text) == self._count:
                return text
        codes = [pdfium.get_unicode(self._page, index) for index in range(self._count)]
        return "".join(map(_to_character, codes, [*codes[1:], 0], [0, *codes[:-1]]))

    def _make_word(self, text: str, end: int, style: _Style, first: tuple[float, float, float, float]) -> Word | None:
        """Return the word by its first and last character's box; None when they do not look like one word."""
        x0, y0, x1, y1 = first
        if len(text) > 1:
            pdfium.get_loose_box(self._page, end - 1, self._loose_array)
            _, top, right, bottom = self._loose
            if top != y0 or bottom != y1:
                if min(y0, top) - max(y1, bottom) <= 0.5 * min(y0 - y1, top - bottom):
                    return None
                y0, y1 = max(y0, top), min(y1, bottom)
            if right <= x1 or right - x0 > style.size * _WIDE_LETTER_EM * len(text):
                return None
            x1 = right
        return Word(text, self._frame.place(x0, y1, x1, y0), 1.0, style.size, style.bold)

    def _make_careful_words(self, text: str, start: int, style: _Style) -> list[Word]:
        """Walk the characters: end a word at a jump to another line and at a gap that its own spacing does not explain."""
        boxes = [self._get_character_box(start + offset, style) for offset in range(len(text))]
        if len(text) > 1 and boxes[0] == boxes[-1] and boxes[0].width < style.size * _GHOST_LETTER_EM * len(text):
            return []  # a whole text that stands for one glyph, an icon mostly: nobody sees these letters
        gaps = [_measure_gap(before, after, style.direction) for before, after in pairwise(boxes)]
        usual = sorted(gap for gap in gaps if gap is not None)
        limit = _COLUMN_GAP_EM * style.size
        if len(usual) > 2:
            limit = max(limit, _SPLIT_GAP_FACTOR * usual[len(usual) // 2])
        words: list[Word] = []
        begin = 0
        for index, gap in enumerate([*gaps, None], start=1):
            if gap is None or gap > limit or gap < -1.5 * style.size:
                words.append(Word(text[begin:index], _enclose(boxes[begin:index]), 1.0, style.size, style.bold))
                begin = index
        return words

    def _make_letters(self, text: str, start: int, style: _Style) -> list[Word]:
        """Return each character as a word: those of scripts that run from right to left come in any order.

        Their glyphs are of such different heights that the face's own figures say little of where the baseline is; the parts
        of a ligature stand a little off it.
        """
        style = replace(style, plain=False)
        places = [self._get_character_box(start + offset, style) for offset in range(len(text))]
        top = median_high([box.y0 for box in places])
        letters = []
        for character, box in zip(text, places, strict=True):
            off = box.y0 - top
            level = Box(box.x0, top, box.x1, box.y1 - off) if abs(off) < _OFF_LINE_EM * style.size else box
            if character != _JOINER:
                letters.append(Word(character, level, 1.0, style.size, style.bold))
        return letters

    def _get_character_box(self, index: int, style: _Style) -> Box:
        pdfium.get_loose_box(self._page, index, self._loose_array)
        left, top, right, bottom = self._loose
        if style.plain:
            return self._frame.place(left, bottom, right, top)
        # The loose box is flat for turned text: take the ink's along the baseline, an ordinary face's across it.
        at = ctypes.addressof(self._tight)
        if not style.level:
            pdfium.get_tight_box(self._page, index, at, at + 8, at + 16, at + 24)
            left, right, bottom, top = self._tight
        pdfium.get_origin(self._page, index, at, at + 8)
        x, y = self._tight[0], self._tight[1]
        up_x, up_y = style.up
        if abs(up_y) > abs(up_x):
            bottom, top = sorted((y + up_y * _ASCENT_EM * style.size, y - up_y * _DESCENT_EM * style.size))
        else:
            left, right = sorted((x + up_x * _ASCENT_EM * style.size, x - up_x * _DESCENT_EM * style.size))
        return self._frame.place(left, bottom, right, top)

    def _read_style(self, text_object: int, index: int, height: float) -> _Style:
        """Return the style of a text object, for which the loose box of its character `index` is so high."""
        if not text_object or not pdfium.get_text_matrix(self._page, index, self._matrix_array):
            style = _Style(10.0, bold=False, invisible=False, direction=0)
        else:
            pdfium.get_font_size(text_object, self._size_at)
            mode, font = pdfium.get_render_mode(text_object), pdfium.get_font(text_object) or 0
            key = font, mode, self._size[0], self._matrix.tobytes()
            style = self._shared.get(key) or self._make_style(key)
            if style.plain and not _LOW_EM * style.em <= height <= _HIGH_EM * style.em:
                style = replace(style, plain=False)
        self._styles[text_object] = style
        return style

    def _make_style(self, key: _StyleKey) -> _Style:
        font, mode, font_size, _ = key
        a, b, c, d = self._matrix
        height = (c * c + d * d) ** 0.5 or (a * a + b * b) ** 0.5 or 1.0
        dx, dy = self._frame.turn(a, b)
        direction = (0 if dx >= 0 else 2) if abs(dx) >= abs(dy) else (1 if dy > 0 else 3)
        level = a > abs(b) and d > 0
        em = abs(font_size) * height
        style = self._shared[key] = _Style(
            round(em, 2) or 1.0,
            bold=mode == _FAKE_BOLD_MODE or self._is_bold(font),
            invisible=mode == _INVISIBLE_MODE,
            direction=direction,
            up=(c / height, d / height),
            level=level,
            plain=level,
            em=em,
        )
        return style

    def _is_bold(self, font: int) -> bool:
        bold = self._fonts.get(font)
        if bold is None:
            bold = self._fonts[font] = bool(font) and _read_boldness(font)
        return bold


def _read_boldness(font: int) -> bool:
    buffer = pdfium.Name()
    pdfium.get_font_name(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", errors="replace")
    if _BOLD_NAME.search(name):
        return True
    # Subset fonts without a telling name have a weight; files also carry nonsense there, up to thousands.
    return not _PLAIN_NAME.search(name) and 650 <= pdfium.get_font_weight(font) <= 1000


def _to_character(code: int, following: int, before: int) -> str:
    """Return one character for one code unit: the whole character for the first half of a pair, a joiner for the other."""
    if 0xD800 <= code < 0xDC00 and 0xDC00 <= following < 0xE000:
        return chr(0x10000 + ((code - 0xD800) << 10) + following - 0xDC00)
    if 0xDC00 <= code < 0xE000 and 0xD800 <= before < 0xDC00:
        return _JOINER
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _measure_gap(before: Box, after: Box, direction: int) -> float | None:
    """Return the blank between two characters along the baseline; None when they stand on different lines."""
    if direction in (0, 2):
        if before.overlap_y(after) <= 0:
            return None
        return after.x0 - before.x1 if direction == 0 else before.x0 - after.x1
    if before.overlap_x(after) <= 0:
        return None
    return after.y0 - before.y1 if direction == 1 else before.y0 - after.y1


def _join(before: Word, after: Word) -> Word:
    return replace(before, text=before.text + after.text, box=_enclose([before.box, after.box]))


def _enclose(boxes: list[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )
