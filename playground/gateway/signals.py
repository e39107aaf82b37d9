"""Record changes of keys. Counters change by UPDATE statements, which send no signals."""

from typing import Any, Final

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from playground.core.audit import changed_values, record_change, remember_stored_row
from playground.gateway.models import ApiKey

_FIELDS: Final = (
    *("name", "is_disabled", "expires_at", "daily_images", "concurrency", "daily_micro_usd", "total_micro_usd"),
    "prefix",
)


pre_save.connect(remember_stored_row, sender=ApiKey)


@receiver(post_save, sender=ApiKey)
def record_key(instance: Any, created: bool, raw: bool, **_: Any) -> None:
    """Record a new or changed key; visitors' demo keys are made by themselves."""
    if raw or (created and instance.is_demo):
        return
    before = instance.stored_row
    details: dict[str, object] = dict(changed_values(before, instance, _FIELDS))
    if instance.webhook_secret != (before.webhook_secret if before else ""):
        # Only that it changed: it is a secret.
        details["webhook_secret"] = "new" if instance.webhook_secret else "removed"
    if details:
        record_change("add key" if created else "change key", instance, details)
