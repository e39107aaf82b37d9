"""Base of the operators' pages, and the audit log among them."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin, display
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from playground.core.models import Change

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = ModelAdmin


class ReadOnlyAdmin(AnyAdmin):
    """Rows that cannot be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ChangeAdmin(ReadOnlyAdmin):
    """The audit log."""

    list_display = ("created_at", "actor", "action", "subject", "shown_details")
    list_filter = ("action",)
    search_fields = ("actor", "subject")
    fields = ("created_at", "actor", "action", "subject", "shown_details")
    readonly_fields = ("shown_details",)
    show_full_result_count = False

    @display(description=_("values"))
    def shown_details(self, change: Change) -> str:
        return "; ".join(
            f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(change.details.items())
        )
