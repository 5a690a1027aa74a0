"""Checks of an invoice: the arithmetic of lines, taxes and totals, check digits, dates. One function a rule.

Sources: EN 16931-1 business rules (BR-CO-10 and following); check digits by ISO 13616 (IBAN) and each country's law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from stdnum import iban as iban_numbers
from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.in_ import gstin

from bursar.checks.invoice_findings import Findings
from bursar.checks.invoice_lines import (
    LINE_RULE,
    changes_by_discount,
    check_line_amounts,
    check_sum_of_lines,
    service_of,
)
from bursar.checks.outcome import CheckOutcome
from bursar.checks.straight_through import CONTAINED_RULE, may_go_straight
from bursar.facts.evidence import Checks, Equation, Severity, Source, Status, Verdict
from bursar.facts.invoice import Invoice
from bursar.facts.money import CENT, is_close, round_to, sum_tolerance, total_of

_SUMMARY_PATHS = ("summary.total", "summary.subtotal", "summary.tax_total")
_SURE_ENOUGH = 0.75
_ZERO = Decimal(0)
_CASH_ROUNDING = Decimal("0.05")


def check_invoice(invoice: Invoice) -> CheckOutcome:
    """Return what the invoice's own arithmetic and check digits say about it.

    `proven`: lines, taxes and totals agree with an independently printed side. `consistent`: what can be tested holds,
    but does not reach the total. `contradicted`: a relation fails. `unverifiable`: nothing can be tested.
    """
    findings = Findings(invoice)
    for rule in _RULES:
        rule(findings)
    verdict = _judge(findings)
    statuses = dict.fromkeys(findings.touched, Status.CONSISTENT)
    statuses |= dict.fromkeys(findings.proven, Status.PROVEN)
    statuses |= dict.fromkeys(findings.contradicted - findings.proven, Status.CONTRADICTED)
    straight = verdict is Verdict.PROVEN and may_go_straight(findings)
    return CheckOutcome(Checks(verdict, straight, tuple(findings.equations), tuple(findings.issues)), statuses)


def check_tax_lines(findings: Findings) -> None:
    """Base times rate is the tax of each breakdown line (BR-CO-17)."""
    for index, tax in enumerate(findings.invoice.taxes):
        if tax.rate is None or tax.base is None or tax.amount is None:
            continue
        fields = [f"taxes.{index}.{name}" for name in ("base", "rate", "amount")]
        tolerance = Decimal("0.02")
        if not findings.test("base × rate = tax", tax.base * tax.rate / 100, tax.amount, fields, tolerance):
            message = f"{tax.rate} % of {tax.base} is not {tax.amount}"
            findings.doubt("TAX_AMOUNT_MISMATCH", Severity.WARNING, message, fields)


def check_sum_of_taxes(findings: Findings) -> None:
    """The taxes add up to the tax total (BR-CO-14)."""
    invoice = findings.invoice
    whole = invoice.summary.tax_total
    amounts = _added_taxes(invoice)
    service = {index for index in amounts if invoice.taxes[index].kind == "service_charge"}
    if whole is None or not amounts.keys() - service:
        return
    tolerance = sum_tolerance(len(amounts))
    if not is_close(total_of(amounts.values()), whole, tolerance=tolerance):
        # a service charge stands among the taxes and need not be part of their total
        amounts = {index: amount for index, amount in amounts.items() if index not in service}
    left = total_of(amounts.values())
    fields = [*(f"taxes.{index}.amount" for index in amounts), "summary.tax_total"]
    if not findings.test("Σ taxes = tax_total", left, whole, fields, tolerance):
        findings.doubt("TAX_SUM_MISMATCH", Severity.WARNING, f"The taxes add up to {left}, not to {whole}", fields)


def check_total(findings: Findings) -> None:
    """Subtotal and tax, with discounts, charges, tip and rounding, are the total (BR-CO-15)."""
    summary = findings.invoice.summary
    if summary.total is None or summary.subtotal is None:
        return
    if _check_total_by_rate(findings, summary.subtotal, summary.total):
        return
    taxes = _printed_taxes(findings.invoice)
    tax_names = taxes or (("summary.tax_total",) if summary.tax_total is not None else ())
    names = ("summary.subtotal", *tax_names, "summary.total")
    base = summary.subtotal + (summary.tax_total or _ZERO)
    readings = list(_total_readings(findings.invoice, base))
    for value, used in readings:
        if is_close(value, summary.total, tolerance=CENT):
            fields = [*names, *(f"summary.{name}" for name in used)]
            findings.test(
                "subtotal − discounts + charges + tax_total + rounding = total", value, summary.total, fields, CENT
            )
            if taxes and "summary.total" in findings.proven:
                findings.proven.add("summary.tax_total")
            return
    if _contains_taxes(findings.invoice):
        for value, used in _total_readings(findings.invoice, summary.subtotal):
            if is_close(value, summary.total, tolerance=CENT):
                fields = ["summary.subtotal", *(f"summary.{name}" for name in used), "summary.total"]
                findings.test(CONTAINED_RULE, value, summary.total, fields, CENT)
                return
    fields = list(names)
    findings.test("subtotal + tax_total = total", base, summary.total, fields, CENT)
    findings.doubt(
        "TOTAL_MISMATCH", Severity.WARNING, f"Subtotal and tax come to {base}, not to {summary.total}", fields
    )


def _contains_taxes(invoice: Invoice) -> bool:
    """Whether the rates of all taxes make of their amounts what the subtotal, or the total, is with them."""
    taxes = [tax for tax in invoice.taxes if tax.kind not in ("service_charge", "withholding")]
    whole, slack = _ZERO, CENT
    for tax in taxes:
        rate = tax.rate or (_find_whole_rate(invoice, tax.amount) if len(taxes) == 1 else None)
        if not rate or tax.amount is None:
            return False
        factor = 1 + 100 / rate
        whole, slack = whole + tax.amount * factor, slack + CENT / 2 * factor
    sums = (invoice.summary.subtotal, invoice.summary.total)
    return bool(taxes) and any(value is not None and is_close(whole, value, tolerance=slack) for value in sums)


def _find_whole_rate(invoice: Invoice, amount: Decimal | None) -> Decimal | None:
    """Return the rate, of whole percents, nearest to what a contained tax is of the rest of the total."""
    total = invoice.summary.total
    if not amount or not total or not 0 < amount < total:
        return None
    return round_to(100 * amount / (total - amount), Decimal(1))


def _added_taxes(invoice: Invoice) -> dict[int, Decimal]:
    """Return the amounts of the taxes that are added, by their places: what is withheld is none."""
    return {
        index: tax.amount
        for index, tax in enumerate(invoice.taxes)
        if tax.amount is not None and tax.kind != "withholding"
    }


def _printed_taxes(invoice: Invoice) -> tuple[str, ...]:
    """Return the paths of the printed taxes that a tax total was derived from; none where it is printed itself."""
    seen = invoice.evidence.get("summary.tax_total")
    if seen is None or seen.source is not Source.DERIVED or invoice.summary.tax_total is None:
        return ()
    amounts = {f"taxes.{index}.amount": amount for index, amount in _added_taxes(invoice).items()}
    return tuple(amounts) if total_of(amounts.values()) == invoice.summary.tax_total else ()


def _check_total_by_rate(findings: Findings, subtotal: Decimal, total: Decimal) -> bool:
    """Test the total by the rate of the only tax, where that tax is printed without an amount."""
    taxes = findings.invoice.taxes
    if len(taxes) != 1 or taxes[0].rate is None or taxes[0].amount is not None:
        return False
    left = subtotal * (1 + taxes[0].rate / 100)
    fields = ("summary.subtotal", "taxes.0.rate", "summary.total")
    return is_close(left, total, tolerance=CENT) and findings.test(
        "subtotal × (1 + rate) = total", left, total, fields, CENT
    )


def _total_readings(invoice: Invoice, base: Decimal) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """Give what subtotal and tax come to with the printed adjustments, none or some of which the subtotal holds already."""
    for discount in changes_by_discount(invoice.summary) or (None,):
        yield from _total_readings_with(invoice, base, discount)


def _total_readings_with(
    invoice: Invoice, base: Decimal, discount: Decimal | None
) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    summary = invoice.summary
    parts = [
        (name, value)
        for name, value in (
            ("discount_total", discount),
            ("shipping", summary.shipping),
            ("tip", summary.tip),
            ("rounding", summary.rounding),
        )
        if value
    ]
    service = service_of(invoice)
    for mask in range(1 << len(parts)):
        chosen = [part for bit, part in enumerate(parts) if mask >> bit & 1]
        value = base + total_of(amount for _, amount in chosen)
        yield value, tuple(name for name, _ in chosen)
        if service:
            yield value + service, tuple(name for name, _ in chosen)


def check_amount_due(findings: Findings) -> None:
    """The total less what is paid and withheld is due, rounded where a rounding is printed (BR-CO-16)."""
    summary = findings.invoice.summary
    if summary.total is None or summary.amount_due is None or _check_due_after_withholding(findings):
        return
    if summary.amount_paid is None:
        if not _check_rounded_due(findings, summary.total, summary.amount_due, summary.rounding):
            _doubt_unexplained_due(findings, summary.total, summary.amount_due)
        return
    fields = ["summary.total", "summary.amount_paid", "summary.amount_due"]
    left = summary.total - summary.amount_paid
    readings = [left + (summary.rounding or _ZERO), left]
    value = next((reading for reading in readings if is_close(reading, summary.amount_due, tolerance=CENT)), left)
    if not findings.test("total − amount_paid = amount_due", value, summary.amount_due, fields, CENT):
        message = f"{summary.total} less {summary.amount_paid} paid is not {summary.amount_due} due"
        findings.doubt("AMOUNT_DUE_MISMATCH", Severity.WARNING, message, fields)


def _check_due_after_withholding(findings: Findings) -> bool:
    """Test what is due by what is withheld, where that is printed; return whether it is."""
    summary, taxes = findings.invoice.summary, findings.invoice.taxes
    withheld = {f"taxes.{index}.amount": tax.amount for index, tax in enumerate(taxes) if tax.kind == "withholding"}
    amounts = [amount for amount in withheld.values() if amount is not None]
    if not amounts or summary.total is None or summary.amount_due is None:
        return False
    paid = [] if summary.amount_paid is None else ["summary.amount_paid"]
    rest = summary.total - (summary.amount_paid or _ZERO)
    if is_close(rest, summary.amount_due, tolerance=CENT):
        return False  # withheld before the tax was reckoned
    left = rest - total_of(amounts)
    derived = findings.invoice.evidence.get("summary.total")
    whole = ["summary.subtotal", "summary.tax_total"] if derived and derived.source is Source.DERIVED else []
    fields = [*(whole or ["summary.total"]), *withheld, *paid, "summary.amount_due"]
    if not findings.test("total − withheld − amount_paid = amount_due", left, summary.amount_due, fields, CENT):
        message = f"{summary.total} less {total_of(amounts)} withheld is not {summary.amount_due} due"
        findings.doubt("AMOUNT_DUE_MISMATCH", Severity.WARNING, message, fields)
    elif whole and set(whole) <= findings.proven:
        findings.proven.add("summary.total")
    return True


def _check_rounded_due(findings: Findings, total: Decimal, due: Decimal, rounding: Decimal | None) -> bool:
    """Test a rounded amount due and return whether it is one."""
    seen = findings.invoice.evidence.get("summary.amount_due")
    if not rounding or seen is None or seen.source is Source.DERIVED or total + rounding != due:
        return False
    fields = ("summary.total", "summary.rounding", "summary.amount_due")
    return findings.test("total + rounding = amount_due", total + rounding, due, fields, _ZERO)


def _doubt_unexplained_due(findings: Findings, total: Decimal, due: Decimal) -> None:
    """Note that something else is due than the total, and neither a payment nor a rounding says why.

    It may be a balance of before; or the total is not the document's, but a tax row's. What was paid at once leaves nothing.
    """
    seen = findings.invoice.evidence.get("summary.amount_due")
    if not due or seen is None or seen.source is Source.DERIVED or is_close(total, due, tolerance=_CASH_ROUNDING):
        return
    message = f"{due} is due and the total is {total}; nothing paid or rounded explains it"
    findings.doubt("AMOUNT_DUE_UNEXPLAINED", Severity.WARNING, message, ["summary.amount_due", "summary.total"])


def check_words(findings: Findings) -> None:
    """The amount in words is the total or what is due; without the hundredths where only whole units are spelled out."""
    summary = findings.invoice.summary
    spelled = summary.amount_in_words
    if spelled is None or summary.total is None:
        return
    for name, value in (("total", summary.total), ("amount_due", summary.amount_due)):
        if value is not None and abs(value) == spelled:
            fields = ("summary.amount_in_words", f"summary.{name}")
            findings.test(f"amount in words = {name}", spelled, abs(value), fields, _ZERO)
            return
    if spelled == int(spelled) and abs(abs(summary.total) - spelled) < 1:
        return
    fields = ("summary.amount_in_words", "summary.total")
    findings.test("amount in words = total", spelled, abs(summary.total), fields, _ZERO)
    message = f"The words say {spelled}, the figures {summary.total}"
    findings.doubt("AMOUNT_IN_WORDS_MISMATCH", Severity.WARNING, message, fields)


def check_dates(findings: Findings) -> None:
    """An invoice is not due before its date."""
    info = findings.invoice.invoice_info
    if info.due_date is not None and info.invoice_date is not None and info.due_date < info.invoice_date:
        fields = ("invoice_info.due_date", "invoice_info.invoice_date")
        findings.doubt(
            "DUE_BEFORE_INVOICE", Severity.WARNING, f"Due {info.due_date}, before {info.invoice_date}", fields
        )


def check_iban(findings: Findings) -> None:
    """The IBAN's check digits hold (ISO 13616, ISO 7064 MOD 97-10)."""
    number = findings.invoice.payment.bank_info.iban
    if number:
        _check_digits(
            findings,
            "payment.bank_info.iban",
            number,
            lambda text: bool(iban_numbers.is_valid(text, check_country=False)),
        )


