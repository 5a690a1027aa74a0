"""Where a fact was seen, by whom, and how sure; what was tested about it and what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bursar.facts.box import Box

Confidence = float
"""How likely a value is right, from 0 to 1: a probability, not an amount."""


class Source(StrEnum):
    """How a value came to us."""

    TEXT = "text"  # the PDF's own text layer
    OCR = "ocr"  # recognised from pixels
    XML = "xml"  # an e-invoice
    LLM = "llm"  # a language model, grounded in the page's words
    PERSON = "person"  # somebody looked and said so
    DERIVED = "derived"  # follows from other fields by arithmetic or rule; stands nowhere itself


class Status(StrEnum):
    """What the checks say about one value."""

    PROVEN = "proven"  # an equation with an independently printed side holds, or a check digit does
    CONSISTENT = "consistent"  # agrees with all it touches, but nothing pins it
    UNCHECKED = "unchecked"  # nothing touches it
    CONTRADICTED = "contradicted"  # an equation or a check digit fails


class Verdict(StrEnum):
    """What the checks say about the amounts that matter, taken together."""

    PROVEN = "proven"
    CONSISTENT = "consistent"
    UNVERIFIABLE = "unverifiable"
    CONTRADICTED = "contradicted"


class Severity(StrEnum):
    """How much an issue matters; anything above `info` wants a person's look."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Evidence(Struct, frozen=True, gc=False):
    """Where one value stands.

    `page` is 1-based, `text` is the value as printed, `confidence` a probability from 0 to 1.
    Derived values have no page, box or text of their own: `derived_from` names the fields they follow from.
    """

    page: int | None
    box: Box | None
    text: str | None
    confidence: Confidence
    source: Source
    status: Status = Status.UNCHECKED
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equation:
    """A relation that was tested: `left` and `right` are its two sides, `fields` the paths of the values in it."""

    rule: str
    left: Decimal
    right: Decimal
    difference: Decimal
    holds: bool
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A doubt with a stable code. `suggestion` is a repair that would mend it, JSON-ready, never applied silently."""

    code: str
    severity: Severity
    message: str
    fields: tuple[str, ...] = ()
    page: int | None = None
    suggestion: Any = None


@dataclass(frozen=True, slots=True)
class Checks:
    """The outcome of all checks. `straight_through`: a person need not look."""

    verdict: Verdict = Verdict.UNVERIFIABLE
    straight_through: bool = False
    equations: tuple[Equation, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Convention:
    """How one kind of notation was read: `ambiguous` when the document does not settle it."""

    value: str | None = None
    evidence: str | None = None
    ambiguous: bool = False
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conventions:
    """How dates (`DMY`, `MDY`, `YMD`), decimals (`,` or `.`) and signs (`columns`, `signed`, `marker` …) were read.

    `currency` is how the code or sign was that several currencies may share (`$`).
    """

    date_order: Convention = Convention()
    decimal: Convention = Convention()
    sign: Convention = Convention()
    currency: Convention = Convention()
