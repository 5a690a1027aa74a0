"""Documents and engines that misbehave fail by themselves; the sandbox goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from bursar.errors import (
    Cancelled,
    CorruptDocument,
    Crashed,
    NotFound,
    OutOfMemory,
    ParsingError,
    TimedOut,
    UnsupportedFormat,
)
from bursar.facts.codec import decode
from bursar.sandbox.request import Preload, SandboxLimits
from bursar.sandbox.sandbox import Sandbox
from ended import has_ended
from patience import patient

TESTS = Path(__file__).parents[2]
SMALL = SandboxLimits(wall_s=120, stall_s=60, cpu_s=30, memory_bytes=400 * 1024 * 1024)


@pytest.fixture(autouse=True)
def children_find_the_fakes(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


@pytest.fixture
def sandbox():
    """One child whose engine does what the document says."""
    with Sandbox(1, SMALL, engine="fakes.engines:chooses_by_content") as opened:
        yield opened


def number_of(outcome):
    return decode(outcome.document).invoice_info.invoice_number


def wait_until(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)


def test_a_document_goes_in_as_bytes_or_path_and_comes_out_as_json(tmp_path):
    path = tmp_path / "some invoice.txt"
    path.write_bytes(b"A-1")
    with Sandbox(1, SMALL, engine="fakes.engines:answers") as sandbox:
        assert number_of(sandbox.parse(b"B-2")) == "B-2"
        outcome = sandbox.parse(path)
        assert (number_of(outcome), outcome.kind, outcome.document_type) == ("A-1", "invoice", "invoice")


def test_ten_megabytes_go_in_without_a_deadlock():
    with Sandbox(1, SMALL, engine="fakes.engines:answers") as sandbox:
        assert number_of(sandbox.parse(b"C-3 " * 2_600_000)).startswith("C-3")


def test_progress_is_told_page_by_page_in_the_calling_thread():
    seen = []
    with Sandbox(1, SMALL, engine="fakes.engines:turns_pages") as sandbox:
        sandbox.parse(b"3", on_progress=lambda done, total: seen.append((done, total, threading.get_ident())))
    assert seen == [(page, 3, threading.get_ident()) for page in (1, 2, 3)]


def test_a_warm_child_is_used_again(sandbox):
    assert number_of(sandbox.parse(b"tells_its_pid")) == number_of(sandbox.parse(b"tells_its_pid"))


def test_a_child_is_replaced_after_so_many_documents():
    with Sandbox(1, SMALL, engine="fakes.engines:tells_its_pid", recycle_after=2) as sandbox:
        pids = [number_of(sandbox.parse(b"")) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_child_that_keeps_too_much_memory_is_replaced(sandbox):
    first = number_of(sandbox.parse(b"leaks"))
    assert number_of(sandbox.parse(b"tells_its_pid")) != first


def test_a_hang_ends_at_the_wall_limit_and_the_next_document_is_read():
    limits = SandboxLimits(wall_s=0.5, stall_s=10)
    with Sandbox(1, limits, engine="fakes.engines:chooses_by_content") as sandbox:
        with pytest.raises(TimedOut):
            sandbox.parse(b"hangs")
        assert sandbox.parse(b"answers").kind == "invoice"


def test_a_hang_in_the_middle_ends_when_no_page_is_finished_any_more():
    limits = SandboxLimits(wall_s=60, stall_s=0.5)
    with Sandbox(1, limits, engine="fakes.engines:chooses_by_content") as sandbox:
        started = time.monotonic()
        with pytest.raises(TimedOut):
            sandbox.parse(b"hangs_after_a_page")
        assert time.monotonic() - started < patient(20)


def test_a_long_document_that_moves_on_is_not_stalled():
    with Sandbox(1, SandboxLimits(wall_s=120, stall_s=3), engine="fakes.engines:turns_pages") as sandbox:
        assert number_of(sandbox.parse(b"40")) == "40 pages"


def test_too_much_processor_time_is_a_timeout():
    with (
        Sandbox(1, SandboxLimits(cpu_s=1), engine="fakes.engines:chooses_by_content") as sandbox,
        pytest.raises(TimedOut),
    ):
        sandbox.parse(b"spins")


def test_growing_memory_is_stopped_at_the_limit(sandbox):
    with pytest.raises(OutOfMemory) as caught:
        sandbox.parse(b"eats_memory")
    assert caught.value.retryable
    assert sandbox.parse(b"answers").kind == "invoice"


def test_one_huge_reservation_is_refused_before_it_is_touched(sandbox):
    with pytest.raises(OutOfMemory):
        sandbox.parse(b"gulps_memory")
    assert sandbox.parse(b"answers").kind == "invoice"


@pytest.mark.parametrize("habit", [b"aborts_without_memory", b"is_killed_by_the_kernel"])
def test_a_child_ended_for_want_of_memory_is_out_of_memory(sandbox, habit):
    with pytest.raises(OutOfMemory):
        sandbox.parse(habit)


def test_a_segmentation_fault_fails_its_own_document_only(sandbox):
    with pytest.raises(Crashed) as caught:
        sandbox.parse(b"segfaults")
    assert caught.value.details == {"cause": "SIGSEGV"}
    assert caught.value.retryable
    assert sandbox.parse(b"answers").kind == "invoice"


def test_an_exit_in_the_middle_is_a_crash(sandbox):
    with pytest.raises(Crashed) as caught:
        sandbox.parse(b"exits")
    assert caught.value.details == {"cause": "exit status 3"}


def test_what_a_library_prints_disturbs_nothing(sandbox):
    assert number_of(sandbox.parse(b"prints")) == "prints"


def test_errors_come_over_by_class_code_and_details(sandbox):
    with pytest.raises(CorruptDocument) as caught:
        sandbox.parse(b"refuses")
    assert caught.value.details == {"page": 7}
    with pytest.raises(NotFound) as caught:
        sandbox.parse(b"refuses_by_another_code")
    assert caught.value.code == "SOMETHING_NOT_FOUND"
    assert NotFound.code == "NOT_FOUND"


def test_a_bug_of_the_engine_is_a_parsing_error_that_gives_nothing_away(sandbox):
    with pytest.raises(ParsingError) as caught:
        sandbox.parse(b"has_a_bug")
    assert caught.value.code == "PARSING_FAILED"
    assert "secret" not in caught.value.message
    assert not caught.value.retryable


def test_cancelling_kills_the_child_within_a_second(sandbox):
    sandbox.parse(b"answers")
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        sandbox.parse(b"hangs", cancelled=cancelled)
    assert time.monotonic() - started < patient(1.3)
    assert sandbox.parse(b"answers").kind == "invoice"


def test_what_was_cancelled_before_it_began_does_not_begin(sandbox):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        sandbox.parse(b"hangs", cancelled=cancelled)


def test_a_program_started_by_a_document_ends_with_it(sandbox):
    sandbox.parse(b"answers")
    with Sandbox(1, SandboxLimits(stall_s=1), engine="fakes.engines:starts_a_program") as other:
        with pytest.raises(TimedOut):
            other.parse(str(os.getpid()).encode())
        argument = f"1000.{os.getpid()}"
        assert not [p for p in psutil.process_iter(["cmdline"]) if argument in (p.info["cmdline"] or [])]


def test_a_child_that_dies_while_idle_harms_no_document(sandbox):
    pid = int(number_of(sandbox.parse(b"tells_its_pid")))
    child = psutil.Process(pid)
    child.kill()
    wait_until(lambda: has_ended(child))
    time.sleep(0.1)  # its other threads end a moment after its first
    assert int(number_of(sandbox.parse(b"tells_its_pid"))) != pid


def test_many_threads_share_the_children():
    with Sandbox(2, SMALL, engine="fakes.engines:answers") as sandbox, ThreadPoolExecutor(8) as threads:
        numbers = [f"N-{index}" for index in range(60)]
        outcomes = threads.map(lambda number: number_of(sandbox.parse(number.encode())), numbers)
        assert list(outcomes) == numbers


def test_a_child_is_told_no_secrets_and_uses_one_thread(monkeypatch):
    monkeypatch.setenv("BURSAR_DATABASE_URL", "postgresql://u:secret@host/db")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with Sandbox(1, SMALL, engine="fakes.engines:tells_its_environment") as sandbox:
        names = number_of(sandbox.parse(b"")).split()
    assert "BURSAR_DATABASE_URL" not in names
    assert "AWS_SECRET_ACCESS_KEY" not in names
    assert "OMP_NUM_THREADS" in names


def test_closing_ends_every_child():
    sandbox = Sandbox(2, SMALL, engine="fakes.engines:tells_its_pid")
    pid = int(number_of(sandbox.parse(b"")))
    sandbox.close()
    wait_until(lambda: not psutil.pid_exists(pid))
    with pytest.raises(Crashed):
        sandbox.parse(b"")


def test_an_engine_that_cannot_be_loaded_is_a_crash_and_not_a_wait():
    with Sandbox(1, SMALL, engine="fakes.no_such_module:parse") as sandbox, pytest.raises(Crashed):
        sandbox.parse(b"")


PARENT = """
import sys, threading, time
from bursar.sandbox.sandbox import Sandbox
sandbox = Sandbox(1, engine="fakes.engines:chooses_by_content")
sandbox.parse(b"answers")
threading.Thread(target=sandbox.parse, args=(b"spins",), daemon=True).start()
time.sleep(0.2)
print("busy", flush=True)
time.sleep(60)
"""


def test_children_die_with_a_parent_that_is_killed_in_the_middle():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "busy\n"
    (child,) = [p for p in psutil.Process(parent.pid).children() if "bursar.sandbox.child" in p.cmdline()]
    parent.kill()
    parent.wait()
    wait_until(lambda: has_ended(child))


def test_what_is_no_document_is_refused_on_inspection():
    with Sandbox(1, SMALL, preload=Preload.NOTHING) as sandbox, pytest.raises(UnsupportedFormat):
        sandbox.inspect(b"PK\x03\x04 something", "invoice.pdf")
