"""Fields of a caller's schema that the rules left empty, asked of a language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from bursar.extraction.asking.answers import Wanted
from bursar.extraction.asking.asking import Found, ask
from bursar.extraction.custom.extractor import CustomOutput
from bursar.extraction.model import LanguageModel
from bursar.facts.evidence import Conventions
from bursar.reading.page import Reading
from bursar.schemas.definition import Field, Schema

_SCALARS = ("string", "number", "integer", "boolean", "any")
_MAX_ENTRIES = 500


def fill_custom(
    output: CustomOutput, reading: Reading, schema: Schema, conventions: Conventions, model: LanguageModel
) -> CustomOutput:
    """Return the output with what the model found for fields that are null and lists that are empty."""
    wanted = list(_find_open(schema.fields, output.values, ()))
    replies = ask(model, reading, wanted, conventions, below="custom.")
    values, evidence = deepcopy(output.values), dict(output.evidence)
    for found in replies.found:
        if not found.answer.wanted.is_list:
            *parents, last = found.answer.wanted.path
            _walk(values, parents)[last] = found.grounded.value
            evidence[".".join(found.answer.wanted.path)] = found.grounded.evidence
    lists = dict.fromkeys(found.answer.wanted.path for found in replies.found if found.answer.wanted.is_list)
    for path in lists:
        asked = [one for one in wanted if one.path == path]
        entries = _group([found for found in replies.found if found.answer.wanted.path == path], asked)
        for number, entry in enumerate(entries):
            row = {one.child: entry[one.child].grounded.value if one.child in entry else None for one in asked}
            _walk(values, path).append(row.get(None, row))  # a list of plain values has one column without a name
            for child, found in entry.items():
                evidence[".".join((*path, str(number), *([child] if child else [])))] = found.grounded.evidence
    return replace(output, values=values, evidence=evidence, issues=(*output.issues, *replies.issues))


def _find_open(fields: Sequence[Field], values: Any, path: tuple[str, ...]) -> Iterator[Wanted]:
    for field in fields:
        here = (*path, field.name)
        value = values.get(field.name) if isinstance(values, dict) else None
        if field.fields:
            yield from _find_open(field.fields, value, here)
        elif field.kind == "array" and value == []:
            yield from _find_in_list(field, here)
        elif field.kind in _SCALARS and value is None:
            yield Wanted(field, here)


def _find_in_list(field: Field, path: tuple[str, ...]) -> Iterator[Wanted]:
    """Give the columns of an empty list: of objects, where all of them are plain, or of plain values."""
    item = field.item or Field(field.name)
    if not item.fields and item.kind in _SCALARS:
        yield Wanted(
            replace(item, name=field.name, description=item.description or field.description), path, is_list=True
        )
    elif item.fields and all(child.kind in _SCALARS for child in item.fields):
        for child in item.fields:
            yield Wanted(child, path, is_list=True, child=child.name)


def _group(found: Sequence[Found], asked: Sequence[Wanted]) -> list[dict[str | None, Found]]:
    """Return the entries of a list, in the model's order, without those of which less than half was found."""
    entries: dict[int, dict[str | None, Found]] = {}
    for one in found:
        entries.setdefault(one.answer.item, {})[one.answer.wanted.child] = one
    kept = [entries[number] for number in sorted(entries)[:_MAX_ENTRIES]]
    return [entry for entry in kept if 2 * len(entry) >= len(asked)]


def _walk(values: Any, path: Sequence[str]) -> Any:
    for name in path:
        values = values[name]
    return values
