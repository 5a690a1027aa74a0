"""Open Financial Exchange 2.1.1: what bookkeeping programs import from banks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lxml import etree

from bursar.exports.accounts import (
    CARD,
    Span,
    get_day,
    get_span,
    identify,
    list_accounts,
    name_account,
    read_balances,
    refuse,
    sign_of,
)
from bursar.exports.elements import Element, add, grow, write
from bursar.facts.statement import Account, AccountInfo, Statement, Transaction

_NAME = "OFX"
_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    b'<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_LONGEST_ACCOUNT, _LONGEST_BANK, _LONGEST_NAME, _LONGEST_MEMO, _LONGEST_REFERENCE = 22, 9, 32, 255, 32
_SAVINGS = ("saving", "spar", "épargne", "epargne", "ahorro", "risparmio", "poupança")


def write_ofx(statement: Statement) -> bytes:
    """Return OFX with every account. Raises `CannotExport` where a currency, an account's number, a day or the balance lacks."""
    accounts = list_accounts(statement)
    root = etree.Element("OFX")
    sign_on = grow(root, "SIGNONMSGSRSV1/SONRS")
    _add_status(sign_on)
    add(sign_on, "DTSERVER", _day(max(get_span(account, _NAME).end for account in accounts)))
    add(sign_on, "LANGUAGE", "ENG")
    is_card = statement.document_type == CARD
    messages = grow(root, "CREDITCARDMSGSRSV1" if is_card else "BANKMSGSRSV1")
    for number, account in enumerate(accounts, 1):
        reply = grow(messages, "CCSTMTTRNRS" if is_card else "STMTTRNRS")
        add(reply, "TRNUID", str(number))
        _add_status(reply)
        _add_statement(grow(reply, "CCSTMTRS" if is_card else "STMTRS"), account, is_card=is_card)
    return write(root, head=_HEAD)


def _add_status(parent: Element) -> None:
    status = grow(parent, "STATUS")
    add(status, "CODE", "0")
    add(status, "SEVERITY", "INFO")


def _add_statement(parent: Element, account: Account, *, is_card: bool) -> None:
    info, span, closing = account.account_info, get_span(account, _NAME), _closing(account)
    if info.currency is None:
        raise refuse(_NAME, ["account_info.currency"])
    add(parent, "CURDEF", info.currency)
    _add_account(grow(parent, "CCACCTFROM" if is_card else "BANKACCTFROM"), info, is_card=is_card)
    rows = grow(parent, "BANKTRANLIST")
    _add_span(rows, span)
    for identifier, row in identify(account):
        _add_row(grow(rows, "STMTTRN"), identifier, row)
    balance = grow(parent, "LEDGERBAL")
    add(balance, "BALAMT", closing)
    add(balance, "DTASOF", _day(span.end))


def _closing(account: Account) -> Decimal:
    closing = read_balances(account).closing
    if closing is None:
        raise refuse(_NAME, ["summary.closing_balance"])
    return closing


def _add_account(parent: Element, info: AccountInfo, *, is_card: bool) -> None:
    """Write the number; an IBAN that is too long for the field gives way to the number itself, else to its end."""
    number = name_account(info)
    if number is None:
        raise refuse(_NAME, ["account_info.account_number"])
    number = "".join(number.split())
    if len(number) > _LONGEST_ACCOUNT:
        number = "".join((info.account_number or number).split())[-_LONGEST_ACCOUNT:]
    if not is_card:
        bank = info.routing_number or info.sort_code or info.bic or info.ifsc or info.bank_name or "0"
        add(parent, "BANKID", "".join(bank.replace("-", "").split()), longest=_LONGEST_BANK)
    add(parent, "ACCTID", number)
    if not is_card:
        kind = (info.account_type or "").casefold()
        add(parent, "ACCTTYPE", "SAVINGS" if any(word in kind for word in _SAVINGS) else "CHECKING")


def _add_span(parent: Element, span: Span) -> None:
    add(parent, "DTSTART", _day(span.start))
    add(parent, "DTEND", _day(span.end))


def _add_row(parent: Element, identifier: str, row: Transaction) -> None:
    add(parent, "TRNTYPE", row.type.upper())
    add(parent, "DTPOSTED", _day(get_day(row, _NAME)))
    add(parent, "DTAVAIL", None if row.value_date is None else _day(row.value_date))
    add(parent, "TRNAMT", sign_of(row))
    add(parent, "FITID", identifier)
    add(parent, "REFNUM", row.reference, longest=_LONGEST_REFERENCE)
    add(parent, "NAME", row.counterparty or row.description or row.type, longest=_LONGEST_NAME)
    add(parent, "MEMO", row.description, longest=_LONGEST_MEMO)


def _day(day: date) -> str:
    return f"{day:%Y%m%d}120000"  # noon, the specification's advice: no time zone moves it to another day
