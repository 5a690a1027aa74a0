"""What the page adds to an e-invoice: values that the XML has no place for in its profile, or leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from msgspec import structs

from bursar.extraction.einvoice.compare import same_name
from bursar.extraction.einvoice.paths import get_value, with_value
from bursar.extraction.einvoice.printed_address import PrintedAddress, find_address_below
from bursar.extraction.einvoice.witness import SURE, Witness
from bursar.facts.evidence import Evidence, Issue
from bursar.facts.invoice import Invoice
from bursar.facts.money import CENT, is_close, sum_tolerance, total_of

_ADDED = (
    *(
        f"invoice_info.{name}"
        for name in ("due_date", "language", "purchase_order", "customer_reference", "delivery_note")
    ),
    *(f"invoice_info.{name}" for name in ("contract_number", "delivery_date", "preceding_invoice", "invoice_time")),
    *(f"{role}.{name}" for role in ("vendor", "customer") for name in ("tax_id", "registration_number")),
    *(f"{role}.contact.{name}" for role in ("vendor", "customer") for name in ("email", "phone", "website")),
    *("customer.customer_id", "payment.terms", "payment.method", "payment.reference"),
)
"""What the page may add where the XML has nothing: single values."""

_ADDED_GROUPS = ("invoice_info.service_period", "ship_to", "payment.bank_info")
"""Values that belong together: they are added where the XML has none of them."""

_PARTS_OF_ADDRESS = ("text", "street", "city", "postal_code", "state", "country")


@dataclass(slots=True)
class Merging:
    """The merged invoice so far; nothing but the functions of merging sees it change."""

    invoice: Invoice
    evidence: dict[str, Evidence]
    issues: list[Issue]


def add_from_page(merging: Merging, witness: Witness) -> None:
    """Take from the page what the XML lacks, with the page's evidence.

    Amounts of the summary only where an equation of the XML's own amounts needs them: a profile without lines has no
    charges either, which stand between the lines and the subtotal.
    """
    page = witness.page
    for path in _ADDED:
        if get_value(merging.invoice, path) is None:
            _add(merging, page, path)
    for path in _ADDED_GROUPS:
        if not any(known == path or known.startswith(f"{path}.") for known in merging.evidence):
            _add(merging, page, path)
    for role in ("vendor", "customer"):
        if get_value(merging.invoice, f"{role}.address.text") is None:
            _add_address(merging, witness, role)
    for path in ("taxes", "items"):
        if not getattr(merging.invoice, path):
            _add(merging, page, path)
            if path == "items":
                _add_between_lines_and_sums(merging, page)
    _add_payments(merging, page)


def _add(merging: Merging, page: Invoice, path: str) -> None:
    """Take a value, group or list of the page with its evidence, unless the page reader itself doubts it."""
    found = {name: seen for name, seen in page.evidence.items() if name == path or name.startswith(f"{path}.")}
    if found and max(seen.confidence for seen in found.values()) >= SURE:
        merging.invoice = with_value(merging.invoice, path, get_value(page, path))
        merging.evidence.update(found)


def _add_address(merging: Merging, witness: Witness, role: str) -> None:
    """Take the address that the page's reader found for the party, else the one below the party's name.

    Where both are of one postal code, each confirms the other. The XML's own parts stay: MINIMUM has the country. An
    address in another country is another's, and so is that of the delivery.
    """
    name = get_value(merging.invoice, f"{role}.name")
    read, below = _read_address(witness, role, name), find_address_below(name, witness.pages) if name else None
    if read is not None and below is not None and read.address.postal_code == below.address.postal_code is not None:
        read = PrintedAddress(read.address, {part: _surer(seen, below.seen) for part, seen in read.seen.items()})
    elif below is not None and below.address.text == witness.page.ship_to.address.text:
        below = None
    found = read or below
    known = get_value(merging.invoice, f"{role}.address.country")
    if found is None or (known and found.address.country not in (None, known)):
        return
    for part in _PARTS_OF_ADDRESS:
        path, value = f"{role}.address.{part}", getattr(found.address, part)
        if value is not None and get_value(merging.invoice, path) is None:
            merging.invoice = with_value(merging.invoice, path, value)
            if part in found.seen:
                merging.evidence[path] = found.seen[part]


def _surer(seen: Evidence, others: dict[str, Evidence]) -> Evidence:
    return structs.replace(seen, confidence=max(seen.confidence, *(other.confidence for other in others.values())))


def _read_address(witness: Witness, role: str, name: str | None) -> PrintedAddress | None:
    """Return the address that the page's reader found, unless it is sure that the party has another name."""
    text, other = witness.see(f"{role}.address.text"), witness.see(f"{role}.name")
    if text is None or (name and other is not None and not same_name(name, other.value)):
        return None
    paths = {part: f"{role}.address.{part}" for part in _PARTS_OF_ADDRESS}
    seen = {part: witness.page.evidence[path] for part, path in paths.items() if path in witness.page.evidence}
    return PrintedAddress(get_value(witness.page, f"{role}.address"), seen)


def _add_between_lines_and_sums(merging: Merging, page: Invoice) -> None:
    """Take the page's freight and discount where its lines do not come to the XML's subtotal without them."""
    summary = merging.invoice.summary
    amounts = [line.amount for line in merging.invoice.items if line.amount is not None]
    if len(amounts) != len(merging.invoice.items) or not amounts:
        return
    lines, slack = total_of(amounts), max(CENT, sum_tolerance(len(amounts)))
    targets = [value for value in (summary.subtotal, summary.total) if value is not None]
    if any(is_close(lines, target, tolerance=slack) for target in targets):
        return
    sign = Decimal(-1 if lines < 0 else 1)  # of a credit, whose discount gives less back
    parts = [("shipping", sign), ("discount_total", -sign)]
    _add_closing(merging, page, lines, targets, _offer(merging, page, parts), slack)


def _add_payments(merging: Merging, page: Invoice) -> None:
    """Take what the page says was paid or rounded where the XML's total and amount due differ by it."""
    summary = merging.invoice.summary
    if summary.total is None or summary.amount_due is None or summary.total == summary.amount_due:
        return
    if summary.amount_paid is None and summary.rounding is None:
        parts = _offer(merging, page, [("amount_paid", Decimal(-1)), ("rounding", Decimal(0))])
        _add_closing(merging, page, summary.total, [summary.amount_due], parts, Decimal(0))


def _offer(merging: Merging, page: Invoice, parts: Sequence[tuple[str, Decimal]]) -> Iterator[tuple[str, Decimal]]:
    """Give the amounts of the page that the XML lacks, by their paths: with the sign given, or their own where it is 0."""
    for name, sign in parts:
        path = f"summary.{name}"
        value, seen = get_value(page, path), page.evidence.get(path)
        if value and seen is not None and seen.confidence >= SURE and not get_value(merging.invoice, path):
            yield path, sign * abs(value) if sign else value


def _add_closing(
    merging: Merging,
    page: Invoice,
    left: Decimal,
    targets: Sequence[Decimal],
    parts: Iterator[tuple[str, Decimal]],
    slack: Decimal,
) -> None:
    """Take the fewest of the page's amounts that lead from one sum to another."""
    offered = list(parts)
    for size in range(1, len(offered) + 1):
        for chosen in combinations(offered, size):
            value = left + total_of(amount for _, amount in chosen)
            if any(is_close(value, target, tolerance=slack) for target in targets):
                for path, _ in chosen:
                    _add(merging, page, path)
                return
