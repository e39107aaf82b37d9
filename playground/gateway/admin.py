"""Calls, jobs, days and the ledger for operators, read-only, and their sign-in form. Keys are in key_admin.py."""

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final

from django.contrib.admin import display
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from playground.core.admin import ReadOnlyAdmin
from playground.gateway.authentication import AttemptThrottle
from playground.gateway.models import ApiKey, ImageJob
from playground.gateway.responses.json_responses import job_status
from playground.imageapi.pricing import format_dollars


class ThrottledLoginForm(AdminAuthenticationForm):
    """The login form, with a delay that grows with each wrong password.

    It counts by address and name together: an attacker elsewhere cannot lock an operator out.
    """

    attempts: ClassVar[AttemptThrottle[tuple[str, str]]] = AttemptThrottle(free=3, first_wait=2.0, longest_wait=60.0)

    def clean(self) -> dict[str, Any]:
        """Check the password. Raises ValidationError when it is wrong, or sent too soon."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        client = address, self.cleaned_data.get("username", "")
        if seconds := self.attempts.begin(client, time.monotonic()):
            message = _("Too many failed sign-in attempts. Try again in %(seconds)d s.")
            raise ValidationError(message, params={"seconds": math.ceil(seconds)})
        cleaned: dict[str, Any] = super().clean()
        self.attempts.forget(client)
        return cleaned


def _dollars(column: str, label: Any) -> Callable[[Any], str]:
    """Return a column of a list that shows micro-dollars as dollars; the ledger also takes back."""

    @display(description=label, ordering=column)
    def show(row: Any) -> str:
        value = getattr(row, column)
        return f"{'-' if value < 0 else ''}{format_dollars(abs(value))}"

    return show


_SPENT: Final = _dollars("spent_micro_usd", _("spent"))
_RESERVED: Final = _dollars("held_micro_usd", _("reserved"))
_PRICE: Final = _dollars("micro_usd", _("price"))


class KeyDayAdmin(ReadOnlyAdmin):
    list_display = ("date", "api_key", "images", "held_images", _SPENT, _RESERVED)
    list_select_related = ("api_key",)
    search_fields = ("api_key__prefix",)
    ordering = ("-date",)


class ImageCallAdmin(ReadOnlyAdmin):
    list_display = ("id", "api_key", "created_at", "state", "endpoint", "status", "code", "images", _PRICE)
    list_select_related = ("api_key",)
    list_filter = ("state", "endpoint")
    search_fields = ("id", "api_key__prefix")
    ordering = ("-number",)
    show_full_result_count = False


class ImageJobAdmin(ReadOnlyAdmin):
    """Jobs, without what may quote a prompt or name a secret: outcome and URL of the webhook."""

    list_display = ("id", "api_key", "created_at", "state", "webhook_state", "webhook_attempts", "webhook_next_at")
    list_select_related = ("call__api_key",)
    list_filter = ("webhook_state", "call__state")
    search_fields = ("id", "call__id", "call__api_key__prefix")
    raw_id_fields = ("call",)
    ordering = ("-call__number",)
    fields = ("id", "call", "state", "webhook_state", "webhook_attempts", "webhook_next_at")
    readonly_fields = ("state",)
    show_full_result_count = False

    @display(description=_("key"))
    def api_key(self, job: ImageJob) -> ApiKey:
        return job.call.api_key

    @display(description=_("created"))
    def created_at(self, job: ImageJob) -> datetime:
        return job.call.created_at

    @display(description=_("state"))
    def state(self, job: ImageJob) -> str:
        return job_status(job.call)


class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("pk", "created_at", "api_key", "call_id", "kind", "images", _SPENT, _RESERVED)
    list_select_related = ("api_key",)
    list_filter = ("kind",)
    search_fields = ("api_key__prefix", "call__id")
    raw_id_fields = ("call", "api_key")
    ordering = ("-pk",)
    show_full_result_count = False
