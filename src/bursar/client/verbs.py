"""What a client can do, each as a conversation: the one core of `Client` and `AsyncClient`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar
from urllib.parse import quote

from bursar.client.conversation import Conversation, Found, Part, Request, Retries, ask, ask_data, data_of
from bursar.client.errors import StillRunning, job_failed
from bursar.client.models import Batch, File, Job, UploadedFile

Kind: TypeAlias = Literal["invoice", "statement"]
Source: TypeAlias = str | Path | tuple[str, bytes]
"""A document to send: its path, or a file name and its bytes."""
OnProgress: TypeAlias = Callable[[Job], None]
OnBatchProgress: TypeAlias = Callable[[Batch], None]
Ending = TypeVar("Ending", Job, Batch)
Element = TypeVar("Element", Job, File)

_POLL_S = 30
"""How long the server may hold a poll when only the end matters; it answers at once when that comes."""
_PROGRESS_POLL_S = 1
"""The same when somebody watches the progress."""
_PAGE_SIZE = 100


class Wishes(TypedDict, total=False):
    """How a document is to be processed: the keys of a process call."""

    options: dict[str, Any]
    metadata: dict[str, Any]
    callback_url: str
    schema_id: str
    schema: dict[str, Any]
    password: str


def upload(
    sources: Iterable[Source], retries: Retries, *, password: str | None = None
) -> Conversation[list[UploadedFile]]:
    """Send files in one request; raises only when none of them is taken."""
    form = {} if password is None else {"password": password}
    parts = tuple(_part_of(source) for source in sources)
    data = yield from ask_data(Request("POST", "/parse/upload", form=form, files=parts), retries)
    return [UploadedFile.read(file) for file in data["files"]]


def start(document_id: str, kind: Kind | None, wishes: Wishes, retries: Retries) -> Conversation[Job]:
    """Start a job on an uploaded document."""
    body = {"document_id": document_id, **wishes}
    return Job.read((yield from ask_data(Request("POST", _path_of(kind), body=body), retries)))


def parse(
    source: Source,
    kind: Kind | None,
    wishes: Wishes,
    retries: Retries,
    *,
    wait: bool,
    timeout_s: float | None,
    on_progress: OnProgress | None,
) -> Conversation[Job]:
    """Upload, start, and wait for the end if wanted."""
    (file,) = yield from upload([source], retries, password=wishes.get("password"))
    assert file.document_id is not None
    job = yield from start(file.document_id, kind, wishes, retries)
    if not wait:
        return job
    return (yield from wait_for_job(job.id, retries, timeout_s=timeout_s, on_progress=on_progress))


def get_job(job_id: str, retries: Retries) -> Conversation[Job]:
    """Read a job as it stands."""
    return Job.read((yield from ask_data(Request("GET", f"/jobs/{_segment(job_id)}"), retries)))


def wait_for_job(
    job_id: str, retries: Retries, *, timeout_s: float | None, on_progress: OnProgress | None
) -> Conversation[Job]:
    """Wait for a job's end; raises `JobFailed` when it is not a good one."""
    job = yield from _wait(f"/jobs/{_segment(job_id)}", Job, retries, timeout_s, on_progress)
    if job.error is not None:
        raise job_failed(job)
    return job


def cancel_job(job_id: str, retries: Retries) -> Conversation[None]:
    """Stop a job that has not ended."""
    yield from ask(Request("DELETE", f"/jobs/{_segment(job_id)}"), retries)


def retry_job(job_id: str, password: str | None, retries: Retries) -> Conversation[Job]:
    """Start a failed job again under the same id."""
    body = {} if password is None else {"password": password}
    yield from ask(Request("POST", f"/jobs/{_segment(job_id)}/retry", body=body), retries)
    return (yield from get_job(job_id, retries))


def export_job(job_id: str, file_format: str, retries: Retries) -> Conversation[bytes]:
    """Read the result in a file format: csv, xlsx, ofx and others."""
    reply = yield from ask(
        Request("GET", f"/jobs/{_segment(job_id)}/export", query={"format": file_format}, patience_s=60), retries
    )
    return reply.content


def start_batch(document_ids: Iterable[str], kind: Kind, wishes: Wishes, retries: Retries) -> Conversation[Batch]:
    """Start a job for each of several uploaded documents."""
    body = {"document_ids": list(document_ids), **wishes}
    started = yield from ask_data(Request("POST", f"{_path_of(kind)}/batch", body=body), retries)
    return (yield from get_batch(started["batch_id"], retries))


