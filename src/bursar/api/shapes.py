"""Rows put into the words of the published API."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson

from bursar.api.replies import utc
from bursar.database.connections import Row
from bursar.facts.codec import dump_json
from bursar.service.batches import Batch
from bursar.service.jobs import JOB_TYPES
from bursar.service.pages import PageOf
from bursar.service.review import needs_review


def shape_job(job: Row) -> dict[str, Any]:
    """Return a job with its results."""
    results = _as_stored(job["result"])
    shaped = {**shape_listed_job(job), "results": results, "result": results}
    if job["schema_exact"] or job["schema_id"]:
        shaped["schema"] = {"schema_id": job["schema_id"], "version": job["schema_version"]}
    if job["schema_exact"]:
        shaped["evidence"] = _as_stored(job["evidence"])
        shaped["checks"] = _shape_checks(job["checks"])
    return shaped


def _shape_checks(content: bytes | None) -> orjson.Fragment | None:
    """Return the checks of a result in a schema: issues about its values name them as the result does."""
    if content is None:
        return None
    checks = _read_exactly(content)
    for issue in checks.get("issues", ()):
        issue["fields"] = [name.removeprefix("custom.") for name in issue["fields"]]
    return orjson.Fragment(dump_json(checks))


def shape_listed_job(job: Row) -> dict[str, Any]:
    """Return a job as it stands in lists."""
    return {
        "job_id": job["id"],
        "status": job["status"],
        "file_id": job["file_id"],
        "document_id": str(job["document_id"]),
        "job_type": JOB_TYPES[job["kind"] or job["detected_kind"]],
        "batch_id": job["batch_id"],
        "created_at": utc(job["created_at"]),
        "updated_at": utc(job["updated_at"]),
        "completed_at": utc(job["completed_at"]),
        "progress": job["progress"],
        "error": _shape_error(job["error"]),
        "metadata": _as_stored(job["metadata"]),
        "review": {
            "verdict": job["verdict"],
            "needs_review": needs_review(job),
            "approved_at": utc(job["approved_at"]),
            "approved_by": job["approved_by"],
            "revision": job["revision"],
        },
    }


def shape_correction(correction: Row) -> dict[str, Any]:
    """Return one correction of a job's history."""
    return {
        "number": correction["number"],
        "author": correction["author"],
        "note": correction["note"],
        "created_at": utc(correction["created_at"]),
        "undone_at": utc(correction["undone_at"]),
        "undone_by": correction["undone_by"],
        **{name: orjson.Fragment(dump_json(value)) for name, value in _read_exactly(correction["fields"]).items()},
        "replaced": _as_stored(correction["replaced"]),
    }


def shape_batch(batch: Batch) -> dict[str, Any]:
    """Return a batch and how its files fare."""
    return {
        "batch_id": batch.row["id"],
        "status": batch.status,
        "total_files": len(batch.jobs),
        "processed_files": batch.ended,
        "failed_files": batch.failed,
        "progress": batch.progress,
        "created_at": utc(batch.row["created_at"]),
        "updated_at": utc(max(job["updated_at"] for job in batch.jobs)),
        "files": [
            {
                "file_id": job["file_id"],
                "document_id": str(job["document_id"]),
                "job_id": job["id"],
                "status": job["status"],
                "error": _shape_error(job["error"]),
            }
            for job in batch.jobs
        ],
        "callback_url": batch.row["callback_url"],
    }


def shape_file(document: Row, base_url: str) -> dict[str, Any]:
    """Return a file as it stands in lists."""
    doc_id = str(document["id"])
    return {
        "id": doc_id,
        "doc_id": doc_id,
        "document_id": doc_id,
        "file_id": document["file_id"],
        "filename": document["filename"],
        "file_url": file_url(doc_id, base_url),
        "type": document["kind"],
        "status": document["status"],
        "size": document["size_bytes"],
        "created_at": utc(document["created_at"]),
        "completed_at": utc(document["completed_at"]),
        "expires_at": utc(document["expires_at"]),
    }


def shape_described_file(document: Row, base_url: str) -> dict[str, Any]:
    """Return a file with its newest result and its jobs."""
    return {
        **shape_file(document, base_url),
        "processed_data": _as_stored(document["result"]),
        "validation": shape_validation(document),
        "jobs": [
            {
                "job_id": job["id"],
                "job_type": JOB_TYPES[job["kind"] or job["detected_kind"]],
                "status": job["status"],
                "progress": job["progress"],
                "created_at": utc(job["created_at"]),
                "completed_at": utc(job["completed_at"]),
            }
            for job in document["jobs"]
        ],
    }


def shape_validation(document: Row) -> dict[str, Any]:
    """Return what the look into an uploaded file found."""
    return {
        "page_count": document["page_count"],
        "file_size": document["size_bytes"],
        "format": document["format"],
    }


def shape_page(name: str, page: PageOf, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a page of a list, with its numbers where published clients look for them: flat, and in `pagination`."""
    numbers = {
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "total_pages": page.total_pages,
    }
    return {name: items, **numbers, "pagination": numbers}


def file_url(doc_id: str, base_url: str) -> str:
    """Return the address from which the file is downloaded."""
    return f"{base_url}/api/v1/files/{doc_id}/download"


def _shape_error(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """Why a job failed; the database does not keep the order."""
    return None if error is None else {name: error[name] for name in ("code", "message", "details")}


def _read_exactly(content: bytes) -> dict[str, Any]:
    return json.loads(content, parse_float=Decimal)  # type: ignore[no-any-return]


def _as_stored(content: bytes | None) -> orjson.Fragment | None:
    """JSON that goes out to the letter as it was stored: digits, order and all."""
    return None if content is None else orjson.Fragment(content)
