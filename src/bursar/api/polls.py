"""Looks at jobs, taken together: while some are under way, those that come next wait for one statement that answers them all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bursar.database.connections import Database, Row
from bursar.service.jobs import Look, find_job, find_jobs

_AT_ONCE = 2
"""Statements under way at the same time: the second, so that one slow answer does not hold up everybody."""
_TOGETHER = 128
"""Looks that one statement answers at most: their results are in memory at the same time."""

_Asked = tuple[Look, "asyncio.Future[Row | None]"]


@dataclass(slots=True)
class Polls:
    """One a process. Nobody is told what was read before they asked: a look joins a statement that has yet to be sent."""

    database: Database
    _asked: list[_Asked] = field(default_factory=list)
    _under_way: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def find(self, look: Look) -> Row | None:
        """Return the job with its version, None when there is none. Raises `Unavailable`."""
        if self._under_way < _AT_ONCE and not self._asked:
            return await self._find_alone(look)
        answer: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._asked.append((look, answer))
        return await answer

    async def _find_alone(self, look: Look) -> Row | None:
        self._under_way += 1
        try:
            async with self.database.connection() as connection:
                return await find_job(connection, look)
        finally:
            self._under_way -= 1
            self._go_on()

    def _go_on(self) -> None:
        if self._asked and self._under_way < _AT_ONCE:
            together, self._asked = self._asked[:_TOGETHER], self._asked[_TOGETHER:]
            self._under_way += 1
            task = asyncio.create_task(self._find_together(together), name="polls")
            self._tasks.add(task)  # the loop itself would let it be collected
            task.add_done_callback(self._tasks.discard)

    async def _find_together(self, together: list[_Asked]) -> None:
        try:
            async with self.database.connection() as connection:
                found = await find_jobs(connection, [look for look, _ in together])
        except BaseException as error:
            for _, answer in together:
                if not answer.done():
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for (_, answer), job in zip(together, found, strict=True):
                if not answer.done():  # else the caller has gone
                    answer.set_result(job)
        finally:
            self._under_way -= 1
            self._go_on()
