"""Bytes in this process's memory: for tests, gone with the process."""

from __future__ import annotations

from collections.abc import AsyncIterator

from typing_extensions import override

from bursar.files.store import FileStore, check_key

_CHUNK_BYTES = 1024 * 1024


class MemoryFileStore(FileStore):
    """A dict with the manners of a store; `contents` may be looked into."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        check_key(key)
        content = b"".join([chunk async for chunk in chunks])
        self.contents[key] = content
        return len(content)

    @override
    async def read(self, key: str) -> bytes:
        if check_key(key) not in self.contents:
            raise FileNotFoundError(key)
        return self.contents[key]

    @override
    async def stream(self, key: str) -> AsyncIterator[bytes]:
        return _cut(await self.read(key))

    @override
    async def exists(self, key: str) -> bool:
        return check_key(key) in self.contents

    @override
    async def delete(self, key: str) -> None:
        self.contents.pop(check_key(key), None)

    @override
    async def check(self) -> None:
        return None


async def _cut(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _CHUNK_BYTES):
        yield content[start : start + _CHUNK_BYTES]
