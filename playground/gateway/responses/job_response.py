"""Answers about jobs: a job in JSON, with its result or error when it has ended."""

from contextlib import ExitStack
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse

from playground.gateway.call_log import CallLog
from playground.gateway.models import CallState, ImageCall, ImageJob, StoredAnswer
from playground.gateway.responses.image_response import (
    JsonWithPictures,
    TrackedResponse,
    images_json,
    json_response,
    on_response_end,
    pictures_json,
)
from playground.gateway.services import ledger, stored_answers
from playground.imageapi.errors import ApiError

PREFERENCE: Final = "respond-async"
_STATUS: Final = {
    CallState.ADMITTED: "queued",
    CallState.SENT: "in_progress",
    CallState.ANSWERED: "in_progress",
    CallState.CHARGED: "completed",
    CallState.DELIVERED: "completed",
    CallState.FAILED: "failed",
    CallState.VOID: "failed",
}
STATUSES: Final = (*dict.fromkeys(_STATUS.values()), "cancelled")
_GONE: Final = "This job's images are no longer stored. They were charged when the job completed."
_CANCELLED: Final = {
    None: "The job had already ended, so nothing changed.",
    CallState.ADMITTED: "The job was cancelled before it was sent. You weren't charged.",
}
_CANCELLED_AFTER_SENDING: Final = (
    "The job was cancelled after it was sent to the provider. You won't be charged. It counts as a concurrent "
    "request until the provider has finished."
)


def job_status(call: ImageCall) -> str:
    """Return the status of a job: a cancelled one is never charged, also while its work is being stopped."""
    return "cancelled" if call.code == ledger.CANCELLED else _STATUS[CallState(call.state)]


def describe_job(job: ImageJob) -> dict[str, Any]:
    """Describe a job without its result."""
    body = {
        "object": "image.job",
        "id": job.pk,
        "status": job_status(job.call),
        "created": int(job.call.created_at.timestamp()),
    }
    if job.webhook_state:
        body["webhook"] = job.webhook_state
    if body["status"] == "failed":
        # A process that dies leaves no outcome; its lease ends the call with a code.
        body["error"] = job.outcome or ApiError(job.call.code).as_json()["error"]
    return body


def describe_result(job: ImageJob, now: datetime, *, has_urls: bool) -> dict[str, Any]:
    """Describe the answer of a completed job; addresses work for another hour.

    Raises ApiError `not_found` when its pictures are gone, and `image_provider_unavailable` when they can't be read.
    """
    stored_answer = StoredAnswer.objects.filter(call=job.call).first()
    if stored_answer is None or job.call.ended_at is None:
        raise ApiError("not_found", _GONE)
    try:
        pictures = stored_answers.load_pictures(stored_answer)
    except FileNotFoundError as error:
        raise ApiError("not_found", _GONE) from error
    except OSError as error:
        message = "This job's images can't be read at the moment. You weren't charged again."
        raise ApiError("image_provider_unavailable", message) from error
    urls = []
    if has_urls:
        stored_answers.publish_pictures(stored_answer, now)
        urls = [stored_answers.published_url(job.site, stored_answer, picture) for picture in pictures]
    return {
        "created": int(job.call.ended_at.timestamp()),
        "data": pictures_json(pictures, urls),
        **(job.outcome or {}),
    }


def accepted_response(job: ImageJob) -> HttpResponse:
    """Answer a call that became a job, or that was one already."""
    response = images_json(describe_job(job), 202)
    response.headers["Location"] = f"{job.site}{reverse('gateway:job', args=(job.pk,))}"
    response.headers["Preference-Applied"] = PREFERENCE
    return response


def job_response(job: ImageJob, call_log: CallLog, now: datetime) -> TrackedResponse:
    """Answer with a job and its result. Raises ApiError when its pictures are gone."""
    body = describe_job(job)
    if body["status"] == "completed":
        body["result"] = describe_result(job, now, has_urls=job.has_urls)
    with ExitStack() as resources:
        pictures = resources.enter_context(JsonWithPictures(body))
        return json_response(pictures, lambda: None, on_response_end(resources.pop_all(), call_log))


def cancelled_response(job: ImageJob, state: CallState | None) -> HttpResponse:
    """Answer a cancellation; `state` is that of the call before, None when it had ended."""
    return images_json({**describe_job(job), "message": _CANCELLED.get(state, _CANCELLED_AFTER_SENDING)})
