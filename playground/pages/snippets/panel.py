"""The code panel: programs for a request, the raw request, and the response of a finished run."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import PurePath
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from markupsafe import Markup

from playground.core.logging import CLIENT_ID_HEADER
from playground.imageapi.catalog import EVENT_PREFIXES
from playground.imageapi.errors import ERRORS
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.imageapi.untrusted_text import unique_file_names
from playground.imaging.frames import FrameError
from playground.pages import addresses
from playground.pages.forms.briefs import BriefForm
from playground.pages.snippets.curl import curl
from playground.pages.snippets.highlight import highlight
from playground.pages.snippets.javascript import javascript, node
from playground.pages.snippets.python import python, python_requests
from playground.pages.snippets.request import (
    FormFiles,
    RawRequest,
    SnippetRequest,
    frame_files,
    raw_request,
    run_files,
)
from playground.pages.texts import run_errors, upload_errors
from playground.runs.models import Picture, Run

# By the names of `pre[data-snippet]`, in the order shown.
PROGRAMS: Final = {
    "curl": curl,
    "python": python,
    "python-requests": python_requests,
    "javascript": javascript,
    "node": node,
}
_LABELS: Final = {
    "curl": "curl",
    "python": "Python",
    "python-requests": "requests",
    "javascript": "JavaScript",
    "node": "Node",
}
_ENDINGS: Final = {"curl": "sh", "python": "py", "python-requests": "py", "javascript": "mjs", "node": "mjs"}
# The reference has the others.
JOB_PROGRAMS: Final = ("curl", "python")
_TEXT_FIELDS: Final = ("prompt", "preface", "palette")


@dataclass(frozen=True, slots=True)
class ResponseSample:
    """A response. `line` is empty when none came; `times` are (label, seconds)."""

    line: str
    headers: list[tuple[str, str]]
    body: str
    times: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Program:
    """One program; `name` is that of `pre[data-snippet]`, and `file_name` the name of its download."""

    name: str
    label: str
    text: str
    file_name: str
    hint: str

    @property
    def html(self) -> Markup:
        """Return the highlighted text."""
        return highlight(self.text, self.name)


@dataclass(frozen=True, slots=True)
class Panel:
    """The code panel. `notes` are the errors that the form would get, and what to know of its files.

    `run_id` is empty beside a form.

    `can_stream`: the page itself would stream this request. `streams`: so do the programs. `can_be_job`: the API has
    jobs. `is_job`: so do the programs of JOB_PROGRAMS.
    """

    programs: list[Program]
    raw_request: RawRequest
    notes: list[str]
    can_stream: bool
    streams: bool
    can_be_job: bool = False
    is_job: bool = False
    run_id: str = ""
    response: ResponseSample | None = None


def run_response(run: Run) -> ResponseSample | None:
    """Return the response of a finished run; None while it runs, and when it was never sent."""
    if run.is_active or not run.was_sent:
        return None
    answer: dict[str, Any] = run.reported.get("answer", {})
    headers = {str(name): str(value) for name, value in answer.get("headers", {}).items()}
    if run.request_id and not any(name.lower() == "x-request-id" for name in headers):
        headers["x-request-id"] = run.request_id
    return ResponseSample(
        _status_line(run),
        sorted(headers.items()),
        _response_body(run, run.ordered_pictures, answer),
        _step_times(run),
    )


def panel_for_form(
    request: HttpRequest,
    form: BriefForm,
    files: FormFiles,
    *,
    stream: bool = False,
    job: bool = False,
) -> Panel:
    """Return the panel for a form, half-filled or not, with the files that would go along.

    The first file is cut or padded as `frame` says. Programs make the plain call; with `stream` they read previews,
    with `job` they wait for a job, where the API offers them.
    """
    names = unique_file_names(image.source.name for image in files.images)
    images = [
        replace(image, source=replace(image.source, name=name))
        for image, name in zip(files.images, names, strict=True)
    ]
    files = replace(files, images=images)
    draft, notes = _request_from_form(form, files)
    if files.frame and images:
        try:
            draft, files = frame_files(draft, files, files.frame)
            framed_names = [files.images[0].source.name, *([files.mask.source.name] if files.mask else [])]
            text = _("Made when the form is sent, and then listed under the run's inputs: %(files)s.")
            notes.append(text % {"files": ", ".join(framed_names)})
        except FrameError as error:
            notes.append(upload_errors.frame_error(error))
    return _panel(request, form.chosen, draft, files, notes, stream, job)


def panel_for_run(request: HttpRequest, run: Run, *, stream: bool = False, job: bool = False) -> Panel | None:
    """Return the panel for the request of a run; None when its API is no longer listed."""
    api = run_errors.run_api(run)
    if api is None:
        return None
    panel = _panel(request, api, run.request(), run_files(run), [], stream, job)
    origin = [(CLIENT_ID_HEADER, run.origin)] if run.origin else []
    raw = replace(panel.raw_request, headers=[*panel.raw_request.headers, *origin])
    return replace(panel, raw_request=raw, run_id=run.pk, response=run_response(run))


def shared_programs(request: HttpRequest, run: Run) -> list[Program]:
    """Return the programs of JOB_PROGRAMS for a shared run; none when its API is no longer listed.

    They say nothing about the visitor: files have neutral names, and fields that name an end user are left out.
    """
    api = run_errors.run_api(run)
    if api is None:
        return []
    sent = run.request()
    images = tuple(
        replace(image, name=f"source-{number}{PurePath(image.name).suffix}")
        for number, image in enumerate(sent.images, start=1)
    )
    neutral = replace(sent, images=images, user=None, safety_identifier=None, webhook_url=None)
    panel = _panel(request, api, neutral, run_files(run), [], stream=False, job=False)
    return [program for program in panel.programs if program.name in JOB_PROGRAMS]


def _status_line(run: Run) -> str:
    row = ERRORS.get(run.error)
    status = run.error_facts.get("status") or (row.status if row else 0)
    # Images came, so the response was a success, however the run ended.
    if run.ordered_pictures:
        status = HTTPStatus.OK
    if not status:
        return ""
    try:
        return f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {int(status)}"


def _response_body(run: Run, pictures: list[Picture], answer: dict[str, Any]) -> str:
    if not pictures:
        error = {"code": run.error, "message": run.error_facts.get("provider_said", "")}
        if param := run.error_facts.get("param"):
            error["param"] = param
        return _dump_json({"error": error}) if _status_line(run) else ""
    reported = {name: value for name, value in run.reported.items() if name != "answer"}
    usage = _official_usage(run.usage) if run.usage else {}
    if run.parameters.get("stream"):
        kind = EVENT_PREFIXES[run.endpoint]
        events = []
        for picture in pictures:
            data = {"type": f"{kind}.completed", **_picture_entry(picture), **reported, **usage}
            events.append(f"event: {kind}.completed\ndata: {_dump_json(data)}\n")
        return "\n".join(events)
    created = {"created": answer["created"]} if answer.get("created") else {}
    return _dump_json({**created, "data": [_picture_entry(picture) for picture in pictures], **reported, **usage})


def _picture_entry(picture: Picture) -> dict[str, str]:
    # Base64: four characters for each three bytes, the last group filled up.
    characters = -(-picture.size // 3) * 4
    left_out = _("… %(count)d characters omitted …") % {"count": characters}
    revised = {"revised_prompt": picture.revised_prompt} if picture.revised_prompt else {}
    return {"b64_json": left_out, **revised}


def _official_usage(usage: dict[str, int]) -> dict[str, Any]:
    """Return the fields with token counts in the official schema."""
    details = {"text_tokens": usage.get("input_text_tokens", 0), "image_tokens": usage.get("input_image_tokens", 0)}
    total = {name: usage.get(name, 0) for name in ("input_tokens", "output_tokens", "total_tokens")}
    shown: dict[str, Any] = {"usage": {**total, "input_tokens_details": details}}
    if usage.get("svg_output_tokens"):
        tokens = {name: usage.get(f"svg_{name}", 0) for name in ("input_tokens", "output_tokens")}
        shown["svg_usage"] = {**tokens, "total_tokens": sum(tokens.values())}
    return shown


def _step_times(run: Run) -> list[tuple[str, str]]:
    steps = (
        (_("Waited for a slot"), run.created_at, run.claimed_at),
        (_("Prepared"), run.claimed_at, run.sent_at),
        (_("From sending to the last byte"), run.sent_at, run.finished_at),
    )
    return [(label, _seconds(start, end)) for label, start, end in steps if start and end]


def _seconds(start: datetime, end: datetime) -> str:
    return _("%(seconds)s s") % {"seconds": f"{max(0.0, (end - start).total_seconds()):.2f}"}


def _dump_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _panel(
    request: HttpRequest,
    api: ImageApi,
    image_request: ImageRequest,
    files: FormFiles,
    notes: list[str],
    stream: bool,
    job: bool,
) -> Panel:
    field = api.profile.images_field(len(image_request.images))
    sent = SnippetRequest(image_request, addresses.api_base_url(request, api), images_field=field)
    is_job = job and api.is_builtin
    streams = sent.streams and stream and not is_job
    shown = sent if streams else replace(sent, request=replace(image_request, stream=None, partial_images=None))
    programs = [
        Program(
            name,
            _LABELS[name],
            write(replace(shown, is_job=is_job and name in JOB_PROGRAMS)),
            f"{image_request.endpoint}.{_ENDINGS[name]}",
            _hint(name),
        )
        for name, write in PROGRAMS.items()
    ]
    return Panel(
        programs,
        raw_request(sent, files),
        notes,
        # A job cannot stream.
        can_stream=sent.streams and not is_job,
        streams=streams,
        can_be_job=api.is_builtin,
        is_job=is_job,
    )


def _hint(name: str) -> str:
    return {
        "curl": _("Requires bash, curl 7.76 or newer, and jq."),
        "python": _("Requires: pip install openai"),
        "python-requests": _("Requires: pip install requests"),
        "javascript": _(
            "Runs in a browser and in Node 20 or newer. Anyone who opens a page can read a key embedded in it."
        ),
        "node": _("Requires: npm install openai"),
    }[name]


def _request_from_form(form: BriefForm, files: FormFiles) -> tuple[ImageRequest, list[str]]:
    """Return the request that a form would send now, and the errors that it would get."""
    entries = {name: form[name].value() for name in form.STORED_FIELDS if name in form.fields}
    # The programs never hold the key, so a missing one is no error here.
    copy = type(form)(entries, chosen=form.chosen, has_key=True)
    errors = {name: list(messages) for name, messages in copy.errors.items()}
    # A form with errors lacks the values of these fields, and the panel shows the others all the same.
    for name in copy.fields:
        copy.cleaned_data.setdefault(name, _clean_text(entries.get(name)) if name in _TEXT_FIELDS else None)
    for name, default in copy.PAGE_DEFAULTS.items():
        copy.cleaned_data[name] = copy.cleaned_data[name] or default
    sources = tuple(image.source for image in files.images)
    mask, markup = (layer.source if layer else None for layer in (files.mask, files.markup))
    notes = [str(message) for messages in errors.values() for message in messages]
    return copy.to_request(sources, mask, markup), notes


def _clean_text(value: object) -> str:
    text = str(value or "").replace("\r\n", "\n").replace("\0", "")
    return text.encode(errors="replace").decode()
