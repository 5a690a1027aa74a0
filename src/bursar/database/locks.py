"""Locks on files: held by a process, given up by the kernel when it ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

_RETRY_S = 0.05


class FileLock:
    """A lock on a file of its own, which stays behind empty. Not inherited by child processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, *, wait_s: float = 0, shared: bool = False) -> bool:
        """Take the lock, or say that others still held it after `wait_s`; `shared` goes together with other shared ones."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_RETRY_S)
            else:
                self.release()
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give the lock up; no error when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
