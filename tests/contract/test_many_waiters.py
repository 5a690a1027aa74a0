"""The contract, 7: two thousand clients wait at once on one API process, while jobs run."""

from __future__ import annotations

import asyncio
import resource
import time

import psutil
import pytest

from patience import patient
from serving import run_server, run_worker
from serving.replies import data_of, start, upload

WAITERS = 2000
JOBS = 20

pytestmark = pytest.mark.slow


@pytest.fixture
def many_files():
    """Each waiter is a connection here and one there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 3 * WAITERS:
        pytest.skip(f"{hard} open files are too few")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3 * WAITERS), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _wait_for_end(server, path, done):
    """One client, as plain as can be: what it costs here must not be taken for what it costs there."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET /api/v1{path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {server.key_of('acme')}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    content = await reader.read()
    done.append((time.monotonic(), content))
    writer.close()


@pytest.mark.parametrize(
    ("path", "told"),
    [("/parse/invoices/{}?wait=60", b'"status":"completed"'), ("/jobs/{}/events", b"event: job.completed")],
    ids=["long poll", "events"],
)
def test_two_thousand_wait_without_a_thread_or_a_database_connection_each(data_dir, many_files, path, told):
    with run_server(data_dir, workers=0) as server, server.client() as client:
        server.key_of("acme")
        document = upload(client)["doc_id"]
        jobs = [
            data_of(client.post("/parse/invoices", json={"document_id": document}))["job_id"] for _ in range(JOBS - 1)
        ] + [start(client)]
        done = asyncio.run(_watch(server, client, jobs, path))
    assert len(done) == WAITERS
    assert all(told in content for _, content in done)


async def _watch(server, client, jobs, path):
    done = []
    waiting = [asyncio.create_task(_wait_for_end(server, path.format(jobs[n % JOBS]), done)) for n in range(WAITERS)]
    while _count_connections(server) < WAITERS:  # noqa: ASYNC110  (another process's)
        await asyncio.sleep(0.2)
    family = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children(recursive=True)]
    assert max(process.num_threads() for process in family) < 100
    assert sum("postgres" in process.name() for process in family) < 40

    began = time.monotonic()
    reply = await asyncio.to_thread(client.get, "/health")
    assert reply.status_code == 200
    assert time.monotonic() - began < patient(5)  # the others are not in the way

    with run_worker(server):
        await asyncio.wait_for(asyncio.gather(*waiting), 300)
    return done


def _count_connections(server):
    port = int(server.url.rpartition(":")[2])
    family = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children(recursive=True)]
    return sum(
        connection.status == psutil.CONN_ESTABLISHED and bool(connection.laddr) and connection.laddr.port == port
        for process in family
        for connection in process.net_connections("tcp")
    )
