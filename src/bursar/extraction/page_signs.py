"""What one page of a file says about itself: which page it is, of which document, with which number, date and sums."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache

from bursar.extraction.amounts import decide_decimal_mark
from bursar.extraction.classify import classify, find_title
from bursar.extraction.dates import find_dates
from bursar.extraction.identifiers import find_emails, find_ibans, find_tax_ids
from bursar.extraction.invoices.header import Candidate, find_candidates
from bursar.extraction.invoices.layout import Layout
from bursar.extraction.invoices.layout_builder import build_layout
from bursar.extraction.invoices.total_lines import find_total_lines
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.extraction.page_counts import find_page_count
from bursar.facts.evidence import Source
from bursar.facts.lazy import lazy
from bursar.reading.page import Page, Reading

_SURE_NUMBER = 0.6  # score of a candidate: a label of its own, not far off
_NUMBER_INSIDE = 5  # letters: shorter numbers stand within others by chance and must be words of their own
_TITLES = {"invoice", "credit_note", "receipt", "proforma", "purchase_order", "utility_bill"}
_SAME_PAPER = 0.1  # of the width
_NARROW = 0.7  # a page whose width is less than this share of its height may be a till roll
_EDGE = 0.15  # of a page's height: where bare counts such as «1/3» stand
_BARE_COUNT = re.compile(r"[-–(]?\s*(\d{1,3})\s*(?:/|of|von|de|van|z|av|di)\s*(\d{1,3})\s*[-–)]?", re.IGNORECASE)
_LOOKALIKES = str.maketrans({"o": "0", "l": "1", "i": "1", "s": "5", "b": "8", "z": "2", "g": "6"})


class PageSigns:
    """Looks at a page of a reading when it is asked: most pages are told apart by the cheapest signs."""

    def __init__(self, reading: Reading, page: Page) -> None:
        self.page = page
        self._reading = Reading(reading.format, 1, (page,))

    @lazy
    def count(self) -> tuple[int, int | None] | None:
        """Which page of its document it says to be, and of how many: `(1, 3)` for «Page 1 of 3»."""
        for line in self.page.lines:
            if (count := find_page_count(line.text)) is not None:
                return count
            center = line.box.center_y / (self.page.height or 1.0)
            bare = None if _EDGE < center < 1 - _EDGE else _BARE_COUNT.fullmatch(line.text.strip())
            if bare and 1 <= int(bare[1]) <= int(bare[2]):
                return int(bare[1]), int(bare[2])
        return None

    @lazy
    def title(self) -> str | None:
        """The type of document that its title names."""
        return find_title(self.page)

    @property
    def is_titled(self) -> bool:
        """Whether its title is that of an invoice or of what is read like one."""
        return self.title in _TITLES

    @property
    def _is_narrow(self) -> bool:
        return self.page.width < self.page.height * _NARROW

    @lazy
    def kind(self) -> str:
        """The type of document that the whole page looks like."""
        return classify(self._reading).document_type

    @lazy
    def number(self) -> str | None:
        """The number of an invoice, credit note or receipt that a label on this page states, as printed."""
        best = self._best_of("invoice_number")
        return None if best is None else str(best.value.value)

    @lazy
    def day(self) -> date | None:
        """The date of the document that a label on this page states."""
        best = self._best_of("invoice_date")
        return best.value.value if best is not None and isinstance(best.value.value, date) else None

    @lazy
    def dates(self) -> frozenset[date]:
        """All dates that stand on it."""
        found = (printed.value for line in self.page.lines for printed in find_dates(line.text))
        return frozenset(day for day in found if day is not None)

    @lazy
    def totals(self) -> frozenset[Decimal]:
        """The amounts that stand beside words for the total or for what is due."""
        mark = decide_decimal_mark(row.text for row in self._layout.rows).value
        lines = find_total_lines(self._layout, mark, frozenset())
        return frozenset(
            cell.value for line in lines if line.kind in ("total", "amount_due") for cell, _ in line.cells if cell.value
        )

    @lazy
    def identities(self) -> frozenset[str]:
        """Tax ids and IBANs with right check digits, and the hosts of e-mail addresses: those of seller and buyer."""
        texts = [line.text for line in self.page.lines]
        checked = [each for text in texts for find in (find_tax_ids, find_ibans) for each in find(text) if each.valid]
        hosts = [each.value.rpartition("@")[2].casefold() for text in texts for each in find_emails(text)]
        return frozenset([*(each.value for each in checked), *hosts])

    @lazy
    def names_itself(self) -> bool:
        """Whether title or number stand where documents begin: the number beside its label, in the upper half.

        A number below its label may be the first of a list.
        """
        if self.is_titled or (self._is_narrow and self.kind == "receipt"):
            return True
        best = self._best_of("invoice_number")
        if best is None or not best.hit.opens or best.hit.box.center_y > self.page.height / 2:
            return False
        return best.value.tokens[0].box.overlap_y(best.hit.box) > 0

    @lazy
    def may_name_itself(self) -> bool:
        """Whether a closer look is worth its while: a title, a beginning count or a word for the number stand there."""
        if self.is_titled or self._is_narrow or self.count is not None:
            return True
        return any(phrase in self._text for phrase in _number_phrases())

    @lazy
    def words(self) -> Counter[str]:
        """Its words without case and punctuation, each with how often it stands there."""
        return Counter(word for word in (compact(word.text) for word in self.page.words) if word)

    def mentions(self, number: str) -> bool:
        """Whether a number stands on the page, in whatever blanks and punctuation."""
        wanted = compact(number)
        return wanted in self.words or (len(wanted) >= _NUMBER_INSIDE and wanted in self._text)

    def has_other_paper(self, other: PageSigns) -> bool:
        """Whether the page is of another width or another form than the other."""
        own, its = self.page, other.page
        return abs(own.width - its.width) > _SAME_PAPER * its.width

    def is_same_number(self, number: str) -> bool:
        """Whether the page's own number is this one; recognition may have taken letters for figures like them."""
        own, other = compact(self.number or ""), compact(number)
        if self.page.source is Source.OCR:
            own, other = own.translate(_LOOKALIKES), other.translate(_LOOKALIKES)
        return own == other

    def _best_of(self, target: str) -> Candidate | None:
        return next((each for each in self._candidates if each.target == target and each.score >= _SURE_NUMBER), None)

    @lazy
    def _layout(self) -> Layout:
        return build_layout(self._reading)

    @lazy
    def _candidates(self) -> list[Candidate]:
        return find_candidates(self._layout, None)

    @lazy
    def _text(self) -> str:
        return "".join(compact(word.text) for line in self.page.lines for word in line.words)


@cache
def _number_phrases() -> tuple[str, ...]:
    """Return the words for an invoice's number, those left out that begin with another one."""
    keys = ("invoice_number", "receipt_number", "title_number")
    phrases = sorted({phrase for key in keys for phrase in phrases_of("fields", key)}, key=len)
    return tuple(
        phrase for place, phrase in enumerate(phrases) if not any(other in phrase for other in phrases[:place])
    )
