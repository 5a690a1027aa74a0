"""Who runs for a server, and how they are ended without a word."""

from __future__ import annotations

from contextlib import suppress

import psutil


def members(server):
    """The processes that the server started, by what they are, and the database's."""
    found = {}
    for process in psutil.Process(server.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            command = process.cmdline()
            started = "bursar.cli.processes" in command
            found[command[command.index("bursar.cli.processes") + 1] if started else "postgres"] = process
    return found


def kill_all(processes):
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # the kernel was quicker
            process.kill()
    psutil.wait_procs(processes, timeout=60)
