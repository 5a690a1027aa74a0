"""The reply that everything turns on: the status of a job. A plain endpoint, because it is asked for more than all else."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Path, Query
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bursar.api import wire
from bursar.api.access import bearer, require
from bursar.api.documentation import documented
from bursar.api.replies import read_versions, success
from bursar.api.services import Services, services_of
from bursar.api.shapes import shape_batch, shape_job
from bursar.api.visit import Visit
from bursar.database.connections import Row
from bursar.errors import BatchNotFound, InvalidRequest
from bursar.service.batches import Batch, get_batch, is_batch_id
from bursar.service.ending import ENDED
from bursar.service.jobs import Look, check_found, check_job_id

WAIT_S = 60
"""Longest that a caller may be kept waiting for a job, in seconds."""

_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")


class _JobIdConvertor(StringConvertor):
    """Any segment but those that are addresses of their own, for which another method was meant."""

    regex = "(?!(?:upload|batch|jobs|files|invoices|statements)/?$)[^/]+"


register_url_convertor("job", _JobIdConvertor())


def build_status_route(path: str, kind: str | None) -> Route:
    """Return the status of a job, or of a batch by its id, below `path`; `kind` None finds jobs of all kinds."""

    async def read_status(request: Request) -> Response:
        visit = require(request, "read")
        job_id = request.path_params["job_id"]
        wait_s = _read_wait(request.query_params.get("wait"))
        if is_batch_id(job_id):
            return await read_batch(services_of(request), visit, job_id, kind=kind, wait_s=wait_s)
        return await _read_job(request, visit, job_id, kind, wait_s)

    return Route(f"{path}/{{job_id:job}}", read_status, methods=["GET"], include_in_schema=False)


def describe_status_route(path: str, tag: str) -> APIRoute:
    """Return the same route for the OpenAPI document; it is never called."""
    return APIRoute(
        f"{path}/{{job_id}}",
        _read_job_status,
        methods=["GET"],
        tags=[tag],
        dependencies=[bearer],
        **documented(wire.Job | wire.Batch, 400, 404, tagged=True),
    )


async def read_batch(services: Services, visit: Visit, batch_id: str, *, kind: str | None, wait_s: float) -> Response:
    """Return the reply with the status of a batch, after `wait_s` seconds at most when it has not ended."""
    batch = await _await_batch(services, visit, batch_id, wait_s, kind)
    return success(shape_batch(batch))


async def _await_batch(
    services: Services, visit: Visit, batch_id: str, wait_s: float, kind: str | None = None
) -> Batch:
    async def read() -> Batch:
        async with services.stores.database.connection() as connection:
            return await get_batch(connection, visit.account_id, batch_id)

    batch = await read()
    if kind is not None and batch.row["kind"] not in (None, kind):
        raise BatchNotFound("No such batch", {"batch_id": batch_id})
    if wait_s and batch.status not in ENDED:
        job_ids = [job["id"] for job in batch.jobs]
        return await services.bells.wait_for(job_ids, wait_s, read, lambda found: found.status in ENDED)
    return batch


def read_preferred_wait(preferences: list[str]) -> float:
    """Return the seconds of `Prefer: wait=…` (RFC 7240), at most `WAIT_S`; 0 without. What cannot be read is ignored."""
    for preference in ",".join(preferences).split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait" and _SECONDS.fullmatch(value := value.strip().strip('"')):
            return min(float(value), WAIT_S)
    return 0


async def wait_for_end(services: Services, visit: Visit, started_id: str, wait_s: float) -> Response | None:
    """Return the reply with a job or a batch that ends within `wait_s` seconds, None when it does not."""

    async def read_job() -> Row:
        return check_found(await services.polls.find(Look(visit.account_id, started_id)), started_id)

    if is_batch_id(started_id):
        batch = await _await_batch(services, visit, started_id, wait_s)
        return success(shape_batch(batch)) if batch.status in ENDED else None
    job = await services.bells.wait_for([started_id], wait_s, read_job, lambda found: found["status"] in ENDED)
    return success(shape_job(job)) if job["status"] in ENDED else None


async def _read_job(request: Request, visit: Visit, job_id: str, kind: str | None, wait_s: float) -> Response:
    services = services_of(request)
    known = [version for version in read_versions(request) if " " not in version]  # none of ours has a blank
    look = Look(visit.account_id, check_job_id(job_id), " ".join(known))

    async def read() -> Row:
        return check_found(await services.polls.find(look), job_id, kind)

    if wait_s:
        job = await services.bells.wait_for([job_id], wait_s, read, lambda found: found["status"] in ENDED)
    else:
        job = await read()
    headers = {"ETag": f'"{job["version"]}"', "Cache-Control": "private, no-cache"}
    if job["version"] in known:
        return Response(status_code=304, headers=headers)
    return success(shape_job(job), headers=headers)


def _read_wait(given: str | None) -> float:
    if given is None:
        return 0
    if not _SECONDS.fullmatch(given) or float(given) > WAIT_S:
        reason = f"must be a number of seconds from 0 to {WAIT_S}"
        raise InvalidRequest(f"wait {reason}", {"field": "wait", "reason": reason})
    return float(given)


async def _read_job_status(
    job_id: Annotated[str, Path(description="Of a job, or of a batch.", examples=["job_1739261168870934041"])],
    wait: Annotated[
        float, Query(ge=0, le=WAIT_S, description="Answer when the job ends, or after so many seconds.")
    ] = 0,
    if_none_match: Annotated[
        str | None, Header(description="The ETag of an earlier reply: 304 while nothing has changed.")
    ] = None,
) -> None:
    """Read the status of a job, and its results once it is completed."""
