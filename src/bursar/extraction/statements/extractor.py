"""A Reading to a Statement: tables, movements, the balance chain that judges them, and whose account it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bursar.extraction.statements.accounts import split_accounts
from bursar.extraction.statements.balances import Chain, settle_chain
from bursar.extraction.statements.bank_profiles import Profile
from bursar.extraction.statements.cells import Day, Row, Sheet, read_sheet, settle_row
from bursar.extraction.statements.columns import reads_as_money, value_at
from bursar.extraction.statements.dating import (
    decide_order,
    find_period,
    find_statement_date,
    make_calendar,
    period_of_balances,
)
from bursar.extraction.statements.draft import Draft
from bursar.extraction.statements.entries import EntryReader
from bursar.extraction.statements.fields import Value, find_values, named
from bursar.extraction.statements.headings import DAY_ROLES, find_headings
from bursar.extraction.statements.identity import find_currency
from bursar.extraction.statements.items import Movement
from bursar.extraction.statements.mending import mend_chain
from bursar.extraction.statements.result import build_statement, join_accounts
from bursar.extraction.statements.summary import balance_seats
from bursar.extraction.statements.tables import Table, find_tables
from bursar.extraction.statements.vocabulary import find_words, tokens_of
from bursar.facts.evidence import Convention, Issue, Severity
from bursar.facts.statement import Statement
from bursar.reading.page import Reading

_HEAD_ROWS = 15
_LONG_STEM = 7  # letters from which on a word such as «Kreditkortsfaktura» says enough
_CARD_STEMS = (
    "card",
    "karte",
    "kreditkarte",
    "kreditkort",
    "kort",
    "kaart",
    "creditcard",
    "tarjeta",
    "carte",
    "carta",
    "cartao",
    "karty",
    "kortti",
    "luottokort",
)


def extract_statement(reading: Reading, *, language: str | None = None, profiles: Sequence[Profile] = ()) -> Statement:
    """Return the bank or card statement that the reading holds; what it does not say stays empty.

    `language` (`de`, `en-US`) helps with dates whose order nothing settles. Of the `profiles` those are tried whose words
    stand on the first page; one is followed only where the balances close under it. Time is linear in pages.
    """
    raw = [read_sheet(page) for page in reading.pages if page.words]
    drafts, notes = _read_drafts(reading, raw, language, None), []
    for profile in profiles:
        if profile.fits(raw):
            hinted = _read_drafts(reading, raw, language, profile)
            followed = _all_close(hinted) and _score(hinted) >= _score(drafts)
            drafts = hinted if followed else drafts
            notes.append(_note_profile(profile, followed=followed))
            if followed:
                break
    statements = [build_statement(draft, language) for draft in drafts]
    statement = statements[0] if len(statements) == 1 else join_accounts(statements)
    return replace(statement, checks=replace(statement.checks, issues=(*statement.checks.issues, *notes)))


def _read_drafts(reading: Reading, raw: Sequence[Sheet], language: str | None, profile: Profile | None) -> list[Draft]:
    """Return what is found of each account, under the hints of a profile where one is given."""
    source = f"bank profile {profile.name}" if profile else None
    decimal = _decide_decimal(raw)
    if profile and profile.decimal:
        decimal = Convention(profile.decimal, source)
    currency = find_currency((), raw, ())
    order = decide_order(_column_days(raw), _all_days(raw), currency.value if currency else None, language)
    if profile and profile.date_order:
        order = Convention(profile.date_order, source)
    sheets = [
        Sheet(sheet.page, tuple(settle_row(row, decimal.value, order.value) for row in sheet.rows), sheet.em)
        for sheet in raw
    ]
    frame = _Frame(reading, sheets, find_values(sheets, set()), decimal, order, profile)
    return [_read_part(frame, part) for part in split_accounts(sheets)]


def _all_close(drafts: Sequence[Draft]) -> bool:
    """Whether the printed balances bear out every account's movements, and there are some."""
    return all(
        draft.chain.deltas
        and not draft.chain.broken
        and (draft.chain.closes or (draft.chain.closes is None and draft.chain.held + 1 >= len(draft.chain.deltas) > 1))
        for draft in drafts
    )


def _score(drafts: Sequence[Draft]) -> float:
    return sum(draft.chain.score for draft in drafts)


