"""What people do with results is told by webhook only where the operator says so."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bursar.service.keys import Access
from bursar.service.review import approve_job
from contract.houses import open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(database_url):
    async with open_house(database_url) as house:
        yield house


async def approve(house, **how):
    """Approve a job that has a result and somebody to call; return the events that are on their way."""
    job_id = await house.start(callback_url="https://example.com/hook")
    await house.fetch(
        """UPDATE jobs SET status = 'completed', result = '{"a": 1}' WHERE id = %s RETURNING id""", job_id
    )
    caller = Access(uuid4(), house.account_id, frozenset({"write"}), None, None, None)
    for _ in range(2):  # the second one changes nothing
        await approve_job(house.stores, caller, job_id, **how)
    noted = await house.fetch("SELECT array_agg(name ORDER BY id) AS names FROM events WHERE job_id = %s", job_id)
    sent = await house.fetch(
        "SELECT array_agg(e.name ORDER BY d.id) AS names FROM deliveries d JOIN events e ON e.id = d.event_id"
        " WHERE d.subject = %s",
        job_id,
    )
    return noted["names"], sent["names"]


async def test_receivers_of_the_published_events_get_no_others(house):
    noted, sent = await approve(house)
    assert noted == ["job.created", "job.completed", "job.approved"]
    assert sent == ["job.created", "job.completed"]


async def test_an_operator_may_have_them_told(house):
    noted, sent = await approve(house, by_webhook=True)
    assert sent == noted == ["job.created", "job.completed", "job.approved"]


async def test_telling_once_does_not_tell_the_next_time(house):
    await approve(house, by_webhook=True)
    _, sent = await approve(house)
    assert sent == ["job.created", "job.completed"]
