"""Webhooks: when a job ends, post it once to the address that its request named, signed by Standard Webhooks.

Requests leave through the guard against server-side request forgery, and follow no redirect. An attempt is taken by a
lease in the row of the job, so that two processes do not make it at once, and none is lost with a process.
"""

import base64
import json
import logging
import secrets
import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from playground.core import key_sealing
from playground.core.db.transactions import release_connection, serialized_write
from playground.gateway.models import ApiKey, ImageJob, WebhookState
from playground.gateway.responses.json_responses import describe_job, describe_result
from playground.imageapi.client.small_requests import exchange
from playground.imageapi.client.transport import AddressGuard, AddressRefusedError, Origin
from playground.imageapi.errors import ApiError

logger = logging.getLogger("playground.gateway.services.webhooks")

RETRY_SECONDS: Final = (5, 60, 600, 3600)
SEND_SECONDS: Final = 10.0
# Longer than an attempt with a slow name server takes.
LEASE: Final = timedelta(seconds=60)
MAX_AT_ONCE: Final = 8
SECRET_PREFIX: Final = "whsec_"  # noqa: S105
SECRET_BYTES: Final = 24
_FIELD: Final = "webhook_url"
_UNSIGNED: Final = (
    "This API key has no webhook secret, so webhooks can't be signed. Ask the operator for a key with one, or leave "
    "out webhook_url."
)
_REFUSED: Final = "webhook_url must be an https:// URL on the public internet, without a user name or password."
_NOT_FOUND: Final = "The host of webhook_url wasn't found."
_sending: Final = threading.BoundedSemaphore(MAX_AT_ONCE)


def create_secret() -> str:
    """Create a webhook secret in the form of Standard Webhooks."""
    return f"{SECRET_PREFIX}{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def seal_secret(secret: str) -> str:
    """Seal a webhook secret for the row of its key."""
    return key_sealing.seal_key(secret, key_sealing.webhook_fernet())


def check_webhook(url: str, api_key: ApiKey) -> None:
    """Raise ApiError unless jobs of the key may report to `url`. Names are resolved, so this can take seconds."""
    if not api_key.webhook_secret:
        raise ApiError("invalid_request", _UNSIGNED, param=_FIELD)
    release_connection()
    try:
        AddressGuard(settings.WEBHOOK_ORIGINS).resolve(Origin.from_url(url))
    except AddressRefusedError:
        raise ApiError("invalid_request", _REFUSED, param=_FIELD) from None
    except socket.gaierror:
        raise ApiError("invalid_request", _NOT_FOUND, param=_FIELD) from None


def send_due_webhooks(now: datetime, max_seconds: float) -> float:
    """Send due webhooks, each in a thread. Return the seconds until the next one, at most `max_seconds`."""
    while _sending.acquire(blocking=False):
        job = claim_webhook(now)
        if job is None:
            _sending.release()
            break
        threading.Thread(target=_send_claimed, args=(job,), name="webhook", daemon=True).start()
    next_at = _pending().order_by("webhook_next_at").values_list("webhook_next_at", flat=True).first()
    return max_seconds if next_at is None else min(max_seconds, max(0.5, (next_at - now).total_seconds()))


def claim_webhook(now: datetime) -> ImageJob | None:
    """Take a due webhook, and count the attempt; None when there is none."""
    due = _pending().filter(Q(webhook_next_at=None) | Q(webhook_next_at__lte=now))
    for job in due.select_related("call__api_key")[:MAX_AT_ONCE]:
        # The number of attempts in the condition lets one process take it.
        with serialized_write():
            claimed = ImageJob.objects.filter(
                pk=job.pk, webhook_state=WebhookState.PENDING, webhook_attempts=job.webhook_attempts
            ).update(webhook_attempts=F("webhook_attempts") + 1, webhook_next_at=now + LEASE)
        if claimed:
            job.webhook_attempts += 1
            return job
    return None


def send_webhook(job: ImageJob, now: datetime) -> None:
    """Make an attempt that was claimed, and note how it ended."""
    try:
        is_delivered = _post(job, now)
    except key_sealing.KeySealError:
        logger.error("%s: the webhook secret can't be read: was SECRET_KEY changed?", job.pk)
        is_delivered = False
    values: dict[str, Any]
    if is_delivered:
        values = {"webhook_state": WebhookState.DELIVERED, "webhook_next_at": None}
    elif job.webhook_attempts > len(RETRY_SECONDS):
        values = {"webhook_state": WebhookState.FAILED, "webhook_next_at": None}
    else:
        wait = timedelta(seconds=RETRY_SECONDS[job.webhook_attempts - 1])
        values = {"webhook_next_at": now + wait}
    with serialized_write():
        ImageJob.objects.filter(pk=job.pk, webhook_attempts=job.webhook_attempts).update(**values)


def _send_claimed(job: ImageJob) -> None:
    try:
        send_webhook(job, timezone.now())
    except Exception as error:
        # The lease runs out, and another attempt follows.
        logger.error("%s: the webhook could not be sent: %s", job.pk, type(error).__name__)
    finally:
        _sending.release()
        release_connection()


def _pending() -> QuerySet[ImageJob]:
    return ImageJob.objects.filter(webhook_state=WebhookState.PENDING, call__ended_at__isnull=False)


def _post(job: ImageJob, now: datetime) -> bool:
    """Post the job. Return whether the answer was 2xx."""
    secret = key_sealing.unseal_key(job.call.api_key.webhook_secret, key_sealing.webhook_fernet())
    body = _body(job, now)
    moment = now.astimezone(UTC)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "gpt-image-playground-webhook",
        "Connection": "close",
        # The same for each attempt: receivers recognize what they have handled.
        "webhook-id": job.pk,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(job.pk, moment, body),
    }
    release_connection()
    request = requests.Request("POST", job.webhook_url, data=body.encode(), headers=headers)
    response = exchange(request, listed=settings.WEBHOOK_ORIGINS, seconds=SEND_SECONDS, max_bytes=0)
    result = response.failure or f"status {response.status}"
    logger.info("%s: attempt %d of the webhook: %s", job.pk, job.webhook_attempts, result)
    return 200 <= response.status < 300


def _body(job: ImageJob, now: datetime) -> str:
    body = describe_job(job)
    if body["status"] == "completed":
        # Only addresses: a receiver must not have to take megabytes.
        try:
            body["result"] = describe_result(job, now, has_urls=True)
        except ApiError as error:
            body["error"] = error.as_json()["error"]
    del body["webhook"]
    return json.dumps(body, separators=(",", ":"))
