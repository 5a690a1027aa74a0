"""What happens to a job as it happens: server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bursar.api import wire_webhooks
from bursar.api.access import Reader
from bursar.api.documentation import refusals
from bursar.api.services import Services, services_of
from bursar.database.connections import Row
from bursar.errors import Unavailable
from bursar.service.ending import ENDED
from bursar.service.events import dump_event, list_events, name_event, read_event_id
from bursar.service.jobs import get_job

_KEEP_ALIVE_S = 15.0
_DEAF_POLL_S = 1.0
_LONGEST_S = 600.0
"""Then the client comes back with the id of its last event, and its key is looked at again."""
_RETRY_MS = 2000

_STREAM: dict[str, Any] = {
    "response_model": None,
    "responses": {
        200: {
            "description": "Each event has an `id`, its name as `event`, and the body of a webhook as `data`.",
            "content": {"text/event-stream": {"schema": wire_webhooks.Event.model_json_schema()}},
        },
        204: {"description": "The job has ended and all its events were received: there is nothing to come back for."},
        **refusals(400, 404),
    },
}

router = APIRouter(tags=["jobs"])


@router.get("/jobs/{job_id}/events", **_STREAM)
async def stream_events(
    request: Request,
    visit: Reader,
    job_id: str,
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event received: those after it follow.")
    ] = None,
) -> Response:
    """Receive the events of a job, those past and those to come, until it has ended.

    Who comes back later with the id of the last one gets corrections and approvals too.
    """
    services = services_of(request)
    after = read_event_id(last_event_id or "")
    async with services.stores.database.connection() as connection:
        job = await get_job(connection, visit.account_id, job_id)
        missed = await list_events(connection, visit.account_id, job_id, after=after)
    if job["status"] in ENDED and not missed:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(services, visit.account_id, job_id, after)
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


async def _stream(services: Services, account_id: UUID, job_id: str, after: int) -> AsyncIterator[bytes]:
    ends_at, quiet_since = time.monotonic() + _LONGEST_S, time.monotonic()
    yield b"retry: %d\n\n" % _RETRY_MS
    with services.bells.watch([job_id]) as event:
        while True:
            event.clear()
            for row in await _read(services, account_id, job_id, after):
                after, quiet_since = row["id"], time.monotonic()
                yield _frame(row)
                if row["status"] in ENDED and not await _read(services, account_id, job_id, after):
                    return
            if services.bells.closed or time.monotonic() > ends_at:
                return
            if time.monotonic() - quiet_since > _KEEP_ALIVE_S:
                quiet_since = time.monotonic()
                yield b": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), _DEAF_POLL_S if services.bells.deaf else _KEEP_ALIVE_S)


async def _read(services: Services, account_id: UUID, job_id: str, after: int) -> list[Row]:
    try:
        async with services.stores.database.connection() as connection:
            return await list_events(connection, account_id, job_id, after=after)
    except Unavailable:
        return []  # the client need not know: the events are there when the database is back


def _frame(event: Row) -> bytes:
    head = f"id: {name_event(event['id'])}\nevent: {event['name']}\ndata: "
    return head.encode() + dump_event(event) + b"\n\n"  # JSON has no line breaks but escaped ones
