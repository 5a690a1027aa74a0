"""`/metrics`, for Prometheus. It tells of all accounts, so that it wants an administrator's key."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bursar.api.access import bearer, require
from bursar.api.documentation import refusals
from bursar.api.metrics import MEDIA_TYPE, Sight, render
from bursar.api.services import services_of
from bursar.errors import Unavailable
from bursar.service.estimates import measure_queue
from bursar.service.measures import measure_asks, measure_jobs, measure_webhooks

router = APIRouter(tags=["operation"], dependencies=[bearer])


@router.get(
    "/metrics",
    response_model=None,
    responses={
        200: {"description": "Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **refusals(),
    },
)
async def read_metrics(request: Request) -> Response:
    """Say how requests, queue and jobs fare, over all accounts; needs the permission `admin`."""
    require(request, "admin")
    services = services_of(request)
    try:
        database = services.stores.database
        sight = Sight(
            await measure_queue(database),
            await measure_jobs(database),
            await measure_webhooks(database),
            await measure_asks(database),
        )
    except Unavailable:
        sight = None
    return Response(render(services.meter, sight), media_type=MEDIA_TYPE)
