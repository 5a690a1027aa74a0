"""A caller's definition of an output, in any of its three forms, to a tree of fields.

    {"fields": ["invoice_number", "supplier_vat_id"]}                         names
    {"invoice_number": "", "total": 0.0, "items": [{"sku": ""}]}              a template of empty values
    {"type": "object", "properties": {"total": {"type": "number"}}}           JSON Schema (draft 2020-12)

The first two are turned into the third, so that there is one reader and one check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from bursar.errors import InvalidRequest
from bursar.schemas.references import inline_references

MAX_BYTES = 100 * 1024
_MAX_FIELDS = 500
_MAX_DEPTH = 8
_MAX_NAME = 200
_TYPES = ("string", "number", "integer", "boolean", "object", "array")
_SYNONYMS = {
    "float": "number",
    "decimal": "number",
    "amount": "number",
    "int": "integer",
    "bool": "boolean",
    "str": "string",
    "text": "string",
}
_DATE = {"type": "string", "format": "date"}
_TYPE_WORDS: Mapping[str, Mapping[str, Any]] = {
    **{name: {"type": name} for name in ("string", "number", "integer", "boolean")},
    **{word: {"type": name} for word, name in _SYNONYMS.items()},
    "date": _DATE,
    "yyyy-mm-dd": _DATE,
}
"""What stands for a type where a caller names one in words."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the output.

    `kind` is a type of JSON Schema, or `any` where none is asked for. `rules` is the key's own part of the JSON Schema,
    without references. An `object` has `fields`, an `array` may have an `item`.
    """

    name: str
    kind: str = "any"
    description: str | None = None
    format: str | None = None
    choices: tuple[Any, ...] = ()
    fields: tuple[Field, ...] = ()
    item: Field | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schema:
    """An output shape. `json_schema` is the definition as JSON Schema without references."""

    fields: tuple[Field, ...]
    json_schema: Mapping[str, Any]
    name: str | None = None


def parse_definition(given: Any, *, name: str | None = None) -> Schema:
    """Return the shape that a definition, an object or the same as JSON text, stands for.

    `name` is what the caller calls it. Raises `InvalidRequest`, which says what is wrong and where in the definition.
    """
    definition = read_object(given)
    form = find_form(definition)
    json_schema = _FORMS[form](definition) if form in _FORMS else inline_references(definition)
    _check(json_schema)
    fields = tuple(_read_properties(json_schema, (), [_MAX_FIELDS]))
    if not fields:
        raise refuse("names no fields")
    title = json_schema.get("title")
    return Schema(fields, json_schema, name or (title if isinstance(title, str) else None))


def read_object(given: Any) -> dict[str, Any]:
    """Return the definition as an object. Raises `InvalidRequest` for other things, and for more than `MAX_BYTES`."""
    try:
        text = given.encode() if isinstance(given, str) else orjson.dumps(given)
        if len(text) > MAX_BYTES:
            raise refuse(f"is larger than {MAX_BYTES} bytes")
        definition = orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError, UnicodeEncodeError) as error:
        raise refuse(f"is not valid JSON: {str(error)[:200]}") from None
    if not isinstance(definition, dict):
        raise refuse("must be an object")
    return definition


def find_form(definition: Mapping[str, Any]) -> str:
    """Return which of the forms it is: `fields`, `template` or `json_schema`."""
    if isinstance(definition.get("properties"), dict) or "$schema" in definition or definition.get("type") == "object":
        return "json_schema"
    listed = definition.get("fields")
    if isinstance(listed, list) and all(isinstance(item, str | dict) for item in listed) and len(definition) == 1:
        return "fields" if all(isinstance(item, str) or "name" in item for item in listed) else "template"
    return "template"


def refuse(reason: str, at: str = "") -> InvalidRequest:
    """Return the error for a definition; `at` is where in it, as a path."""
    where = f" at {at}" if at else ""
    return InvalidRequest(f"The schema{where} {reason}", {"field": "schema", "reason": reason, "at": at or None})


# ---------------------------------------------------------------- the first two forms


def _from_names(definition: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for item in definition["fields"]:
        name = item if isinstance(item, str) else item["name"]
        if not isinstance(name, str):
            raise refuse("has a name that is no text", "fields")
        if name in properties:
            raise refuse("names the field twice", name)
        properties[name] = {} if isinstance(item, str) else _from_described(item, name)
    return {"type": "object", "properties": properties}


def _from_described(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the rules of a field that a list describes: `{"name": …, "type": …, "description": …}`."""
    rules = {key: value for key, value in item.items() if key not in ("name", "type")}
    wanted = item.get("type")
    if isinstance(wanted, str) and wanted.lower() in _TYPE_WORDS:
        return {**rules, **_TYPE_WORDS[wanted.lower()]}
    if wanted is None or wanted in _TYPES:
        return {**rules, **({"type": wanted} if wanted else {})}
    raise refuse("has a type that is none", name)


