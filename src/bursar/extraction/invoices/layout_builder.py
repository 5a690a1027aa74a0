"""A reading's lines to rows of segments: what stands side by side, without what is written across the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from bursar.extraction.invoices.east_asian_words import cut_box, is_east_asian, join_spaced, part_word
from bursar.extraction.invoices.label_hits import decide_languages, find_hits, keep_languages, without_translations
from bursar.extraction.invoices.layout import Hit, Layout, Row, Segment, Token
from bursar.extraction.invoices.running_rows import find_running
from bursar.extraction.invoices.side_columns import split_at_side_column
from bursar.extraction.labels.vocabulary import compact, load_vocabulary
from bursar.extraction.language_tags import primary_of
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.reading.lines import rows_of_lines
from bursar.reading.page import Line, Page, Reading, Word

K = TypeVar("K")
_SLANTING_EMS = 2.0  # no type is so high
_BENT_FROM = 6  # letters: what recognition may have bent
_MISSPELT_FROM = 10  # letters: what people misspell
_GLUED = re.compile(
    r"^((?:[^\W\d_]|[.'/_&°º-])*[^\W\d_][.°º)]?\s?[:#]+)(?!//)([^:].*)$|^([Nn][°º]|[Nn]r\.|[Čč]\.)(\d.*)$"
)
_GLUED_RATE = re.compile(  # «Discount(4.5%):», «IGST@5%», «CGST9»
    r"^([^\W\d_]{3,})(\(\d[\d.,]*\s?%?\):?|@\d[\d.,]*\s?%:?)$|^((?:[CSI]|UT)GST)(\d{1,2}(?:\.\d)?):?$"
)
_LEADING_SIGN = re.compile(r"^([:：])([^\W_].*)$|^(#)(\d{4,})$")
_GLUED_POSTAL = re.compile(
    r"^(\d{4,5})([A-ZÄÖÜØÅ][^\W\d_]*[a-zà-ÿ][^\W\d_]+,?)$"
)  # recognition lost the blank: «50360Köln»
_GLUED_NUMBER = re.compile(r"^(\D{3,}?)(\d[\d./-]{5,})$")  # recognition lost the blank: «P.Iva01234567890»
_NUMBERED = frozenset({"tax_id", "buyer_tax_id", "seller_tax_id", "registration_number", "phone"})
_SHORTEST_LABEL = 3  # letters
_PARTED = 3  # lines of a row: the two halves of a label and the value
_PARTED_EMS = 1.1  # between the halves, in heights of type
_MARGIN = 0.05  # of a page's height
_PRINTED_AT = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?$")
_PRINTED_FROM = re.compile(r"(?:(?:file|https?)://\S+|about:blank)$")
_SENDER_MARK = re.compile(r"([·•∙|])")
_SPLITTING = re.compile(r"[:：#(°º@]|GST\d|^(?:[Nn]r|[Čč])\.\d")  # one of them is in every word that is parted


def build_layout(reading: Reading, language: str | None = None) -> Layout:
    """Return the document's rows with all labels of all languages; `language` is a hint that outweighs the words."""
    rows: list[Row] = []
    for page in reading.pages:
        for part in split_at_side_column(_without_print_margins(_without_edges(page), page), page.width):
            for lines in rows_of_lines(part):
                rows.append(_build_row(lines, page, len(rows)))
    scanned = {page.number for page in reading.pages if page.source is Source.OCR}
    hits = [
        hit
        for row in rows
        for segment in row.segments
        for hit in find_hits(segment, tolerant_from=_BENT_FROM if row.page in scanned else _MISSPELT_FROM)
    ]
    languages = decide_languages(hits, primary_of(language))
    kept = tuple(hit for hit in (keep_languages(hit, languages) for hit in hits) if hit)
    if any(page.printed for page in reading.pages):
        kept = without_translations(kept, languages[0])
    return Layout(
        tuple(rows),
        reading.pages,
        kept,
        _group(kept, lambda hit: hit.segment.row),
        _group(kept, lambda hit: (hit.segment.row, hit.segment.place)),
        languages,
        find_running(rows, reading.pages),
    )


