"""`Idempotency-Key`: the same call sent again gets the same answer, without a second picture or a second charge.

A failed call is made again. Pictures that were drawn and not delivered are not drawn again: the new call is admitted
and charged as usual, and delivers them. A delivered answer that is no longer stored is refused, because the key
promises one charge, and drawing again would be a second one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from playground.gateway.models import (
    ACTIVE_STATES,
    ApiKey,
    CallState,
    IdempotencyKey,
    ImageCall,
    ImageJob,
    StoredAnswer,
)
from playground.gateway.renderers.base import RenderedPicture
from playground.gateway.services import ledger
from playground.imageapi.catalog import JOB_LIFETIME_SECONDS
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest

HEADER: Final = "Idempotency-Key"
# As in the APIs of Stripe and others.
LIFETIME: Final = timedelta(seconds=JOB_LIFETIME_SECONDS)
MAX_KEY_LENGTH: Final = 255


class RepeatedCall(Exception):
    """The call was delivered before, with this answer."""

    def __init__(self, stored_answer: StoredAnswer) -> None:
        self.stored_answer = stored_answer
        super().__init__(stored_answer.token)


class RepeatedJob(Exception):
    """The call was accepted before, as this job."""

    def __init__(self, job: ImageJob) -> None:
        self.job = job
        super().__init__(job.pk)


class DeliveryInProgressError(ApiError):
    """The answer of the first call is being delivered."""

    def __init__(self) -> None:
        super().__init__("idempotency_in_progress", param=HEADER)


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """Two SHA-256: `key` of the header's value, `fingerprint` of the request."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StoredRendering:
    """A rendering of pictures that are there already."""

    pictures: list[RenderedPicture]

    def __iter__(self) -> Iterator[RenderedPicture]:
        return iter(self.pictures)

    def close(self) -> None:
        """Do nothing: no work is open."""


def read_idempotency_key(request: HttpRequest, image_request: ImageRequest) -> IdempotentRequest | None:
    """Read the header; None without it. Raises ApiError for a value that is too long."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        return None
    if len(key) > MAX_KEY_LENGTH:
        raise ApiError("invalid_request", f"{HEADER} is over {MAX_KEY_LENGTH} characters long.", param=HEADER)
    # Hashed: clients may put anything into the header, names and addresses too.
    return IdempotentRequest(hashlib.sha256(key.encode()).hexdigest(), request_fingerprint(image_request))


def request_fingerprint(image_request: ImageRequest) -> str:
    """Compute the SHA-256 of a request: its parameters with their defaults, and the content of its files."""
    paths = [image.path for image in image_request.images]
    if image_request.mask:
        paths.append(image_request.mask.path)
    # A file is the same when its bytes are, whatever its name: a repeated upload may have a new name.
    digests = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    parts = [image_request.endpoint, image_request.parameters(), digests, image_request.mask is not None]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def find_stored_answer(
    api_key: ApiKey, idempotent: IdempotentRequest, now: datetime, *, is_job: bool = False
) -> StoredAnswer | None:
    """Return drawn pictures of an earlier call that were never delivered. Call it within admission.

    Raises RepeatedCall when they were delivered, RepeatedJob when `is_job` and an earlier job has not failed,
    DeliveryInProgressError, and ApiError `idempotency_mismatch`, `idempotency_in_progress` or `idempotency_expired`.
    """
    keys = IdempotencyKey.objects.filter(api_key=api_key, key=idempotent.key, created_at__gt=now - LIFETIME)
    earlier = keys.select_related("call").first()
    if earlier is None:
        return None
    if earlier.fingerprint != idempotent.fingerprint:
        raise ApiError("idempotency_mismatch", param=HEADER)
    call = earlier.call
    is_leased = call.leased_until is not None and call.leased_until > now
    if is_leased and call.state == CallState.CHARGED:
        raise DeliveryInProgressError
    job = ImageJob.objects.filter(call=call).select_related("call").first() if is_job else None
    if is_leased and call.state in ACTIVE_STATES:
        if job is not None and call.code != ledger.CANCELLED:
            raise RepeatedJob(job)
        raise ApiError("idempotency_in_progress", param=HEADER)
    stored_answer = StoredAnswer.objects.filter(call=call).first()
    if call.state == CallState.DELIVERED:
        if stored_answer is None:
            raise ApiError("idempotency_expired", param=HEADER)
        if job is not None:
            raise RepeatedJob(job)
        raise RepeatedCall(stored_answer)
    # The first process may only be slow: it must not charge for its answer as well.
    ledger.end_call(call, 500, "server_error", now)
    return stored_answer


def assign_key(
    api_key: ApiKey, idempotent: IdempotentRequest, call: ImageCall, stored_answer: StoredAnswer | None, now: datetime
) -> None:
    """Make `call` the call under this key, and the undelivered pictures its own. Call it within admission."""
    values = {"fingerprint": idempotent.fingerprint, "call": call, "created_at": now}
    IdempotencyKey.objects.update_or_create(api_key=api_key, key=idempotent.key, defaults=values)
    if stored_answer is not None:
        StoredAnswer.objects.filter(pk=stored_answer.pk).update(call=call, expires_at=now + LIFETIME)


def delete_expired_keys(now: datetime) -> None:
    """Delete keys that are older than a day."""
    IdempotencyKey.objects.filter(created_at__lte=now - LIFETIME).delete()
