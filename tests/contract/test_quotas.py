"""Quotas of an account: what does not fit is refused whole, jobs beyond theirs wait, and nobody fits in twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import anyio
import pytest

from bursar.service.jobs import Order, start_job
from bursar.service.quotas import find_accounts_held_back, release_jobs, set_quotas
from bursar.worker.queue import Queue
from contract.houses import open_house
from serving import papers, run_cli, run_cli_json, run_worker, wait_until
from serving.replies import data_of, error_of, finish, start, upload

MEBIBYTE = 1024 * 1024


class Tenant:
    """A client of an account of its own, and that account's quotas."""

    def __init__(self, server, account, client):
        self.server = server
        self.account = account
        self.client = client

    def may(self, **quotas):
        assert self.server.run_in_database(lambda connection: set_quotas(connection, self.account, quotas))

    def quotas(self):
        return data_of(self.client.get("/usage"))["quotas"]

    def count(self, table, where="true"):
        async def count(connection):
            cursor = await connection.execute(
                f"SELECT count(*) AS n FROM {table} t JOIN accounts a ON a.id = t.account_id WHERE a.name = %s AND {where}",
                (self.account,),
            )
            return (await cursor.fetchone())["n"]

        return self.server.run_in_database(count)


@pytest.fixture
def tenant(server):
    account = f"tenant-{uuid4().hex[:8]}"
    with server.client(account) as client:
        yield Tenant(server, account, client)


@pytest.fixture
def idle_tenant(idle_server):
    account = f"tenant-{uuid4().hex[:8]}"
    with idle_server.client(account) as client:
        yield Tenant(idle_server, account, client)


def send(client, *contents, **fields):
    parts = [("files", (f"{number}.pdf", content)) for number, content in enumerate(contents)]
    return client.post("/parse/upload", files=parts, data=fields)


def various(count):
    return [papers.pdf(lines=(f"INVOICE {uuid4().hex}",)) for _ in range(count)]


# ---------------------------------------------------------------- documents


def test_documents_beyond_the_quota_are_refused_until_one_is_deleted(tenant):
    tenant.may(documents=2)
    first, _ = (upload(tenant.client, content) for content in various(2))
    error = error_of(send(tenant.client, *various(1)), 403, "QUOTA_EXCEEDED")
    assert error["details"] == {"quota": "documents", "limit": 2, "used": 2}
    data_of(tenant.client.delete(f"/files/{first['doc_id']}"))
    upload(tenant.client, various(1)[0])


def test_of_an_upload_that_does_not_fit_nothing_is_kept(tenant):
    tenant.may(documents=2)
    upload(tenant.client)
    before = tenant.server.stored_files()
    error = error_of(send(tenant.client, *various(2)), 403, "QUOTA_EXCEEDED")
    assert error["details"] == {"quota": "documents", "limit": 2, "used": 1}
    assert tenant.quotas()["documents"] == {"limit": 2, "used": 1}
    wait_until(lambda: tenant.server.stored_files() <= before)


def test_upload_and_start_in_one_call_keeps_to_the_quota(tenant):
    tenant.may(documents=1)
    parts = [("files", (f"{number}.pdf", content)) for number, content in enumerate(various(2))]
    error_of(tenant.client.post("/parse/invoices", files=parts, data={"process": "true"}), 403, "QUOTA_EXCEEDED")
    assert (tenant.count("documents"), tenant.count("jobs")) == (0, 0)
    data_of(tenant.client.post("/parse/invoices", files=parts[:1], data={"process": "true"}))


def test_twelve_uploads_at_once_do_not_fit_into_the_room_of_five(tenant):
    tenant.may(documents=5)
    tenant.client.get("/jobs")  # the key is known before
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda content: send(tenant.client, content), various(12)))
    assert sorted(reply.status_code for reply in replies) == [200] * 5 + [403] * 7
    assert tenant.count("documents", "deleted_at IS NULL") == 5


def test_what_was_uploaded_this_month_counts_after_it_was_deleted(tenant):
    tenant.may(documents_month=1)
    document = upload(tenant.client)
    data_of(tenant.client.delete(f"/files/{document['doc_id']}"))
    error = error_of(send(tenant.client, papers.pdf()), 403, "QUOTA_EXCEEDED")
    assert (error["details"]["quota"], error["details"]["used"]) == ("documents_month", 1)
    assert error["details"]["resets_at"] == tenant.quotas()["documents_month"]["resets_at"]


