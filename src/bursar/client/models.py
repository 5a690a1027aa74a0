"""What a server answers, as values: jobs, batches, files. Frozen; asking again gives a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from bursar.facts.codec import from_wire
from bursar.facts.invoice import Invoice
from bursar.facts.statement import Statement

Status = Literal["pending", "processing", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something failed; `code` is stable."""

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, wire: dict[str, Any] | None) -> Self | None:
        """Return the problem, if there is one."""
        return None if wire is None else cls(wire["code"], wire["message"], wire.get("details") or {})


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was sent: its ids, or `error` where the server refused it."""

    filename: str
    document_id: str | None
    file_id: str | None
    page_count: int | None
    error: Problem | None

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Self:
        """Return one element of the reply to an upload."""
        pages = (wire.get("validation") or {}).get("page_count")
        return cls(
            wire.get("filename", ""), wire["document_id"], wire["file_id"], pages, Problem.read(wire.get("error"))
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stood when the server was asked. `results` is its JSON, amounts as `Decimal`; lists leave it out."""

    id: str
    status: Status
    progress: int
    document_id: str
    file_id: str
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None = None
    job_type: str | None = None
    batch_id: str | None = None
    error: Problem | None = None
    metadata: dict[str, Any] | None = None
    results: dict[str, Any] | None = None

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Self:
        """Return the job of a status reply, a list, or the reply that started it."""
        return cls(
            id=wire["job_id"],
            status=wire["status"],
            progress=int(wire.get("progress", 0)),
            document_id=wire["document_id"],
            file_id=wire["file_id"],
            created_at=_instant(wire["created_at"]),
            updated_at=_instant(wire["updated_at"]),
            completed_at=_instant_or_none(wire.get("completed_at")),
            job_type=wire.get("job_type"),
            batch_id=wire.get("batch_id"),
            error=Problem.read(wire.get("error")),
            metadata=wire.get("metadata"),
            results=wire.get("results"),
        )

    @property
    def has_ended(self) -> bool:
        """True when nothing will change any more."""
        return self.status in ("completed", "failed")

    @property
    def fact(self) -> Invoice | Statement | None:
        """The results as the library's own type; None before they are there, and where a schema gave them a shape of its own."""
        if self.results is None or not {"summary", "checks"} <= self.results.keys():
            return None
        try:
            return from_wire(self.results)
        except (KeyError, TypeError, ValueError):
            return None

    @property
    def invoice(self) -> Invoice:
        """The results as an invoice; raises ValueError when they are none."""
        fact = self.fact
        if not isinstance(fact, Invoice):
            raise ValueError(f"the results of {self.id} are no invoice")  # noqa: TRY004
        return fact

    @property
    def statement(self) -> Statement:
        """The results as a statement; raises ValueError when they are none."""
        fact = self.fact
        if not isinstance(fact, Statement):
            raise ValueError(f"the results of {self.id} are no statement")  # noqa: TRY004
        return fact


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One document of a batch, and the job that reads it."""

    job_id: str
    document_id: str
    file_id: str
    status: Status
    error: Problem | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Several jobs started together, in the order of the request."""

    id: str
    status: Status
    progress: int
    total_files: int
    processed_files: int
    failed_files: int
    files: tuple[BatchFile, ...]

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Self:
        """Return the batch of a status reply."""
        return cls(
            id=wire["batch_id"],
            status=wire["status"],
            progress=int(wire["progress"]),
            total_files=wire["total_files"],
            processed_files=wire["processed_files"],
            failed_files=wire["failed_files"],
            files=tuple(
                BatchFile(
                    file["job_id"], file["document_id"], file["file_id"], file["status"], Problem.read(file["error"])
                )
                for file in wire["files"]
            ),
        )

    @property
    def has_ended(self) -> bool:
        """True when every job has ended."""
        return self.status in ("completed", "failed")


@dataclass(frozen=True, slots=True)
class File:
    """A stored file; `status` is that of its newest job, `deleted` after deletion."""

    id: str
    file_id: str
    filename: str
    kind: str | None
    status: str
    size_bytes: int
    created_at: datetime
    completed_at: datetime | None

    @classmethod
    def read(cls, wire: dict[str, Any]) -> Self:
        """Return the file of a list or a description."""
        return cls(
            wire["id"],
            wire["file_id"],
            wire["filename"],
            wire["type"],
            wire["status"],
            wire["size"],
            _instant(wire["created_at"]),
            _instant_or_none(wire["completed_at"]),
        )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)
