"""The list of documents: what part of it is wanted, and its rows as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from bursar.service.jobs import STATUSES, JobFilter
from bursar.service.pages import Listing
from bursar.service.review import needs_review

KINDS = ("invoice", "statement")
VERDICTS = ("proven", "consistent", "unverifiable", "contradicted")
_LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the list is wanted."""

    kind: str | None
    status: str | None
    page: int
    jobs: JobFilter

    @property
    def listing(self) -> Listing:
        """The same for the service."""
        return Listing(self.page, 20, self.status)

    @property
    def asks_for_review(self) -> bool:
        """Whether all that is wanted is what a person has to look at."""
        return self == Filter(None, None, self.page, JobFilter(needs_review=True, deleted=False))

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return self.kind is not None or self.status is not None or self.jobs != JobFilter(deleted=False)

    def address(self, page: int | None = None) -> str:
        """Return the address of this part, or of another page of it."""
        jobs = self.jobs
        wanted = {
            "kind": self.kind,
            "status": self.status,
            "verdict": jobs.verdict,
            "needs_review": None if jobs.needs_review is None else "yes" if jobs.needs_review else "no",
            "text": jobs.text,
            "since": jobs.since,
            "until": jobs.until,
            "page": page or self.page,
        }
        return "/?" + urlencode({name: value for name, value in wanted.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Row:
    """One job in the list."""

    job_id: str
    document_id: str
    filename: str
    kind: str | None
    status: str
    verdict: str | None
    needs_review: bool | None
    is_approved: bool
    progress: int
    problem: str | None
    party: str | None
    amount: Decimal | None
    currency: str | None
    created_at: Any
    took_s: float | None

    @property
    def is_running(self) -> bool:
        """Whether the row will change of its own accord."""
        return self.status in ("pending", "processing")


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return what the address asks for; what it cannot mean is left out."""
    page = query.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return Filter(
        _choose(query, "kind", KINDS),
        _choose(query, "status", STATUSES),
        min(max(number, 1), _LAST_PAGE),
        JobFilter(
            verdict=_choose(query, "verdict", VERDICTS),
            needs_review={"yes": True, "no": False}.get(query.get("needs_review", "")),
            text=query.get("text", "").strip().replace("\0", "")[:200] or None,
            since=_read_day(query.get("since", "")),
            until=_read_day(query.get("until", "")),
            deleted=False,
        ),
    )


def show_rows(jobs: list[dict[str, Any]], summaries: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Return the rows of jobs as the service lists them."""
    return [_show_row(job, summaries.get(job["id"], {})) for job in jobs]


def _show_row(job: dict[str, Any], summary: Mapping[str, Any]) -> Row:
    ended, amount = job["completed_at"], summary.get("amount")
    return Row(
        job_id=job["id"],
        document_id=str(job["document_id"]),
        filename=job["filename"],
        kind=job["detected_kind"] or job["kind"],
        status=job["status"],
        verdict=job["verdict"],
        needs_review=needs_review(job),
        is_approved=job["approved_at"] is not None,
        progress=job["progress"],
        problem=job["error"]["message"] if job["error"] else None,
        party=summary.get("party"),
        amount=None if amount is None else Decimal(amount),
        currency=summary.get("currency"),
        created_at=job["created_at"],
        took_s=None if ended is None else (ended - job["created_at"]).total_seconds(),
    )


def _choose(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    return query[name] if query.get(name) in choices else None


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