def parse_batch(
    sources: Iterable[Source],
    kind: Kind,
    wishes: Wishes,
    retries: Retries,
    *,
    wait: bool,
    timeout_s: float | None,
    on_progress: OnBatchProgress | None,
) -> Conversation[Batch]:
    """Upload several files, start them as a batch, and wait for all if wanted; a file that is refused stops it."""
    document_ids = []
    for source in sources:  # one a request: the first that is refused raises, and no body is larger than a file
        (file,) = yield from upload([source], retries, password=wishes.get("password"))
        assert file.document_id is not None
        document_ids.append(file.document_id)
    batch = yield from start_batch(document_ids, kind, wishes, retries)
    if not wait:
        return batch
    return (yield from wait_for_batch(batch.id, retries, timeout_s=timeout_s, on_progress=on_progress))


def get_batch(batch_id: str, retries: Retries) -> Conversation[Batch]:
    """Read a batch as it stands."""
    return Batch.read((yield from ask_data(Request("GET", f"/parse/{_segment(batch_id)}"), retries)))


def wait_for_batch(
    batch_id: str, retries: Retries, *, timeout_s: float | None, on_progress: OnBatchProgress | None
) -> Conversation[Batch]:
    """Wait until every job of a batch has ended, well or not: `files` says how each fared."""
    return (yield from _wait(f"/parse/{_segment(batch_id)}", Batch, retries, timeout_s, on_progress))


def iterate_jobs(kind: Kind | None, status: str | None, retries: Retries) -> Conversation[None]:
    """Find all jobs, newest first, without their results."""
    path = "/jobs" if kind is None else _path_of(kind)
    yield from _iterate(path, "jobs", Job, {"status": status}, retries)


def iterate_files(kind: Kind | None, status: str | None, retries: Retries) -> Conversation[None]:
    """Find all files, newest first."""
    yield from _iterate("/files", "files", File, {"status": status, "type": kind}, retries)


def get_file(file_id: str, retries: Retries) -> Conversation[File]:
    """Read what is known of a file, by either of its ids."""
    return File.read((yield from ask_data(Request("GET", f"/files/{_segment(file_id)}"), retries)))


def download_file(file_id: str, retries: Retries) -> Conversation[bytes]:
    """Read a file's bytes."""
    reply = yield from ask(Request("GET", f"/files/{_segment(file_id)}/download", patience_s=60), retries)
    return reply.content


def delete_file(file_id: str, retries: Retries) -> Conversation[None]:
    """Remove a file, its pages and its results for good."""
    yield from ask(Request("DELETE", f"/files/{_segment(file_id)}"), retries)


def _wait(
    path: str,
    model: type[Ending],
    retries: Retries,
    timeout_s: float | None,
    on_progress: Callable[[Ending], None] | None,
) -> Conversation[Ending]:
    """Poll until the end; `on_progress` hears of every change. Unchanged polls have no body."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    longest_s = _POLL_S if on_progress is None else _PROGRESS_POLL_S
    known: dict[str, str] = {}
    while True:
        left_s = longest_s if deadline is None else max(0.0, min(longest_s, deadline - time.monotonic()))
        request = Request("GET", path, query={"wait": round(left_s, 3)}, headers=known, patience_s=left_s)
        reply = yield from ask(request, retries)
        if reply.status != 304:
            seen = model.read(data_of(reply))
            known = {"If-None-Match": reply.headers["etag"]} if "etag" in reply.headers else {}
            if on_progress is not None:
                on_progress(seen)
            if seen.has_ended:
                return seen
        if deadline is not None and time.monotonic() >= deadline:
            assert timeout_s is not None
            raise StillRunning(path.rpartition("/")[2], timeout_s)


def _iterate(
    path: str, name: str, model: type[Element], filters: dict[str, str | None], retries: Retries
) -> Conversation[None]:
    """Find every element of a list, page by page.

    What comes in meanwhile pushes older elements onto the next page; they are found once all the same.
    """
    query = {key: value for key, value in filters.items() if value is not None}
    page, found = 1, set[str]()
    while True:
        request = Request("GET", path, query={**query, "page": page, "page_size": _PAGE_SIZE})
        data = yield from ask_data(request, retries)
        for wire in data[name]:
            element = model.read(wire)
            if element.id not in found:
                found.add(element.id)
                yield Found(element)
        if page >= data["total_pages"]:
            return
        page += 1


def _part_of(source: Source) -> Part:
    if isinstance(source, tuple):
        return Part(*source)
    path = Path(source)
    return Part(path.name, path)


def _path_of(kind: Kind | None) -> str:
    return "/parse" if kind is None else f"/parse/{kind}s"


def _segment(name: str) -> str:
    """Return the name fit for a path; an id of ours needs no escape."""
    return quote(name, safe="")
