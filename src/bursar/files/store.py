"""The interface of every store of bytes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]+"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_MAX_KEY = 512


class FileStore(ABC):
    """Keeps bytes under keys; safe to use from many coroutines of one event loop.

    A key is made of segments of ASCII letters, digits, `.`, `_` and `-`, joined by `/`; anything else (so also every
    attempt to leave the folder) is a ValueError, because keys are ours and callers' names never become one unwashed.
    A store that cannot be reached, or is full, raises `errors.Unavailable`.
    """

    @abstractmethod
    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        """Store all chunks under `key` and return how many bytes they were; replaces what was there.

        Readers see the old bytes or the new, never a part. When `chunks` raises or the caller is cancelled, nothing
        is stored and nothing left behind.
        """

    @abstractmethod
    async def read(self, key: str) -> bytes:
        """Return all bytes; FileNotFoundError when there are none under this key."""

    @abstractmethod
    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Return an iterator over the bytes in chunks; FileNotFoundError already here, before the first chunk."""

    @abstractmethod
    async def exists(self, key: str) -> bool:
        """Return whether there are bytes under this key."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Remove the bytes for good; no error when there are none."""

    @abstractmethod
    async def check(self) -> None:
        """Raise `errors.Unavailable` unless bytes can be written and removed now."""

    async def write_bytes(self, key: str, content: bytes) -> int:
        """Store `content` under `key`, like `write`."""
        return await self.write(key, _one_chunk(content))


def check_key(key: str) -> str:
    """Return the key; ValueError when it is not of the safe form that `FileStore` describes."""
    if len(key) > _MAX_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key[:100]!r}")
    return key


async def _one_chunk(content: bytes) -> AsyncIterator[bytes]:
    yield content
