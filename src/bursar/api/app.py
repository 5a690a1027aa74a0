"""The application: routes, the door in front of them, and what they work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import starmap
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from bursar.api.access import KeyCache, Reception, bearer
from bursar.api.bodies import invalid
from bursar.api.door import EXPOSED, PREFIX, Door
from bursar.api.explorer import add_explorer
from bursar.api.idempotency import Idempotency
from bursar.api.metrics import HttpMeter
from bursar.api.openapi import build_openapi
from bursar.api.polls import Polls
from bursar.api.replies import refusal
from bursar.api.routes import (
    events,
    files,
    health,
    jobs,
    keys,
    metrics,
    processing,
    review,
    schemas,
    sights,
    uploads,
    webhooks,
)
from bursar.api.services import Services
from bursar.api.status import build_status_route, describe_status_route
from bursar.api.waiting import Bells
from bursar.errors import BursarError, MethodNotAllowed, NotFound
from bursar.service.estimates import Estimator
from bursar.service.jobs import CHANNEL as JOBS
from bursar.service.keys import CHANNEL as KEYS
from bursar.version import __version__
from bursar.wiring import Server

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_KINDS = (("/parse/invoices", "invoice"), ("/parse/statements", "statement"), ("/parse", None))
_STATUSES = (
    *((path, kind, processing.name_tag(kind)) for path, kind in _KINDS),
    ("/jobs", None, "jobs"),
    ("/parse/jobs", None, "jobs"),
)
_ABOUT = "Invoices, receipts and bank statements in, checked JSON out."


def create_app(server: Server) -> FastAPI:
    """Return the HTTP application on the parts that the server has."""
    settings, database = server.settings, server.stores.database
    bells, known_keys, meter = Bells(), KeyCache(database), HttpMeter()
    app = _new_app(_listening(server, bells, known_keys))
    app.state.services = Services(
        settings, server.stores, server.enqueue, bells, Polls(database), Estimator(database), meter, known_keys
    )
    reception = Reception(database, known_keys, work_limit=settings.work_limit, read_limit=settings.read_limit)
    app.add_middleware(Idempotency)
    app.add_middleware(Door, reception=reception, read_limit=settings.read_limit, meter=meter)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=3600,
        )
    _add_refusals(app)
    return app


def describe_api() -> dict[str, Any]:
    """Return the OpenAPI document; needs no server."""
    return _new_app(None).openapi()


def send_waiters_home(app: FastAPI) -> None:
    """Answer all long polls with what there is: the process is about to end. Others that come are answered at once."""
    app.state.services.bells.close()


def _new_app(lifespan: Lifespan | None) -> FastAPI:
    app = FastAPI(
        title="Bursar",
        version=__version__,
        description=_ABOUT,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    _add_routes(app)
    add_explorer(app)
    return app


def _add_routes(app: FastAPI) -> None:
    # First and without a router around them: there are a thousand polls for every other request.
    app.router.routes += [build_status_route(PREFIX + path, kind) for path, kind, _ in _STATUSES]
    app.include_router(health.router)
    app.include_router(metrics.router)
    for router in (
        uploads.router,
        files.router,
        sights.router,
        jobs.router,
        events.router,
        review.router,
        schemas.router,
        webhooks.router,
        keys.router,
        *starmap(processing.build_router, _KINDS),
    ):
        app.include_router(router, prefix=PREFIX, dependencies=[bearer])
    described = [describe_status_route(PREFIX + path, tag) for path, _, tag in _STATUSES]

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_openapi(app, described)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_refusals(app: FastAPI) -> None:
    """Put every way in which a request may fail into the envelope."""

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, BursarError)
        return refusal(request, error)

    async def refuse_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        problems = [{**problem, "loc": problem["loc"][1:]} for problem in error.errors()]
        return refusal(request, invalid(problems))

    async def refuse_address(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            allowed = _list_methods(app, request)
            return refusal(request, MethodNotAllowed("This method is not allowed here", {"allowed": allowed}))
        return refusal(request, NotFound("There is nothing at this address"))

    app.add_exception_handler(BursarError, refuse)
    app.add_exception_handler(RequestValidationError, refuse_parameters)
    app.add_exception_handler(HTTPException, refuse_address)


def _list_methods(app: FastAPI, request: Request) -> list[str]:
    """Return the methods that any route takes at this address."""

    def is_taken(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in app.routes)

    return [method for method in _METHODS if is_taken(method)]


def _listening(server: Server, bells: Bells, known: KeyCache) -> Lifespan:
    def come_up() -> None:
        known.deaf = bells.deaf = False
        known.forget_all()
        bells.ring_all()

    def go_down() -> None:
        known.deaf = bells.deaf = True

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        listener = server.make_listener({JOBS: bells.ring, KEYS: known.forget}, on_up=come_up, on_down=go_down)
        listener.start()
        try:
            yield
        finally:
            await listener.stop()

    return lifespan
