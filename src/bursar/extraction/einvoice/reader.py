"""One reader for all e-invoices: the tables of a syntax say where each term stands, this says what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from bursar.extraction.einvoice.codes import (
    is_freight,
    name_document_type,
    name_identifier,
    name_payment_means,
    name_tax,
    name_tax_number,
)
from bursar.extraction.einvoice.draft import Draft
from bursar.extraction.einvoice.syntax import ChargePaths, Syntax, Table
from bursar.extraction.einvoice.tree import Element, Leaf, find_leaf, find_leaves, find_nodes
from bursar.extraction.einvoice.values import read_days, read_decimal, read_time
from bursar.facts.invoice import Invoice
from bursar.facts.money import total_of

_DAYS = {"invoice_date", "due_date", "delivery_date"}
_PERIOD_DAYS = {"start_date", "end_date"}
_AMOUNTS = {
    *("subtotal", "discount_total", "tax_total", "rounding", "total", "amount_paid", "amount_due"),
    *("quantity", "tax_rate", "tax_amount", "amount", "rate", "base"),
}
_CODES = {"tax_id", "iban", "bic", "currency", "country", "routing_number"}  # upper case, without blanks
_LISTS = {"preceding_invoice", "terms"}  # several become one text
_NOT_GIVEN = {"NA", "N/A"}  # what Peppol prescribes for an order number that does not exist
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_NOTE_SUBJECT = re.compile(r"^#[A-Z]{3}#")  # UBL has no other place for BT-21
_VAT_SCHEMES = {"VA", "VAT"}
_TAX_NUMBER_SCHEMES = {"FC", "TAX", ""}
_REVERSE_CHARGE = "AE"  # UNTDID 5305
_NOT_CHARGED = {"GROUP", "INFORMATION"}
_PRICE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Charge:
    """An allowance (BG-20, BG-27) or a charge (BG-21, BG-28)."""

    is_charge: bool
    amount: Decimal
    text: str
    reason: str | None
    is_freight: bool


def read_tree(root: Element, syntax: Syntax) -> Invoice:
    """Return what the XML says, each value with its evidence. Unreadable values become issues, never guesses."""
    draft = Draft()
    code = find_leaf(root, syntax.type_code)
    draft.put(
        "document_type", name_document_type(code.text if code else None, root.tag), code.text if code else root.tag
    )
    _put_fields(draft, "", root, syntax.header)
    for role, path in (("vendor", syntax.seller), ("customer", syntax.buyer)):
        for node in find_nodes(root, path)[:1]:
            _put_party(draft, role, node, syntax)
    _put_ship_to(draft, root, syntax)
    _put_payment(draft, root, syntax)
    _put_taxes(draft, root, syntax)
    _put_charges(draft, root, syntax)
    remarks = _put_lines(draft, root, syntax)
    notes = [_NOTE_SUBJECT.sub("", leaf.text) for leaf in find_leaves(root, syntax.notes)] + remarks
    if notes:
        draft.put("notes", " ".join(notes), " ".join(notes))
    return draft.finish()


def _put_fields(draft: Draft, prefix: str, node: Element, table: Table) -> None:
    for name, paths in table.items():
        leaves = list(find_leaves(node, paths))
        if leaves:
            _put_leaf(draft, prefix + name, leaves)


def _put_leaf(draft: Draft, path: str, leaves: list[Leaf]) -> None:
    """Read the text as what the field's name says it is: an amount, a date, a code, else words."""
    name, text = path.rpartition(".")[2], leaves[0].text
    value: object = text
    if name in _AMOUNTS:
        value = read_decimal(text)
    elif name in _DAYS or name in _PERIOD_DAYS:
        value = _choose_day(read_days(text, leaves[0].attributes.get("format")), name)
    elif name == "invoice_time":
        value = read_time(text)
        if value is None:
            return
    elif name in _CODES:
        value = "".join(text.split()).upper()
    elif name == "language":
        value = text[:2].lower()
    elif name in _LISTS:
        value = text = (", " if name == "preceding_invoice" else " ").join(leaf.text for leaf in leaves)
    elif name == "purchase_order" and text in _NOT_GIVEN:
        return
    if value is None:
        draft.doubt(path, text)
    else:
        draft.put(path, value, text)  # type: ignore[arg-type]


