"""`manage.py prune`: delete data past its retention period. Run it once a day."""

from typing import Any

from playground.core.start_checks import DataCommand
from playground.runs.models import Tally
from playground.runs.services.retention import prune_expired_data
from playground.runs.worker.supervisor import WAITING_FILES_METRIC


class Command(DataCommand):
    """Delete expired runs, drafts and sessions, images over the limit, and files without rows."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune once and print what was removed."""
        pruned = prune_expired_data()
        # Machines that are alive write it again within seconds; nothing else would remove the values of others.
        Tally.objects.filter(pk__startswith=f"{WAITING_FILES_METRIC};").delete()
        self.stdout.write(
            f"Removed {pruned.old_runs} old runs, {pruned.over_limit} over a session's limit, "
            f"{pruned.drafts} old drafts, {pruned.folders} stray folders, {pruned.sessions} expired sessions."
        )
