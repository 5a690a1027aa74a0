"""What is known of one request while it is answered: its id, who is calling, and what is left of their budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bursar.errors import BursarError
from bursar.service.keys import Access
from bursar.service.limits import Budget

_PLACE = "bursar.visit"


@dataclass(slots=True)
class Visit:
    """One request. `access` is None for a caller without a good key; `refused` says why, and why else not to go on."""

    request_id: str
    access: Access | None = None
    budget: Budget | None = None
    refused: BursarError | None = None


def visit_of(scope: Any) -> Visit:
    """Return the visit that the door began for this request."""
    visit = scope[_PLACE]
    assert isinstance(visit, Visit)
    return visit


def begin_visit(scope: Any, request_id: str) -> Visit:
    """Begin a visit and keep it with the request."""
    visit = scope[_PLACE] = Visit(request_id)
    return visit
