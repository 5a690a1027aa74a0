"""Webhooks: the log of what was sent, sending it again, trying a receiver, the secret that signs."""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire_webhooks
from bursar.api.access import Reader, Writer
from bursar.api.bodies import read_model
from bursar.api.documentation import documented, json_body
from bursar.api.replies import success, utc
from bursar.api.routes.jobs import Page, PageSize
from bursar.api.services import services_of
from bursar.api.shapes import shape_page
from bursar.errors import InvalidRequest
from bursar.service.events import dump_event
from bursar.service.pages import Listing
from bursar.service.webhooks import get_delivery, list_deliveries, redeliver, rotate_secret, send_test, shape_delivery

DeliveryStatus = Annotated[Literal["pending", "delivered", "failed"] | None, Query()]
Subject = Annotated[str | None, Query(max_length=100)]

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.get("/deliveries", **documented(wire_webhooks.DeliveryPage, 400))
async def list_all(
    request: Request,
    visit: Reader,
    page: Page = 1,
    page_size: PageSize = 20,
    status: DeliveryStatus = None,
    job_id: Subject = None,
    batch_id: Subject = None,
) -> Response:
    """List deliveries, newest first; of one job or one batch, where it is named."""
    if job_id and batch_id:
        raise InvalidRequest("Not job_id and batch_id at once", {"field": "batch_id", "reason": "job_id is given"})
    async with services_of(request).stores.database.connection() as connection:
        listing = Listing(page, page_size, status)
        found = await list_deliveries(connection, visit.account_id, job_id or batch_id, listing)
    return success(shape_page("deliveries", found, [shape_delivery(row) for row in found.rows]))


@router.get("/deliveries/{delivery_id}", **documented(wire_webhooks.DescribedDelivery, 404))
async def read(request: Request, visit: Reader, delivery_id: str) -> Response:
    """Read a delivery with every try, and the body as it would be sent now."""
    async with services_of(request).stores.database.connection() as connection:
        row, event = await get_delivery(connection, visit.account_id, delivery_id)
    return success({**shape_delivery(row), "tries": row["tries"], "body": orjson.Fragment(dump_event(event))})


@router.post("/deliveries/{delivery_id}/redeliver", **documented(wire_webhooks.Delivery, 404))
async def send_again(request: Request, visit: Writer, delivery_id: str) -> Response:
    """Send the event again to the same address, as a new delivery with the event's own id."""
    async with services_of(request).stores.database.transaction() as connection:
        response = success(shape_delivery(await redeliver(connection, visit.account_id, delivery_id)))
        await visit.keep_reply(connection, response)
    return response


@router.post(
    "/test", **documented(wire_webhooks.Delivery, 400, 413, 415), openapi_extra=json_body(wire_webhooks.TestBody)
)
async def test(request: Request, visit: Writer) -> Response:
    """Send a test event, `webhook.test`, to an address; its delivery tells how it went."""
    body = await read_model(request, wire_webhooks.TestBody)
    async with services_of(request).stores.database.transaction() as connection:
        response = success(shape_delivery(await send_test(connection, visit.account_id, body.url)))
        await visit.keep_reply(connection, response)
    return response


@router.post("/secret/rotate", **documented(wire_webhooks.WebhookSecret))
async def rotate(request: Request, visit: Writer) -> Response:
    """Make a new secret, shown only here. The one before it goes on signing beside it for 24 hours."""
    async with services_of(request).stores.database.transaction() as connection:
        secret, until = await rotate_secret(connection, visit.account_id)
    return success({"secret": secret, "previous_expires_at": utc(until)})
