"""How a document writes dates and decimals: by its own numbers, by their relations, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from bursar.extraction.amounts import decide_decimal_mark
from bursar.extraction.currencies import find_decimals_of_thousandths
from bursar.extraction.dates import decide_date_order, find_dates, read_date
from bursar.extraction.invoices.addresses import find_country
from bursar.extraction.invoices.layout import Found, Layout, join
from bursar.extraction.language_tags import date_order_of
from bursar.facts.evidence import Convention, Issue, Severity

_MONTH_FIRST = {"US"}
_THOUSANDTHS = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{3}(?![\d.,])")


class Notation(Struct, frozen=True):
    """The order of day and month, and the decimal mark."""

    order: Convention
    mark: Convention


def decide_mark(layout: Layout) -> Convention:
    """Return the decimal mark; where no number settles it, three digits behind it may be the thousandths of a currency."""
    mark = decide_decimal_mark(segment.text for segment in layout.segments)
    if mark.value is not None:
        return mark
    marks = {match[1]: match.group() for segment in layout.segments for match in _THOUSANDTHS.finditer(segment.text)}
    if len(marks) == 1 and set(marks) <= find_decimals_of_thousandths(row.text for row in layout.rows):
        [(only, sample)] = marks.items()
        return Convention(only, f"three decimals of the currency in {sample}")
    return mark


def decide_order(layout: Layout, language: str | None) -> Convention:
    """Return the order of dates: by the dates, else by the caller's language, else by the country that the words suggest."""
    order = decide_date_order(segment.text for segment in layout.segments)
    if order.value is None:
        american = layout.languages[:1] == ("en",) and _looks_american(layout)
        order = Convention("MDY" if american else "DMY", None, order.ambiguous, order.alternatives)
    if order.ambiguous and order.evidence is None and (hinted := date_order_of(language)) is not None:
        return Convention(hinted, f"the language {language} that was asked for")
    if not order.ambiguous or order.value != "DMY":
        return order
    dotted = [printed for segment in layout.segments for printed in find_dates(segment.text) if printed.ambiguous]
    if all("." in printed.text for printed in dotted):
        return Convention("DMY", f"points in {dotted[0].text}" if dotted else None)  # nobody points months before days
    return order


def _looks_american(layout: Layout) -> bool:
    return any(find_country(row.text) in _MONTH_FIRST for row in layout.rows)


def settle_order(order: Convention, header: Mapping[str, Found[str | date]]) -> Convention:
    """Return the order that nothing has settled as the days do: one in which payment is due before the invoice is none."""
    if not order.ambiguous or order.evidence is not None:
        return order
    issued, due = header.get("invoice_date"), header.get("due_date")
    if issued is None or due is None or not issued.tokens or not due.tokens:
        return order
    texts = [join(found.tokens) for found in (issued, due)]
    possible = [each for each in ("DMY", "MDY") if _is_due_later(texts[0], texts[1], each)]
    if len(possible) != 1:
        return order
    return Convention(possible[0], f"{texts[0]} is not after {texts[1]}, when payment is due")


def _is_due_later(issued: str, due: str, order: str) -> bool:
    first, last = (read_date(text, order) for text in (issued, due))
    if first is None or last is None or first.value is None or last.value is None:
        return True
    return first.value <= last.value


def doubts_of(notation: Notation) -> list[Issue]:
    """Return an issue where the order of day and month was assumed."""
    if not notation.order.ambiguous:
        return []
    message = f"The order of day and month is not settled by the document; read as {notation.order.value}"
    return [Issue("DATE_ORDER_ASSUMED", Severity.INFO, message, ("invoice_info.invoice_date",))]
