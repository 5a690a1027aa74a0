"""JSON bodies: read within a limit, checked against a model, refused by the name of the field."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from bursar.errors import InvalidRequest, MalformedRequest, RequestTooLarge, UnsupportedMedia

Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 1024 * 1024


def media_type_of(request: Request) -> str:
    """Return the body's content type in lower case, without its parameters; empty when it is not given."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_model(request: Request, model: type[Model], *, optional: bool = False, exact: bool = False) -> Model:
    """Return the JSON body as the model says. An `optional` body that is empty counts as `{}`.

    With `exact`, numbers with a fraction are `Decimal`s with the digits that were sent.

    Raises `UnsupportedMedia`, `RequestTooLarge`, `MalformedRequest` or `InvalidRequest`.
    """
    content = await _read_bytes(request)
    if optional and not content.strip():
        return check_model({}, model)
    media_type = media_type_of(request)
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMedia(f"The body must be JSON, not {media_type[:100]}", {"supported": ["application/json"]})
    return check_model(_parse_exactly(content) if exact else parse_json(content), model)


def parse_json(content: bytes | str, field: str = "body") -> Any:
    """Return what the JSON says. Raises `MalformedRequest`."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        reason = f"not valid JSON: {error.msg}"
        raise MalformedRequest(f"The {field} is {reason}", {"field": field, "reason": reason}) from None


def _parse_exactly(content: bytes) -> Any:
    parse_json(content)  # refuses what is none, and what the standard library alone would take: NaN, doubled roots
    return json.loads(content, parse_float=Decimal)


def check_model(value: Any, model: type[Model]) -> Model:
    """Return the value as the model says. Raises `InvalidRequest`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_context=False)) from None


def invalid(problems: Any) -> InvalidRequest:
    """Return the error for what pydantic found: `details` names the first field and why, and all of them in `errors`."""
    errors = [
        {"field": ".".join(str(part) for part in problem["loc"]) or "body", "reason": str(problem["msg"])}
        for problem in problems
    ]
    first = errors[0]
    return InvalidRequest(f"{first['field']}: {first['reason']}", {**first, "errors": errors})


async def _read_bytes(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise RequestTooLarge(f"The body is larger than {MAX_BYTES} bytes", {"max_bytes": MAX_BYTES})
    return bytes(content)
