"""`Idempotency-Key`: a POST that is sent again gets the first reply again, whichever process it comes to."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from contextlib import suppress

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bursar.api.replies import JSON, refusal
from bursar.api.services import services_of
from bursar.api.visit import Visit, visit_of
from bursar.database.connections import Connection, Database
from bursar.errors import BursarError, IdempotencyConflict, InvalidRequest
from bursar.service.idempotency import LEASE, Hold, KeptReply

REPLAYED = "Idempotency-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_PATIENCE_S = 30.0
_LOOK_S = 0.1
_UNREAD_BYTES = 1024 * 1024
_PASSING = frozenset({401, 403, 408, 429})
_SECRETIVE = ("/keys", "/webhooks/secret/rotate")
"""Addresses whose replies show a secret once; such a reply is not kept."""


class Idempotency:
    """Gives the first reply again to a POST that was seen before (ASGI); stands behind the door, which knows who calls."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; those without a key pass, as do those that will be refused anyway."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if not key or scope["method"] != "POST" or not _may_work(visit_of(scope)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        body = _Body(request, receive)
        try:
            await self._answer(request, key, body, send)
        except ClientDisconnect:
            raise
        except BursarError as error:
            await refusal(request, error)(scope, receive, send)

    async def _answer(self, request: Request, key: str, body: _Body, send: Send) -> None:
        if not _KEY.fullmatch(key):
            reason = "must be 1 to 255 printable ASCII characters"
            raise InvalidRequest(f"Idempotency-Key {reason}", {"field": "Idempotency-Key", "reason": reason})
        database = services_of(request).stores.database
        hold = Hold(visit_of(request.scope).account_id, key)
        kept = await _claim_or_find(database, hold)
        if kept is None:
            await _Answering(self._app, database, hold, body).run(request, send)
            return
        await body.read_on()
        if body.fingerprint() != kept.fingerprint:
            raise IdempotencyConflict("This Idempotency-Key was used with another request", {"key": key})
        if kept.body is None:
            raise IdempotencyConflict(
                "The request was answered before; its reply showed a secret and was not kept", {"key": key}
            )
        await Response(kept.body, kept.status, {REPLAYED: "true"}, JSON)(request.scope, body.receive, send)


class _Answering:
    """One request that is the first with its key."""

    def __init__(self, app: ASGIApp, database: Database, hold: Hold, body: _Body) -> None:
        self._app = app
        self._database = database
        self._hold = hold
        self._body = body
        self._secretive = False
        self._status = 500
        self._reply = bytearray()

    async def run(self, request: Request, send: Send) -> None:
        visit_of(request.scope).keeper = self._keep_with_work
        self._secretive = request.url.path.endswith(_SECRETIVE)

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
            elif message["type"] == "http.response.body":
                self._reply += message.get("body", b"")
                if not message.get("more_body"):
                    await self._settle()  # before the last of it goes out: who has the reply may send again at once
            await send(message)

        renewing = asyncio.create_task(self._keep_renewing())
        try:
            await self._app(request.scope, self._body.receive, send_and_note)
        except BaseException:
            with suppress(BursarError):
                await asyncio.shield(self._free())
            raise
        finally:
            renewing.cancel()

    async def _keep_with_work(self, connection: Connection, response: Response) -> None:
        await self._body.read_on()
        await self._keep(connection, response.status_code, bytes(response.body))

    async def _settle(self) -> None:
        """Keep the reply, where the work has not done so; what may go better next time is not kept."""
        with suppress(IdempotencyConflict):  # it was kept, with the work
            if self._status >= 500 or self._status in _PASSING or not await self._body.read_on(_UNREAD_BYTES):
                await self._free()
            else:
                async with self._database.connection() as connection:
                    await self._keep(connection, self._status, bytes(self._reply))

    async def _keep(self, connection: Connection, status: int, body: bytes) -> None:
        hidden = self._secretive and status < 300
        await self._hold.keep(connection, KeptReply(self._body.fingerprint(), status, None if hidden else body))

    async def _free(self) -> None:
        async with self._database.connection() as connection:
            await self._hold.free(connection)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            with suppress(BursarError):
                async with self._database.connection() as connection:
                    await self._hold.renew(connection)


class _Body:
    """The request's body on its way in, and its fingerprint. The boundary of a form, which is drawn by lot, is left out."""

    def __init__(self, request: Request, receive: Receive) -> None:
        self._receive = receive
        self._sha256 = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
        _, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        self._boundary = b"--" + boundary if boundary else b""
        self._held_back = b""
        self._complete = False

    async def receive(self) -> Message:
        """Return the next message, having looked at it."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._take(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        return message

    async def read_on(self, most_bytes: float = float("inf")) -> bool:
        """Read what nobody has read, up to so many bytes; whether that was all. Raises `ClientDisconnect`."""
        while not self._complete and most_bytes > 0:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            most_bytes -= len(message.get("body", b""))
        return self._complete

    def fingerprint(self) -> bytes:
        """Return the SHA-256 of the request."""
        whole = self._sha256.copy()
        whole.update(self._held_back)
        return whole.digest()

    def _take(self, chunk: bytes) -> None:
        if not self._boundary:
            self._sha256.update(chunk)
            return
        *before, last = (self._held_back + chunk).split(self._boundary)
        for piece in before:
            self._sha256.update(piece)
        sure = max(len(last) - len(self._boundary) + 1, 0)  # what follows may be the beginning of a boundary
        self._sha256.update(last[:sure])
        self._held_back = last[sure:]


async def _claim_or_find(database: Database, hold: Hold) -> KeptReply | None:
    """Return the first reply, None when ours shall be the first. Raises `IdempotencyConflict` when it takes too long."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        async with database.connection() as connection:
            if await hold.claim(connection):
                return None
            kept = await hold.find_reply(connection)
        if kept is not None:
            return kept
        if time.monotonic() > until:
            raise IdempotencyConflict(
                "The first request with this Idempotency-Key is still being answered", {"key": hold.key}
            )
        await asyncio.sleep(_LOOK_S)


def _may_work(visit: Visit) -> bool:
    return visit.refused is None and visit.access is not None and "write" in visit.access.permissions
