"""When a value read and a true one are the same.

Amounts by value and without sign, dates by day (a truth `--MM-DD` has no year), names by 80 % of their words, addresses by
70 %, everything else letter by letter; case, accents, blanks and punctuation never count.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

AMOUNTS = {
    "subtotal", "tax_total", "total", "amount_due", "opening_balance", "closing_balance", "total_credit", "total_debit",
}  # fmt: skip
DATES = {"invoice_date", "due_date", "date", "period_start", "period_end"}
_WORD_SHARES = {
    "seller_name": 0.8,
    "buyer_name": 0.8,
    "bank_name": 0.8,
    "account_holder": 0.8,
    "seller_address": 0.7,
    "buyer_address": 0.7,
}
_DESCRIPTION_SHARE = 0.6


def is_same(field: str, truth: Any, value: Any) -> bool:
    """Whether a value read for a canonical field is the true one."""
    if value in (None, ""):
        return False
    if field in AMOUNTS:
        left, right = read_number(truth), read_number(value)
        return left is not None and right is not None and abs(left) == abs(right)
    if field in DATES:
        return _is_same_day(str(truth), str(value)[:10])
    if _fold(truth) == _fold(value):
        return True
    return field in _WORD_SHARES and measure_overlap(truth, value) >= _WORD_SHARES[field]


def is_same_item(truth: dict[str, Any], item: Any) -> bool:
    """Whether an invoice line is the true one: by amount, and by 60 % of the words of its description."""
    if not isinstance(item, dict):
        return False
    amount = read_number(truth.get("amount"))
    if amount is not None:
        value = read_number(item.get("amount"))
        if value is None or abs(value) != abs(amount):
            return False
    texts = [text for text in (truth.get("description"), truth.get("description_long")) if text]
    if not truth.get("description"):
        return amount is not None
    return any(measure_overlap(text, item.get("description") or "") >= _DESCRIPTION_SHARE for text in texts)


def is_same_transaction(truth: dict[str, Any], row: Any) -> bool:
    """Whether a bank line is the true one: signed amount, running balance where the truth has one, booking or posting date."""
    if not isinstance(row, dict):
        return False
    value = _sign(row)
    if value is None or value != read_number(truth["amount"]):
        return False
    balance = truth.get("balance")
    if balance is not None and read_number(row.get("balance")) != read_number(balance):
        return False
    return any(
        truth.get(key) is not None and is_same("date", truth[key], row.get("date")) for key in ("date", "posting_date")
    )


def has_same_text(truth: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the descriptions of two rows share 60 % of their words."""
    return measure_overlap(truth.get("description") or "", row.get("description") or "") >= _DESCRIPTION_SHARE


def measure_overlap(left: Any, right: Any) -> float:
    """Return the F1 of the two bags of words, from 0 to 1."""
    ours, theirs = Counter(_words(left)), Counter(_words(right))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def read_number(value: Any) -> Decimal | None:
    """Return the amount that a truth or a result holds; None for anything else."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return None


def _sign(row: dict[str, Any]) -> Decimal | None:
    value = read_number(row.get("amount"))
    if value is None or row.get("type") not in ("debit", "credit"):
        return value
    return -abs(value) if row["type"] == "debit" else abs(value)


def _is_same_day(truth: str, value: str) -> bool:
    return value[4:] == truth[1:] if truth.startswith("--") else value == truth


def _fold(value: Any) -> str:
    return "".join(_words(value))


def _words(value: Any) -> list[str]:
    folded = unicodedata.normalize("NFKD", str(value)).casefold()
    return re.findall(r"[^\W_]+", "".join(c for c in folded if not unicodedata.combining(c)))
