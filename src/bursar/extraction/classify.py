"""Which type of document a reading is, and how sure that is."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, takewhile
from typing import Any

from bursar.extraction.accents import without_accents
from bursar.extraction.amounts import find_amounts, has_cents
from bursar.extraction.dates import find_dates
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.facts.box import Box
from bursar.facts.evidence import Source
from bursar.reading.lines import rows_of_lines
from bursar.reading.page import Page, Reading

_STATEMENTS = {"bank_statement", "credit_card_statement", "passbook"}
_LIKE_INVOICES = {"proforma", "purchase_order", "utility_bill"}
_TITLE_FACTOR = 1.35  # a line counts as large type when it is this much larger than the page's usual one
_TITLE_SHARE = 0.4  # titles in ordinary type stand in this upper part of the first page
_ENTRY_WEIGHT = 1.2  # for each row that opens with a date and holds an amount, up to _ENTRIES_COUNTED
_ENTRIES_COUNTED = 8
_ENTRIES_TRUSTED_AT = 6.0  # points of words at which such rows count in full: invoices list dated amounts as well
_SPEAKS = 4.0  # points of words that only an invoice has together
_NUMBER_AT_END = re.compile(r" [#№]?[\w/.-]*\d[\w/.-]*$")  # «Tax Invoice 00917»
_NO_ENTRIES = 0.5  # of a statement's words where no row is dated and an invoice's number is called: a bill
_SHORT_LINE_SHARE = 0.5  # what a title in ordinary type is worth beside one in large type
_NARROW = 0.58  # a page whose width is less than this share of its height is likely a till roll
_ROLL_PT = 250.0  # the widest paper of tills is 80 mm
_NARROW_WEIGHT = 3.0
_NUMBER_WEIGHT = 2.0
_TABLE_WEIGHT = 3.0
_NUMBERED = 3.0  # what a document comes to at least that calls a number an invoice's, or lists quantities and prices
_CALLED_WEIGHT = 2.0
_HEAD_SHARE = 0.5  # of the first page: where the label of a document's own number stands
_SIGN_WEIGHT = 2.0
_SIGNS_COUNTED = 2
_OWED = (
    "due_date", "payment_terms", "purchase_order", "sales_order", "customer_id", "delivery_note",
    "iban", "bic", "account_holder", "routing_number", "sort_code", "ifsc",
)  # fmt: skip
_PAID = ("tendered", "change")
_LONGEST_LABEL = 4  # words
_CURRENCY_LETTERS = 3
_LONG_LABEL = 4  # letters; «inv» or «no» alone may be anything's
_OTHER = 2.5  # what a document without any of the words scores as «other»
_TEMPERATURE = 2.5
_PAGES_READ = 3
_APART = re.compile(r"[^\w&'#.*\-]+")
_ENDS = " .:-"
_APART_IN_LINES = re.compile(r"[^\w&'#.*\-\n]+")
_MAY_OPEN_WITH_DATE = re.compile(  # a digit, or after what may be the name of a month or an era
    r"(?s).{0,4}(?:\d|[^\W\d_]{3,12}(?:\s[^\W\d_])?\.?[\s\-/]{0,2}\d|[令平昭元])"
)
_DIGIT = re.compile(r"\d")
_DECIMALS = re.compile(r"[.,][^\d\s]*\d")  # every amount with decimals holds them


@dataclass(frozen=True, slots=True)
class Classification:
    """The type with the best score (0 to 1), and the scores of all types."""

    document_type: str
    score: float
    scores: dict[str, float]

    @property
    def kind(self) -> str:
        """`statement` for bank and card statements, else `invoice`."""
        return "statement" if self.document_type in _STATEMENTS else "invoice"

    def best_of(self, kind: str) -> str:
        """Return the best type of a kind that the caller insists on."""
        fitting = {name: score for name, score in self.scores.items() if (name in _STATEMENTS) == (kind == "statement")}
        return max(fitting, key=lambda name: fitting[name])


def classify(reading: Reading) -> Classification:
    """Return the type of the document, judged by its first pages: words it uses, large type, rows of dated amounts, shape."""
    pages = [page for page in reading.pages if page.words][:_PAGES_READ]
    texts = [[line.text for line in page.lines] for page in pages]
    body = f" {_without_points(' '.join(map(_fold_lines, texts)))} "
    said = frozenset(body.split())
    outstanding = _title_lines(pages[0], texts[0]) if pages else {}
    titles = _openings(outstanding)
    points = {name: _points_of_words(body, said, titles, words) for name, words in _vocabulary().items()}
    points["other"] = _OTHER
    if _is_called_credit_note(pages, titles):
        as_invoices_speak = _points_of_text(body, said, _vocabulary()["invoice"])
        points["credit_note"] += _CALLED_WEIGHT + as_invoices_speak
    labels = _points_of_labels(pages, called_receipt=_is_called_receipt(titles))
    for name, weight in labels.items():
        points[name] = max(points[name] + weight, _NUMBERED if name == "invoice" and weight else 0.0)
    is_titled = any(points[name] for name in _LIKE_INVOICES)
    if is_titled and (called := _find_called(pages[0], outstanding)) is not None:
        points[called] = max(points.values()) + _CALLED_WEIGHT
    listing = [name for name in ("bank_statement", "credit_card_statement") if points[name]]
    speaks = bool(listing) and _points_of_text(body, said, _vocabulary()["invoice"]) >= _SPEAKS
    counts = bool(listing) and not (speaks and _is_titled_invoice(titles))  # of deliveries or hours with their days
    entries = min(_ENTRIES_COUNTED, sum(_count_entries(page) for page in pages)) if counts else 0
    for name in listing:
        if not entries and speaks and labels["invoice"] and not _weigh_titles(titles, _vocabulary()[name]):
            points[name] *= _NO_ENTRIES
        points[name] += entries * _ENTRY_WEIGHT * min(1.0, points[name] / _ENTRIES_TRUSTED_AT)
    if pages:
        points["receipt"] += _points_of_shape(pages[0])
    top = max(points.values())
    shares = {name: math.exp((value - top) / _TEMPERATURE) for name, value in points.items()}
    total = sum(shares.values())
    scores = {name: share / total for name, share in shares.items()}
    best = max(scores, key=lambda name: scores[name])
    return Classification(best, round(scores[best], 4), scores)


def _points_of_shape(page: Page) -> float:
    """Return how far a page's shape speaks for a receipt: a strip, or a page set as wide as the paper of a till."""
    is_set = page.source is Source.TEXT
    if page.width < page.height * _NARROW or (is_set and page.width < _ROLL_PT):
        return _NARROW_WEIGHT
    return -_NARROW_WEIGHT / 2 if is_set else 0.0


