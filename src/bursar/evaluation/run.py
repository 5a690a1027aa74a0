"""Parsing the documents of a corpus over the cores, with their readings kept between runs where that is asked for.

Recognising a scan takes seconds, extracting from it milliseconds: with a cache of readings a change to extraction is
measured in a moment. A cached reading is used only while the reading room's own code is what wrote it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import bursar.reading
from bursar.engine import extract_with_pictures
from bursar.errors import BursarError, Crashed
from bursar.evaluation.corpus import Example
from bursar.facts.codec import encode
from bursar.reading.document import read_document
from bursar.reading.page import Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one document: the result as plain JSON (empty for an error), the error's code, and seconds taken."""

    name: str
    result: dict[str, Any]
    error: str | None
    read_s: float
    extract_s: float


def run_corpus(
    examples: Iterable[Example],
    cache_folder: Path | None = None,
    processes: int | None = None,
    work: Callable[[Example], Outcome] | None = None,
) -> Iterator[Outcome]:
    """Yield an outcome for each document, in order. A document that kills its process is `CRASHED`; the others go on.

    `work` stands in for `run_example`.
    """
    waiting = list(examples)
    run = work or partial(run_example, cache_folder=cache_folder)
    while waiting:
        done = 0
        with _pool(processes or os.cpu_count() or 1) as pool:
            futures = [pool.submit(run, example) for example in waiting]
            with suppress(BrokenProcessPool):
                for future in futures:
                    yield future.result()
                    done += 1
        if done < len(waiting):  # the process died of this document or of one read beside it
            yield _run_alone(run, waiting[done])
            done += 1
        waiting = waiting[done:]


def _run_alone(run: Callable[[Example], Outcome], example: Example) -> Outcome:
    with _pool(1) as pool:
        try:
            return pool.submit(run, example).result()
        except BrokenProcessPool:
            return Outcome(example.name, {}, Crashed.code, 0.0, 0.0)


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def run_example(example: Example, cache_folder: Path | None = None) -> Outcome:
    """Return what the engine makes of one document."""
    started = time.perf_counter()
    try:
        content = example.path.read_bytes()
        reading = read_cached(content, cache_folder)
        middle = time.perf_counter()
        fact, _ = extract_with_pictures(content, reading)
    except BursarError as error:
        return Outcome(example.name, {}, error.code, time.perf_counter() - started, 0.0)
    except Exception as error:  # noqa: BLE001  # a fault of ours in one document must not end the evaluation
        return Outcome(example.name, {}, f"{type(error).__name__}: {error}", time.perf_counter() - started, 0.0)
    return Outcome(example.name, json.loads(encode(fact)), None, middle - started, time.perf_counter() - middle)


def read_cached(content: bytes, folder: Path | None) -> Reading:
    """Return the document's reading, from the cache where it has one that today's code wrote."""
    if folder is None:
        return read_document(content)
    path = folder / f"{hashlib.sha256(content).hexdigest()}-{_fingerprint()}.pickle"
    if path.is_file():
        cached = pickle.loads(path.read_bytes())  # noqa: S301  # written by ourselves, in the caller's own folder
        assert isinstance(cached, Reading)
        return cached
    reading = read_document(content)
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(pickle.dumps(reading))
    draft.replace(path)
    return reading


@cache
def _fingerprint() -> str:
    """Return a hash of the reading room's source."""
    digest = hashlib.sha256()
    for path in sorted(Path(next(iter(bursar.reading.__path__))).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
