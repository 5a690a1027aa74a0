"""Bank and card statements. Terms follow ISO 20022 (camt.053), names the result contract."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bursar.facts.box import Box
from bursar.facts.document import Metadata, Period
from bursar.facts.evidence import Checks, Conventions, Evidence


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Whose account it is and where it is held."""

    bank_name: str | None = None
    account_holder: str | None = None
    holder_address: str | None = None
    account_number: str | None = None
    iban: str | None = None
    bic: str | None = None
    account_type: str | None = None
    currency: str | None = None  # ISO 4217
    branch: str | None = None
    ifsc: str | None = None
    sort_code: str | None = None
    routing_number: str | None = None
    statement_number: str | None = None


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """Balances and totals as printed, or derived and said so in the evidence. Totals are positive."""

    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None
    total_credits: Decimal | None = None
    total_debits: Decimal | None = None
    credit_count: int | None = None
    debit_count: int | None = None
    credit_limit: Decimal | None = None
    minimum_due: Decimal | None = None
    payment_due_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CategoryReason:
    """Why a row has its category: the `words` of a rule, found in `field`; rule `fallback` when none of them fits."""

    rule: str
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One bank line (camt `Ntry`): `amount` is positive, `type` is `credit` or `debit` seen from the account holder.

    `balance` is the running balance printed beside it, signed. `row` counts from 1 in document order. `currency` is the
    one printed beside `amount`; `original_amount` (positive, in `original_currency`) is what was paid in a foreign one,
    and `exchange_rate` the rate printed for it, whichever way round the bank quotes.
    """

    row: int
    date: dt.date | None
    description: str
    amount: Decimal
    type: str
    value_date: dt.date | None = None
    balance: Decimal | None = None
    reference: str | None = None
    counterparty: str | None = None
    category: str | None = None
    currency: str | None = None
    original_amount: Decimal | None = None
    account: str | None = None
    page: int | None = None
    original_currency: str | None = None
    exchange_rate: Decimal | None = None
    category_reason: CategoryReason | None = None


@dataclass(frozen=True, slots=True)
class UnparsedLine:
    """A line inside the transaction area that became neither a row nor a part of one."""

    page: int
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Account:
    """One of several accounts in a document."""

    account_info: AccountInfo
    statement_period: Period
    summary: StatementSummary
    transactions: tuple[Transaction, ...]
    checks: Checks = Checks()


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank or card statement, with the evidence of each value.

    `evidence` maps a dotted path (`summary.opening_balance`, `transactions.12.balance`) to where that value stands.
    """

    document_type: str = "bank_statement"  # bank_statement, credit_card_statement, passbook
    account_info: AccountInfo = AccountInfo()
    statement_period: Period = Period()
    summary: StatementSummary = StatementSummary()
    transactions: tuple[Transaction, ...] = ()
    accounts: tuple[Account, ...] = ()
    unparsed_lines: tuple[UnparsedLine, ...] = ()
    metadata: Metadata = Metadata()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    checks: Checks = Checks()
    conventions: Conventions = Conventions()
    custom: dict[str, Any] | None = None
