"""What is asked of the sandbox, what it answers, and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bursar.reading.limits import Limits


class Preload(StrEnum):
    """What a child loads when it starts rather than with its first document."""

    NOTHING = "nothing"  # for inspecting only
    ENGINE = "engine"
    MODELS = "models"  # those of OCR too: half a second and some hundred MB more


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Upper bounds for one document; going over one ends the child process that reads it.

    `wall_s` is the time from first to last, `stall_s` the time without one more finished page, `cpu_s` processor time
    of all threads together, `memory_bytes` the resident memory of the child. `document` is what the engine itself
    refuses before it reads on.
    """

    wall_s: float = 3600
    stall_s: float = 120
    cpu_s: int = 3600
    memory_bytes: int = 2048 * 1024 * 1024
    document: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """The options of `bursar.parse`, without the document; `categories` and `profiles` are paths."""

    kind: str | None = None
    password: str | None = None
    pages: str | None = None
    ocr: str = "auto"
    language: str | None = None
    categorize: bool = False
    categories: str | None = None
    detect_anomalies: bool = False
    leave_out: tuple[str, ...] = ()
    profiles: str | None = None
    schemas: dict[str, dict[str, Any]] | None = None
    engine: str = "auto"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the language model: how long it took, and whether an answer came, be it of use or not."""

    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True)
class ParseOutcome:
    """What came of a document: the result as JSON in the contract's shape (`facts.codec.decode` reads it back).

    `kind` is `invoice` or `statement`, `seconds` the time inside the engine, `asks` what the language model was asked.
    """

    document: bytes
    kind: str
    document_type: str
    seconds: float
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an uploaded document is; `format` is one of `reading.page.Format`. `encrypted` PDFs opened with the password given."""

    format: str
    page_count: int
    encrypted: bool = False
