"""Both clients against a scripted server: what they send, when they try again, what they raise."""

from __future__ import annotations

import asyncio
import email.utils
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from bursar import errors
from bursar.client import ApiError, AsyncClient, Client, JobFailed, ServerUnreachable, StillRunning, blocking
from bursar.client import async_client as concurrent
from bursar.client.conversation import Retries

AT = "2026-01-07T10:00:00Z"
JOB = {
    "job_id": "job_1",
    "status": "completed",
    "progress": 100,
    "document_id": "d",
    "file_id": "f",
    "created_at": AT,
    "updated_at": AT,
    "error": None,
    "results": None,
}


def ok(data, status=200, **headers):
    return httpx.Response(status, json={"success": True, "data": data}, headers=headers)


def refused(status, code, **headers):
    error = {"code": code, "message": "No", "details": {"field": "x"}, "request_id": "r1"}
    return httpx.Response(status, json={"success": False, "error": error}, headers=headers)


class Script:
    """Answers one request after another; an exception is raised in place of an answer."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.bodies = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def handle(self, request):
        self.bodies.append(request.read())
        return self(request)

    async def handle_later(self, request):
        self.bodies.append(await request.aread())
        return self(request)


@pytest.fixture(params=["blocking", "async"])
def play(request, monkeypatch):
    """Runs a method of a client against a script; `play.pauses` are the seconds it slept."""
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    def run(script, method, *arguments, retries=None, **options):
        if request.param == "blocking":
            monkeypatch.setattr(blocking.time, "sleep", pauses.append)
            with Client("http://bursar/", key="k", retries=retries, transport=httpx.MockTransport(script.handle)) as c:
                got = getattr(c, method)(*arguments, **options)
                return list(got) if method in ("jobs", "files") else got

        async def run_later():
            monkeypatch.setattr(concurrent.asyncio, "sleep", sleep)
            transport = httpx.MockTransport(script.handle_later)
            async with AsyncClient("http://bursar", key="k", retries=retries, transport=transport) as c:
                got = getattr(c, method)(*arguments, **options)
                return [one async for one in got] if method in ("jobs", "files") else await got

        return asyncio.run(run_later())

    run.pauses = pauses
    return run


def test_a_request_carries_the_key_and_goes_below_the_prefix(play):
    script = Script(ok(JOB))
    assert play(script, "get_job", "job_1").id == "job_1"
    (sent,) = script.requests
    assert str(sent.url) == "http://bursar/api/v1/jobs/job_1"
    assert sent.headers["authorization"] == "Bearer k"


def test_a_name_cannot_leave_its_place_in_the_path(play):
    script = Script(ok(JOB))
    play(script, "get_job", "../keys?x=1")
    assert script.requests[0].url.raw_path == b"/api/v1/jobs/..%2Fkeys%3Fx%3D1"


def test_amounts_are_read_as_they_are_printed(play):
    body = json.dumps({"success": True, "data": {**JOB, "results": {"total": "@"}}}).replace('"@"', "1700.30")
    job = play(Script(httpx.Response(200, content=body)), "get_job", "job_1")
    assert job.results == {"total": Decimal("1700.30")}
    assert str(job.results["total"]) == "1700.30"
    assert job.fact is None


def test_a_server_that_asks_for_patience_gets_it_to_the_second(play):
    script = Script(refused(429, "RATE_LIMIT_EXCEEDED", **{"Retry-After": "7"}), ok(JOB))
    play(script, "get_job", "job_1")
    assert play.pauses == [7.0]


def test_patience_may_be_asked_for_until_a_date(play):
    until = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=50), usegmt=True)
    play(Script(refused(503, "UNAVAILABLE", **{"Retry-After": until}), ok(JOB)), "get_job", "job_1")
    assert play.pauses[0] == pytest.approx(49.5, abs=1.5)


def test_pauses_grow_where_the_server_asks_for_none(play):
    script = Script(httpx.ConnectError("no"), refused(503, "UNAVAILABLE"), httpx.ReadError("gone"), ok(JOB))
    play(script, "get_job", "job_1")
    for pause, longest in zip(play.pauses, [0.5, 1.0, 2.0], strict=True):
        assert longest / 2 <= pause <= longest


def test_patience_that_is_asked_for_too_long_is_an_error_at_once(play):
    script = Script(refused(429, "RATE_LIMIT_EXCEEDED", **{"Retry-After": "3600"}))
    with pytest.raises(errors.RateLimited):
        play(script, "get_job", "job_1")
    assert play.pauses == []


def test_tries_come_to_an_end(play):
    script = Script(*[httpx.ConnectError("no")] * 3)
    with pytest.raises(ServerUnreachable):
        play(script, "get_job", "job_1", retries=Retries(count=2))
    assert script.answers == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 500])
def test_what_would_be_refused_again_is_not_sent_again(play, status):
    with pytest.raises(ApiError):
        play(Script(refused(status, "ANYTHING")), "get_job", "job_1")


def test_a_post_that_is_sent_again_is_the_same_to_the_letter(play, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF the bytes")
    file = {"filename": "a.pdf", "document_id": "d", "file_id": "f", "error": None, "validation": None}
    script = Script(httpx.ReadError("gone"), refused(503, "UNAVAILABLE"), ok({"files": [file]}))
    (uploaded,) = play(script, "upload", tmp_path / "a.pdf")
    assert uploaded.document_id == "d"
    assert len({sent.headers["idempotency-key"] for sent in script.requests}) == 1
    assert [b"%PDF the bytes" in body for body in script.bodies] == [True] * 3
    assert len(set(script.bodies)) == 1  # the boundary, too: a server compares bodies


def test_two_posts_are_two(play):
    script = Script(ok(JOB), ok(JOB))
    play(script, "start", "d")
    play(script, "start", "d")
    assert len({sent.headers["idempotency-key"] for sent in script.requests}) == 2


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "PASSWORD_REQUIRED", errors.PasswordRequired),
        (400, "CORRUPT_DOCUMENT", errors.CorruptDocument),
        (404, "JOB_NOT_FOUND", errors.JobNotFound),
        (404, "JOB_NOT_FOUND", errors.NotFound),
        (401, "UNAUTHORIZED", errors.Unauthorized),
        (410, "FILE_DELETED", errors.Gone),
        (409, "FILE_DELETED", errors.AlreadyDeleted),
    ],
)
def test_a_refusal_is_the_librarys_own_error_and_the_servers(play, status, code, kind):
    with pytest.raises(kind) as caught:
        play(Script(refused(status, code)), "get_job", "job_1")
    assert isinstance(caught.value, ApiError)
    assert (caught.value.code, caught.value.status, caught.value.request_id) == (code, status, "r1")
    assert caught.value.details == {"field": "x"}


def test_a_code_of_a_newer_server_keeps_its_name(play):
    with pytest.raises(ApiError) as caught:
        play(Script(refused(418, "TEAPOT")), "get_job", "job_1")
    assert caught.value.code == "TEAPOT"


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[]", b"{}", b"null"])
def test_a_proxy_that_answers_in_the_servers_place_is_an_error(play, body):
    for status in (200, 404):
        with pytest.raises(ApiError) as caught:
            play(Script(httpx.Response(status, content=body)), "get_job", "job_1")
        assert caught.value.status == status


def test_waiting_reports_every_change_and_asks_only_for_news(play):
    seen = []
    script = Script(
        ok({**JOB, "status": "pending", "progress": 0}, ETag='"1"'),
        httpx.Response(304),
        ok({**JOB, "status": "processing", "progress": 50}, ETag='"2"'),
        ok(JOB, ETag='"3"'),
    )
    job = play(script, "wait_for_job", "job_1", on_progress=lambda job: seen.append((job.status, job.progress)))
    assert job.has_ended
    assert seen == [("pending", 0), ("processing", 50), ("completed", 100)]
    assert [sent.headers.get("if-none-match") for sent in script.requests] == [None, '"1"', '"1"', '"2"']


def test_a_job_that_fails_raises_what_the_library_would(play):
    failed = {**JOB, "status": "failed", "error": {"code": "PASSWORD_WRONG", "message": "No", "details": {"a": 1}}}
    with pytest.raises(errors.PasswordWrong) as caught:
        play(Script(ok(failed)), "wait_for_job", "job_1")
    assert isinstance(caught.value, JobFailed)
    assert caught.value.job.id == "job_1"
    assert caught.value.details == {"a": 1}


def test_patience_with_a_job_ends(play):
    with pytest.raises(StillRunning) as caught:
        play(Script(ok({**JOB, "status": "processing"})), "wait_for_job", "job_1", timeout_s=0)
    assert caught.value.job_id == "job_1"


def test_a_list_is_read_page_by_page_and_tells_nothing_twice(play):
    def page(*numbers):
        return ok({"jobs": [{**JOB, "job_id": f"job_{n}"} for n in numbers], "total_pages": 2})

    script = Script(page(4, 3, 2), page(2, 1))  # a job came in between: 2 was pushed to the next page
    found = play(script, "jobs", "invoice", status="completed")
    assert [job.id for job in found] == ["job_4", "job_3", "job_2", "job_1"]
    assert [dict(sent.url.params)["page"] for sent in script.requests] == ["1", "2"]
    assert script.requests[0].url.path == "/api/v1/parse/invoices"
    assert script.requests[0].url.params["status"] == "completed"
