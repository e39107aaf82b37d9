"""Runs, workers and blocked sessions for operators: no prompts, no pictures, no names of files."""

from typing import Any

from django.contrib.admin import ModelAdmin, action, display
from django.contrib.admin.options import ActionLocation
from django.contrib.messages import success
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from playground.core.admin import ReadOnlyAdmin
from playground.imageapi.pricing import format_dollars
from playground.runs.models import BlockedSession, Run, State, Worker
from playground.runs.services import blocking
from playground.runs.services.blocking import session_label


class RunAdmin(ReadOnlyAdmin):
    """Runs by state, and what an operator may do about their sessions."""

    list_display = ("id", "session", "created_at", "state", "error", "api", "requested_count", "cost")
    list_filter = ("state", "api", "endpoint", "is_demo", "error")
    search_fields = ("id", "request_id", "origin")
    fields = (
        "id", "session", "state", "error", "charged", "api", "endpoint", "requested_count", "cost", "is_demo",
        "worker", "origin", "request_id", "created_at", "claimed_at", "sent_at", "finished_at", "deleted_at", "bytes",
    )  # fmt: skip
    readonly_fields = ("session", "requested_count", "cost")
    ordering = ("-created_at", "-id")
    actions = ("end_runs", "block")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Leave out the columns with texts and files of visitors; the number of images is in the parameters."""
        return super().get_queryset(request).defer("sources", "annotations", "error_facts", "sealed_key")

    def get_action_choices(
        self,
        request: HttpRequest,
        default_choices: list[tuple[str, str]] | None = None,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> list[tuple[str, str]]:
        """Name the empty choice; Django's is not in Chinese."""
        return super().get_action_choices(request, [("", _("Choose an action"))], action_location)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Runs cannot be edited; the permission is for the actions on lists."""
        return obj is None and bool(ModelAdmin.has_change_permission(self, request))

    @display(description=gettext_lazy("session"))
    def session(self, run: Run) -> str:
        return session_label(run.visitor)

    @display(description=gettext_lazy("images requested"))
    def requested_count(self, run: Run) -> int:
        return run.requested_count

    @display(description=gettext_lazy("price"))
    def cost(self, run: Run) -> str:
        return "-" if run.price is None else format_dollars(run.price)

    @action(description=gettext_lazy("End all runs of these sessions"), permissions=["change"])
    def end_runs(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        ended = sum(blocking.end_session_runs(visitor) for visitor in _visitors(runs))
        success(
            request,
            ngettext("%(count)d run is being ended.", "%(count)d runs are being ended.", ended) % {"count": ended},
        )

    @action(description=gettext_lazy("Block these sessions and end their runs"), permissions=["change"])
    def block(self, request: HttpRequest, runs: QuerySet[Run]) -> None:
        visitors = _visitors(runs)
        for visitor in visitors:
            blocking.block_session(visitor)
        count = len(visitors)
        success(
            request,
            ngettext("%(count)d session is blocked.", "%(count)d sessions are blocked.", count) % {"count": count},
        )


class WorkerAdmin(ReadOnlyAdmin):
    """Workers that are alive, with the runs that they carry out."""

    list_display = ("id", "beat_at", "running")
    fields = ("id", "beat_at", "running")

    @display(description=gettext_lazy("runs in progress"))
    def running(self, worker: Worker) -> int:
        return Run.objects.filter(worker=worker.pk, state=State.RUNNING).count()


class BlockedSessionAdmin(ReadOnlyAdmin):
    """Blocked sessions; deleting a row unblocks the session."""

    list_display = ("session", "created_at")
    fields = ("session", "created_at")
    readonly_fields = ("session",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(ModelAdmin.has_delete_permission(self, request, obj))

    @display(description=gettext_lazy("session"))
    def session(self, blocked: BlockedSession) -> str:
        return session_label(blocked.visitor)

    def delete_model(self, request: HttpRequest, obj: BlockedSession) -> None:
        blocking.unblock_session(obj.visitor)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BlockedSession]) -> None:
        for blocked in queryset:
            blocking.unblock_session(blocked.visitor)


def run_summary() -> str:
    """Describe the stored runs by state in a sentence."""
    counts = dict(Run.objects.order_by().values_list("state").annotate(Count("pk")))
    labels = dict(Run._meta.get_field("state").flatchoices)
    parts = ", ".join(f"{labels[state]} {counts[state]}" for state in labels if counts.get(state))
    return _("Runs: %(runs)s.") % {"runs": parts or _("none")}


def _visitors(runs: QuerySet[Run]) -> set[str]:
    return set(runs.order_by().values_list("visitor", flat=True).distinct())
