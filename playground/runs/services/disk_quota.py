"""Limits of one session: bytes on the disk, and queued runs."""

from typing import Final, Literal

from django.conf import settings
from django.db.models import Q, Sum

from playground.core.files import disk, storage
from playground.runs.models import Run, Source
from playground.runs.paths import draft_folder, run_folder

MAX_QUEUED: Final = 40


def quota_problem(owner: str, size: int = 0) -> Literal["session_full", "disk_full"] | None:
    """Return why the session of this owner may not write `size` more bytes; None when it may."""
    if not disk.has_room(size):
        return "disk_full"
    visitor = visitor_from_owner(owner)
    limit = settings.SESSION_MAX_BYTES - size
    if _estimated_bytes(visitor) <= limit:
        return None
    return "session_full" if session_bytes(visitor) > limit else None


def session_bytes(visitor: str) -> int:
    """Return the bytes of the session's drafts and runs; a file with several hard links counts once."""
    if storage.is_remote():
        # A bucket has a copy for each name of a file, and only some of the files are here.
        return _estimated_bytes(visitor)
    runs = [run_folder(run_id) for run_id in Run.objects.filter(visitor=visitor).values_list("pk", flat=True)]
    return disk.folder_bytes([*runs, *map(draft_folder, _draft_bytes(visitor))])


def visitor_from_owner(owner: str) -> str:
    """Return the session of a draft's owner, which is `<session>` or `<session>~<suffix>`."""
    return owner.partition("~")[0]


def _estimated_bytes(visitor: str) -> int:
    """Sum the sizes in the rows: cheap, but too high where a draft and runs share a file."""
    drafts = _draft_bytes(visitor)
    runs = Run.objects.filter(visitor=visitor).aggregate(total=Sum("bytes", default=0))["total"]
    # Masks have no rows, and some files of a draft may be on other machines only.
    return int(runs) + max(sum(drafts.values()), disk.folder_bytes([draft_folder(owner) for owner in drafts]))


def _draft_bytes(visitor: str) -> dict[str, int]:
    """Map the owners of the session's drafts to the bytes of their pictures."""
    sources = Source.objects.filter(Q(visitor=visitor) | Q(visitor__startswith=f"{visitor}~"))
    return dict(sources.order_by().values_list("visitor").annotate(Sum("size")))
