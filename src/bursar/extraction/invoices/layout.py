"""The words of a document as this room looks at them: tokens in segments in rows, and the labels found among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Generic, TypeVar

from bursar.extraction.amounts import has_cents
from bursar.extraction.invoices.side_columns import split_at_side_column
from bursar.extraction.labels.vocabulary import Label, compact, load_vocabulary
from bursar.extraction.language_tags import primary_of
from bursar.extraction.lazy import lazy
from bursar.extraction.page_counts import is_page_count
from bursar.facts.box import Box, enclose
from bursar.facts.evidence import Source
from bursar.reading.page import Line, Page, Reading, Word

T = TypeVar("T")
K = TypeVar("K")
_LONGEST_LABEL = 8  # words
_NEXT_ROWS = 2  # of the page, between which rows of another column may lie
LINE_GAP = 1.0  # between lines that belong together, in heights of type
_SAME_EDGE = 0.5  # edges that differ by less are aligned, in heights of type
_SLANTING_EMS = 2.5  # no type is so high
_EDGE = 0.12  # of a page's height: where running heads and feet stand
_BENT_FROM = 6  # letters: what recognition may have bent
_MISSPELT_FROM = 10  # letters: what people misspell
_GLUED = re.compile(r"^((?:[^\W\d_]|[.'/_&°º-])*[^\W\d_][.°º)]?\s?[:#]+)(?!//)([^:].*)$|^([Nn][°º])(\d.*)$")
_GLUED_RATE = re.compile(r"^([^\W\d_]{3,})(\(\d[\d.,]*\s?%?\):?)$")  # «Discount(4.5%):»
_LEADING_COLON = re.compile(r"^([:：])([^\W_].*)$")
_GLUED_POSTAL = re.compile(
    r"^(\d{4,5})([A-ZÄÖÜØÅ][^\W\d_]*[a-zà-ÿ][^\W\d_]+,?)$"
)  # recognition lost the blank: «50360Köln»
_SENDER_MARK = re.compile(r"([·•∙|])")
_COLON_WORD = re.compile(r"[:：]$")
_SPLITTING = re.compile(r"[:：#(°º]")  # one of them is in every word that is parted


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of one that a colon splits (`Date:12/03/2024` is two)."""

    text: str
    box: Box
    page: int
    confidence: float
    bold: bool
    size: float
    source: Source


@dataclass(frozen=True)
class Segment:
    """Tokens side by side without a column's gap; `row` indexes the document's rows, `place` the segments of that row."""

    tokens: tuple[Token, ...]
    box: Box
    page: int
    row: int
    place: int

    @lazy
    def text(self) -> str:
        """The tokens joined by a blank."""
        return join(self.tokens)

    @lazy
    def size(self) -> float:
        """The height of its largest type."""
        return max([token.size for token in self.tokens])

    @lazy
    def cells_by_mark(self) -> dict[str | None, Any]:
        """Room for the numbers found in it, by the decimal mark that they are read with: `money_cells.find_cells` keeps them."""
        return {}


@dataclass(frozen=True)
class Row:
    """All segments at one height of a page, left to right."""

    segments: tuple[Segment, ...]
    box: Box
    page: int
    index: int

    @lazy
    def tokens(self) -> tuple[Token, ...]:
        """All tokens, left to right."""
        return tuple(token for segment in self.segments for token in segment.tokens)

    @lazy
    def text(self) -> str:
        """All tokens joined by a blank."""
        return join(self.tokens)


