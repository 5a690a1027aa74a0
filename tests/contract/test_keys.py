"""The contract, 7: keys over HTTP, and usage."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from serving import papers
from serving.replies import data_of, error_of, finish, start, upload


@pytest.fixture
def account():
    return f"keys-{uuid4().hex[:8]}"


@pytest.fixture
def admin(server, account):
    with server.client(account) as client:
        yield client


def make(admin, **body):
    return data_of(admin.post("/keys", json=body))


def test_a_key_is_made_shown_once_and_works(server, admin):
    made = make(admin)
    assert made["permissions"] == ["read", "write"]
    assert made["key"].startswith(made["prefix"])
    with server.client(key=made["key"]) as other:
        document = upload(other)
        assert data_of(other.get(f"/files/{document['doc_id']}"))
        assert data_of(admin.get(f"/files/{document['doc_id']}"))  # of the same account
    listed = data_of(admin.get("/keys"))["keys"]
    assert made["id"] in {key["id"] for key in listed}
    assert all("key" not in key for key in listed)
    assert made["key"] not in admin.get("/keys").text


def test_a_revoked_key_is_dead_at_once_and_stays_in_the_list(server, admin):
    for _ in range(10):  # whoever comes first, the next request or the database's announcement
        made = make(admin, permissions=["read"])
        with server.client(key=made["key"]) as other:
            data_of(other.get("/jobs"))
            revoked = data_of(admin.delete(f"/keys/{made['id']}"))
            error_of(other.get("/jobs"), 401, "UNAUTHORIZED")
    assert revoked["revoked_at"]
    assert data_of(admin.delete(f"/keys/{made['id']}"))["revoked_at"] == revoked["revoked_at"]


def test_permissions_and_limits_are_the_keys_own(server, admin):
    reader = make(admin, permissions=["read"], read_limit=3)
    with server.client(key=reader["key"]) as client:
        reply = client.get("/jobs")
        assert reply.headers["x-ratelimit-limit"] == "3"
        error_of(client.post("/schemas", json={}), 403, "FORBIDDEN")
        error_of(client.get("/keys"), 403, "FORBIDDEN")


LIMITS = [  # of the key that asks, what it asks for, what it gets; the server's own are 60 and 1,200
    (None, {}, (None, None)),
    (None, {"work_limit": 60, "read_limit": 5}, (60, 5)),
    (None, {"work_limit": 61}, "work_limit"),
    (None, {"work_limit": 0}, "work_limit"),
    (None, {"read_limit": 0}, "read_limit"),
    (30, {}, (30, 30)),
    (30, {"work_limit": 31}, "work_limit"),
    (90, {}, (60, 90)),
    (0, {"work_limit": 0, "read_limit": 0}, (0, 0)),
    (0, {"work_limit": 5000}, (5000, None)),
]


@pytest.mark.parametrize(("own", "asked", "given"), LIMITS)
def test_no_key_makes_one_that_may_do_more_than_itself(server, account, own, asked, given):
    """Limits are the operator's to lift, at the command line; an account's administrator keeps to their own."""
    key = server.make_key(account, permissions=("admin",), work_limit=own, read_limit=own)
    with server.client(key=key) as client:
        reply = client.post("/keys", json=asked)
        if isinstance(given, str):
            error = error_of(reply, 400, "VALIDATION_ERROR")
            assert error["details"]["field"] == given
        else:
            made = data_of(reply)
            assert (made["work_limit"], made["read_limit"]) == given


def test_a_key_expires(server, admin):
    soon = datetime.now(UTC) + timedelta(seconds=6)
    made = make(admin, expires_at=soon.isoformat())
    with server.client(key=made["key"]) as client:
        data_of(client.get("/jobs"))
        time.sleep(6.1)
        error_of(client.get("/jobs"), 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": []},
        {"permissions": ["all"]},
        {"permissions": "read"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "tomorrow"},
        {"work_limit": -1},
        {"account": "another"},
    ],
)
def test_an_odd_key_is_refused(admin, body):
    error_of(admin.post("/keys", json=body), 400, "VALIDATION_ERROR")


def test_another_accounts_keys_are_not_there(server, admin):
    made = make(admin)
    with server.client("other") as other:
        error_of(other.delete(f"/keys/{made['id']}"), 404, "KEY_NOT_FOUND")
        assert made["id"] not in {key["id"] for key in data_of(other.get("/keys"))["keys"]}
    error_of(admin.delete("/keys/x"), 404, "KEY_NOT_FOUND")


def test_usage_counts_what_was_done_today(admin):
    job = finish(admin, start(admin, papers.pdf(pages=2)))
    statement = start(admin, kind="statements")
    finish(admin, statement)
    usage = data_of(admin.get("/usage"))
    today = usage["days"][-1]
    assert today["date"] == usage["until"]
    assert len(usage["days"]) == 30
    assert (today["documents"], today["jobs"], today["completed"], today["failed"]) == (2, 2, 2, 0)
    assert (today["invoices"], today["statements"], today["pages"]) == (1, 1, 3)
    assert today["seconds"] > 0
    assert sum(today["verdicts"].values()) == 2
    assert job["review"]["verdict"] in today["verdicts"]
    assert usage["total"] == {name: today[name] for name in usage["total"]}
    assert usage["stored"]["documents"] == 2
    assert usage["stored"]["bytes"] == today["bytes"]


def test_deleted_files_take_no_room_and_were_used_nevertheless(admin):
    document = upload(admin)
    data_of(admin.delete(f"/files/{document['doc_id']}"))
    usage = data_of(admin.get("/usage"))
    assert (usage["total"]["documents"], usage["stored"]) == (1, {"documents": 0, "bytes": 0})


def test_usage_is_the_accounts_own(server, admin):
    with server.client(f"empty-{uuid4().hex[:6]}") as other:
        assert data_of(other.get("/usage"))["total"]["documents"] == 0


def test_usage_of_given_days(admin):
    upload(admin)
    usage = data_of(admin.get("/usage", params={"since": "2024-02-28", "until": "2024-03-01"}))
    assert [day["date"] for day in usage["days"]] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert usage["total"]["documents"] == 0


@pytest.mark.parametrize(
    "days", [{"since": "2024-03-02", "until": "2024-03-01"}, {"since": "2000-01-01"}, {"until": "x"}]
)
def test_odd_days_are_refused(admin, days):
    error_of(admin.get("/usage", params=days), 400, "VALIDATION_ERROR")