def _group(hits: Iterable[Hit], key: Callable[[Hit], K]) -> dict[K, tuple[Hit, ...]]:
    groups: dict[K, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(key(hit), []).append(hit)
    return {name: tuple(group) for name, group in groups.items()}


def _without_edges(page: Page) -> list[Line]:
    """Return the page's lines without what runs up, down or across it: imprints and stamps, no part of any row."""
    upright = [line.box for line in page.lines if _stands_upright(line)]
    lines = (
        [line for line in page.lines if not any(_is_of_column(line, box) for box in upright)] if upright else page.lines
    )
    surely_level = _SLANTING_EMS * min([word.font_size for word in page.words if word.font_size], default=0.0)
    return [
        level
        for line in lines
        if (level := line if line.box.height <= surely_level else _without_slanting(line)) is not None
    ]


def _without_print_margins(lines: Sequence[Line], page: Page) -> Sequence[Line]:
    """Return lines without what a browser prints in the margins: when and from which address, the title and the count."""
    margins = [line for line in lines if not _MARGIN < line.box.center_y / (page.height or 1.0) < 1 - _MARGIN]
    printed = [[line.box for line in margins if sign.match(line.text)] for sign in (_PRINTED_AT, _PRINTED_FROM)]
    if not all(printed):
        return lines
    rows = [box for boxes in printed for box in boxes]
    return [line for line in lines if not any(abs(line.box.center_y - box.center_y) < box.height / 2 for box in rows)]


def _without_slanting(line: Line) -> Line | None:
    words = tuple(word for word in line.words if not _is_slanting(word))
    if len(words) == len(line.words):
        return line
    return Line(words, enclose(word.box for word in words)) if words else None


def _is_slanting(word: Word) -> bool:
    """Whether a word of a text layer is turned by some angle: its box is far higher than its type."""
    return word.font_size is not None and len(word.text) > 2 and word.box.height > _SLANTING_EMS * word.font_size


def _stands_upright(line: Line) -> bool:
    return line.box.height > 2 * line.box.width and max(len(word.text) for word in line.words) > 2


def _is_of_column(line: Line, upright: Box) -> bool:
    """Whether a line is the upright one, or a short word of the same imprint: as wide, at the same place."""
    return abs(line.box.x0 - upright.x0) < 2 and abs(line.box.x1 - upright.x1) < 2


def _join_parted_labels(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the recognised lines of one row, those joined that are one label which a wide blank parts: «TOTAL  PAID: 8.50».

    What they are called is told by what stands behind them; heads of columns have nothing on the right of the last.
    """
    if len(lines) < _PARTED or not any(map(str.isdigit, lines[-1].text)):
        return lines
    joined = [lines[0]]
    for line in lines[1:]:
        last = joined[-1]
        near = line.box.x0 - last.box.x1 <= _PARTED_EMS * 0.8 * last.box.height
        if near and line is not lines[-1] and not any(map(str.isdigit, line.text)) and _is_label(last.text + line.text):
            joined[-1] = Line((*last.words, *line.words), enclose([last.box, line.box]))
        else:
            joined.append(line)
    return joined


def _build_row(lines: Sequence[Line], page: Page, index: int) -> Row:
    segments = []
    if page.source is Source.OCR:
        lines = _join_parted_labels(lines)
    if len(lines) > 1 and any(len(line.text) == 1 for line in lines):
        lines = join_spaced(lines)
    for place, line in enumerate(lines):
        tokens = tuple(token for word in line.words for token in _split_word(word, page.number))
        segments.append(Segment(tokens, line.box, page.number, index, place))
    box = lines[0].box if len(lines) == 1 else enclose([line.box for line in lines])
    return Row(tuple(segments), box, page.number, index)


def _split_word(word: Word, page: int) -> Sequence[Token]:
    text, box = word.text, word.box
    size = word.font_size or box.height * 0.8
    if is_east_asian(text):
        parts = part_word(text)
        return [
            Token(part.strip(), place, page, word.confidence, word.bold, size, word.source)
            for part, place in zip(parts, cut_box(box, text, parts), strict=True)
        ]
    match = _find_colon(text) if _SPLITTING.search(text) else None
    parts = [part for part in match.groups() if part] if match else []
    if match is None and word.source is Source.OCR:
        parts = _part_run_in(text)
    if len(parts) < 2:
        return (Token(text.strip(), box, page, word.confidence, word.bold, size, word.source),)
    tokens = []
    left, step = box.x0, box.width / len(text)
    for part in parts:
        right = left + step * len(part)
        tokens.append(
            Token(part.strip(), Box(left, box.y0, right, box.y1), page, word.confidence, word.bold, size, word.source)
        )
        left = right
    return tokens


def _part_run_in(text: str) -> list[str]:
    """Return the words that recognition ran together: a postal code and its town, a label and its number, a sender's line.

    Of a label in two languages («Subtotal/Sous-total») the second half keeps the stroke.
    """
    if match := _GLUED_POSTAL.match(text):
        return list(match.groups())
    if (match := _GLUED_NUMBER.match(text)) and _is_label(match[1], _NUMBERED):
        return list(match.groups())
    first, stroke, second = text.partition("/")
    if stroke and len(first) >= _SHORTEST_LABEL and _is_label(first) and _is_label(second) and not _is_label(text):
        return [first, f"/{second}"]
    return [part for part in _SENDER_MARK.split(text) if part]


def _is_label(text: str, keys: AbstractSet[str] = frozenset()) -> bool:
    """Whether a text is the label of a field or a sum, of one with some key if there are any."""
    labels = load_vocabulary().find(compact(text))
    return any(label.group in {"fields", "totals"} and (not keys or label.key in keys) for label in labels)


def _find_colon(text: str) -> re.Match[str] | None:
    """Return the parts of a word that is two: a label and its value, at a colon mostly."""
    return _GLUED_RATE.match(text) or _GLUED.match(text) or _LEADING_SIGN.match(text)
