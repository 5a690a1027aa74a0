"""What people do with results: correct them, take that back, approve them. The engine's own result is kept.

A correction re-runs the document's arithmetic in the sandbox before anything is written, and is written only if nobody
else has corrected the same result meanwhile; else it is tried again on what is there then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import CannotReviewJob, Conflict, JobNotFound
from bursar.facts.codec import dump_json
from bursar.service.jobs import check_job_id
from bursar.service.keys import Access
from bursar.service.stores import Stores

_TRIES = 5
_SQL = load_queries("review")

Write = Callable[[Connection, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants changed, as `facts.correction.Correction` has it; numbers as `Decimal`."""

    fields: dict[str, Any] = field(default_factory=dict)
    insert: dict[str, dict[str, Any]] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)
    places: dict[str, Any] = field(default_factory=dict)
    note: str | None = None


async def correct_result(
    stores: Stores, caller: Access, job_id: str, change: Change, *, by_webhook: bool = False
) -> None:
    """Change values and rows of a completed job's result and check it anew; an approval is withdrawn.

    The event `job.corrected` goes to the job's `callback_url` as well where it shall be told `by_webhook`.

    Raises `JobNotFound`, `CannotReviewJob`, `InvalidRequest` for what does not fit the result, and `Conflict`.
    """

    async def add(connection: Connection, replaced: str) -> None:
        await _SQL.execute(
            connection,
            "add_correction",
            job_id=job_id,
            key_id=caller.key_id,
            fields=_write(_content_of(change, exact=exact)),
            places=_write(_full_paths(change.places, exact=exact)),
            replaced=replaced,
            note=change.note,
        )

    for _ in range(_TRIES):
        job, active = await _find(stores, caller.account_id, job_id)
        exact = job["schema_exact"]
        latest = {**_content_of(change, exact=exact), "places": _full_paths(change.places, exact=exact)}
        if await _rework(stores, job, [*map(_join, active), _write(latest)], add, by_webhook=by_webhook):
            return
    raise _busy(job_id)


async def undo_correction(stores: Stores, caller: Access, job_id: str, *, by_webhook: bool = False) -> None:
    """Take back the newest correction that still counts, which is `job.corrected` once more. Raises `CannotReviewJob` where there is none."""
    for _ in range(_TRIES):
        job, active = await _find(stores, caller.account_id, job_id)
        if not active:
            raise CannotReviewJob("There is no correction to be undone", {"job_id": job_id})
        number = active[-1]["number"]

        async def mark(connection: Connection, _: str, number: int = number) -> None:
            await _SQL.execute(connection, "mark_undone", job_id=job_id, number=number, key_id=caller.key_id)

        if await _rework(stores, job, list(map(_join, active[:-1])), mark, by_webhook=by_webhook):
            return
    raise _busy(job_id)


async def approve_job(stores: Stores, caller: Access, job_id: str, *, by_webhook: bool = False) -> None:
    """Note that a person has looked the result over (`job.approved`); once more changes nothing. Raises `JobNotFound` or `CannotReviewJob`."""
    await _find(stores, caller.account_id, job_id)
    async with stores.database.transaction() as connection:
        await _tell(connection, by_webhook=by_webhook)
        approved = await _SQL.fetch_one(
            connection, "approve", job_id=job_id, account_id=caller.account_id, key_id=caller.key_id
        )
    if approved is None:
        raise CannotReviewJob("The job has no result any more", {"job_id": job_id})


async def list_corrections(connection: Connection, account_id: UUID, job_id: str) -> list[Row]:
    """Return all corrections of a job, those undone too, oldest first. Raises `JobNotFound`."""
    job = await _SQL.fetch_one(connection, "find_reviewed", job_id=check_job_id(job_id), account_id=account_id)
    if job is None:
        raise JobNotFound("No such job", {"job_id": job_id})
    return await _SQL.fetch_all(connection, "list_corrections", job_id=job_id)


def needs_review(job: Row) -> bool | None:
    """Whether a person has still to look at the job's result; None as long as there is none."""
    if job["status"] != "completed" or job["straight_through"] is None:
        return None
    return not job["straight_through"] and job["approved_at"] is None


async def _find(stores: Stores, account_id: UUID, job_id: str) -> tuple[Row, list[Row]]:
    """Return the job and its corrections that count, as they were at one moment."""
    async with stores.database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        job = await _SQL.fetch_one(connection, "find_reviewed", job_id=check_job_id(job_id), account_id=account_id)
        if job is None:
            raise JobNotFound("No such job", {"job_id": job_id})
        if job["status"] != "completed" or job["result"] is None:
            raise CannotReviewJob("The job has no result", {"job_id": job_id, "status": job["status"]})
        return job, await _SQL.fetch_all(connection, "active_corrections", job_id=job_id)


async def _rework(stores: Stores, job: Row, corrections: list[str], write: Write, *, by_webhook: bool) -> bool:
    """Make the result from the original and the corrections (JSON texts); False when somebody else was quicker."""
    result, replaced = await stores.rework(job["original"], f"[{','.join(corrections)}]")
    async with stores.database.transaction() as connection:
        await _tell(connection, by_webhook=by_webhook)
        changed = await _SQL.fetch_one(
            connection, "replace_result", job_id=job["id"], revision=job["revision"], result=result.decode()
        )
        if changed is None:
            return False
        await write(connection, replaced)
    return True


async def _tell(connection: Connection, *, by_webhook: bool) -> None:
    """Say to the trigger that writes the event whether receivers of webhooks are told of it."""
    if by_webhook:
        await _SQL.fetch_one(connection, "tell_by_webhook")


def _content_of(change: Change, *, exact: bool) -> dict[str, Any]:
    return {"fields": _full_paths(change.fields, exact=exact), "insert": change.insert, "remove": change.remove}


def _full_paths(values: dict[str, Any], *, exact: bool) -> dict[str, Any]:
    """Return the values by their paths in the whole result: a job with a schema of its caller shows only that part."""
    return {f"custom.{path}": value for path, value in values.items()} if exact else values


def _join(row: Row) -> str:
    """Return a correction as it was stored, as one JSON text."""
    return f'{row["fields"].decode()[:-1]},"places":{row["places"].decode()}}}'


def _write(value: Any) -> str:
    return dump_json(value).decode()


def _busy(job_id: str) -> Conflict:
    return Conflict("Others are correcting the same result; try again", {"job_id": job_id})
