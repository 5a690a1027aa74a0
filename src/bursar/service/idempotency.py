"""Requests that may be sent twice and are answered once: the first reply is kept for a day, and given again.

The reply is written in the transaction that does the work, so there is no moment at which a process could die and leave
work done without a reply to give again. Whoever answers holds the key by a lease; a key whose holder died is free again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from bursar.database.connections import Connection
from bursar.database.queries import load_queries
from bursar.errors import IdempotencyConflict

LEASE = timedelta(seconds=15)
LIFETIME = timedelta(hours=24)

_SQL = load_queries("idempotency")


@dataclass(frozen=True, slots=True)
class KeptReply:
    """The first reply and what it was a reply to. `body` None: it held a secret and was not kept."""

    fingerprint: bytes
    status: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to be the first to answer a request with this key."""

    account_id: UUID
    key: str
    owner: UUID = field(default_factory=uuid4)

    @property
    def _named(self) -> dict[str, object]:
        return {"account_id": self.account_id, "key": self.key, "owner": self.owner}

    async def claim(self, connection: Connection) -> bool:
        """Take the key; False when somebody else has it, or has answered."""
        return await _SQL.fetch_one(connection, "claim_key", **self._named, lease=LEASE, lifetime=LIFETIME) is not None

    async def renew(self, connection: Connection) -> None:
        """Say that the request is still being answered; to be said well within `LEASE`."""
        await _SQL.execute(connection, "hold_key", **self._named, lease=LEASE)

    async def find_reply(self, connection: Connection) -> KeptReply | None:
        """Return the reply of whoever was first, None while there is none."""
        row = await _SQL.fetch_one(connection, "find_reply", account_id=self.account_id, key=self.key)
        return None if row is None or row["status"] is None else KeptReply(**row)

    async def keep(self, connection: Connection, reply: KeptReply) -> None:
        """Keep the reply, in the transaction of the work. Raises `IdempotencyConflict` when the key was lost meanwhile."""
        kept = {"fingerprint": reply.fingerprint, "status": reply.status, "body": reply.body}
        if not await _SQL.execute(connection, "keep_reply", **self._named, **kept):
            raise IdempotencyConflict("Another request with this Idempotency-Key is being answered", {"key": self.key})

    async def free(self, connection: Connection) -> None:
        """Give the key back where nothing was kept: the request may be sent anew."""
        await _SQL.execute(connection, "free_key", **self._named)


async def forget_replies(connection: Connection) -> int:
    """Delete replies that are no more to be given; return how many."""
    return await _SQL.execute(connection, "forget_replies", lifetime=LIFETIME)
