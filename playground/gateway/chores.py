"""What is tidied up now and then, so that the books do not grow without end."""

from datetime import datetime, timedelta
from typing import Final

from playground.gateway import idempotency, kept
from playground.gateway.beijing import day_of
from playground.gateway.models import Job, State

# Usage shows at most so many days. What was ever held stays for good: the ledger is append-only.
SHOWN_DAYS: Final = 90


def clean_up(at: datetime) -> None:
    """Forget refused calls that usage shows no more, kept answers and idempotency keys past their time."""
    first = day_of(at) - timedelta(days=SHOWN_DAYS)
    Job.objects.filter(date__lt=first, state=State.FAILED, entries=None).delete()
    idempotency.sweep(at)
    kept.sweep(at)