def test_a_new_month_begins_with_nothing(tenant):
    tenant.may(documents_month=1)
    upload(tenant.client)

    async def age(connection):
        await connection.execute(
            "UPDATE holdings SET month = month - interval '1 month' WHERE account_id ="
            " (SELECT id FROM accounts WHERE name = %s)",
            (tenant.account,),
        )

    tenant.server.run_in_database(age)
    assert tenant.quotas()["documents_month"]["used"] == 0
    upload(tenant.client)
    assert tenant.quotas()["documents_month"]["used"] == 1


def test_a_quota_that_was_lowered_takes_nothing_away(tenant):
    document = upload(tenant.client)
    upload(tenant.client)
    tenant.may(documents=1)
    error_of(send(tenant.client, papers.pdf()), 403, "QUOTA_EXCEEDED")
    finish(tenant.client, data_of(tenant.client.post("/parse", json={"document_id": document["doc_id"]}))["job_id"])


def test_refused_bytes_were_work_all_the_same(server):
    account = f"tenant-{uuid4().hex[:8]}"
    with server.client(key=server.make_key(account, work_limit=10)) as client:
        Tenant(server, account, client).may(bytes=10)
        reply = send(client, papers.pdf())
        error_of(reply, 403, "QUOTA_EXCEEDED")
        assert reply.headers["x-ratelimit-remaining"] == "9"


# ---------------------------------------------------------------- bytes


def test_bytes_beyond_the_quota_are_refused_and_equal_ones_count_once(tenant):
    content = papers.pdf()
    tenant.may(bytes=len(content) + 10)
    upload(tenant.client, content)
    upload(tenant.client, content)
    error = error_of(send(tenant.client, papers.pdf(pages=2)), 403, "QUOTA_EXCEEDED")
    assert error["details"] == {"quota": "bytes", "limit": len(content) + 10, "used": len(content)}
    assert tenant.quotas()["bytes"] == {"limit": len(content) + 10, "used": len(content)}
    assert tenant.quotas()["documents"] == {"limit": None, "used": 2}


def test_what_is_counted_is_what_is_there(tenant):
    contents = various(3)
    documents = [upload(tenant.client, content) for content in (*contents, contents[0], contents[0])]
    for document in (documents[0], documents[1], documents[3]):
        data_of(tenant.client.delete(f"/files/{document['doc_id']}"))
    stored = data_of(tenant.client.get("/usage"))["stored"]
    assert stored == {"documents": 2, "bytes": len(contents[0]) + len(contents[2])}


def test_equal_documents_deleted_at_once_leave_no_bytes(tenant):
    for _ in range(5):
        content = various(1)[0]
        before = tenant.server.stored_files()
        pair = [upload(tenant.client, content)["doc_id"] for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(lambda doc_id: tenant.client.delete(f"/files/{doc_id}"), pair))
        assert [reply.status_code for reply in replies] == [200, 200]
        assert tenant.server.stored_files() <= before
    assert data_of(tenant.client.get("/usage"))["stored"] == {"documents": 0, "bytes": 0}


# ---------------------------------------------------------------- jobs


def test_jobs_beyond_the_quota_wait_and_no_more_run_at_once(idle_tenant):
    client = idle_tenant.client
    idle_tenant.may(jobs=2)
    document_id = upload(client, papers.pdf(pages=2))["doc_id"]
    batch = data_of(client.post("/parse/invoices/batch", json={"document_ids": [document_id] * 6}))
    assert idle_tenant.quotas()["jobs"] == {"limit": 2, "used": 2, "waiting": 4}
    assert {data_of(client.get(f"/jobs/{job_id}"))["status"] for job_id in batch["job_ids"]} == {"pending"}
    most, status = 0, "pending"
    with run_worker(idle_tenant.server, engine="fakes.paced:parse", workers=4):
        while status not in ("completed", "failed"):
            told = data_of(client.get(f"/parse/invoices/batch/{batch['batch_id']}"))
            status = told["status"]
            most = max(most, sum(file["status"] == "processing" for file in told["files"]))
    assert status == "completed"
    assert 1 <= most <= 2
    assert idle_tenant.quotas()["jobs"] == {"limit": 2, "used": 0, "waiting": 0}