def check_tax_ids(findings: Findings) -> None:
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
            if _check_digits(findings, path, number, vat.is_valid) or not _is_malformed(number):
                continue
            message = f"{number} has not the form of a VAT id of its country"
            findings.doubt("TAX_ID_MALFORMED", Severity.INFO, message, (path,))


def _is_malformed(number: str) -> bool:
    """Whether more is wrong with a VAT id than its check digits: a digit is missing or too many."""
    try:
        vat.validate(number)
    except InvalidChecksum:
        return False
    except ValidationError:
        return True
    return False


def _check_digits(findings: Findings, path: str, number: str, is_valid: Callable[[str], bool]) -> bool:
    findings.touched.add(path)
    if is_valid(number):
        findings.proven.add(path)
        return True
    findings.contradicted.add(path)
    findings.doubt("CHECK_DIGIT_FAILS", Severity.INFO, f"The check digits of {number} do not hold", (path,))
    return False


_RULES = (
    check_line_amounts,
    check_sum_of_lines,
    check_tax_lines,
    check_sum_of_taxes,
    check_total,
    check_amount_due,
    check_words,
    check_dates,
    check_iban,
    check_tax_ids,
)


def _judge(findings: Findings) -> Verdict:
    amounts = [equation for equation in findings.equations if equation.fields]
    failing = [equation for equation in amounts if not equation.holds]
    if any(not _is_pinned(findings, equation) for equation in failing):
        return Verdict.CONTRADICTED
    if not amounts:
        return Verdict.UNVERIFIABLE
    evidence = findings.invoice.evidence
    present = [path for path in _SUMMARY_PATHS if path in evidence and evidence[path].source is not Source.DERIVED]
    proven = "summary.total" in findings.proven and all(
        path in findings.proven or path in findings.touched for path in present
    )
    return Verdict.PROVEN if proven and not failing else Verdict.CONSISTENT


def _is_pinned(findings: Findings, equation: Equation) -> bool:
    """Whether a failing equation is about lines, and the amounts that matter stand proven without them.

    A line may fail whose amount the sum of lines proves: its quantity or price is in doubt. A sum may fail of lines that
    were read without a table's head, which no confidence is put in: some of them are missing, or are none.
    """
    amounts = [path for path in equation.fields if path.endswith(".amount")]
    if equation.rule.startswith(LINE_RULE):
        return all(path in findings.proven for path in amounts)
    if not equation.rule.startswith("Σ items"):
        return False
    seen = [findings.invoice.evidence.get(path) for path in amounts]
    weak = all(evidence is not None and evidence.confidence < _SURE_ENOUGH for evidence in seen)
    return weak and "summary.total" in findings.proven
