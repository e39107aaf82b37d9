"""Figures of the whole installation in rows (`Tally`): counts of all processes, and values of single machines."""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F

from playground.core.metrics import metric_key
from playground.runs.models import Tally

logger = logging.getLogger(__name__)


def add_to_tallies(counts: Mapping[str, int]) -> None:
    """Add each count to its row."""
    with transaction.atomic():
        # In order, so that two processes never wait for each other.
        for key, value in sorted(counts.items()):
            Tally.objects.get_or_create(pk=key)
            Tally.objects.filter(pk=key).update(value=F("value") + value)


def set_tally(name: str, labels: Mapping[str, str], value: int) -> None:
    """Set a value that only one machine knows; 0 deletes its row. Do nothing while METRICS is off."""
    if not settings.METRICS:
        return
    key = metric_key(name, labels)
    try:
        if value:
            Tally.objects.update_or_create(pk=key, defaults={"value": value})
        else:
            Tally.objects.filter(pk=key).delete()
    except DatabaseError as error:
        logger.warning("%s is written later: %s", name, type(error).__name__)


def delete_tallies(name: str) -> None:
    """Delete the values that all machines set under this name."""
    Tally.objects.filter(pk__startswith=f"{name};").delete()
