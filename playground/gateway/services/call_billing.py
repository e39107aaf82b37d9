"""Billing of one call: reserve at admission, charge before the delivery, take everything back after a failure."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.db import DatabaseError
from django.utils import timezone

from playground.core.db.transactions import release_connection, serialized_write
from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientDisconnected
from playground.gateway.models import ApiKey, CallState, ImageJob
from playground.gateway.parsing.image_check import api_error_from_exception
from playground.gateway.renderers.base import RenderedPicture
from playground.gateway.services import idempotency, jobs, ledger, quota, stored_answers
from playground.gateway.services.idempotency import IdempotentRequest
from playground.gateway.services.jobs import JobRequest
from playground.gateway.services.leases import leases
from playground.gateway.services.ledger import LedgerAmount
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.pricing import picture_price, rendered_quality
from playground.imageapi.schemas import ImageRequest

logger = logging.getLogger("playground.gateway.services.call_billing")

type Clock = Callable[[], datetime]


class CallBilling:
    """An admitted call. Its `with` block ends the call: delivered after `mark_delivered`, else without a charge."""

    def __init__(
        self,
        api_key: ApiKey,
        image_request: ImageRequest,
        call_log: CallLog,
        idempotent: IdempotentRequest | None = None,
        job_request: JobRequest | None = None,
        clock: Clock = timezone.now,
    ) -> None:
        """Admit the call. Raises ApiError at a limit, RepeatedCall or RepeatedJob for a call made before."""
        # Tests pass their own clock; nothing here reads the time otherwise.
        self._clock = clock
        self._image_request = image_request
        self._call_log = call_log
        self._idempotent = idempotent
        cost = quota.call_cost(image_request, call_log.id)
        self.call, self.stored_answer = quota.admit_call(api_key, cost, clock(), idempotent, job_request)
        self.job: ImageJob | None = self.call.job if job_request else None
        call_log.is_recorded = True
        leases.add(self.call)
        self._is_delivered = False
        self.charged_at = self.call.created_at

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            # A generator that the server closed early raises nothing, so only this flag knows of a delivery.
            if self._is_delivered:
                ledger.deliver_call(self.call)
            else:
                status, code = call_outcome(error, self._call_log.code)
                ledger.end_call(self.call, status, code, self._clock())
                self._call_log.code, self._call_log.micro_usd = code, 0
        except Exception as failure:
            # The lease runs out within half a minute, and another process ends the call. The client gets the answer
            # that it would have got.
            self._call_log.write_error(failure)
        finally:
            leases.remove(self.call)

    def mark_sent(self) -> None:
        """Note that the renderer gets the request next. Raises ApiError when the lease was lost."""
        ledger.advance_call(self.call, CallState.ADMITTED, CallState.SENT)
        release_connection()

    def mark_answered(self) -> None:
        """Note that all pictures are there. Raises ApiError when the lease was lost."""
        ledger.advance_call(self.call, CallState.SENT, CallState.ANSWERED)

    def store_answer(self, pictures: Sequence[RenderedPicture]) -> None:
        """Write the answer to disk, for its addresses, a job or a repeated call.

        Raises ApiError when addresses or a job need it.
        """
        is_published = self._image_request.response_format == "url" and not self._image_request.stream
        now = self._clock()
        if self.stored_answer is not None and is_published:
            stored_answers.publish_pictures(self.stored_answer, now)
        is_kept = self.job is not None or self._idempotent is not None
        if not (is_published or is_kept) or self.stored_answer is not None:
            return
        expires_at = now + (idempotency.LIFETIME if is_kept else stored_answers.URL_LIFETIME)
        try:
            self.stored_answer = stored_answers.store_answer(
                self.call, pictures, now, expires_at=expires_at, is_published=is_published
            )
        except (OSError, DatabaseError) as error:
            logger.error("%s: the response can't be stored: %s", self._call_log.id, type(error).__name__)
            if is_published or self.job is not None:
                raise api_error_from_exception(error) from error

    def discard_stored_answer(self) -> None:
        """Remove the answer of an earlier call whose pictures are gone; newly drawn ones take its place."""
        if self.stored_answer is not None:
            stored_answers.remove_answer(self.stored_answer)
            self.stored_answer = None

    def charge(self, pictures: Sequence[RenderedPicture], job_result: dict[str, Any] | None = None) -> None:
        """Charge for the pictures that are delivered next. Raises ApiError when the lease was lost.

        A job is complete with the charge and its result (the answer without pictures), whether it is fetched or not.
        """
        amount, quality = call_price(self._image_request, pictures)
        self.charged_at = self._clock()
        with serialized_write():
            ledger.charge_call(self.call, amount, quality, self.charged_at, is_delivered=self.job is not None)
            if self.job is not None:
                jobs.save_outcome(self.call, job_result)
        self._is_delivered = self.job is not None
        self._call_log.micro_usd = amount.micro_usd
        release_connection()

    def mark_delivered(self) -> None:
        """Note that the server took the last byte."""
        self._is_delivered = True


def call_price(image_request: ImageRequest, pictures: Sequence[RenderedPicture]) -> tuple[LedgerAmount, str]:
    """Return price and quality of delivered pictures; `auto` costs the quality that was rendered, else medium."""
    quality = rendered_quality(image_request.quality, pictures[0].options.quality)
    return LedgerAmount(len(pictures), len(pictures) * picture_price(image_request.size or "", quality)), quality


def call_outcome(error: BaseException | None, code: str = "") -> tuple[int, str]:
    """Return status and code of a call without pictures; `code` is that of a stream, which raises nothing."""
    if isinstance(error, ApiError):
        return error.status, error.code
    if isinstance(error, ClientDisconnected) or (error is None and code in ("", "client_gone")):
        code = "client_gone"
        return ERRORS[code].status, code
    if error is None:
        return ERRORS[code].status, code
    return 500, "server_error"
