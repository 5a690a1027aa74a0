"""Truth in the corpus' form: rows in the order of the page, amounts signed, the year only where a reader can know it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from builders.statements.draft import Draft
from builders.statements.facts import AccountFacts, Entry


def tell_truth(draft: Draft, order: Sequence[Sequence[Entry]], layout: str) -> dict[str, Any]:
    """`order`: the entries of each account as they stand on the page."""
    facts, shown = draft.facts, draft.sheet.shown
    everything = {
        "bank_name": facts.accounts[0].bank.bank,
        "account_holder": facts.holder,
        "period_start": facts.start.isoformat(),
        "period_end": facts.end.isoformat(),
        **_account(draft, facts.accounts[0], order[0]),
    }
    truth = {
        "type": "bank_statement",
        "document_kind": {"card": "credit_card_statement", "passbook": "passbook"}.get(facts.kind, "bank_statement"),
        "source": "bursar builders",
        "license": "Apache-2.0",
        "truth_origin": "drawn from these facts",
        "layout": layout,
        "fields": {name: value for name, value in everything.items() if name in shown and value},
        "not_visible": {name: value for name, value in everything.items() if name not in shown and value},
    }
    if len(facts.accounts) > 1:
        accounts = zip(facts.accounts, order, draft.shown_by_account, strict=True)
        truth["accounts"] = [
            {name: value for name, value in _account(draft, account, entries).items() if name in of_account and value}
            for account, entries, of_account in accounts
        ]
    return truth


def _account(draft: Draft, account: AccountFacts, entries: Sequence[Entry]) -> dict[str, Any]:
    owed = -1 if draft.facts.kind == "card" else 1
    return {
        "account_number": "".join(account.bank.account.split()),
        "iban": account.bank.iban,
        "bic": account.bank.bic,
        "currency": account.currency,
        "opening_balance": _text(account.opening * owed),
        "closing_balance": _text(account.closing * owed),
        "total_credit": _text(account.total_credit),
        "total_debit": _text(account.total_debit),
        "transactions": [_row(draft, entry) for entry in entries],
    }


def _row(draft: Draft, entry: Entry) -> dict[str, str]:
    day = entry.date.isoformat()
    row = {
        "date": day if draft.years_known else f"-{day[4:]}",
        "description": " ".join(entry.lines),
        "amount": _text(entry.amount),
    }
    if id(entry) in draft.printed_balances:
        owed = -1 if draft.facts.kind == "card" else 1
        row["balance"] = _text(entry.balance * owed)
    return row


def _text(value: Decimal) -> str:
    return f"{value:.2f}"
