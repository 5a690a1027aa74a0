"""A draft to facts: values with their evidence, conventions, and the issues of what had to be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from msgspec import structs

from bursar.extraction.currencies import codes_of_sign
from bursar.extraction.language_tags import primary_of
from bursar.extraction.statements.cells import Money
from bursar.extraction.statements.draft import Draft
from bursar.extraction.statements.fields import named
from bursar.extraction.statements.identity import (
    Read,
    find_account_number,
    find_account_type,
    find_code,
    find_currency,
    find_iban,
)
from bursar.extraction.statements.items import Item, Loose, Movement
from bursar.extraction.statements.names import find_bank_name, find_holder
from bursar.extraction.statements.row_details import (
    Foreign,
    Said,
    find_counterparty,
    find_foreign,
    find_reference,
    find_row_currency,
)
from bursar.extraction.statements.summary import Seat, find_amount, find_count, find_total, seat_of_balance
from bursar.facts.box import Box, enclose
from bursar.facts.document import Metadata, Period
from bursar.facts.evidence import Checks, Convention, Conventions, Evidence, Issue, Severity, Source
from bursar.facts.statement import Account, AccountInfo, Statement, StatementSummary, Transaction, UnparsedLine
from bursar.reading.page import Word

_SHARED = ("bank_name", "account_holder", "holder_address", "bic", "currency", "branch")
_MENDED = 0.8  # what a value is worth that the balances had to correct
_DETAIL = 0.9  # what a value in the text of a transaction is worth, told by a label, a column or a currency
_SURE = 0.98  # what a value is worth that its words and its place both support


class _Ledger:
    """Gathers evidence by path and issues in order."""

    def __init__(self, draft: Draft) -> None:
        self.evidence: dict[str, Evidence] = {}
        self.issues: list[Issue] = []
        self._sources = {page.number: page.source for page in draft.reading.pages}

    def see(self, path: str, page: int, words: Sequence[Word], confidence: float) -> None:
        """Note where a value is printed."""
        box = enclose(word.box for word in words)
        text = " ".join(word.text for word in words)
        sure = min((word.confidence for word in words), default=1.0) * confidence
        self.evidence[path] = Evidence(page, box, text, round(sure, 4), self._sources.get(page, Source.TEXT))

    def derive(self, path: str, sources: tuple[str, ...], confidence: float) -> None:
        """Note that a value follows from others."""
        self.evidence[path] = Evidence(None, None, None, confidence, Source.DERIVED, derived_from=sources)

    def read(self, path: str, found: Read | None) -> str | None:
        """Note where an identity was read, and return it."""
        if found is None:
            return None
        if found.words:
            self.see(path, found.page, found.words, found.confidence)
        else:
            self.derive(path, (), found.confidence)
        return found.value

    def seat(self, path: str, found: Seat | None, confidence: float = 0.95) -> Decimal | None:
        """Note where an amount is printed, and return it."""
        if found is None:
            return None
        self.see(path, found.page, found.money.words, confidence)
        return found.value

    def warn(
        self, code: str, message: str, fields: tuple[str, ...] = (), *, severity: Severity = Severity.WARNING
    ) -> None:
        """Note a doubt."""
        self.issues.append(Issue(code, severity, message, fields))


def build_statement(draft: Draft, language: str | None) -> Statement:
    """Return the facts of a draft."""
    ledger = _Ledger(draft)
    account = _account(draft, ledger)
    transactions = _transactions(draft, account.currency, ledger)
    for slip in draft.mended:
        path = f"transactions.{slip.index}.{slip.name}"
        ledger.evidence[path] = structs.replace(ledger.evidence[path], confidence=_MENDED)
        ledger.warn(
            "MISREAD_MENDED",
            f"Row {slip.index + 1}: {slip.name} recognised as {slip.printed}, and the balances make it {slip.value}",
            (path,),
        )
    return Statement(
        document_type=draft.document_type,
        account_info=account,
        statement_period=_period(draft, transactions, ledger),
        summary=_summary(draft, transactions, ledger),
        transactions=transactions,
        unparsed_lines=_unparsed(draft.items),
        metadata=Metadata(page_count=draft.reading.page_count, language=primary_of(language)),
        evidence=ledger.evidence,
        conventions=_conventions(draft, account.currency, ledger),
        checks=Checks(issues=tuple(ledger.issues)),
    )


def join_accounts(statements: Sequence[Statement]) -> Statement:
    """Return the first account's statement with all of them in `accounts`; what is said once holds for all."""
    first = statements[0]
    evidence = dict(first.evidence)
    accounts = []
    for number, part in enumerate(statements):
        missing = [name for name in _SHARED if getattr(part.account_info, name) is None]
        shared = {name: getattr(first.account_info, name) for name in missing}
        for path, seen in part.evidence.items():
            evidence[f"accounts.{number}.{path}"] = seen
        for name in missing:
            if f"account_info.{name}" in first.evidence:
                evidence[f"accounts.{number}.account_info.{name}"] = first.evidence[f"account_info.{name}"]
        info = replace(part.account_info, **shared)
        rows = tuple(replace(row, account=info.iban or info.account_number) for row in part.transactions)
        accounts.append(Account(info, part.statement_period, part.summary, rows))
    issues = [issue for part in statements for issue in part.checks.issues]
    return replace(
        first,
        transactions=accounts[0].transactions,
        accounts=tuple(accounts),
        unparsed_lines=tuple(line for part in statements for line in part.unparsed_lines),
        evidence=evidence,
        checks=Checks(issues=tuple({(issue.code, issue.message): issue for issue in issues}.values())),
    )