def _choose_day(days: tuple[date, date] | None, name: str) -> date | None:
    """Return the day itself; of a month or week the end of it that a period begins or ends with, for other dates none."""
    if days is None or (days[0] != days[1] and name not in _PERIOD_DAYS):
        return None
    return days[1] if name == "end_date" else days[0]


def _put_party(draft: Draft, role: str, node: Element, syntax: Syntax) -> None:
    _put_fields(draft, f"{role}.", node, syntax.party.fields)
    if role == "customer":
        own = [leaf for leaf in find_leaves(node, syntax.party.own_number) if not leaf.attributes.get("schemeID")]
        if own:
            _put_leaf(draft, "customer.customer_id", own[:1])
    country = None
    for address in find_nodes(node, syntax.party.address)[:1]:
        country = _put_address(draft, f"{role}.address", address, syntax)
    _put_registrations(draft, role, node, syntax, country)


def _put_registrations(draft: Draft, role: str, node: Element, syntax: Syntax, country: str | None) -> None:
    """Read BT-31 and BT-48 (VAT), BT-32 (the local tax number) and, by their ISO 6523 scheme, BT-29 and BT-46."""
    paths = syntax.party
    registered = [
        (scheme.text.upper() if scheme else "", number.text)
        for registration in find_nodes(node, paths.registrations)
        for number, scheme in [(find_leaf(registration, paths.number), find_leaf(registration, paths.scheme))]
        if number
    ]
    main = next((entry for entry in registered if entry[0] in _VAT_SCHEMES), None)
    main = main or next(
        (entry for entry in registered if entry[0] not in _TAX_NUMBER_SCHEMES), None
    )  # GST and the like
    extra = [
        (name_tax_number(country) if scheme in _TAX_NUMBER_SCHEMES else scheme, number)
        for scheme, number in registered
        if (scheme, number) != main
    ]
    for leaf in find_leaves(node, paths.identifiers):
        kind = name_identifier(leaf.attributes.get("schemeID"))
        if kind:
            extra.append((kind, leaf.text))
    if main:
        draft.put(f"{role}.tax_id", "".join(main[1].split()).upper(), main[1])
    for index, (kind, number) in enumerate(dict.fromkeys(extra)):
        draft.put(f"{role}.extra_tax_ids.{index}.kind", kind)
        draft.put(f"{role}.extra_tax_ids.{index}.value", "".join(number.split()).upper(), number)


def _put_address(draft: Draft, path: str, node: Element, syntax: Syntax) -> str | None:
    """Read BG-5, BG-8 or BG-15 and return the country. `text` is the address as a letter has it, without the country."""
    paths = syntax.address
    lines = [" ".join(leaf.text for part in parts for leaf in find_leaves(node, part)) for parts in paths.lines]
    lines = [line for line in lines if line]
    if lines:
        street = next((line for line in lines if any(c.isdigit() for c in line)), lines[0])  # else «c/o», a name
        draft.put(f"{path}.street", street, street)
    _put_fields(
        draft,
        f"{path}.",
        node,
        {"city": paths.city, "postal_code": paths.postal_code, "state": paths.state, "country": paths.country},
    )
    town = " ".join(leaf.text for leaf in (find_leaf(node, paths.postal_code), find_leaf(node, paths.city)) if leaf)
    state, country = find_leaf(node, paths.state), find_leaf(node, paths.country)
    text = "\n".join(line for line in (*lines, town, state.text if state else "") if line)
    if text:
        draft.put(f"{path}.text", text, text)
    return country.text.upper() if country else None


