"""Where every request comes in and every reply goes out: ids, tidy paths, admission, headers, and no stack trace ever."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bursar.api.access import Reception
from bursar.api.metrics import HttpMeter
from bursar.api.replies import refusal
from bursar.api.visit import Visit, begin_visit
from bursar.errors import BursarError
from bursar.service.limits import Budget

PREFIX = "/api/v1"
OPEN = frozenset({"/", "/health", "/health/live", "/health/ready", f"{PREFIX}/health", "/docs", "/openapi.json"})
EXPOSED = (
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Retry-After",
    "Content-Disposition",
    "ETag",
    "Idempotency-Replayed",
    "Preference-Applied",
    "X-Request-Id",
)
"""What scripts of web pages may see of our replies' headers."""

_STREAMS = "/events"  # a HEAD would go on as long as the stream does
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
_LOG = structlog.get_logger(__name__)


class Door:
    """The outermost part of the application but for CORS (ASGI)."""

    def __init__(self, app: ASGIApp, reception: Reception, read_limit: int, meter: HttpMeter) -> None:
        self._app = app
        self._reception = reception
        self._read_limit = read_limit
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["path"] = scope["raw_path"] = tidy_path(scope["path"])
        scope["raw_path"] = scope["raw_path"].encode()
        if scope["method"] == "HEAD" and not scope["path"].endswith(_STREAMS):
            # Answered as GET is; the server that speaks HTTP knows of the HEAD and leaves the body out.
            scope = {**scope, "method": "GET"}
        headers = Headers(scope=scope)
        visit = begin_visit(scope, _choose_request_id(headers))
        structlog.contextvars.bind_contextvars(request_id=visit.request_id)  # each request is a task of its own
        if scope["path"] not in OPEN:
            await self._reception.admit(visit, scope["method"], headers)
        await self._answer(visit, scope, receive, send)

    async def _answer(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        started_at, status = time.perf_counter(), 499  # nobody was there any more to be answered

        async def send_with_headers(message: Message) -> None:
            nonlocal begun, status
            if message["type"] == "http.response.start":
                begun, status = True, message["status"]
                message["headers"] = [*message["headers"], *self._headers_for(visit)]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            return
        except Exception as error:
            _LOG.exception("a request failed", method=scope["method"], path=scope["path"])
            if begun:
                raise
            hidden = error if isinstance(error, BursarError) else BursarError("Something went wrong on our side")
            await refusal(Request(scope), hidden)(scope, receive, send_with_headers)
        finally:
            operation = getattr(scope.get("endpoint"), "__name__", "none")
            self._meter.observe(operation, scope["method"], status, time.perf_counter() - started_at)

    def _headers_for(self, visit: Visit) -> list[tuple[bytes, bytes]]:
        budget = visit.left() or Budget(self._read_limit, self._read_limit, int(time.time()))
        return [
            (b"x-request-id", visit.request_id.encode()),
            (b"x-ratelimit-limit", b"%d" % budget.limit),
            (b"x-ratelimit-remaining", b"%d" % budget.remaining),
            (b"x-ratelimit-reset", b"%d" % budget.whole_at),
        ]


def tidy_path(path: str) -> str:
    """Return the path without its trailing slash and with our prefix once, where a generated client doubled it."""
    while path.startswith(f"{PREFIX}{PREFIX}/"):
        path = path[len(PREFIX) :]
    return path.rstrip("/") or "/"


def _choose_request_id(headers: Headers) -> str:
    """Return the caller's own id where it is fit for headers and logs, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex
