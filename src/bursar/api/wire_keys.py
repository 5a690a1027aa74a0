"""The shapes of keys and of usage."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_AT = "2024-01-07T10:00:00Z"
_Permission = Literal["read", "write", "admin"]


class KeyBody(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    permissions: list[_Permission] = Field(default=["read", "write"], min_length=1, max_length=3)
    expires_at: AwareDatetime | None = Field(default=None, description="Default: never.", examples=[_AT])
    work_limit: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="Units of work a minute, at most those of the key that asks; 0: no limit. Default: the server's.",
    )
    read_limit: Annotated[int, Field(ge=0, le=10_000_000)] | None = Field(
        default=None,
        description="Reads a minute, at most those of the key that asks; 0: no limit. Default: the server's.",
    )


class Key(BaseModel):
    """A key, without what is secret."""

    id: str
    prefix: str = Field(examples=["bsr_AbCdEfGh"])
    permissions: list[_Permission]
    work_limit: int | None
    read_limit: int | None
    created_at: datetime = Field(examples=[_AT])
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewKey(Key):
    """A key just made."""

    key: str = Field(description="Shown only here.")


class Keys(BaseModel):
    """All keys of the account, oldest first."""

    keys: list[Key]


class Share(BaseModel):
    """What was used in a day, or in all of the days asked for."""

    documents: int = Field(description="Uploaded.")
    bytes: int = Field(description="Of the documents uploaded.")
    jobs: int = Field(description="Started.")
    completed: int
    failed: int
    pages: int = Field(description="Of the documents whose jobs completed.")
    seconds: float = Field(description="That completed jobs took to parse.")
    straight_through: int = Field(description="Completed jobs that no person needs to look at.")
    invoices: int = Field(description="Completed jobs that read an invoice or a receipt.")
    statements: int
    verdicts: dict[str, int] = Field(description="Completed jobs by the verdict of their checks.")


class Day(Share):
    """What was used in one day, in UTC."""

    date: date


class Stored(BaseModel):
    """What lies in storage now."""

    documents: int
    bytes: int


class Quota(BaseModel):
    """How much of something the account may have; `limit` null: any amount."""

    limit: int | None = Field(examples=[10_000])
    used: int = Field(examples=[1_234])


class MonthlyQuota(Quota):
    """How much the account may upload in a calendar month, UTC."""

    resets_at: datetime = Field(examples=["2024-02-01T00:00:00Z"])


class JobQuota(Quota):
    """How many jobs of the account may be in the queue or run at once; `waiting` ones are held back, as `pending`."""

    waiting: int = Field(examples=[0])


class Quotas(BaseModel):
    """How much the account may have. Beyond the first three uploads are refused (403 QUOTA_EXCEEDED); jobs wait."""

    documents: Quota
    documents_month: MonthlyQuota
    bytes: Quota
    jobs: JobQuota


class Usage(BaseModel):
    """What the account has used."""

    since: date
    until: date
    total: Share
    days: list[Day]
    stored: Stored
    quotas: Quotas


class FieldAccuracy(BaseModel):
    """How often one field was right."""

    field: str = Field(examples=["items.*.amount"])
    given: int = Field(description="Values that the engine gave.")
    right: int = Field(description="Of these, those that nobody had to correct.")
    missed: int = Field(description="Values that a person had to add.")


class Calibration(BaseModel):
    """What came of a confidence."""

    tenth: int = Field(ge=0, le=9, description="Confidence from tenth/10 up to the next tenth.")
    given: int
    right: int


class Accuracy(BaseModel):
    """How often the engine was right where people have looked."""

    documents: int = Field(description="The newest approved, at most 500.")
    fields: list[FieldAccuracy]
    calibration: list[Calibration]
