"""What a caller may ask of a parsing, checked to the letter: an option that is not known is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bursar.errors import InvalidRequest

_PAGES = re.compile(r"[0-9]{1,6}(-[0-9]{1,6})?(,[0-9]{1,6}(-[0-9]{1,6})?)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_MAX_PAGES_LENGTH = 1_000

DEFAULTS: Mapping[str, Any] = {
    "extract_line_items": True,
    "extract_transactions": True,
    "extract_tables": True,
    "detect_tax": True,
    "categorize": False,
    "detect_anomalies": False,
    "pages": None,
    "language": None,
    "ocr": "auto",
    "engine": "auto",
}
_SYNONYMS = {"extract_items": "extract_line_items"}
_CHOICES = {"ocr": ("auto", "force", "never"), "engine": ("auto", "rules", "llm")}


def check_options(given: Any) -> dict[str, Any]:
    """Return the options that differ from `DEFAULTS`, under their own names.

    Raises `InvalidRequest`, which names the option and why, for anything that is not in the contract.
    """
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _refuse("options", "must be an object")
    chosen: dict[str, Any] = {}
    for name, value in given.items():
        known = _SYNONYMS.get(str(name), str(name))
        if known not in DEFAULTS:
            raise _refuse(f"options.{name}", f"is not an option; known are {', '.join([*DEFAULTS, *_SYNONYMS])}")
        checked = _check_value(known, value)
        if chosen.setdefault(known, checked) != checked:
            raise _refuse(f"options.{name}", f"contradicts {known}")
    return {name: value for name, value in chosen.items() if value != DEFAULTS[name]}


def check_pages(pages: str, page_count: int) -> None:
    """Raise `InvalidRequest` when a selection names no page of a document of `page_count` pages, or a page past its end."""
    for part in pages.split(","):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high:
            raise _refuse("options.pages", f"{part} is not a range of pages")
        if high > page_count:
            raise _refuse("options.pages", f"names page {high}, and the document has {page_count}")


def _check_value(name: str, value: Any) -> Any:
    default = DEFAULTS[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _refuse(f"options.{name}", "must be true or false")
        return value
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise _refuse(f"options.{name}", f"must be one of {', '.join(_CHOICES[name])}")
        return value
    return None if value is None else _TEXTS[name](value)


def _check_page_selection(value: Any) -> str:
    if isinstance(value, str):
        pages = re.sub(r"\s+", "", value)
        if len(pages) <= _MAX_PAGES_LENGTH and _PAGES.fullmatch(pages):
            return pages
    raise _refuse("options.pages", 'must be a selection like "1-3,7"')


def _check_language(value: Any) -> str:
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value.replace("_", "-")
    raise _refuse("options.language", 'must be a language tag like "de" or "pt-BR"')


def _refuse(field: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"{field} {reason}", {"field": field, "reason": reason})


_TEXTS: Mapping[str, Callable[[Any], str]] = {"pages": _check_page_selection, "language": _check_language}
