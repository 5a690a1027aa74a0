"""At what time an invoice or a receipt was issued: beside its date, or where a label says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bursar.extraction.dates import find_dates
from bursar.extraction.invoices.layout import Found, Layout, Row, Token
from bursar.extraction.invoices.regions import find_regions
from bursar.extraction.invoices.values import tokens_at
from bursar.extraction.labels.vocabulary import compact, phrases_of
from bursar.extraction.times import find_times

_BESIDE_DATE, _LABELLED, _NEAR_DATE = 0.95, 0.9, 0.8


def find_issue_time(layout: Layout, issued: Found[str | date] | None) -> Found[str] | None:
    """Return the time of day on the row of the invoice's date, else the labelled one, else one alone right below the date.

    `issued` is the date that was found. A row with another date, or with two times, tells none.
    """
    rows = _rows_of(layout, issued) if issued is not None and issued.tokens else []
    if rows and issued and (beside := _find_beside(rows[0], issued.tokens)) is not None:
        return beside
    labelled = list(_find_labelled(layout))
    if labelled and len({found.value for found in labelled}) == 1:
        return labelled[0]
    for row in rows[1:]:
        times = find_times(row.text)
        if len(times) == 1 and times[0].end - times[0].start >= len(row.text.strip()):
            return Found(times[0].text, row.tokens, _NEAR_DATE)
    return None


def _rows_of(layout: Layout, issued: Found[str | date]) -> list[Row]:
    """Return the row of the date and those around it."""
    index = next((row.index for row in layout.rows if issued.tokens[-1] in row.tokens), None)
    if index is None:
        return []
    row = layout.rows[index]
    above = [other for other in layout.rows[max(0, index - 1) : index] if other.page == row.page]
    return [row, *layout.rows_below(index, 1), *above]


def _find_beside(row: Row, day: Sequence[Token]) -> Found[str] | None:
    """Return the time on the row of the date, with no other label between them."""
    text = row.text
    times = find_times(text)
    if len(times) != 1 or len([found for found in find_dates(text) if found.year]) > 1:
        return None
    tokens = tokens_at(row.tokens, times[0].start, times[0].end)
    if not tokens or _is_of_label(row, tokens[0], day):
        return None
    return Found(times[0].text, tokens, _BESIDE_DATE)


def _is_of_label(row: Row, first: Token, day: Sequence[Token]) -> bool:
    """Whether a label with a colon other than for the time stands between the date and a time: «Departure: 14:30»."""
    places = {id(token): place for place, token in enumerate(row.tokens)}
    at, of_day = places[id(first)], max((places.get(id(token), -1) for token in day), default=-1)
    words = row.tokens[of_day + 1 : at] if of_day < at else ()
    return any(
        word.text.endswith(":") and compact(word.text) not in phrases_of("fields", "invoice_time")
        for word in words
        if any(map(str.isalpha, word.text))
    )


def _find_labelled(layout: Layout) -> Iterator[Found[str]]:
    for hit in layout.hits_of_field("invoice_time"):
        if not hit.opens:
            continue  # «Departure time: 14:30»
        for region in find_regions(layout, hit)[:1]:
            times = find_times(region.text, labelled=True)
            if times and not times[0].start:
                yield Found(times[0].text, tokens_at(region.tokens, 0, times[0].end), _LABELLED)
