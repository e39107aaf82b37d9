"""One call on its way through the books: taken at admission, closed when the answer is out or will never be."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from django.db import DatabaseError
from django.utils import timezone

from playground.gateway.call_log import CallLog
from playground.gateway.client_connection import ClientDisconnected
from playground.gateway.models import ApiKey, CallState
from playground.gateway.parsing.image_check import api_error_from
from playground.gateway.renderers.base import RenderedPicture
from playground.gateway.services import charges, quota, stored_answers
from playground.gateway.services.idempotency import LIFETIME_SECONDS, IdempotentRequest
from playground.gateway.services.leases import leases
from playground.gateway.services.ledger import LedgerAmount
from playground.gateway.services.quota import CallCost
from playground.imageapi.catalog import AUTO
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.pricing import estimate_price, picture_price, rendered_quality
from playground.imageapi.schemas import ImageRequest

logger = logging.getLogger("playground.gateway.services.call_billing")

type Clock = Callable[[], datetime]


class CallBilling:
    """An admitted call. As a context manager it ends the call: delivered, or with nothing charged."""

    def __init__(
        self,
        account: ApiKey,
        asked: ImageRequest,
        call: CallLog,
        once: IdempotentRequest | None = None,
        clock: Clock = timezone.now,
    ) -> None:
        """Raises ApiError when a limit is reached, and Replay for a call that was made before."""
        self._leases = leases
        self._clock = clock
        self._asked = asked
        self._call = call
        self._once = once
        self.job, self.kept = quota.admit_call(account, call_cost(asked, call), clock(), once)
        call.is_written = True
        self._leases.add(self.job)
        self._is_whole = False
        self.charged_at = self.job.created_at

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self._is_whole:
                charges.deliver_call(self.job)
            else:
                status, code = call_outcome(error, self._call.code)
                charges.end_call(self.job, status, code, self._clock())
                self._call.code, self._call.micro_usd = code, 0
        except Exception as failure:
            # The lease runs out in half a minute, and then the call is ended like one of a dead process. The caller
            # hears what it would have heard.
            self._call.log_unexpected(failure)
        finally:
            self._leases.drop(self.job)

    def send(self) -> None:
        """The renderer is about to get the request. Raises ApiError when the call was given up meanwhile."""
        charges.advance_call(self.job, CallState.ADMITTED, CallState.SENT)
        charges.release_db_connection()

    def answer(self) -> None:
        """All pictures are there. Raises ApiError when the call was given up meanwhile."""
        charges.advance_call(self.job, CallState.SENT, CallState.ANSWERED)

    def keep(self, pictures: Sequence[RenderedPicture]) -> None:
        """Write the answer to disk where it will be asked for again. Raises ApiError when its addresses need it."""
        is_shown, at = self._asked.response_format == "url" and not self._asked.stream, self._clock()
        if self.kept is not None and is_shown:
            stored_answers.publish_pictures(self.kept, at)
        if not (is_shown or self._once) or self.kept is not None:
            return
        until = at + (LIFETIME_SECONDS if self._once else stored_answers.URL_FOLDER)
        try:
            self.kept = stored_answers.store_answer(self.job, pictures, at, until=until, is_shown=is_shown)
        except (OSError, DatabaseError) as error:
            logger.error("%s: the answer cannot be kept: %s", self._call.id, type(error).__name__)
            if is_shown:
                raise api_error_from(error) from error

    def forget_kept(self) -> None:
        """The pictures of the earlier call are gone: those that are drawn now take their place."""
        if self.kept is not None:
            stored_answers.remove(self.kept)
            self.kept = None

    def charge(self, pictures: Sequence[RenderedPicture]) -> None:
        """Charge for the pictures that are handed over next. Raises ApiError when the call was given up meanwhile."""
        amount, quality = call_price(self._asked, pictures)
        self.charged_at = self._clock()
        charges.charge_call(self.job, amount, quality, self.charged_at)
        self._call.micro_usd = amount.micro_usd
        charges.release_db_connection()

    def is_whole(self) -> None:
        """The last byte was handed over."""
        self._is_whole = True


def call_cost(asked: ImageRequest, call: CallLog) -> CallCost:
    """What to reserve for a request: as many pictures, and the dearest they can become."""
    size, quality, n = asked.size or "", asked.quality or AUTO, asked.n or 1
    return CallCost(call.id, asked.endpoint, size, quality, n, estimate_price(size, quality, n).high)


def call_price(asked: ImageRequest, pictures: Sequence[RenderedPicture]) -> tuple[LedgerAmount, str]:
    """What delivered pictures cost, and as what quality; `auto` is settled by what was rendered, else as medium."""
    quality = rendered_quality(asked.quality, pictures[0].look.quality)
    return LedgerAmount(len(pictures), len(pictures) * picture_price(asked.size or "", quality)), quality


def call_outcome(error: BaseException | None, code: str = "") -> tuple[int, str]:
    """Status and code of a call that did not get its pictures; `code` is that of a stream, which raises nothing."""
    if isinstance(error, ApiError):
        return error.status, error.code
    if isinstance(error, ClientDisconnected) or (error is None and code in ("", "client_gone")):
        code = "client_gone"
        return ERRORS[code].status, code
    if error is None:
        return ERRORS[code].status, code
    return 500, "server_error"
