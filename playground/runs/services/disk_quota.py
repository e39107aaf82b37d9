"""What one session may take up: bytes on the disk, and runs that wait."""

from typing import Final, Literal

from django.conf import settings
from django.db.models import Q, Sum

from playground.core import disk, storage
from playground.runs.folders import draft_folder, run_folder
from playground.runs.models import Run, Source

MAX_QUEUED: Final = 40


def quota_problem(visitor: str, size: int = 0) -> Literal["session_full", "disk_full"] | None:
    """Why the session may not write `size` bytes more; None when it may."""
    if not disk.has_room(size):
        return "disk_full"
    most = settings.SESSION_MAX_BYTES - size
    if _estimated_bytes(visitor) <= most:
        return None
    return "session_full" if session_bytes(visitor) > most else None


def session_bytes(visitor: str) -> int:
    """The bytes of all that the session caused and that is still kept: drafts, sources, masks, results."""
    if storage.is_remote():
        # Every name of a file is a copy there, and what is here is only a part of it.
        return _estimated_bytes(visitor)
    runs = [run_folder(run_id) for run_id in Run.objects.filter(visitor=visitor).values_list("pk", flat=True)]
    return disk.folder_bytes([*runs, *map(draft_folder, _draft_bytes(visitor))])


def session_totals(owner: str) -> str:
    """The session behind the owner of a draft: pictures that were put away, or are being sent, have a name apart."""
    return owner.partition("~")[0]


def _estimated_bytes(visitor: str) -> int:
    """The same without looking at every run: too much where a file of a draft and of runs is one file."""
    drafts = _draft_bytes(visitor)
    runs = Run.objects.filter(visitor=visitor).aggregate(held=Sum("bytes", default=0))["held"]
    # Masks have no rows, and not every file of a draft may be on this machine.
    return int(runs) + max(sum(drafts.values()), disk.folder_bytes([draft_folder(owner) for owner in drafts]))


def _draft_bytes(visitor: str) -> dict[str, int]:
    """The owners of the session's drafts, and the bytes of their pictures."""
    mine = Source.objects.filter(Q(visitor=visitor) | Q(visitor__startswith=f"{visitor}~"))
    return dict(mine.order_by().values_list("visitor").annotate(Sum("size")))
