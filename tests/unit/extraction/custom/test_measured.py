"""Names in use against documents with known truth: how many values come, and that none of them is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builders.field_names import INVOICE, STATEMENT, UNKNOWN, UNKNOWN_IN_STATEMENTS
from builders.invoices.layouts import draw_invoice
from builders.statements.layouts import draw_statement
from bursar.engine import parse
from bursar.facts.evidence import Source

TRUTHS = {
    "invoice": {
        "invoice_number": "invoice_info.invoice_number",
        "invoice_date": "invoice_info.invoice_date",
        "due_date": "invoice_info.due_date",
        "purchase_order": "invoice_info.purchase_order",
        "currency": "invoice_info.currency",
        "seller_name": "vendor.name",
        "seller_tax_id": "vendor.tax_id",
        "seller_email": "vendor.contact.email",
        "seller_iban": "payment.bank_info.iban",
        "seller_bic": "payment.bank_info.bic",
        "buyer_name": "customer.name",
        "buyer_tax_id": "customer.tax_id",
        "subtotal": "summary.subtotal",
        "tax_total": "summary.tax_total",
        "total": "summary.total",
    },
    "statement": {
        "bank_name": "account_info.bank_name",
        "account_holder": "account_info.account_holder",
        "account_number": "account_info.account_number",
        "iban": "account_info.iban",
        "currency": "account_info.currency",
        "period_start": "statement_period.start_date",
        "period_end": "statement_period.end_date",
        "opening_balance": "summary.opening_balance",
        "closing_balance": "summary.closing_balance",
        "total_credit": "summary.total_credits",
        "total_debit": "summary.total_debits",
    },
}
NEVER_DERIVED = {"due_date", "purchase_order", "seller_tax_id", "seller_email", "seller_iban", "buyer_tax_id", "iban"}
INVOICES = [("window-letter", 5), ("letterhead-top", 6), ("bill-to-ship-to", 7), ("two-parties", 8), ("monospaced", 9)]
STATEMENTS = [("value-date-balance", 3), ("debit-credit", 4)]


def measure(kind, drawn, names, unknown):
    """Return right, empty and wrong values of all names that have a truth, and the names of nothing that got a value."""
    wanted = {name: key for key, path in TRUTHS[kind].items() for name in names[path].split()}
    schema = {"fields": [*wanted, *[name for name in unknown if name not in wanted]]}
    fact = parse(drawn.pdf, kind=kind, schema=schema)
    truth, hidden = drawn.truth["fields"], drawn.truth["not_visible"]
    if "subtotal" not in truth and truth.get(
        "line_items"
    ):  # what is printed then is the sum of the lines, before charges
        hidden = {**hidden, "subtotal": str(sum(Decimal(item["amount"]) for item in truth["line_items"]))}
    right, empty, wrong = [], [], []
    for name, key in wanted.items():
        value = fact.custom[name]
        if value is None:
            (empty if key in truth and not is_other_tax_id(name, truth[key]) else right).append(name)
        elif is_same(value, truth.get(key, hidden.get(key))) and (key in truth or key not in NEVER_DERIVED):
            right.append(name)
            assert fact.evidence[f"custom.{name}"].text or fact.evidence[f"custom.{name}"].source is Source.DERIVED
        else:
            wrong.append((name, value, truth.get(key)))
    return right, empty, wrong, {name: fact.custom[name] for name in unknown if fact.custom[name] is not None}


def is_same(value, truth):
    if isinstance(value, Decimal):
        return truth is not None and value == Decimal(truth)
    return "".join(str(value).casefold().split()) == "".join(str(truth).casefold().split())


def is_other_tax_id(name, truth):
    """A name that asks for a GST number, where the document has another country's."""
    return "gst" in name.lower() and not truth[:2].isdigit()


CASES = [
    *[("invoice", draw_invoice, layout, seed, INVOICE, UNKNOWN) for layout, seed in INVOICES],
    *[("statement", draw_statement, layout, seed, STATEMENT, UNKNOWN_IN_STATEMENTS) for layout, seed in STATEMENTS],
]


@pytest.mark.parametrize(("kind", "draw", "layout", "seed", "names", "unknown"), CASES, ids=[case[2] for case in CASES])
def test_names_in_use_give_the_truth_or_nothing(kind, draw, layout, seed, names, unknown):
    right, empty, wrong, invented = measure(kind, draw(layout, seed), names, unknown)
    print(f"{layout}: {len(right)} right, {len(empty)} empty, {len(wrong)} wrong, {len(invented)} invented")  # noqa: T201
    assert wrong == []
    assert invented == {}
    assert len(right) >= 0.9 * (len(right) + len(empty)), empty


def test_rows_come_under_other_names_with_debit_and_credit_apart():
    drawn = draw_statement("value-date-balance", 3)
    columns = {"datum": "", "buchungstext": "", "soll": 0.0, "haben": 0.0, "saldo": 0.0}
    fact = parse(drawn.pdf, kind="statement", schema={"umsatzliste": [columns], "saldo_final": 0.0})
    rows = fact.custom["umsatzliste"]
    assert len(rows) == len(fact.transactions) == len(drawn.truth["fields"]["transactions"])
    for row, true in zip(rows, drawn.truth["fields"]["transactions"], strict=True):
        amount = Decimal(true["amount"])
        assert (row["soll"], row["haben"]) == ((-amount, None) if amount < 0 else (None, amount))
        assert row["datum"] == true["date"] or true["date"].startswith("-")
    assert fact.custom["saldo_final"] == Decimal(drawn.truth["fields"]["closing_balance"])
    first = "haben" if rows[0]["haben"] is not None else "soll"
    assert fact.evidence[f"custom.umsatzliste.0.{first}"] == fact.evidence["transactions.0.amount"]
