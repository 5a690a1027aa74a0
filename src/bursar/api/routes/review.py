"""Results looked over by people: corrected, taken back, approved."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire, wire_review
from bursar.api.access import Reader, Writer
from bursar.api.bodies import read_model
from bursar.api.documentation import documented, json_body
from bursar.api.replies import success
from bursar.api.services import services_of
from bursar.api.shapes import shape_correction, shape_job
from bursar.api.visit import Visit
from bursar.service.jobs import get_job
from bursar.service.review import Change, approve_job, correct_result, list_corrections, undo_correction

router = APIRouter(tags=["review"])


@router.patch(
    "/jobs/{job_id}/results",
    **documented(wire.Job, 400, 404, 409, 413, 415),
    openapi_extra=json_body(wire_review.CorrectionBody),
)
async def correct(request: Request, visit: Writer, job_id: str) -> Response:
    """Correct a result: it is checked anew at once, an approval is withdrawn, and the history says who changed what."""
    body = await read_model(request, wire_review.CorrectionBody, exact=True)
    places = {path: place.model_dump() for path, place in body.places.items()}
    change = Change(body.fields, body.insert, body.remove, places, body.note)
    services = services_of(request)
    tell = services.settings.webhook_reviews
    await correct_result(services.stores, visit.caller, job_id, change, by_webhook=tell)
    return await _answer(request, visit, job_id)


@router.post("/jobs/{job_id}/results/undo", **documented(wire.Job, 400, 404, 409))
async def undo(request: Request, visit: Writer, job_id: str) -> Response:
    """Take back the newest correction that still counts."""
    services = services_of(request)
    await undo_correction(services.stores, visit.caller, job_id, by_webhook=services.settings.webhook_reviews)
    return await _answer(request, visit, job_id)


@router.get("/jobs/{job_id}/results/history", **documented(wire_review.History, 400, 404))
async def read_history(request: Request, visit: Reader, job_id: str) -> Response:
    """Read all corrections of a result, oldest first, those undone too."""
    async with services_of(request).stores.database.connection() as connection:
        corrections = await list_corrections(connection, visit.account_id, job_id)
    return success({"job_id": job_id, "corrections": [shape_correction(one) for one in corrections]})


@router.post("/jobs/{job_id}/approve", **documented(wire.Job, 400, 404, 409))
async def approve(request: Request, visit: Writer, job_id: str) -> Response:
    """Note that a person has looked the result over, so that it needs no review any more."""
    services = services_of(request)
    await approve_job(services.stores, visit.caller, job_id, by_webhook=services.settings.webhook_reviews)
    return await _answer(request, visit, job_id)


async def _answer(request: Request, visit: Visit, job_id: str) -> Response:
    async with services_of(request).stores.database.connection() as connection:
        job = await get_job(connection, visit.account_id, job_id)
    return success(shape_job(job), headers={"ETag": f'"{job["version"]}"'})
