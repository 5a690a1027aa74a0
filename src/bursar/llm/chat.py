"""Any endpoint that speaks the chat completions of OpenAI's API: hosted ones, vLLM, llama.cpp, Ollama, LM Studio.

Reasons of failures are ours, word for word: no text of the endpoint, no address and no key gets into results or logs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bursar.errors import ModelFailed
from bursar.extraction.model import Question

_CONNECT_S = 10.0
_MAX_REPLY_BYTES = 2 * 1024 * 1024
_PAUSE_S = 0.5
_PASSING = frozenset({429, 500, 502, 503, 504, 529})
_REFUSING = frozenset({400, 415, 422, 501})
_SHAPES = ("json_schema", "json_object", None)  # how an answer's form is asked for, from the strictest on


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatEndpoint:
    """Where the model is and how much may be asked of it; `url` up to `/v1`. The key is not shown."""

    url: str
    model: str
    key: str | None = None
    timeout_s: float = 60.0
    max_chars: int = 60_000
    max_tokens: int = 4_000

    def __repr__(self) -> str:
        return f"ChatEndpoint(model={self.model!r})"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What an endpoint takes: how an answer's form is asked for, and the parameters of models that reason first."""

    shape: int = 0
    is_reasoning: bool = False

    def simplify(self, refusal: bytes) -> _Dialect | None:
        """Return what to try after a refusal; None when there is nothing simpler left."""
        if not self.is_reasoning and b"max_completion_tokens" in refusal:
            return replace(self, is_reasoning=True)
        return replace(self, shape=self.shape + 1) if self.shape + 1 < len(_SHAPES) else None


class ChatModel:
    """A `LanguageModel` behind an endpoint. Thread-safe. Follows no redirects and asks no proxy of the environment."""

    def __init__(self, endpoint: ChatEndpoint) -> None:
        self._endpoint = endpoint
        address = endpoint.url.rstrip("/")
        self._address = address if address.endswith("/chat/completions") else f"{address}/chat/completions"
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        timeout = httpx.Timeout(endpoint.timeout_s, connect=min(_CONNECT_S, endpoint.timeout_s))
        self._http = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False, trust_env=False)
        self._dialect = _Dialect()  # what the endpoint took last

    @property
    def max_chars(self) -> int:
        """How many characters of a document may be sent to it."""
        return self._endpoint.max_chars

    def ask(self, question: Question) -> str:
        """Return the text of the answer. Tries once more what may pass. Raises `ModelFailed`."""
        deadline = time.monotonic() + self._endpoint.timeout_s
        dialect, tries = self._dialect, 2
        while True:
            try:
                status, content = self._post(self._write(question, dialect), deadline)
            except httpx.TimeoutException:
                raise ModelFailed(f"it did not answer within {self._endpoint.timeout_s:g} s") from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                status, content = None, type(error).__name__.encode()
            if status is not None and 200 <= status < 300:
                self._dialect = dialect
                return _read_content(content)
            simpler = dialect.simplify(content) if status in _REFUSING else None
            if simpler is not None:
                dialect = simpler
                continue
            tries -= 1
            if not tries or status not in {None, *_PASSING} or time.monotonic() + _PAUSE_S > deadline:
                raise ModelFailed(_explain(status, content))
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _write(self, question: Question, dialect: _Dialect) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [
                {"role": "system", "content": question.instructions},
                {"role": "user", "content": question.text},
            ],
            "stream": False,
        }
        if dialect.is_reasoning:
            body["max_completion_tokens"] = self._endpoint.max_tokens
        else:
            body |= {"max_tokens": self._endpoint.max_tokens, "temperature": 0}
        shape = _SHAPES[dialect.shape]
        if shape == "json_schema":
            named = {"name": "answers", "strict": True, "schema": dict(question.answer_schema)}
            body["response_format"] = {"type": shape, "json_schema": named}
        elif shape is not None:
            body["response_format"] = {"type": shape}
        return body

    def _post(self, body: Mapping[str, Any], deadline: float) -> tuple[int, bytes]:
        """Return status and body. A reply that comes drop by drop, or without end, is cut off."""
        left = max(deadline - time.monotonic(), 0.1)
        timeout = httpx.Timeout(left, connect=min(_CONNECT_S, left))
        with self._http.stream("POST", self._address, json=body, timeout=timeout) as response:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _MAX_REPLY_BYTES:
                    raise ModelFailed("its answer is too long")
                if time.monotonic() > deadline:
                    raise ModelFailed(f"it did not answer within {self._endpoint.timeout_s:g} s")
            return response.status_code, bytes(content)


def _read_content(content: bytes) -> str:
    """Return the answer in a completion. Raises `ModelFailed` for refusals, and for what is no completion."""
    try:
        choice = json.loads(content)["choices"][0]
        message = choice["message"]
        refused, text = message.get("refusal"), message.get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise ModelFailed("its answer is no chat completion") from None
    if refused or choice.get("finish_reason") == "content_filter":
        raise ModelFailed("it refused to answer")
    if choice.get("finish_reason") == "length":
        raise ModelFailed("its answer was cut off: more tokens than it may write")
    if not isinstance(text, str) or not text.strip():
        raise ModelFailed("its answer is empty")
    return text


def _explain(status: int | None, content: bytes) -> str:
    if status is None:
        return f"it cannot be reached ({content.decode()})"
    if status in (401, 403):
        return f"it refused the key (status {status})"
    return f"it answered with status {status}"
