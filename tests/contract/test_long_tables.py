"""Lists, their totals and looks at jobs stay quick however long the tables grow, and are right for all that."""

from __future__ import annotations

import asyncio
import re
from itertools import product
from uuid import uuid4

import pytest

from bursar.api.polls import Polls
from bursar.errors import Crashed, Unavailable
from bursar.sandbox.request import ParseOutcome
from bursar.service.attempts import claim_job, fail_job, finish_job
from bursar.service.documents import delete_document, list_documents
from bursar.service.jobs import JobFilter, Look, fold_tallies, list_jobs, retry_job
from bursar.service.limits import WorkMeter
from bursar.service.pages import Listing
from contract.houses import open_house

pytestmark = pytest.mark.anyio
OUTCOME = ParseOutcome(b'{"summary":{"total":1700.30}}', "invoice", "invoice", 0.1)
WANTED = list(
    product((None, "pending", "processing", "completed", "failed"), (None, "invoice", "statement"), (True, False))
)


@pytest.fixture
async def house(database_url):
    async with open_house(database_url) as opened:
        yield opened


async def finish(house, job_id):
    assert await finish_job(house.stores, await claim_job(house.stores, job_id), OUTCOME)


async def fail(house, job_id):
    assert await fail_job(house.stores, await claim_job(house.stores, job_id), Crashed("gone"))


async def count_both_ways(house):
    """Every total that a list tells, and as many rows as there are, by what is wanted."""
    told, there = {}, {}
    async with house.stores.database.connection() as connection:
        for status, kind, deleted in WANTED:
            listing = Listing(page_size=1, status=status)
            page = await list_jobs(connection, house.account_id, kind, listing, JobFilter(deleted=deleted))
            told[status, kind, deleted] = page.total
            cursor = await connection.execute(
                "SELECT count(*) AS jobs FROM jobs j JOIN documents d ON d.id = j.document_id WHERE j.account_id = %s"
                " AND j.status = coalesce(%s, j.status) AND (%s OR d.deleted_at IS NULL)"
                " AND coalesce(j.kind, j.detected_kind, '') = coalesce(%s, j.kind, j.detected_kind, '')",
                (house.account_id, status, deleted, kind),
            )
            there[status, kind, deleted] = (await cursor.fetchone())["jobs"]
    return told, there


async def test_totals_of_lists_are_right_after_all_that_may_happen_to_jobs(house):
    jobs = [await house.start(kind=kind) for kind in (None, None, "statement", "statement", "invoice", None, None)]
    await finish(house, jobs[0])
    await finish(house, jobs[2])
    await fail(house, jobs[3])
    await fail(house, jobs[4])
    await retry_job(house.stores, house.queue.enqueue, WorkMeter(uuid4(), 0), house.account_id, jobs[4])
    await claim_job(house.stores, jobs[5])
    for job_id in (jobs[0], jobs[6]):  # one that has ended, and one that the deletion ends
        await delete_document(house.stores, house.account_id, str((await house.job(job_id))["document_id"]))
    told, there = await count_both_ways(house)
    assert told == there
    assert told[None, None, True] == 7
    assert told[None, None, False] == 5
    assert told["failed", None, True] == 2

    for _ in range(60):  # enough for them to be worth putting together
        await house.fetch("UPDATE jobs SET status = 'failed' WHERE id = %s RETURNING id", jobs[5])
        await house.fetch("UPDATE jobs SET status = 'pending' WHERE id = %s RETURNING id", jobs[5])
    before = (await house.fetch("SELECT count(*) AS rows FROM tallies"))["rows"]
    async with house.stores.database.connection() as connection:
        await fold_tallies(connection)
    assert (await house.fetch("SELECT count(*) AS rows FROM tallies"))["rows"] < 10 < before
    told, there = await count_both_ways(house)
    assert told == there


async def test_a_deletion_while_a_job_ends_leaves_the_totals_right(house):
    jobs = [await house.start() for _ in range(12)]
    attempts = [await claim_job(house.stores, job_id) for job_id in jobs]
    documents = [str((await house.job(job_id))["document_id"]) for job_id in jobs]
    await asyncio.gather(
        *[finish_job(house.stores, attempt, OUTCOME) for attempt in attempts],
        *[delete_document(house.stores, house.account_id, document) for document in documents],
    )
    told, there = await count_both_ways(house)
    assert told == there
    assert told[None, None, False] == 0


