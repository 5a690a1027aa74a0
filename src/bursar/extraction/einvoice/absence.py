"""What the e-invoice's XML says of weight and the page shows nowhere, though a page shows things of that kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bursar.extraction.dates import find_dates
from bursar.extraction.einvoice.compare import fold
from bursar.extraction.einvoice.witness import MISMATCH, Witness, show
from bursar.facts.evidence import Issue, Severity
from bursar.facts.invoice import Invoice, Party
from bursar.facts.money import total_of

_ROLES = ("vendor", "customer")


@dataclass(frozen=True, slots=True)
class _Held:
    """An e-invoice held against its page."""

    xml: Invoice
    witness: Witness

    def is_open(self, path: str) -> bool:
        """Whether the page's reader saw nothing at the path: what it saw was compared."""
        return self.witness.see(path) is None

    def shows(self, *amounts: Decimal | None) -> bool:
        """Whether all amounts may stand on the page, none of them missing."""
        return all(amount is not None and self.witness.sight.may_show(amount) for amount in amounts)


def find_absences(xml: Invoice, witness: Witness) -> list[Issue]:
    """Return an issue for each value of the XML that should stand on the page and does not.

    Number, date, parties and amounts stand on every invoice, so that their absence is a warning. An account, a tax id and
    a day to pay by need not: they are missed where the page has another one, an account without it as a remark. Nothing is missed of a page that was read in
    part only.
    """
    if not witness.is_whole:
        return []
    held = _Held(xml, witness)
    found = [issue for look in _LOOKS for issue in look(held)]
    if {"invoice_info.invoice_number", "summary.total"} <= {path for issue in found for path in issue.fields}:
        fields = tuple(path for issue in found for path in issue.fields)
        return [Issue(MISMATCH, Severity.WARNING, "The page does not show this e-invoice", fields)]
    return found


def _miss(path: str, value: str | date | Decimal, severity: Severity = Severity.WARNING) -> Issue:
    return Issue(MISMATCH, severity, f"The page does not show what the e-invoice's XML says: {show(value)}", (path,))


def _look_for_number(held: _Held) -> Iterator[Issue]:
    path, number = "invoice_info.invoice_number", held.xml.invoice_info.invoice_number
    if number and held.is_open(path) and not held.witness.sight.may_show(number):
        yield _miss(path, number)


def _look_for_dates(held: _Held) -> Iterator[Issue]:
    sight, info = held.witness.sight, held.xml.invoice_info
    path, day = "invoice_info.invoice_date", info.invoice_date
    if day and held.is_open(path) and sight.dates and not sight.may_show(day):
        yield _miss(path, day)
    path, due = "invoice_info.due_date", info.due_date
    if due is None or not held.is_open(path) or sight.may_show(due):
        return
    if any(other > (info.invoice_date or other) for other in sight.dates - _known_dates(held.xml)):
        yield _miss(path, due)


def _known_dates(xml: Invoice) -> set[date]:
    """Return the days that the XML speaks of, in its texts too."""
    info = xml.invoice_info
    days = [info.invoice_date, info.due_date, info.delivery_date]
    periods = [info.service_period, *(line.service_period for line in xml.items if line.service_period)]
    days += [day for period in periods for day in (period.start_date, period.end_date)]
    texts = " ".join(text for text in (xml.payment.terms, xml.notes) if text)
    return {day for day in (*days, *(printed.value for printed in find_dates(texts))) if day}


def _look_for_names(held: _Held) -> Iterator[Issue]:
    for role in _ROLES:
        path, party = f"{role}.name", getattr(held.xml, role)
        if not party.name or not held.is_open(path) or held.witness.sight.may_name(party.name):
            continue
        drawn = role == "vendor" and getattr(held.witness.page, role).name is None and _is_known(held, party)
        yield _miss(path, party.name, Severity.INFO if drawn else Severity.WARNING)


def _is_known(held: _Held, seller: Party) -> bool:
    """Whether a number that only the seller has stands on the page: its name may be in the picture of its logo."""
    numbers = (seller.tax_id, held.xml.payment.bank_info.iban, *(extra.value for extra in seller.extra_tax_ids))
    return any(number and held.witness.sight.may_show(number) for number in numbers)


def _look_for_numbers(held: _Held) -> Iterator[Issue]:
    """Look for the account and the tax ids; where the page has another one, that is a difference."""
    sight, iban = held.witness.sight, held.xml.payment.bank_info.iban
    if iban and held.is_open("payment.bank_info.iban") and not sight.may_show(iban):
        yield _miss("payment.bank_info.iban", iban, Severity.WARNING if sight.ibans else Severity.INFO)
    known = {fold(number).upper() for role in _ROLES for number in _numbers_of(getattr(held.xml, role))}
    strange = {number for number in sight.tax_ids if not any(number in other or other in number for other in known)}
    for role in _ROLES:
        path, number = f"{role}.tax_id", getattr(held.xml, role).tax_id
        if number and strange and held.is_open(path) and not sight.may_show(number):
            yield _miss(path, number)


def _numbers_of(party: Party) -> list[str]:
    numbers = [party.tax_id, party.registration_number, *(extra.value for extra in party.extra_tax_ids)]
    return [number for number in numbers if number]


def _look_for_amounts(held: _Held) -> Iterator[Issue]:
    """Look for the sums; one that follows from others need not be printed."""
    summary, shows = held.xml.summary, held.shows
    taxes = [tax.amount for tax in held.xml.taxes]
    taxed = shows(summary.tax_total) or (bool(taxes) and shows(*taxes))
    lines = bool(held.xml.items) and total_of(line.amount or Decimal(0) for line in held.xml.items) == summary.subtotal
    derivable = {
        "subtotal": lines or not summary.tax_total or (taxed and shows(summary.total)),
        "tax_total": taxed or shows(summary.subtotal, summary.total),
        "total": shows(summary.amount_due) and (not summary.amount_paid or shows(summary.amount_paid)),
        "amount_due": shows(summary.total) and (not summary.amount_paid or shows(summary.amount_paid)),
        "amount_paid": shows(summary.total, summary.amount_due),
    }
    for name, follows in derivable.items():
        path, value = f"summary.{name}", getattr(summary, name)
        if value and held.is_open(path) and not follows and not shows(value):
            yield _miss(path, value)


_LOOKS: tuple[Callable[[_Held], Iterator[Issue]], ...] = (
    _look_for_number,
    _look_for_dates,
    _look_for_names,
    _look_for_numbers,
    _look_for_amounts,
)
