"""Numbers, dates and references of the head: every label's candidates, then the assignment that suits all best."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from bursar.extraction.identifiers import find_tax_ids, is_iban_valid
from bursar.extraction.invoices.blocks import is_value
from bursar.extraction.invoices.customer_numbers import find_customer_numbers
from bursar.extraction.invoices.due_sentences import find_due_days, is_for_early_payment, is_of_past_or_period
from bursar.extraction.invoices.free_dates import find_letter_dates
from bursar.extraction.invoices.label_neighbours import is_of_bank, is_of_next_label, is_of_party, is_under_heading
from bursar.extraction.invoices.layout import Found, Hit, Layout, Segment, Token
from bursar.extraction.invoices.regions import Region, find_regions
from bursar.extraction.invoices.slip_numbers import find_slip_numbers
from bursar.extraction.invoices.values import STOP, Value, read_code, read_first_date, read_text, tokens_at
from bursar.extraction.invoices.wrapped_dates import with_year_below
from bursar.extraction.labels.vocabulary import compact, phrases_of, printed_of

# label key → the fields that it may fill, with how much the label means that field
_TARGETS: dict[str, tuple[tuple[str, float], ...]] = {
    "invoice_number": (("invoice_number", 1.0),),
    "title_number": (("invoice_number", 0.72), ("invoice_date", 0.85)),
    "receipt_number": (("invoice_number", 0.78),),
    "bare_number": (("invoice_number", 0.7),),
    "booking_number": (("invoice_number", 0.4),),  # of a receipt for a journey or a room that has no other
    "invoice_date": (("invoice_date", 1.0),),
    "date": (("invoice_date", 0.72),),
    "transaction_date": (("invoice_date", 0.62),),  # of a payment, which on a receipt is its own day
    "tax_point": (
        ("invoice_date", 0.3),
    ),  # BT-7: often the day of the invoice, and not where another day is called that
    "due_date": (("due_date", 1.0),),
    "due_word": (("due_date", 0.5),),
    "purchase_order": (("purchase_order", 1.0),),
    "sales_order": (("purchase_order", 0.85),),  # the seller's own, where the buyer's is printed as well
    "order_date": (("order_date", 1.0),),
    "customer_reference": (("customer_reference", 1.0),),
    "contract_number": (("contract_number", 1.0),),
    "delivery_note": (("delivery_note", 1.0),),
    "delivery_date": (("delivery_date", 1.0),),
    "service_period": (("service_period", 1.0),),
    "preceding_invoice": (("preceding_invoice", 1.0),),
    "customer_id": (("customer_id", 1.0),),
    "payment_terms": (("payment_terms", 1.0),),
    "payment_method": (("payment_method", 1.0),),
    "payment_reference": (("payment_reference", 1.0),),
    "place_of_supply": (("place_of_supply", 1.0),),
    "irn": (("irn", 1.0),),
    "notes": (("notes", 1.0),),
    "time": (("time", 1.0),),
    "other": (("other", 1.0),),
    "account_number": (("account_number", 0.9),),
    "tax_id": (("other", 0.8),),
    "registration_number": (("other", 0.8),),
    "phone": (("other", 0.8),),
    "fax": (("other", 0.8),),
}
_DATES = {"invoice_date", "due_date", "order_date", "delivery_date"}
_TEXTS = {"payment_terms", "payment_method", "place_of_supply", "notes"}
_CODES = {
    "customer_reference",
    "contract_number",
    "purchase_order",
    "customer_id",
    "delivery_note",
    "payment_reference",
}
_MANY = {"other", "order_date"}
_LATER_PAGE = 0.06
_LATER_PAGES_AT_MOST = 0.3
_AMONG_ITEMS = 0.6
_WITHIN, _IN_SENTENCE = 0.75, 0.5  # of a label's score where words stand before it, or a sentence
_SENTENCE = 4  # words before a label make it one of a sentence
_WORD_LETTERS = 2
_NUMBER_LETTERS = 4  # of «Number»; «Nr» in large type may be anybody's
_LARGE = 1.25  # of the usual size of type
_LONG_TITLE = 6  # letters
_BEHIND = 0.68  # of a number's score is what the date behind it scores: less than a label's
_PARTING = ("/", "|", "·")
_DATE_BEHIND = 4  # words
_VALUE_ROWS = 4  # from that of the label on
_DIGITS = 4  # of a code that no label announces
_BELOW_TITLE = 0.38  # no label but the title speaks for it
_NUMBER_SIGN = re.compile(r"^(?:#|№|[Nn]\.?[°ºo]|(?:[Nn]r|[Nn]o|[Nn]um|[Nn]|č|[Nn]ro)\.?:?$)")
_NUMBERED = re.compile(
    r"^(?P<title>\D[^:·•|]{2,60}?)\s(?:Nr|No|N°|Nº|n\.|num|number)\.?\s(?P<number>[\w./-]*\d[\w./-]*)(?=\s|$)",
    re.IGNORECASE,
)
_OF_CUSTOMER = 0.6  # of a number behind the word for the customer alone
_GROUPED = re.compile(r"\d{2,4}/(?!(?:19|20)\d\d$)\d{3,}")  # «2026/031», neither a telephone nor a period
_SAYS_SO = 0.01
_INLINE_ONLY = {"title_number", "date"}
_RIVAL = 0.7  # of the best score: from here on another value could be meant as well
_RIVALLED = 0.7
_DEADLINE, _COLLECTED = 0.66, 0.62  # of a day that a sentence says to pay by
_LETTER = 0.6  # of a date behind a place
LABELLED = 0.5  # a label speaks for the value, and does not stand far off
_UNRIVALLED = 0.3  # of the doubt that is left where no other value is in question


class Candidate(Struct, frozen=True):
    """A value for a field, with the label that speaks for it and a score of about 0 to 1."""

    target: str
    value: Value
    hit: Hit
    score: float


def find_candidates(layout: Layout, order: str | None, item_rows: frozenset[int] = frozenset()) -> list[Candidate]:
    """Return every candidate of every label, best first. What stands among the items (`item_rows`) is likely theirs."""
    found = [candidate for hit in layout.hits for candidate in _candidates_of(layout, hit, order)]
    if not any(each.target == "purchase_order" and each.hit.means("fields", {"purchase_order"}) for each in found):
        found.extend(_orders_among_references(layout, found))
    found.extend(Candidate("customer_id", value, hit, _OF_CUSTOMER) for hit, value in find_customer_numbers(layout))
    found.extend(_due_dates_in_sentences(layout, order, item_rows))
    found.extend(_numbered_titles(layout, order))
    found.extend(_numbers_below_titles(layout, order))
    found.extend(Candidate("invoice_number", *found) for found in find_slip_numbers(layout, order))
    found.extend(
        Candidate("invoice_date", day, Hit(segment, 0, 0, (), 0, opens=False), _LETTER)
        for day, segment in find_letter_dates(layout, order)
    )
    found.extend(_dates_behind_numbers(layout, found, order))
    found = [
        replace(candidate, score=candidate.score - _AMONG_ITEMS)
        if candidate.hit.segment.row in item_rows
        else candidate
        for candidate in found
    ]
    return sorted(found, key=lambda candidate: (-round(candidate.score, 3), -len(candidate.value.tokens)))


def choose_header(candidates: Sequence[Candidate]) -> dict[str, Found[str | date]]:
    """Return the best candidate of each field; a printed value serves one field, the one that it suits best."""
    chosen: dict[str, Candidate] = {}
    used: dict[int, str] = {}
    for candidate in candidates:
        target = candidate.target
        keys = [id(token) for token in candidate.value.tokens]
        if (
            candidate.score <= 0
            or (target in chosen and target not in _MANY)
            or any(used.get(key, target) != target for key in keys)
        ):
            continue
        if target not in _TEXTS:  # a sentence about the terms may hold the day as well
            used.update(dict.fromkeys(keys, target))
        chosen.setdefault(target, candidate)
    return {
        target: Found(best.value.value, best.value.tokens, _confidence(best, candidates, used))
        for target, best in chosen.items()
    }


def _confidence(best: Candidate, candidates: Sequence[Candidate], used: Mapping[int, str]) -> float:
    """Return how sure a choice is: surer than its score where nothing rivals it, less sure where something does."""
    score = max(0.05, min(0.99, best.score))
    rivalled = any(
        other.target == best.target
        and other.value.value != best.value.value
        and other.score >= _RIVAL * best.score
        and all(used.get(id(token), best.target) == best.target for token in other.value.tokens)
        for other in candidates
    )
    if rivalled:
        return min(score, _RIVALLED)
    return 1.0 - _UNRIVALLED * (1.0 - score) if score >= LABELLED else score


def _candidates_of(layout: Layout, hit: Hit, order: str | None) -> Iterator[Candidate]:
    keys = hit.keys("fields")
    regions = find_regions(layout, hit) if keys else ()
    for key in keys:
        if (
            (key == "bare_number" and not _is_of_title(layout, hit))
            or (key == "purchase_order" and _is_of_box(hit))
            or (key == "customer_id" and is_of_bank(layout, hit))
        ):
            continue
        for target, weight in _TARGETS.get(key, ()):
            for region in regions:
                if key in _INLINE_ONLY and region.place == "below" and not _stands_alone(hit):
                    continue
                if region.place == "below" and (
                    (hit.start >= _SENTENCE and not hit.opens)  # «payable within 20 days of the invoice date»
                    or (
                        target in _CODES
                        and is_of_next_label(layout, _segment_of(layout, hit, region.tokens[0]), regions)
                    )
                ):
                    continue
                value = _read(target, region, order)
                if value is None and target in _DATES:
                    value = _read_wrapped(layout, hit, region, order)
                if value is not None and target == "due_date":
                    segment = _segment_of(layout, hit, value.tokens[0])
                    value = None if _is_other_day(layout, segment, value, labelled=key == target) else value
                if value is not None and key == "title_number" and target == "invoice_number":
                    value = _with_prefix(hit, value)
                if value is not None:
                    yield Candidate(target, value, hit, _score(layout, hit, key, weight, region, value))


def _orders_among_references(layout: Layout, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the buyer's reference that says to be an order's number, as a better candidate for that.

    Several orders are those of lines.
    """
    code = _order_code(tuple(dict.fromkeys((*layout.languages, "en"))))
    found = [
        replace(candidate, target="purchase_order", score=candidate.score + _SAYS_SO)
        for candidate in candidates
        if candidate.target == "customer_reference" and code.search(str(candidate.value.value))
    ]
    return found if len({candidate.value.value for candidate in found}) == 1 else []


