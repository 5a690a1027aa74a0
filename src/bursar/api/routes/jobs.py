"""Jobs of all kinds: list, read, cancel, retry; with their older addresses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire
from bursar.api.access import Reader, Writer
from bursar.api.bodies import read_model
from bursar.api.documentation import documented, json_body, refusals
from bursar.api.replies import success
from bursar.api.services import services_of
from bursar.api.shapes import shape_listed_job, shape_page
from bursar.api.uploading import shape_started_job
from bursar.database.connections import Connection, Row
from bursar.exports.formats import FORMATS
from bursar.service.ending import cancel_job
from bursar.service.exporting import MOST_TOGETHER, ZIP_TYPE, ExportedFile, export_result, export_results
from bursar.service.jobs import JobFilter, check_job_id, get_job, list_jobs, retry_job
from bursar.service.pages import Listing

Page = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=100)]
JobStatus = Annotated[wire.Status | None, Query()]
JobKind = Annotated[Literal["invoice", "statement"] | None, Query(description="As given, or as it turned out.")]


def _read_filter(
    verdict: Annotated[Literal["proven", "consistent", "unverifiable", "contradicted"] | None, Query()] = None,
    needs_review: Annotated[bool | None, Query(description="Whether a person has still to look.")] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="In the name of the file, the vendor or bank, or the number.")
    ] = None,
    since: Annotated[date | None, Query(description="First day, UTC.")] = None,
    until: Annotated[date | None, Query(description="Last day, UTC.")] = None,
) -> JobFilter:
    # PostgreSQL's text holds no NUL, so that nothing contains one.
    return JobFilter(verdict, needs_review, text and text.replace("\0", "\ufffd"), since, until)


Wanted = Annotated[JobFilter, Depends(_read_filter)]
ExportFormat = Annotated[
    Literal["json", "csv", "xlsx", "ofx", "qif", "camt053", "ubl", "cii"],
    Query(description="Statements: also ofx, qif, camt053. Invoices: also ubl, cii."),
]

router = APIRouter(tags=["jobs"])


@router.get("/jobs", **documented(wire.JobPage, 400))
@router.get("/parse/jobs", **documented(wire.JobPage, 400))
async def list_all_jobs(
    request: Request,
    visit: Reader,
    wanted: Wanted,
    page: Page = 1,
    page_size: PageSize = 20,
    status: JobStatus = None,
    kind: JobKind = None,
) -> Response:
    """List jobs of all kinds, newest first."""
    async with services_of(request).stores.database.connection() as connection:
        found = await list_jobs(connection, visit.account_id, kind, Listing(page, page_size, status), wanted)
    return success(shape_page("jobs", found, [shape_listed_job(job) for job in found.rows]))


@router.delete("/jobs/{job_id}", **documented(wire.CancelledJob, 400, 404, 409))
@router.delete("/parse/jobs/{job_id}", **documented(wire.CancelledJob, 400, 404, 409))
async def cancel(request: Request, visit: Writer, job_id: str) -> Response:
    """Cancel a job that has not ended; it fails with the code JOB_CANCELLED."""
    await cancel_job(services_of(request).stores, visit.account_id, check_job_id(job_id))
    return success({"job_id": job_id, "status": "failed", "message": "Job cancelled successfully"})


@router.post(
    "/jobs/{job_id}/retry",
    **documented(wire.StartedJob, 400, 404, 409, 410, 413, 415),
    openapi_extra=json_body(wire.RetryBody, required=False),
)
async def retry(request: Request, visit: Writer, job_id: str) -> Response:
    """Start a failed job again under its id."""
    services = services_of(request)
    body = await read_model(request, wire.RetryBody, optional=True)
    forecast = await services.estimator.forecast()

    async def keep_reply(connection: Connection, document: Row, job: Row) -> None:
        await visit.keep_reply(connection, success(shape_started_job(forecast, document, job)))

    document, job = await retry_job(
        services.stores, services.enqueue, visit.meter, visit.account_id, job_id, body.password, on_started=keep_reply
    )
    return success(shape_started_job(forecast, document, job))


@router.get(
    "/jobs/{job_id}/export",
    response_model=None,
    responses={
        200: {
            "description": "The file, in the format's own content type.",
            "content": {
                form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in FORMATS.values()
            },
        },
        **refusals(400, 404, 409),
    },
)
async def export_job(
    request: Request,
    visit: Reader,
    job_id: str,
    format: ExportFormat,  # noqa: A002 (the contract's word)
) -> Response:
    """Download the result of a completed job as a file for other programs."""
    async with services_of(request).stores.database.connection() as connection:
        job = await get_job(connection, visit.account_id, job_id)
    return _send(await export_result(job, format))


@router.get(
    "/exports",
    response_model=None,
    responses={
        200: {
            "description": "One file: with csv a table, with xlsx a workbook, with all others a ZIP of a file for each.",
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in (FORMATS["csv"].media_type, FORMATS["xlsx"].media_type, ZIP_TYPE)
            },
        },
        **refusals(400, 404, 409),
    },
)
async def export_jobs(
    request: Request,
    visit: Reader,
    job_id: Annotated[list[str], Query(min_length=1, max_length=MOST_TOGETHER, description="Once for each job.")],
    format: ExportFormat,  # noqa: A002 (the contract's word)
) -> Response:
    """Download the results of several completed jobs as one file.

    A csv of invoices and statements together is a ZIP of two tables. Where one of the jobs cannot be exported, none is:
    `details.jobs` says of each that is in the way why.
    """
    async with services_of(request).stores.database.connection() as connection:
        return _send(await export_results(connection, visit.account_id, job_id, format))


def _send(file: ExportedFile) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(file.content, headers=headers, media_type=file.media_type)
