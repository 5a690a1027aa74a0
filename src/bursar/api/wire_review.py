"""The shapes of review: corrections that come in, pages and history that go out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Place(BaseModel):
    """Where a person saw a value."""

    model_config = ConfigDict(strict=True, extra="forbid")

    page: int | None = Field(default=None, ge=1)
    box: Annotated[list[Decimal | int], Field(min_length=4, max_length=4)] | None = None
    text: Annotated[str, StringConstraints(max_length=10_000)] | None = Field(default=None, description="As printed.")


class CorrectionBody(BaseModel):
    """What is put right in a result. All paths are those of the result as it is now."""

    model_config = ConfigDict(strict=True, extra="forbid")

    fields: dict[str, Any] = Field(
        default={},
        examples=[{"summary.total": 681.87, "items.0.description": "Consulting", "invoice_info.due_date": None}],
        description="New values by path; amounts as numbers or text, days as 2024-01-31, null for nothing.",
    )
    insert: dict[str, dict[str, Any]] = Field(
        default={},
        examples=[{"items.2": {"description": "Travel", "amount": 200.30}}],
        description="New rows, each by the path of the row before which it goes; one past the last: at the end.",
    )
    remove: list[str] = Field(default=[], examples=[["transactions.7"]], description="Rows to be taken out.")
    places: dict[str, Place] = Field(default={}, description="Where the new values of `fields` stand on the page.")
    note: Annotated[str, StringConstraints(max_length=2000)] | None = None


class PastCorrection(BaseModel):
    """One correction of a result."""

    number: int
    author: str = Field(description="The prefix of the key.")
    note: str | None
    created_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    fields: dict[str, Any]
    insert: dict[str, dict[str, Any]]
    remove: list[str]
    replaced: dict[str, Any] = Field(description="What stood there before, by path.")


class History(BaseModel):
    """All corrections of a result, oldest first, those undone too."""

    job_id: str = Field(examples=["job_1739261168870934041"])
    corrections: list[PastCorrection]


class PlacedWord(BaseModel):
    """A word and where it stands: `[x0, y0, x1, y1]`, as the boxes of the evidence."""

    text: str
    box: list[float] = Field(min_length=4, max_length=4)
    confidence: float = Field(ge=0, le=1)


class PageWords(BaseModel):
    """A page's size in the unit of its boxes, and its words in reading order."""

    page: int
    width: float
    height: float
    rotation: int = Field(description="Degrees by which it was turned clockwise to stand upright.")
    skew: float = Field(description="Degrees by which it was askew besides: undone in the boxes, not in the picture.")
    source: Literal["text", "ocr"]
    words: list[PlacedWord]
