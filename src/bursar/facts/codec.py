"""Facts to JSON and back.

Amounts become JSON numbers with the digits printed (`1700.30` stays `1700.30`): they go from `Decimal` to text
without passing through a float, and are read back as `Decimal`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
from msgspec import Struct

from bursar.facts.box import Box, read_box
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

_KEYS = {"derived_from": "from"}  # where the contract's key is a word that Python reserves
_ONLY_IF_SET = {
    "derived_from",
    "attachments",
    "documents",
    "amount_in_words",
    "original_currency",
    "exchange_rate",
    "category_reason",
}  # keys that the contract knows only where they say something


def encode(fact: Invoice | Statement) -> bytes:
    """Return the fact as compact JSON in the contract's shape."""
    return dump_json(to_wire(fact))


def decode(text: bytes | str) -> Invoice | Statement:
    """Return the fact that `encode` wrote; raises ValueError for anything else."""
    return from_wire(json.loads(text, parse_float=Decimal))


def dump_json(value: Any, *, indent: bool = False) -> bytes:
    """Return JSON of plain values that may hold `Decimal`s, written as numbers with their own digits."""
    return orjson.dumps(value, default=_write_decimal, option=orjson.OPT_INDENT_2 if indent else None)


def _write_decimal(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_wire(value: Any) -> Any:
    """Return plain dicts, lists, strings, numbers and Decimals: the contract's shape, ready for `dump_json`."""
    if isinstance(value, Box):
        return [round(edge, 2) for edge in (value.x0, value.y0, value.x1, value.y1)]
    if (names := _names_of(value.__class__)) is not None:
        return {
            _KEYS.get(name, name): to_wire(part)
            for name in names
            if (part := getattr(value, name)) or name not in _ONLY_IF_SET
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: to_wire(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_wire(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_wire(value: dict[str, Any]) -> Invoice | Statement:
    """Return the fact that `to_wire` made plain; a statement is known by its `account_info`."""
    return _read(Statement if "account_info" in value else Invoice, value)  # type: ignore[no-any-return]


def _read(wanted: Any, value: Any) -> Any:
    wanted = _without_none(wanted)
    if value is None or wanted is Any:
        return value
    if wanted is Box:
        return read_box(value)
    if _names_of(wanted) is not None:
        return _read_parts(wanted, value)
    if get_origin(wanted) is tuple:
        return tuple(_read(get_args(wanted)[0], item) for item in value)
    if get_origin(wanted) is dict:
        return {key: _read(get_args(wanted)[1], item) for key, item in value.items()}
    return _read_plain(wanted, value)


def _read_parts(wanted: Any, value: dict[str, Any]) -> Any:
    hints = _hints(wanted)
    present = {name: _KEYS.get(name, name) for name in hints if _KEYS.get(name, name) in value}
    return wanted(**{name: _read(hints[name], value[key]) for name, key in present.items()})


def _read_plain(wanted: Any, value: Any) -> Any:
    if wanted is Decimal:
        return Decimal(value)
    if wanted is float:
        return float(value)
    if wanted is date:
        return date.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    return value


@cache
def _names_of(kind: Any) -> tuple[str, ...] | None:
    """Return the names of the parts that a fact or its evidence is made of; None of what has none."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    return kind.__struct_fields__ if isinstance(kind, type) and issubclass(kind, Struct) else None


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return get_type_hints(wanted)


def _without_none(wanted: Any) -> Any:
    if get_origin(wanted) in (Union, UnionType):
        (wanted,) = [option for option in get_args(wanted) if option is not NoneType]
    return wanted
