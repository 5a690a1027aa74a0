"""One invoice of an e-invoice's XML and of the page it travels with: the XML is the truth, the page is the witness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

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
from bursar.extraction.einvoice.pairing import lines_agree, pair_lines
from bursar.extraction.einvoice.paths import get_value, with_value
from bursar.extraction.einvoice.sight import Sight
from bursar.facts.evidence import Checks, Evidence, Issue, Severity, Source
from bursar.facts.invoice import Invoice, TaxLine
from bursar.reading.page import Reading

MISMATCH = "XML_PAGE_MISMATCH"

_SURE = 0.5  # what the page reader is less sure of neither contradicts the XML nor completes it

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
_SEEN_ANYWHERE = (same_id, same_name)  # a word that stands on the page is no difference, whatever the page reader took
_TAXES: dict[str, Same] = {"base": same_size, "amount": same_size}

# What the page may add where the XML has nothing: single values, and groups that belong together.
_ADDED = (
    *(
        "invoice_info.due_date",
        "invoice_info.language",
        "invoice_info.purchase_order",
        "invoice_info.customer_reference",
    ),
    *("invoice_info.contract_number", "invoice_info.delivery_note", "invoice_info.delivery_date"),
    *("invoice_info.preceding_invoice", "invoice_info.invoice_time"),
    *(
        f"{role}.{name}"
        for role in ("vendor", "customer")
        for name in ("tax_id", "registration_number", "contact.email")
    ),
    *(f"{role}.{name}" for role in ("vendor", "customer") for name in ("contact.phone", "contact.website")),
    *("customer.customer_id", "payment.terms", "payment.method", "payment.reference"),
)
_ADDED_GROUPS = ("invoice_info.service_period", "vendor.address", "customer.address", "ship_to", "payment.bank_info")


@dataclass(slots=True)
class _Merging:
    """The merged invoice so far; nothing but this module's functions sees it change."""

    invoice: Invoice
    evidence: dict[str, Evidence]
    issues: list[Issue]


def merge(xml: Invoice, page: Invoice | None, reading: Reading | None = None) -> Invoice:
    """Return the XML's invoice with what the page adds: places, lines where the profile has none, and every difference.

    A value keeps its source `xml`; where the page reader found the same, or where its words stand in the `reading`, the
    evidence says where. A difference is an issue `XML_PAGE_MISMATCH` on the field, a warning where it changes what is
    asked for. Values that the XML lacks come from the page, with the page's evidence; amounts of the summary never do.
    """
    if page is None:
        return xml
    sight = Sight(reading.pages if reading else ())
    merging = _Merging(xml, dict(xml.evidence), list(xml.checks.issues))
    softly = xml.document_type == "credit_note"  # pages print credits with and without a minus
    for path, same in {**_COMPARED, **_COMPARED_SOFTLY}.items():
        _compare(merging, page, path, same_size if softly and same is same_amount else same, sight)
    _compare_items(merging, page)
    _compare_taxes(merging, page)
    _locate_rest(merging, sight)
    _add_from_page(merging, page)
    return _finish(merging, page)


def _compare(merging: _Merging, page: Invoice, path: str, same: Same, sight: Sight) -> None:
    mine, seen = get_value(merging.invoice, path), page.evidence.get(path)
    theirs = get_value(page, path)
    if mine is None or theirs is None or (seen is not None and seen.confidence < _SURE):
        return
    if same(mine, theirs):
        _locate(merging, path, seen)
    elif not (same in _SEEN_ANYWHERE and sight.find(str(mine))):
        severity = Severity.INFO if path in _COMPARED_SOFTLY else Severity.WARNING
        merging.issues.append(_mismatch(path, mine, theirs, seen, severity))


def _mismatch(path: str, mine: Any, theirs: Any, seen: Evidence | None, severity: Severity = Severity.WARNING) -> Issue:
    message = f"The e-invoice's XML says {_show(mine)}, the page {_show(theirs)}"
    return Issue(MISMATCH, severity, message, (path,), seen.page if seen else None, str(theirs))


def _show(value: Any) -> str:
    return repr(" ".join(value.split())) if isinstance(value, str) else str(value)


def _locate(merging: _Merging, path: str, seen: Evidence | None) -> None:
    """Give the XML's value the place where the page has it."""
    mine = merging.evidence.get(path)
    if mine is not None and seen is not None and seen.page is not None and seen.box is not None:
        merging.evidence[path] = replace(mine, page=seen.page, box=seen.box)