class Counted:
    """A database that counts how often it was asked."""

    def __init__(self, database):
        self._database = database
        self.asked = 0

    def connection(self):
        self.asked += 1
        return self._database.connection()


async def test_many_looks_share_a_statement_and_everybody_gets_their_own_job(house):
    jobs = [await house.start(kind="invoice") for _ in range(5)]
    await finish(house, jobs[0])
    database = Counted(house.stores.database)
    polls, mine = Polls(database), house.account_id
    version = (await polls.find(Look(mine, jobs[0])))["version"]
    looks = [
        look
        for job_id in jobs
        for look in (Look(mine, job_id), Look(uuid4(), job_id), Look(mine, "job_1"), Look(mine, job_id, f"x {version}"))
    ] * 10
    database.asked = 0
    found = await asyncio.gather(*[polls.find(look) for look in looks])
    assert database.asked < len(looks) / 10
    for look, job in zip(looks, found, strict=True):
        if look.account_id != mine or look.job_id == "job_1":
            assert job is None
        else:
            assert job["id"] == look.job_id
            wants_result = look.job_id == jobs[0] and not look.known_versions
            assert job["result"] == (OUTCOME.document if wants_result else None)


async def test_a_look_sees_what_was_committed_before_it(house):
    polls = Polls(house.stores.database)
    job_id = await house.start()

    async def look_on():
        for _ in range(30):
            await polls.find(Look(house.account_id, job_id))

    crowd = [asyncio.create_task(look_on()) for _ in range(20)]
    await asyncio.sleep(0)
    await finish(house, job_id)
    assert (await polls.find(Look(house.account_id, job_id)))["status"] == "completed"
    await asyncio.gather(*crowd)


async def test_looks_are_told_when_the_database_is_away_and_go_on_when_it_is_back(house):
    class Away(Counted):
        def connection(self):
            raise Unavailable("the database is away")

    job_id = await house.start()
    polls = Polls(Away(None))
    looks = [polls.find(Look(house.account_id, job_id)) for _ in range(50)]
    assert {type(error) for error in await asyncio.gather(*looks, return_exceptions=True)} == {Unavailable}
    polls.database = house.stores.database
    assert (await polls.find(Look(house.account_id, job_id)))["id"] == job_id


async def test_a_page_of_a_list_is_read_off_an_index(house):
    await house.start()
    await house.fetch(
        "WITH d AS (INSERT INTO documents (account_id, file_id, filename, format, size_bytes, sha256, storage_key, page_count)"
        "  SELECT account_id, n || '_b.pdf', 'b.pdf', 'pdf', 1, '', 'k' || n, 1 FROM documents, generate_series(1, 3000) n"
        "  RETURNING id, account_id), j AS (INSERT INTO jobs (id, account_id, document_id, kind, status, created_at)"
        "  SELECT 'job_' || row_number() OVER (), account_id, id, CASE mod(row_number() OVER (), 2) WHEN 0 THEN 'invoice'"
        "  ELSE 'statement' END, 'completed', now() - row_number() OVER () * interval '1 minute' FROM d RETURNING id)"
        " SELECT count(*) FROM j"
    )
    async with house.stores.database.connection() as connection:
        await connection.execute("ANALYZE")
        for listing, kind, wanted in (
            (Listing(), None, JobFilter()),
            (Listing(page=9), None, JobFilter(deleted=False)),
            (Listing(status="failed"), None, JobFilter()),
            (Listing(status="completed"), "invoice", JobFilter()),
            (Listing(), "statement", JobFilter()),
            (Listing(), None, JobFilter(verdict="contradicted")),
            (Listing(), None, JobFilter(needs_review=True)),
        ):
            explained = await explain(connection, list_jobs, house.account_id, kind, listing, wanted)
            assert not re.search(r"Seq Scan on (jobs|documents)", explained), explained
        explained = await explain(connection, list_documents, house.account_id, None, Listing())
        assert not re.search(r"Seq Scan on (jobs|documents)", explained), explained


class _Explaining:
    """A connection on which statements are explained instead of run."""

    def __init__(self, connection):
        self._connection = connection
        self.plans = []

    async def execute(self, statement, values):
        cursor = await self._connection.execute("EXPLAIN " + statement, values)
        self.plans.append("\n".join(row["QUERY PLAN"] for row in await cursor.fetchall()))
        return self

    async def fetchall(self):
        return [{"total": 0}]


async def explain(connection, listed, *arguments):
    explaining = _Explaining(connection)
    await listed(explaining, *arguments)
    return explaining.plans[0]
