"""How often the engine was right, where people have looked: a correction says what is true, an approval that the rest is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bursar.database.connections import Connection
from bursar.database.queries import load_queries

_SQL = load_queries("accuracy")
_NEWEST = 500


@dataclass(frozen=True, slots=True)
class FieldAccuracy:
    """Of one field (`items.*.amount`): values `given`, how many of them were `right`, and how many were `missed`."""

    field: str
    given: int
    right: int
    missed: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of the values given with a confidence from `tenth`/10 up to the next tenth: how many there were, and were right."""

    tenth: int
    given: int
    right: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Over the newest `documents` approved, fields in the order of the alphabet."""

    documents: int
    fields: list[FieldAccuracy]
    calibration: list[Calibration]


async def measure_accuracy(connection: Connection, account_id: UUID) -> Accuracy:
    """Return how often the engine was right in the account's newest 500 approved documents."""
    asked = {"account_id": account_id, "newest": _NEWEST}
    counted = await _SQL.fetch_one(connection, "count_approved", **asked)
    assert counted is not None
    fields = await _SQL.fetch_all(connection, "accuracy_by_field", **asked)
    tenths = await _SQL.fetch_all(connection, "accuracy_by_confidence", **asked)
    return Accuracy(
        counted["documents"], [FieldAccuracy(**row) for row in fields], [Calibration(**row) for row in tenths]
    )
