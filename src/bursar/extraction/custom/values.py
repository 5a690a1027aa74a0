"""Values into the type that a field asks for: of facts that are known, and of text on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bursar.extraction.amounts import read_amount
from bursar.extraction.dates import read_date
from bursar.extraction.labels.vocabulary import compact
from bursar.facts.evidence import Conventions
from bursar.schemas.definition import Field
from bursar.schemas.validation import find_fault

_YES = {"yes", "true", "ja", "oui", "si", "sim", "tak", "x"}
_NO = {"no", "false", "nein", "non", "nao", "nie", "nee"}
_MAX_TEXT = 500


def fit_fact(value: Any, field: Field) -> Any:
    """Return a fact's value as plain JSON in the field's type; None where it is not of that type."""
    plain = _plain(value)
    if plain in (None, "", []):
        return None
    if field.choices:
        return _choose(plain, field)
    fitted = _FITS.get(field.kind, lambda given: given)(plain)
    return None if fitted is None or find_fault(field.rules, fitted) else fitted


def fit_text(text: str, field: Field, conventions: Conventions) -> Any:
    """Return what a text on a page says as the field's type; None where it is anything else."""
    text = " ".join(text.split()).strip(" :;")
    if not re.search(r"\w", text) or len(text) > _MAX_TEXT:
        return None
    if field.choices:
        return _choose(text, field)
    if field.kind in ("number", "integer"):
        amount = read_amount(text.removesuffix("%"), conventions.decimal.value)
        return fit_fact(amount.value, field) if amount and amount.marker is None else None
    if is_date(field):
        printed = read_date(text, conventions.date_order.value)
        return fit_fact(printed.value, field) if printed else None
    return fit_fact(text, field)


def is_date(field: Field) -> bool:
    """Whether the field asks for a day: by its format, or by its name where it asks for no type."""
    if field.format is not None:
        return field.format == "date"
    return field.kind in ("string", "any") and bool(re.search(r"(?:^|[_\s-])date$|Date$|^date", field.name))


def is_typed(field: Field) -> bool:
    """Whether a text must have a form of its own to be a value of the field."""
    return field.kind in ("number", "integer", "boolean") or is_date(field) or bool(field.choices)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value


def _choose(value: Any, field: Field) -> Any:
    """Return the choice that the value is, letter case and points aside."""
    return next((choice for choice in field.choices if compact(str(choice)) == compact(str(value))), None)


def _to_string(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _to_number(value: Any) -> Decimal | int | None:
    return value if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _to_integer(value: Any) -> int | None:
    number = _to_number(value)
    return int(number) if number is not None and number == int(number) else None


def _to_boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = compact(value) if isinstance(value, str) else None
    return True if word in _YES else False if word in _NO else None


_FITS: Mapping[str, Any] = {
    "string": _to_string,
    "number": _to_number,
    "integer": _to_integer,
    "boolean": _to_boolean,
    "object": lambda value: value if isinstance(value, dict) else None,
    "array": lambda value: value if isinstance(value, list) else None,
}