@cache
def _order_code(languages: tuple[str, ...]) -> re.Pattern[str]:
    """Return how numbers of orders begin in some languages: «Your reference: PO-61298», «Uw referentie: IO-26-4409»."""
    heads = "|".join(re.escape(word) for word in printed_of("notes", "order_code", languages))
    return re.compile(
        rf"(?:^|[-/])(?:P\.?O\.?|{heads})(?:[\s#:./-]+(?:[A-Z]+[-/])?|(?=\d))\d[\d./-]*\d\Z", re.IGNORECASE
    )


def _is_of_box(hit: Hit) -> bool:
    """Whether a label for orders is that of a box for letters: «P.O. Box 418»."""
    return hit.segment.words[hit.end : hit.end + 1] == ["box"]


def _is_of_title(layout: Layout, hit: Hit) -> bool:
    """Whether a lone «Number:» in a document with a title is the title's, and not of a party that is named above it.

    A colon says that it is a label, its place in a strip or a column of labels beside the date's, or its large type.
    """
    following = layout.right_of(hit.segment)[:1]
    has_colon = hit.has_colon or any(segment.text.startswith(":") for segment in following)
    page = layout.pages[0].number
    if (
        not hit.opens
        or hit.segment.page != page
        or (hit.letters < _WORD_LETTERS and (hit.segment.place or not has_colon))
    ):
        return False  # «#» heads a column of line numbers where no colon is behind it
    if hit.segment.size >= _LARGE * layout.usual_size and hit.letters >= _NUMBER_LETTERS:
        return True
    if not (has_colon or _is_beside_date(layout, hit)) or is_of_party(layout, hit) or is_under_heading(layout, hit):
        return False
    return any(other.opens and other.segment.page == page for other in layout.hits_of_field("title_number"))


