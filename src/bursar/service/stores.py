"""What the use cases stand on: rows, bytes, and a sandbox in which documents are opened."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bursar.database.connections import Database
from bursar.files.store import FileStore
from bursar.sandbox.request import Inspection
from bursar.sandbox.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Stores:
    """Handed to every use case that needs more than a connection."""

    database: Database
    files: FileStore
    sandbox: Sandbox

    async def inspect(self, content: bytes, filename: str, password: str | None) -> Inspection:
        """Return what a document is; raises the `DocumentError` that fits, or a `ParsingError` when opening it failed."""
        return await asyncio.to_thread(self.sandbox.inspect, content, filename, password)

    async def unlock(self, content: bytes, password: str) -> bytes:
        """Return a copy of an encrypted document that opens without a password; raises `PasswordWrong`."""
        return await asyncio.to_thread(self.sandbox.unlock, content, password)

    async def draw_page(self, content: bytes, number: int, width_px: int, quarters: int) -> bytes:
        """Return a page as PNG, so wide, turned clockwise by so many quarters."""
        return await asyncio.to_thread(self.sandbox.draw_page, content, number, width_px, quarters)

    async def read_words(self, content: bytes, number: int) -> bytes:
        """Return a page's words with their boxes, as JSON."""
        return await asyncio.to_thread(self.sandbox.read_words, content, number)

    async def rework(self, original: bytes, corrections: str) -> tuple[bytes, str]:
        """Return a result with all corrections and its checks made anew, and what the last one replaced, as JSON text."""
        return await asyncio.to_thread(self.sandbox.rework, original, corrections)
