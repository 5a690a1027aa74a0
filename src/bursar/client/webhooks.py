"""Whether a webhook is the server's: its signature after Standard Webhooks (standardwebhooks.com), in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from bursar.client.models import Problem
from bursar.errors import BursarError, Culprit

_PREFIX = "whsec_"
TOLERANCE_S = 300
"""How far a webhook's clock may be from ours, so that an old one cannot be played again."""


class WebhookRefused(BursarError):
    """The signature is not of the secret, or too old: whoever sent this, act on nothing of it."""

    code = "WEBHOOK_REFUSED"
    culprit = Culprit.CALLER


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What happened to a job or a batch. `content` is the whole body; `results` only of `job.completed`."""

    id: str
    event: str
    job_id: str | None
    batch_id: str | None
    status: str | None
    progress: int | None
    error: Problem | None
    results: dict[str, Any] | None
    content: dict[str, Any]

    @classmethod
    def read(cls, content: dict[str, Any]) -> Self:
        """Return the event of a body."""
        return cls(
            id=content["event_id"],
            event=content["event"],
            job_id=content.get("job_id"),
            batch_id=content.get("batch_id"),
            status=content.get("status"),
            progress=content.get("progress"),
            error=Problem.read(content.get("error")),
            results=content.get("results"),
            content=content,
        )


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secret: str | Iterable[str], *, now: float | None = None
) -> WebhookEvent:
    """Return the event that `body`, the raw bytes received, tells of; raises `WebhookRefused` unless it is the server's.

    `secret` is the account's `whsec_…`, or several while it is being rotated; `now` in Unix seconds, for tests.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not sent_at.isascii() or not sent_at.isdecimal():
        raise WebhookRefused("The headers of a signed webhook are missing")
    if abs((time.time() if now is None else now) - int(sent_at)) > TOLERANCE_S:
        raise WebhookRefused("The webhook's time is too far from ours")
    signed = f"{message_id}.{sent_at}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else list(secret)
    if not _is_signed(signed, given.get("webhook-signature", ""), secrets):
        raise WebhookRefused("The webhook's signature is wrong")
    return _read_event(body)


def _is_signed(signed: bytes, signatures: str, secrets: list[str]) -> bool:
    wanted = [base64.b64encode(hmac.digest(_key_of(secret), signed, hashlib.sha256)) for secret in secrets]
    versions = [entry.partition(",") for entry in signatures.split()]
    offered = [value.encode() for version, _, value in versions if version == "v1"]
    return any([hmac.compare_digest(one, other) for one in wanted for other in offered])  # noqa: C419  no early end


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret of a webhook is base64, after whsec_") from error


def _read_event(body: bytes) -> WebhookEvent:
    try:
        return WebhookEvent.read(json.loads(body, parse_float=Decimal))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WebhookRefused("The webhook is signed and no event of Bursar's") from error
