"""Whose account it is, and whose bank: names found by label, by letterhead, by block of address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from schwifty import BIC, IBAN

from bursar.extraction.identifiers import is_checked
from bursar.extraction.statements.cells import Cell, Row, Sheet
from bursar.extraction.statements.fields import Value, named
from bursar.extraction.statements.identity import Read
from bursar.extraction.statements.vocabulary import find_labels, find_words, tokens_of, words_of
from bursar.reading.page import Word

_NAME = re.compile(r"[^\W\d_][\w.'’&,\-]*(?: [^\W\d_&][\w.'’&,\-]*| &| \([^\W\d_]+\))*")
_FOOTER = 0.85  # of the page's height
_TOP = 0.4
_HEAD = 0.12  # of the page's height, where letterheads stand
_LARGE = 1.25  # times the usual height of type
_MAX_NAME = 7  # words
_SHORT_NAME = 4
_STEMS = ("bank", "kasse", "banque", "banco", "banca")  # in names such as «Sparbank»
_POSTCODE = re.compile(r"\b\d{4,6}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{2}-\d{3}\b|\b\d{3} \d{2}\b")
_COMPANY = re.compile(
    r"\b(?:Ltd|Limited|plc|PLC|AG|SA|S\.A\.|N\.V\.|NV|Inc|Inc\.|Corp|LLC|Pte|AB|ASA|A/S|Oyj|Abp|GmbH|eG|S\.p\.A\.|SpA|N\.A\.)(?:\W|$)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell with the row and sheet that it stands in."""

    sheet: Sheet
    row: Row
    cell: Cell


def find_bank_name(values: Sequence[Value], sheets: Sequence[Sheet], codes: Sequence[Read | None]) -> Read | None:
    """Return the bank's name: in large type, by words such as «bank», by label, or as the directory knows its code."""
    best: tuple[float, Read] | None = None
    for value in named(values, "bank_name"):
        text = value.text.strip(": ")
        if _is_name(text) and value.apart and len(value.words) <= _MAX_NAME and not _has_labels(value.words):
            cell_words = value.words
            best = _better(
                best,
                4.0 + (2 if _COMPANY.search(text) or find_words(text, "bank") else 0),
                Read(" ".join(w.text for w in cell_words), value.page, cell_words, 0.85),
            )
    for place in _cells(sheets[:1] if sheets else []):
        points = _bank_points(place)
        if points > 2.5:
            best = _better(
                best,
                points,
                Read(_tidy(place.cell.text), place.row.page, place.cell.words, min(0.95, 0.55 + points / 20)),
            )
    if best is not None:
        return best[1]
    return _by_directory(codes)


def _better(best: tuple[float, Read] | None, points: float, read: Read) -> tuple[float, Read]:
    return (points, read) if best is None or points > best[0] else best


def _bank_points(place: Place) -> float:
    text = place.cell.text
    words = place.cell.words
    if len(words) > _MAX_NAME or not _is_name(_tidy(text)) or ":" in text:
        return 0.0
    page = place.sheet.page
    size = place.cell.box.height / place.sheet.em
    if _is_letterhead(place, size) and not find_words(text, "bank"):
        return 3.0
    points = _bank_word_points(text)
    if points == 0.0:
        return 0.0
    points += min(4.0, 3 * (size - 1.0)) if size > 1.05 else 0.0
    points += 1.5 if place.row.box.y0 < _TOP * page.height / 2 else 0.0
    points -= 2.0 if _TOP * page.height < place.row.box.y0 < _FOOTER * page.height else 0.0
    points -= 3.0 if _is_all_labels(words) else 0.0
    if size <= _LARGE:
        points -= 1.5 * (len(words) > _SHORT_NAME) + 1.5 * bool(set(tokens_of(text)) & words_of("title"))
    points -= 2.0 if find_words(text, "account_kinds") or "account" in tokens_of(text) else 0.0
    return points


def _bank_word_points(text: str) -> float:
    """Return how strongly the words are those of a bank's name."""
    if find_words(text, "bank") or any(t.endswith(_STEMS) or t.startswith(_STEMS) for t in tokens_of(text)):
        return 3.0
    if find_words(text, "bank_weak"):
        return 2.0
    return 1.0 if _COMPANY.search(text) else 0.0


