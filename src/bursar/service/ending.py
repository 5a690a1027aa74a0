"""Jobs brought to an end from outside: cancelled by their caller, or because their file is deleted."""

from __future__ import annotations

from uuid import UUID

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import Cancelled, CannotCancelJob, JobNotFound
from bursar.service.discards import note_discards, remove_now
from bursar.service.stores import Stores

ENDED = ("completed", "failed")
_SQL = load_queries("jobs")


async def cancel_job(stores: Stores, account_id: UUID, job_id: str) -> None:
    """End a job that has not ended. Raises `JobNotFound`, or `CannotCancelJob` for one that has."""
    async with stores.database.transaction() as connection:
        job = await _SQL.fetch_one(connection, "lock_job", id=job_id, account_id=account_id)
        if job is None:
            raise JobNotFound("No such job", {"job_id": job_id})
        if job["status"] in ENDED:
            raise CannotCancelJob(f"The job is {job['status']}", {"job_id": job_id, "status": job["status"]})
        due = await _end_job(connection, job, Cancelled("The job was cancelled"))
    await remove_now(stores.database, stores.files, due)


async def end_jobs_of_document(connection: Connection, document_id: UUID) -> list[str]:
    """Cancel what is under way on a document and forget all results; return the storage keys that are due for removal."""
    due: list[str] = []
    for job in await _SQL.fetch_all(connection, "lock_unfinished_jobs", document_id=document_id):
        due += await _end_job(connection, job, Cancelled("The file was deleted"))
    await _SQL.execute(connection, "forget_results", document_id=document_id)
    await _SQL.execute(connection, "forget_corrections", document_id=document_id)
    await _SQL.execute(connection, "forget_entries", document_id=document_id)
    return due


async def _end_job(connection: Connection, job: Row, error: Cancelled) -> list[str]:
    """Fail an unfinished job; the announcement tells those who wait for it, and the worker that is busy with it."""
    described = {"code": error.code, "message": error.message, "details": error.details}
    await _SQL.execute(connection, "end_job", id=job["id"], error=orjson.dumps(described).decode())
    await _SQL.fetch_one(connection, "announce_job", id=job["id"])
    return await note_discards(connection, [job["unlocked_key"]] if job["unlocked_key"] else [])
