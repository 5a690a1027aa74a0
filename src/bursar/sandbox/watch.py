"""The limits on one request, checked twenty times a second while its child works."""

from __future__ import annotations

import threading
import time

from bursar.errors import Cancelled, Crashed, OutOfMemory, TimedOut
from bursar.sandbox.process import ChildProcess
from bursar.sandbox.request import SandboxLimits

_BOOT_S = 120
"""Longest that a child may take to load the engine and its models, on a machine that is busy with other things."""


class Watch:
    """Raises from `tick` what a request has come to; the caller then kills the child."""

    def __init__(
        self, child: ChildProcess, limits: SandboxLimits, cancelled: threading.Event | None, closed: threading.Event
    ) -> None:
        self._child = child
        self._limits = limits
        self._cancelled = cancelled
        self._closed = closed
        self._began_at = self._moved_at = time.monotonic()
        self.peak_bytes = 0

    def begin(self) -> None:
        """Start the clock: the child is ready, the document goes in now."""
        self._began_at = self._moved_at = time.monotonic()

    def note_progress(self) -> None:
        """One more page is finished."""
        self._moved_at = time.monotonic()

    def tick(self) -> None:
        """Raise `Cancelled`, `TimedOut` or `OutOfMemory` when it has come to that."""
        self._check_wanted()
        now = time.monotonic()
        if now - self._began_at > self._limits.wall_s:
            raise TimedOut(f"the document took longer than {self._limits.wall_s:g} s", {"limit_s": self._limits.wall_s})
        if now - self._moved_at > self._limits.stall_s:
            raise TimedOut(f"no page was finished within {self._limits.stall_s:g} s", {"limit_s": self._limits.stall_s})
        resident = self._child.measure_memory()
        self.peak_bytes = max(self.peak_bytes, resident)
        if resident > self._limits.memory_bytes:
            limit = self._limits.memory_bytes
            raise OutOfMemory(f"the document needs more memory than {limit} bytes", {"limit_bytes": limit})

    def tick_boot(self) -> None:
        """The same while the child starts: no document is to blame for what it takes."""
        self._check_wanted()
        if time.monotonic() - self._began_at > _BOOT_S:
            raise Crashed("the process that reads documents did not start in time")

    def _check_wanted(self) -> None:
        if self._cancelled is not None and self._cancelled.is_set():
            raise Cancelled("the job was cancelled")
        if self._closed.is_set():
            raise Crashed("the sandbox was closed")
