"""One invoice of an e-invoice's XML and of the page it travels with: the XML is the truth, the page is the witness."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from msgspec import structs

from bursar.extraction.einvoice.absence import find_absences
from bursar.extraction.einvoice.compare import (
    Same,
    same_address,
    same_amount,
    same_day,
    same_description,
    same_id,
    same_name,
    same_or_gross,
    same_size,
)
from bursar.extraction.einvoice.completion import Merging, add_from_page
from bursar.extraction.einvoice.pairing import lines_agree, pair_lines
from bursar.extraction.einvoice.paths import get_value
from bursar.extraction.einvoice.stray_amounts import find_stray_amounts
from bursar.extraction.einvoice.witness import Witness
from bursar.facts.evidence import Checks, Source
from bursar.facts.invoice import Invoice, TaxLine
from bursar.reading.page import Reading

# Where a difference means that the visible invoice asks for something else than the XML does.
_COMPARED: dict[str, Same] = {
    "invoice_info.invoice_number": same_id,
    "invoice_info.invoice_date": same_day,
    "invoice_info.due_date": same_day,
    "invoice_info.currency": same_id,
    "invoice_info.purchase_order": same_id,
    "invoice_info.contract_number": same_id,
    "invoice_info.delivery_date": same_day,
    "invoice_info.service_period.start_date": same_day,
    "invoice_info.service_period.end_date": same_day,
    "invoice_info.preceding_invoice": same_id,
    "vendor.name": same_name,
    "vendor.tax_id": same_id,
    "vendor.address.text": same_address,
    "customer.name": same_name,
    "customer.tax_id": same_id,
    "customer.address.text": same_address,
    "ship_to.address.text": same_address,
    "payment.reference": same_id,
    "payment.bank_info.iban": same_id,
    "payment.bank_info.bic": same_id,
    "summary.subtotal": same_amount,
    "summary.discount_total": same_size,
    "summary.shipping": same_amount,
    "summary.tax_total": same_amount,
    "summary.rounding": same_amount,
    "summary.total": same_amount,
    "summary.amount_paid": same_size,
    "summary.amount_due": same_amount,
}
# Where pages and XML often name different things of the same kind (a contact person's telephone, the firm's): for information.
_COMPARED_SOFTLY: dict[str, Same] = {
    "invoice_info.customer_reference": same_id,
    "invoice_info.delivery_note": same_id,
    "vendor.registration_number": same_id,
    "vendor.contact.email": same_id,
    "vendor.contact.phone": same_id,
    "customer.registration_number": same_id,
    "customer.customer_id": same_id,
    "customer.contact.email": same_id,
    "customer.contact.phone": same_id,
    "ship_to.name": same_name,
    "payment.bank_info.account_holder": same_name,
    "payment.bank_info.account_number": same_id,
    "payment.bank_info.bank_name": same_name,
}


def merge(xml: Invoice, page: Invoice | None, reading: Reading | None = None) -> Invoice:
    """Return the XML's invoice with what the page adds: places, lines where the profile has none, and every difference.

    A value keeps its source `xml`; where the page reader found the same, or where its words stand in the `reading`, the
    evidence says where. A difference is an issue `XML_PAGE_MISMATCH` on the field, a warning where it changes what is
    asked for. Values that the XML lacks come from the page, with the page's evidence; amounts of the summary only where the
    XML's own amounts need them.
    """
    if page is None:
        return xml
    witness = Witness(page, reading)
    merging = Merging(xml, dict(xml.evidence), list(xml.checks.issues))
    signless = xml.document_type == "credit_note"  # pages print credits with and without a minus
    for path, how in {**_COMPARED, **_COMPARED_SOFTLY}.items():
        same = same_size if signless and how is same_amount else how
        _compare(merging, witness, path, path, get_value(xml, path), same, softly=path in _COMPARED_SOFTLY)
    _compare_items(merging, witness)
    _compare_taxes(merging, witness)
    merging.issues.extend((*find_absences(xml, witness), *find_stray_amounts(xml, witness)))
    _locate_rest(merging, witness)
    add_from_page(merging, witness)
    return _finish(merging, page)


def _compare(merging: Merging, witness: Witness, path: str, other: str, mine: Any, same: Same, *, softly: bool) -> None:
    """Hold the XML's value at a path against the page's at another, or at the same."""
    seen = witness.see(other)
    if mine is None or seen is None:
        return
    if same(mine, seen.value):
        known = merging.evidence.get(path)
        if known is not None:
            merging.evidence[path] = structs.replace(known, page=seen.evidence.page, box=seen.evidence.box)
        return
    issue = witness.contradict(path, mine, seen, softly=softly)
    if issue is not None:
        merging.issues.append(issue)


def _compare_items(merging: Merging, witness: Witness) -> None:
    mine, theirs = merging.invoice.items, witness.page.items
    if mine and not theirs:
        merging.issues.extend(witness.miss_lines(mine))
    if not mine or not theirs:
        return
    pairs = pair_lines(mine, theirs)
    for index, other in pairs.items():
        _compare_item(merging, witness, index, other)
    for index in sorted(set(range(len(mine))) - pairs.keys()):
        merging.issues.append(witness.miss_line(index, mine[index].description, mine[index].amount))
    known = {line.amount for line in mine}
    for other in sorted(set(range(len(theirs))) - set(pairs.values())):
        merging.issues.append(witness.add_line(other, known))
    items = tuple(
        replace(item, page=theirs[pairs[index]].page) if index in pairs else item for index, item in enumerate(mine)
    )
    merging.invoice = replace(merging.invoice, items=items)


def _compare_item(merging: Merging, witness: Witness, index: int, other: int) -> None:
    """Compare one line. Where its amount agrees, another price or quantity is another way to put it (per 100, before discount)."""
    mine = merging.invoice.items[index]
    agreed = mine.amount is not None and lines_agree(mine, witness.page.items[other])
    cells: dict[str, tuple[Same, bool]] = {
        "description": (same_description, agreed),
        "product_code": (same_id, True),
        "quantity": (same_size, agreed),
        "unit_price": (partial(same_or_gross, rate=mine.tax_rate), agreed),
        "tax_rate": (same_size, False),
        "amount": (partial(same_or_gross, rate=mine.tax_rate), False),
    }
    for name, (same, softly) in cells.items():
        path = f"items.{index}.{name}"
        _compare(merging, witness, path, f"items.{other}.{name}", getattr(mine, name), same, softly=softly)


def _compare_taxes(merging: Merging, witness: Witness) -> None:
    """Compare tax lines of one rate and kind; where several have it (categories, exemptions), there is no telling which."""
    taxes, others = merging.invoice.taxes, witness.page.taxes
    for index, mine in enumerate(taxes):
        fitting = [other for other, theirs in enumerate(others) if _same_tax(mine, theirs)]
        if len(fitting) != 1 or sum(_same_tax(mine, tax) for tax in taxes) != 1:
            continue
        for name in ("base", "amount"):
            path, other = f"taxes.{index}.{name}", f"taxes.{fitting[0]}.{name}"
            _compare(merging, witness, path, other, getattr(mine, name), same_size, softly=False)


def _same_tax(mine: TaxLine, theirs: TaxLine) -> bool:
    return mine.kind == theirs.kind and (mine.rate or 0) == (theirs.rate or 0)


def _locate_rest(merging: Merging, witness: Witness) -> None:
    """Look for the words of texts and numbers of things that the page reader did not name; amounts stand anywhere."""
    for path, known in merging.evidence.items():
        if known.page is None and known.text and not path.startswith("items."):
            place = witness.find(known.text) if isinstance(get_value(merging.invoice, path), str) else None
            if place is not None:
                merging.evidence[path] = structs.replace(known, page=place.page, box=place.box)


def _finish(merging: Merging, page: Invoice) -> Invoice:
    """Return the merged invoice; of the page reader's doubts those remain that concern what was taken from the page."""
    taken = {path for path, seen in merging.evidence.items() if seen.source is not Source.XML}
    doubts = [
        issue
        for issue in page.checks.issues
        if issue.fields
        and all(any(path == field or path.startswith(f"{field}.") for path in taken) for field in issue.fields)
    ]
    with_lines = any(path.startswith("items.") for path in taken)
    return replace(
        merging.invoice,
        evidence=merging.evidence,
        checks=Checks(issues=(*merging.issues, *doubts)),
        conventions=page.conventions if with_lines else merging.invoice.conventions,
        metadata=replace(page.metadata, source="mixed" if with_lines else Source.XML.value),
    )
