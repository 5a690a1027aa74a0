"""The room's door: a reading to an invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from msgspec import structs

from bursar.extraction.amounts_in_words import find_spelled_amount, is_of_amount, may_spell_amount
from bursar.extraction.classify import Classification, classify
from bursar.extraction.invoices.completion import complete_with_lines, complete_with_payment, complete_with_rate
from bursar.extraction.invoices.contained_taxes import complete_with_contained
from bursar.extraction.invoices.credit_notes import set_off_by_credit
from bursar.extraction.invoices.currency import find_invoice_currency
from bursar.extraction.invoices.free_dates import first_free_date
from bursar.extraction.invoices.header import choose_header, find_candidates
from bursar.extraction.invoices.issue_time import find_issue_time
from bursar.extraction.invoices.item_sums import settle_items
from bursar.extraction.invoices.items import Item, ItemTable, read_items
from bursar.extraction.invoices.layout import Found, Layout
from bursar.extraction.invoices.layout_builder import build_layout
from bursar.extraction.invoices.notation import Notation, decide_mark, decide_order, doubts_of, settle_order
from bursar.extraction.invoices.parties import Parties, find_parties
from bursar.extraction.invoices.payment import find_payment
from bursar.extraction.invoices.periods import find_service_period
from bursar.extraction.invoices.result import Ledger
from bursar.extraction.invoices.reverse_charge import has_reverse_charge
from bursar.extraction.invoices.tax_table import TaxFind, find_bare_rate, find_taxes, sum_of
from bursar.extraction.invoices.terms import find_terms
from bursar.extraction.invoices.total_lines import find_total_lines
from bursar.extraction.invoices.totals import Totals, choose_totals
from bursar.extraction.invoices.unread_labels import find_unread
from bursar.facts.document import Metadata
from bursar.facts.evidence import Checks, Convention, Conventions
from bursar.facts.invoice import Invoice, InvoiceInfo, InvoiceLine, InvoiceSummary, TaxLine
from bursar.reading.page import Reading

_SUMMARY = (
    "subtotal",
    "discount_total",
    "shipping",
    "tax_total",
    "tip",
    "rounding",
    "total",
    "amount_paid",
    "amount_due",
)
_INFO = (
    "invoice_number",
    "invoice_date",
    "due_date",
    "purchase_order",
    "customer_reference",
    "contract_number",
    "delivery_note",
    "delivery_date",
    "preceding_invoice",
)
_MOST_TAXES = 8  # of which those are sought that make the whole tax


def extract_invoice(reading: Reading, *, language: str | None = None, found: Classification | None = None) -> Invoice:
    """Return the invoice, credit note or receipt that a reading shows, with evidence for every value.

    `language` (`de`, `en-US`) is a hint that outweighs what the words say; with a region it settles the order of day and
    month where no date of the document does. `found` is what the reading was classified as, if
    it was. What the document does not state stays None.
    """
    layout = build_layout(reading, language)
    mark = decide_mark(layout)
    kind = (found or classify(reading)).best_of("invoice")
    table = read_items(layout, mark.value)
    lines = find_total_lines(layout, mark.value, table.rows)
    taxes = find_taxes(layout, lines, mark.value, table.rows)
    totals = complete_with_rate(choose_totals(layout, lines, taxes, table.sums), find_bare_rate(lines))
    totals = complete_with_contained(layout, totals, taxes, lines, table.sums, mark.value)
    assumed = decide_order(layout, language)
    header = _find_header(layout, kind, assumed, table)
    order = settle_order(assumed, header)
    if order.value != assumed.value:
        header = _find_header(layout, kind, order, table)
    table = settle_items(table, totals)
    totals = complete_with_lines(layout, totals, table, mark.value, receipt=kind == "receipt")
    totals = complete_with_payment(layout, totals, table, mark.value)
    ledger = Ledger()
    parties = find_parties(layout, table.rows, receipt=kind == "receipt")
    return _assemble(layout, kind, header, table, taxes, totals, parties, Notation(order, mark), ledger)


def _find_header(layout: Layout, kind: str, order: Convention, table: ItemTable) -> dict[str, Found[str | date]]:
    """Return numbers, dates and references; a date that no label calls is the invoice's where no other is."""
    candidates = find_candidates(layout, order.value, table.extent)
    header = choose_header(set_off_by_credit(candidates) if kind == "credit_note" else candidates)
    if "invoice_date" not in header:
        taken = {id(token) for found in header.values() for token in found.tokens}
        free = first_free_date(layout, order.value, taken, table.extent)
        if free is not None:
            header["invoice_date"] = free
    if "payment_terms" not in header and kind != "receipt" and (terms := find_terms(layout, table.extent)) is not None:
        header["payment_terms"] = Found(terms.value, terms.tokens, terms.confidence)
    return header


