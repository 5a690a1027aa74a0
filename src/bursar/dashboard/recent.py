"""Results that were looked at lately, as they were read: who turns pages does not wait for the whole to be read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bursar.dashboard.review import Findings

_WORTHWHILE_BYTES = 200_000  # what is shorter is read in a hundredth of a second
_MOST_BYTES = 16_000_000  # of results as stored; read, they take about six times as much
_LASTING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in a job's result as it was at one version of the job."""

    version: str
    findings: Findings
    size_bytes: int
    kept_at: datetime


class RecentFindings:
    """Keeps what was found in long results, of few jobs and for minutes: a person has one document open at a time.

    Whose job it is was looked at before: nothing here is found by anybody but through the job's own row.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def find(self, job_id: str) -> Kept | None:
        """Return what is kept of a job. It holds only where the job still has its version."""
        self._forget_old()
        return self._kept.get(job_id)

    def keep(self, job_id: str, version: str, findings: Findings, size_bytes: int) -> None:
        """Keep what was found in a result so long as stored, in place of what was kept of the job before."""
        self._kept.pop(job_id, None)
        if _WORTHWHILE_BYTES <= size_bytes <= _MOST_BYTES:
            self._kept[job_id] = Kept(version, findings, size_bytes, self._clock())
        while sum(kept.size_bytes for kept in self._kept.values()) > _MOST_BYTES:
            self._kept.popitem(last=False)

    def _forget_old(self) -> None:
        oldest = self._clock() - _LASTING
        for job_id in [job_id for job_id, kept in self._kept.items() if kept.kept_at < oldest]:
            del self._kept[job_id]
