"""A language model on the other side of the pipe: the child asks its parent, which alone knows address and key.

What opens hostile documents needs no way to the network, and has no secret that it could give away.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import orjson

from bursar.errors import BursarError, ModelFailed
from bursar.extraction.model import LanguageModel, Question
from bursar.sandbox.frames import Frame

_LOOK_S = 0.05


class DistantModel:
    """The model as the child sees it. `reply` writes to the parent, `await_frame` waits for what it answers."""

    def __init__(self, max_chars: int, reply: Callable[[Frame], None], await_frame: Callable[[], Frame]) -> None:
        self._max_chars = max_chars
        self._reply = reply
        self._await_frame = await_frame

    @property
    def max_chars(self) -> int:
        """How many characters of a document may be sent to it."""
        return self._max_chars

    def ask(self, question: Question) -> str:
        """Return the answer. Raises `ModelFailed` with the parent's reason."""
        body = orjson.dumps({"text": question.text, "answer_schema": dict(question.answer_schema)})
        self._reply(Frame({"event": "ask", "instructions": question.instructions}, body))
        answer = self._await_frame()
        if answer.header["failed"] is not None:
            raise ModelFailed(answer.header["failed"])
        return answer.body.decode()


def answer_question(model: LanguageModel | None, asked: Frame, tick: Callable[[], None]) -> Frame:
    """Return the model's answer to a child's question, or why there is none.

    `tick` is called twenty times a second meanwhile; what it raises ends the wait, and the answer is nobody's then.
    """
    if model is None:
        return Frame({"failed": "no language model is configured"})
    given = orjson.loads(asked.body)
    question = Question(asked.header["instructions"], given["text"], given["answer_schema"])
    answers: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(model, question, answers), name="language model", daemon=True).start()
    while True:
        tick()
        try:
            return answers.get(timeout=_LOOK_S)
        except queue.Empty:
            continue


def _ask(model: LanguageModel, question: Question, answers: queue.SimpleQueue[Frame]) -> None:
    try:
        answers.put(Frame({"failed": None}, model.ask(question).encode(errors="replace")))
    except BursarError as error:
        answers.put(Frame({"failed": error.message}))
    except Exception as error:  # noqa: BLE001 (a document is not to fail of whatever a model's client does)
        answers.put(Frame({"failed": f"asking it failed ({type(error).__name__})"}))
