"""`manage.py prune`: delete what is past retention. Run it once a day."""

from typing import Any

from playground.core import metrics
from playground.core.data_command import DataCommand
from playground.runs.services.retention import prune_runs
from playground.runs.worker.supervisor import UNSENT_FILES


class Command(DataCommand):
    """Delete what is past RETENTION_DAYS, pictures beyond SESSION_MAX_PICTURES, stray files and ended sessions."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune once and say what was removed."""
        pruned = prune_runs()
        # Machines that live say it again within seconds; those that are gone for good never take it back.
        metrics.forget(UNSENT_FILES)
        self.stdout.write(
            f"Removed {pruned.old_runs} old runs, {pruned.crowded_out} beyond a session's share, "
            f"{pruned.drafts} old drafts, {pruned.folders} stray folders, {pruned.sessions} ended sessions."
        )
