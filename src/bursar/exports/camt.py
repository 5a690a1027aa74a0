"""ISO 20022 camt.053.001.08, the statement that banks send to accounting (BankToCustomerStatement)."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from lxml import etree

from bursar.exports.accounts import get_day, get_span, identify, list_accounts, name_account, read_balances, refuse
from bursar.exports.elements import Element, add, grow, write
from bursar.facts.statement import Account, Statement, Transaction

_NAME = "CAMT.053"
_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_ID, _TEXT, _NAME_LONGEST, _MORE, _ACCOUNT = 35, 140, 140, 500, 34  # Max35Text and so on: characters


def write_camt053(statement: Statement) -> bytes:
    """Return a camt.053 with a `Stmt` for each account. Raises `CannotExport` where account, currency, days or balances lack."""
    accounts = list_accounts(statement)
    root = etree.Element(f"{{{_SPACE}}}Document", nsmap={None: _SPACE})
    message = grow(root, "BkToCstmrStmt")
    header = grow(message, "GrpHdr")
    add(header, "MsgId", _identify_message(accounts))
    add(header, "CreDtTm", _midnight(max(get_span(account, _NAME).end for account in accounts)))
    for account in accounts:
        _add_statement(grow(message, "Stmt"), account)
    return write(root)


def _identify_message(accounts: tuple[Account, ...]) -> str:
    ids = (identifier for account in accounts for identifier, _ in identify(account))
    spans = (f"{account.statement_period}{name_account(account.account_info)}" for account in accounts)
    return hashlib.sha256("".join((*ids, *spans)).encode()).hexdigest()[:32]


def _add_statement(parent: Element, account: Account) -> None:
    span, currency = get_span(account, _NAME), account.account_info.currency
    if currency is None:
        raise refuse(_NAME, ["account_info.currency"])
    add(parent, "Id", account.account_info.statement_number or _identify_message((account,)), longest=_ID)
    add(parent, "CreDtTm", _midnight(span.end))
    days = grow(parent, "FrToDt")
    add(days, "FrDtTm", _midnight(span.start))
    add(days, "ToDtTm", f"{span.end.isoformat()}T23:59:59")
    _add_account(grow(parent, "Acct"), account, currency)
    _add_balances(parent, account, currency)
    for identifier, row in identify(account):
        _add_entry(grow(parent, "Ntry"), identifier, row, row.currency or currency)


def _add_account(parent: Element, account: Account, currency: str) -> None:
    info = account.account_info
    if info.iban is None and info.account_number is None:
        raise refuse(_NAME, ["account_info.account_number"])
    identifier = grow(parent, "Id")
    if info.iban:
        add(identifier, "IBAN", info.iban)
    else:
        add(identifier, "Othr/Id", info.account_number, longest=_ACCOUNT)
    add(parent, "Ccy", currency)
    add(parent, "Ownr/Nm", info.account_holder, longest=_NAME_LONGEST)
    if info.bic or info.bank_name:
        bank = grow(parent, "Svcr/FinInstnId")
        add(bank, "BICFI", info.bic)
        add(bank, "Nm", info.bank_name, longest=_NAME_LONGEST)


def _add_balances(parent: Element, account: Account, currency: str) -> None:
    balances, span = read_balances(account), get_span(account, _NAME)
    known = [("OPBD", balances.opening, span.start), ("CLBD", balances.closing, span.end)]
    if balances.opening is None and balances.closing is None:
        raise refuse(_NAME, ["summary.opening_balance", "summary.closing_balance"])
    for code, amount, day in known:
        if amount is not None:
            balance = grow(parent, "Bal")
            add(balance, "Tp/CdOrPrtry/Cd", code)
            _add_amount(balance, amount, currency)
            add(balance, "Dt/Dt", day)


def _add_amount(parent: Element, amount: Decimal, currency: str) -> None:
    add(parent, "Amt", abs(amount), Ccy=currency)
    add(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _add_entry(parent: Element, identifier: str, row: Transaction, currency: str) -> None:
    """Write an `Ntry`. Its kind is «not available»: a printed row does not say what the bank's code for it was."""
    add(parent, "NtryRef", identifier)
    _add_amount(parent, -row.amount if row.type == "debit" else row.amount, currency)
    add(parent, "Sts/Cd", "BOOK")
    add(parent, "BookgDt/Dt", get_day(row, _NAME))
    add(parent, "ValDt/Dt", row.value_date)
    add(parent, "AcctSvcrRef", identifier)
    domain = grow(parent, "BkTxCd/Domn")
    add(domain, "Cd", "XTND")
    family = grow(domain, "Fmly")
    add(family, "Cd", "NTAV")
    add(family, "SubFmlyCd", "NTAV")
    _add_details(grow(parent, "NtryDtls/TxDtls"), row)
    add(parent, "AddtlNtryInf", row.description, longest=_MORE)


def _add_details(parent: Element, row: Transaction) -> None:
    """Write who and what for; the other party is the debtor of what came in and the creditor of what went out."""
    add(parent, "Refs/EndToEndId", row.reference, longest=_ID)
    if row.counterparty:
        role = "Dbtr" if row.type == "credit" else "Cdtr"
        add(parent, f"RltdPties/{role}/Pty/Nm", row.counterparty, longest=_NAME_LONGEST)
    text = " ".join(row.description.split())
    if text:
        remittance = grow(parent, "RmtInf")
        for start in range(0, len(text), _TEXT):
            add(remittance, "Ustrd", text[start : start + _TEXT])
    if len(parent) == 0:
        details = parent.getparent()
        details.getparent().remove(details)


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"
