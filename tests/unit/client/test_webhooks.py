"""Signatures made by the convention's own library, and ours that judge them."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from bursar.client import WebhookRefused, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 24).decode()
BODY = json.dumps({"event": "job.completed", "event_id": "e1", "job_id": "job_1", "status": "completed"})


def signed(body=BODY, secret=SECRET, at=None):
    at = at or datetime.now(UTC)
    return {
        "Webhook-Id": "e1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("e1", at, body),
    }


def test_a_webhook_that_the_library_signed_is_the_servers():
    event = verify_webhook(BODY.encode(), signed(), SECRET)
    assert (event.id, event.event, event.job_id, event.status) == ("e1", "job.completed", "job_1", "completed")


def test_while_a_secret_is_rotated_either_signature_and_either_secret_is_enough():
    both = signed()
    both["Webhook-Signature"] = f"v1a,AAAA v2,x {signed(secret=OTHER)['Webhook-Signature']} {both['Webhook-Signature']}"
    verify_webhook(BODY.encode(), both, SECRET)
    verify_webhook(BODY.encode(), signed(secret=OTHER), [SECRET, OTHER])


@pytest.mark.parametrize(
    "spoil",
    [
        {"Webhook-Id": "e2"},
        {"Webhook-Id": ""},
        {"Webhook-Timestamp": str(int(time.time()) + 1)},
        {"Webhook-Timestamp": "soon"},
        {"Webhook-Timestamp": "²"},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "v1,é"},
        {"Webhook-Signature": "v1,bm90IG91cnM="},
    ],
)
def test_a_webhook_of_which_anything_is_changed_is_refused(spoil):
    with pytest.raises(WebhookRefused):
        verify_webhook(BODY.encode(), {**signed(), **spoil}, SECRET)


def test_a_signature_of_another_secret_or_another_version_is_refused():
    good = signed()
    for signature in (signed(secret=OTHER)["Webhook-Signature"], "v2" + good["Webhook-Signature"][2:]):
        with pytest.raises(WebhookRefused):
            verify_webhook(BODY.encode(), {**good, "Webhook-Signature": signature}, SECRET)


def test_a_body_of_which_one_byte_is_changed_is_refused():
    with pytest.raises(WebhookRefused):
        verify_webhook(BODY.replace("job_1", "job_2").encode(), signed(), SECRET)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_webhook_cannot_be_played_again(minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    with pytest.raises(WebhookRefused, match="time"):
        verify_webhook(BODY.encode(), signed(at=at), SECRET)
    verify_webhook(BODY.encode(), signed(at=at), SECRET, now=at.timestamp())


@pytest.mark.parametrize("body", ["[]", "nonsense", "{}", "3"])
def test_something_signed_that_is_no_event_is_refused(body):
    with pytest.raises(WebhookRefused):
        verify_webhook(body.encode(), signed(body), SECRET)


def test_no_secret_admits_nothing():
    with pytest.raises(WebhookRefused):
        verify_webhook(BODY.encode(), signed(), [])
