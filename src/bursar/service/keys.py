"""Keys to the API: made, found, listed, revoked. Only their SHA-256 is kept; a key itself is shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import InvalidRequest, KeyNotFound

PERMISSIONS = ("read", "write", "admin")
CHANNEL = "bursar_keys"
"""A key that changed is announced here, by the hexadecimal SHA-256 of it."""

_PREFIX = "bsr_"
_SECRET_BYTES = 32  # 256 bits: guessing is hopeless, so a plain hash is as good as a slow one
_SHOWN = len(_PREFIX) + 8
_MAX_LENGTH = 256
_SQL = load_queries("keys")


@dataclass(frozen=True, slots=True)
class Access:
    """What a good key gives: whose it is, what it may do and how much of it. Limits of None: the server's setting."""

    key_id: UUID
    account_id: UUID
    permissions: frozenset[str]
    work_limit: int | None
    read_limit: int | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `key` is not kept anywhere."""

    id: UUID
    key: str
    prefix: str
    account: str
    permissions: tuple[str, ...]
    expires_at: datetime | None


async def create_key(
    connection: Connection,
    account: str,
    *,
    permissions: Collection[str] = ("read", "write"),
    expires_at: datetime | None = None,
    work_limit: int | None = None,
    read_limit: int | None = None,
) -> NewKey:
    """Make a key for the account of that name, which is made as well where there is none.

    Raises `InvalidRequest` for a permission that there is not, or an account's name that cannot be one.
    """
    chosen = _check_permissions(permissions)
    owner = await _SQL.fetch_one(connection, "ensure_account", account=_check_account(account))
    assert owner is not None
    limits = {"work_limit": work_limit, "read_limit": read_limit}
    key, row = await create_account_key(connection, owner["id"], permissions=chosen, expires_at=expires_at, **limits)
    return NewKey(row["id"], key, row["prefix"], account.strip(), chosen, expires_at)


async def create_account_key(
    connection: Connection,
    account_id: UUID,
    *,
    permissions: Collection[str],
    expires_at: datetime | None = None,
    work_limit: int | None = None,
    read_limit: int | None = None,
) -> tuple[str, Row]:
    """Make a key for an account that is there; return the key, which is not kept anywhere, and what is kept of it.

    Limits are taken as they are: an operator may give any. A caller's wishes go through `bound_limit` first.
    """
    key = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    row = await _SQL.fetch_one(
        connection,
        "add_key",
        account_id=account_id,
        prefix=key[:_SHOWN],
        key_sha256=hash_key(key),
        permissions=list(_check_permissions(permissions)),
        work_limit=work_limit,
        read_limit=read_limit,
        expires_at=expires_at,
    )
    assert row is not None
    return key, row


def bound_limit(field: str, wanted: int | None, maker: int | None, default: int) -> int | None:
    """Return the limit of a key that another key makes: what is wanted, never more than the maker may spend itself.

    0 stands for no limit, None for `default`, the server's setting. Raises `InvalidRequest` for more than the maker
    has: else every administrator of an account could lift the limits that the operator set.
    """
    own = default if maker is None else maker
    if own == 0:
        return wanted
    if wanted is None:
        return maker if maker is None or default == 0 else min(maker, default)
    if not 0 < wanted <= own:
        reason = f"must be 1 to {own}: a key cannot make one that may do more than itself"
        raise InvalidRequest(f"{field}: {reason}", {"field": field, "reason": reason, "limit": own})
    return wanted


async def list_account_keys(connection: Connection, account_id: UUID) -> list[Row]:
    """Return the account's keys, oldest first, those revoked and expired as well."""
    return await _SQL.fetch_all(connection, "list_account_keys", account_id=account_id)


async def revoke_account_key(connection: Connection, account_id: UUID, key_id: str) -> Row:
    """Revoke the account's key with this id, at once in all processes; again does no harm. Raises `KeyNotFound`."""
    row = await _SQL.fetch_one(connection, "revoke_account_key", account_id=account_id, id=key_id)
    if row is None:
        raise KeyNotFound("No such key", {"key_id": key_id[:100]})
    return row


async def find_access(connection: Connection, key: str) -> Access | None:
    """Return what the key gives, None when it is unknown, revoked or expired."""
    if not is_key(key):
        return None
    row = await _SQL.fetch_one(connection, "find_access", key_sha256=hash_key(key))
    return None if row is None else Access(**{**row, "permissions": frozenset(row["permissions"])})


async def list_keys(connection: Connection) -> list[dict[str, Any]]:
    """Return every key: id, account, prefix, permissions and times; account by account, oldest first."""
    return await _SQL.fetch_all(connection, "list_keys")


async def revoke_key(connection: Connection, named: str) -> list[dict[str, Any]]:
    """Revoke the live key with this id or prefix, at once in all processes; return what was revoked."""
    return await _SQL.fetch_all(connection, "revoke_key", named=named)


def is_key(text: str) -> bool:
    """Whether the text has the form of a key of ours; tells nothing about whether there is such a key."""
    return text.startswith(_PREFIX) and len(text) <= _MAX_LENGTH and text.isascii()


def hash_key(key: str) -> bytes:
    """Return what is kept of a key. Looking it up by its hash tells nobody how much of a guess was right."""
    return hashlib.sha256(key.encode()).digest()


def _check_permissions(permissions: Collection[str]) -> tuple[str, ...]:
    unknown = sorted(set(permissions) - set(PERMISSIONS))
    if unknown or not permissions:
        reason = f"must be some of {', '.join(PERMISSIONS)}"
        raise InvalidRequest(f"permissions {reason}", {"field": "permissions", "reason": reason})
    return tuple(name for name in PERMISSIONS if name in permissions)


def _check_account(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 255 or not name.isprintable():
        reason = "must have 1 to 255 printable characters"
        raise InvalidRequest(f"the account's name {reason}", {"field": "account", "reason": reason})
    return name