def _is_letterhead(place: Place, size: float) -> bool:
    """Whether a name stands in large type at the head of the page, and is no title."""
    words = tokens_of(place.cell.text)
    if size < _LARGE or place.row.box.y0 > _HEAD * place.sheet.page.height or len(words) < 2:
        return False
    return not (set(words) & words_of("title")) and not _mostly_labels(place.cell.words)


def _by_directory(codes: Sequence[Read | None]) -> Read | None:
    """Return the bank's name as schwifty's directory gives it for a valid IBAN or BIC."""
    for read in codes:
        if read is None:
            continue
        iban = IBAN(read.value, allow_invalid=True)
        bic = iban.bic if is_checked(read.value) else BIC(read.value, allow_invalid=True)
        names = list(bic.bank_names) if bic is not None and bic.is_valid else []
        if names:
            return Read(names[0], read.page, (), 0.7, "the bank directory's name for its code")
    return None


def find_holder(
    values: Sequence[Value], sheets: Sequence[Sheet], bank: Read | None, table_row: int | None
) -> tuple[Read | None, Read | None]:
    """Return the holder's name and postal address."""
    known = {value.text.strip(" :") for value in values if value.apart}
    block = _address_block(sheets, bank, table_row, known)
    labelled = _labelled_holder(values)
    if labelled is not None:
        address = _labelled_address(values) or (block[1] if block and _same(block[0].value, labelled.value) else None)
        return labelled, address
    if block is not None:
        return block
    return _before_account(sheets), None


def _same(left: str, right: str) -> bool:
    """Whether two names share their words, forms of companies aside."""
    a, b = ({token for token in tokens_of(text) if len(token) > 3} for text in (left, right))
    return bool(a and b) and len(a & b) * 2 > min(len(a), len(b))


def _labelled_holder(values: Sequence[Value]) -> Read | None:
    best: tuple[float, Read] | None = None
    for order, value in enumerate(named(values, "holder")):
        words = _name_words(value)
        text = " ".join(word.text for word in words).strip(" :,-")
        if not _is_name(text) or not value.apart or not 1 <= len(words) <= _MAX_NAME:
            continue
        if _is_all_labels(words) or find_words(text, "account_kinds") == " ".join(tokens_of(text)):
            continue
        points = (
            2.0 + len(value.label.words) - 0.05 * order + (1 if len(words) > 1 else 0) + (0 if value.below else 0.5)
        )
        points -= (
            1.5
            if set(tokens_of(value.label.words[0].text)) <= {"client", "customer", "cliente", "member", "kunde"}
            else 0
        )
        best = _better(best, points, Read(text, value.page, words, 0.9))
    return best[1] if best else None


def _name_words(value: Value) -> tuple[Word, ...]:
    """Return the words of one name: up to one with a digit or a label of something else."""
    words: list[Word] = []
    for word in value.words:
        if any(c.isdigit() for c in word.text) or "@" in word.text or (words and word.text.strip() in ("-", "–", "|")):
            break
        if word.text.strip(" :.-–"):
            words.append(word)
    labels = find_labels(words, ("fields",))
    stop = next((match.first for match in labels if match.first > 0 and match.last - match.first >= 1), None)
    return tuple(words[:stop])


def _labelled_address(values: Sequence[Value]) -> Read | None:
    for value in values:
        if "other" in value.label.names and tokens_of(value.label.words[0].text)[:1] in (
            ("address",),
            ("adresse",),
            ("adres",),
            ("direccion",),
            ("indirizzo",),
            ("morada",),
        ):
            return Read(value.text.strip(": "), value.page, value.words, 0.7)
    return None


def _address_block(
    sheets: Sequence[Sheet], bank: Read | None, table_row: int | None, known: AbstractSet[str]
) -> tuple[Read, Read | None] | None:
    """Return name and address of the best block of lines in the upper half: a name, then a street or a town."""
    best: tuple[float, tuple[Read, Read | None]] | None = None
    for sheet in sheets[:1]:
        places = [
            place
            for place in _cells([sheet])
            if place.row.box.y0 < 0.5 * sheet.page.height and (table_row is None or place.row.index < table_row)
        ]
        for place in places:
            lines = _lines_below(place, places)
            points = _block_points(place, lines, bank, known)
            if points < 2.0:
                continue
            words = tuple(word for line in lines for word in line.cell.words)
            address = Read("\n".join(line.cell.text for line in lines), place.row.page, words, 0.75) if lines else None
            found = Read(_tidy(place.cell.text), place.row.page, place.cell.words, min(0.9, 0.5 + points / 12)), address
            if best is None or points > best[0]:
                best = points, found
    return best[1] if best else None


