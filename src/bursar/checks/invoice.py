"""Checks of an invoice: the arithmetic of lines, taxes and totals, check digits, dates. One function a rule.

Sources: EN 16931-1 business rules (BR-CO-10 and following); check digits by ISO 13616 (IBAN) and each country's law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from stdnum import iban as iban_numbers
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.in_ import gstin

from bursar.checks.outcome import CheckOutcome
from bursar.facts.evidence import Checks, Equation, Issue, Severity, Source, Status, Verdict
from bursar.facts.invoice import Invoice, InvoiceLine
from bursar.facts.money import CENT, is_close, product_tolerance, sum_tolerance, total_of

_REQUIRED = (
    "invoice_info.invoice_number",
    "invoice_info.invoice_date",
    "invoice_info.currency",
    "vendor.name",
    "summary.total",
)
_SUMMARY_PATHS = ("summary.total", "summary.subtotal", "summary.tax_total")
_SURE_ENOUGH = 0.75
_ZERO = Decimal(0)


@dataclass(slots=True)
class _Findings:
    """What the rules found so far."""

    invoice: Invoice
    equations: list[Equation] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)
    contradicted: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    def test(self, rule: str, left: Decimal, right: Decimal, fields: Sequence[str], tolerance: Decimal) -> bool:
        """Note an equation and whether it holds within what rounding on paper can do."""
        holds = is_close(left, right, tolerance=tolerance)
        self.equations.append(Equation(rule, left, right, left - right, holds, tuple(fields)))
        self.touched.update(fields)
        if not holds:
            self.contradicted.update(fields)
        elif self._is_independent(fields):
            self.proven.update(fields)
        return holds

    def doubt(self, code: str, severity: Severity, message: str, fields: Sequence[str]) -> None:
        """Note an issue, with the page of its first field."""
        evidence = self.invoice.evidence.get(fields[0]) if fields else None
        self.issues.append(Issue(code, severity, message, tuple(fields), evidence.page if evidence else None))

    def _is_independent(self, fields: Sequence[str]) -> bool:
        """Whether an equation proves something: no value in it was derived from the others."""
        seen = [self.invoice.evidence.get(path) for path in fields]
        return all(evidence is None or evidence.source is not Source.DERIVED for evidence in seen)


def check_invoice(invoice: Invoice) -> CheckOutcome:
    """Return what the invoice's own arithmetic and check digits say about it.

    `proven`: lines, taxes and totals agree with an independently printed side. `consistent`: what can be tested holds,
    but does not reach the total. `contradicted`: a relation fails. `unverifiable`: nothing can be tested.
    """
    findings = _Findings(invoice)
    for rule in _RULES:
        rule(findings)
    verdict = _judge(findings)
    statuses = dict.fromkeys(findings.touched, Status.CONSISTENT)
    statuses |= dict.fromkeys(findings.proven, Status.PROVEN)
    statuses |= dict.fromkeys(findings.contradicted - findings.proven, Status.CONTRADICTED)
    straight = verdict is Verdict.PROVEN and _is_complete(invoice) and not _is_doubted(findings)
    return CheckOutcome(Checks(verdict, straight, tuple(findings.equations), tuple(findings.issues)), statuses)


def check_line_amounts(findings: _Findings) -> None:
    """Quantity times price, less the discount, is the line's amount (EN 16931 BT-131)."""
    for index, line in enumerate(findings.invoice.items):
        if line.quantity is None or line.unit_price is None or line.amount is None:
            continue
        paths = [f"items.{index}.{name}" for name in ("quantity", "unit_price", "amount")]
        tolerance = product_tolerance(line.quantity, line.unit_price)
        left = line.quantity * line.unit_price
        for reading, used in _line_readings(line, left):
            if is_close(reading, line.amount, tolerance=tolerance):
                fields = [*paths, *(f"items.{index}.{name}" for name in used)]
                findings.test("quantity × unit_price − discount = amount", reading, line.amount, fields, tolerance)
                break
        else:
            findings.test("quantity × unit_price = amount", left, line.amount, paths, tolerance)
            message = f"Line {line.line_number}: {line.quantity} × {line.unit_price} is not {line.amount}"
            findings.doubt("LINE_AMOUNT_MISMATCH", Severity.WARNING, message, [paths[2], paths[0], paths[1]])


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


