"""Webhooks: events on their way to addresses of the callers'. What a courier does with them stands in `worker.couriers`.

A delivery is right when the receiver answers 2xx. Otherwise it is tried again, later each time, until it is given up.
The deliveries of one job to one address are made one at a time, in the order of the events.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from standardwebhooks import Webhook

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import DeliveryNotFound
from bursar.service.events import add_test_event, get_event, name_event
from bursar.service.pages import Listing, PageOf

CHANNEL = "bursar_deliveries"
"""New deliveries are announced here."""

ROTATION = timedelta(hours=24)
"""How long a secret that was replaced still signs, beside the new one."""

STATUSES = ("pending", "delivered", "failed")

_ID = re.compile(r"dlv_([0-9]{1,18})")
_SECRET_BYTES = 32
_SQL = load_queries("webhooks")


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that a courier has for a while, after it was `tried` so many times."""

    id: int
    account_id: UUID
    event_id: int
    url: str
    host: str
    claimed_until: datetime
    tried: int


@dataclass(frozen=True, slots=True)
class Try:
    """How one try at a delivery went: the receiver's status and the beginning of its answer, or why there is none."""

    at: datetime
    ms: int
    status: int | None = None
    answer: str | None = None
    error: str | None = None

    @property
    def is_right(self) -> bool:
        """Whether the receiver has taken the event."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Redelivery:
    """How often a delivery is tried again, and how long is waited: `first_s`, five times as long each time, `longest_s`."""

    times: int = 5
    first_s: float = 5.0
    longest_s: float = 3600.0

    def wait_after(self, tries: int, jitter: float) -> timedelta | None:
        """Return how long to wait after so many tries that failed, None to give up; `jitter` from 0 to 1 adds a tenth."""
        if tries > self.times:
            return None
        return timedelta(seconds=min(self.first_s * 5 ** (tries - 1), self.longest_s) * (1 + jitter / 10))


async def claim_deliveries(
    connection: Connection, *, busy: list[str], per_host: int, most: int, lease: timedelta
) -> list[Claim]:
    """Take deliveries that are due, none to the hosts that are `busy`; they come back by themselves after `lease`."""
    rows = await _SQL.fetch_all(connection, "claim_deliveries", busy=busy, per_host=per_host, most=most, lease=lease)
    return [Claim(**row) for row in rows]


async def settle_delivery(connection: Connection, claim: Claim, tried: Try, wait: timedelta | None) -> str | None:
    """Write down how it went; `wait` is until the next try, None for no more. Return the status, None if it was too late."""
    status = "delivered" if tried.is_right else "failed" if wait is None else "pending"
    written = {name: getattr(tried, name) for name in Try.__slots__}
    changed = await _SQL.execute(
        connection,
        "settle_delivery",
        id=claim.id,
        claimed_until=claim.claimed_until,
        status=status,
        tried=orjson.dumps([written], option=orjson.OPT_UTC_Z).decode(),
        wait=wait if wait is not None and not tried.is_right else timedelta(0),
    )
    return status if changed else None


async def measure_wait(connection: Connection) -> float | None:
    """Return the seconds until the next delivery is due that nobody has, None when none is."""
    row = await _SQL.fetch_one(connection, "next_due")
    return None if row is None else row["seconds"]


async def list_deliveries(connection: Connection, account_id: UUID, subject: str | None, listing: Listing) -> PageOf:
    """Return a page of the account's deliveries, newest first; of one job or batch where `subject` names it."""
    return await listing.fetch(_SQL, connection, "list_deliveries", account_id=account_id, subject=subject)


async def get_delivery(connection: Connection, account_id: UUID, delivery_id: str) -> tuple[Row, Row]:
    """Return a delivery and its event. Raises `DeliveryNotFound`."""
    matched = _ID.fullmatch(delivery_id)
    row = matched and await _SQL.fetch_one(connection, "find_delivery", account_id=account_id, id=int(matched[1]))
    if not row:
        raise DeliveryNotFound("No such delivery", {"delivery_id": delivery_id[:100]})
    return row, await get_event(connection, row["event_id"])


async def redeliver(connection: Connection, account_id: UUID, delivery_id: str) -> Row:
    """Send an event again to where it went; return the new delivery. Raises `DeliveryNotFound`."""
    first, _ = await get_delivery(connection, account_id, delivery_id)
    return await _send(connection, account_id, first["event_id"], first["subject"], first["url"])


async def send_test(connection: Connection, account_id: UUID, url: str) -> Row:
    """Send a test event to the address; return its delivery."""
    number = await add_test_event(connection, account_id)
    return await _send(connection, account_id, number, name_event(number), url)


async def rotate_secret(connection: Connection, account_id: UUID) -> tuple[str, datetime | None]:
    """Make a new secret, to be shown once; return it, and until when the one before it signs as well, if there was one."""
    await _SQL.fetch_one(connection, "lock_account", account_id=account_id)
    retired = await _SQL.fetch_one(connection, "retire_secrets", account_id=account_id, grace=ROTATION)
    secret = _make_secret()
    await _SQL.execute(connection, "add_secret", account_id=account_id, secret=secret)
    await _SQL.execute(connection, "forget_secrets")
    return secret, None if retired is None else retired["expires_at"]


async def list_secrets(connection: Connection, account_id: UUID) -> list[str]:
    """Return the secrets that sign, the newest first. An account that has none yet gets one."""
    for _ in range(2):
        if rows := await _SQL.fetch_all(connection, "list_secrets", account_id=account_id):
            break
        await _SQL.execute(connection, "add_secret", account_id=account_id, secret=_make_secret())
    return [row["secret"] for row in rows]


async def count_deliveries(connection: Connection) -> dict[str, int]:
    """Return how many deliveries ended in the last five minutes, by status, and how many are `pending`."""
    rows = await _SQL.fetch_all(connection, "count_deliveries")
    return dict.fromkeys(STATUSES, 0) | {row["status"]: row["deliveries"] for row in rows}


def sign(body: bytes, event_id: str, sent_at: datetime, signers: list[str]) -> dict[str, str]:
    """Return the headers that prove the body ours: Standard Webhooks by every secret, `X-Signature` by the newest."""
    signatures = [Webhook(secret).sign(event_id, sent_at, body.decode()) for secret in signers]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "X-Signature": f"sha256={hmac.digest(signers[0].encode(), body, hashlib.sha256).hex()}",
    }


def shape_delivery(row: Row) -> dict[str, Any]:
    """Return a delivery as it stands in lists."""
    last = row["tries"][-1] if row["tries"] else {}
    return {
        "id": f"dlv_{row['id']}",
        "event": row["name"],
        "event_id": name_event(row["event_id"]),
        "job_id": row["job_id"],
        "batch_id": row["batch_id"],
        "url": row["url"],
        "status": row["status"],
        "attempts": len(row["tries"]),
        "response_status": last.get("status"),
        "response_ms": last.get("ms"),
        "error": last.get("error"),
        "created_at": row["created_at"],
        "completed_at": row["settled_at"],
        "next_attempt_at": row["due_at"] if row["status"] == "pending" else None,
    }


async def _send(connection: Connection, account_id: UUID, number: int, subject: str, url: str) -> Row:
    added = await _SQL.fetch_one(
        connection, "add_delivery", account_id=account_id, event_id=number, subject=subject, url=url
    )
    assert added is not None
    row = await _SQL.fetch_one(connection, "find_delivery", account_id=account_id, id=added["id"])
    assert row is not None
    return row


def _make_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
