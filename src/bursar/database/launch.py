"""The last step before PostgreSQL runs: `python -I -S launch.py PARENT USER PROGRAM ARGUMENTS…`, by its path.

Becomes PROGRAM itself, as USER (`uid:gid`, or `-`: as who we are), told by the kernel to stop when the process PARENT ends, however
it ends. A step of its own, because a process with threads cannot safely do this between fork and exec.
With PROGRAM `check` it only says, by its exit status, whether USER can pass through or run all the paths given as arguments.
Standard library only, and no part of the package: it runs before anything can be imported.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, user: str, program: str, arguments: list[str]) -> None:
    """Become the program."""
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if program == "check":
        sys.exit(0 if all(os.access(path, os.X_OK) for path in arguments) else 1)
    if sys.platform == "linux":
        # After the change of user, which would clear it. SIGINT is PostgreSQL's fast shutdown.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # it ended before the kernel knew of our wish
    os.umask(0o077)
    os.execv(program, [program, *arguments])  # noqa: S606 (PostgreSQL's own programs, by their full path)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
