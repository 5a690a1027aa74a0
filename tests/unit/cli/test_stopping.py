"""Signals arrive at any moment, also while the main thread is on its way into or out of a wait."""

import subprocess
import sys
import time

import pytest

_LISTENING = "import os, signal, subprocess, sys, time\nfrom bursar.cli.stopping import StopRequests\n"
_LISTENING += "asked = StopRequests()\nasked.listen()\n"


def _run(code):
    return subprocess.check_output([sys.executable, "-c", _LISTENING + code], text=True, timeout=150)


def test_no_signal_finds_the_wait_in_a_state_in_which_it_stays_for_ever():
    # As if nobody had asked, it waits again and again: thousands of ways into and out of the wait meet a signal.
    code = "print('waiting', flush=True)\nnoted = 0\n"
    code += "while noted < 100:\n    asked.wait(0.00005)\n    noted, asked.count = noted + asked.count, 0\n"
    code += "os._exit(0)\n"  # a signal that comes while Python takes itself apart finds no handler any more
    command = [sys.executable, "-c", _LISTENING + code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiter:
        assert waiter.stdout.readline() == "waiting\n"
        deadline = time.monotonic() + 120
        while waiter.poll() is None and time.monotonic() < deadline:
            waiter.terminate()
            time.sleep(0.0003)
        waiter.kill()
    assert waiter.returncode == 0


def test_a_wait_ends_early_when_a_child_process_ends():
    assert _run("child = subprocess.Popen(['true'])\nprint(asked.wait(3600), child.wait())\n") == "False 0\n"


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_who_asks_twice_is_counted_twice_and_ends_the_wait(number):
    ask = f"os.kill(os.getpid(), signal.{number})\n"
    assert _run(ask + ask + "print(asked.wait(3600), asked.count)\n") == "True 2\n"
