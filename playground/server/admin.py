"""The site of the operators' pages: what the apps show, operators' accounts and roles, and the audit log.

These pages answer 404 until an operator creates a staff user (`manage.py createsuperuser`). They show no prompts,
no pictures, and a key only when it is made.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from playground.core.admin import ChangeAdmin
from playground.core.audit import acting_as
from playground.core.files import disk
from playground.core.models import Change
from playground.gateway import admin, key_admin
from playground.gateway.models import ApiKey, ImageCall, ImageJob, KeyDay, LedgerEntry
from playground.gateway.usage_chart import usage_by_day, usage_chart
from playground.runs.admin import BlockedSessionAdmin, RunAdmin, WorkerAdmin, run_summary
from playground.runs.models import BlockedSession, Run, Worker
from playground.runs.worker import claims


class PlaygroundAdminSite(AdminSite):
    """An admin that answers 404 until a staff user exists."""

    login_form = admin.ThrottledLoginForm
    site_header = site_title = _("gpt-image-2 playground")
    enable_nav_sidebar = False

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wrap every page but the login. Raises Http404 when no staff user exists."""
        page_view = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _require_staff()
            with acting_as(request.user.get_username()):
                response: HttpResponseBase = page_view(request, *args, **kwargs)
                return response

        return answer

    index_template = "operators/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the start page with runs, workers, the use of the disk, and the dollars of the last days."""
        now = timezone.now()
        alive = claims.count_alive_workers(now)
        workers = ngettext("%(count)d worker is alive.", "%(count)d workers are alive.", alive) % {"count": alive}
        summary = {"summary": [run_summary(), workers, disk_label()], "chart": usage_chart(usage_by_day(now))}
        return super().index(request, {**(extra_context or {}), **summary})

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


site = PlaygroundAdminSite("operators")
site.register(ApiKey, key_admin.ApiKeyAdmin)
site.register(KeyDay, admin.KeyDayAdmin)
site.register(ImageCall, admin.ImageCallAdmin)
site.register(ImageJob, admin.ImageJobAdmin)
site.register(LedgerEntry, admin.LedgerEntryAdmin)
site.register(Run, RunAdmin)
site.register(Worker, WorkerAdmin)
site.register(BlockedSession, BlockedSessionAdmin)
site.register(Change, ChangeAdmin)
site.register(User, UserAdmin)
site.register(Group, GroupAdmin)
