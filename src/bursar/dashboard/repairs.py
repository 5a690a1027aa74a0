"""What would mend a doubt, as a correction that one click accepts; only what the balances prove, nothing made up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Repair:
    """A correction, as JSON for the API, and what it does in words. `then` is the path that a person looks at next."""

    name: str
    correction: str
    then: str


def propose_repair(issue: dict[str, Any], result: dict[str, Any]) -> Repair | None:
    """Return the correction that an issue's suggestion comes to; None where something would have to be made up."""
    suggestion, rows = issue.get("suggestion"), result.get("transactions") or []
    if not isinstance(suggestion, dict):
        return None
    index = _find_row(suggestion, rows)
    if index is None:
        return None
    if suggestion.get("repair") == "row_missing" and suggestion.get("value") is not None:
        return None if suggestion.get("place") is None else _put_in(suggestion, index, rows)
    found = _mend(suggestion, f"transactions.{index}", index + 1)
    return None if found is None else Repair(found[0], json.dumps(found[1]), f"transactions.{index}.amount")


def _find_row(suggestion: dict[str, Any], rows: Rows) -> int | None:
    """Return the index of the row to mend: suggestions name its number, or else its index."""
    at = suggestion.get("at")
    if isinstance(at, int) and 0 <= at < len(rows):
        return at
    return next((place for place, row in enumerate(rows) if row.get("row") == suggestion.get("row")), None)


def _mend(suggestion: dict[str, Any], path: str, number: int) -> tuple[str, dict[str, Any]] | None:
    repair, value = suggestion.get("repair"), suggestion.get("value")
    if repair == "row_double":
        return f"Take out row {number}", {"remove": [path]}
    if value is None:
        return None
    amount = Decimal(value)
    if suggestion.get("field") == "balance":
        return f"Balance of row {number}: {amount}", {"fields": {f"{path}.balance": str(amount)}}
    if repair == "sign_flipped":
        direction = _direct(amount)
        return f"Make row {number} a {direction}", {"fields": {f"{path}.type": direction}}
    if repair == "digit_misread":
        return f"Amount of row {number}: {abs(amount)}", {"fields": {f"{path}.amount": str(abs(amount))}}
    return None


def _put_in(suggestion: dict[str, Any], index: int, rows: Rows) -> Repair:
    """Put a row in where the balance does not follow.

    Amount and direction follow from the balances; so does the day where the rows around are of one day. What was
    bought is left for the person to say.
    """
    amount, place = Decimal(suggestion["value"]), suggestion["place"]
    around = {row.get("date") for row in rows[max(place - 1, 0) : place + 1]}
    day = around.pop() if len(around) == 1 and 0 < place < len(rows) else None
    row = {"date": day, "description": "", "amount": str(abs(amount)), "type": _direct(amount)}
    row |= {"page": rows[index]["page"]} if isinstance(rows[index].get("page"), int) else {}
    path = f"transactions.{place}"
    where = f"before row {place + 1}" if place < len(rows) else f"after row {place}"
    name = f"Put in the missing row {where}: {_direct(amount)} {abs(amount)}"
    return Repair(name, json.dumps({"insert": {path: row}}), f"{path}.{'description' if day else 'date'}")


def _direct(amount: Decimal) -> str:
    return "credit" if amount > 0 else "debit"
