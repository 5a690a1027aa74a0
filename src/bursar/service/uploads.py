"""Taking in files: streamed to storage while they are counted and hashed, opened in the sandbox, then made documents.

    async with Upload(stores, limits, account_id) as upload:   # whatever is not kept is removed at the end
        await upload.take(filename, chunks)                    # once for each file, as it arrives
        await upload.inspect(password)
        async with database.transaction() as connection:
            await upload.keep(connection, kind, callback_url)

A file that is refused has its `problem`; the others go on.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from bursar.database.connections import Connection, Row
from bursar.database.queries import load_queries
from bursar.errors import (
    BursarError,
    CorruptDocument,
    Crashed,
    Culprit,
    FileTooLarge,
    InvalidRequest,
    ParsingError,
    UploadFailed,
)
from bursar.reading.page import Format
from bursar.reading.sniff import check_extension, sniff_format
from bursar.service.discards import UPLOAD_GRACE, drop_discards, note_discards, remove_now
from bursar.service.names import show_name, store_name
from bursar.service.quotas import Quotas, check_open, check_stored, find_stored, hold_storage
from bursar.service.stores import Stores

_HEAD_BYTES = 2048  # what `sniff_format` wants to see
_SQL = load_queries("documents")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much one upload may bring."""

    max_files: int
    max_file_bytes: int
    quotas: Quotas = Quotas()


@dataclass(slots=True)
class Arrival:
    """One file of an upload: what is known of it so far, or the `problem` for which it is refused."""

    filename: str
    storage_key: str
    format: Format | None = None
    size_bytes: int = 0
    sha256: bytes = b""
    page_count: int = 0
    encrypted: bool = False
    unlocked_key: str | None = None
    problem: BursarError | None = None
    document: Row | None = None