def _transactions(draft: Draft, currency: str | None, ledger: _Ledger) -> tuple[Transaction, ...]:
    found = []
    for index, move in enumerate(draft.movements):
        delta, balance = draft.chain.deltas[index], draft.chain.balances[index]
        day = draft.calendar.date_of(move.day) if move.day else None
        value_day = draft.calendar.date_of(move.value_day) if move.value_day else None
        path = f"transactions.{index}"
        _see_row(ledger, path, move)
        found.append(
            Transaction(
                row=index + 1,
                date=day or value_day,
                value_date=value_day,
                description=_text_of(move.words),
                amount=abs(delta),
                type=_type_of(draft, index, move),
                balance=balance,
                page=move.page,
                reference=_said(ledger, f"{path}.reference", move, find_reference(move)),
                counterparty=_said(ledger, f"{path}.counterparty", move, find_counterparty(move)),
                currency=_said(ledger, f"{path}.currency", move, find_row_currency(move, currency)),
            )
        )
        foreign = find_foreign(move, abs(delta), currency, draft.decimal.value)
        if foreign is not None:
            found[-1] = _see_foreign(ledger, path, found[-1], foreign)
        if index in draft.chain.assumed:
            ledger.warn(
                "SIGN_ASSUMED", f"Row {index + 1}: nothing shows whether it is a credit or a debit", (f"{path}.amount",)
            )
    return tuple(found)


def _said(ledger: _Ledger, path: str, move: Movement, said: Said | None) -> str | None:
    if said is None:
        return None
    ledger.see(path, move.page, said.words, _DETAIL)
    return said.value


def _see_foreign(ledger: _Ledger, path: str, row: Transaction, foreign: Foreign) -> Transaction:
    """Return the row with what was paid in a foreign currency, noted where it is printed."""
    page = row.page or 1
    ledger.see(f"{path}.original_amount", page, foreign.words, _SURE if foreign.sure else _DETAIL)
    if foreign.currency is not None:
        ledger.see(f"{path}.original_currency", page, foreign.words, _SURE if foreign.sure else _DETAIL)
    if foreign.rate is not None:
        ledger.see(f"{path}.exchange_rate", page, foreign.rate_words, _SURE)
    return replace(row, original_amount=foreign.amount, original_currency=foreign.currency, exchange_rate=foreign.rate)


def _type_of(draft: Draft, index: int, move: Movement) -> str:
    delta = draft.chain.deltas[index]
    if delta == 0:
        return "credit" if "credit" in move.moneys else "debit"
    return "credit" if delta > 0 else "debit"


