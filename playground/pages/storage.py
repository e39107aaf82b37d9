"""When things cannot be kept, since the picture store does not answer or the disk is full: a sentence, and advice."""

import logging
from http import HTTPStatus

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from playground.full_disk import is_full
from playground.pages.views.failures import failure, full_disk
from playground.store import Unreachable
from playground.web.kinds import GetResponse

logger = logging.getLogger(__name__)
RETRY_SECONDS = 20


class FullDiskSessionMiddleware(SessionMiddleware):
    """Django's; a session that the disk does not take is said on a page, with what was typed."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session. A run that was made is shown all the same: its session was saved before."""
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            if not is_full(error):
                raise
            logger.error("a session could not be saved: the disk is full")
            return response if getattr(request, "has_made_run", False) else full_disk(request)


class PictureStoreMiddleware:
    """Turns an unreachable picture store and a full disk into pages.

    What was paid for is kept elsewhere until the store answers, or the disk has room.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)  # type: ignore[return-value]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for Unreachable and for a full disk; other errors go their way."""
        if is_full(error):
            logger.error("the disk is full: %s", type(error).__name__)
            return full_disk(request)
        if not isinstance(error, Unreachable):
            return None
        logger.error("%s", error)
        response = failure(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("The pictures cannot be reached just now"),
            _(
                "The place where pictures are kept does not answer. Nothing is lost: pictures that came are kept, "
                "and this request sent nothing to an image API. Try again in a minute."
            ),
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
