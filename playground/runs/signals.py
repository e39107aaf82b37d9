"""Write into rows what `core` reports: removed files and counts. `core` itself knows no models."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.dispatch import receiver

from playground.core.files.storage import file_removed
from playground.core.metrics import counts_flushed
from playground.runs.models import Removal, Tally


@receiver(file_removed)
def record_removal(*, name: str, **_: Any) -> None:
    """Let other machines find out that a file or a folder was removed."""
    Removal.objects.create(name=name)


@receiver(counts_flushed)
def record_counts(*, counts: Mapping[str, int], **_: Any) -> None:
    """Add the counts of this process to those of all processes."""
    with transaction.atomic():
        # In order, so that two processes never wait for each other.
        for key, value in sorted(counts.items()):
            Tally.objects.get_or_create(pk=key)
            Tally.objects.filter(pk=key).update(value=F("value") + value)
