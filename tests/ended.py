"""Whether a process has ended: gone, or a zombie whose parent has not looked yet."""

from __future__ import annotations

import psutil


def has_ended(process: psutil.Process) -> bool:
    """True also when it goes between one look and the next."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
