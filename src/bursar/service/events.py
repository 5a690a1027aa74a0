"""What happens to jobs and batches, told to those who listen (server-sent events) or are called back (webhooks).

Events are written by triggers of the database, within the change that they tell of; here they are read and worded.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.service.jobs import JOB_TYPES

_PREFIX = "evt_"
_LARGEST_ID = 2**63 - 1
_SQL = load_queries("events")


async def list_events(connection: Connection, account_id: UUID, job_id: str, *, after: int = 0) -> list[Row]:
    """Return the first of the job's events after the one of that number, in the order in which they happened."""
    return await _SQL.fetch_all(connection, "events_of_job", account_id=account_id, job_id=job_id, after=after)


async def get_event(connection: Connection, number: int) -> Row:
    """Return the event of that number; there must be one."""
    event = await _SQL.fetch_one(connection, "find_event", id=number)
    assert event is not None
    return event


async def add_test_event(connection: Connection, account_id: UUID) -> int:
    """Let something happen to nothing, for a receiver to be tried with; return the event's number."""
    event = await _SQL.fetch_one(connection, "add_test_event", account_id=account_id)
    assert event is not None
    return int(event["id"])


async def forget_events(connection: Connection, older_than: timedelta) -> int:
    """Delete old events with the log of their deliveries, unless they are still to be delivered; return how many."""
    return await _SQL.execute(connection, "forget_events", older_than=older_than)


def name_event(number: int) -> str:
    """Return the event's id as callers see it."""
    return f"{_PREFIX}{number}"


def read_event_id(text: str) -> int:
    """Return the number in an event's id; 0, which is before all events, for what is no id of ours."""
    number = text.strip().removeprefix(_PREFIX)
    known = number.isascii() and number.isdecimal() and len(number) < 20
    return min(int(number), _LARGEST_ID) if known else 0


def dump_event(event: Row) -> bytes:
    """Return the event as JSON, as it is sent: results only with `job.completed`, exactly as they are stored."""
    return orjson.dumps(_shape(event), option=orjson.OPT_UTC_Z)


def _shape(event: Row) -> dict[str, Any]:
    return {
        "event": event["name"],
        "event_id": name_event(event["id"]),
        "job_id": event["job_id"],
        "batch_id": event["batch_id"],
        "job_type": JOB_TYPES[event["kind"]] if event["job_id"] or event["batch_id"] else None,
        "status": event["status"],
        "progress": event["progress"],
        "created_at": _utc(event["created_at"]),
        "updated_at": _utc(event["updated_at"]),
        "completed_at": _utc(event["completed_at"]),
        "metadata": _as_stored(event["metadata"]),
        "error": event["error"] and {name: event["error"][name] for name in ("code", "message", "details")},
        "results": _as_stored(event["results"]),
    }


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _as_stored(content: bytes | None) -> orjson.Fragment | None:
    return None if content is None else orjson.Fragment(content)
