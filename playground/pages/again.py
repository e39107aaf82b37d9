"""The same once more: a run's values as the fields of a form."""

from typing import Final

from playground.pages import tokens
from playground.pages.forms import SETTINGS
from playground.runs.models import Run

# Fields of the form; what else a request holds (streaming) is decided anew each time.
FORM_FIELDS: Final = ("prompt", *SETTINGS, "input_fidelity")


def again_fields(run: Run) -> dict[str, str]:
    """The hidden fields that send the same once more, with a token of their own."""
    said = {name: str(run.parameters[name]) for name in FORM_FIELDS if run.parameters.get(name) is not None}
    # An edit takes its pictures and its mask along; what was sent as the prompt holds the preface already.
    edit = {"of_run": run.pk, "preface": ""} if run.endpoint == "edits" else {}
    return {"api": run.api, **said, **edit, "token": tokens.after(run.pk)}
