"""The answer to a run as it came: status, headers, JSON with the pictures left out, and how long it took."""

import json
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from playground.imageapi.errors import ERRORS
from playground.runs.models import Picture, Run


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `line` is empty when none came; `times` are (label, seconds)."""

    line: str
    headers: list[tuple[str, str]]
    body: str
    times: list[tuple[str, str]]


def response_of(run: Run) -> Response | None:
    """The answer to a finished run; None while it runs, and when it was never sent."""
    if run.is_active or not run.was_sent:
        return None
    answer: dict[str, Any] = run.reported.get("answer", {})
    headers = {str(name): str(value) for name, value in answer.get("headers", {}).items()}
    if run.request_id and not any(name.lower() == "x-request-id" for name in headers):
        headers["x-request-id"] = run.request_id
    return Response(_line(run), sorted(headers.items()), _body(run, list(run.pictures.all()), answer), _times(run))


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
        kind = "image_edit" if run.endpoint == "edits" else "image_generation"
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
