"""Being asked to stop, as a flag and a wait that signals end."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from types import FrameType

_ASKING = (signal.SIGTERM, signal.SIGINT)
_READ_BYTES = 4096


class StopRequests:
    """Counts SIGTERM and SIGINT from `listen` on; `wait` returns early on these and when a child process ends.

    Only for the main thread, where Python runs handlers between any two instructions. So the handler takes no lock: one
    that the main thread holds just then, as that within `threading.Event`, would be waited for without end.
    """

    def __init__(self) -> None:
        self.count = 0
        self._signalled, self._signalling = os.pipe()
        for end in (self._signalled, self._signalling):
            os.set_blocking(end, False)

    def listen(self) -> None:
        """Take the signals over for the rest of the process's life: who stops already is not torn away by the next one."""
        signal.set_wakeup_fd(self._signalling, warn_on_full_buffer=False)
        for number in _ASKING:
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, _wake)  # without a handler it wakes nobody

    def wait(self, seconds: float) -> bool:
        """Wait for a signal, so many seconds at most; return whether somebody has asked to stop."""
        if not self.count:
            select.select([self._signalled], [], [], seconds)
            with suppress(BlockingIOError):
                os.read(self._signalled, _READ_BYTES)
        return self.count > 0

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Nothing: that there is a handler makes Python write to the pipe that `wait` reads."""
