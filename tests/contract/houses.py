"""A server's stores with one document, for tests that work below the doors."""

from __future__ import annotations

from contextlib import asynccontextmanager

from bursar.database.connections import Database
from bursar.files.memory import MemoryFileStore
from bursar.service.jobs import Order, start_job
from bursar.service.storage import adopt_storage
from bursar.service.stores import Stores
from bursar.worker.queue import Queue


class House:
    """Stores and queue, and shorthands for what tests look at."""

    def __init__(self, stores, queue):
        self.stores = stores
        self.queue = queue

    async def fetch(self, statement, *values):
        async with self.stores.database.connection() as connection:
            return await (await connection.execute(statement, values)).fetchone()

    async def add_document(self, content=b"content"):
        account = await self.fetch(
            "INSERT INTO accounts (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = 'a' RETURNING id"
        )
        self.account_id = account["id"]
        number = (await self.fetch("SELECT new_id_number() AS number"))["number"]
        await self.stores.files.write_bytes(f"documents/{number}", content)
        return await self.fetch(
            "INSERT INTO documents (account_id, file_id, filename, format, size_bytes, sha256, storage_key, page_count)"
            " VALUES (%s, %s, 'a.pdf', 'pdf', 1, '', %s, 1) RETURNING *",
            self.account_id,
            f"{number}_a.pdf",
            f"documents/{number}",
        )

    async def start(self, content=b"content", **order):
        """Start a job on a new document with this content; return its id."""
        document = await self.add_document(content)
        async with self.stores.database.transaction() as connection:
            job = await start_job(connection, self.queue.enqueue, self.account_id, Order(document, **order))
        return job["id"]

    async def job(self, job_id):
        return await self.fetch("SELECT * FROM jobs WHERE id = %s", job_id)

    async def entries(self):
        """Return the ids of the jobs that wait in the queue."""
        row = await self.fetch(
            "SELECT array_agg(args->>'job_id' ORDER BY id) AS ids FROM procrastinate_jobs WHERE status = 'todo'"
        )
        return row["ids"] or []


@asynccontextmanager
async def open_house(database_url, sandbox=None, files=None):
    """Lend a house with files in memory."""
    database = Database(database_url, max_connections=6)
    await database.open()
    try:
        stores = Stores(database, files or MemoryFileStore(), sandbox)
        await adopt_storage(database, stores.files)
        yield House(stores, Queue(database_url))
    finally:
        await database.close()