def _from_template(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: _from_example(value, 1) for name, value in definition.items()}}


def _from_example(value: Any, depth: int) -> dict[str, Any]:
    """Return the rules that an empty value shows; a text that is not empty names a type or describes the field."""
    if depth > _MAX_DEPTH:
        raise refuse(f"is nested more than {_MAX_DEPTH} deep")
    if isinstance(value, dict):
        properties = {name: _from_example(inner, depth + 1) for name, inner in value.items()}
        return {"type": "object", "properties": properties}
    if isinstance(value, list):
        return {"type": "array", "items": _from_example(value[0], depth + 1)} if value else {"type": "array"}
    if isinstance(value, str) and value.strip():
        known = _TYPE_WORDS.get(value.strip().lower())
        return dict(known) if known else {"type": "string", "description": value}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    return {"type": "string"} if isinstance(value, str) else {}


_FORMS = {"fields": _from_names, "template": _from_template}


# ---------------------------------------------------------------- JSON Schema


def _check(json_schema: Mapping[str, Any]) -> None:
    try:
        Draft202012Validator.check_schema(json_schema)
    except SchemaError as error:
        raise refuse(f"is not valid JSON Schema: {error.message[:200]}", ".".join(map(str, error.path))) from None
    if not isinstance(json_schema.get("properties"), dict) or "object" not in _types_of(json_schema, ["object"]):
        raise refuse("must describe an object with properties")


def _read_properties(rules: Mapping[str, Any], path: tuple[str, ...], budget: list[int]) -> Iterator[Field]:
    for name, inner in rules.get("properties", {}).items():
        if not name or len(name) > _MAX_NAME or not name.isprintable():
            raise refuse(f"has a name that is empty, unprintable or longer than {_MAX_NAME} characters", ".".join(path))
        yield _read_field(name, inner, (*path, name), budget)


def _read_field(name: str, given: Any, path: tuple[str, ...], budget: list[int]) -> Field:
    budget[0] -= 1
    if budget[0] < 0:
        raise refuse(f"has more than {_MAX_FIELDS} fields")
    if len(path) > _MAX_DEPTH:
        raise refuse(f"is nested more than {_MAX_DEPTH} deep", ".".join(path))
    if given is False:
        raise refuse("can never hold a value", ".".join(path))
    rules: Mapping[str, Any] = {} if given is True else given
    meant = _choose_alternative(rules)
    kind = _kind_of(meant)
    item = meant.get("items") if kind == "array" else None
    return Field(
        name,
        kind,
        _describe(rules, meant),
        meant.get("format"),
        tuple(meant["enum"]) if "enum" in meant else ((meant["const"],) if "const" in meant else ()),
        tuple(_read_properties(meant, path, budget)) if kind == "object" else (),
        _read_field(name, item, (*path, "items"), budget) if isinstance(item, dict) and item else None,
        rules,
    )


def _choose_alternative(rules: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the rules with the first alternative that is more than null: what `Optional[…]` is written as."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        for alternative in rules.get(keyword, ()):
            if isinstance(alternative, dict) and alternative.get("type") != "null":
                return _choose_alternative({**alternative, **{k: v for k, v in rules.items() if k != keyword}})
    return rules


def _kind_of(rules: Mapping[str, Any]) -> str:
    for name in _types_of(rules, []):
        if name in _TYPES:
            return str(name)
    return "object" if "properties" in rules else "array" if "items" in rules else "any"


def _types_of(rules: Mapping[str, Any], default: list[str]) -> list[str]:
    named = rules.get("type", default)
    return [named] if isinstance(named, str) else list(named)


def _describe(*places: Mapping[str, Any]) -> str | None:
    """Return what is said of the field: its description, else its title."""
    for keyword in ("description", "title"):
        for rules in places:
            if isinstance(said := rules.get(keyword), str) and said.strip():
                return " ".join(said.split())[:1000]
    return None
