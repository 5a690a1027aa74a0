"""Jobs: started, found, listed, cancelled, started again. What a worker does to them stands in `attempts`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import CannotRetryJob, Gone, InvalidJobId, JobNotFound, PasswordRequired, UploadFailed
from bursar.service.discards import UPLOAD_GRACE, drop_discards, note_discards, remove_now
from bursar.service.documents import get_document
from bursar.service.limits import WorkMeter
from bursar.service.pages import Listing, PageOf
from bursar.service.schemas import SchemaUse
from bursar.service.stores import Stores


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What jobs are wanted; None: all. `text` is looked for in the document's name, its vendor or bank and its number.

    `since` and `until` are days in UTC, both included. Jobs stay when their documents are `deleted`.
    """

    verdict: str | None = None
    needs_review: bool | None = None
    text: str | None = None
    since: date | None = None
    until: date | None = None
    deleted: bool = True


Enqueue = Callable[[Connection, str], Awaitable[None]]
"""Puts a job into the queue within the transaction that the connection is in."""

OnStarted = Callable[[Connection, Row, Row], Awaitable[None]]
"""Is given the document and the job within the transaction that starts it."""

CHANNEL = "bursar_jobs"
"""A job that changed is announced here, by its id."""

JOB_TYPES = {"invoice": "invoice_parsing", "statement": "statement_parsing", None: "document_parsing"}
"""What the published API calls a job, by the kind of its document."""

_ANY = JobFilter()
STATUSES = ("pending", "processing", "completed", "failed")
_ID = re.compile(r"job_[0-9]{1,20}")
_SQL = load_queries("jobs")
_DOCUMENTS = load_queries("documents")


@dataclass(frozen=True, slots=True)
class Order:
    """One document to be processed, and how. `kind` None: to be detected. `metadata` is JSON text."""

    document: Row
    kind: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    metadata: str | None = None
    callback_url: str | None = None
    unlocked_key: str | None = None
    schema: SchemaUse | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look at a job.

    The result is not wanted where the job is as it was at one of `known_versions`, which are separated by spaces.
    """

    account_id: UUID
    job_id: str
    known_versions: str = ""


async def start_job(
    connection: Connection,
    enqueue: Enqueue,
    account_id: UUID,
    order: Order,
    *,
    batch_id: str | None = None,
    batch_position: int | None = None,
) -> Row:
    """Make the job's row and its entry in the queue; return its `id`, `created_at` and `updated_at`.

    The document is held meanwhile. Raises `Gone` where it was deleted since it was found.
    """
    document = await _hold_document(connection, account_id, order.document["id"])
    used = order.schema or SchemaUse()
    job = await _SQL.fetch_one(
        connection,
        "add_job",
        account_id=account_id,
        document_id=document["id"],
        batch_id=batch_id,
        batch_position=batch_position,
        kind=order.kind,
        options=orjson.dumps(order.options).decode(),
        metadata=order.metadata,
        callback_url=order.callback_url or document["callback_url"],
        unlocked_key=order.unlocked_key,
        schema_id=used.schema_id,
        schema_version=used.version,
        schema_inline=used.inline,
        schema_exact=order.schema is not None,
    )
    assert job is not None
    await _refer(connection, order.unlocked_key)
    await enqueue(connection, job["id"])
    return job


@asynccontextmanager
async def unlocked(stores: Stores, documents: Iterable[Row], password: str | None) -> AsyncIterator[list[str | None]]:
    """Make readable copies for one job each; lend their storage keys, None for a document that needs none of its own.

    The password is used here and nowhere kept. Copies that no job refers to when the block is left by an error, or
    within the hour, go. Raises `PasswordRequired` or `PasswordWrong`.
    """
    keys: list[str | None] = []
    try:
        for document in documents:
            key = await _unlock(stores, document, password)
            keys.append(key)  # one by one, so that those before a refusal are known
        yield keys
    except BaseException:
        await asyncio.shield(remove_now(stores.database, stores.files, [key for key in keys if key is not None]))
        raise


async def _unlock(stores: Stores, document: Row, password: str | None) -> str | None:
    if not document["encrypted"] or (document["unlocked_key"] is not None and password is None):
        return None
    if password is None:
        raise PasswordRequired("The document is encrypted; a password is needed", {"field": "password"})
    content = await stores.unlock(await stores.files.read(document["storage_key"]), password)
    storage_key = f"unlocked/{document['account_id']}/{uuid4().hex}"
    async with stores.database.transaction() as connection:
        await note_discards(connection, [storage_key], UPLOAD_GRACE)
    await stores.files.write_bytes(storage_key, content)
    return storage_key


async def get_job(connection: Connection, account_id: UUID, job_id: str, known_version: str = "") -> Row:
    """Return the account's job with its `version` and `result` (JSON bytes as stored; None at the version that is known).

    Raises `InvalidJobId` or `JobNotFound`.
    """
    return check_found(await find_job(connection, Look(account_id, check_job_id(job_id), known_version)), job_id)


def check_found(job: Row | None, job_id: str, kind: str | None = None) -> Row:
    """Return the job that was looked for. Raises `JobNotFound` where it is not there, or is of another kind.

    One whose kind is not known yet may turn out to be of any.
    """
    if job is None or (kind and (job["kind"] or job["detected_kind"] or kind) != kind):
        raise JobNotFound("No such job", {"job_id": job_id})
    return job


async def find_job(connection: Connection, look: Look) -> Row | None:
    """Return what the look is for, None where there is no such job of that account."""
    return (await find_jobs(connection, [look]))[0]


async def find_jobs(connection: Connection, looks: Sequence[Look]) -> list[Row | None]:
    """Return what `find_job` would for each of the looks, in their order."""
    found: list[Row | None] = [None] * len(looks)
    rows = await _SQL.fetch_all(
        connection,
        "find_jobs",
        ids=[look.job_id for look in looks],
        account_ids=[look.account_id for look in looks],
        known_versions=[look.known_versions for look in looks],
    )
    for row in rows:
        found[row["place"] - 1] = row
    return found


async def list_jobs(
    connection: Connection, account_id: UUID, kind: str | None, listing: Listing, wanted: JobFilter = _ANY
) -> PageOf:
    """Return a page of the account's jobs without results, newest first."""
    tallied = wanted == JobFilter(deleted=wanted.deleted)
    counted_by = "tally_jobs" if tallied else "count_jobs"
    values = {"account_id": account_id, "kind": kind, **asdict(wanted)}
    return await listing.fetch(_SQL, connection, "list_jobs", counted_by=counted_by, **values)