def _put_ship_to(draft: Draft, root: Element, syntax: Syntax) -> None:
    for node in find_nodes(root, syntax.ship_to)[:1]:
        _put_fields(draft, "ship_to.", node, {"name": syntax.ship_to_name})
        for address in find_nodes(node, syntax.ship_to_address)[:1]:
            _put_address(draft, "ship_to.address", address, syntax)


def _put_payment(draft: Draft, root: Element, syntax: Syntax) -> None:
    """Read BG-16 and BG-17: of several means the first that names an account to pay into, else the first."""
    paths = syntax.payment
    means = find_nodes(root, paths.nodes)
    chosen = next((node for node in means if find_leaf(node, paths.account)), means[0] if means else None)
    if chosen is None:
        return
    code, words = find_leaf(chosen, paths.code), find_leaf(chosen, paths.text)
    method = words.text if words else name_payment_means(code.text) if code else None
    if method and (words or code):
        draft.put("payment.method", method, (words or code).text)  # type: ignore[union-attr]
    _put_fields(draft, "payment.bank_info.", chosen, paths.fields)
    account = find_leaf(chosen, paths.account)
    if account:
        number = "".join(account.text.split()).upper()
        name, value = ("iban", number) if _IBAN.fullmatch(number) else ("account_number", account.text)
        draft.put(f"payment.bank_info.{name}", value, account.text)
        payee = find_leaf(root, syntax.payee_name)
        if payee and not find_leaf(chosen, paths.fields["account_holder"]):
            draft.put("payment.bank_info.account_holder", payee.text, payee.text)


def _put_taxes(draft: Draft, root: Element, syntax: Syntax) -> None:
    """Read BT-110, in the invoice's own currency where a second total is in the tax authority's, and BG-23."""
    currency = find_leaf(root, syntax.header["invoice_info.currency"])
    totals = list(find_leaves(root, syntax.tax_totals))
    own = [leaf for leaf in totals if currency and leaf.attributes.get("currencyID") == currency.text]
    if totals:
        _put_leaf(draft, "summary.tax_total", (own or totals)[:1])
    for index, node in enumerate(find_nodes(root, syntax.taxes)):
        kind, category = find_leaf(node, syntax.tax["kind"]), find_leaf(node, syntax.tax_category)
        draft.put(f"taxes.{index}.kind", name_tax(kind.text if kind else None))
        _put_fields(draft, f"taxes.{index}.", node, {key: path for key, path in syntax.tax.items() if key != "kind"})
        if category and category.text.upper() == _REVERSE_CHARGE:
            draft.put("reverse_charge", True, category.text)


def _put_charges(draft: Draft, root: Element, syntax: Syntax) -> None:
    """Read what BG-20 and BG-21 tell beyond their sums: the freight, and the allowances where no sum is given.

    Other charges stand among the taxes as service charges: they too are added to what the lines come to.
    """
    charges = [charge for paths in syntax.charges for charge in _read_charges(root, paths)]
    _put_sum(draft, "summary.shipping", [charge for charge in charges if charge.is_charge and charge.is_freight])
    others = [charge for charge in charges if charge.is_charge and not charge.is_freight]
    for index, charge in enumerate(others, len(find_nodes(root, syntax.taxes))):
        draft.put(f"taxes.{index}.kind", "service_charge")
        draft.put(f"taxes.{index}.amount", charge.amount, charge.text)
        if charge.reason:
            draft.put(f"taxes.{index}.note", charge.reason, charge.reason)
    if not find_leaf(root, syntax.header["summary.discount_total"]):
        _put_sum(draft, "summary.discount_total", [charge for charge in charges if not charge.is_charge])


def _put_sum(draft: Draft, path: str, charges: list[Charge]) -> None:
    if charges:
        draft.put(path, total_of(charge.amount for charge in charges), " + ".join(charge.text for charge in charges))


