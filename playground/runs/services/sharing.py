"""Share a finished run: a read-only page at an address that cannot be guessed, until it is withdrawn or expires."""

import secrets
from datetime import datetime

from django.http import Http404
from django.utils import timezone

from playground.runs.models import ACTIVE, Decoding, Picture, Run
from playground.runs.services import results
from playground.runs.services.retention import retention_period


def share_run(run: Run, *, with_source: bool) -> bool:
    """Give the run an address, unless it has one; return False when it has nothing to share yet."""
    if run.is_active:
        return False
    # Right after the end of a run, the worker has not decoded all of its pictures yet.
    results.decode_pictures(run, run.ordered_pictures)
    if not run.pictures.filter(deleted_at=None, decoding=Decoding.DONE).exists():
        return False
    # 128 random bits (SHARE_PATTERN). Two presses at once make one address.
    Run.objects.filter(pk=run.pk, share_token=None, deleted_at=None).update(
        share_token=secrets.token_hex(16), shares_source=with_source and bool(run.sources)
    )
    return True


def stop_sharing(run: Run) -> None:
    """Withdraw the address for good: sharing the run again makes another one."""
    Run.objects.filter(pk=run.pk).update(share_token=None, shares_source=False)


def expiry_time(run: Run) -> datetime:
    """Return when the run is removed at the latest."""
    return run.created_at + retention_period()


def shared_pictures(run: Run) -> list[Picture]:
    """Return the pictures that others may see: those whose pixels the sandbox has decoded."""
    return [picture for picture in run.ordered_pictures if picture.decoding == Decoding.DONE]


def get_shared_run(token: str) -> Run:
    """Return the run at that address to anyone. Raises Http404."""
    # Pruning removes expired runs some time later; the address must not outlive what its page promises.
    oldest = timezone.now() - retention_period()
    shared = Run.objects.filter(share_token=token, deleted_at=None, created_at__gt=oldest)
    run = shared.exclude(state__in=ACTIVE).first()
    if run is None or not shared_pictures(run):
        raise Http404("not shared")
    return run


def get_shared_picture(token: str, number: int) -> Picture:
    """Return a picture of the run at that address, unless its owner deleted it. Raises Http404."""
    picture = next((each for each in shared_pictures(get_shared_run(token)) if each.number == number), None)
    if picture is None:
        raise Http404("no such picture")
    return picture
