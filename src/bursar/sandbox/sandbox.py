"""A pool of warm child processes that open documents within limits.

    with Sandbox(processes=2) as sandbox:
        outcome = sandbox.parse(Path("invoice.pdf"), ParseRequest(kind="invoice"))

A child that crashes, hangs or eats memory fails its own document and is replaced; nothing else notices.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bursar import errors
from bursar.errors import BursarError, Cancelled, Crashed, OutOfMemory, ParsingError, TimedOut
from bursar.extraction.model import LanguageModel
from bursar.sandbox.distant_model import answer_question
from bursar.sandbox.frames import Frame
from bursar.sandbox.process import ChildDied, ChildProcess, Setup
from bursar.sandbox.request import Ask, Inspection, ParseOutcome, ParseRequest, Preload, SandboxLimits
from bursar.sandbox.watch import Watch

OnProgress = Callable[[int, int], None]

ENGINE = "bursar.engine:parse"

_RESPAWN_WAIT_S = 0.5
_SPENT_SHARE = 0.75  # of the memory limit, when idle: libraries leak, and a fresh process costs half a second
_LOG = logging.getLogger(__name__)


class Sandbox:
    """Runs the engine in `processes` children. Thread-safe: each call takes a child to itself, or waits for one.

    Children start at once, in the background. `engine` is `module:function` with the signature of `bursar.parse`.
    A language `model` is asked in this process, from several threads at once: children neither reach it nor know its key.
    """

    def __init__(
        self,
        processes: int,
        limits: SandboxLimits | None = None,
        *,
        engine: str = ENGINE,
        preload: Preload = Preload.ENGINE,
        recycle_after: int = 500,
        model: LanguageModel | None = None,
    ) -> None:
        self._model = model
        self._setup = Setup(limits or SandboxLimits(), engine, preload)
        self._recycle_after = recycle_after
        self._idle: queue.LifoQueue[ChildProcess] = queue.LifoQueue()  # the last one used has the warmest caches
        self._wanted: queue.SimpleQueue[bool] = queue.SimpleQueue()  # True: one more child; False: end
        self._closed = threading.Event()
        self._failure: OSError | None = None
        for _ in range(processes):
            self._wanted.put(True)
        # One thread makes all children and lives as long as the sandbox: children die with the thread that made them.
        self._maker = threading.Thread(target=self._make_children, name="sandbox", daemon=True)
        self._maker.start()

    def parse(
        self,
        source: bytes | str | os.PathLike[str],
        request: ParseRequest | None = None,
        *,
        on_progress: OnProgress | None = None,
        cancelled: threading.Event | None = None,
    ) -> ParseOutcome:
        """Return what the engine says of a document; a path is read by the child itself.

        Blocks. `on_progress` is called in this thread with pages done and pages to do. When `cancelled` is set the
        child is killed within a tenth of a second and `Cancelled` raised. Raises what the engine raises, by code,
        and `TimedOut`, `OutOfMemory`, `Crashed` or `ParsingError` for what became of the child.
        """
        content = source if isinstance(source, bytes) else b""
        path = None if isinstance(source, bytes) else str(Path(source).absolute())
        header = {
            "do": "parse",
            "path": path,
            "options": asdict(request or ParseRequest()),
            "model_chars": None if self._model is None else self._model.max_chars,
        }
        asks: list[Ask] = []
        reply = self._ask(header, content, on_progress, cancelled, asks)
        found = reply.header
        return ParseOutcome(reply.body, found["kind"], found["document_type"], found["seconds"], tuple(asks))

    def inspect(self, content: bytes, filename: str | None = None, password: str | None = None) -> Inspection:
        """Return what a document is, having opened it; raises the `DocumentError` that fits. Blocks."""
        reply = self._ask({"do": "inspect", "filename": filename, "password": password}, content)
        found = reply.header
        return Inspection(found["format"], found["page_count"], found["encrypted"])

    def unlock(self, content: bytes, password: str) -> bytes:
        """Return a copy of an encrypted PDF that opens without a password; raises `PasswordWrong`. Blocks."""
        return self._ask({"do": "unlock", "password": password}, content).body

    def draw_page(self, content: bytes, number: int, width_px: int, quarters: int = 0) -> bytes:
        """Return a page as PNG, so wide, turned clockwise by so many quarters; raises the `DocumentError` that fits. Blocks."""
        return self._ask({"do": "draw", "page": number, "width_px": width_px, "quarters": quarters}, content).body

    def read_words(self, content: bytes, number: int) -> bytes:
        """Return a page's size and words with their boxes as JSON; seconds where they must be recognised. Blocks."""
        return self._ask({"do": "words", "page": number}, content).body

    def rework(self, original: bytes, corrections: str) -> tuple[bytes, str]:
        """Return a result with all corrections and its checks made anew, and what the last one replaced. Blocks.

        `corrections` is a JSON list of `{fields, insert, remove, places}`, oldest first (`facts.correction`).
        Raises `InvalidRequest` where one does not fit the result.
        """
        reply = self._ask({"do": "rework", "corrections": corrections}, original)
        return reply.body, reply.header["replaced"]

    def close(self) -> None:
        """End every child. Calls under way end as if their child had crashed."""
        self._closed.set()
        self._wanted.put(False)
        self._maker.join(timeout=5)
        while True:
            try:
                self._idle.get_nowait().stop()
            except queue.Empty:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(
        self,
        header: dict[str, Any],
        content: bytes,
        on_progress: OnProgress | None = None,
        cancelled: threading.Event | None = None,
        asks: list[Ask] | None = None,
    ) -> Frame:
        """Return a child's reply; what it asks the model meanwhile is added to `asks`."""
        child = self._take_child(cancelled)
        watch = Watch(child, self._setup.limits, cancelled, self._closed)
        try:
            child.wait_ready(watch.tick_boot)
            watch.begin()
            child.send(Frame({**header, "cpu_s": self._setup.limits.cpu_s}, content), watch.tick)
            reply = self._follow(child, watch, on_progress, [] if asks is None else asks)
        except ChildDied as death:
            self._replace(child)
            raise _explain(death, watch) from death
        except BaseException:
            self._replace(child)
            raise
        self._give_back(child, spoiled=bool(reply.header.get("spoiled")))
        if reply.header["event"] == "error":
            raise _rebuild(reply.header)
        return reply

    def _follow(self, child: ChildProcess, watch: Watch, on_progress: OnProgress | None, asks: list[Ask]) -> Frame:
        while True:
            reply = child.receive(watch.tick)
            if reply.header["event"] == "ask":
                asks.append(self._answer(child, reply, watch))
                continue
            if reply.header["event"] != "progress":
                return reply
            watch.note_progress()
            if on_progress is not None:
                on_progress(reply.header["done"], reply.header["total"])

    def _answer(self, child: ChildProcess, asked: Frame, watch: Watch) -> Ask:
        """Ask the model for the child. The model has a time limit of its own, so the child is not taken for stalled."""

        def tick() -> None:
            watch.note_progress()
            watch.tick()

        began = time.monotonic()
        answer = answer_question(self._model, asked, tick)
        seconds = time.monotonic() - began
        child.send(answer, watch.tick)
        return Ask(seconds, answer.header["failed"] is None)

    def _take_child(self, cancelled: threading.Event | None) -> ChildProcess:
        """Return an idle child that is alive; one that died while idle did so through no document's fault."""
        while True:
            if self._closed.is_set():
                raise Crashed("the sandbox is closed")
            if cancelled is not None and cancelled.is_set():
                raise Cancelled("the job was cancelled")
            try:
                child = self._idle.get(timeout=0.1)
            except queue.Empty:
                if self._failure is not None:
                    raise Crashed("no process can be started", {"reason": str(self._failure)}) from self._failure
                continue
            if child.alive or not child.ready:  # one that died while starting tells why when it is waited for
                return child
            self._replace(child)

    def _give_back(self, child: ChildProcess, *, spoiled: bool) -> None:
        child.served += 1
        grown = child.measure_memory() > _SPENT_SHARE * self._setup.limits.memory_bytes
        if spoiled or grown or child.served >= self._recycle_after or self._closed.is_set():
            self._replace(child)
        else:
            self._idle.put(child)

    def _replace(self, child: ChildProcess) -> None:
        child.kill()
        if not self._closed.is_set():
            self._wanted.put(True)

    def _make_children(self) -> None:
        while self._wanted.get() and not self._closed.is_set():
            try:
                self._idle.put(ChildProcess(self._setup))
                self._failure = None
            except OSError as error:
                _LOG.exception("no child process could be started")
                self._failure = error
                self._closed.wait(_RESPAWN_WAIT_S)
                self._wanted.put(True)


