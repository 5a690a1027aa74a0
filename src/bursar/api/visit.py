"""What is known of one request while it is answered: its id, who is calling, and what is left of their budget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from bursar.database.connections import Connection
from bursar.errors import BursarError
from bursar.service.keys import Access
from bursar.service.limits import Budget, WorkMeter

ReplyKeeper = Callable[[Connection, Response], Awaitable[None]]

_PLACE = "bursar.visit"


@dataclass(slots=True)
class Visit:
    """One request. `refused` says why it may not go on; then `access` may be None. `work` is there for work."""

    request_id: str
    access: Access | None = None
    budget: Budget | None = None
    work: WorkMeter | None = None
    refused: BursarError | None = None
    keeper: ReplyKeeper | None = None

    @property
    def caller(self) -> Access:
        """What the caller's key gives; only of a visit that was not refused."""
        assert self.access is not None
        return self.access

    @property
    def account_id(self) -> UUID:
        """Whose things may be seen."""
        return self.caller.account_id

    @property
    def meter(self) -> WorkMeter:
        """Where work is counted; only of a visit that came to have work done."""
        assert self.work is not None
        return self.work

    async def keep_reply(self, connection: Connection, response: Response) -> None:
        """Keep the reply in the transaction of the work, where the caller may send the request again."""
        if self.keeper is not None:
            await self.keeper(connection, response)

    def left(self) -> Budget | None:
        """What is left of the budget that this visit draws on, as far as is known."""
        return self.work.budget if self.work is not None else self.budget


def visit_of(scope: Any) -> Visit:
    """Return the visit that the door began for this request."""
    visit = scope[_PLACE]
    assert isinstance(visit, Visit)
    return visit


def begin_visit(scope: Any, request_id: str) -> Visit:
    """Begin a visit and keep it with the request."""
    visit = scope[_PLACE] = Visit(request_id)
    return visit
