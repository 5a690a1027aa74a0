"""The shapes of events and of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from bursar.api.wire import PageNumbers, Status, check_callback_url

_AT = "2024-01-07T10:00:00Z"


class Event(BaseModel):
    """What happened to a job or a batch: the body of a webhook, and the data of a server-sent event."""

    event: Literal[
        "job.created",
        "job.started",
        "job.progress",
        "job.completed",
        "job.failed",
        "job.corrected",
        "job.approved",
        "batch.completed",
        "webhook.test",
    ]
    event_id: str = Field(examples=["evt_4711"], description="The same when the event comes twice.")
    job_id: str | None
    batch_id: str | None
    job_type: Literal["invoice_parsing", "statement_parsing", "document_parsing"] | None
    status: Status | None
    progress: int | None
    created_at: datetime = Field(examples=[_AT])
    updated_at: datetime = Field(examples=[_AT], description="When it happened.")
    completed_at: datetime | None
    metadata: dict[str, Any] | None
    error: dict[str, Any] | None
    results: dict[str, Any] | None = Field(description="With `job.completed`, `job.corrected`, `job.approved`.")


class Delivery(BaseModel):
    """One event on its way to one address."""

    id: str = Field(examples=["dlv_815"])
    event: str = Field(examples=["job.completed"])
    event_id: str = Field(examples=["evt_4711"])
    job_id: str | None
    batch_id: str | None
    url: str
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    response_status: int | None = Field(description="Of the last attempt.")
    response_ms: int | None
    error: str | None
    created_at: datetime = Field(examples=[_AT])
    completed_at: datetime | None
    next_attempt_at: datetime | None


class Attempt(BaseModel):
    """One attempt at a delivery."""

    at: datetime = Field(examples=[_AT])
    ms: int
    status: int | None
    answer: str | None = Field(description="The first of the receiver's words.")
    error: str | None


class DescribedDelivery(Delivery):
    """A delivery with its attempts and its body."""

    tries: list[Attempt]
    body: Event


class DeliveryPage(PageNumbers):
    """A page of deliveries, newest first."""

    deliveries: list[Delivery]
    pagination: PageNumbers


class TestBody(BaseModel):
    """Where a test event shall go."""

    model_config = ConfigDict(strict=True, extra="ignore")

    url: Annotated[str, StringConstraints(max_length=2048), AfterValidator(check_callback_url)] = Field(
        validation_alias=AliasChoices("url", "callback_url"), examples=["https://example.com/bursar"]
    )


class WebhookSecret(BaseModel):
    """The secret that signs from now on."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    previous_expires_at: datetime | None = Field(description="Until when the one before it signs as well.")
