"""What was found in long results is kept for those who turn their pages, for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bursar.dashboard.recent import RecentFindings
from bursar.dashboard.review import read_findings

LONG = 1_000_000


class Clock:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recent(clock):
    return RecentFindings(clock)


@pytest.fixture
def findings():
    return read_findings({"result": None, "detected_kind": None, "kind": None})


def test_what_was_found_is_kept_with_the_version_that_it_was_found_at(recent, findings):
    recent.keep("job_1", "1-completed", findings, LONG)
    recent.keep("job_1", "2-completed", findings, LONG)
    kept = recent.find("job_1")
    assert (kept.version, kept.findings is findings) == ("2-completed", True)
    assert recent.find("job_2") is None


@pytest.mark.parametrize("size_bytes", [10, 100_000_000])
def test_what_is_read_at_once_and_what_takes_too_much_room_is_not_kept(recent, findings, size_bytes):
    recent.keep("job_1", "1", findings, LONG)
    recent.keep("job_1", "2", findings, size_bytes)
    assert recent.find("job_1") is None


def test_the_oldest_makes_room(recent, findings):
    for number in range(20):
        recent.keep(f"job_{number}", "1", findings, LONG)
    assert [number for number in range(20) if recent.find(f"job_{number}")] == list(range(4, 20))


def test_nothing_is_kept_for_long(recent, clock, findings):
    recent.keep("job_1", "1", findings, LONG)
    clock.now += timedelta(minutes=11)
    assert recent.find("job_1") is None
