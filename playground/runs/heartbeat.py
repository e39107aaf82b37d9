"""Which runners are alive."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from playground.runs.models import Worker

LIVES: Final = timedelta(seconds=20)


def beat(worker: str) -> None:
    """Say that `worker` is alive."""
    Worker.objects.update_or_create(pk=worker, defaults={"beat_at": timezone.now()})


def stop(worker: str) -> None:
    """Say that `worker` ends."""
    Worker.objects.filter(pk=worker).delete()


def is_alive(at: datetime | None = None) -> bool:
    """Whether any runner could take work at `at` (now)."""
    return Worker.objects.filter(beat_at__gt=(at or timezone.now()) - LIVES).exists()
