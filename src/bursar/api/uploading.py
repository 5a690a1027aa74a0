"""The doing of uploads and process calls, shared by their routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bursar.api.forms import Fields, check_all_sound, check_any_sound, receive_upload, shape_upload
from bursar.api.orders import Wish, check_pages_of, find_documents, make_orders, read_form_wish
from bursar.api.replies import success, utc
from bursar.api.services import Services, services_of
from bursar.api.status import read_preferred_wait, wait_for_end
from bursar.api.visit import Visit
from bursar.database.connections import Connection, Row
from bursar.errors import QuotaExceeded
from bursar.service.batches import start_batch
from bursar.service.estimates import Forecast
from bursar.service.jobs import start_job, unlocked
from bursar.service.uploads import Upload


async def answer_upload(request: Request, visit: Visit) -> Response:
    """Keep what is sound of the files sent."""
    async with receive_upload(request, visit) as (upload, fields):
        return await _keep(request, visit, upload, fields)


async def answer_form(request: Request, visit: Visit, kind: str | None) -> Response:
    """Keep the files sent and, with `process=true`, start on them: then all must be sound, or nothing is kept."""
    services = services_of(request)
    async with receive_upload(request, visit) as (upload, fields):
        if not fields.process:
            return await _keep(request, visit, upload, fields)
        check_all_sound(upload)
        forecast = await services.estimator.forecast()
        wish = read_form_wish(fields, len(upload.arrivals), services.settings)
        async with _charged(services, visit, 2 * len(upload.arrivals)) as connection:
            await upload.keep(connection, fields.kind or kind, fields.callback_url, fields.lifetime)
            documents = [arrival.document for arrival in upload.arrivals if arrival.document is not None]
            check_pages_of(documents, wish.options)
            started = await _start(services, connection, visit, kind, documents, [None] * len(documents), wish)
            response = success(_shape_started(forecast, documents, started))
            await visit.keep_reply(connection, response)
    return await _wait_in_place(request, visit, started, response)


async def answer_wish(request: Request, visit: Visit, kind: str | None, wish: Wish) -> Response:
    """Start on documents that were uploaded before, all or none."""
    services = services_of(request)
    database = services.stores.database
    async with database.connection() as connection:
        documents = await find_documents(connection, visit.account_id, wish.items)
    check_pages_of(documents, wish.options)
    forecast = await services.estimator.forecast()
    async with unlocked(services.stores, documents, wish.password) as keys, database.transaction() as connection:
        await visit.meter.spend(connection, len(documents))
        started = await _start(services, connection, visit, kind, documents, keys, wish)
        response = success(_shape_started(forecast, documents, started))
        await visit.keep_reply(connection, response)
    return await _wait_in_place(request, visit, started, response)


def shape_started_job(forecast: Forecast, document: Row, job: Row) -> dict[str, Any]:
    """Return the reply's data for a job that was put into the queue just now."""
    return {
        "job_id": job["id"],
        "status": "pending",
        "created_at": utc(job["created_at"]),
        "updated_at": utc(job["updated_at"]),
        "estimated_completion": forecast.ends_at(document["page_count"]),
        "document_id": str(document["id"]),
        "file_id": document["file_id"],
    }


@asynccontextmanager
async def _charged(services: Services, visit: Visit, units: int) -> AsyncIterator[Connection]:
    """Lend a transaction in which units of work are spent; they stay spent where there is no room for what was opened."""
    refused: QuotaExceeded | None = None
    async with services.stores.database.transaction() as connection:
        await visit.meter.spend(connection, units)
        try:
            async with connection.transaction():
                yield connection
        except QuotaExceeded as error:
            refused = error
    if refused is not None:
        raise refused


async def _keep(request: Request, visit: Visit, upload: Upload, fields: Fields) -> Response:
    services = services_of(request)
    async with _charged(services, visit, len(upload.arrivals)) as connection:
        await upload.keep(connection, fields.kind, fields.callback_url, fields.lifetime)
        data, whole = shape_upload(upload, fields, services.base_url(request))
        response = success(data, status=200 if whole else 207)
        if any(arrival.problem is None for arrival in upload.arrivals):
            await visit.keep_reply(connection, response)
    check_any_sound(upload)  # only now: what was opened in vain was work as well
    return response


async def _start(
    services: Services,
    connection: Connection,
    visit: Visit,
    kind: str | None,
    documents: list[Row],
    keys: list[str | None],
    wish: Wish,
) -> tuple[Row | None, list[Row]]:
    """Start a batch, or a job alone; return the batch's row, where there is one, and those of the jobs."""
    uses = await wish.find_uses(connection, visit.account_id, kind)
    orders = make_orders(documents, keys, kind, wish, uses)
    if not wish.as_batch:
        return None, [await start_job(connection, services.enqueue, visit.account_id, orders[0])]
    return await start_batch(
        connection, services.enqueue, visit.account_id, orders, kind=kind, callback_url=wish.callback_url
    )


async def _wait_in_place(
    request: Request, visit: Visit, started: tuple[Row | None, list[Row]], response: Response
) -> Response:
    """Return the finished job or batch where the caller prefers to wait (RFC 7240) and it ends in time, else `response`."""
    wait_s = read_preferred_wait(request.headers.getlist("prefer"))
    if not wait_s:
        return response
    batch, jobs = started
    ended = await wait_for_end(services_of(request), visit, batch["id"] if batch else jobs[0]["id"], wait_s)
    applied = ended or response
    applied.headers["Preference-Applied"] = f"wait={wait_s:g}"
    return applied


def _shape_started(forecast: Forecast, documents: list[Row], started: tuple[Row | None, list[Row]]) -> dict[str, Any]:
    batch, jobs = started
    if batch is None:
        return shape_started_job(forecast, documents[0], jobs[0])
    return {
        "batch_id": batch["id"],
        "status": "pending",
        "job_ids": [job["id"] for job in jobs],
        "total_files": len(jobs),
        "created_at": utc(batch["created_at"]),
        "updated_at": utc(batch["updated_at"]),
        "callback_url": batch["callback_url"],
    }
