"""The state and the progress of a run, in words and per cent."""

from typing import Final

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.core import shutdown
from playground.runs.models import Run, State

# A bar that is full while nothing comes looks like a hang.
HIGHEST_WHILE_RUNNING: Final = 95
_STATES: Final[dict[str, Promise]] = {
    State.QUEUED: gettext_lazy("Waiting"),
    State.RUNNING: gettext_lazy("Running"),
    State.SUCCEEDED: gettext_lazy("Ready"),
    State.PARTIAL: gettext_lazy("Partly ready"),
    State.FAILED: gettext_lazy("Failed"),
    State.INTERRUPTED: gettext_lazy("Interrupted"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}


def state_label(run: Run) -> str:
    """Return the run's state in a word."""
    return str(_STATES[run.state])


def prompt_label(run: Run) -> str:
    """Return the prompt; an edit with an empty prompt is a variation."""
    return run.prompt or _("Variation")


def page_title(run: Run) -> str:
    """Return the title of the browser's tab."""
    prompt = Truncator(prompt_label(run)).chars(40)
    if run.is_active:
        # The number of running runs precedes the title already.
        return prompt
    return _("%(state)s · %(prompt)s") % {"state": state_label(run), "prompt": prompt}


def progress_percent(run: Run, elapsed: float) -> int:
    """Return the share of the expected time that has passed; 100 only when the run has ended."""
    if run.state == State.QUEUED:
        return 0
    if not run.is_active:
        return 100
    # Old runs may lack an expected time.
    return min(HIGHEST_WHILE_RUNNING, int(100 * elapsed / max(1, run.expected_high)))


def waiting_label(run: Run) -> str:
    """Return what an active run waits for; empty when it has ended."""
    if not run.is_active:
        return ""
    if run.cancel_requested:
        return _("Cancelling. Images that still arrive are saved.")
    if shutdown.is_updating():
        return _("The server is being updated. This run will finish first.")
    if run.state == State.QUEUED:
        return _("Waiting for a free slot on this key.")
    if not run.was_sent:
        return _("Connecting…")
    return _("Your images are taking shape.") if run.previews else _("Request sent. The images are being generated.")
