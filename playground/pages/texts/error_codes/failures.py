"""The texts of all other errors: the provider, the network or this server fails, or a run is stopped."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.errors import PARTIAL_REHEARSAL
from playground.pages.texts.error_codes.error_text import ErrorText, Triage

FAILURE_TEXTS: Final[dict[str, ErrorText]] = {
    "server_error": ErrorText(
        headline=_("Provider error"),
        message=_("The provider had an error. You weren't charged. Try again, or choose another API."),
        cause=_("Internal server error."),
        remedy=_("Check your usage, then try once more. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
        assumed_charge="maybe",
    ),
    "image_provider_error": ErrorText(
        headline=_("Provider error"),
        message=_(
            "The provider had an error, and you may have been charged. Check your usage before you try again. "
            "Details are saved under ID %(id)s."
        ),
        cause=_("The provider behind the API failed or returned something that isn't an image."),
        remedy=_("Check your usage, then try once more. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider had an error. Under its terms, failed requests aren't charged; check your usage to be "
            "sure. Details are saved under ID %(id)s."
        ),
    ),
    "service_overloaded": ErrorText(
        headline=_("Provider overloaded"),
        message=_("The provider is overloaded; try again in %(seconds)d s. You weren't charged."),
        cause=_("The service is at capacity; your request wasn't started."),
        remedy=_("Wait as long as Retry-After says, then try again. Wait a little longer each time."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "image_provider_unavailable": ErrorText(
        headline=_("Provider unavailable"),
        message=_("The provider is unavailable; try again in %(seconds)d s. You weren't charged."),
        cause=_("The provider behind the API isn't responding at the moment."),
        remedy=_("Wait as long as Retry-After says, then try again, or use another region."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "upstream_timeout": ErrorText(
        headline=_("Timed out"),
        message=_(
            "No response within %(seconds)d s. You may have been charged. Check your usage, then try again in low "
            "quality."
        ),
        cause=_(
            "No response arrived in time. A CDN cuts requests off after %(cdn)s s with an HTML page and status 524; "
            "medium and high quality often take longer than that."
        ),
        remedy=_(
            "Use a region without the %(cdn)s s limit, low quality, or a smaller size. Set your program's timeout "
            "to at least %(timeout)s s."
        ),
        triage=Triage("caller", "check", "quicker"),
        message_if_free=_(
            "No response within %(seconds)d s. Under the provider's terms, interrupted requests aren't charged; "
            "check your usage to be sure. Low quality is faster."
        ),
    ),
    "network_unreachable": ErrorText(
        headline=_("Couldn't reach the API"),
        message=_("The provider couldn't be reached. Nothing was sent or charged. Try again, or choose another API."),
        cause=_(
            "Couldn't connect: the host wasn't found, the connection was refused, or the certificate is invalid."
        ),
        remedy=_("Check the base URL and your network, or use another region, then send it again."),
        triage=Triage("caller", "now", "reconnect"),
    ),
    "unknown_outcome": ErrorText(
        headline=_("Connection lost"),
        message=_(
            "The connection was lost after the request was sent. The image may have been generated and charged. "
            "Check your usage before you try again."
        ),
        cause=_(
            "The request was sent, but the connection closed before a response arrived, for example because of a "
            "proxy, a restart or a network change."
        ),
        remedy=_(
            "Check your usage: it shows whether the request was counted. If you send an Idempotency-Key with every "
            "request, the built-in API never charges for a repeat."
        ),
        triage=Triage("caller", "check"),
        message_if_free=_(
            "The connection was lost after the request was sent. Under the provider's terms, interrupted requests "
            "aren't charged; check your usage to be sure."
        ),
    ),
    "garbled_response": ErrorText(
        headline=_("Unusable response"),
        message=_(
            "The provider's response was unusable, and you may have been charged. Check your usage before you try "
            "again. Details are saved under ID %(id)s."
        ),
        cause=_("A response arrived, but it was cut off, wasn't JSON, or contained an unreadable image."),
        remedy=_("Check your usage, then try again. If it keeps failing, send support the request ID."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider's response was unusable. Under its terms, failed requests aren't charged; check your "
            "usage to be sure. Details are saved under ID %(id)s."
        ),
    ),
    "interrupted": ErrorText(
        headline=_("Interrupted by a restart"),
        message=_(
            "The server was restarted after the request was sent. You may have been charged. Check your usage "
            "before you send it again."
        ),
        cause=_("This server was restarted or failed while the run was waiting or running. The run page says which."),
        remedy=_("If the request wasn't sent, send it again. If it was, check your usage first."),
        triage=Triage("operator", "check"),
        message_unsent=_("The server was restarted before the request was sent. You weren't charged. Send it again."),
    ),
    "key_forgotten": ErrorText(
        headline=_("Key removed"),
        message=_(
            "You removed the key before this run was sent. You weren't charged. Enter the key and send it again."
        ),
        cause=_("The key was removed from this session while the run was still waiting."),
        remedy=_("Enter the key, then send the run again."),
        triage=Triage("caller", "now", "key"),
    ),
    "cancelled": ErrorText(
        headline=_("Cancelled"),
        message=_(
            "You cancelled this run after the request was sent, so you may have been charged. Images that had "
            "already arrived are saved."
        ),
        cause=_("You cancelled the run."),
        remedy=_("Nothing. If the request was already sent, your usage shows whether it was counted."),
        triage=Triage("nobody", "check"),
        message_unsent=_("You cancelled this run before the request was sent. You weren't charged."),
    ),
    PARTIAL_REHEARSAL: ErrorText(
        headline=_("Fewer images than requested"),
        message=ngettext_lazy(
            "%(came)d of %(asked)d images arrived and was saved.",
            "%(came)d of %(asked)d images arrived and were saved.",
            "came",
        ),
        cause=_(
            "The response is valid but contains fewer images than n, or the connection was lost after some had "
            "arrived."
        ),
        remedy=_(
            "The delivered images are saved, and you're charged only for those. Request the missing ones with a "
            "smaller n."
        ),
        triage=Triage("operator", "pay_again"),
    ),
}
