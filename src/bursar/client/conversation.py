"""One request after another without any I/O: what to send, when to send it again, how to read the reply.

A conversation is a generator. It yields what it wants done (`Request`, `Pause`), is sent what came of it, and returns
its value. The two clients differ only in how they do what is wanted.
"""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from bursar.client.errors import ApiError, ServerUnreachable, api_error

Value = TypeVar("Value")

_TRY_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an upload: opened from `content` anew at each attempt where that is a path."""

    filename: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `path` is below the API's prefix, `patience_s` how long the server may take beyond the usual."""

    method: str
    path: str
    query: Mapping[str, str | int | float] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: tuple[Part, ...] = ()
    patience_s: float = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    content: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """One element of a list, to be handed to whoever iterates."""

    element: Any


Step: TypeAlias = Request | Pause | Found
Came: TypeAlias = Reply | ServerUnreachable | None
Conversation: TypeAlias = Generator[Step, Came, Value]


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to try again, and the longest `Retry-After` that is waited out, in seconds."""

    count: int = 4
    longest_wait_s: float = 120.0


def ask(request: Request, retries: Retries) -> Conversation[Reply]:
    """Send until there is an answer that trying again would not better; raises `ApiError` or `ServerUnreachable`.

    Every POST has an idempotency key, so that sending it twice does its work once.
    """
    if request.method == "POST":
        request = replace(request, headers={**request.headers, "Idempotency-Key": uuid4().hex})
    attempt = 0
    while True:
        came = yield request
        assert came is not None
        pause_s = _choose_pause(came, attempt)
        if attempt == retries.count or pause_s is None or pause_s > retries.longest_wait_s:
            return _checked(came)
        yield Pause(pause_s)
        attempt += 1


def ask_data(request: Request, retries: Retries) -> Conversation[dict[str, Any]]:
    """Send, and return the `data` of the reply."""
    reply = yield from ask(request, retries)
    return data_of(reply)


def data_of(reply: Reply) -> dict[str, Any]:
    """Return the reply's `data`, its amounts as `Decimal`."""
    try:
        return json.loads(reply.content, parse_float=Decimal)["data"]  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_bursar(reply) from error


def _checked(reply: Reply | ServerUnreachable) -> Reply:
    if isinstance(reply, ServerUnreachable):
        raise reply
    if reply.status < 400:
        return reply
    try:
        error = json.loads(reply.content)["error"]
        refused = api_error(error, reply.status)
    except (ValueError, KeyError, TypeError) as problem:
        raise _no_bursar(reply) from problem
    raise refused


def _no_bursar(reply: Reply) -> ApiError:
    """Something between us and the server answered in its place."""
    return ApiError(f"HTTP {reply.status} with a body that is no answer of Bursar's", status=reply.status)


def _choose_pause(came: Reply | ServerUnreachable, attempt: int) -> float | None:
    """Return how long to wait before trying again, None where that would better nothing.

    What the server asks for; else twice as long each time, and never two clients alike.
    """
    if isinstance(came, Reply):
        if came.status not in _TRY_AGAIN:
            return None
        asked_s = _read_retry_after(came.headers.get("retry-after"))
        if asked_s is not None:
            return asked_s
    return min(_FIRST_PAUSE_S * 2.0**attempt, _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)  # noqa: S311


def _read_retry_after(given: str | None) -> float | None:
    """Return the seconds of a `Retry-After` (RFC 9110, 10.2.3): a number, or a date."""
    if given is None:
        return None
    if given.strip().isdecimal():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