def _assemble(
    layout: Layout,
    kind: str,
    header: dict[str, Found[str | date]],
    table: ItemTable,
    taxes: list[TaxFind],
    totals: Totals,
    parties: Parties,
    notation: Notation,
    ledger: Ledger,
) -> Invoice:
    currency, sign_of_currency, doubts = find_invoice_currency(layout, parties, receipt=kind == "receipt")
    info: dict[str, Any] = {name: ledger.note(f"invoice_info.{name}", header.get(name)) for name in _INFO}
    info["invoice_time"] = ledger.note("invoice_info.invoice_time", find_issue_time(layout, header.get("invoice_date")))
    info["currency"] = ledger.note("invoice_info.currency", currency)
    info["service_period"] = find_service_period(layout, notation.order.value, ledger)
    info["language"] = layout.languages[0] if layout.languages else None
    vendor = parties.vendor(ledger)
    invoice = Invoice(
        document_type=kind,
        invoice_info=InvoiceInfo(**info),
        vendor=vendor,
        customer=parties.customer(ledger, header.get("customer_id")),
        ship_to=parties.ship_to(ledger),
        items=_note_items(table, ledger),
        taxes=_note_taxes(taxes, totals, ledger),
        summary=replace(_note_summary(totals, kind, ledger), amount_in_words=_note_words(layout, ledger)),
        payment=find_payment(layout, header, ledger, vendor.name),
        reverse_charge=has_reverse_charge(layout),
        place_of_supply=ledger.note("place_of_supply", header.get("place_of_supply")),
        irn=ledger.note("irn", header.get("irn")),
        metadata=Metadata(language=info["language"]),
        evidence=ledger.evidence,
        checks=Checks(issues=(*doubts, *doubts_of(notation))),
        conventions=Conventions(notation.order, notation.mark, Convention("signed"), sign_of_currency),
    )
    unread = find_unread(layout, ledger.evidence, table.rows, invoice.invoice_info.invoice_date, notation.order.value)
    return replace(invoice, checks=Checks(issues=(*invoice.checks.issues, *unread)))


def _note_items(table: ItemTable, ledger: Ledger) -> tuple[InvoiceLine, ...]:
    return tuple(_note_item(item, index, ledger) for index, item in enumerate(table.items))


def _note_item(item: Item, index: int, ledger: Ledger) -> InvoiceLine:
    names = (
        "description",
        "product_code",
        "hsn_code",
        "quantity",
        "unit",
        "unit_price",
        "discount",
        "tax_rate",
        "tax_amount",
        "amount",
    )
    values = {name: ledger.note(f"items.{index}.{name}", getattr(item, name)) for name in names}
    if item.discount is not None and not item.discount.tokens:
        followed = (f"items.{index}.quantity", f"items.{index}.unit_price", f"items.{index}.amount")
        ledger.note(f"items.{index}.discount", structs.replace(item.discount, derived_from=followed))
    return InvoiceLine(line_number=index + 1, page=item.page, **values)


