"""Words of a text layer as a person would write them down: shadows dropped, spaced letters joined, odd characters mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bursar.facts.box import enclose
from bursar.reading.page import Word

_MENDED = str.maketrans(
    {
        "\x02": "-",  # how pdfium writes a hyphen at the end of a line
        "\ufffe": "-",
        "\xad": None,
        "\u200c": None,
        "\u200d": None,
        "\u200e": None,
        "\u200f": None,
        "\x00": "\ufffd",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
    }
)
_SPACED_GAP_EM = 1.0
_MIN_SPACED_LETTERS = 4
_TWIN_PT = 1.5
_BAND_PT = 4  # twins are looked for among the words at about their height


def mend_words(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words mended, in their order."""
    return tuple(_join_spaced_letters(_drop_doubles(_mend_characters(words))))


def _mend_characters(words: Iterable[Word]) -> list[Word]:
    mended: list[Word] = []
    for word in words:
        text = word.text
        if text.isascii() and text.isprintable():
            mended.append(word)
        elif better := text.translate(_MENDED):
            mended.append(word if better == text else replace(word, text=better))
    return mended


def _drop_doubles(words: Iterable[Word]) -> list[Word]:
    """Leave out words printed twice on the same spot: shadows and poor man's bold."""
    kept: list[Word] = []
    firsts: dict[str, Word] = {}
    spots: dict[str, _Spots] = {}  # of the texts that stand there more than once
    for word in words:
        text = word.text
        first = firsts.setdefault(text, word)
        if first is not word:
            if text not in spots:
                spots[text] = _Spots(first)
            if not spots[text].take(word):
                continue
        kept.append(word)
    return kept


class _Spots:
    """Where one text stands, in level bands of the page."""

    def __init__(self, word: Word) -> None:
        self._bands: defaultdict[float, list[tuple[float, float]]] = defaultdict(list)
        self.take(word)

    def take(self, word: Word) -> bool:
        """Keep the spot of one more such word, unless one stands there already."""
        x, y = word.box.x0, word.box.y0
        bands, band = self._bands, y // _BAND_PT
        # The edge of a band may run between twins.
        twins = bands.get(band) or bands.get((y + _TWIN_PT) // _BAND_PT) or bands.get((y - _TWIN_PT) // _BAND_PT)
        if twins and any(abs(x - other_x) < _TWIN_PT and abs(y - other_y) < _TWIN_PT for other_x, other_y in twins):
            return False
        bands[band].append((x, y))
        return True


def _join_spaced_letters(words: Sequence[Word]) -> Sequence[Word]:
    """Make one word of letters that are set apart: `I N V O I C E`."""
    letters = [word for word in words if len(word.text) == 1 and word.text.isalpha()]
    if len(letters) < _MIN_SPACED_LETTERS:
        return words
    joined: list[Word] = []
    run: list[Word] = []
    for word in words:
        is_letter = len(word.text) == 1 and word.text.isalpha()
        if run and not (is_letter and _continues(run, word)):
            joined.extend(_close_run(run))
            run = []
        (run if is_letter else joined).append(word)
    return [*joined, *_close_run(run)]


def _continues(run: list[Word], word: Word) -> bool:
    last = run[-1]
    em = last.font_size or 1.0
    gap = word.box.x0 - last.box.x1
    if word.font_size != last.font_size or not 0 < gap < _SPACED_GAP_EM * em or abs(word.box.y1 - last.box.y1) > 1:
        return False
    return len(run) < 2 or abs(gap - (last.box.x0 - run[-2].box.x1)) < 0.25 * em


def _close_run(run: list[Word]) -> list[Word]:
    if len(run) < _MIN_SPACED_LETTERS:
        return run
    return [replace(run[0], text="".join(word.text for word in run), box=enclose(word.box for word in run))]