class Upload:
    """The files of one request, in the order of their arrival."""

    def __init__(self, stores: Stores, limits: UploadLimits, account_id: UUID) -> None:
        self.arrivals: list[Arrival] = []
        self._stores = stores
        self._limits = limits
        self._account_id = account_id
        self._noted: list[str] = []  # stored, or about to be, and written down to go

    async def check_open(self) -> None:
        """Raise `QuotaExceeded` where the account has no room for anything, before a byte of the upload is read."""
        async with self._stores.database.connection() as connection:
            await check_open(connection, self._account_id, self._limits.quotas)

    async def take(self, filename: str, chunks: AsyncIterator[bytes]) -> Arrival:
        """Store one file as it arrives. Raises `InvalidRequest` for one file too many, before a byte of it is read."""
        if len(self.arrivals) >= self._limits.max_files:
            reason = f"at most {self._limits.max_files} files may be uploaded at once"
            raise InvalidRequest(f"Too many files: {reason}", {"field": "files", "reason": reason})
        arrival = Arrival(show_name(filename), self._name_storage("documents"))
        self.arrivals.append(arrival)
        try:
            head = await _read_head(chunks)
            arrival.format = sniff_format(head)
            check_extension(arrival.filename, arrival.format)
            await self._note(arrival.storage_key)
            measured = _measure(arrival, head, chunks, self._limits.max_file_bytes)
            await self._stores.files.write(arrival.storage_key, measured)
        except BursarError as problem:
            _refuse(arrival, problem)
        return arrival

    async def inspect(self, password: str | None) -> None:
        """Open what was taken, in the sandbox: count its pages, see that it is whole and that the password opens it."""
        for arrival in self.arrivals:
            if arrival.problem is None:
                try:
                    await self._inspect(arrival, password)
                except BursarError as problem:
                    _refuse(arrival, problem)

    async def keep(
        self,
        connection: Connection,
        kind: str | None,
        callback_url: str | None,
        expires_in: timedelta | None = None,
    ) -> None:
        """Make documents of all that is sound, in the caller's transaction; equal bytes are kept once an account.

        They delete themselves after `expires_in`. Raises `QuotaExceeded` where the account has no room for all of them.
        """
        quotas = self._limits.quotas
        await hold_storage(connection, self._account_id)
        before = await find_stored(connection, self._account_id, quotas)
        used: list[str] = []
        for arrival in self.arrivals:
            if arrival.problem is not None:
                continue
            storage_key = await self._share_bytes(connection, arrival)
            used += [key for key in (storage_key, arrival.unlocked_key) if key in self._noted]
            arrival.document = await self._add(
                connection, arrival, storage_key, kind=kind, callback_url=callback_url, expires_in=expires_in
            )
        await check_stored(connection, self._account_id, quotas, before)
        used = list(dict.fromkeys(used))
        if await drop_discards(connection, used) != len(used):
            raise UploadFailed("The upload took too long; what was there of it is removed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.shield(remove_now(self._stores.database, self._stores.files, self._noted))

    async def _inspect(self, arrival: Arrival, password: str | None) -> None:
        content = await self._stores.files.read(arrival.storage_key)
        found = await self._stores.inspect(content, arrival.filename, password)
        arrival.format, arrival.page_count, arrival.encrypted = Format(found.format), found.page_count, found.encrypted
        if found.encrypted and password:
            unlocked = await self._stores.unlock(content, password)
            arrival.unlocked_key = self._name_storage("unlocked")
            await self._note(arrival.unlocked_key)
            await self._stores.files.write_bytes(arrival.unlocked_key, unlocked)

    async def _share_bytes(self, connection: Connection, arrival: Arrival) -> str:
        """Return where the bytes lie: with an equal document of the account, or where they were just put."""
        equal = await _SQL.fetch_one(
            connection, "share_equal_bytes", account_id=self._account_id, sha256=arrival.sha256
        )
        return equal["storage_key"] if equal else arrival.storage_key

    async def _add(self, connection: Connection, arrival: Arrival, storage_key: str, **declared: Any) -> Row:
        assert arrival.format is not None
        row = await _SQL.fetch_one(
            connection,
            "add_document",
            account_id=self._account_id,
            store_name=store_name(arrival.filename),
            filename=arrival.filename,
            format=arrival.format.value,
            size_bytes=arrival.size_bytes,
            sha256=arrival.sha256,
            storage_key=storage_key,
            page_count=arrival.page_count,
            encrypted=arrival.encrypted,
            unlocked_key=arrival.unlocked_key,
            **declared,
        )
        assert row is not None
        return row

    async def _note(self, storage_key: str) -> None:
        async with self._stores.database.transaction() as connection:
            self._noted += await note_discards(connection, [storage_key], UPLOAD_GRACE)

    def _name_storage(self, folder: str) -> str:
        return f"{folder}/{self._account_id}/{uuid4().hex}"


def _refuse(arrival: Arrival, problem: BursarError) -> None:
    """Note what is the document's or the caller's fault; what is ours ends the whole upload."""
    if isinstance(problem, ParsingError) and (not isinstance(problem, Crashed) or "cause" in problem.details):
        # It hung, ate the memory or killed the process that opened it, which no sound document does.
        problem = CorruptDocument("The document cannot be opened", {"cause": problem.code})
    if problem.culprit is Culprit.BURSAR:
        raise problem
    arrival.problem = problem


async def _read_head(chunks: AsyncIterator[bytes]) -> bytes:
    """Return the first two kilobytes or a little more; less only where the file ends."""
    head = b""
    while len(head) < _HEAD_BYTES and (chunk := await anext(chunks, None)) is not None:
        head += chunk
    return head


async def _measure(arrival: Arrival, head: bytes, rest: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Pass the chunks on, counting and hashing. Raises `FileTooLarge` as soon as it is."""
    digest = hashlib.sha256()
    chunk: bytes | None = head
    while chunk is not None:
        arrival.size_bytes += len(chunk)
        if arrival.size_bytes > max_bytes:
            raise FileTooLarge(
                f"The file is larger than {max_bytes // 1024**2} MB",
                {"max_bytes": max_bytes, "filename": arrival.filename},
            )
        digest.update(chunk)
        yield chunk
        chunk = await anext(rest, None)
    arrival.sha256 = digest.digest()
