"""Counting what is right, wrong and missing, by field and by dataset."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bursar.evaluation.corpus import Example
from bursar.evaluation.sameness import has_same_text, is_same, is_same_item, is_same_transaction

_INVOICE = {
    "invoice_number": "invoice_info.invoice_number",
    "invoice_date": "invoice_info.invoice_date",
    "due_date": "invoice_info.due_date",
    "currency": "invoice_info.currency",
    "purchase_order": "invoice_info.purchase_order",
    "seller_name": "vendor.name",
    "seller_address": "vendor.address.text",
    "seller_tax_id": "vendor.tax_id",
    "seller_email": "vendor.contact.email",
    "seller_iban": "payment.bank_info.iban",
    "seller_bic": "payment.bank_info.bic",
    "buyer_name": "customer.name",
    "buyer_address": "customer.address.text",
    "buyer_tax_id": "customer.tax_id",
    "subtotal": "summary.subtotal",
    "tax_total": "summary.tax_total",
    "total": "summary.total",
    "amount_due": "summary.amount_due",
    "line_items": "items",
}
_STATEMENT = {
    "bank_name": "account_info.bank_name",
    "account_holder": "account_info.account_holder",
    "account_number": "account_info.account_number",
    "iban": "account_info.iban",
    "bic": "account_info.bic",
    "currency": "account_info.currency",
    "period_start": "statement_period.start_date",
    "period_end": "statement_period.end_date",
    "opening_balance": "summary.opening_balance",
    "closing_balance": "summary.closing_balance",
    "total_credit": "summary.total_credits",
    "total_debit": "summary.total_debits",
    "transactions": "transactions",
}
PATHS: Mapping[str, Mapping[str, str]] = {
    "invoice": _INVOICE,
    "receipt": {**_INVOICE, "date": "invoice_info.invoice_date", "receipt_number": "invoice_info.invoice_number"},
    "bank_statement": _STATEMENT,
}
"""Where each canonical field of the truth stands in a result."""

_KIND_WORDS = {
    "invoice": ("invoice", "credit", "bill", "receipt"),
    "receipt": ("receipt", "invoice", "bill"),
    "bank_statement": ("statement",),
}
"""A type counts as recognised when the result's `document_type` has one of these in it."""
_CLOSER_KINDS = {"invoice", "credit_note", "receipt", "bank_statement", "credit_card_statement", "passbook"}


@dataclass(slots=True)
class Tally:
    """`right` + `wrong` + `missing` values; `surplus` of the wrong are rows beyond as many as the truth has."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    surplus: int = 0

    @property
    def count(self) -> int:
        """How many values the truth has."""
        return self.right + self.wrong + self.missing - self.surplus

    @property
    def precision(self) -> float:
        """Share of the values given that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """Share of the true values that were given right."""
        return self.right / self.count if self.count else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One scalar field of one document: what is true, what was read, and whether they are the same."""

    example: str
    type: str
    field: str
    path: str
    truth: Any
    value: Any
    right: bool


@dataclass(slots=True)
class Scores:
    """All tallies by (type, field) and by (type and dataset, all fields or rows), each scalar finding, and the errors of each document.

    `documents` counts documents by type, `kinds_right` those of them whose type was recognised; `told` those whose truth
    says more closely what they are, `told_right` those of them that the result calls just that.
    """

    documents: Counter[str] = field(default_factory=Counter)
    kinds_right: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    told_right: Counter[str] = field(default_factory=Counter)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    findings: list[Finding] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rows_exact: dict[str, bool] = field(default_factory=dict)


def score_example(scores: Scores, example: Example, result: Mapping[str, Any]) -> None:
    """Add one document's result (plain JSON; empty when there is none) to the scores."""
    scores.documents[example.type] += 1
    detected = result.get("document_type") or ""
    scores.kinds_right[example.type] += any(word in detected for word in _KIND_WORDS[example.type])
    if example.kind in _CLOSER_KINDS:
        scores.told[example.type] += 1
        scores.told_right[example.type] += detected == example.kind
    for name, path in PATHS[example.type].items():
        truth = example.fields.get(name)
        if truth in (None, "", []):
            continue
        if name == "receipt_number" and example.fields.get("invoice_number"):
            continue  # both stand at one path, so just one can be right
        value = find_at(result, path)
        if isinstance(truth, list):
            _score_rows(scores, example, name, truth, value if isinstance(value, list) else [])
        else:
            _score_scalar(scores, example, name, path, truth, value)


def find_at(result: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted path; None when the way breaks off."""
    found: Any = result
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def count_aligned(truth: Sequence[Any], rows: Sequence[Any], equal: Callable[[Any, Any], bool]) -> int:
    """Return how many rows can be paired at most, in order (the longest common subsequence)."""
    best = [0] * (len(rows) + 1)
    for true_row in truth:
        diagonal = 0
        for position, row in enumerate(rows, 1):
            above = best[position]
            best[position] = diagonal + 1 if equal(true_row, row) else max(above, best[position - 1])
            diagonal = above
    return best[-1]


def _score_scalar(scores: Scores, example: Example, name: str, path: str, truth: Any, value: Any) -> None:
    right = is_same(name, truth, value)
    missing = not right and value in (None, "", [])
    for tally in _tallies(scores, example, name):
        tally.right += right
        tally.missing += missing
        tally.wrong += not right and not missing
    scores.findings.append(Finding(example.name, example.type, name, path, truth, value, right))
    scores.faults[example.name] += not right


def _score_rows(scores: Scores, example: Example, name: str, truth: list[Any], rows: list[Any]) -> None:
    is_transactions = name == "transactions"
    wanted = [
        row
        for row in truth
        if row.get("line_status") is None and (not is_transactions or row.get("amount") is not None)
    ]
    right = count_aligned(wanted, rows, is_same_transaction if is_transactions else is_same_item)
    extra = max(0, len(rows) - right)
    exact = right == len(wanted) == len(rows)
    for kind in (example.type, f"{example.type} {example.dataset}"):
        tally = scores.tallies[kind, name]  # rows are not among "all fields": a long list would drown the rest
        tally.right += right
        tally.wrong += extra
        tally.missing += max(0, len(wanted) - right - extra)
        tally.surplus += max(0, right + extra - len(wanted))
        whole = scores.tallies[kind, f"{name} (whole list)"]
        whole.right += exact
        whole.wrong += not exact
    scores.rows_exact[example.name] = exact
    scores.faults[example.name] += len(wanted) - right
    if is_transactions:
        with_text = count_aligned(
            wanted, rows, lambda true, row: is_same_transaction(true, row) and has_same_text(true, row)
        )
        tally = scores.tallies[example.type, "transactions (with text)"]
        tally.right += with_text
        tally.missing += len(wanted) - with_text


def _tallies(scores: Scores, example: Example, name: str) -> Iterable[Tally]:
    yield scores.tallies[example.type, name]
    yield scores.tallies[f"{example.type} {example.dataset}", "all fields"]
    yield scores.tallies[example.type, "all fields"]