@dataclass(frozen=True)
class Hit:
    """A label: tokens `start` to `end` of a segment. `opens` says that no other word stands before it in the segment."""

    segment: Segment
    start: int
    end: int
    labels: tuple[Label, ...]
    letters: int
    opens: bool

    @lazy
    def box(self) -> Box:
        """The box of the label's own tokens."""
        return enclose(token.box for token in self.segment.tokens[self.start : self.end])

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The label's own tokens."""
        return self.segment.tokens[self.start : self.end]

    @lazy
    def has_colon(self) -> bool:
        """Whether the label ends in a colon."""
        return bool(_COLON_WORD.search(self.segment.tokens[self.end - 1].text))

    def keys(self, group: str) -> tuple[str, ...]:
        """The meanings that it has in a group, each once."""
        return self._keys.get(group, ())

    def means(self, group: str, keys: AbstractSet[str]) -> bool:
        """Whether one of its meanings in a group is among some."""
        return not keys.isdisjoint(self._keys.get(group, ()))

    @lazy
    def _keys(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, dict[str, None]] = {}
        for label in self.labels:
            groups.setdefault(label.group, {})[label.key] = None
        return {group: tuple(keys) for group, keys in groups.items()}


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, the tokens that it was read from (none when it was derived) and how sure that is, 0 to 1."""

    value: T
    tokens: tuple[Token, ...]
    confidence: float
    derived_from: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value as printed."""
        return join(self.tokens)


@dataclass(frozen=True)
class Layout:
    """The whole document in reading order."""

    rows: tuple[Row, ...]
    pages: tuple[Page, ...]
    hits: tuple[Hit, ...] = ()
    hits_of_row: dict[int, tuple[Hit, ...]] = field(default_factory=dict)
    hits_of_segment: dict[tuple[int, int], tuple[Hit, ...]] = field(default_factory=dict)  # by row and place
    languages: tuple[str, ...] = ()
    running: frozenset[int] = frozenset()  # rows that stand at the head or foot of several pages

    @property
    def segments(self) -> Iterator[Segment]:
        """All segments in reading order."""
        return (segment for row in self.rows for segment in row.segments)

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height of a page."""
        return self._page_sizes[number]

    @lazy
    def _page_sizes(self) -> dict[int, tuple[float, float]]:
        return {page.number: (page.width or 1.0, page.height or 1.0) for page in self.pages}

    @lazy
    def usual_size(self) -> float:
        """The median height of type of all words."""
        return _median([token.size for row in self.rows for segment in row.segments for token in segment.tokens])

    @lazy
    def usual_row_size(self) -> float:
        """The median height of type of what the rows begin with."""
        return _median([row.segments[0].size for row in self.rows])

    def hits_in(self, segment: Segment) -> tuple[Hit, ...]:
        """The labels of one segment."""
        return self.hits_of_segment.get((segment.row, segment.place), ())

    def right_of(self, segment: Segment) -> tuple[Segment, ...]:
        """The segments that follow on the same row."""
        return self.rows[segment.row].segments[segment.place + 1 :]

    def labels_beside(self, hit: Hit) -> Iterator[Hit]:
        """The labels that open another segment of the same row, or one right above or below in the same column of labels."""
        segment = hit.segment
        for row in self.rows[max(0, segment.row - _NEXT_ROWS) : segment.row + _NEXT_ROWS + 1]:
            for other in self.hits_of_row.get(row.index, ()):
                if other.opens and other.segment is not segment and _stand_together(segment, other.segment):
                    yield other

    def rows_below(self, row: int, count: int) -> tuple[Row, ...]:
        """The next rows on the same page."""
        page = self.rows[row].page
        return tuple(below for below in self.rows[row + 1 : row + 1 + count] if below.page == page)


def _median(sizes: Sequence[float]) -> float:
    """Return the upper median; 1 of none."""
    return sorted(sizes)[len(sizes) // 2] if sizes else 1.0


def _stand_together(one: Segment, other: Segment) -> bool:
    """Whether two segments stand on one row, or one right below the other with their left or right edges aligned."""
    if one.page != other.page or one.row == other.row:
        return one.row == other.row
    size = max(one.size, 1.0)
    gap = max(one.box.y0, other.box.y0) - min(one.box.y1, other.box.y1)
    edges = (abs(one.box.x0 - other.box.x0), abs(one.box.x1 - other.box.x1))
    return gap <= LINE_GAP * size and min(edges) <= _SAME_EDGE * size


def join(tokens: Sequence[Token]) -> str:
    """Return the tokens' texts joined by a blank."""
    return " ".join([token.text for token in tokens])


