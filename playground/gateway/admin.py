"""The operator's pages: keys and their limits can be changed, the books only read. Django's own admin.

There is nothing at these addresses until an operator creates a staff user (`manage.py createsuperuser`). Neither keys
nor their hashes, nor addresses of pictures, are shown.
"""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from playground.core.files import disk
from playground.core.throttling import AttemptThrottle
from playground.gateway.models import ApiKey, ImageCall, KeyDay, LedgerEntry

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = ModelAdmin


class ThrottledLoginForm(AdminAuthenticationForm):
    """The login, slower after each wrong password.

    By address and name together, so that nobody keeps an operator out who comes from elsewhere.
    """

    tries: ClassVar[AttemptThrottle[tuple[str, str]]] = AttemptThrottle(free=3, first_wait=2.0, longest_wait=60.0)

    def clean(self) -> dict[str, Any]:
        """Check the password. Raises ValidationError when it is wrong, or tried too soon."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        who = address, self.cleaned_data.get("username", "")
        if left := self.tries.begin(who, time.monotonic()):
            message = _("Too many wrong passwords. Try again in %(seconds)d s.")
            raise ValidationError(message, params={"seconds": math.ceil(left)})
        cleaned: dict[str, Any] = super().clean()
        self.tries.forget(who)
        return cleaned


class PlaygroundAdminSite(AdminSite):
    """An admin that is not there until it can be used."""

    login_form = ThrottledLoginForm
    site_header = site_title = "gpt-image-2 playground"
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Every page but the login. Raises Http404 when nobody could log in."""
        shown = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _require_staff()
            answered: HttpResponseBase = shown(request, *args, **kwargs)
            return answered

        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The start page, with what the disk holds."""
        return super().index(request, {**(extra_context or {}), "subtitle": disk_label()})

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The login. Raises Http404 when nobody could use it."""
        _require_staff()
        return super().login(request, extra_context)


def disk_label() -> str:
    """What this machine's disk holds and has free, in a sentence."""
    used = disk.used_bytes()
    names = {
        "pictures": _("files of runs"),
        "drafts": _("drafts"),
        "answers": _("answers"),
        "conversions": _("conversions"),
        "other": _("other"),
    }
    return _("Disk: %(used)s used (%(parts)s), %(free)s free.") % {
        "used": filesizeformat(sum(used.values())),
        "parts": ", ".join(f"{names[what]} {filesizeformat(size)}" for what, size in used.items()),
        "free": filesizeformat(disk.free_bytes()),
    }


def _require_staff() -> None:
    if not get_user_model().objects.filter(is_staff=True, is_active=True).exists():
        raise Http404


class ReadOnlyAdmin(AnyAdmin):
    """Rows that can only be looked at."""

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No."""
        return False


class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys: limits, end and name can be changed. `create_key` makes them, and shows them once."""

    list_display = ("prefix", "name", "is_demo", "is_disabled", "expires_at", "daily_images", "spent_micro_usd")
    list_filter = ("is_demo", "is_disabled")
    search_fields = ("prefix", "name")
    ordering = ("-pk",)
    readonly_fields = ("prefix", "is_demo", "created_at", "spent_micro_usd", "held_micro_usd")
    fields = (
        "prefix", "name", "is_demo", "is_disabled", "expires_at", "daily_images", "concurrency", "daily_micro_usd",
        "total_micro_usd", "spent_micro_usd", "held_micro_usd", "created_at",
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """As Django's permissions say."""
        return bool(ModelAdmin.has_change_permission(self, request, obj))


class KeyDayAdmin(ReadOnlyAdmin):
    """What keys used on a Beijing day."""

    list_display = ("date", "api_key", "images", "held_images", "spent_micro_usd", "held_micro_usd")
    list_select_related = ("api_key",)
    search_fields = ("api_key__prefix",)
    ordering = ("-date",)


class ImageCallAdmin(ReadOnlyAdmin):
    """Calls."""

    list_display = ("id", "api_key", "created_at", "state", "endpoint", "status", "code", "images", "micro_usd")
    list_select_related = ("api_key",)
    list_filter = ("state", "endpoint")
    search_fields = ("id", "api_key__prefix")
    ordering = ("-number",)
    show_full_result_count = False


class LedgerEntryAdmin(ReadOnlyAdmin):
    """The ledger."""

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
site.register(LedgerEntry, LedgerEntryAdmin)
