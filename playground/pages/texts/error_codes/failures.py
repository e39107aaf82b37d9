"""The texts of all other errors: the provider, the network or this server fails, or a run is stopped."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from playground.imageapi.errors import PARTIAL_REHEARSAL
from playground.pages.texts.error_codes.error_text import ErrorText, Triage

FAILURE_TEXTS: Final[dict[str, ErrorText]] = {
    "server_error": ErrorText(
        headline=_("The provider failed"),
        message=_("The provider failed. Nothing was charged. Try again, or choose another API."),
        cause=_("The server failed by a fault of its own."),
        remedy=_("Check usage, then try once more. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        assumed_charge="maybe",
    ),
    "image_provider_error": ErrorText(
        headline=_("The provider failed"),
        message=_(
            "The provider failed. It may have been charged; details are kept under id %(id)s. "
            "Check usage before trying again."
        ),
        cause=_("The provider behind the API failed, or answered with something that is no picture."),
        remedy=_("Check usage, then try once more. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The provider failed; details are kept under id %(id)s. By the provider's terms broken calls "
            "are not charged; check usage to be sure."
        ),
    ),
    "service_overloaded": ErrorText(
        headline=_("The provider is overloaded"),
        message=_("The provider is overloaded; try again in %(seconds)d s. Not charged."),
        cause=_("Too many calls at once from everybody; yours was not begun."),
        remedy=_("Wait for the seconds named and try again, each time a little longer."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "image_provider_unavailable": ErrorText(
        headline=_("The provider is not available"),
        message=_("The provider is not available; try again in %(seconds)d s. Not charged."),
        cause=_("The provider behind the API does not answer at the moment."),
        remedy=_("Wait for the seconds named and try again, or use another entry."),
        triage=Triage("operator", "wait", "wait"),
    ),
    "upstream_timeout": ErrorText(
        headline=_("No answer in time"),
        message=_(
            "No answer within %(seconds)d s. It may have been charged. Check usage, then try again in low quality."
        ),
        cause=_(
            "No answer came in time. Behind a CDN the limit is %(cdn)s s and shows as a page with status 524; "
            "medium and high quality often take longer."
        ),
        remedy=_(
            "Use an entry without the %(cdn)s s limit, low quality, or a smaller size. Set the time-out of your "
            "program to %(timeout)s s or more."
        ),
        triage=Triage("caller", "check", "quicker"),
        message_if_free=_(
            "No answer within %(seconds)d s. By the provider's terms broken calls are not charged; "
            "check usage to be sure. Low quality is quicker."
        ),
    ),
    "network_unreachable": ErrorText(
        headline=_("Could not reach the API"),
        message=_(
            "The provider could not be reached. Nothing was sent, nothing charged. Try again, or choose another API."
        ),
        cause=_(
            "No connection came about: the name was not found, the connection was refused, or the certificate is "
            "wrong."
        ),
        remedy=_("Check the base address and your network, or use another entry, then send again."),
        triage=Triage("caller", "now", "reconnect"),
    ),
    "unknown_outcome": ErrorText(
        headline=_("The connection broke"),
        message=_(
            "The connection broke after sending: the picture may have been made and charged. Check usage before "
            "trying again."
        ),
        cause=_(
            "The request was sent, then the connection closed without an answer: a proxy, a restart, a network that "
            "changed."
        ),
        remedy=_(
            "Check usage: it shows whether the call was counted. With an Idempotency-Key on every call, the "
            "built-in API never charges a repetition."
        ),
        triage=Triage("caller", "check"),
        message_if_free=_(
            "The connection broke after sending. By the provider's terms broken calls are not charged; "
            "check usage to be sure."
        ),
    ),
    "garbled_response": ErrorText(
        headline=_("The answer was unusable"),
        message=_(
            "The answer was unusable. It may have been charged; details are kept under id %(id)s. "
            "Check usage before trying again."
        ),
        cause=_("An answer came, but cut off, not JSON, or with a picture that cannot be read."),
        remedy=_("Check usage, then try again. If it stays, give support the request id."),
        triage=Triage("operator", "check"),
        message_if_free=_(
            "The answer was unusable; details are kept under id %(id)s. By the provider's terms broken calls "
            "are not charged; check usage to be sure."
        ),
    ),
    "interrupted": ErrorText(
        headline=_("Interrupted by a restart"),
        message=_(
            "The server was restarted. The request was already sent and may have been charged: "
            "check usage before sending it again."
        ),
        cause=_(
            "This server was restarted, or something went wrong on it, while the run was waiting or working. "
            "The run says which."
        ),
        remedy=_("If it was not sent, send it again. If it was, check usage first."),
        triage=Triage("operator", "check"),
        message_unsent=_("The server was restarted. Not sent, not charged: send it again."),
    ),
    "key_forgotten": ErrorText(
        headline=_("The key was forgotten"),
        message=_(
            "The key was forgotten before this run was sent. Nothing was charged. Enter the key and send it again."
        ),
        cause=_("“Forget key” was pressed while the run was still waiting for its turn."),
        remedy=_("Enter the key and send the run again."),
        triage=Triage("caller", "now", "key"),
    ),
    "cancelled": ErrorText(
        headline=_("Cancelled"),
        message=_("Cancelled. The request was already sent and may have been charged; what arrived is kept."),
        cause=_("Somebody pressed Cancel."),
        remedy=_("Nothing. If the request was sent already, usage shows whether it was counted."),
        triage=Triage("nobody", "check"),
        message_unsent=_("Cancelled. Not sent, not charged."),
    ),
    PARTIAL_REHEARSAL: ErrorText(
        headline=_("Fewer pictures than asked"),
        message=ngettext_lazy(
            "%(came)d of %(asked)d pictures came; it is saved.",
            "%(came)d of %(asked)d pictures came; these are saved.",
            "came",
        ),
        cause=_("The answer is good but holds fewer pictures than n, or the connection broke after some had come."),
        remedy=_(
            "What came is saved and is all that is charged. Ask for the missing ones in a second call with a "
            "smaller n."
        ),
        triage=Triage("operator", "anew"),
    ),
}
