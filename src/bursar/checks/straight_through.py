"""Whether a person need not look at an invoice: what must be found, how surely, and what may not be in doubt.

Arithmetic proves amounts and says nothing of names, numbers and dates. Those pass where their own evidence is strong:
a label that states them, nothing else that could be meant, a name that several things speak for.
"""

from __future__ import annotations

from collections.abc import Iterator

from bursar.checks.invoice_findings import Findings
from bursar.facts.evidence import Confidence, Severity, Source
from bursar.facts.invoice import Invoice

CONTAINED_RULE = "subtotal − discounts + charges + rounding = total, taxes contained"
"""Holds of a subtotal that the taxes are in: it is not what they are reckoned from."""

_SURE = 0.85
_BACKED = 0.9  # a name that at least three things speak for
_FAIRLY_SURE = 0.7
_PLACED = 0.8  # an address, or a name with one, where such a party stands
_TYPED = 0.5  # a number of the text layer, that nothing can have misread, though its check digits fail
_REQUIRED = ("invoice_info.invoice_number", "invoice_info.invoice_date", "invoice_info.currency", "summary.total")
_PARTIES_OF_INVOICE = ("vendor.address.text", "customer.name", "customer.address.text")
_PARTIES_OF_RECEIPT = ("vendor.address.text",)
_OTHERS = (
    "invoice_info.due_date",
    "invoice_info.purchase_order",
    "vendor.tax_id",
    "customer.tax_id",
    "vendor.contact.email",
    "payment.bank_info.iban",
    "payment.bank_info.bic",
    "summary.subtotal",
    "summary.tax_total",
    "summary.amount_due",
)
"""What need not be there; where it is, it must be fairly sure."""

_AMOUNTS = ("summary.subtotal", "summary.tax_total", "summary.total")
_DOUBTS = {"LABEL_UNREAD", "CURRENCY_ASSUMED", "DATE_ORDER_ASSUMED", "TAX_ID_MALFORMED"}


def may_go_straight(findings: Findings) -> bool:
    """Whether all that a user relies on was found, is sure enough, and nothing about it is in doubt.

    The caller sees to it that the amounts are proven.
    """
    invoice = findings.invoice
    issues = (*findings.issues, *invoice.checks.issues)
    if any(issue.severity is not Severity.INFO or issue.code in _DOUBTS for issue in issues):
        return False
    return all(_demands(findings))


def _demands(findings: Findings) -> Iterator[bool]:
    invoice = findings.invoice
    receipt = invoice.document_type == "receipt"
    yield all(_confidence(invoice, path) >= _SURE for path in _REQUIRED)
    yield _is_seller_backed(invoice)
    parties = _PARTIES_OF_RECEIPT if receipt else _PARTIES_OF_INVOICE
    yield all(_confidence(invoice, path) >= _PLACED for path in parties)
    yield all(_is_fairly_sure(invoice, path) for path in _OTHERS)
    yield receipt or all(path in invoice.evidence for path in _AMOUNTS)
    yield all(path in findings.proven for path in _AMOUNTS if path in invoice.evidence)
    yield receipt or _is_itemised(findings)
    yield not _is_discounted(findings)
    yield all(equation.rule != CONTAINED_RULE for equation in findings.equations)
    yield not _misread_digits(findings)
    yield not _has_nameless_reference(invoice)


def _confidence(invoice: Invoice, path: str) -> Confidence:
    seen = invoice.evidence.get(path)
    return seen.confidence if seen is not None else 0.0


def _is_seller_backed(invoice: Invoice) -> bool:
    """Whether three things speak for the seller's name, or two of a text layer and a tax id."""
    seen = invoice.evidence.get("vendor.name")
    if seen is None:
        return False
    taxed = seen.source is not Source.OCR and _confidence(invoice, "vendor.tax_id") >= _FAIRLY_SURE
    return seen.confidence >= (_SURE if taxed else _BACKED)


def _is_fairly_sure(invoice: Invoice, path: str) -> bool:
    seen = invoice.evidence.get(path)
    if seen is None or seen.source is Source.DERIVED:
        return True
    typed = path.startswith("payment.") and seen.source is Source.TEXT
    return seen.confidence >= (_TYPED if typed else _FAIRLY_SURE)


def _is_itemised(findings: Findings) -> bool:
    """Whether the lines were found, say what they are of and add up; an e-invoice may have none."""
    seen = findings.invoice.evidence.get("summary.total")
    if seen is not None and seen.source is Source.XML:
        return True
    if not all(item.description or item.product_code for item in findings.invoice.items):
        return False
    return any(equation.rule.startswith("Σ items") and equation.holds for equation in findings.equations)


def _is_discounted(findings: Findings) -> bool:
    """Whether a discount stands between subtotal and total: that subtotal may not be what the tax is reckoned from."""
    return any(
        {"summary.subtotal", "summary.discount_total", "summary.total"} <= set(equation.fields)
        for equation in findings.equations
        if not equation.rule.startswith("Σ")
    )


def _misread_digits(findings: Findings) -> bool:
    """Whether check digits fail of a number that was recognised from pixels: one of its digits is likely another."""
    evidence = findings.invoice.evidence
    failed = [path for issue in findings.issues if issue.code == "CHECK_DIGIT_FAILS" for path in issue.fields]
    return any(path in evidence and evidence[path].source is Source.OCR for path in failed)


def _has_nameless_reference(invoice: Invoice) -> bool:
    """Whether the buyer's reference stands alone: it may be the number of the order."""
    info = invoice.invoice_info
    return info.customer_reference is not None and info.purchase_order is None