def _is_called_receipt(titles: dict[str, float]) -> bool:
    as_receipt, as_invoice = (_weigh_titles(titles, _vocabulary()[name]) for name in ("receipt", "invoice"))
    return as_receipt > as_invoice


def _is_titled_invoice(titles: dict[str, float]) -> bool:
    """Whether the title says that a document is an invoice, and no title that it is a statement."""
    as_statement = (_weigh_titles(titles, _vocabulary()[name]) for name in sorted(_STATEMENTS & _vocabulary().keys()))
    return _weigh_titles(titles, _vocabulary()["invoice"]) > 0 and not any(as_statement)


def _points_of_labels(pages: Sequence[Page], *, called_receipt: bool) -> dict[str, float]:
    """Return what labels say, in all their languages.

    A number called an invoice's, quantities and prices speak for all three kinds of bill, a number called a receipt's and
    money given and returned for a receipt. What a bill has that is still to be paid (`_OWED`) speaks against one, where its
    title does not say that it is one.
    """
    lines = [[compact(word.text) for word in line.words] for page in pages for line in page.lines]
    openings = _label_openings(lines)
    heads = {"".join(words) for words in lines}
    numbered = _NUMBER_WEIGHT * (not openings.isdisjoint(phrases_of("fields", "invoice_number")))
    listed = _TABLE_WEIGHT * all(not heads.isdisjoint(phrases_of("columns", key)) for key in ("quantity", "unit_price"))
    slip = _NUMBER_WEIGHT * (not openings.isdisjoint(phrases_of("fields", "receipt_number")))
    owed = sum(not openings.isdisjoint(phrases_of("fields", key)) for key in _OWED)
    said = _label_wholes(lines)
    paid = sum(not said.isdisjoint(phrases_of("totals", key)) for key in _PAID)
    signs = min(_SIGNS_COUNTED, paid) - (0 if called_receipt else min(_SIGNS_COUNTED, owed))
    return {
        "invoice": numbered + listed,
        "credit_note": numbered + listed,
        "receipt": numbered + listed + slip + _SIGN_WEIGHT * signs,
    }


def _label_openings(lines: Iterable[Sequence[str]]) -> set[str]:
    """Return what lines of compact words begin with that a label may be."""
    return {text for words in lines for text in accumulate(words[:_LONGEST_LABEL]) if len(text) >= _LONG_LABEL}


def _label_wholes(lines: Iterable[Sequence[str]]) -> set[str]:
    """Return what lines of compact words say up to a number.

    «Payment», also of «Payment EUR 5», not of «Payment within 10 days».
    """
    return {text for words in lines for text in _openings_but_short_words(words)}


