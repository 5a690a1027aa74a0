"""The client for programs with an event loop: `Client`, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack
from typing import Any, Self, Unpack

import httpx

from bursar.client import verbs
from bursar.client.conversation import Came, Conversation, Found, Pause, Request, Retries, Step, Value, ask_data
from bursar.client.models import Batch, File, Job, UploadedFile
from bursar.client.transport import build_request, http_settings, read_reply, unreachable
from bursar.client.verbs import Kind, OnBatchProgress, OnProgress, Source, Wishes


class AsyncClient:
    """A Bursar server, for one account. Close it, or use it in `async with`. `on_progress` is called in the event loop.

    Every method raises `ApiError` where the server refuses and `ServerUnreachable` where none answers, after trying
    again as `retries` say and as the server's `Retry-After` asks. `timeout_s` is for one answer, not for a job.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        retries: Retries | None = None,
        timeout_s: float = 60,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._retries = retries or Retries()
        self._http = httpx.AsyncClient(transport=transport, **http_settings(url, key, timeout_s))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def upload(self, *sources: Source, password: str | None = None) -> list[UploadedFile]:
        """Send files in one request; those refused carry `error`. Raises only when none is taken."""
        return await self._run(verbs.upload(sources, self._retries, password=password))

    async def start(self, document_id: str, kind: Kind | None = None, **wishes: Unpack[Wishes]) -> Job:
        """Start a job on an uploaded document; `kind` None lets the server find out."""
        return await self._run(verbs.start(document_id, kind, wishes, self._retries))

    async def parse(
        self,
        source: Source,
        kind: Kind | None = None,
        *,
        wait: bool = True,
        timeout_s: float | None = None,
        on_progress: OnProgress | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """Upload a document, start a job and, with `wait`, return it when it is completed.

        `on_progress` hears of every change. Raises `JobFailed`, and `StillRunning` after `timeout_s`.
        """
        talk = verbs.parse(source, kind, wishes, self._retries, wait=wait, timeout_s=timeout_s, on_progress=on_progress)
        return await self._run(talk)

    async def parse_invoice(
        self,
        source: Source,
        *,
        wait: bool = True,
        timeout_s: float | None = None,
        on_progress: OnProgress | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """Do as `parse`, reading the document as an invoice: the job's `invoice` has it."""
        return await self.parse(source, "invoice", wait=wait, timeout_s=timeout_s, on_progress=on_progress, **wishes)

    async def parse_statement(
        self,
        source: Source,
        *,
        wait: bool = True,
        timeout_s: float | None = None,
        on_progress: OnProgress | None = None,
        **wishes: Unpack[Wishes],
    ) -> Job:
        """Do as `parse`, reading the document as a statement: the job's `statement` has it."""
        return await self.parse(source, "statement", wait=wait, timeout_s=timeout_s, on_progress=on_progress, **wishes)

    async def parse_batch(
        self,
        sources: Iterable[Source],
        kind: Kind,
        *,
        wait: bool = True,
        timeout_s: float | None = None,
        on_progress: OnBatchProgress | None = None,
        **wishes: Unpack[Wishes],
    ) -> Batch:
        """Upload several documents (the server takes ten unless set otherwise), start them as a batch, wait for all."""
        talk = verbs.parse_batch(
            sources, kind, wishes, self._retries, wait=wait, timeout_s=timeout_s, on_progress=on_progress
        )
        return await self._run(talk)

    async def start_batch(self, document_ids: Iterable[str], kind: Kind, **wishes: Unpack[Wishes]) -> Batch:
        """Start a job for each of several uploaded documents."""
        return await self._run(verbs.start_batch(document_ids, kind, wishes, self._retries))

    async def get_job(self, job_id: str) -> Job:
        """Return a job as it stands, with its results once it is completed."""
        return await self._run(verbs.get_job(job_id, self._retries))

    async def wait_for_job(
        self, job_id: str, *, timeout_s: float | None = None, on_progress: OnProgress | None = None
    ) -> Job:
        """Return a job when it is completed. Raises `JobFailed`, and `StillRunning` after `timeout_s`."""
        return await self._run(verbs.wait_for_job(job_id, self._retries, timeout_s=timeout_s, on_progress=on_progress))

    async def get_batch(self, batch_id: str) -> Batch:
        """Return a batch as it stands."""
        return await self._run(verbs.get_batch(batch_id, self._retries))

    async def wait_for_batch(
        self, batch_id: str, *, timeout_s: float | None = None, on_progress: OnBatchProgress | None = None
    ) -> Batch:
        """Return a batch when all its jobs have ended, well or not. Raises `StillRunning` after `timeout_s`."""
        return await self._run(
            verbs.wait_for_batch(batch_id, self._retries, timeout_s=timeout_s, on_progress=on_progress)
        )

    async def cancel_job(self, job_id: str) -> None:
        """Stop a job that has not ended."""
        await self._run(verbs.cancel_job(job_id, self._retries))

    async def retry_job(self, job_id: str, *, password: str | None = None) -> Job:
        """Start a failed job again under the same id."""
        return await self._run(verbs.retry_job(job_id, password, self._retries))

    async def export_job(self, job_id: str, file_format: str) -> bytes:
        """Return the result as a file for other programs: csv, xlsx, ofx and others."""
        return await self._run(verbs.export_job(job_id, file_format, self._retries))

    async def get_file(self, file_id: str) -> File:
        """Return what is known of a file, by either of its ids."""
        return await self._run(verbs.get_file(file_id, self._retries))

    async def download_file(self, file_id: str) -> bytes:
        """Return a file's bytes."""
        return await self._run(verbs.download_file(file_id, self._retries))

    async def delete_file(self, file_id: str) -> None:
        """Remove a file, its pages and its results for good."""
        await self._run(verbs.delete_file(file_id, self._retries))

    def jobs(self, kind: Kind | None = None, *, status: str | None = None) -> AsyncIterator[Job]:
        """Iterate over all jobs, newest first, without their results; pages are fetched as they are needed."""
        return self._iterate(verbs.iterate_jobs(kind, status, self._retries))

    def files(self, kind: Kind | None = None, *, status: str | None = None) -> AsyncIterator[File]:
        """Iterate over all files, newest first; deleted ones only with `status="deleted"`."""
        return self._iterate(verbs.iterate_files(kind, status, self._retries))

    async def request(self, method: str, path: str, *, query: dict[str, Any] | None = None, body: Any = None) -> Any:
        """Return the `data` of any other endpoint; `path` is below `/api/v1`."""
        return await self._run(ask_data(Request(method, path, query=query or {}, body=body), self._retries))

    async def _run(self, talk: Conversation[Value]) -> Value:
        came: Came = None
        while True:
            try:
                step = talk.send(came)
            except StopIteration as ended:
                return ended.value  # type: ignore[no-any-return]
            came = await self._do(step)

    async def _iterate(self, talk: Conversation[None]) -> AsyncIterator[Any]:
        came: Came = None
        while True:
            try:
                step = talk.send(came)
            except StopIteration:
                return
            came = None
            if isinstance(step, Found):
                yield step.element
            else:
                came = await self._do(step)

    async def _do(self, step: Step) -> Came:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        assert isinstance(step, Request)
        with ExitStack() as opened:
            try:
                return read_reply(await self._http.send(build_request(self._http, step, opened)))
            except httpx.TransportError as error:
                return unreachable(error)
