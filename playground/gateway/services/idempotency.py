"""`Idempotency-Key`: the same call sent again gets the same answer, without a second picture or a second charge.

A call that failed is made anew. One whose answer was drawn but could not be delivered is not drawn again: it is
admitted and charged like a new call, with the pictures that are there. A delivered answer that is no longer stored is
refused: the key promised one charge, and drawing again would be a second one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from playground.gateway.models import ACTIVE_STATES, ApiKey, CallState, IdempotencyKey, ImageCall, StoredAnswer
from playground.gateway.renderers.base import RenderedPicture
from playground.gateway.services import charges
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest

HEADER: Final = "Idempotency-Key"
LIFETIME_SECONDS: Final = timedelta(hours=24)
MAX_KEY_LENGTH: Final = 255


class Replay(Exception):
    """The call was made before: this is its answer."""

    def __init__(self, kept: StoredAnswer) -> None:
        self.kept = kept
        super().__init__(kept.token)


class DeliveryInProgress(ApiError):
    """The call was made before, and its answer is on its way out."""

    def __init__(self) -> None:
        super().__init__("idempotency_in_progress", param=HEADER)


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A call that is to be made once: the SHA-256 of its key, and that of what it asks for."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Redelivery:
    """Pictures that were drawn before, as a rendering."""

    pictures: list[RenderedPicture]

    def __iter__(self) -> Iterator[RenderedPicture]:
        return iter(self.pictures)

    def close(self) -> None:
        """Nothing is left to do."""


def read_idempotency_key(request: HttpRequest, asked: ImageRequest) -> IdempotentRequest | None:
    """What the header asks for; None without it. Raises ApiError for one that is too long."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        return None
    if len(key) > MAX_KEY_LENGTH:
        raise ApiError("invalid_request", f"{HEADER} has over {MAX_KEY_LENGTH} characters.", param=HEADER)
    return IdempotentRequest(hashlib.sha256(key.encode()).hexdigest(), request_fingerprint(asked))


def request_fingerprint(asked: ImageRequest) -> str:
    """The SHA-256 of what is asked for: parameters with their defaults, and what is in the files."""
    files = [*(one.path for one in asked.images), *([asked.mask.path] if asked.mask else [])]
    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    whole = [asked.endpoint, asked.parameters(), digests, asked.mask is not None]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def find_stored_answer(account: ApiKey, once: IdempotentRequest, at: datetime) -> StoredAnswer | None:
    """Pictures of an earlier call that were never delivered; None when there are none. Within admission.

    Raises Replay when they were, BeingDelivered when they are just now, ApiError `idempotency_mismatch`,
    `idempotency_in_progress` or `idempotency_expired`.
    """
    repeats = IdempotencyKey.objects.filter(account=account, key=once.key, created_at__gt=at - LIFETIME_SECONDS)
    known = repeats.select_related("job").first()
    if known is None:
        return None
    if known.fingerprint != once.fingerprint:
        raise ApiError("idempotency_mismatch", param=HEADER)
    job = known.job
    is_alive = job.leased_until is not None and job.leased_until > at
    if is_alive and job.state == CallState.CHARGED:
        raise DeliveryInProgress
    if is_alive and job.state in ACTIVE_STATES:
        raise ApiError("idempotency_in_progress", param=HEADER)
    kept = StoredAnswer.objects.filter(job=job).first()
    if job.state == CallState.DELIVERED:
        raise Replay(kept) if kept is not None else ApiError("idempotency_expired", param=HEADER)
    # The first process may only be slow: it must not charge for its answer beside this call.
    charges.end_call(job, 500, "server_error", at)
    return kept


def remember_answer(
    account: ApiKey, once: IdempotentRequest, job: ImageCall, kept: StoredAnswer | None, at: datetime
) -> None:
    """From now on `job` is the call under this key, and the undelivered pictures are its own. Within admission."""
    facts = {"fingerprint": once.fingerprint, "job": job, "created_at": at}
    IdempotencyKey.objects.update_or_create(account=account, key=once.key, defaults=facts)
    if kept is not None:
        StoredAnswer.objects.filter(pk=kept.pk).update(job=job, until=at + LIFETIME_SECONDS)


def delete_expired(at: datetime) -> None:
    """Forget keys that are older than a day."""
    IdempotencyKey.objects.filter(created_at__lte=at - LIFETIME_SECONDS).delete()
