"""Truth in the corpus' form: the facts that a layout drew, the others apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from builders.invoices.facts import InvoiceFacts, ItemFacts, PartyFacts


def tell_truth(
    facts: InvoiceFacts, shown: set[str], columns: set[str], as_printed: dict[str, str], layout: str
) -> dict[str, Any]:
    """`shown` names the facts that were drawn, `columns` the item columns; `as_printed` overrides the facts."""
    everything = _everything(facts, shown, columns) | as_printed
    return {
        "type": "receipt" if facts.kind == "receipt" else "invoice",
        "document_kind": facts.kind,
        "source": "bursar builders",
        "license": "Apache-2.0",
        "truth_origin": "drawn from these facts",
        "layout": layout,
        "fields": {name: value for name, value in everything.items() if name in shown},
        "not_visible": {
            name: value for name, value in everything.items() if name not in shown and name != "line_items"
        },
    }


def _everything(facts: InvoiceFacts, shown: set[str], columns: set[str]) -> dict[str, Any]:
    date = "date" if facts.kind == "receipt" else "invoice_date"
    number = "receipt_number" if facts.kind == "receipt" else "invoice_number"
    return {
        number: facts.number,
        date: facts.date.isoformat(),
        "due_date": facts.due.isoformat(),
        "purchase_order": facts.order,
        "currency": facts.place.currency,
        "seller_name": facts.seller.name,
        "seller_address": _address(facts.seller, "seller_country" in shown),
        "seller_tax_id": facts.seller.tax_id,
        "seller_email": facts.seller.email,
        "seller_iban": facts.bank.iban,
        "seller_bic": facts.bank.bic,
        "buyer_name": facts.buyer.name,
        "buyer_address": _address(facts.buyer, "buyer_country" in shown),
        "buyer_tax_id": facts.buyer.tax_id,
        "subtotal": _text(facts.subtotal),
        "tax_total": _text(facts.tax_total),
        "total": _text(facts.total),
        "amount_due": _text(facts.amount_due),
        "line_items": [_item(item, columns) for item in facts.items],
    }


def _address(party: PartyFacts, with_country: bool) -> str:
    return ", ".join([*party.address.lines, *([party.address.country] if with_country else [])])


def _item(item: ItemFacts, columns: set[str]) -> dict[str, str]:
    row = {"description": item.description}
    if item.details:
        row["description_long"] = " ".join([item.description, *item.details])
    if columns & {"quantity", "quantity_unit"}:
        row["quantity"] = f"{item.quantity.normalize():f}"
    if "unit_price" in columns:
        row["unit_price"] = f"{item.unit_price:f}"
    if "tax_rate" in columns:
        row["tax_rate"] = f"{item.tax_rate.normalize():f}"
    if "code" in columns:
        row["code"] = item.code
    return row | {"amount": _text(item.amount)}


def _text(value: Decimal) -> str:
    return f"{value:.2f}"