async def fold_tallies(connection: Connection) -> None:
    """Put together what is noted of every job that has ended, so that counting them stays quick."""
    await _SQL.execute(connection, "fold_tallies")


async def find_next_review(connection: Connection, account_id: UUID, before: str | None) -> str | None:
    """Return the newest job older than `before` whose result a person has to look at, else the newest; None: there is none."""
    row = await _SQL.fetch_one(connection, "next_review", account_id=account_id, before=before)
    return None if row is None else str(row["id"])


async def summarise_jobs(connection: Connection, account_id: UUID, job_ids: Collection[str]) -> dict[str, Row]:
    """Return who each of these jobs' documents is from, its `amount` (total or closing balance) and `currency`, by id."""
    rows = await _SQL.fetch_all(connection, "summarise_jobs", account_id=account_id, ids=list(job_ids))
    return {row["id"]: row for row in rows}


async def retry_job(
    stores: Stores,
    enqueue: Enqueue,
    meter: WorkMeter,
    account_id: UUID,
    job_id: str,
    password: str | None = None,
    *,
    on_started: OnStarted | None = None,
) -> tuple[Row, Row]:
    """Start a failed job again under its id; return its document and its row, given before to `on_started` as well.

    Raises `CannotRetryJob` for one that has not failed.
    """
    async with stores.database.connection() as connection:
        job = await get_job(connection, account_id, job_id)
        document = await get_document(connection, account_id, str(job["document_id"]))
    _check_failed(job)
    async with unlocked(stores, [document], password) as (unlocked_key,), stores.database.transaction() as connection:
        await meter.spend(connection, 1)
        await _hold_document(connection, account_id, document["id"])  # before the job, in the order of a deletion
        _check_failed(await _lock_job(connection, account_id, job_id))
        restarted = await _SQL.fetch_one(connection, "restart_job", id=job_id, unlocked_key=unlocked_key)
        assert restarted is not None
        await _refer(connection, unlocked_key)
        await enqueue(connection, job_id)
        await _SQL.fetch_one(connection, "announce_job", id=job_id)
        if on_started is not None:
            await on_started(connection, document, restarted)
    return document, restarted


def check_job_id(job_id: str) -> str:
    """Return the id. Raises `InvalidJobId` when it is of a form that no job of ours ever had."""
    if not _ID.fullmatch(job_id):
        raise InvalidJobId("Not a job id", {"field": "job_id", "reason": "must be of the form job_1739261168870934041"})
    return job_id


async def _lock_job(connection: Connection, account_id: UUID, job_id: str) -> Row:
    job = await _SQL.fetch_one(connection, "lock_job", id=job_id, account_id=account_id)
    if job is None:
        raise JobNotFound("No such job", {"job_id": job_id})
    return job


async def _hold_document(connection: Connection, account_id: UUID, document_id: UUID) -> Row:
    """Keep the document from being deleted until the transaction ends. Raises `Gone` where it is already."""
    document = await _DOCUMENTS.fetch_one(connection, "hold_document", account_id=account_id, id=document_id)
    if document is None or document["deleted_at"] is not None:
        raise Gone("The file was deleted", {"document_id": str(document_id)})
    return document


async def _refer(connection: Connection, unlocked_key: str | None) -> None:
    """Let a job's readable copy stay. Raises `UploadFailed` when it went already, having been too long in the making."""
    if unlocked_key is not None and not await drop_discards(connection, [unlocked_key]):
        raise UploadFailed("The document took too long to unlock")


def _check_failed(job: Row) -> None:
    if job["status"] != "failed":
        raise CannotRetryJob(f"The job is {job['status']}", {"job_id": job["id"], "status": job["status"]})
