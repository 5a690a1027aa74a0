"""Where documents begin in a file that holds several, by what each page says about itself.

A page begins a document when several things speak for it: a number of its own, a title, «page 1», another day, other
parties, sums of its own behind sums that came before. A running head with the number so far speaks against it, and so does
«page 2». Pages of terms, time sheets and the like state no number of an invoice and go with what they follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from bursar.extraction.classify import classify
from bursar.extraction.page_signs import PageSigns
from bursar.facts.document import DocumentRange
from bursar.facts.evidence import Issue, Severity
from bursar.reading.page import Reading

_WITH_NUMBER = 2  # so many things must speak for a page that states another number
_WITH_OLD_NUMBER = 4  # the same where the number so far stands on it as well, perhaps as a reference
_WITHOUT_NUMBER = 3  # the same where the document so far has no number to differ from
_WITHOUT_OWN_NUMBER = 4  # the same for a page without a number behind pages that have one
_COPY_SHARE = 0.95  # of the words


def find_documents(reading: Reading) -> tuple[DocumentRange, ...]:
    """Return the documents of a file that holds several, in order; nothing where it holds one.

    A statement and what follows it are told apart by a title only: the rows of its pages hold numbers and dates of all kinds.
    """
    pages = [PageSigns(reading, page) for page in reading.pages]
    groups: list[list[PageSigns]] = []
    for page in pages:
        if not groups or (page.page.words and _begins(groups[-1], page) and _may_end(reading, groups[-1], page)):
            groups.append([page])
        else:
            groups[-1].append(page)
    return tuple(_describe(reading, group) for group in groups) if len(groups) > 1 else ()


def restrict(reading: Reading, document: DocumentRange) -> Reading:
    """Return the reading of one document of the file."""
    pages = tuple(page for page in reading.pages if document.first_page <= page.number <= document.last_page)
    return Reading(reading.format, reading.page_count, pages, reading.attachments, reading.properties)


def note_several(documents: Sequence[DocumentRange]) -> Issue:
    """Return the issue that only the first of several documents was read; it suggests the pages of the others."""
    told = ", ".join(
        " ".join(part for part in (document.document_type, document.number, f"(pages {_pages_of(document)})") if part)
        for document in documents
    )
    return Issue(
        "SEVERAL_DOCUMENTS",
        Severity.WARNING,
        f"The file holds {len(documents)} documents, and the first was read: {told}",
        page=documents[1].first_page,
        suggestion=[_pages_of(document) for document in documents[1:]],
    )


def _pages_of(document: DocumentRange) -> str:
    """Return the pages as the option `pages` takes them."""
    first, last = document.first_page, document.last_page
    return str(first) if first == last else f"{first}-{last}"


def _begins(group: Sequence[PageSigns], page: PageSigns) -> bool:
    """Whether a page begins a document behind the pages of the one before it."""
    if page.count is not None and page.count[0] > 1:
        return False
    if not page.may_name_itself:
        return False
    if _is_copy(group[0], page):
        return True
    known = [each.number for each in group if each.number]
    if page.number is None or not known:
        goes_on = any(page.mentions(number) for number in known)
        needed = _WITHOUT_NUMBER if page.number or not known else _WITHOUT_OWN_NUMBER
        return not goes_on and page.names_itself and _count_signs(group, page) >= needed
    if any(page.is_same_number(number) for number in known):
        return False
    if not page.names_itself and page.count is None:
        return False
    mentioned = any(page.mentions(number) for number in known)
    return _count_signs(group, page) >= (_WITH_OLD_NUMBER if mentioned else _WITH_NUMBER)


def _may_end(reading: Reading, group: Sequence[PageSigns], page: PageSigns) -> bool:
    """Whether the document so far may end before a page: a statement does before a title of something else."""
    so_far = restrict(reading, DocumentRange(group[0].page.number, group[-1].page.number))
    return page.is_titled or classify(so_far).kind != "statement"


def _is_copy(first: PageSigns, page: PageSigns) -> bool:
    """Whether a page is the first page once more, as «duplicate» or «file copy», and the whole document stands on it."""
    shared = (first.words & page.words).total()
    if shared < _COPY_SHARE * max(first.words.total(), page.words.total()):
        return False
    return (
        first.number is not None and page.number == first.number and bool(page.totals) and page.totals == first.totals
    )


def _count_signs(group: Sequence[PageSigns], page: PageSigns) -> int:
    """Count what speaks for a beginning besides the number."""
    first = group[0]
    totals = frozenset[object]().union(*(each.totals for each in group))
    return sum(
        (
            page.names_itself,
            page.count is not None,
            bool(totals) and bool(page.totals - totals),
            _has_other_day(first, page),
            bool(first.identities) and bool(page.identities) and first.identities.isdisjoint(page.identities),
            page.has_other_paper(first),
        )
    )


def _has_other_day(first: PageSigns, page: PageSigns) -> bool:
    """Whether labels state other days; where one of the pages has none, whether they share no date at all."""
    if first.day is not None and page.day is not None:
        return first.day != page.day
    return bool(first.dates) and bool(page.dates) and first.dates.isdisjoint(page.dates)


def _describe(reading: Reading, group: Sequence[PageSigns]) -> DocumentRange:
    first, last = group[0].page.number, group[-1].page.number
    part = restrict(reading, DocumentRange(first, last))
    number = next((page.number for page in group if page.number), None)
    return DocumentRange(first, last, classify(part).document_type, number)
