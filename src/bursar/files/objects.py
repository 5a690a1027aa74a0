"""Bytes in a local folder, S3, Google Cloud Storage or Azure: one code path through obstore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, InvalidPathError
from obstore.store import LocalStore, ObjectStore, from_url
from typing_extensions import override

from bursar.errors import Unavailable
from bursar.files.store import FileStore, check_key

_PART_BYTES = 8 * 1024 * 1024
"""Up to here an upload is gathered and sent as one atomic write; longer ones are sent in parts of this size."""
_READ_BYTES = 256 * 1024


class ObjectFileStore(FileStore):
    """Keeps bytes in any store that obstore speaks to."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        check_key(key)
        counted = _Count(chunks)
        head = await _gather(counted)
        with _translated():
            if len(head) < _PART_BYTES:
                await obstore.put_async(self._store, key, head, use_multipart=False)
            else:
                await self._write_parts(key, _chain(head, counted))
        return counted.size

    async def _write_parts(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Send the parts of one upload. An error from `chunks` makes the store drop them; being cancelled is made one."""
        abandoned = asyncio.Event()
        writing = asyncio.ensure_future(
            obstore.put_async(self._store, key, _until(chunks, abandoned), chunk_size=_PART_BYTES)
        )
        try:
            await asyncio.wait([writing])
        except asyncio.CancelledError:
            abandoned.set()
            await asyncio.wait([writing])
            writing.exception()  # is that of being abandoned
            raise
        await writing

    @override
    async def read(self, key: str) -> bytes:
        check_key(key)
        with _translated():
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    @override
    async def stream(self, key: str) -> AsyncIterator[bytes]:
        check_key(key)
        with _translated():
            found = await obstore.get_async(self._store, key)
        return _read_chunks(found)

    @override
    async def exists(self, key: str) -> bool:
        check_key(key)
        try:
            with _translated():
                await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    @override
    async def delete(self, key: str) -> None:
        check_key(key)
        try:
            with _translated():
                await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    @override
    async def check(self) -> None:
        key = f"probes/{uuid4().hex}"
        await self.write_bytes(key, b"probe")
        await self.delete(key)


def open_folder(folder: Path) -> ObjectFileStore:
    """Return the store of a local folder, which is made when missing, readable by nobody else."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return ObjectFileStore(LocalStore(str(folder.resolve()), automatic_cleanup=True, mkdir=True))
    except (OSError, BaseError) as error:
        raise Unavailable(f"the folder {folder} cannot be used for files: {error}") from error


def open_files(url: str) -> ObjectFileStore:
    """Return the store at an address: `s3://bucket/prefix`, `gs://…`, `az://…` or `file:///folder`.

    Credentials, region and endpoint come from the address or from the provider's own variables (`AWS_…`).
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return open_folder(Path(unquote(parts.path)))
    if parts.scheme not in ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss"):
        raise Unavailable(f"files cannot be kept at an address of the form {parts.scheme}:")
    # An endpoint of one's own (MinIO on the same host) has no certificate to speak of; AWS itself is always https.
    try:
        return ObjectFileStore(from_url(url, client_options={"allow_http": True}))
    except (BaseError, ValueError) as error:
        raise Unavailable(f"the files' address cannot be used: {error}") from error


class _Count:
    """Passes chunks on and counts their bytes."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    def __aiter__(self) -> _Count:
        return self

    async def __anext__(self) -> bytes:
        chunk = await anext(self._chunks)
        self.size += len(chunk)
        return chunk


async def _gather(chunks: AsyncIterator[bytes]) -> bytes:
    """Return the first part's worth of bytes or a little more; less only where the chunks end."""
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) >= _PART_BYTES:
            break
    return bytes(head)


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk


async def _until(chunks: AsyncIterator[bytes], abandoned: asyncio.Event) -> AsyncIterator[bytes]:
    """Pass chunks on; once `abandoned` is set, also while a chunk is waited for, fail."""
    giving_up = asyncio.ensure_future(abandoned.wait())
    try:
        while True:
            step = asyncio.ensure_future(anext(chunks, None))
            await asyncio.wait([step, giving_up], return_when=asyncio.FIRST_COMPLETED)
            if giving_up.done():
                step.cancel()
                raise InterruptedError("the upload was abandoned")
            chunk = await step
            if chunk is None:
                return
            yield chunk
    finally:
        giving_up.cancel()


async def _read_chunks(found: obstore.GetResult) -> AsyncIterator[bytes]:
    with _translated():
        async for chunk in found.stream(min_chunk_size=_READ_BYTES):
            yield bytes(chunk)


@contextmanager
def _translated() -> Iterator[None]:
    """What a store reports about itself becomes `Unavailable`; that a file is missing stays what it is."""
    try:
        yield
    except InvalidPathError as error:
        raise ValueError(str(error)) from error
    except BaseError as error:
        raise Unavailable("the file storage is away", {"reason": str(error).partition("\n")[0][:300]}) from error
