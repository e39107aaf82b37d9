"""One call on its way through the books: taken at admission, closed when the answer is out or will never be."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from django.db import DatabaseError
from django.utils import timezone

from playground.gateway import books, kept, quota
from playground.gateway.call import Call
from playground.gateway.caller import CallerLeft
from playground.gateway.idempotency import LIFETIME, Once
from playground.gateway.leases import leases
from playground.gateway.ledger import Amount
from playground.gateway.models import Account, State
from playground.gateway.quota import Wanted
from playground.gateway.refusals import error_of
from playground.gateway.renderers import Picture
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.messages import ImageRequest
from playground.imageapi.options import AUTO
from playground.imageapi.prices import estimate, picture_price, rendered_quality

logger = logging.getLogger("playground.gateway.ticket")

type Clock = Callable[[], datetime]


class Ticket:
    """An admitted call. As a context manager it ends the call: delivered, or with nothing charged."""

    def __init__(
        self,
        account: Account,
        asked: ImageRequest,
        call: Call,
        once: Once | None = None,
        clock: Clock = timezone.now,
    ) -> None:
        """Raises ApiError when a limit is reached, and Replay for a call that was made before."""
        self._leases = leases
        self._clock = clock
        self._asked = asked
        self._call = call
        self._once = once
        self.job, self.kept = quota.admit(account, wanted(asked, call), clock(), once)
        call.is_written = True
        self._leases.add(self.job)
        self._is_whole = False
        self.charged_at = self.job.created_at

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self._is_whole:
                books.deliver(self.job)
            else:
                status, code = outcome_of(error, self._call.code)
                books.end(self.job, status, code, self._clock())
                self._call.code, self._call.micro_usd = code, 0
        except Exception as failure:
            # The lease runs out in half a minute, and then the call is ended like one of a dead process. The caller
            # hears what it would have heard.
            self._call.log_unexpected(failure)
        finally:
            self._leases.drop(self.job)

    def send(self) -> None:
        """The renderer is about to get the request. Raises ApiError when the call was given up meanwhile."""
        books.step(self.job, State.ADMITTED, State.SENT)
        books.let_go()

    def answer(self) -> None:
        """All pictures are there. Raises ApiError when the call was given up meanwhile."""
        books.step(self.job, State.SENT, State.ANSWERED)

    def keep(self, pictures: Sequence[Picture]) -> None:
        """Write the answer to disk where it will be asked for again. Raises ApiError when its addresses need it."""
        is_shown, at = self._asked.response_format == "url" and not self._asked.stream, self._clock()
        if self.kept is not None and is_shown:
            kept.show_again(self.kept, at)
        if not (is_shown or self._once) or self.kept is not None:
            return
        until = at + (LIFETIME if self._once else kept.SHOWN)
        try:
            self.kept = kept.keep(self.job, pictures, at, until=until, is_shown=is_shown)
        except (OSError, DatabaseError) as error:
            logger.error("%s: the answer cannot be kept: %s", self._call.id, type(error).__name__)
            if is_shown:
                raise error_of(error) from error

    def forget_kept(self) -> None:
        """The pictures of the earlier call are gone: those that are drawn now take their place."""
        if self.kept is not None:
            kept.remove(self.kept)
            self.kept = None

    def charge(self, pictures: Sequence[Picture]) -> None:
        """Charge for the pictures that are handed over next. Raises ApiError when the call was given up meanwhile."""
        amount, quality = price_of(self._asked, pictures)
        self.charged_at = self._clock()
        books.charge(self.job, amount, quality, self.charged_at)
        self._call.micro_usd = amount.micro_usd
        books.let_go()

    def is_whole(self) -> None:
        """The last byte was handed over."""
        self._is_whole = True


def wanted(asked: ImageRequest, call: Call) -> Wanted:
    """What to reserve for a request: as many pictures, and the dearest they can become."""
    size, quality, n = asked.size or "", asked.quality or AUTO, asked.n or 1
    return Wanted(call.id, asked.endpoint, size, quality, n, estimate(size, quality, n).high)


def price_of(asked: ImageRequest, pictures: Sequence[Picture]) -> tuple[Amount, str]:
    """What delivered pictures cost, and as what quality; `auto` is settled by what was rendered, else as medium."""
    quality = rendered_quality(asked.quality, pictures[0].look.quality)
    return Amount(len(pictures), len(pictures) * picture_price(asked.size or "", quality)), quality


def outcome_of(error: BaseException | None, code: str = "") -> tuple[int, str]:
    """Status and code of a call that did not get its pictures; `code` is that of a stream, which raises nothing."""
    if isinstance(error, ApiError):
        return error.status, error.code
    if isinstance(error, CallerLeft) or (error is None and code in ("", "client_gone")):
        code = "client_gone"
        return ERRORS[code].status, code
    if error is None:
        return ERRORS[code].status, code
    return 500, "server_error"