def _openings_but_short_words(line: Sequence[str]) -> Iterator[str]:
    words = list(takewhile(_has_no_digit, line))
    for end in range(len(words), 0, -1):
        yield "".join(words[:end])
        if len(words[end - 1]) > _CURRENCY_LETTERS:
            return


def _has_no_digit(word: str) -> bool:
    return word.isalpha() or not _DIGIT.search(word)


def _is_called_credit_note(pages: Sequence[Page], titles: dict[str, float]) -> bool:
    """Whether a document's title, or else the label of its own number, says that it is a credit note.

    An invoice may name one as well, that it sets off: where it is called an invoice, or has an invoice's number, that is
    no label of its own.
    """
    vocabulary = _vocabulary()
    as_credit, as_invoice = (_weigh_titles(titles, vocabulary[name]) for name in ("credit_note", "invoice"))
    if as_credit:
        return as_credit > as_invoice
    if as_invoice or not pages:
        return False
    head = [line for line in pages[0].lines if line.box.y1 < pages[0].height * _HEAD_SHARE]
    openings = _label_openings([compact(word.text) for word in line.words] for line in head if not has_cents(line.text))
    numbers, own = _credit_numbers(), phrases_of("fields", "invoice_number")
    return not openings.isdisjoint(numbers) and openings.isdisjoint(own - numbers - _credit_titles())


@cache
def credit_labels() -> frozenset[str]:
    """Return the compact phrases that call a number a credit note's."""
    return _credit_numbers() | _credit_titles()


@cache
def invoice_words() -> frozenset[str]:
    """Return the compact single words that call a document an invoice."""
    return frozenset(compact(phrase) for phrase in _invoice_titles() if " " not in phrase)


@cache
def _credit_numbers() -> frozenset[str]:
    return frozenset(compact(phrase) for phrase in _read_types()["credit_note"]["number"])


@cache
def _credit_titles() -> frozenset[str]:
    return frozenset(compact(phrase) for phrase, _ in _vocabulary()["credit_note"].title)


def _find_called(page: Page, outstanding: dict[str, float]) -> str | None:
    """Return which of the papers that look like invoices (`_LIKE_INVOICES`) a title calls a document.

    An order has no title of an invoice beside its own, nor an invoice's number: «Purchase order» is a label as well.
    """
    titles = _strict_titles(outstanding)
    weights = {name: _weigh_titles(titles, words) for name, words in _vocabulary().items()}
    best = max(weights, key=lambda name: weights[name])
    if best not in _LIKE_INVOICES or not weights[best]:
        return None
    if best != "purchase_order":
        return best
    openings = _label_openings([compact(word.text) for word in line.words] for line in page.lines)
    is_numbered = not openings.isdisjoint(phrases_of("fields", "invoice_number"))
    return None if is_numbered or weights["invoice"] or weights["receipt"] else best


def find_title(page: Page) -> str | None:
    """Return the type of document that a page's title names: in large type, or alone on a line of its upper part.

    Heads of tables begin with such words too («Invoice no. Date Amount»), and are no titles.
    """
    titles = _strict_titles(_title_lines(page, [line.text for line in page.lines]))
    named = {name: _weigh_titles(titles, words) for name, words in _vocabulary().items()}
    best = max(named, key=lambda name: named[name])
    return best if named[best] else None


def _strict_titles(outstanding: dict[str, float]) -> dict[str, float]:
    """Return what titles may open with, of what stands out on a page; in ordinary type one has its line for itself."""
    return _openings(
        {text: share for text, share in outstanding.items() if share == 1.0 or " " not in text or _is_phrase(text)}
    )


def is_title_alone(text: str) -> bool:
    """Whether a text is the title of a document, of whatever type, and nothing more."""
    return _is_phrase(_fold(text))


def _is_phrase(text: str) -> bool:
    return text in _title_phrases()


@cache
def _title_phrases() -> frozenset[str]:
    return frozenset(phrase for words in _vocabulary().values() for phrase, _ in words.title)


def _count_entries(page: Page) -> int:
    """Count the rows that open with a date and hold an amount with decimals: bank lines, and little else in such number."""
    count = 0
    for row in rows_of_lines(page.lines):
        text = " ".join([line.text for line in row])
        if not (_MAY_OPEN_WITH_DATE.match(text) and _DECIMALS.search(text)):
            continue
        dates = find_dates(text, yearless=True)
        if dates and dates[0].start <= 4:
            count += any(amount.decimals >= 2 for amount in find_amounts(text[dates[0].end :]))
    return max(0, count - 1)


@dataclass(frozen=True, slots=True)
class _Words:
    """Phrases of one type with their weights: what titles open with, what their first word ends with, what stands anywhere.

    What stands anywhere is between blanks, and has its first word beside it.
    """

    title: tuple[tuple[str, float], ...]
    ending: tuple[tuple[str, float], ...]
    anywhere: tuple[tuple[str, str, float], ...]


