"""Process calls and their jobs, the same for invoices, statements and documents whose kind is to be detected."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire
from bursar.api.access import Reader, Writer
from bursar.api.bodies import media_type_of, read_model
from bursar.api.documentation import documented, json_body, partial_upload, process_body
from bursar.api.orders import read_wish
from bursar.api.replies import success
from bursar.api.routes.jobs import JobStatus, Page, PageSize
from bursar.api.services import services_of
from bursar.api.shapes import shape_listed_job, shape_page
from bursar.api.status import WAIT_S, read_batch
from bursar.api.uploading import answer_form, answer_wish
from bursar.service.jobs import list_jobs
from bursar.service.pages import Listing

_PROBLEMS = (400, 404, 410, 413, 415)
_STARTED = documented(wire.StartedJob | wire.StartedBatch | wire.Uploaded | wire.Job | wire.Batch, *_PROBLEMS)
_STARTED["responses"].update(partial_upload())  # a form without `process` is an upload


def build_router(path: str, kind: str | None) -> APIRouter:
    """Return the routes below `path` for documents of one kind, or of any."""
    router = APIRouter(tags=[name_tag(kind)])

    @router.post(path, **_STARTED, openapi_extra=process_body())
    async def process(request: Request, visit: Writer) -> Response:
        """Start a job for a document uploaded before, or a batch for several; or upload and start in one call."""
        if media_type_of(request) == "multipart/form-data":
            return await answer_form(request, visit, kind)
        body = await read_model(request, wire.ProcessBody)
        return await answer_wish(request, visit, kind, read_wish(body, services_of(request).settings, as_batch=False))

    if kind is not None:
        _add_routes_of_kind(router, path, kind)
    return router


def name_tag(kind: str | None) -> str:
    """Return the heading in the documentation."""
    return f"{kind}s" if kind else "any kind"


def _add_routes_of_kind(router: APIRouter, path: str, kind: str) -> None:
    @router.post(
        f"{path}/batch",
        **documented(wire.StartedBatch | wire.Batch, *_PROBLEMS),
        openapi_extra=json_body(wire.ProcessBody),
    )
    async def process_batch(request: Request, visit: Writer) -> Response:
        """Start a job for each of several documents; where one of them cannot be had, nothing is started."""
        body = await read_model(request, wire.ProcessBody)
        return await answer_wish(request, visit, kind, read_wish(body, services_of(request).settings, as_batch=True))

    @router.get(f"{path}/batch/{{batch_id}}", **documented(wire.Batch, 400, 404))
    async def read_batch_status(
        request: Request, visit: Reader, batch_id: str, wait: Annotated[float, Query(ge=0, le=WAIT_S)] = 0
    ) -> Response:
        """Read how a batch and its files fare; with `wait`, when all have ended or so many seconds have passed."""
        return await read_batch(services_of(request), visit, batch_id, kind=kind, wait_s=wait)

    @router.get(path, **documented(wire.JobPage, 400))
    async def list_jobs_of_kind(
        request: Request, visit: Reader, page: Page = 1, page_size: PageSize = 20, status: JobStatus = None
    ) -> Response:
        """List jobs of this kind, newest first."""
        async with services_of(request).stores.database.connection() as connection:
            found = await list_jobs(connection, visit.account_id, kind, Listing(page, page_size, status))
        return success(shape_page("jobs", found, [shape_listed_job(job) for job in found.rows]))