def test_another_account_does_not_wait_with_them(idle_tenant, idle_server):
    idle_tenant.may(jobs=1)
    for _ in range(3):
        start(idle_tenant.client)
    with idle_server.client(f"tenant-{uuid4().hex[:8]}") as other:
        job_id = start(other)
        with run_worker(idle_server, engine="fakes.paced:parse"):
            assert finish(other, job_id)["status"] == "completed"
            wait_until(lambda: idle_tenant.quotas()["jobs"]["used"] == 0)


@pytest.fixture
async def house(database_url):
    async with open_house(database_url) as house, house.queue.opened():
        yield house


async def admit(house, quota=1):
    return await release_jobs(house.stores.database, house.queue.enter, house.account_id, quota)


@pytest.mark.anyio
async def test_the_servers_quota_counts_where_the_account_has_none(house):
    house.queue = Queue(house.stores.database.url, 1)
    first, second, third = [await house.start() for _ in range(3)]
    assert await house.entries() == [first]
    assert await find_accounts_held_back(house.stores.database) == [house.account_id]
    await house.fetch("UPDATE jobs SET status = 'completed' WHERE id = %s RETURNING id", first)
    assert await admit(house) == 1
    assert await house.entries() == [first, second]
    assert await admit(house) == 0
    await house.fetch("UPDATE accounts SET job_quota = 0 RETURNING id")
    assert await admit(house) == 1
    assert (await house.entries())[-1] == third
    assert await find_accounts_held_back(house.stores.database) == []


@pytest.mark.anyio
async def test_a_new_job_does_not_overtake_those_that_wait(house):
    house.queue = Queue(house.stores.database.url, 1)
    first, second = [await house.start() for _ in range(2)]
    await house.fetch("UPDATE jobs SET status = 'failed' WHERE id = %s RETURNING id", first)
    third = await house.start()  # there is room, and it is not its turn
    assert await house.entries() == [first]
    await admit(house)
    assert await house.entries() == [first, second]
    assert (await house.job(third))["held_back"]


@pytest.mark.anyio
async def test_a_job_that_was_cancelled_while_it_waited_takes_no_room(house):
    house.queue = Queue(house.stores.database.url, 1)
    first, second, third = [await house.start() for _ in range(3)]
    await house.fetch("UPDATE jobs SET status = 'failed' WHERE id IN (%s, %s) RETURNING id", first, second)
    await admit(house)
    assert await house.entries() == [first, third]


@pytest.mark.anyio
async def test_jobs_that_start_at_once_do_not_share_a_place(house):
    document = await house.add_document()
    queue = Queue(house.stores.database.url, 3)

    async def start_one():
        async with house.stores.database.transaction() as connection:
            await start_job(connection, queue.enqueue, house.account_id, Order(document))

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(start_one)
    assert len(await house.entries()) == 3


# ---------------------------------------------------------------- the command


def test_an_operator_sets_quotas_of_an_account(tenant):
    tenant.client.get("/jobs")
    where = ("--data-dir", tenant.server.data_dir)
    run_cli_json("accounts", "quota", tenant.account, "--documents", 5, "--mb", 2, *where, "--json")
    run_cli_json("accounts", "quota", tenant.account, "--jobs", "none", *where, "--json")
    quotas = tenant.quotas()
    assert (quotas["documents"]["limit"], quotas["bytes"]["limit"]) == (5, 2 * MEBIBYTE)
    (listed,) = [row for row in run_cli_json("accounts", "list", *where, "--json") if row["name"] == tenant.account]
    assert (listed["document_quota"], listed["job_quota"], listed["month_quota"]) == (5, 0, None)
    run_cli_json("accounts", "quota", tenant.account, "--documents", "default", *where, "--json")
    assert tenant.quotas()["documents"]["limit"] is None
    shown = run_cli("accounts", "list", *where)
    assert "0 of 2097152" in next(line for line in shown.stdout.splitlines() if tenant.account in line)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nobody-at-all", "--documents", "5"), 1, "no account is called"),
        (("acme", "--documents", "-5"), 2, "number"),
        (("acme", "--mb", "0"), 2, "number"),
    ],
)
def test_a_quota_that_cannot_be_is_refused(server, arguments, code, words):
    done = run_cli("accounts", "quota", *arguments, "--data-dir", server.data_dir)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