def _explain(death: ChildDied, watch: Watch) -> ParsingError:
    """Return the error that a child's end stands for."""
    _LOG.warning("a child process ended with status %s: %s", death.status, death.output[-2000:])
    if death.status == -signal.SIGXCPU:
        return TimedOut("the document took more processor time than the limit allows")
    # The kernel kills without a word when the machine is out of memory; C++ says so before it aborts.
    starved = "bad_alloc" in death.output or "Cannot allocate memory" in death.output or "MemoryError" in death.output
    if death.status == -signal.SIGKILL or starved:
        return OutOfMemory("the document needs more memory than there is", {"resident_bytes": watch.peak_bytes})
    name = f"exit status {death.status}"
    if death.status < 0:
        with suppress(ValueError):
            name = signal.Signals(-death.status).name
    return Crashed("the process that read the document died", {"cause": name})


def _rebuild(header: dict[str, Any]) -> BursarError:
    """Return the error that was raised in the child, of its own class."""
    if header["trace"]:
        _LOG.error("the engine failed on a document\n%s", header["trace"])
    kind = getattr(errors, header["error"], None)
    if not (isinstance(kind, type) and issubclass(kind, BursarError)):
        kind = ParsingError
    error = kind(header["message"], header["details"])
    if error.code != header["code"]:
        error.code = header["code"]  # type: ignore[misc]  # an error may name itself more closely than its class
    return error