def _is_beside_date(layout: Layout, hit: Hit) -> bool:
    """Whether a label stands alone in its segment, in a strip or a column of labels, next to one that is the date's."""
    return hit.end >= len(hit.segment.tokens) and any(
        other.end >= len(other.segment.tokens) and other.means("fields", {"invoice_date", "date", "due_date"})
        for other in (*layout.labels_beside(hit), *_labels_stacked(layout, hit))
    )


def _labels_stacked(layout: Layout, hit: Hit) -> Iterator[Hit]:
    """Give the labels above and below in a column of labels, each of which has its value below it."""
    size, left = max(hit.segment.size, 1.0), hit.segment.box.x0
    for step in (-2, 2):
        row = hit.segment.row + step
        if not 0 <= row < len(layout.rows):
            continue
        between = layout.rows[row - step // 2]
        if not any(abs(segment.box.x0 - left) < size for segment in between.segments):
            continue
        for other in layout.hits_of_row.get(row, ()):
            if other.opens and other.segment.page == hit.segment.page and abs(other.segment.box.x0 - left) < size:
                yield other


def _is_other_day(layout: Layout, segment: Segment | None, day: Value, *, labelled: bool) -> bool:
    """Whether a sentence says that a date is for those who pay early, or of the past or a period where no label names it."""
    if segment is None:
        return False
    if day.tokens[-1] not in segment.tokens:
        segment = with_year_below(layout, segment)
    if not labelled and is_of_past_or_period(layout, segment, day.tokens):
        return True
    return is_for_early_payment(layout, segment, day.tokens)


def _segment_of(layout: Layout, hit: Hit, token: Token) -> Segment | None:
    """Return the segment that a value's token stands in: that of its label, or one of the next rows."""
    rows = layout.rows[hit.segment.row : hit.segment.row + _VALUE_ROWS]
    return next((segment for row in rows for segment in row.segments if token in segment.tokens), None)


def _with_prefix(hit: Hit, value: Value) -> Value:
    """Give a number the letters before it where another label stands before them: «Number: INV 85541»."""
    tokens = hit.segment.tokens
    announced = hit.start > 0 and tokens[hit.start - 1].text.endswith(":")
    if (
        not announced
        or hit.end - hit.start != 1
        or not tokens[hit.start].text.isupper()
        or len(tokens[hit.start].text) > 4
    ):
        return value
    return Value(f"{tokens[hit.start].text} {value.value}", (tokens[hit.start], *value.tokens), value.form)


def _stands_alone(hit: Hit) -> bool:
    return hit.opens and hit.end >= len(hit.segment.tokens) and hit.labels[0].key == "date"


def _read(target: str, region: Region, order: str | None) -> Value | None:
    if target in _DATES:
        return read_first_date(region.tokens, order)
    if target in _TEXTS:
        return read_text(region.tokens)
    if target == "other":
        return read_code(region.tokens, order)
    if target in ("service_period", "time"):
        return None
    value = read_code(region.tokens, order)
    if value is None or _is_other_number(str(value.value), target):
        return None
    return value


def _read_wrapped(layout: Layout, hit: Hit, region: Region, order: str | None) -> Value | None:
    """Return the date that goes on with its year in the line below."""
    segment = _segment_of(layout, hit, region.tokens[-1])
    if segment is None or segment.tokens[-1] is not region.tokens[-1]:
        return None
    whole = with_year_below(layout, segment)
    return None if whole is segment else read_first_date((*region.tokens, whole.tokens[-1]), order)


def _is_other_number(text: str, target: str) -> bool:
    """Whether a code proves itself to be something else: an IBAN, a tax id."""
    bare = text.replace(" ", "")
    if is_iban_valid(bare):
        return True
    return target == "invoice_number" and any(found.valid and found.value == bare for found in find_tax_ids(bare))


def _score(layout: Layout, hit: Hit, key: str, weight: float, region: Region, value: Value) -> float:
    score = weight * region.fit * value.form
    in_sentence = key == "invoice_number" and hit.start >= _SENTENCE and not hit.has_colon
    score *= 1.0 if hit.opens else _IN_SENTENCE if in_sentence else _WITHIN
    score += min(hit.letters, 16) / 200
    score -= min(_LATER_PAGES_AT_MOST, _LATER_PAGE * (hit.segment.page - layout.pages[0].number))
    in_column = key == "title_number" and region.place == "right" and _is_beside_date(layout, hit)
    if key == "title_number" and value.tokens[0] not in hit.segment.tokens and not in_column:
        score -= 0.5
    if key == "title_number" and not in_column:
        score += 0.1 if hit.segment.size >= 1.3 * layout.usual_size and hit.opens else 0.0
        score -= 0.0 if hit.opens and region.place == "inline" else 0.3
    if key == "date":
        score -= 0.2 if hit.letters < 4 and not hit.has_colon else 0.0
        of_strip = region.place == "below" and _stands_alone(hit)
        score -= 0.3 if is_value(layout, hit.segment) and not of_strip else 0.0
        score -= 0.3 if _is_behind_total(layout, hit) else 0.0
        score += 0.25 if _is_on_title_row(layout, hit) else 0.0
    return score


def _is_behind_total(layout: Layout, hit: Hit) -> bool:
    """Whether a word for a total stands before a date on its line: «Acompte reçu le 04/10/2024», the day of a payment."""
    return any(other.start < hit.start and other.keys("totals") for other in layout.hits_in(hit.segment))


def _is_on_title_row(layout: Layout, hit: Hit) -> bool:
    """Whether the document's title with its number stands on the same row: «Invoice No. 12 of 3 May 2024»."""
    return any(
        other is not hit and other.opens and other.means("fields", {"title_number", "invoice_number"})
        for other in layout.hits_of_row.get(hit.segment.row, ())
    )


def _due_dates_in_sentences(layout: Layout, order: str | None, item_rows: frozenset[int]) -> Iterator[Candidate]:
    """Give dates in sentences about paying: «payable within 30 days until 04.04.2024»."""
    for found in find_due_days(layout, order, item_rows):
        hit = Hit(found.segment, 0, 0, (), 0, opens=False)
        yield Candidate("due_date", found.value, hit, _COLLECTED if found.collected else _DEADLINE)
    for hit in layout.hits:
        if not hit.means("fields", {"due_word", "payment_terms"}):
            continue
        following = [row for row in layout.rows_below(hit.segment.row, 1) if row.segments[0].page == hit.segment.page]
        reach = [(hit.segment, hit.end), *((segment, 0) for segment in layout.right_of(hit.segment)[:1])]
        reach += [(segment, 0) for row in following for segment in row.segments if segment.box.overlap_x(hit.box) > 0]
        for rank, (segment, begin) in enumerate(reach):
            day = read_first_date(segment.tokens[begin:], order)
            if day is not None:
                if not _is_other_day(layout, segment, day, labelled=False):
                    yield Candidate("due_date", replace(day, form=1.0), hit, 0.5 - 0.1 * rank)
                break


def _numbered_titles(layout: Layout, order: str | None) -> Iterator[Candidate]:
    """Give number and date of a title in words of its own: «Site invoice no. 12 of 3 May 2024», «Baurechnung Nr. …»."""
    first = layout.pages[0]
    for segment in layout.segments:
        if segment.page != first.number or segment.box.center_y > (first.height or 1.0) / 2:
            continue
        match = _NUMBERED.match(segment.text)
        if match is None:
            continue
        words = [compact(word) for word in match["title"].split()]
        ordered = any("purchase_order" in hit.keys("fields") for hit in layout.hits_in(segment))
        if ordered or not any(word.endswith(title) for word in words for title in _title_words()):
            continue
        hit = Hit(segment, 0, len(words), (), len(match["title"]), opens=True)
        number = tokens_at(segment.tokens, match.start("number"), match.end("number"))
        yield Candidate("invoice_number", Value(match["number"], number, 1.0), hit, 0.85)
        day = read_first_date(segment.tokens[len(words) + 1 :], order)
        if day is not None:
            yield Candidate("invoice_date", day, hit, 0.85)


def _numbers_below_titles(layout: Layout, order: str | None) -> Iterator[Candidate]:
    """Give the code that stands alone below a title that stands alone, or with a sign for numbers beside it: surer with one."""
    for hit in layout.hits_of_field("title_number"):
        alone = hit.opens and hit.end >= len(hit.segment.tokens) and hit.segment.page == layout.pages[0].number
        if not alone:
            continue
        for region in find_regions(layout, hit):
            signed = bool(_NUMBER_SIGN.match(region.tokens[0].text)) or region.tokens[0].text.startswith("#")
            value = read_code(region.tokens, order) if region.place == "below" or signed else None
            if value is None or _is_other_number(str(value.value), "invoice_number"):
                continue
            text = str(value.value).lstrip("#")
            before = signed and value.tokens[0] is not region.tokens[0]
            behind = region.tokens[len(value.tokens) + before :]
            day = read_first_date(behind, order)
            lone = not behind or (day is not None and len(behind) <= len(day.tokens) + 1)  # «no. 8 of 3 May 2026»
            if lone and (signed or (sum(c.isdigit() for c in text) >= _DIGITS and _looks_like_number(text))):
                score = 0.8 if signed else _BELOW_TITLE
                yield Candidate("invoice_number", Value(text, value.tokens, 1.0), hit, score)


def _dates_behind_numbers(layout: Layout, candidates: Sequence[Candidate], order: str | None) -> list[Candidate]:
    """Return the dates that follow on the number of an invoice, as its own: «No. 1260877 of 20/05/26»."""
    found = []
    for candidate in candidates:
        if candidate.target != "invoice_number" or candidate.score < LABELLED:
            continue
        last = candidate.value.tokens[-1]
        segment = _segment_of(layout, candidate.hit, last)
        behind = segment.tokens[segment.tokens.index(last) + 1 :] if segment else ()
        if behind and (behind[0].text in _PARTING or STOP.match(behind[0].text)):
            behind = behind[1:]
        day = read_first_date(behind[:_DATE_BEHIND], order)
        if day is None or day.tokens[0] is not behind[0] or behind[0].text.startswith("("):
            continue
        if read_first_date(behind[len(day.tokens) :][:_DATE_BEHIND], order) is None:  # no period
            found.append(replace(candidate, target="invoice_date", value=day, score=_BEHIND * candidate.score))
    return found


def _looks_like_number(code: str) -> bool:
    """Whether a code has what numbers of documents have: letters at its head, or groups of digits."""
    return code[:1].isalpha() or bool(_GROUPED.fullmatch(code))


@cache
def _title_words() -> frozenset[str]:
    """Return the titles of invoices that are long enough to be known at the end of a longer word."""
    return frozenset(title for title in phrases_of("fields", "title_number") if len(title) >= _LONG_TITLE)