def check_sum_of_lines(findings: _Findings) -> None:
    """The lines' amounts add up to the subtotal, or to the total where prices are gross (BR-CO-10, BR-CO-13)."""
    invoice, summary = findings.invoice, findings.invoice.summary
    amounts = [line.amount for line in invoice.items if line.amount is not None]
    if not amounts or len(amounts) != len(invoice.items):
        return
    fields = [f"items.{index}.amount" for index in range(len(amounts))]
    tolerance = CENT if len(amounts) < 3 else sum_tolerance(len(amounts))
    left = total_of(amounts)
    adjusted = left - abs(summary.discount_total or _ZERO) + (summary.shipping or _ZERO) + _service_of(invoice)
    targets = [
        ("summary.subtotal", summary.subtotal),
        ("summary.total", summary.total),
        ("summary.amount_due", summary.amount_due),
    ]
    for path, right in targets:
        for value in (left, adjusted, left + (summary.tax_total or _ZERO), adjusted + (summary.tax_total or _ZERO)):
            if right is not None and is_close(value, right, tolerance=tolerance):
                findings.test(f"Σ items = {path.split('.')[1]}", value, right, [*fields, path], tolerance)
                return
    printed = next(((path, right) for path, right in targets if right is not None), None)
    if printed is not None:
        path, right = printed
        findings.equations.append(
            Equation(f"Σ items = {path.split('.')[1]}", left, right, left - right, False, (*fields, path))
        )
        findings.contradicted.add(path)
        findings.doubt(
            "LINE_SUM_MISMATCH", Severity.WARNING, f"The lines add up to {left}, not to {right}", [path, *fields]
        )


def check_tax_lines(findings: _Findings) -> None:
    """Base times rate is the tax of each breakdown line (BR-CO-17)."""
    for index, tax in enumerate(findings.invoice.taxes):
        if tax.rate is None or tax.base is None or tax.amount is None:
            continue
        fields = [f"taxes.{index}.{name}" for name in ("base", "rate", "amount")]
        tolerance = Decimal("0.02")
        if not findings.test("base × rate = tax", tax.base * tax.rate / 100, tax.amount, fields, tolerance):
            message = f"{tax.rate} % of {tax.base} is not {tax.amount}"
            findings.doubt("TAX_AMOUNT_MISMATCH", Severity.WARNING, message, fields)


def check_sum_of_taxes(findings: _Findings) -> None:
    """The taxes add up to the tax total (BR-CO-14)."""
    invoice = findings.invoice
    amounts = [tax.amount for tax in invoice.taxes if tax.amount is not None]
    whole = invoice.summary.tax_total
    if not amounts or whole is None:
        return
    fields = [*(f"taxes.{index}.amount" for index in range(len(amounts))), "summary.tax_total"]
    left = total_of(amounts)
    if not is_close(left, whole, tolerance=sum_tolerance(len(amounts))):
        left -= _service_of(invoice)  # a service charge stands among the taxes and need not be part of their total
    if not findings.test("Σ taxes = tax_total", left, whole, fields, sum_tolerance(len(amounts))):
        findings.doubt("TAX_SUM_MISMATCH", Severity.WARNING, f"The taxes add up to {left}, not to {whole}", fields)


def check_total(findings: _Findings) -> None:
    """Subtotal and tax, with discounts, charges, tip and rounding, are the total (BR-CO-15)."""
    summary = findings.invoice.summary
    if summary.total is None or summary.subtotal is None:
        return
    names = ["subtotal", "tax_total", "total"] if summary.tax_total is not None else ["subtotal", "total"]
    base = summary.subtotal + (summary.tax_total or _ZERO)
    readings = list(_total_readings(findings.invoice, base))
    for value, used in readings:
        if is_close(value, summary.total, tolerance=CENT):
            fields = [f"summary.{name}" for name in (*names, *used)]
            findings.test(
                "subtotal − discounts + charges + tax_total + rounding = total", value, summary.total, fields, CENT
            )
            return
    fields = [f"summary.{name}" for name in names]
    findings.test("subtotal + tax_total = total", base, summary.total, fields, CENT)
    findings.doubt(
        "TOTAL_MISMATCH", Severity.WARNING, f"Subtotal and tax come to {base}, not to {summary.total}", fields
    )


def _total_readings(invoice: Invoice, base: Decimal) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """Give what subtotal and tax come to with the printed adjustments, none or some of which the subtotal holds already."""
    summary = invoice.summary
    parts = [
        (name, sign * value)
        for name, sign, value in (
            ("discount_total", -1, abs(summary.discount_total) if summary.discount_total else None),
            ("shipping", 1, summary.shipping),
            ("tip", 1, summary.tip),
            ("rounding", 1, summary.rounding),
        )
        if value
    ]
    service = _service_of(invoice)
    for mask in range(1 << len(parts)):
        chosen = [part for bit, part in enumerate(parts) if mask >> bit & 1]
        value = base + total_of(amount for _, amount in chosen)
        yield value, tuple(name for name, _ in chosen)
        if service:
            yield value + service, tuple(name for name, _ in chosen)


