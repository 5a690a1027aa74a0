"""Who is calling, and how much of it: keys are looked up and budgets spent before a request goes anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser

from bursar.api.visit import Visit, visit_of
from bursar.database.connections import Database
from bursar.errors import BursarError, Forbidden, Unauthorized
from bursar.service.keys import Access, find_access, hash_key, is_key
from bursar.service.limits import ReadMeter, WorkMeter
from bursar.service.sessions import PROOF_HEADER, SESSION_NAME, find_session, is_proof

_FRESH_S = 20.0
_KEPT_KEYS = 10_000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class KeyCache:
    """Good keys of late, so that a poll is one read. Unknown keys are never kept: one just made works at once.

    A change of a key is announced by the database, and forgotten here (`forget`); while announcements are missed
    (`deaf`) nothing that was kept counts.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[bytes, tuple[float, Access]] = {}
        self._changes = 0
        self.deaf = True

    async def find(self, key: str) -> Access | None:
        """Return what the key gives, None when it gives nothing."""
        hashed = hash_key(key)
        kept = None if self.deaf else self._kept.get(hashed)
        if kept is not None and self._clock() - kept[0] < _FRESH_S:
            access = kept[1]
            return access if access.expires_at is None or access.expires_at > datetime.now(UTC) else None
        return await self._load(key, hashed)

    def forget(self, sha256_hex: str) -> None:
        """Drop what is known of the key with this hash."""
        self._changes += 1
        self._kept.pop(bytes.fromhex(sha256_hex), None)

    def forget_all(self) -> None:
        """Drop everything: announcements may have been missed."""
        self._changes += 1
        self._kept.clear()

    async def _load(self, key: str, hashed: bytes) -> Access | None:
        changes = self._changes
        async with self._database.connection() as connection:
            access = await find_access(connection, key)
        if access is not None and changes == self._changes:  # else it may have changed while it was read
            if len(self._kept) >= _KEPT_KEYS:
                self._kept.clear()
            self._kept[hashed] = (self._clock(), access)
        return access


class Reception:
    """Admits visits: finds who is calling and spends or looks at their budget. Never raises for a caller's fault."""

    def __init__(self, database: Database, keys: KeyCache, *, work_limit: int, read_limit: int) -> None:
        self._keys = keys
        self._database = database
        self._reads = ReadMeter(database)
        self._work_limit = work_limit
        self._read_limit = read_limit

    async def admit(self, visit: Visit, method: str, headers: Headers) -> None:
        """Set the visit's `access` and budget, or why it is `refused`."""
        try:
            visit.access = await self._identify(method, headers)
            if method == "POST":
                await self._open_work(visit, visit.access)
            else:
                limit = visit.access.read_limit
                limit = self._read_limit if limit is None else limit
                visit.budget, visit.refused = await self._reads.spend(visit.access.key_id, limit)
        except BursarError as error:
            visit.refused = error

    async def _identify(self, method: str, headers: Headers) -> Access:
        authorization = headers.get("authorization")
        if not authorization:
            if token := cookie_parser(headers.get("cookie", "")).get(SESSION_NAME):
                return await self._find_session(method, token, headers.get(PROOF_HEADER, ""))
            raise Unauthorized("An API key is needed: Authorization: Bearer <key>")
        scheme, _, key = authorization.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not is_key(key):
            raise Unauthorized("The API key is malformed")
        access = await self._keys.find(key)
        if access is None:
            raise Unauthorized("The API key is unknown, revoked or expired")
        return access

    async def _find_session(self, method: str, token: str, proof: str) -> Access:
        """Return what the session of a browser gives; for a change, only where a page of ours asks for it."""
        async with self._database.connection() as connection:
            session = await find_session(connection, token)
        if session is None:
            raise Unauthorized("The session has ended; log in again")
        if method not in _SAFE and not is_proof(token, proof):
            raise Forbidden("A page of another site may change nothing here", {"header": PROOF_HEADER})
        return session.access

    async def _open_work(self, visit: Visit, access: Access) -> None:
        limit = self._work_limit if access.work_limit is None else access.work_limit
        visit.work = WorkMeter(access.key_id, limit)
        async with self._database.transaction() as connection:
            await visit.work.look(connection)


def require(request: Request, permission: Literal["read", "write", "admin"]) -> Visit:
    """Return the visit of a caller who has the permission. Raises why the visit was refused, or `Forbidden`."""
    visit = visit_of(request.scope)
    if visit.refused is not None:
        raise visit.refused
    if permission not in visit.caller.permissions:
        raise Forbidden(f"The key lacks the permission {permission}", {"permission": permission})
    return visit


def _require_read(request: Request) -> Visit:
    return require(request, "read")


def _require_write(request: Request) -> Visit:
    return require(request, "write")


bearer = Security(HTTPBearer(auto_error=False, description="A key made by `bursar keys create`."))
Reader = Annotated[Visit, Depends(_require_read)]
Writer = Annotated[Visit, Depends(_require_write)]
