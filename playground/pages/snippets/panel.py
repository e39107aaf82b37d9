"""The answer to a run as it came: status, headers, JSON with the pictures left out, and how long it took."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.core.logging import ORIGIN_HEADER
from playground.imageapi.catalog import EVENT_PREFIXES
from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.imageapi.untrusted_text import unique_file_names
from playground.pages import addresses
from playground.pages.forms.briefs import BriefForm
from playground.pages.presenters import apis
from playground.pages.snippets import PROGRAMS, SnippetRequest
from playground.pages.snippets.request import RawFile, RawRequest, raw_request, run_files
from playground.pages.texts import run_errors
from playground.runs.models import Picture, Run


@dataclass(frozen=True, slots=True)
class ResponseSample:
    """An answer. `line` is empty when none came; `times` are (label, seconds)."""

    line: str
    headers: list[tuple[str, str]]
    body: str
    times: list[tuple[str, str]]


def run_response(run: Run) -> ResponseSample | None:
    """The answer to a finished run; None while it runs, and when it was never sent."""
    if run.is_active or not run.was_sent:
        return None
    answer: dict[str, Any] = run.reported.get("answer", {})
    headers = {str(name): str(value) for name, value in answer.get("headers", {}).items()}
    if run.request_id and not any(name.lower() == "x-request-id" for name in headers):
        headers["x-request-id"] = run.request_id
    return ResponseSample(
        _line(run), sorted(headers.items()), _body(run, list(run.pictures.all()), answer), _times(run)
    )


def _line(run: Run) -> str:
    row = ERRORS.get(run.error)
    status = run.error_facts.get("status") or (row.status if row else 0)
    if run.pictures.all():
        status = HTTPStatus.OK
    if not status:
        return ""
    try:
        return f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {int(status)}"


def _body(run: Run, pictures: list[Picture], answer: dict[str, Any]) -> str:
    if not pictures:
        said = {"code": run.error, "message": run.error_facts.get("provider_said", "")}
        if param := run.error_facts.get("param"):
            said["param"] = param
        return _written({"error": said}) if _line(run) else ""
    around = {name: value for name, value in run.reported.items() if name != "answer"}
    usage = {"usage": _official(run.usage)} if run.usage else {}
    if run.parameters.get("stream"):
        kind = EVENT_PREFIXES[run.endpoint]
        events = []
        for picture in pictures:
            data = {"type": f"{kind}.completed", **_picture(picture), **around, **usage}
            events.append(f"event: {kind}.completed\ndata: {_written(data)}\n")
        return "\n".join(events)
    created = {"created": answer["created"]} if answer.get("created") else {}
    return _written({**created, "data": [_picture(one) for one in pictures], **around, **usage})


def _picture(picture: Picture) -> dict[str, str]:
    characters = -(-picture.size // 3) * 4
    left_out = _("… %(count)d characters, left out …") % {"count": characters}
    revised = {"revised_prompt": picture.revised_prompt} if picture.revised_prompt else {}
    return {"b64_json": left_out, **revised}


def _official(usage: dict[str, int]) -> dict[str, Any]:
    """Tokens under the API's own names."""
    details = {"text_tokens": usage.get("input_text_tokens", 0), "image_tokens": usage.get("input_image_tokens", 0)}
    total = {name: usage.get(name, 0) for name in ("input_tokens", "output_tokens", "total_tokens")}
    return {**total, "input_tokens_details": details}


def _times(run: Run) -> list[tuple[str, str]]:
    steps = (
        (_("Waited for a slot"), run.created_at, run.claimed_at),
        (_("Prepared"), run.claimed_at, run.sent_at),
        (_("From sending to the last byte"), run.sent_at, run.finished_at),
    )
    return [(label, _seconds(start, end)) for label, start, end in steps if start and end]


def _seconds(start: datetime, end: datetime) -> str:
    return f"{max(0.0, (end - start).total_seconds()):.2f} s"


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


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
    wire: RawRequest
    notes: list[str]
    run_id: str = ""
    response: ResponseSample | None = None


def panel_of_form(
    request: HttpRequest, form: BriefForm, images: Sequence[RawFile] = (), mask: RawFile | None = None
) -> Panel:
    """The panel for a form as it stands, half-filled or wrong; `images` and `mask` would go along."""
    names = unique_file_names(one.source.name for one in images)
    images = [replace(one, source=replace(one.source, name=name)) for one, name in zip(images, names, strict=True)]
    asked, notes = _half_filled(form, images, mask)
    return _panel(request, form.chosen, asked, images, mask, notes)


def panel_of_run(request: HttpRequest, run: Run) -> Panel | None:
    """The panel for what a run sent; None when its API is not listed any more."""
    api = run_errors.run_api(run)
    if api is None:
        return None
    images, mask = run_files(run)
    panel = _panel(request, api, run.request(), images, mask, [])
    named = [(ORIGIN_HEADER, run.origin)] if run.origin else []
    sent = replace(panel.wire, headers=[*panel.wire.headers, *named])
    return replace(panel, wire=sent, run_id=run.pk, response=run_response(run))


def _panel(
    request: HttpRequest,
    api: ImageApi,
    asked: ImageRequest,
    images: Sequence[RawFile],
    mask: RawFile | None,
    notes: list[str],
) -> Panel:
    target = SnippetRequest(asked, addresses.api_base_url(request, api))
    programs = [
        Program(name, _LABELS[name], write(target), f"{asked.endpoint}.{_ENDINGS[name]}", _hint(name))
        for name, write in PROGRAMS.items()
    ]
    return Panel(programs, raw_request(target, images, mask), notes)


def _hint(name: str) -> str:
    return {
        "curl": _("For bash, with curl 7.76 or newer and jq."),
        "python": _("Needs: pip install openai"),
        "python-requests": _("Needs: pip install requests"),
        "javascript": _("Runs in a page and in Node 20 or newer. A key in a page can be read by whoever opens it."),
        "node": _("Needs: npm install openai"),
    }[name]


def _half_filled(form: BriefForm, images: Sequence[RawFile], mask: RawFile | None) -> tuple[ImageRequest, list[str]]:
    """The request that a form would send if it were sent now, and what would be refused of it."""
    entries = {name: form[name].value() for name in form.KEPT if name in form.fields}
    # Whether there is a key makes no difference to what is sent.
    again = type(form)(entries, chosen=form.chosen, listed=apis.listed_apis(), has_key=True)
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