def _service_of(invoice: Invoice) -> Decimal:
    return total_of(tax.amount for tax in invoice.taxes if tax.kind == "service_charge" and tax.amount is not None)


def check_amount_due(findings: _Findings) -> None:
    """The total less what is paid is due (BR-CO-16)."""
    summary = findings.invoice.summary
    if summary.total is None or summary.amount_due is None or summary.amount_paid is None:
        return
    fields = ["summary.total", "summary.amount_paid", "summary.amount_due"]
    left = summary.total - abs(summary.amount_paid)
    readings = [  # a negative invoice may have been paid by a negative amount
        paid + rounding
        for paid in (left, summary.total - summary.amount_paid)
        for rounding in (summary.rounding or _ZERO, _ZERO)
    ]
    value = next((reading for reading in readings if is_close(reading, summary.amount_due, tolerance=CENT)), left)
    if not findings.test("total − amount_paid = amount_due", value, summary.amount_due, fields, CENT):
        message = f"{summary.total} less {summary.amount_paid} paid is not {summary.amount_due} due"
        findings.doubt("AMOUNT_DUE_MISMATCH", Severity.WARNING, message, fields)


def check_dates(findings: _Findings) -> None:
    """An invoice is not due before its date."""
    info = findings.invoice.invoice_info
    if info.due_date is not None and info.invoice_date is not None and info.due_date < info.invoice_date:
        fields = ("invoice_info.due_date", "invoice_info.invoice_date")
        findings.doubt(
            "DUE_BEFORE_INVOICE", Severity.WARNING, f"Due {info.due_date}, before {info.invoice_date}", fields
        )


def check_iban(findings: _Findings) -> None:
    """The IBAN's check digits hold (ISO 13616, ISO 7064 MOD 97-10)."""
    number = findings.invoice.payment.bank_info.iban
    if number:
        _check_digits(
            findings,
            "payment.bank_info.iban",
            number,
            lambda text: bool(iban_numbers.is_valid(text, check_country=False)),
        )


def check_tax_ids(findings: _Findings) -> None:
    """European VAT ids and Indian GSTINs hold their check digits."""
    for path, number in (
        ("vendor.tax_id", findings.invoice.vendor.tax_id),
        ("customer.tax_id", findings.invoice.customer.tax_id),
    ):
        if not number:
            continue
        if len(number) == 15 and number[:2].isdigit():
            _check_digits(findings, path, number, lambda text: bool(gstin.is_valid(text)))
        elif number[:2].isalpha() and number[:2].lower() in vat.MEMBER_STATES | {"el", "xi"}:
            _check_digits(findings, path, number, _is_vat)


def _is_vat(text: str) -> bool:
    try:
        vat.validate(text)
    except ValidationError:
        return False
    return True


def _check_digits(findings: _Findings, path: str, number: str, is_valid: Callable[[str], bool]) -> None:
    findings.touched.add(path)
    if is_valid(number):
        findings.proven.add(path)
        return
    findings.contradicted.add(path)
    findings.doubt("CHECK_DIGIT_FAILS", Severity.INFO, f"The check digits of {number} do not hold", (path,))


_RULES = (
    check_line_amounts,
    check_sum_of_lines,
    check_tax_lines,
    check_sum_of_taxes,
    check_total,
    check_amount_due,
    check_dates,
    check_iban,
    check_tax_ids,
)


def _judge(findings: _Findings) -> Verdict:
    amounts = [equation for equation in findings.equations if equation.fields]
    if any(not equation.holds for equation in amounts):
        return Verdict.CONTRADICTED
    if not amounts:
        return Verdict.UNVERIFIABLE
    present = [path for path in _SUMMARY_PATHS if path in findings.invoice.evidence]
    proven = "summary.total" in findings.proven and all(
        path in findings.proven or path in findings.touched for path in present
    )
    return Verdict.PROVEN if proven else Verdict.CONSISTENT


def _is_complete(invoice: Invoice) -> bool:
    """Whether every required field was found and none of them is in doubt."""
    for path in _REQUIRED:
        evidence = invoice.evidence.get(path)
        if evidence is None or evidence.confidence < _SURE_ENOUGH:
            return False
    return True


def _is_doubted(findings: _Findings) -> bool:
    return any(issue.severity is not Severity.INFO for issue in findings.issues)