def _note_profile(profile: Profile, *, followed: bool) -> Issue:
    if followed:
        return Issue("PROFILE_APPLIED", Severity.INFO, f"Read by the bank profile «{profile.name}»")
    return Issue("PROFILE_REFUSED", Severity.INFO, f"The bank profile «{profile.name}» fits, and nothing closes by it")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all accounts of a document share."""

    reading: Reading
    sheets: Sequence[Sheet]
    values: Sequence[Value]
    decimal: Convention
    order: Convention
    profile: Profile | None


def _read_part(frame: _Frame, sheets: Sequence[Sheet]) -> Draft:
    tables, reader, values, chain = _judge(sheets, frame.profile)
    openings, closings = balance_seats(values)
    chain, mended = mend_chain([item for item in reader.items if isinstance(item, Movement)], chain)
    period = find_period(values, sheets)
    if period.end is None:
        period = find_period(frame.values, frame.sheets)
    if period.end is None:
        period = period_of_balances(values)
    statement_day = find_statement_date(values) or find_statement_date(frame.values)
    calendar = make_calendar(
        period,
        statement_day[0].printed.value if statement_day else None,
        (item.day for item in reader.items if isinstance(item, Movement) and item.day),
        _hinted_year(frame.reading),
        datetime.now(tz=UTC).year,
    )
    return Draft(
        frame.reading,
        sheets,
        reader.items,
        values,
        chain,
        calendar,
        period,
        statement_day,
        openings,
        closings,
        _type_of(sheets, values, frame.profile),
        frame.decimal,
        frame.order,
        mended,
        min((table.rows[0].index for table in tables if table.sheet.page is sheets[0].page), default=None),
    )


def _judge(sheets: Sequence[Sheet], profile: Profile | None) -> tuple[list[Table], EntryReader, list[Value], Chain]:
    """Return the tables with what was read of them, under the reading of columns that the balances bear out."""
    best = _try_reading(sheets, profile, by_order=False)
    if best[3].broken or best[3].closes is False:
        other = _try_reading(sheets, profile, by_order=True)
        if other[3].score > best[3].score and not other[3].broken:
            return other
    return best


def _try_reading(
    sheets: Sequence[Sheet], profile: Profile | None, *, by_order: bool
) -> tuple[list[Table], EntryReader, list[Value], Chain]:
    reader = EntryReader()
    if profile is None:
        tables = find_tables(sheets, by_order=by_order)
    else:
        trimmed = [profile.trim(sheet) for sheet in sheets]
        tables = find_tables(trimmed, by_order=by_order, place_columns=profile.place_columns)
    for table in tables:
        reader.read(table)
    values = find_values(sheets, reader.taken)
    openings, closings = balance_seats(values)
    chain = settle_chain(
        reader.items,
        [seat.seen for seat in openings],
        [seat.seen for seat in closings],
        card=_type_of(sheets, values, profile) == "credit_card_statement",
    )
    return tables, reader, values, chain


def _column_days(sheets: Sequence[Sheet]) -> list[Day]:
    """Return the dates in the date columns of the tables, before their order is known."""
    found: list[Day] = []
    for table in find_tables(sheets):
        for index, role in table.roles.items():
            if role in DAY_ROLES:
                days = (value_at(row.days, table.clusters[index], lambda day: day.leads) for row in table.rows)
                found.extend(day for day in days if day is not None)
    return found


def _all_days(sheets: Sequence[Sheet]) -> list[Day]:
    """Return the dates in the document; those that are amounts as well (`12.10`) can tell nothing."""
    return [day for sheet in sheets for row in sheet.rows for day in row.days if not reads_as_money(day, row)]


def _decide_decimal(sheets: Sequence[Sheet]) -> Convention:
    """Return the document's decimal mark, by the numbers that show it."""
    votes: dict[str, int] = {}
    sample: dict[str, str] = {}
    for sheet in sheets:
        for row in sheet.rows:
            for money in row.moneys:
                mark = money.amount.mark
                dated = any(day.leads and day.box.overlap_x(money.box) > 0 for day in row.days)
                if mark and money.amount.settled and money.amount.decimals in (1, 2) and not dated:
                    votes[mark] = votes.get(mark, 0) + 1
                    sample.setdefault(mark, money.amount.text)
    if not votes:
        return Convention(None, None, ambiguous=True, alternatives=(",", "."))
    best = max(votes, key=lambda mark: votes[mark])
    other = sum(votes.values()) - votes[best]
    doubtful = other * 2 > votes[best]
    rest = tuple(mark for mark in votes if mark != best) if doubtful else ()
    return Convention(best, f"{sample[best]} and {votes[best] - 1} more", ambiguous=doubtful, alternatives=rest)


def _type_of(sheets: Sequence[Sheet], values: Sequence[Value], profile: Profile | None) -> str:
    if profile is not None and profile.document_type is not None:
        return profile.document_type
    text = " ".join(row.text for sheet in sheets[:2] for row in sheet.rows)
    head = _head_rows(sheets)
    places = {(row.page, row.index) for row in head}
    stems = [
        token
        for value in named(values, "account_number")
        if (value.label.page, value.label.row) in places
        for word in value.label.words
        for token in tokens_of(word.text)
    ]
    titles = [token for row in head for token in tokens_of(row.text) if len(token) > _LONG_STEM]
    signs = (
        bool(named(values, "minimum_due"))
        + bool(named(values, "credit_limit"))
        + bool(find_words(text, "card"))
        + any(token.startswith(_CARD_STEMS) for token in stems)
        + any(token.startswith(_CARD_STEMS) for token in titles)
    )
    if signs >= 2:
        return "credit_card_statement"
    return "passbook" if find_words(text, "passbook") else "bank_statement"


def _head_rows(sheets: Sequence[Sheet]) -> Sequence[Row]:
    """Return the rows of the first page above its first table."""
    rows = sheets[0].rows if sheets else ()
    first = next((heading.first for heading in find_headings(rows) if heading.of_transactions), _HEAD_ROWS)
    return [row for row in rows if row.index < first]


def _hinted_year(reading: Reading) -> int | None:
    """Return the year in which the file says that it was made."""
    for key in ("CreationDate", "ModDate", "creation_date"):
        digits = "".join(c for c in reading.properties.get(key, "") if c.isdigit())[:4]
        if len(digits) == 4 and 1990 <= int(digits) <= 2100:
            return int(digits)
    return None
