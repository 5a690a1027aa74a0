"""The lines of an invoice: what quantity and price come to, and what the lines add up to (EN 16931-1 BR-CO-10, BR-CO-13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bursar.checks.invoice_findings import Findings
from bursar.facts.evidence import Equation, Severity
from bursar.facts.invoice import Invoice, InvoiceLine, InvoiceSummary
from bursar.facts.money import CENT, is_close, product_tolerance, sum_tolerance, total_of

LINE_RULE = "quantity × unit_price"
"""How the rule of every equation about one line begins."""

_ROUND_BASES = (Decimal(10), Decimal(100), Decimal(1000))
_WHOLE_NUMBER = re.compile(r"(?<![\d.,/-])\d{1,5}(?![\d.,/-])")


def check_line_amounts(findings: Findings) -> None:
    """Quantity times price, less the discount, is the line's amount (EN 16931 BT-131)."""
    for index, line in enumerate(findings.invoice.items):
        if line.quantity is None or line.unit_price is None or line.amount is None:
            continue
        paths = [f"items.{index}.{name}" for name in ("quantity", "unit_price", "amount")]
        tolerance = product_tolerance(line.quantity, line.unit_price)
        left = line.quantity * line.unit_price
        if (
            _test_readings(findings, line, index, left, tolerance)
            or _test_bases(findings, line, paths, left, tolerance)
            or _test_credit(findings, line, paths, left, tolerance)
        ):
            continue
        findings.test(f"{LINE_RULE} = amount", left, line.amount, paths, tolerance)
        message = f"Line {line.line_number}: {line.quantity} × {line.unit_price} is not {line.amount}"
        findings.doubt("LINE_AMOUNT_MISMATCH", Severity.WARNING, message, [paths[2], paths[0], paths[1]])


def _test_readings(findings: Findings, line: InvoiceLine, index: int, left: Decimal, tolerance: Decimal) -> bool:
    """Note the first of the line's readings that holds."""
    assert line.amount is not None
    for reading, used in _line_readings(line, left):
        if is_close(reading, line.amount, tolerance=tolerance):
            fields = [f"items.{index}.{name}" for name in ("quantity", "unit_price", "amount", *used)]
            rule = f"{LINE_RULE} − discount = amount"
            return findings.test(rule, reading, line.amount, fields, tolerance)
    return False


def _line_readings(line: InvoiceLine, gross: Decimal) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """Give what a line may come to: as it is, less its discount, with its tax."""
    yield gross, ()
    if line.discount is not None:
        yield gross - line.discount, ("discount",)
        yield gross * (1 - line.discount / 100), ("discount",)
        if line.quantity is not None:
            yield gross - line.discount * line.quantity, ("discount",)
    if line.tax_amount is not None:
        yield gross + line.tax_amount, ("tax_amount",)
    if line.tax_rate is not None:
        yield gross * (1 + line.tax_rate / 100), ("tax_rate",)


def _test_credit(
    findings: Findings, line: InvoiceLine, paths: Sequence[str], left: Decimal, tolerance: Decimal
) -> bool:
    """Note that a credit prints what is given back as such, and quantity and price as they were: «2 60.00 120.00-»."""
    total = findings.invoice.summary.total
    assert line.amount is not None
    if (
        total is None
        or total >= 0
        or not line.amount < 0 < left
        or not is_close(-left, line.amount, tolerance=tolerance)
    ):
        return False
    return findings.test(f"{LINE_RULE} = −amount", left, -line.amount, paths, tolerance)


def _test_bases(findings: Findings, line: InvoiceLine, paths: Sequence[str], left: Decimal, tolerance: Decimal) -> bool:
    """Note that the price is for so many (BT-149): 10, 100 or 1000 as the trade has it, or a number that the line prints.

    It fits the amount and does not pin it: an amount whose decimal point was lost would fit as well.
    """
    assert line.amount is not None
    printed = _WHOLE_NUMBER.findall(f"{line.unit or ''} {line.description or ''}")
    bases = [*_ROUND_BASES, *(Decimal(number) for number in printed if int(number) > 1)]
    for base in bases:
        if line.amount and is_close(left / base, line.amount, tolerance=(tolerance - CENT / 2) / base + CENT / 2):
            rule = f"{LINE_RULE} ÷ {base} = amount"
            return findings.test(rule, left / base, line.amount, paths, tolerance, proves=False)
    return False


