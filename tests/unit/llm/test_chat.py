"""An endpoint on loopback with every bad habit: the answer comes, or one reason why not, in time and without secrets."""

from __future__ import annotations

import json
import time

import pytest

from bursar.errors import ModelFailed
from bursar.extraction.model import Question
from bursar.llm.chat import ChatEndpoint, ChatModel
from patience import patient
from serving.endpoint import run_endpoint

KEY = "sk-very-secret"
TEXT = 'Fields: [{"id": "f1", "name": "project", "type": "text"}]\n\nmark\n1: Project PX-77\nmark'
QUESTION = Question("Quote the document.", TEXT, {"type": "object", "properties": {"answers": {"type": "array"}}})
RIGHT = {"answers": [{"id": "f1", "item": 0, "quote": "PX-77", "line": 1}]}


def ask(endpoint, **limits):
    model = ChatModel(ChatEndpoint(url=endpoint.url, model="tiny", key=KEY, **{"timeout_s": 20, **limits}))
    try:
        return json.loads(model.ask(QUESTION))
    finally:
        model.close()


def test_a_question_goes_out_as_a_chat_completion_with_a_schema():
    with run_endpoint("quotes", project="PX-77") as endpoint:
        assert ask(endpoint, max_tokens=777) == RIGHT
    (body,), (headers,) = endpoint.requests, endpoint.headers
    assert headers["path"] == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert (body["model"], body["max_tokens"], body["temperature"], body["stream"]) == ("tiny", 777, 0, False)
    assert body["response_format"]["json_schema"]["schema"] == QUESTION.answer_schema
    assert body["response_format"]["json_schema"]["strict"] is True


TEACHABLE = {"takes_no_schema": 2, "takes_no_format": 3, "reasons_first": 2, "stumbles_once": 2}


@pytest.mark.parametrize(("habit", "requests"), TEACHABLE.items())
def test_what_an_endpoint_refuses_is_left_out_and_what_may_pass_is_tried_again(habit, requests):
    with run_endpoint(habit, project="PX-77") as endpoint:
        assert ask(endpoint) == RIGHT
    assert len(endpoint.requests) == requests


def test_an_endpoint_is_taught_once():
    with run_endpoint("takes_no_format", project="PX-77") as endpoint:
        model = ChatModel(ChatEndpoint(url=endpoint.url, model="tiny"))
        for _ in range(3):
            assert json.loads(model.ask(QUESTION)) == RIGHT
        model.close()
    assert len(endpoint.requests) == 5
    assert "Authorization" not in endpoint.headers[0]


BAD = {
    "breaks_down": ("status 500", 2),
    "knows_no_key": ("refused the key", 1),
    "refuses": ("refused to answer", 1),
    "is_cut_off": ("cut off", 1),
    "says_nothing": ("empty", 1),
    "is_no_completion": ("no chat completion", 1),
    "is_no_json": ("no chat completion", 1),
    "redirects": ("status 307", 1),
    "floods": ("too long", 1),
}


@pytest.mark.parametrize(("habit", "expected"), BAD.items())
def test_a_bad_habit_is_one_reason_without_secrets(habit, expected):
    with run_endpoint(habit) as endpoint, pytest.raises(ModelFailed) as failed:
        ask(endpoint)
    reason, requests = expected
    assert reason in failed.value.message
    assert len(endpoint.requests) == requests
    for secret in (KEY, "SECRET", endpoint.url, "PX-77"):
        assert secret not in failed.value.message


@pytest.mark.parametrize("habit", ["sleeps", "drips"])
def test_an_endpoint_that_takes_its_time_is_left(habit):
    began = time.monotonic()
    with run_endpoint(habit) as endpoint:
        with pytest.raises(ModelFailed, match="did not answer within 1 s"):
            ask(endpoint, timeout_s=1)
        assert time.monotonic() - began < patient(6)


def test_an_endpoint_that_is_not_there_is_one_reason():
    with run_endpoint("quotes") as endpoint:
        pass
    with pytest.raises(ModelFailed, match="cannot be reached"):
        ask(endpoint, timeout_s=3)


def test_the_key_is_shown_nowhere():
    assert KEY not in repr(ChatEndpoint(url="http://127.0.0.1/v1", model="tiny", key=KEY))
