"""Files that go by themselves: when the time is up that their caller gave, or when they are as old as files may become."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from bursar.database.queries import load_queries
from bursar.errors import AlreadyDeleted
from bursar.service.documents import delete_document
from bursar.service.stores import Stores

_SQL = load_queries("documents")


async def expire_documents(stores: Stores, retention: timedelta | None) -> int:
    """Delete for good what is due; `retention` None keeps files of any age. Return how many went.

    Any number of processes may do so at once.
    """
    gone = 0
    while True:
        async with stores.database.connection() as connection:
            due = await _SQL.fetch_all(connection, "find_expired", retention=retention)
        for document in due:
            with suppress(AlreadyDeleted):  # somebody else was quicker
                await delete_document(stores, document["account_id"], str(document["id"]))
                gone += 1
        if not due:
            return gone