def _note_taxes(taxes: list[TaxFind], totals: Totals, ledger: Ledger) -> tuple[TaxLine, ...]:
    """Return the tax lines that go with the tax chosen, and the service charge that the total needs."""
    if totals.bare_tax is not None:
        kind, rate = totals.bare_tax
        return (TaxLine(kind, ledger.note("taxes.0.rate", rate)),)
    lines = [
        TaxLine(
            tax.kind,
            ledger.note(f"taxes.{index}.rate", tax.rate),
            ledger.note(f"taxes.{index}.base", tax.base),
            ledger.note(f"taxes.{index}.amount", tax.amount),
        )
        for index, tax in enumerate(_choose_taxes(taxes, totals.values.get("tax_total")))
    ]
    service = totals.values.get("service_charge")
    if service is not None:
        lines.append(TaxLine("service_charge", amount=ledger.note(f"taxes.{len(lines)}.amount", service)))
    withheld = totals.values.get("withholding")
    if withheld is not None:
        withheld = structs.replace(withheld, value=abs(withheld.value))
        lines.append(TaxLine("withholding", amount=ledger.note(f"taxes.{len(lines)}.amount", withheld)))
    return tuple(lines)


def _choose_taxes(taxes: list[TaxFind], whole: Found[Decimal] | None) -> list[TaxFind]:
    """Return the taxes that add up to the tax chosen; all of them when none of their sums does."""
    kept = [tax for tax in taxes if tax.proven] or taxes
    if whole is None:
        return kept
    groups = [kept, taxes, *([tax] for tax in taxes)]
    for count in range(2, min(len(taxes), _MOST_TAXES)):
        groups += [list(group) for group in combinations(taxes[:_MOST_TAXES], count)]
    return next((list(group) for group in groups if sum_of(group) == whole.value), kept)


def _note_summary(totals: Totals, kind: str, ledger: Ledger) -> InvoiceSummary:
    found = _without_signs(totals.values)
    total = found.get("total")
    if total is not None and "amount_due" not in found and kind != "receipt":
        paid = found.get("amount_paid")
        due = total.value - paid.value if paid else total.value
        names = ("summary.total", "summary.amount_paid") if paid else ("summary.total",)
        found["amount_due"] = Found(due, (), total.confidence * 0.95, names)
    derived = {"tax_total": ("taxes",)}
    for name, source in derived.items():
        if name in found and not found[name].tokens and not found[name].derived_from:
            found[name] = Found(found[name].value, (), found[name].confidence, source)
    return InvoiceSummary(**{name: ledger.note(f"summary.{name}", found.get(name)) for name in _SUMMARY})


def _without_signs(found: dict[str, Found[Decimal]]) -> dict[str, Found[Decimal]]:
    """Return the totals with what is paid and what is taken off as they are subtracted, however printed: «Payments -500.00».

    A negative invoice keeps the signs printed, but for a payment that leads to what is due the other way.
    """
    total, due = found.get("total"), found.get("amount_due")
    kept = dict(found)
    for name in ("amount_paid", "discount_total"):
        taken = found.get(name)
        if taken is None or total is None:
            continue
        turns = taken.value < 0 <= total.value
        if name == "amount_paid" and due is not None and abs(total.value - due.value) == abs(taken.value):
            turns = total.value - taken.value != due.value
        elif name == "amount_paid" and due is None:
            turns = taken.value * total.value < 0
        if turns:
            kept[name] = structs.replace(taken, value=-taken.value)
    return kept


def _note_words(layout: Layout, ledger: Ledger) -> Decimal | None:
    """Return the amount that is spelled out; its words may go on in the line below."""
    if not may_spell_amount(" ".join([row.text for row in layout.rows])):
        return None
    for row in layout.rows:
        for segment in row.segments:
            if not any(is_of_amount(token.text) for token in segment.tokens):
                continue
            below = [
                each
                for next_row in layout.rows_below(row.index, 1)
                for each in next_row.segments
                if each.box.overlap_x(segment.box) > 0
            ]
            tokens = (*segment.tokens, *(token for each in below[:1] for token in each.tokens))
            spelled = find_spelled_amount([token.text for token in tokens])
            if spelled is not None and spelled.start < len(segment.tokens):
                return ledger.note(  # type: ignore[no-any-return]
                    "summary.amount_in_words", Found(spelled.value, tokens[spelled.start : spelled.end], 0.9)
                )
    return None
