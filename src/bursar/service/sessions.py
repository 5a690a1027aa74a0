"""Sessions of people: opened by a key or a one-time link, worth what the key is worth, ended with it.

The token is known to the browser alone; its SHA-256 is kept. What proves that a page of ours sent a request is
derived from the token (`proof_of`), so that nothing more has to be kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from bursar.database.connections import Connection
from bursar.database.queries import load_queries
from bursar.errors import Unauthorized
from bursar.service.keys import Access, find_access

SESSION_NAME = "bursar_session"
"""What browsers keep the token under."""

PROOF_HEADER = "X-Bursar-Proof"
"""Where scripts of our pages put the proof of `proof_of`."""

LASTING = timedelta(hours=12)
"""How long a session lasts."""

_LINK_LASTING = timedelta(minutes=30)
_MAX_LENGTH = 100
_SQL = load_queries("sessions")


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: what its key gives, and the account's name."""

    access: Access
    account: str


async def open_session(connection: Connection, key: str) -> str:
    """Open a session with a key; return its token. Raises `Unauthorized`."""
    access = await find_access(connection, key)
    if access is None:
        raise Unauthorized("This key is unknown, revoked or expired")
    return await _add_session(connection, access.key_id)


async def make_link(connection: Connection, key_id: UUID) -> str:
    """Return the token of a link that opens one session with this key, once, within half an hour."""
    token = secrets.token_urlsafe(32)
    await _SQL.execute(connection, "add_link", token_sha256=_hash(token), key_id=key_id, lasting=_LINK_LASTING)
    return token


async def open_session_by_link(connection: Connection, link_token: str) -> str:
    """Use a link up and open its session; return the session's token. Raises `Unauthorized`."""
    taken = await _SQL.fetch_one(connection, "take_link", token_sha256=_hash(link_token))
    if taken is None:
        raise Unauthorized("This link was used already, or is too old")
    return await _add_session(connection, taken["key_id"])


async def find_session(connection: Connection, token: str) -> Session | None:
    """Return the open session with this token, None when it ended, or its key did."""
    if not token or len(token) > _MAX_LENGTH:
        return None
    row = await _SQL.fetch_one(connection, "find_session", token_sha256=_hash(token))
    if row is None:
        return None
    account = row.pop("account")
    return Session(Access(**{**row, "permissions": frozenset(row["permissions"])}), account)


async def end_session(connection: Connection, token: str) -> None:
    """End the session, if there is one."""
    await _SQL.execute(connection, "end_session", token_sha256=_hash(token))


def proof_of(token: str) -> str:
    """Return what pages of ours send along with a change, and no page of others can know."""
    return hmac.new(token.encode(), b"a page of ours", hashlib.sha256).hexdigest()


def is_proof(token: str, given: str) -> bool:
    """Whether `given` proves that a page of ours, in this session, sent the request."""
    return hmac.compare_digest(proof_of(token).encode(), given.encode())


async def _add_session(connection: Connection, key_id: UUID) -> str:
    token = secrets.token_urlsafe(32)
    await _SQL.execute(connection, "add_session", token_sha256=_hash(token), key_id=key_id, lasting=LASTING)
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
