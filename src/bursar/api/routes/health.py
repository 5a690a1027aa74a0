"""Whether the server lives, and the state of what it rests on. No key is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bursar.api import wire
from bursar.api.documentation import refusals
from bursar.api.replies import success
from bursar.api.services import Services, services_of
from bursar.errors import Unavailable
from bursar.service.estimates import Queue, measure_queue
from bursar.version import __version__

router = APIRouter(tags=["operation"])

_PATIENCE_S = 3.0
_HEALTH: dict[int | str, dict[str, Any]] = {200: {"model": wire.Reply[wire.Health], "description": "OK"}}


@router.get("/", responses={200: {"description": "What this is."}})
async def greet() -> Response:
    """Say what this is and where to read on."""
    return success({"name": "Bursar", "version": __version__, "docs": "/docs", "openapi": "/openapi.json"})


@router.get("/health", responses=_HEALTH)
@router.get("/api/v1/health", include_in_schema=False)
async def read_health(request: Request) -> Response:
    """Say that the process lives, and how the database, the storage and the queue are."""
    return success(await _examine(services_of(request)))


@router.get("/health/live", responses={200: {"description": "The process lives."}})
async def is_live() -> Response:
    """Say that the process lives."""
    return success({"status": "ok", "version": __version__})


@router.get("/health/ready", responses={**_HEALTH, 503: refusals()[503]})
async def is_ready(request: Request) -> Response:
    """Say whether requests can be served: 503 while the database or the storage is away."""
    health = await _examine(services_of(request))
    if health["status"] != "ok":
        raise Unavailable("The server is not ready", health)
    return success(health)


async def _examine(services: Services) -> dict[str, Any]:
    stores = services.stores
    queue, storage = await asyncio.gather(_ask(measure_queue(stores.database)), _ask(stores.files.check()))
    state = "unavailable" if isinstance(queue, Exception) else "ok"
    found = queue if isinstance(queue, Queue) else None
    parts: dict[str, dict[str, Any]] = {
        "database": {"status": state},
        "storage": {"status": "unavailable" if isinstance(storage, Exception) else "ok"},
        "queue": {
            "status": state,
            "pending": found.pending if found else None,
            "processing": found.processing if found else None,
            "oldest_s": found.oldest_s if found else None,
        },
    }
    sound = all(part["status"] == "ok" for part in parts.values())
    return {"status": "ok" if sound else "degraded", "version": __version__, **parts}


async def _ask(question: Awaitable[Any]) -> Any:
    """Return the answer, or why there is none in time."""
    try:
        return await asyncio.wait_for(question, _PATIENCE_S)
    except (Unavailable, TimeoutError) as error:
        return error
