"""Sessions that an operator has blocked: they can look at and delete what they have, but make no runs."""

import hashlib

from django.db import transaction

from playground.core.audit import record_change
from playground.runs.models import ACTIVE, BlockedSession, Run
from playground.runs.services import finish


def session_label(visitor: str) -> str:
    """Return a short name of a session for operators, from which its id cannot be read."""
    return hashlib.sha256(visitor.encode()).hexdigest()[:10]


def is_blocked(visitor: str) -> bool:
    """Return True for a session that may not make runs."""
    return BlockedSession.objects.filter(pk=visitor).exists()


def end_session_runs(visitor: str) -> int:
    """End waiting runs of a session and abort those in progress, which may be charged; return their number."""
    runs = list(Run.objects.filter(visitor=visitor, state__in=ACTIVE))
    for run in runs:
        finish.cancel_run(run)
    record_change("end runs", session_label(visitor), {"runs": [run.pk for run in runs]})
    return len(runs)


def block_session(visitor: str) -> None:
    """Block a session and end its runs."""
    with transaction.atomic():
        _, is_new = BlockedSession.objects.get_or_create(pk=visitor)
        if is_new:
            record_change("block session", session_label(visitor))
    end_session_runs(visitor)


def unblock_session(visitor: str) -> None:
    """Let a session make runs again."""
    with transaction.atomic():
        if BlockedSession.objects.filter(pk=visitor).delete()[0]:
            record_change("unblock session", session_label(visitor))
