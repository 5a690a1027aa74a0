"""What many operations of the OpenAPI document say alike stands there once: responses and parameters, by reference."""

from __future__ import annotations

import hashlib
from collections import Counter
from http import HTTPStatus
from typing import Any

import orjson

_MAX_CODES = 2
"""So many error codes make a response's name; one with more is named by its status."""


def share_parts(document: dict[str, Any]) -> None:
    """Move responses and parameters that stand in the document more than once to its components."""
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    responses = _Shared("responses", Counter(_write(one) for told in operations for one in told["responses"].values()))
    parameters = _Shared(
        "parameters", Counter(_write(one) for told in operations for one in told.get("parameters", ()))
    )
    for operation in operations:
        told = operation["responses"]
        for status, answer in told.items():
            told[status] = responses.share(answer, _name_response(int(status), answer))
        if "parameters" in operation:
            operation["parameters"] = [parameters.share(one, _join(one["name"])) for one in operation["parameters"]]
    for kind in (responses, parameters):
        document["components"][kind.kind] = kind.parts


class _Shared:
    """Parts of one kind by their names, and how often each is wanted."""

    def __init__(self, kind: str, wanted: Counter[bytes]) -> None:
        self.kind = kind
        self.parts: dict[str, dict[str, Any]] = {}
        self._wanted = wanted

    def share(self, part: dict[str, Any], name: str) -> dict[str, Any]:
        """Return a reference to the part, or the part itself where it stands in one place only."""
        written = _write(part)
        if self._wanted[written] == 1:
            return part
        if self.parts.get(name, part) != part:  # the name is another's; a digest stays the same when others are added
            name = f"{name}_{hashlib.sha256(written).hexdigest()[:8]}"
        self.parts[name] = part
        return {"$ref": f"#/components/{self.kind}/{name}"}


def _name_response(status: int, answer: dict[str, Any]) -> str:
    codes = answer.get("content", {}).get("application/json", {}).get("examples", {})  # examples of errors are named so
    if status >= 400 and 0 < len(codes) <= _MAX_CODES:
        return "Or".join(_join(code.lower()) for code in codes)
    return _join(HTTPStatus(status).phrase)


def _join(words: str) -> str:
    """Return words as one name: `if-none-match` is IfNoneMatch."""
    return "".join(word[:1].upper() + word[1:] for word in words.replace("-", " ").replace("_", " ").split())


def _write(part: dict[str, Any]) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
