"""Values tested against a caller's schema. What was not found is null, and null is always allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry

from bursar.schemas.definition import Schema

_NULL = {"type": "null"}
_MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """Where an output breaks its schema, as a dotted path, and how."""

    path: str
    reason: str


def check_output(schema: Schema, output: Any) -> list[Problem]:
    """Return what of the output breaks the schema, when null is allowed everywhere; nothing when it conforms."""
    errors = sorted(_validator(relax(schema.json_schema)).iter_errors(output), key=lambda error: list(error.path))
    deepest = [best_match([error]) or error for error in errors[:_MAX_PROBLEMS]]
    return [Problem(".".join(map(str, error.absolute_path)), error.message[:300]) for error in deepest]


def find_fault(rules: Mapping[str, Any], value: Any) -> str | None:
    """Return why a value breaks the rules of its field, null aside; None when it conforms."""
    error: ValidationError | None = next(_validator(relax(rules)).iter_errors(value), None)
    return None if error is None else (best_match([error]) or error).message[:300]


def relax(rules: Any) -> Any:
    """Return the JSON Schema with null allowed for every property and item at any depth, and numbers made exact."""
    if not isinstance(rules, Mapping):
        return rules
    relaxed = {key: _exact(value) for key, value in rules.items()}
    if isinstance(rules.get("properties"), Mapping):
        relaxed["properties"] = {name: _allow_null(inner) for name, inner in rules["properties"].items()}
    if isinstance(rules.get("items"), Mapping):
        relaxed["items"] = _allow_null(rules["items"])
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in rules:
            relaxed[keyword] = [relax(inner) for inner in rules[keyword]]
    return relaxed


def _allow_null(rules: Any) -> Any:
    return {"anyOf": [_NULL, relax(rules)]}


def _exact(value: Any) -> Any:
    """Return the value with floats as the decimals that were written: amounts are compared and divided exactly."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: _exact(inner) for key, inner in value.items()}
    return [_exact(inner) for inner in value] if isinstance(value, list) else value


def _validator(rules: Any) -> Draft202012Validator:
    """Return a validator that fetches nothing: the registry of other documents is empty."""
    return Draft202012Validator(rules, format_checker=FormatChecker(), registry=Registry())
