"""What the code panel shows: the request of a form or of a run, exactly, and as programs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi.messages import ImageRequest
from playground.imageapi.profiles import ImageApi
from playground.pages import addresses, choices, told
from playground.pages.forms import BriefForm
from playground.pages.snippets import PROGRAMS, Target
from playground.pages.snippets.files import of_run
from playground.pages.snippets.response import Response, response_of
from playground.pages.snippets.wire import Sent, Wire, wire
from playground.runs.models import Run
from playground.runs.names import told_apart
from playground.web.requests import ORIGIN_HEADER

_LABELS: Final = {
    "curl": "curl",
    "python": "Python",
    "python-requests": "requests",
    "javascript": "JavaScript",
    "node": "Node",
}
_ENDINGS: Final = {"curl": "sh", "python": "py", "python-requests": "py", "javascript": "mjs", "node": "mjs"}
_TEXTS: Final = ("prompt", "preface")


@dataclass(frozen=True, slots=True)
class Program:
    """One program: `name` as in `pre[data-snippet]`, its label, its text, and the file to keep it in."""

    name: str
    label: str
    text: str
    file_name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel. `notes` say what the form would be refused for; `run_id` is empty beside a form."""

    programs: list[Program]
    wire: Wire
    notes: list[str]
    run_id: str = ""
    response: Response | None = None


def panel_of_form(
    request: HttpRequest, form: BriefForm, images: Sequence[Sent] = (), mask: Sent | None = None
) -> Panel:
    """The panel for a form as it stands, half-filled or wrong; `images` and `mask` would go along."""
    names = told_apart(one.source.name for one in images)
    images = [replace(one, source=replace(one.source, name=name)) for one, name in zip(images, names, strict=True)]
    asked, notes = _half_filled(form, images, mask)
    return _panel(request, form.chosen, asked, images, mask, notes)


def panel_of_run(request: HttpRequest, run: Run) -> Panel | None:
    """The panel for what a run sent; None when its API is not listed any more."""
    api = told.api_of(run)
    if api is None:
        return None
    images, mask = of_run(run)
    panel = _panel(request, api, run.request(), images, mask, [])
    named = [(ORIGIN_HEADER, run.origin)] if run.origin else []
    sent = replace(panel.wire, headers=[*panel.wire.headers, *named])
    return replace(panel, wire=sent, run_id=run.pk, response=response_of(run))


def _panel(
    request: HttpRequest,
    api: ImageApi,
    asked: ImageRequest,
    images: Sequence[Sent],
    mask: Sent | None,
    notes: list[str],
) -> Panel:
    target = Target(asked, addresses.base_url_of(request, api))
    programs = [
        Program(name, _LABELS[name], write(target), f"{asked.endpoint}.{_ENDINGS[name]}", _hint(name))
        for name, write in PROGRAMS.items()
    ]
    return Panel(programs, wire(target, images, mask), notes)


def _hint(name: str) -> str:
    return {
        "curl": _("For bash, with curl 7.76 or newer and jq."),
        "python": _("Needs: pip install openai"),
        "python-requests": _("Needs: pip install requests"),
        "javascript": _("Runs in a page and in Node 20 or newer. A key in a page can be read by whoever opens it."),
        "node": _("Needs: npm install openai"),
    }[name]


def _half_filled(form: BriefForm, images: Sequence[Sent], mask: Sent | None) -> tuple[ImageRequest, list[str]]:
    """The request that a form would send if it were sent now, and what would be refused of it."""
    entries = {name: form[name].value() for name in form.KEPT if name in form.fields}
    # Whether there is a key makes no difference to what is sent.
    again = type(form)(entries, chosen=form.chosen, listed=choices.listed(), has_key=True)
    wrong = {name: list(errors) for name, errors in again.errors.items()}
    for name in again.fields:
        again.cleaned_data.setdefault(name, _as_typed(entries.get(name)) if name in _TEXTS else None)
    for name, default in again.PAGE_DEFAULTS.items():
        again.cleaned_data[name] = again.cleaned_data[name] or default
    sources = tuple(one.source for one in images)
    notes = [str(error) for errors in wrong.values() for error in errors]
    return again.to_request(sources, mask.source if mask else None), notes


def _as_typed(value: object) -> str:
    text = str(value or "").replace("\r\n", "\n").replace("\0", "")
    return text.encode(errors="replace").decode()