def build_layout(reading: Reading, language: str | None = None) -> Layout:
    """Return the document's rows with all labels of all languages; `language` is a hint that outweighs the words."""
    rows: list[Row] = []
    for page in reading.pages:
        for part in split_at_side_column(_without_edges(page), page.width):
            for lines in _rows_of_lines(part):
                rows.append(_build_row(lines, page, len(rows)))
    scanned = {page.number for page in reading.pages if page.source is Source.OCR}
    hits = [
        hit
        for row in rows
        for segment in row.segments
        for hit in _find_hits(segment, tolerant_from=_BENT_FROM if row.page in scanned else _MISSPELT_FROM)
    ]
    languages = _decide_languages(hits, primary_of(language))
    kept = tuple(hit for hit in (_keep_languages(hit, languages) for hit in hits) if hit)
    return Layout(
        tuple(rows),
        reading.pages,
        kept,
        _group(kept, lambda hit: hit.segment.row),
        _group(kept, lambda hit: (hit.segment.row, hit.segment.place)),
        languages,
        _find_running(rows, reading.pages),
    )


def _group(hits: Iterable[Hit], key: Callable[[Hit], K]) -> dict[K, tuple[Hit, ...]]:
    groups: dict[K, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(key(hit), []).append(hit)
    return {name: tuple(group) for name, group in groups.items()}


def _find_running(rows: Sequence[Row], pages: Sequence[Page]) -> frozenset[int]:
    """Return the rows that say the same, digits aside, at the same height of several pages, and those that count pages."""
    heights = {page.number: page.height or 1.0 for page in pages}
    seen: dict[tuple[str, int], list[int]] = {}
    counting: list[int] = []
    for row in rows:
        place = row.box.center_y / heights[row.page]
        if not _EDGE < place < 1 - _EDGE:
            seen.setdefault((re.sub(r"\d+", "0", row.text), round(place * 100)), []).append(row.index)
            counts = len(pages) > 1 and any(is_page_count(segment.text) for segment in row.segments)
            if counts and not has_cents(row.text):
                counting.append(row.index)
    repeated = [found for found in seen.values() if len({rows[index].page for index in found}) > 1]
    return frozenset([*counting, *(index for found in repeated for index in found)])


def _rows_of_lines(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Give lines that stand side by side, which follow one another in the reading."""
    row: list[Line] = []
    for line in lines:
        if row:
            band = row[0].box
            lower = min(band.height, line.box.height) or 1.0
            if (
                line.box.x0 < row[-1].box.x1 - 0.3 * line.box.height
                or min(row[-1].box.overlap_y(line.box), band.overlap_y(line.box)) < 0.3 * lower
            ):
                yield row
                row = []
        row.append(line)
    if row:
        yield row


def _without_edges(page: Page) -> list[Line]:
    """Return the page's lines without what runs up, down or across it: imprints and stamps, no part of any row."""
    upright = [line.box for line in page.lines if _stands_upright(line)]
    return [
        level
        for line in page.lines
        if not any(_is_of_column(line, box) for box in upright) and (level := _without_slanting(line)) is not None
    ]


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


def _build_row(lines: Sequence[Line], page: Page, index: int) -> Row:
    segments = []
    for place, line in enumerate(lines):
        tokens = tuple(token for word in line.words for token in _split_word(word, page.number))
        segments.append(Segment(tokens, line.box, page.number, index, place))
    return Row(tuple(segments), enclose(line.box for line in lines), page.number, index)


def _split_word(word: Word, page: int) -> Sequence[Token]:
    text, box = word.text, word.box
    size = word.font_size or box.height * 0.8
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
    """Return the words that recognition ran together: a postal code and its town, the parts of a sender's line."""
    if match := _GLUED_POSTAL.match(text):
        return list(match.groups())
    return [part for part in _SENDER_MARK.split(text) if part]


def _find_colon(text: str) -> re.Match[str] | None:
    """Return the parts of a word that is two: a label and its value, at a colon mostly."""
    return _GLUED_RATE.match(text) or _GLUED.match(text) or _LEADING_COLON.match(text)


def _find_hits(segment: Segment, *, tolerant_from: int) -> list[Hit]:
    words = [compact(token.text) for token in segment.tokens]
    hits: list[Hit] = []
    start = 0
    while start < len(words):
        # A percent sign goes with the number before it: «20 % VAT» is not the column «% VAT».
        of_number = words[start] == "%" and start and segment.tokens[start - 1].text[-1:].isdigit()
        found = None if of_number or not words[start] else _find_longest(words, start, tolerant_from)
        start += 1
        if found is not None:
            end, letters, labels = found
            before = [word for word in words[: start - 1] if word.strip("%") and not word.strip("%").isdigit()]
            opens = not before or (bool(hits) and hits[-1].end == start - 1 and hits[-1].opens)
            hits.append(Hit(segment, start - 1, _with_tail(segment, words, end), labels, letters, opens))
            start = hits[-1].end
    return hits


def _find_longest(words: Sequence[str], start: int, tolerant_from: int) -> tuple[int, int, tuple[Label, ...]] | None:
    """Return the end of the longest label that begins with a word, its number of letters and what it means."""
    vocabulary = load_vocabulary()
    phrases, longest = vocabulary.phrases, vocabulary.longest + 1
    texts = list(accumulate(words[start : start + _LONGEST_LABEL]))
    if len(texts[-1]) < tolerant_from and not vocabulary.may_begin(texts[-1], texts[0]):
        return None
    for place in range(len(texts) - 1, -1, -1):
        text, end = texts[place], start + place + 1
        labels = phrases.get(text)
        # A number behind is the value, and what is a phrase without its last word is no misspelt longer one.
        if labels is None and tolerant_from <= len(text) <= longest and not words[end - 1][-1:].isdigit():
            if place and texts[place - 1] in phrases:
                continue
            labels = vocabulary.find(text, tolerant=True)
        if labels:
            return end, len(text), labels + _meanings_of_shorter(words[start : end - 1], labels)
    return None


def _meanings_of_shorter(words: Sequence[str], labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Return what the beginning of a phrase means to groups that the whole means nothing to: «Total incl.» is a total."""
    groups = {label.group for label in labels}
    if "totals" in groups or "columns" not in groups:
        return ()
    for end in range(len(words), 0, -1):
        found = [label for label in load_vocabulary().find("".join(words[:end])) if label.group == "totals"]
        if found:
            return tuple(found)
    return ()


def _with_tail(segment: Segment, words: Sequence[str], end: int) -> int:
    """Take punctuation behind a label with it: a lone colon, number sign or point."""
    while (
        end < len(words)
        and (not words[end] or words[end] == "#")
        and not any(c.isalnum() for c in segment.tokens[end].text)
    ):
        if segment.tokens[end].text.strip() in ("-", "–", "−", "$", "€", "£", "₹", "(", "¥"):
            break
        end += 1
    return end


def _decide_languages(hits: Sequence[Hit], hint: str | None) -> tuple[str, ...]:
    """Return the languages that the labels speak, the strongest first."""
    points: dict[str, float] = {}
    seen: set[frozenset[Label]] = set()
    for hit in hits:
        meanings = frozenset(hit.labels)
        if hit.letters < 4 or meanings in seen:
            continue
        seen.add(meanings)
        spoken = {label.language for label in hit.labels}
        for language in spoken:
            points[language] = points.get(language, 0.0) + (1.0 + hit.letters / 10) / len(spoken) ** 1.5
    if hint:
        points[hint] = points.get(hint, 0.0) + 100.0
    ordered = sorted(points, key=lambda language: -points[language])
    if not ordered:
        return ("en",)
    top = points[ordered[0]]
    return tuple(language for language in ordered if points[language] >= 0.3 * top)


def _keep_languages(hit: Hit, languages: Sequence[str]) -> Hit | None:
    """Drop meanings of languages that the document does not speak, unless the phrase is too long to be chance."""
    labels = tuple(
        label
        for label in hit.labels
        if label.language in languages or (label.language == "en" and hit.letters >= 3) or hit.letters >= 7
    )
    return Hit(hit.segment, hit.start, hit.end, labels, hit.letters, hit.opens) if labels else None