def check_sum_of_lines(findings: Findings) -> None:
    """The lines' amounts add up to the subtotal, or to the total where prices are gross (BR-CO-10, BR-CO-13)."""
    invoice, summary = findings.invoice, findings.invoice.summary
    amounts = [line.amount for line in invoice.items if line.amount is not None]
    if not amounts or len(amounts) != len(invoice.items):
        return
    fields = [f"items.{index}.amount" for index in range(len(amounts))]
    tolerance = CENT if len(amounts) < 3 else sum_tolerance(len(amounts))
    left = total_of(amounts)
    targets = [
        (f"summary.{name}", value)
        for name in ("subtotal", "total", "amount_due")
        if (value := getattr(summary, name)) is not None
    ]
    for path, right in targets:
        for value, used in _sum_readings(invoice, left):
            if path not in used and is_close(value, right, tolerance=tolerance):
                findings.test(f"Σ items = {path.split('.')[1]}", value, right, [*fields, *used, path], tolerance)
                return
    if targets:
        _note_mismatch(findings, left, *targets[0], fields)


def _sum_readings(invoice: Invoice, left: Decimal) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """Give what the lines come to with the printed discounts, charges and taxes of the document.

    The fewest come first, for each way in which the discount may count.
    """
    summary = invoice.summary
    for discount in changes_by_discount(summary) or (None,):
        yield from _sum_readings_with(invoice, left, discount)


def _sum_readings_with(
    invoice: Invoice, left: Decimal, discount: Decimal | None
) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    summary = invoice.summary
    parts: list[tuple[str, Decimal]] = [
        (f"summary.{name}", value)
        for name, value in (
            ("discount_total", discount),
            ("shipping", summary.shipping),
            ("tax_total", summary.tax_total),
            ("tip", summary.tip),
            ("rounding", summary.rounding),
        )
        if value
    ]
    service = [index for index, tax in enumerate(invoice.taxes) if tax.kind == "service_charge" and tax.amount]
    if service:
        parts.append((f"taxes.{service[0]}.amount", service_of(invoice)))
    withheld = [
        (index, tax.amount) for index, tax in enumerate(invoice.taxes) if tax.kind == "withholding" and tax.amount
    ]
    parts.extend((f"taxes.{index}.amount", -abs(amount)) for index, amount in withheld[:1])
    for mask in sorted(range(1 << len(parts)), key=lambda mask: mask.bit_count()):
        chosen = [part for bit, part in enumerate(parts) if mask >> bit & 1]
        yield left + total_of(value for _, value in chosen), tuple(path for path, _ in chosen)


def _note_mismatch(findings: Findings, left: Decimal, path: str, right: Decimal, fields: Sequence[str]) -> None:
    """Note that the lines miss the printed sum: which of them is at fault, nobody knows, so only the sum is contradicted."""
    rule = f"Σ items = {path.split('.')[1]}"
    findings.equations.append(Equation(rule, left, right, left - right, False, (*fields, path)))
    findings.contradicted.add(path)
    findings.doubt(
        "LINE_SUM_MISMATCH", Severity.WARNING, f"The lines add up to {left}, not to {right}", [path, *fields]
    )


def changes_by_discount(summary: InvoiceSummary) -> tuple[Decimal, ...]:
    """Return what the discount may add: it takes away, however printed, from what is charged and from what is credited.

    On a credit it may also be printed as what is charged.
    """
    if not summary.discount_total:
        return ()
    whole = summary.subtotal if summary.subtotal is not None else summary.total
    taken = abs(summary.discount_total)
    return (taken, -taken) if whole is not None and whole < 0 else (-taken,)


def service_of(invoice: Invoice) -> Decimal:
    """Return the service charges among the taxes, added up."""
    return total_of(tax.amount for tax in invoice.taxes if tax.kind == "service_charge" and tax.amount is not None)
