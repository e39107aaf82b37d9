"""Django's admin for operators: change keys and their limits, read calls and the ledger.

These pages answer 404 until an operator creates a staff user (`manage.py createsuperuser`). They show neither keys
nor hashes nor addresses of pictures.
"""

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin import AdminSite, ModelAdmin, display
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from playground.core.files import disk
from playground.gateway.authentication import AttemptThrottle
from playground.gateway.models import ApiKey, ImageCall, ImageJob, KeyDay, LedgerEntry
from playground.gateway.responses.json_responses import job_status

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = ModelAdmin


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


class PlaygroundAdminSite(AdminSite):
    """An admin that answers 404 until a staff user exists."""

    login_form = ThrottledLoginForm
    site_header = site_title = _("gpt-image-2 playground")
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wrap every page but the login. Raises Http404 when no staff user exists."""
        page_view = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _require_staff()
            response: HttpResponseBase = page_view(request, *args, **kwargs)
            return response

        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the start page with the use of the disk."""
        return super().index(request, {**(extra_context or {}), "subtitle": disk_label()})

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the login. Raises Http404 when no staff user exists."""
        _require_staff()
        return super().login(request, extra_context)


def disk_label() -> str:
    """Describe used and free space of this machine's disk in a sentence."""
    used = disk.used_bytes()
    names = {
        "pictures": _("files of runs"),
        "drafts": _("drafts"),
        "answers": _("stored responses"),
        "conversions": _("converted images"),
        "other": _("other"),
    }
    return _("Disk: %(used)s used (%(parts)s), %(free)s free.") % {
        "used": filesizeformat(sum(used.values())),
        "parts": pgettext("between items", ", ").join(
            f"{names[category]} {filesizeformat(size)}" for category, size in used.items()
        ),
        "free": filesizeformat(disk.free_bytes()),
    }


def _require_staff() -> None:
    if not get_user_model().objects.filter(is_staff=True, is_active=True).exists():
        raise Http404


class ReadOnlyAdmin(AnyAdmin):
    """Rows that cannot be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys: limits, end and name can be changed. Only `manage.py create_key` makes keys."""

    list_display = ("prefix", "name", "is_demo", "is_disabled", "expires_at", "daily_images", "spent_micro_usd")
    list_filter = ("is_demo", "is_disabled")
    search_fields = ("prefix", "name")
    ordering = ("-pk",)
    readonly_fields = (
        "prefix", "is_demo", "created_at", "spent_micro_usd", "held_micro_usd", "has_webhook_secret",
    )  # fmt: skip
    fields = (
        "prefix", "name", "is_demo", "is_disabled", "expires_at", "daily_images", "concurrency", "daily_micro_usd",
        "total_micro_usd", "spent_micro_usd", "held_micro_usd", "has_webhook_secret", "created_at",
    )  # fmt: skip

    @display(description=_("webhook secret"), boolean=True)
    def has_webhook_secret(self, api_key: ApiKey) -> bool:
        return bool(api_key.webhook_secret)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))


class KeyDayAdmin(ReadOnlyAdmin):
    list_display = ("date", "api_key", "images", "held_images", "spent_micro_usd", "held_micro_usd")
    list_select_related = ("api_key",)
    search_fields = ("api_key__prefix",)
    ordering = ("-date",)


class ImageCallAdmin(ReadOnlyAdmin):
    list_display = ("id", "api_key", "created_at", "state", "endpoint", "status", "code", "images", "micro_usd")
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
    list_display = ("pk", "created_at", "api_key", "call_id", "kind", "images", "spent_micro_usd", "held_micro_usd")
    list_select_related = ("api_key",)
    list_filter = ("kind",)
    search_fields = ("api_key__prefix", "call__id")
    raw_id_fields = ("call", "api_key")
    ordering = ("-pk",)
    show_full_result_count = False


site = PlaygroundAdminSite("operators")
site.register(ApiKey, ApiKeyAdmin)
site.register(KeyDay, KeyDayAdmin)
site.register(ImageCall, ImageCallAdmin)
site.register(ImageJob, ImageJobAdmin)
site.register(LedgerEntry, LedgerEntryAdmin)
