"""Words of a text layer as a person would write them down: shadows dropped, spaced letters joined, odd characters mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

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


def mend_words(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words mended, in their order."""
    return tuple(_join_spaced_letters(_drop_doubles(_mend_characters(words))))


def _mend_characters(words: Iterable[Word]) -> Iterator[Word]:
    for word in words:
        text = word.text
        if text.isascii() and text.isprintable():
            yield word
        elif mended := text.translate(_MENDED):
            yield word if mended == text else replace(word, text=mended)


def _drop_doubles(words: Iterable[Word]) -> Iterator[Word]:
    """Leave out words printed twice on the same spot: shadows and poor man's bold."""
    seen: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for word in words:
        x, y = word.box.x0, word.box.y0
        band = int(y // 4)
        # The edge of a band may run between twins.
        twins = seen.get((word.text, band), ()) or seen.get((word.text, int((y + _TWIN_PT) // 4)), ())
        twins = twins or seen.get((word.text, int((y - _TWIN_PT) // 4)), ())
        if any(abs(x - other_x) < _TWIN_PT and abs(y - other_y) < _TWIN_PT for other_x, other_y in twins):
            continue
        seen.setdefault((word.text, band), []).append((x, y))
        yield word


def _join_spaced_letters(words: Iterable[Word]) -> Iterator[Word]:
    """Make one word of letters that are set apart: `I N V O I C E`."""
    run: list[Word] = []
    for word in words:
        if len(word.text) == 1 and word.text.isalpha():
            if run and not _continues(run, word):
                yield from _close_run(run)
                run = []
            run.append(word)
            continue
        if run:
            yield from _close_run(run)
            run = []
        yield word
    yield from _close_run(run)


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
