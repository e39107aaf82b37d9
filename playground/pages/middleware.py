"""Sessions with the visitor and the key's cookie, and pages for a full disk and an unreachable image storage."""

import logging
from http import HTTPStatus
from typing import Final

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from playground.core.files.disk import is_disk_full
from playground.core.files.storage import StorageUnreachableError
from playground.pages.error_pages import error_page, full_disk_page
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, Visitor

logger = logging.getLogger(__name__)
RETRY_SECONDS: Final = 20


class PageMiddleware(SessionMiddleware):
    """Django's sessions, with `request.visitor`, the cookie that opens saved keys, and pages for failed storage."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session and the visitor; both are read on first use."""
        super().process_request(request)
        request.visitor = Visitor(request)  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session. A new run is shown even when that fails: `submit_form` saved its session before."""
        # Also when a view fails after it saved a key: without the cookie the key would be lost.
        api_keys.set_key_cookie(request, response)
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            if not is_disk_full(error):
                raise
            logger.error("a session could not be saved: the disk is full")
            # The run was written and may be paid for, so hiding it behind an error page would invite a second one.
            return response if getattr(request, "has_made_run", False) else full_disk_page(request)  # type: ignore[arg-type]

    def process_exception(self, request: PageRequest, error: Exception) -> HttpResponse | None:
        """Turn an unreachable image storage and a full disk into pages.

        Pictures that were paid for are not lost: workers keep them until the store answers, or the disk has room.
        """
        if is_disk_full(error):
            logger.error("the disk is full: %s", type(error).__name__)
            return full_disk_page(request)
        if not isinstance(error, StorageUnreachableError):
            return None
        logger.error("%s", error)
        response = error_page(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("The images are unavailable right now"),
            _(
                "The image storage isn't responding. No images are lost, and this request didn't send anything to an "
                "image API. Try again in a minute."
            ),
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