def _see_row(ledger: _Ledger, path: str, move: Movement) -> None:
    if move.day is not None:
        ledger.see(f"{path}.date", move.page, move.day.words, _SURE if not move.inherits else 0.93)
    if move.value_day is not None:
        ledger.see(f"{path}.value_date", move.page, move.value_day.words, _SURE)
    amount = _amount_of(move)
    ledger.see(f"{path}.amount", move.page, amount.words, _SURE)
    if "balance" in move.moneys:
        ledger.see(f"{path}.balance", move.page, move.moneys["balance"].words, _SURE)
    if move.words:
        same_page = [word for word in move.words if _inside(word.box, move.box)] or move.words
        ledger.see(f"{path}.description", move.page, same_page, 0.95)


def _inside(box: Box, outer: Box) -> bool:
    return outer.contains_point(box.center_x, box.center_y)


def _amount_of(move: Movement) -> Money:
    return next(move.moneys[role] for role in ("amount", "debit", "credit") if role in move.moneys)


def _text_of(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _account(draft: Draft, ledger: _Ledger) -> AccountInfo:
    rows = [row for sheet in draft.sheets[:3] for row in sheet.rows]
    values, sheets = draft.values, draft.sheets
    iban = find_iban(values, rows)
    bic, ifsc = find_code(values, rows, "bic"), find_code(values, rows, "ifsc")
    sort_code = find_code(values, rows, "sort_code")
    codes = (iban, bic, ifsc, sort_code if sort_code and sort_code.value.count("-") == 1 else None)
    bank = find_bank_name(values, sheets, (iban, bic))
    holder, address = find_holder(values, sheets, bank, draft.table_row)
    currency = find_currency(values, sheets, codes)
    if currency is not None and currency.reason == "a bare dollar sign":
        ledger.warn("CURRENCY_ASSUMED", "The document says $ and not whose", ("account_info.currency",))
    found = {
        "bank_name": bank,
        "account_holder": holder,
        "holder_address": address,
        "account_number": find_account_number(values, iban),
        "iban": iban,
        "bic": bic,
        "account_type": find_account_type(values, sheets),
        "currency": currency,
        "branch": _text_field(draft, "branch"),
        "ifsc": ifsc,
        "sort_code": sort_code,
        "routing_number": find_code(values, rows, "routing_number"),
        "statement_number": _text_field(draft, "statement_number", digits=True),
    }
    return AccountInfo(**{name: ledger.read(f"account_info.{name}", read) for name, read in found.items()})


def _text_field(draft: Draft, name: str, *, digits: bool = False) -> Read | None:
    """Return the text beside a label; with `digits` its first word, which must hold some."""
    for value in named(draft.values, name):
        words = value.words[:1] if digits else value.words
        text = " ".join(word.text for word in words).strip(" :,|-")
        if digits and (not any(c.isdigit() for c in text) or value.days):
            continue
        if text and value.apart and len(words) <= 8 and (digits or not value.moneys):
            return Read(text, value.page, words, 0.7)
    return None


def _period(draft: Draft, transactions: Sequence[Transaction], ledger: _Ledger) -> Period:
    period = draft.period
    if period.start is not None and period.end is not None and period.page is not None:
        ledger.see("statement_period.start_date", period.page, period.start.words, 0.96)
        ledger.see("statement_period.end_date", period.page, period.end.words, 0.96)
        return Period(period.start_date, period.end_date)
    days = [row.date for row in transactions if row.date is not None]
    start, end = min(days, default=None), max(days, default=None)
    if start is not None:
        ledger.derive("statement_period.start_date", ("transactions",), 0.5)
    if draft.statement_day is not None:
        day, page = draft.statement_day
        stated = draft.calendar.date_of(day)
        if stated is not None and (end is None or stated >= end):
            ledger.see("statement_period.end_date", page, day.words, 0.8)
            return Period(start, stated)
    if end is not None:
        ledger.derive("statement_period.end_date", ("transactions",), 0.5)
    if days and draft.calendar.assumed_year:
        ledger.warn("YEAR_ASSUMED", "No year is printed beside the dates", ("statement_period",))
    elif days:
        ledger.warn(
            "PERIOD_DERIVED",
            "No period is printed; it is that of the rows",
            ("statement_period",),
            severity=Severity.INFO,
        )
    return Period(start, end)


def _summary(draft: Draft, transactions: Sequence[Transaction], ledger: _Ledger) -> StatementSummary:
    paid_in = sum((row.amount for row in transactions if row.type == "credit"), Decimal(0))
    paid_out = sum((row.amount for row in transactions if row.type == "debit"), Decimal(0))
    values, items = draft.values, draft.items
    due = next((value for value in named(values, "payment_due_date") if value.days), None)
    due_date: date | None = None
    if due is not None:
        due_date = draft.calendar.date_of(due.days[0])
        ledger.see("summary.payment_due_date", due.page, due.days[0].words, 0.9)
    opening = _balance(draft, ledger, "opening_balance", last=False)
    credits_at = find_total(values, items, "credit", paid_in, opening, "total_credits")
    debits_at = find_total(values, items, "debit", paid_out, opening, "total_debits")
    return StatementSummary(
        opening_balance=opening,
        closing_balance=_balance(draft, ledger, "closing_balance", last=True),
        total_credits=ledger.seat("summary.total_credits", credits_at),
        total_debits=ledger.seat("summary.total_debits", debits_at),
        credit_count=_count(ledger, draft, "credit_count"),
        debit_count=_count(ledger, draft, "debit_count"),
        credit_limit=ledger.seat("summary.credit_limit", find_amount(values, "credit_limit"), 0.9),
        minimum_due=ledger.seat("summary.minimum_due", find_amount(values, "minimum_due"), 0.9),
        payment_due_date=due_date,
    )


def _count(ledger: _Ledger, draft: Draft, name: str) -> int | None:
    value = ledger.seat(f"summary.{name}", find_count(draft.values, name), 0.85)
    return None if value is None else int(value)


def _balance(draft: Draft, ledger: _Ledger, name: str, *, last: bool) -> Decimal | None:
    """Return the balance at one end: printed, the running balance of the outermost row, or what that row started from."""
    chain = draft.chain
    wanted = chain.closing if last else chain.opening
    path = f"summary.{name}"
    if wanted is None:
        return None
    seat = seat_of_balance(wanted, chain, draft.items, draft.closings if last else draft.openings, last=last)
    if seat is not None:
        ledger.see(path, seat.page, seat.money.words, 0.96)
        return wanted
    count = len(chain.deltas)
    outermost = count - 1 if last != chain.convention.newest_first else 0
    if count and chain.balances[outermost] is not None:
        running = f"transactions.{outermost}.balance"
        sources = (running,) if last else (running, f"transactions.{outermost}.amount")
        ledger.derive(path, sources, 0.9)
    else:
        ledger.derive(path, ("transactions",), 0.6)
    return wanted


def _unparsed(items: Sequence[Item]) -> tuple[UnparsedLine, ...]:
    places = [index for index, item in enumerate(items) if isinstance(item, Movement)]
    if not places:
        return ()
    return tuple(
        UnparsedLine(item.page, item.text, item.box)
        for item in items[places[0] : places[-1]]
        if isinstance(item, Loose)
    )


def _conventions(draft: Draft, currency: str | None, ledger: _Ledger) -> Conventions:
    if draft.order.ambiguous:
        ledger.warn(
            "DATE_ORDER_ASSUMED", f"Day and month could change places; read as {draft.order.value}", ("transactions",)
        )
    moves = draft.movements
    if any("debit" in move.moneys or "credit" in move.moneys for move in moves):
        sign: str | None = "columns"
    elif any(move.marker or move.moneys["amount"].amount.marker for move in moves if "amount" in move.moneys):
        sign = "marker"
    elif any(move.moneys["amount"].amount.signed for move in moves if "amount" in move.moneys):
        sign = "signed"
    else:
        sign = "balances" if moves else None
    settled = "the balance chain holds" if draft.chain.held and not draft.chain.broken else None
    assumed = bool(draft.chain.assumed)
    bare = any(issue.code == "CURRENCY_ASSUMED" for issue in ledger.issues)
    money = Convention(currency, "$", bare, codes_of_sign("$")) if bare else Convention(currency)
    return Conventions(draft.order, draft.decimal, Convention(sign, settled, ambiguous=assumed), money)