def _locate_rest(merging: _Merging, sight: Sight) -> None:
    """Look for the words of texts and numbers of things that the page reader did not name; amounts stand anywhere."""
    for path, mine in merging.evidence.items():
        if (
            mine.page is None
            and mine.text
            and isinstance(get_value(merging.invoice, path), str)
            and not path.startswith("items.")
        ):
            place = sight.find(mine.text)
            if place is not None:
                merging.evidence[path] = replace(mine, page=place.page, box=place.box)


def _compare_items(merging: _Merging, page: Invoice) -> None:
    mine, theirs = merging.invoice.items, page.items
    if not mine or not theirs:
        return
    pairs = pair_lines(mine, theirs)
    for index, other in pairs.items():
        _compare_item(merging, index, other, page)
    for index in sorted(set(range(len(mine))) - pairs.keys()):
        message = "The page lacks this line of the e-invoice's XML"
        merging.issues.append(Issue(MISMATCH, Severity.WARNING, message, (f"items.{index}",)))
    for other in sorted(set(range(len(theirs))) - set(pairs.values())):
        item = theirs[other]
        message = f"The page has a line that the e-invoice's XML lacks: {_show(item.description)}, {item.amount}"
        merging.issues.append(Issue(MISMATCH, Severity.WARNING, message, ("items",), item.page))
    items = tuple(
        replace(item, page=theirs[pairs[index]].page) if index in pairs else item for index, item in enumerate(mine)
    )
    merging.invoice = replace(merging.invoice, items=items)


def _compare_item(merging: _Merging, index: int, other: int, page: Invoice) -> None:
    """Compare one line. Where its amount agrees, another price or quantity is another way to put it (per 100, before discount)."""
    mine, theirs = merging.invoice.items[index], page.items[other]
    agreed = lines_agree(mine, theirs) and mine.amount is not None
    for name in ("description", "product_code", "quantity", "unit_price", "tax_rate", "amount"):
        value, shown = getattr(mine, name), getattr(theirs, name)
        seen = page.evidence.get(f"items.{other}.{name}")
        if value is None or shown is None or (seen is not None and seen.confidence < _SURE):
            continue
        path = f"items.{index}.{name}"
        if _same_cell(name, value, shown, mine.tax_rate):
            _locate(merging, path, seen)
        else:
            severity = Severity.INFO if (agreed and name != "tax_rate") or name == "product_code" else Severity.WARNING
            merging.issues.append(_mismatch(path, value, shown, seen, severity))


def _same_cell(name: str, mine: Any, theirs: Any, rate: Decimal | None) -> bool:
    if name == "description":
        return same_description(mine, theirs)
    if name == "product_code":
        return same_id(mine, theirs)
    if name in ("unit_price", "amount"):
        return same_or_gross(mine, theirs, rate)
    return same_size(mine, theirs)


def _compare_taxes(merging: _Merging, page: Invoice) -> None:
    """Compare tax lines of one rate and kind; where several have it (categories, exemptions), there is no telling which."""
    for index, mine in enumerate(merging.invoice.taxes):
        fitting = [other for other, theirs in enumerate(page.taxes) if _same_tax(mine, theirs)]
        if len(fitting) != 1 or sum(_same_tax(mine, tax) for tax in merging.invoice.taxes) != 1:
            continue
        for name, same in _TAXES.items():
            value, shown = getattr(mine, name), getattr(page.taxes[fitting[0]], name)
            seen = page.evidence.get(f"taxes.{fitting[0]}.{name}")
            if value is None or shown is None or (seen is not None and seen.confidence < _SURE):
                continue
            if same(value, shown):
                _locate(merging, f"taxes.{index}.{name}", seen)
            else:
                merging.issues.append(_mismatch(f"taxes.{index}.{name}", value, shown, seen))


def _same_tax(mine: TaxLine, theirs: TaxLine) -> bool:
    return mine.kind == theirs.kind and (mine.rate or 0) == (theirs.rate or 0)


def _add_from_page(merging: _Merging, page: Invoice) -> None:
    for path in _ADDED:
        if get_value(merging.invoice, path) is None:
            _add(merging, page, path)
    for path in _ADDED_GROUPS:
        if not any(known == path or known.startswith(f"{path}.") for known in merging.evidence):
            _add(merging, page, path)
    for path in ("items", "taxes"):
        if not getattr(merging.invoice, path):
            _add(merging, page, path)


def _add(merging: _Merging, page: Invoice, path: str) -> None:
    """Take a value, group or list of the page with its evidence, unless the page reader itself doubts it."""
    found = {name: seen for name, seen in page.evidence.items() if name == path or name.startswith(f"{path}.")}
    if found and max(seen.confidence for seen in found.values()) >= _SURE:
        merging.invoice = with_value(merging.invoice, path, get_value(page, path))
        merging.evidence.update(found)


def _finish(merging: _Merging, page: Invoice) -> Invoice:
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
