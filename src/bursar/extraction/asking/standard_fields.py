"""Fields of the standard result that the rules left empty, asked of a language model. What the rules found is not asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from bursar.extraction.asking.answers import Wanted
from bursar.extraction.asking.asking import ask, name_path
from bursar.extraction.identifiers import is_bic, is_iban_valid
from bursar.extraction.model import LanguageModel
from bursar.facts.evidence import Checks, Evidence, Issue, Severity
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement
from bursar.reading.page import Reading
from bursar.schemas.definition import Field

Fact = TypeVar("Fact", Invoice, Statement)

_IS_SOUND: Mapping[str, Callable[[str], bool]] = {
    "tax_id": lambda text: any(character.isdigit() for character in text),
    "iban": is_iban_valid,
    "bic": is_bic,
}
"""Numbers that are written without blanks, in capitals, and how one is known."""


def fill_standard(fact: Fact, reading: Reading, model: LanguageModel) -> tuple[Fact, tuple[str, ...]]:
    """Return the fact with what the model found for fields that are null, and the paths of those."""
    kind = "statement" if isinstance(fact, Statement) else "invoice"
    wanted = [Wanted(f, tuple(path.split("."))) for path, f in _load()[kind].items() if _get(fact, path) is None]
    replies = ask(model, reading, wanted, fact.conventions)
    filled: Any = fact
    evidence: dict[str, Evidence] = dict(fact.evidence)
    paths: list[str] = []
    issues = list(replies.issues)
    for found in replies.found:
        path = name_path(found.answer.wanted)
        value = _shape(path, found.grounded.value)
        if value is None:
            message = f"What the language model took for {path} has not the form of one; it was dropped"
            issues.append(Issue("LLM_UNGROUNDED", Severity.INFO, message, (path,)))
            continue
        filled = _set(filled, path, value)
        evidence[path] = found.grounded.evidence
        paths.append(path)
    result: Fact = replace(filled, evidence=evidence, checks=add_issues(fact.checks, issues))
    return result, tuple(paths)


def drop_values(fact: Fact, paths: tuple[str, ...]) -> Fact:
    """Return the fact without the values at these paths."""
    dropped: Any = fact
    for path in paths:
        dropped = _set(dropped, path, None)
    result: Fact = replace(dropped, evidence={path: seen for path, seen in fact.evidence.items() if path not in paths})
    return result


def add_issues(checks: Checks, issues: list[Issue]) -> Checks:
    """Return the checks with further issues."""
    return replace(checks, issues=(*checks.issues, *issues))


def _shape(path: str, value: Any) -> Any:
    """Return the value as the fact holds it; None where it has not the form that the field must have."""
    name = path.rpartition(".")[2]
    if name in _IS_SOUND:
        value = re.sub(r"[\s.-]" if name != "tax_id" else r"\s", "", str(value)).upper()
        return value if _IS_SOUND[name](value) else None
    if name.endswith("date"):
        return date.fromisoformat(value)
    return value


def _get(fact: Any, path: str) -> Any:
    for name in path.split("."):
        fact = getattr(fact, name)
    return fact


def _set(fact: Any, path: str, value: Any) -> Any:
    name, _, rest = path.partition(".")
    inner = getattr(fact, name)
    assert not rest or is_dataclass(inner)
    return replace(fact, **{name: _set(inner, rest, value) if rest else value})


@cache
def _load() -> Mapping[str, Mapping[str, Field]]:
    text = resources.files("bursar.extraction.asking").joinpath("standard.toml").read_text(encoding="utf-8")
    return {
        kind: {path: _read_field(path, said) for path, said in fields.items()}
        for kind, fields in tomllib.loads(text).items()
    }


def _read_field(path: str, said: str) -> Field:
    """Return the field; what is said of it begins with its type where it is no text."""
    name = path.rpartition(".")[2]
    kind, _, rest = said.partition(": ")
    if kind == "date":
        return Field(name, "string", rest, "date")
    return Field(name, "number", rest) if kind == "amount" else Field(name, "string", said, format="text")
