"""Requests of a conversation as httpx's own; nothing is sent here."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, TypedDict

import httpx

from bursar.client.conversation import Reply, Request
from bursar.client.errors import ServerUnreachable
from bursar.version import __version__

_PREFIX = "/api/v1"
_CONNECT_S = 10


class HttpSettings(TypedDict):
    """What both kinds of httpx's clients are made with."""

    base_url: str
    headers: dict[str, str]
    timeout: httpx.Timeout


def http_settings(url: str, key: str, timeout_s: float) -> HttpSettings:
    """Return how to reach the server; `url` with the API's prefix or without."""
    headers = {"Authorization": f"Bearer {key}", "User-Agent": f"bursar-client/{__version__}"}
    base_url = url.rstrip("/").removesuffix(_PREFIX) + _PREFIX
    return {"base_url": base_url, "headers": headers, "timeout": httpx.Timeout(timeout_s, connect=_CONNECT_S)}


def build_request(http: httpx.Client | httpx.AsyncClient, request: Request, opened: ExitStack) -> httpx.Request:
    """Return the request as httpx sends it. The files of an upload are open until `opened` is closed."""
    timeout = http.timeout
    options: dict[str, Any] = {"params": dict(request.query), "headers": dict(request.headers)}
    if request.files:
        # A boundary that stays makes a body that is sent again the same, as an idempotency key promises.
        boundary = request.headers["Idempotency-Key"]
        options["headers"]["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        options["files"] = [("files", (part.filename, _open(part.content, opened))) for part in request.files]
        options["data"] = dict(request.form or {})
    elif request.body is not None:
        options["json"] = dict(request.body)
    read_s = None if timeout.read is None else timeout.read + request.patience_s
    options["timeout"] = httpx.Timeout(connect=timeout.connect, read=read_s, write=timeout.write, pool=timeout.pool)
    return http.build_request(request.method, request.path.lstrip("/"), **options)


def read_reply(response: httpx.Response) -> Reply:
    """Return the reply, its body read."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content)


def unreachable(error: httpx.TransportError) -> ServerUnreachable:
    """Return what to tell a conversation when no reply came."""
    return ServerUnreachable(f"the server does not answer: {error or type(error).__name__}")


def _open(content: Any, opened: ExitStack) -> Any:
    return content if isinstance(content, bytes) else opened.enter_context(content.open("rb"))