def _read_charges(node: Element, paths: ChargePaths) -> list[Charge]:
    found = []
    for entry in find_nodes(node, paths.nodes):
        indicator = find_leaf(entry, paths.indicator) if paths.indicator else None
        amount = find_leaf(entry, paths.amount)
        value = read_decimal(amount.text) if amount else None
        if amount is None or value is None or (paths.indicator and indicator is None):
            continue
        code = find_leaf(entry, paths.code) if paths.code else None
        reason = find_leaf(entry, paths.reason)
        found.append(
            Charge(
                indicator is None or indicator.text.lower() in ("true", "1"),
                value,
                amount.text,
                reason.text if reason else None,
                is_freight(code.text if code else None, reason.text if reason else None),
            )
        )
    return found


def _put_lines(draft: Draft, root: Element, syntax: Syntax) -> list[str]:
    """Read BG-25; return the notes of lines that charge nothing and name no product: remarks between the lines."""
    paths = syntax.lines
    remarks: list[str] = []
    index = 0
    for node in find_nodes(root, paths.nodes):
        status = find_leaf(node, paths.status) if paths.status else None
        if status and status.text.upper() in _NOT_CHARGED:
            continue
        if not find_leaf(node, paths.fields["amount"]) and not find_leaf(node, paths.fields["description"]):
            remarks.extend(leaf.text for leaf in find_leaves(node, paths.notes))
            continue
        _put_line(draft, index, node, syntax)
        index += 1
    return remarks


def _put_line(draft: Draft, index: int, node: Element, syntax: Syntax) -> None:
    paths, path = syntax.lines, f"items.{index}."
    number = find_leaf(node, paths.number)
    own = (
        int(number.text) if number and number.text.isascii() and number.text.isdecimal() and len(number.text) < 7 else 0
    )
    draft.put(f"{path}line_number", own or index + 1)
    _put_fields(draft, path, node, paths.fields)
    price, basis = find_leaf(node, paths.price), find_leaf(node, paths.price_basis)
    quantity, amount = (find_leaf(node, paths.fields[name]) for name in ("quantity", "amount"))
    _put_price(draft, f"{path}unit_price", price, None if _repeats_quantity(price, basis, quantity, amount) else basis)
    charges = _read_charges(node, paths.charges)
    if charges:
        value = total_of(-charge.amount if charge.is_charge else charge.amount for charge in charges)
        draft.put(
            f"{path}discount", value, " ".join(f"{'-' if c.is_charge else '+'}{c.text}" for c in charges).lstrip("+")
        )


def _put_price(draft: Draft, path: str, price: Leaf | None, basis: Leaf | None) -> None:
    """Read BT-146 as the price of one unit: BT-149 says how many units the price in the XML is for."""
    if price is None:
        return
    value, divisor = read_decimal(price.text), read_decimal(basis.text) if basis else Decimal(1)
    if value is None or not divisor:
        draft.doubt(path, price.text if value is None or basis is None else basis.text)
    elif divisor == 1:
        draft.put(path, value, price.text)
    else:
        with localcontext() as context:
            context.prec = 60
            each = round(value / divisor, _PRICE_DIGITS)
        draft.put(path, _without_zeros(each), f"{price.text} / {basis.text if basis else 1}")


def _repeats_quantity(price: Leaf | None, basis: Leaf | None, quantity: Leaf | None, amount: Leaf | None) -> bool:
    """Whether BT-149 is the quantity once more, as some software writes it: the price is then that of one all the same."""
    values = [read_decimal(leaf.text) if leaf else None for leaf in (price, basis, quantity, amount)]
    if any(value is None for value in values):
        return False
    each, divisor, count, total = (value for value in values if value is not None)
    return divisor == count != 1 and total != 0 and round(each * count - total, 2) == 0


def _without_zeros(value: Decimal) -> Decimal:
    """Return the value without the zeros that a division has filled up, keeping two decimals."""
    plain = value.normalize()
    return plain if plain.as_tuple().exponent < -2 else plain.quantize(Decimal("0.01"))  # type: ignore[operator]