def _points_of_words(body: str, said: frozenset[str], titles: dict[str, float], words: _Words) -> float:
    """Return the points of a type.

    `body` is all text between blanks, `said` its words, `titles` what a title may open with (`_openings`).
    """
    return _points_of_text(body, said, words) + 1.5 * _weigh_titles(titles, words)


def _points_of_text(body: str, said: frozenset[str], words: _Words) -> float:
    """Return the weight of what a text says, wherever that stands."""
    return sum(weight for first, phrase, weight in words.anywhere if first in said and phrase in body)


def _weigh_titles(titles: dict[str, float], words: _Words) -> float:
    """Return the weight of the phrase of a type that stands out most, 0 where none does."""
    opened = [weight * titles[phrase] for phrase, weight in words.title if phrase in titles]
    ended = [
        weight * share
        for ending, weight in words.ending
        for text, share in titles.items()
        if text.endswith(ending) and " " not in text
    ]
    return max([*opened, *ended, 0.0])


def _openings(titles: dict[str, float]) -> dict[str, float]:
    """Return every run of whole words that a title begins with, and how much the title stands out."""
    found: dict[str, float] = {}
    for title, share in titles.items():
        for opening in accumulate(title.split(" "), "{} {}".format):
            found[opening] = max(share, found.get(opening, 0.0))
    return found


def _title_lines(page: Page, texts: Sequence[str]) -> dict[str, float]:
    """Return what stands out on a page and how much: large type, and short lines of its upper part without a number.

    What has an amount beside it is a row of a table. `texts` are those of the page's lines.
    """
    sizes = sorted([line.box.height for line in page.lines])
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    amounts = [line.box for line, text in zip(page.lines, texts, strict=True) if has_cents(text)]
    found: dict[str, float] = {}
    for line, text in zip(page.lines, texts, strict=True):
        box = line.box
        if box.height >= usual * _TITLE_FACTOR:
            found[_fold(text)] = 1.0
        elif (
            len(line.words) <= 4
            and box.y1 < page.height * _TITLE_SHARE
            and (not _DIGIT.search(text) or _is_numbered_invoice(text))
            and not any(_is_beside(box, amount) for amount in amounts)
        ):
            found.setdefault(_fold(text), _SHORT_LINE_SHARE)
    return found


def _is_numbered_invoice(text: str) -> bool:
    """Whether a text is an invoice's title with its number: «Tax Invoice 00917». Invoices name credit notes likewise."""
    return _fold(_NUMBER_AT_END.sub("", text)) in _invoice_titles()


@cache
def _invoice_titles() -> frozenset[str]:
    return frozenset(phrase for phrase, _ in _vocabulary()["invoice"].title)


def _is_beside(line: Box, other: Box) -> bool:
    """Whether another line stands on the right of one, level with it."""
    return other.x0 > line.x1 and abs(other.center_y - line.center_y) < line.height / 2


def _without_points(text: str) -> str:
    """Return a folded text without the points of abbreviations: «no.» is «no»."""
    return text.replace(". ", " ")


@lru_cache(maxsize=5_000)
def _fold(text: str) -> str:
    """Return a line as the phrases are written: lower case, no accents, no signs between words and none at its ends."""
    return _APART.sub(" ", without_accents(text.casefold())).strip(_ENDS)


def _fold_lines(texts: Iterable[str]) -> str:
    """Return lines folded as by `_fold`, all in one go, and joined by blanks."""
    plain = _APART_IN_LINES.sub(" ", without_accents("\n".join(texts).casefold()))
    return " ".join([line.strip(_ENDS) for line in plain.split("\n")])


@cache
def _vocabulary() -> dict[str, _Words]:
    return {name: _read_words(entry) for name, entry in _read_types().items()}


@cache
def _read_types() -> dict[str, Any]:
    return tomllib.loads(
        resources.files("bursar.extraction").joinpath("document_types.toml").read_text(encoding="utf-8")
    )


def _read_words(entry: dict[str, Any]) -> _Words:
    """Return the phrases of one type; `*rechnung` is any word that ends so."""
    titles, anywhere = _weighted(entry.get("title", {})), _weighted(entry.get("words", {}))
    return _Words(
        tuple((phrase, weight) for phrase, weight in titles if not phrase.startswith("*")),
        tuple((phrase[1:], weight) for phrase, weight in titles if phrase.startswith("*")),
        tuple((phrase.split(" ", maxsplit=1)[0], f" {phrase} ", weight) for phrase, weight in anywhere),
    )


def _weighted(groups: dict[str, list[str]]) -> list[tuple[str, float]]:
    return [(_without_points(_fold(phrase)), float(weight)) for weight, phrases in groups.items() for phrase in phrases]
