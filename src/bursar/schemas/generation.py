"""A schema made from a result: the keys that have a value, with the types and formats of those values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ABOUT = ("document_type", "metadata", "evidence", "checks", "conventions", "custom", "accounts", "unparsed_lines")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TYPES = {str: "string", bool: "boolean"}


def generate_definition(result: Mapping[str, Any], *, title: str | None = None) -> dict[str, Any]:
    """Return the JSON Schema of what the result (as JSON, in the shape of the contract) says of the document.

    Keys about the result itself are left out, and those without a value; of rows, a key stays when any row has it.
    """
    said = {key: value for key, value in result.items() if key not in _ABOUT}
    described = _describe(said) or {"type": "object", "properties": {}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **({"title": title} if title else {}),
        **described,
    }


def _describe(value: Any) -> dict[str, Any] | None:
    """Return the JSON Schema of a value; None where there is nothing in it."""
    if isinstance(value, Mapping):
        properties = {key: described for key, inner in value.items() if (described := _describe(inner))}
        return {"type": "object", "properties": properties} if properties else None
    if isinstance(value, str):
        if not value:
            return None
        return {"type": "string", "format": "date"} if _DATE.fullmatch(value) else {"type": "string"}
    if isinstance(value, Sequence):
        items = _describe_together(value)
        return {"type": "array", "items": items} if items else None
    if value is None or value is False:
        return None
    return {"type": _TYPES.get(type(value), "number")}


def _describe_together(values: Sequence[Any]) -> dict[str, Any] | None:
    if all(isinstance(value, Mapping) for value in values):
        merged: dict[str, Any] = {}
        for row in values:
            merged.update({key: value for key, value in row.items() if _describe(value) or key not in merged})
        return _describe(merged)
    return next((described for value in values if (described := _describe(value))), None)
