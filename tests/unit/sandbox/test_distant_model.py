"""The child asks through the pipe; the parent alone has the model."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from bursar.errors import Cancelled, ModelFailed
from bursar.facts.codec import decode
from bursar.sandbox.request import SandboxLimits
from bursar.sandbox.sandbox import Sandbox

TESTS = Path(__file__).parents[2]
LIMITS = SandboxLimits(wall_s=60, stall_s=4, cpu_s=10, memory_bytes=600 * 1024 * 1024)


class EchoingModel:
    """Repeats the question; thinks six seconds about one that says so."""

    max_chars = 1000

    def __init__(self):
        self.asked = threading.Event()

    def ask(self, question):
        self.asked.set()
        if "slowly" in question.text:
            time.sleep(6)
        if "badly" in question.text:
            raise ModelFailed("it cannot be reached")
        if "wrongly" in question.text:
            raise ZeroDivisionError("SECRET")
        return f"{question.instructions} {question.text} {question.answer_schema}"


@pytest.fixture(scope="module")
def model():
    return EchoingModel()


@pytest.fixture(scope="module")
def sandbox(model):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        with Sandbox(1, LIMITS, engine="fakes.engines:asks", model=model) as opened:
            yield opened


ANSWERS = {
    "Zoë": "Quote. Zoë {'type': 'object'}",
    "slowly": "Quote. slowly {'type': 'object'}",  # longer than a page may take: the model has a limit of its own
    "badly": "it cannot be reached",
    "wrongly": "asking it failed (ZeroDivisionError)",
}


@pytest.mark.parametrize(("text", "said"), ANSWERS.items())
def test_a_question_goes_to_the_parent_and_its_answer_or_its_failure_comes_back(sandbox, text, said):
    assert decode(sandbox.parse(text.encode()).document).invoice_info.invoice_number == said


def test_a_question_under_way_is_given_up_when_the_job_is_cancelled(sandbox, model):
    model.asked.clear()
    cancelled = threading.Event()

    def cancel():
        model.asked.wait(30)
        cancelled.set()

    threading.Thread(target=cancel, daemon=True).start()
    with pytest.raises(Cancelled):
        sandbox.parse(b"slowly", cancelled=cancelled)
    assert "again" in decode(sandbox.parse(b"again").document).invoice_info.invoice_number
