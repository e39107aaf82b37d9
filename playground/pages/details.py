"""What support needs to know of a run, as plain text to copy: never the prompt, never the key."""

from django.utils.translation import gettext as _

from playground.imageapi.errors import ERRORS
from playground.pages import told
from playground.runs.models import Run


def details(run: Run) -> str:
    """One line a fact: run, request id, code, API, time and the key's last four."""
    api = told.api_of(run)
    status = run.error_facts.get("status") or (ERRORS[run.error].status if run.error in ERRORS else "")
    lines = (
        (_("Run"), run.pk),
        (_("Request id"), run.request_id),
        (_("Code"), run.error),
        (_("Status"), str(status or "")),
        (_("API"), f"{run.api} ({api.base_url})" if api else run.api),
        (_("Asked at"), run.created_at.isoformat(timespec="seconds")),
        (_("Sent at"), run.sent_at.isoformat(timespec="seconds") if run.sent_at else ""),
        (_("Ended at"), run.finished_at.isoformat(timespec="seconds") if run.finished_at else ""),
        (_("Key ends in"), run.key_last4),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)
