"""What is tidied up now and then, so that the books do not grow without end."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from playground.gateway import idempotency, kept
from playground.gateway.models import Job, State
from playground.imageapi.beijing import day_of

# Usage shows at most so many days. What was ever held stays for good: the ledger is append-only.
SHOWN_DAYS: Final = 90
# Refused calls of one key that are kept: a program in a circle must not fill the disk.
MOST_REFUSED: Final = 5000


def clean_up(at: datetime) -> None:
    """Forget refused calls that usage shows no more, kept answers and idempotency keys past their time."""
    first = day_of(at) - timedelta(days=SHOWN_DAYS)
    Job.objects.filter(date__lt=first, state=State.FAILED, entries=None).delete()
    forget_refused()
    idempotency.sweep(at)
    kept.sweep(at)


def forget_refused(most: int = MOST_REFUSED) -> None:
    """Keep only the newest `most` refused calls of each key."""
    refused = Job.objects.filter(state=State.FAILED, entries=None)
    counted = refused.order_by().values("account").annotate(total=Count("number"))
    for account in list(counted.filter(total__gt=most).values_list("account", flat=True)):
        mine = refused.filter(account=account)
        last = mine.order_by("-number").values_list("number", flat=True)[most]
        mine.filter(number__lte=last).delete()
