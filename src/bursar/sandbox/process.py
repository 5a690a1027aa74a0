"""One child process, seen from its parent: start it, talk to it, watch it, end it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

import psutil

from bursar.sandbox.frames import Frame, FrameBuffer, pack_frame
from bursar.sandbox.request import Preload, SandboxLimits

_TICK_S = 0.05
_KEPT_OUTPUT_BYTES = 8192
_READ_BYTES = 1024 * 1024
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TZ")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_THREAD_LIMIT")


@dataclass(frozen=True, slots=True)
class Setup:
    """What every child of a sandbox is told when it starts; `engine` is `module:function`."""

    limits: SandboxLimits
    engine: str
    preload: Preload


class ChildDied(Exception):
    """The process ended by itself; `status` is its exit status, negative for the signal that ended it."""

    def __init__(self, status: int, output: str) -> None:
        super().__init__(f"the child process ended with status {status}")
        self.status = status
        self.output = output


class ChildProcess:
    """A child and its three pipes. Not thread-safe: one request at a time.

    Start it from a thread that lives as long as the child shall: on Linux the child dies with the thread that made it.
    """

    def __init__(self, setup: Setup) -> None:
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-P", "-m", "bursar.sandbox.child", str(requests), str(replies), _write_setup(setup)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(requests, replies),
                env=_choose_environment(),
                start_new_session=True,  # so that Ctrl-C on a terminal does not end documents that may finish
            )
        except BaseException:
            os.close(self._requests)
            os.close(self._replies)
            raise
        finally:
            os.close(requests)
            os.close(replies)
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        for descriptor in (self._requests, self._output):
            os.set_blocking(descriptor, False)
        self._printed = bytearray()
        self.ready = False
        self.served = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs still."""
        return self._process.poll() is None

    def measure_memory(self) -> int:
        """Return its resident memory in bytes, 0 when it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def wait_ready(self, tick: Callable[[], None]) -> None:
        """Wait until the engine is loaded; at once when it is."""
        if not self.ready:
            self.receive(tick)
            self.ready = True

    def send(self, frame: Frame, tick: Callable[[], None]) -> None:
        """Send a request. `tick` is called about every 50 ms; what it raises ends the wait."""
        rest = memoryview(pack_frame(frame))
        while rest:
            if self._wait(self._requests, select.POLLOUT):
                try:
                    rest = rest[os.write(self._requests, rest[:_READ_BYTES]) :]
                except BrokenPipeError:
                    raise self._end() from None
            tick()

    def receive(self, tick: Callable[[], None]) -> Frame:
        """Wait for a reply. `tick` as in `send`. Raises `ChildDied` when the process ends instead."""
        buffer = FrameBuffer()
        while True:
            if self._wait(self._replies, select.POLLIN):
                chunk = os.read(self._replies, min(buffer.wanted, _READ_BYTES))
                if not chunk:
                    raise self._end()
                frame = buffer.feed(chunk)
                if frame is not None:
                    return frame
            tick()

    def kill(self) -> None:
        """End it at once, with whatever it started, and forget it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._close()

    def stop(self) -> None:
        """Close its pipe, at which it ends by itself; kill it when it does not."""
        with suppress(OSError):
            os.close(self._requests)
        self._requests = -1
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.kill()
            return
        self._close()

    def _wait(self, descriptor: int, event: int) -> bool:
        """Wait for a tick at most, keeping the end of what the child prints meanwhile; True when the pipe is ready."""
        poll = select.poll()
        poll.register(descriptor, event)
        poll.register(self._output, select.POLLIN)
        happened = dict(poll.poll(_TICK_S * 1000))
        if self._output in happened:
            self._keep_output()
        if happened.get(self._output, 0) & select.POLLHUP and descriptor not in happened:
            time.sleep(_TICK_S)  # it has closed its output: do not spin until it ends
        return descriptor in happened

    def _keep_output(self) -> None:
        with suppress(BlockingIOError):
            self._printed += os.read(self._output, 65536)
        del self._printed[:-_KEPT_OUTPUT_BYTES]

    def _end(self) -> ChildDied:
        """It has closed the pipe of replies: it is ending, or it never will by itself."""
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.kill()
            status = self._process.returncode
        if self._output >= 0:
            self._keep_output()
        return ChildDied(status, self._printed.decode(errors="replace"))

    def _close(self) -> None:
        for descriptor in (self._requests, self._replies):
            if descriptor >= 0:
                with suppress(OSError):
                    os.close(descriptor)
        self._requests = self._replies = self._output = -1
        if self._process.stdout is not None:
            self._process.stdout.close()


def _write_setup(setup: Setup) -> str:
    return json.dumps(
        {
            "parent": os.getpid(),
            "engine": setup.engine,
            "preload": setup.preload,
            "memory_bytes": setup.limits.memory_bytes,
            "limits": asdict(setup.limits.document),
        }
    )


def _choose_environment() -> dict[str, str]:
    """Return what a child needs to run, and no more: no address of the database, no credentials."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(("PYTHON", "LC_", "DYLD_", "COVERAGE_"))
    }
    return {**kept, **dict.fromkeys(_ONE_THREAD, "1")}
