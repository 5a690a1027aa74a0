"""What checking one document brings: the checks for the result, and a status for each value that was touched."""

from __future__ import annotations

from dataclasses import dataclass, field

from bursar.facts.evidence import Checks, Status


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """`statuses` maps a value's path (`items.0.amount`) to what the checks say about it; paths left out stay unchecked."""

    checks: Checks
    statuses: dict[str, Status] = field(default_factory=dict)
    accounts: tuple[Checks, ...] = ()  # those of each account, where a statement holds several
