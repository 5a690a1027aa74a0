"""Values of frozen facts by dotted path, as evidence and issues name them: `items.0.amount`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")


def get_value(fact: Any, path: str) -> Any:
    """Return the value at the path; None as well where a part on the way is None or a list is too short."""
    for name in path.split("."):
        if isinstance(fact, tuple):
            fact = fact[int(name)] if int(name) < len(fact) else None
        elif fact is not None:
            fact = getattr(fact, name)
    return fact


def with_value(fact: T, path: str, value: Any) -> T:
    """Return the fact with another value at the path, whose parts must all be there."""
    name, _, rest = path.partition(".")
    if isinstance(fact, tuple):
        changed = with_value(fact[int(name)], rest, value) if rest else value
        return (*fact[: int(name)], changed, *fact[int(name) + 1 :])  # type: ignore[return-value]
    changed = with_value(getattr(fact, name), rest, value) if rest else value
    return replace(fact, **{name: changed})  # type: ignore[type-var]
