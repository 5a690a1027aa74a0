"""A result put right by a person, and checked anew. Runs in the child, where hostile results do no more harm than documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from bursar.errors import InvalidRequest
from bursar.facts.codec import decode, dump_json, encode
from bursar.facts.correction import Correction, correct
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

Fact = Invoice | Statement


def read_corrections(text: str) -> list[Correction]:
    """Return the corrections that the text holds, oldest first; raises `InvalidRequest` for any other shape."""
    corrections = []
    for given in json.loads(text, parse_float=Decimal):
        fields, insert, remove = given.get("fields") or {}, given.get("insert") or {}, given.get("remove") or []
        places = given.get("places") or {}
        if not all(isinstance(row, dict) for row in (*insert.values(), *places.values())):
            raise InvalidRequest("A row and a place are objects", {"field": "insert", "reason": "must hold objects"})
        corrections.append(Correction(fields, insert, tuple(remove), places))
    return corrections


def rework(
    original: bytes, corrections: Sequence[Correction], recheck: Callable[[Fact, Fact], Fact]
) -> tuple[bytes, str]:
    """Return the result with all corrections and its checks made anew, and what the last one replaced, as JSON text."""
    before = decode(original)
    fact: Fact = before
    replaced: dict[str, Any] = {}
    for correction in corrections:
        fact, replaced = correct(fact, correction)
    return (encode(recheck(before, fact)) if corrections else original), dump_json(replaced).decode()
