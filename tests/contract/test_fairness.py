"""Accounts take turns: a full queue of one delays a single job of another by no more than a job."""

from __future__ import annotations

import pytest

from bursar.service.jobs import Order, start_job
from contract.houses import open_house

pytestmark = pytest.mark.anyio

FLOOD = 10_000


@pytest.fixture
async def house(database_url):
    async with open_house(database_url) as house, house.queue.opened():
        yield house


async def add_account(house, name):
    """An account with a document; return what starts jobs on it."""
    account = await house.fetch("INSERT INTO accounts (name) VALUES (%s) RETURNING id", name)
    document = await house.fetch(
        "INSERT INTO documents (account_id, file_id, filename, format, size_bytes, sha256, storage_key, page_count)"
        " VALUES (%s, %s, 'a.pdf', 'pdf', 1, '', 'x', 1) RETURNING *",
        account["id"],
        f"1_{name}.pdf",
    )

    async def start(count=1):
        async with house.stores.database.transaction() as connection:
            return [
                (await start_job(connection, house.queue.enqueue, account["id"], Order(document)))["id"]
                for _ in range(count)
            ]

    return start


async def fetch(house, count, worker):
    return [(await house.queue.fetch(worker)).task_kwargs["job_id"] for _ in range(count)]


@pytest.mark.slow
async def test_ten_thousand_jobs_of_one_account_are_one_job_before_anothers(house):
    greedy, modest = await add_account(house, "greedy"), await add_account(house, "modest")
    worker = await house.queue.sign_on()
    await greedy(FLOOD)
    await fetch(house, 5, worker)
    (wanted,) = await modest()
    assert wanted in await fetch(house, 2, worker)


async def test_two_accounts_with_full_queues_take_turns(house):
    first, second = await add_account(house, "first"), await add_account(house, "second")
    worker = await house.queue.sign_on()
    of_first = set(await first(50))
    await fetch(house, 10, worker)
    of_second = set(await second(50))
    taken = await fetch(house, 40, worker)
    assert 18 <= len(of_second.intersection(taken)) <= 22
    assert 18 <= len(of_first.intersection(taken)) <= 22


async def test_who_sends_one_by_one_does_not_starve_who_sent_all_at_once(house):
    heap, trickle = await add_account(house, "heap"), await add_account(house, "trickle")
    worker = await house.queue.sign_on()
    of_heap = set(await heap(30))
    taken = []
    for _ in range(20):
        await trickle(2)
        taken += await fetch(house, 2, worker)
    assert len(of_heap.intersection(taken)) >= 18


async def test_after_an_empty_queue_nobody_pays_for_what_they_sent_before(house):
    old, new = await add_account(house, "old"), await add_account(house, "new")
    worker = await house.queue.sign_on()
    await fetch(house, len(await old(200)), worker)
    await new(100)
    (wanted,) = await old()
    assert wanted in await fetch(house, 3, worker)


async def test_an_accounts_jobs_are_taken_in_the_order_in_which_they_came(house):
    only = await add_account(house, "only")
    worker = await house.queue.sign_on()
    started = await only(30)
    assert await fetch(house, 30, worker) == started


async def test_the_queue_stays_quick_when_it_is_long(house):
    """The first entry and the turn are found by an index, however many wait."""
    greedy = await add_account(house, "greedy")
    await greedy(2_000)
    async with house.stores.database.connection() as connection:
        await connection.execute("ANALYZE procrastinate_jobs")
        plan = await (
            await connection.execute(
                "EXPLAIN SELECT -priority FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1"
            )
        ).fetchall()
    assert "Index" in " ".join(str(row) for row in plan)
    assert "Seq Scan" not in " ".join(str(row) for row in plan)
