"""When the picture store does not answer: a sentence, and the advice to come back."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from playground.pages.views.failures import failure
from playground.store import Unreachable
from playground.web.kinds import GetResponse

logger = logging.getLogger(__name__)
RETRY_SECONDS = 20


class PictureStoreMiddleware:
    """Turns an unreachable picture store into a page; what was paid for is kept elsewhere until it answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)  # type: ignore[return-value]

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for Unreachable; other errors go their way."""
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
