"""The process that documents are opened in: `python -P -m bursar.sandbox.child REQUESTS REPLIES SETUP`.

REQUESTS and REPLIES are inherited pipes, SETUP is JSON. It answers one request after another and dies with its
parent. Whatever a document makes a library print goes to stderr, which is not the pipe of replies.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import queue
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from bursar.errors import BursarError, OutOfMemory, ParsingError
from bursar.facts.codec import encode
from bursar.facts.statement import Statement
from bursar.reading.limits import Limits
from bursar.sandbox.correction import read_corrections, rework
from bursar.sandbox.distant_model import DistantModel
from bursar.sandbox.frames import Frame, read_frame, write_frame
from bursar.sandbox.inspection import inspect_document, unlock_document
from bursar.sandbox.parent import die_with_parent
from bursar.sandbox.request import Preload
from bursar.sandbox.sights import draw_page, read_words

_RECHECK = "bursar.engine:recheck"
_OCR = "bursar.reading.ocr:get_engine"
_PR_SET_NO_NEW_PRIVS = 38
_MAX_OPEN_FILES = 512
_MAX_WRITTEN_BYTES = 1024 * 1024 * 1024
_DATA_HEADROOM_BYTES = 1024 * 1024 * 1024
"""What may be reserved beyond what may be resident: thread stacks, arenas of allocators, buffers never touched."""

Reply = Callable[[Frame], None]


class Child:
    """Answers requests until the parent closes the pipe."""

    def __init__(self, setup: dict[str, Any], reply: Reply, await_frame: Callable[[], Frame]) -> None:
        self._reply = reply
        self._await_frame = await_frame
        self._limits = Limits(**setup["limits"])
        self._engine = setup["engine"]
        if setup["preload"] != Preload.NOTHING:
            _load_callable(self._engine)
        if setup["preload"] == Preload.MODELS:
            _load_callable(_OCR)()

    def answer(self, request: Frame) -> None:
        """Run one request; its outcome or its error is the reply."""
        try:
            _limit_cpu(request.header["cpu_s"])
            self._reply(self._run(request))
        except MemoryError:
            self._reply(_describe(OutOfMemory("the document needs more memory than the limit allows"), spoiled=True))
        except BursarError as error:
            self._reply(_describe(error))
        except Exception as error:  # noqa: BLE001 (the parent tells a document's failure from a dead process)
            failure = ParsingError(f"the document could not be processed ({type(error).__name__})")
            self._reply(_describe(failure, trace=traceback.format_exc()))

    def _run(self, request: Frame) -> Frame:
        header = request.header
        if header["do"] == "parse":
            return self._parse(header, request.body)
        if header["do"] == "inspect":
            found = inspect_document(request.body, header["filename"], header["password"], self._limits)
            return Frame({"event": "done", **found})
        if header["do"] == "rework":
            result, replaced = rework(request.body, read_corrections(header["corrections"]), _load_callable(_RECHECK))
            return Frame({"event": "done", "replaced": replaced}, result)
        if header["do"] == "draw":
            drawn = draw_page(request.body, header["page"], header["width_px"], header["quarters"], self._limits)
            return Frame({"event": "done"}, drawn)
        if header["do"] == "words":
            return Frame({"event": "done"}, read_words(request.body, header["page"], self._limits))
        return Frame({"event": "done"}, unlock_document(request.body, header["password"]))

    def _parse(self, header: dict[str, Any], content: bytes) -> Frame:
        started = time.perf_counter()
        chars = header["model_chars"]
        model = None if chars is None else DistantModel(chars, self._reply, self._await_frame)
        fact = _load_callable(self._engine)(
            header["path"] or content,
            **header["options"],
            model=model,
            limits=self._limits,
            progress=lambda done, total: self._reply(Frame({"event": "progress", "done": done, "total": total})),
        )
        kind = "statement" if isinstance(fact, Statement) else "invoice"
        document = encode(fact)
        seconds = time.perf_counter() - started
        return Frame({"event": "done", "kind": kind, "document_type": fact.document_type, "seconds": seconds}, document)


def _load_callable(name: str) -> Callable[..., Any]:
    """Return what `module:function` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _describe(error: BursarError, *, spoiled: bool = False, trace: str | None = None) -> Frame:
    return Frame(
        {
            "event": "error",
            "error": type(error).__name__,
            "code": error.code,
            "message": error.message,
            "details": error.details,
            "spoiled": spoiled,
            "trace": trace,
        }
    )


def _limit_cpu(seconds: int) -> None:
    """Let this request use so many CPU seconds from now; the kernel ends the process with SIGXCPU after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _limit_self(memory_bytes: int) -> None:
    """Set what holds for all requests. The parent watches resident memory; this stops a single huge reservation."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_DATA, memory_bytes + _DATA_HEADROOM_BYTES)
    _lower(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    _lower(resource.RLIMIT_FSIZE, _MAX_WRITTEN_BYTES)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value, hard) if hard == resource.RLIM_INFINITY or value < hard else (hard, hard))


def _gain_no_privileges() -> None:
    """No program started from here gains rights by being set-user-id."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _take_requests(descriptor: int, requests: queue.SimpleQueue[Frame]) -> None:
    """Read requests as they come, in a thread of its own, so that a closed pipe ends the process in mid-document too."""
    while (request := read_frame(descriptor)) is not None:
        requests.put(request)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Serve requests for ever."""
    incoming, outgoing = int(arguments[0]), int(arguments[1])
    setup = json.loads(arguments[2])
    die_with_parent(setup["parent"])
    _gain_no_privileges()
    for descriptor in (incoming, outgoing):
        os.set_inheritable(descriptor, False)
    _limit_self(setup["memory_bytes"])
    requests: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    threading.Thread(target=_take_requests, args=(incoming, requests), daemon=True).start()
    child = Child(setup, lambda frame: write_frame(outgoing, frame), requests.get)
    write_frame(outgoing, Frame({"event": "ready"}))
    while True:
        child.answer(requests.get())


if __name__ == "__main__":
    main(sys.argv[1:])
