"""How much an account may have: documents and bytes in storage, uploads in a month, jobs under way at once.

The server's settings are the default, and an operator may give an account quotas of its own. What is stored is counted
by the documents' own changes (`holdings`), and uploads of one account are counted one after another, so that no two of
them, through whatever processes, fit into the same room. A job that there is no room for waits instead of being refused:
it is held back from the queue until another one of its account ends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bursar.database.connections import Connection, Database, Row
from bursar.database.queries import load_queries
from bursar.errors import QuotaExceeded

CHANNEL = "bursar_room"
"""An account for whose waiting jobs there may be room is announced here, by its id."""

_STORED = ("documents", "documents_month", "bytes")
_SQL = load_queries("quotas")

Enter = Callable[[Connection, str], Awaitable[None]]
"""Puts an admitted job into the queue within the transaction that the connection is in."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What accounts without quotas of their own may have; 0: no limit.

    `documents` and `bytes` in storage, `documents_month` uploaded in a calendar month (UTC), `jobs` queued or running.
    """

    documents: int = 0
    documents_month: int = 0
    bytes: int = 0
    jobs: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of an account: `limit` 0 means that there is none; `waiting` jobs are held back; `resets_at`: of a month."""

    limit: int
    used: int
    waiting: int | None = None
    resets_at: datetime | None = None


async def check_open(connection: Connection, account_id: UUID, quotas: Quotas) -> None:
    """Raise `QuotaExceeded` where nothing more at all can be stored, so that no upload is taken in in vain."""
    row = await find_stored(connection, account_id, quotas)
    for name in _STORED:
        if 0 < row[f"{name}_limit"] <= row[name]:
            raise _refuse(name, row, row[name])


async def hold_storage(connection: Connection, account_id: UUID) -> None:
    """Let nobody else change what the account has in storage until the transaction ends; before any document is locked."""
    await _SQL.execute(connection, "lock_holdings", account_id=account_id)


async def check_stored(connection: Connection, account_id: UUID, quotas: Quotas, before: Row) -> None:
    """Raise `QuotaExceeded` where what was added in this transaction does not fit; `before` is what `find_stored` told."""
    row = await find_stored(connection, account_id, quotas)
    for name in _STORED:
        if 0 < row[f"{name}_limit"] < row[name] and row[name] > before[name]:
            raise _refuse(name, row, before[name])


async def measure_quotas(connection: Connection, account_id: UUID, quotas: Quotas) -> dict[str, Quota]:
    """Return all quotas of an account, those without a limit too."""
    row = await find_stored(connection, account_id, quotas)
    jobs = await _SQL.fetch_one(connection, "count_unfinished", account_id=account_id)
    assert jobs is not None
    return {
        "documents": Quota(row["documents_limit"], row["documents"]),
        "documents_month": Quota(row["documents_month_limit"], row["documents_month"], resets_at=row["month_ends_at"]),
        "bytes": Quota(row["bytes_limit"], row["bytes"]),
        "jobs": Quota(row["jobs_limit"], jobs["admitted"], waiting=jobs["held_back"]),
    }


async def admit_job(connection: Connection, job_id: str, server_quota: int) -> bool:
    """Whether a job may go into the queue now; if not, it is held back. Its account is locked until the transaction ends."""
    row = await _SQL.fetch_one(connection, "admit_job", job_id=job_id, jobs=server_quota)
    assert row is not None
    return bool(row["admitted"])


async def release_jobs(database: Database, enter: Enter, account_id: UUID, server_quota: int) -> int:
    """Put those of the account's jobs into the queue that were held back and for which there is room; return how many."""
    async with database.transaction() as connection:
        await _SQL.fetch_one(connection, "lock_account", account_id=account_id)
        rows = await _SQL.fetch_all(connection, "release_jobs", account_id=account_id, jobs=server_quota)
        for row in rows:
            await enter(connection, row["id"])
    return len(rows)


async def find_accounts_held_back(database: Database) -> list[UUID]:
    """Return the accounts of which jobs are held back."""
    async with database.connection() as connection:
        return [row["account_id"] for row in await _SQL.fetch_all(connection, "accounts_held_back")]


async def set_quotas(connection: Connection, account: str, changes: Mapping[str, int | None]) -> Row | None:
    """Change those of an account's own quotas that are named; None: as the server has it. Return them; None: no such account."""
    values = {**asdict(Quotas()), **changes}
    return await _SQL.fetch_one(connection, "set_quotas", account=account, named=list(changes), **values)


async def list_accounts(connection: Connection) -> list[dict[str, Any]]:
    """Return every account by name, with its own quotas and what it has."""
    return await _SQL.fetch_all(connection, "list_accounts")


async def find_stored(connection: Connection, account_id: UUID, quotas: Quotas) -> Row:
    """Return what the account has, and its limits."""
    row = await _SQL.fetch_one(connection, "find_holdings", account_id=account_id, **asdict(quotas))
    assert row is not None
    return row


def _refuse(name: str, row: Row, used: int) -> QuotaExceeded:
    what = {"documents": "documents", "documents_month": "documents a month", "bytes": "bytes"}[name]
    details: dict[str, Any] = {"quota": name, "limit": row[f"{name}_limit"], "used": used}
    if name == "documents_month":
        details["resets_at"] = row["month_ends_at"].isoformat().replace("+00:00", "Z")
    return QuotaExceeded(f"The account may have {details['limit']} {what}; it has {used}", details)
