"""Jobs: calls with `Prefer: respond-async` (RFC 7240) go on in a thread of this process when the client leaves.

They are admitted and billed like other calls. Their answer is stored, and charged when they end; nothing is delivered
that could fail. A job whose process dies ends with the lease of its call.
"""

import contextvars
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import close_old_connections
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from playground.core import shutdown
from playground.core.db.transactions import release_connection, serialized_write
from playground.core.logging import site_url
from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey, CallState, ImageCall, ImageJob, WebhookState
from playground.gateway.responses.json_responses import PREFERENCE
from playground.gateway.services import idempotency, ledger, webhooks
from playground.imageapi.catalog import JOB_LIFETIME_SECONDS
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.schemas import ImageRequest

logger = logging.getLogger("playground.gateway.services.jobs")

HEADER: Final = "Prefer"
LIFETIME: Final = idempotency.LIFETIME
# Another process notes a cancellation in the database; the one that works on the job looks so often.
POLL_SECONDS: Final = 1.0
# Without jobs and webhooks the thread only looks for those that other processes left.
IDLE_SECONDS: Final = 10.0
_DRAIN_POLL_SECONDS: Final = 0.1
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_STREAM: Final = "A job can't stream. Leave out stream or the header 'Prefer: respond-async'."
_NO_JOB: Final = "webhook_url requires the header 'Prefer: respond-async': only jobs call webhooks."
_UNKNOWN: Final = f"This API key has no job with this ID. Jobs are kept for {JOB_LIFETIME_SECONDS // 3600} hours."


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The parts of a request that its job stores."""

    site: str
    has_urls: bool
    webhook_url: str


def prefers_job(header: str) -> bool:
    """Say whether a `Prefer` header has the preference `respond-async`, which takes no value."""
    preferences = (part.partition(";")[0] for part in _QUOTED.sub("", header).split(","))
    names = (name.strip().lower() for name, _, value in (part.partition("=") for part in preferences) if not value)
    return PREFERENCE in names


def read_job_request(request: HttpRequest, image_request: ImageRequest, api_key: ApiKey) -> JobRequest | None:
    """Read the preference for a job; None without it. Raises ApiError for `stream` and for a wrong webhook."""
    webhook_url = image_request.webhook_url or ""
    if not prefers_job(request.headers.get(HEADER, "")):
        if webhook_url:
            raise ApiError("invalid_request", _NO_JOB, param="webhook_url")
        return None
    if image_request.stream:
        raise ApiError("invalid_request", _STREAM, param="stream")
    if webhook_url:
        webhooks.check_webhook(webhook_url, api_key)
    return JobRequest(site_url(request), image_request.response_format == "url", webhook_url)


def create_job(call: ImageCall, job_request: JobRequest) -> ImageJob:
    """Save the job of an admitted call. Call it within admission."""
    return ImageJob.objects.create(
        # It need not be secret: with another key it is 404.
        id=f"job_{secrets.token_hex(12)}",
        call=call,
        site=job_request.site,
        has_urls=job_request.has_urls,
        webhook_url=job_request.webhook_url,
        webhook_state=WebhookState.PENDING if job_request.webhook_url else "",
    )


def save_outcome(call: ImageCall, outcome: dict[str, Any] | None) -> None:
    """Save the answer without its pictures, or the error, of the job of a call."""
    with serialized_write():
        ImageJob.objects.filter(call=call).update(outcome=outcome)


def find_job(api_key: ApiKey, job_id: str, now: datetime) -> ImageJob:
    """Return a job of the key. Raises ApiError `not_found`."""
    kept = Q(call__ended_at=None) | Q(call__ended_at__gt=now - LIFETIME)
    job = ImageJob.objects.filter(kept, pk=job_id, call__api_key=api_key).select_related("call").first()
    if job is None:
        raise ApiError("not_found", _UNKNOWN)
    return job


def cancel_job(job: ImageJob, now: datetime) -> CallState | None:
    """Cancel a job. Return the state of its call before, None when it had ended."""
    state = ledger.cancel_call(job.call, now)
    job.call.refresh_from_db()
    job_threads.wake()
    return state


def delete_expired_jobs(now: datetime) -> None:
    """Delete jobs that ended more than a day ago."""
    ImageJob.objects.filter(call__ended_at__lte=now - LIFETIME).delete()


@dataclass(frozen=True, slots=True)
class JobConnection(ClientConnection):
    """Stands in for a job's client connection, which lasts until the job is cancelled."""

    cancelled: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`; pass 0 to check only. Raises ApiError as soon as the job is cancelled."""
        if self.cancelled.wait(max(0.0, seconds)):
            raise ApiError(ledger.CANCELLED, status=ERRORS["client_gone"].status)


class JobThreads:
    """The jobs that this process works on, each in a thread, and one thread for cancellations and webhooks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: dict[int, JobConnection] = {}
        self._wake = threading.Event()
        self._is_started = False

    def start(self) -> None:
        """Start the thread for cancellations and webhooks, once a process."""
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        threading.Thread(target=self._watch, name="jobs", daemon=True).start()

    def wake(self) -> None:
        """Look for cancellations and webhooks now."""
        self._wake.set()

    def run(self, call: ImageCall, key_hash: str, work: Callable[[ClientConnection], object]) -> None:
        """Call `work` in a thread of its own, under the request id of the call.

        Raises RuntimeError when no thread can be started.
        """
        connection = JobConnection(key_hash)

        def run() -> None:
            with self._lock:
                self._connections[call.pk] = connection
            started.set()
            try:
                work(connection)
            finally:
                with self._lock:
                    del self._connections[call.pk]
                release_connection()
                self.wake()

        started = threading.Event()
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), name="job", daemon=True).start()
        # `drain` must see the job as soon as it was accepted.
        started.wait()

    def stop_cancelled(self) -> None:
        """Stop the work on jobs that were cancelled, here or in another process."""
        with self._lock:
            connections = dict(self._connections)
        if not connections:
            return
        cancelled = ImageCall.objects.filter(pk__in=list(connections), code=ledger.CANCELLED)
        for number in cancelled.values_list("pk", flat=True):
            connections[number].cancelled.set()

    def drain(self) -> None:
        """Wait for the jobs of this process until the server has to end at once."""
        while self._connections and shutdown.phase() is not shutdown.Phase.ENDING:
            time.sleep(_DRAIN_POLL_SECONDS)

    def _watch(self) -> None:
        while True:
            seconds = IDLE_SECONDS
            try:
                close_old_connections()
                self.stop_cancelled()
                seconds = webhooks.send_due_webhooks(timezone.now(), IDLE_SECONDS)
            except Exception as error:
                # The next round tries again: without this thread no webhook would be sent.
                logger.error("jobs or webhooks failed: %s", type(error).__name__)
            release_connection()
            self._wake.wait(min(seconds, POLL_SECONDS) if self._connections else seconds)
            self._wake.clear()


job_threads = JobThreads()