def _block_points(place: Place, lines: Sequence[Place], bank: Read | None, known: AbstractSet[str]) -> float:
    text = _tidy(place.cell.text)
    words = tokens_of(text)
    if not _is_name(text) or len(place.cell.words) > _MAX_NAME or ":" in place.cell.text:
        return 0.0
    if find_words(text, "bank") or (_COMPANY.search(text) and bank is not None and _same(text, bank.value)):
        return 0.0
    if _mostly_labels(place.cell.words) and not _greeted(words):
        return 0.0
    if place.cell.text in known or find_words(text, "account_kinds"):
        return 0.0
    if {"statement", "kontoauszug", "page", "account", "accounts", "summary"} & set(words):
        return 0.0
    points = 3.0 if _greeted(words) else 0.5
    points += 1.0 if 2 <= len(place.cell.words) <= 4 else 0.0
    body = [line.cell.text for line in lines]
    points += 1.5 if body and re.search(r"\d", body[0]) else 0.0
    points += 1.5 if any(_POSTCODE.search(line) for line in body) else 0.0
    points += 0.5 if len(body) >= 2 else 0.0
    points -= 2.0 if any(find_words(line, "bank") for line in body) else 0.0
    points -= 1.0 if place.cell.box.height > 1.6 * place.sheet.em else 0.0
    return points if body or _greeted(words) else 0.0


def _greeted(words: Sequence[str]) -> bool:
    return len(words) > 1 and find_words(" ".join(words[:1]), "greeting") is not None


def _lines_below(place: Place, places: Sequence[Place]) -> list[Place]:
    """Return the lines that continue a block: left edges in line, no more than a blank line apart."""
    lines: list[Place] = []
    last = place
    em = place.sheet.em
    for other in places:
        if other.row.index <= last.row.index or abs(other.cell.box.x0 - place.cell.box.x0) > 0.8 * em:
            continue
        if other.cell.box.y0 - last.cell.box.y1 > 1.3 * em or len(lines) >= 6 or len(other.cell.words) > 9:
            break
        if find_labels(other.cell.words[:2], ("fields", "lines")) and ":" in other.cell.text:
            break
        lines.append(other)
        last = other
    return lines


def _before_account(sheets: Sequence[Sheet]) -> Read | None:
    """Return a name that stands before the account's label in one line: «A. Holder - Account 123»."""
    for place in _cells(sheets[:1]):
        words = place.cell.words
        dash = next((i for i, word in enumerate(words) if word.text in ("-", "–", "|")), None)
        if dash and dash <= _MAX_NAME:
            labels = find_labels(words[dash + 1 :], ("fields",))
            text = " ".join(word.text for word in words[:dash])
            if labels and labels[0].first == 0 and "account_number" in labels[0].names_in("fields") and _is_name(text):
                return Read(text, place.row.page, words[:dash], 0.7)
    return None


def _mostly_labels(words: Sequence[Word]) -> bool:
    """Whether labels make up most letters; particles such as «de» are labels and parts of names."""
    letters = sum(len(word.text) for word in words)
    labelled = [
        word
        for match in find_labels(words, ("fields", "lines", "columns"))
        for word in words[match.first : match.last + 1]
    ]
    return sum(len(word.text) for word in labelled) * 2 > letters


def _has_labels(words: Sequence[Word]) -> bool:
    return any("bank_name" not in match.names_in("fields") for match in find_labels(words, ("fields", "lines")))


def _is_all_labels(words: Sequence[Word]) -> bool:
    labels = find_labels(words, ("fields", "lines", "columns"))
    return sum(match.last - match.first + 1 for match in labels) >= len(words)


def _cells(sheets: Sequence[Sheet]) -> list[Place]:
    return [Place(sheet, row, cell) for sheet in sheets for row in sheet.rows for cell in row.cells]


def _is_name(text: str) -> bool:
    if not _NAME.fullmatch(text) or sum(c.isalpha() for c in text) < 3:
        return False
    return text[:1].isupper() or any(part[:1].isupper() for part in text.split()[1:3])


def _tidy(text: str) -> str:
    return text.strip(" :,;-–|*")
