"""Run the samples of the reference and rehearse errors, by real calls to the built-in API."""

import base64
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import requests
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

from playground.imageapi.catalog import Endpoint
from playground.imageapi.client import error_mapping
from playground.imageapi.client.response import read_error_fields
from playground.imageapi.client.transport import AddressGuard, CancellableSocket, open_session
from playground.imageapi.errors import ERRORS, RATE_LIMIT_HEADERS, REHEARSAL_CODES, REHEARSAL_HEADER, ApiError
from playground.imageapi.providers import BUILTIN, PROFILES, make_demo_key
from playground.imageapi.schemas import ImageRequest
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.pages.presenters import run_card
from playground.pages.presenters.run_card import RunCard
from playground.pages.reference.samples import KINDS, builtin_api, sample_request
from playground.pages.session import api_keys
from playground.pages.texts import run_errors
from playground.pages.texts.examples import EXAMPLES
from playground.runs.models import Run, State

Files = list[tuple[str, tuple[str, bytes, str]]]
CONNECT_SECONDS: Final = 5
# A little longer than the slowest demo picture takes.
READ_SECONDS: Final = 60
_SHOWN_HEADERS: Final = (
    "content-type",
    "x-request-id",
    "retry-after",
    "x-should-retry",
    "x-ignored",
    *RATE_LIMIT_HEADERS,
    "www-authenticate",
    "allow",
)
_MAX_BYTES: Final = 32 * 1024 * 1024
_MAX_TEXT: Final = 4_000
_SHOWN_BASE64: Final = 24
_SAMPLE: Final = Path(settings.BASE_DIR) / "static" / "img" / "sample.webp"
# 8 x 8 pixels, transparent in the upper middle; masks are scaled to their picture.
_MASK: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAGUlEQVR42mNgYGD4TwAjGGiABgoIuoFGCgAaQDPNxZTCyAAAAABJRU5ErkJggg=="
)
_STATES: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """A response; `status` is 0 when none came. Pictures in `body` and `data` are cut short."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    data: Any = None
    pictures: tuple[bytes, ...] = ()

    @property
    def request_id(self) -> str:
        """Return the id of the call."""
        return self.headers.get("x-request-id", "")


@dataclass(frozen=True, slots=True)
class SampleTrial:
    """A response to a sample; `picture` is the address of its picture, empty when none came."""

    answer: ApiResponse
    picture: str


@dataclass(frozen=True, slots=True)
class ErrorSimulation:
    """A rehearsed error. `answer` is None where no API answers; `texts` are headline and message."""

    card: RunCard
    answer: ApiResponse | None
    texts: Mapping[str, tuple[str, str]]


def demo_key(request: HttpRequest) -> str:
    """Return the session's demo key, or a key for this call when the visitor entered one of another kind."""
    # With a paid key a sample would cost money, and a rehearsal would be refused.
    api = builtin_api()
    stored = api_keys.stored_key(request, api.profile.account)
    return make_demo_key(settings.SECRET_KEY) if stored and not stored.is_demo else api_keys.use_key(request, api)


def send_request(
    secret: str,
    endpoint: Endpoint,
    fields: Mapping[str, Any],
    files: Files | None = None,
    headers: Mapping[str, str] | None = None,
) -> ApiResponse:
    """Call the built-in API. `fields` are sent as JSON, or as a form when there are `files`."""
    base_url = builtin_api().base_url
    transport = CancellableSocket(AddressGuard([base_url]), lambda: None, CONNECT_SECONDS)
    with open_session(transport) as session:
        try:
            answer = session.post(
                f"{base_url}/images/{endpoint}",
                json=None if files else fields,
                data=fields if files else None,
                files=files,
                headers={**(headers or {}), "Authorization": f"Bearer {secret}"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                # A redirect would take the key to an address that nobody has listed.
                allow_redirects=False,
            )
        except requests.RequestException:
            return ApiResponse(0)
        finally:
            transport.release()
        return _read_response(answer)


def try_endpoint(request: HttpRequest, name: str) -> SampleTrial:
    """Send the request of the sample `name`. Raises KeyError for an unknown name."""
    kind = KINDS[name]
    fields = sample_request(kind, PROFILES[BUILTIN]).parameters()
    answer = send_request(demo_key(request), kind.endpoint, fields, _files(kind.files))
    return SampleTrial(answer, _thumbnail_data_url(answer.pictures[0]) if answer.pictures else _picture_path(answer))


def simulate_error(request: HttpRequest, code: str) -> ErrorSimulation:
    """Rehearse an error, free of charge. Raises KeyError for an unknown code."""
    sample = ImageRequest("generations", str(EXAMPLES[0].prompt), size="1024x1024", quality="low", n=1)
    secret = demo_key(request)
    answer = (
        send_request(secret, sample.endpoint, sample.parameters(), headers={REHEARSAL_HEADER: code})
        if code in REHEARSAL_CODES
        else None
    )
    # Read by the client's own code, so that the card says what it would say of a real run.
    error = ApiError(ERRORS[code].code) if answer is None else simulated_error(answer, secret)
    run = _unsaved_run(sample, error, secret)
    return ErrorSimulation(
        _detached_card(run_card.run_card(run)),
        answer,
        {code: _texts_in(run, code) for code, _name in settings.LANGUAGES},
    )


def simulated_error(answer: ApiResponse, secret: str) -> ApiError:
    """Return the error that our client derives from a response."""
    if answer.status == 0:
        return ApiError("unknown_outcome")
    if answer.status == 200:
        return error_mapping.garbled_error("it ended too early", request_id=answer.request_id)
    headers = {"Retry-After": answer.headers.get("retry-after", ""), "x-request-id": answer.request_id}
    fields = read_error_fields(answer.data)
    return error_mapping.error_from_response(answer.status, headers, fields, answer.body, secret, now=timezone.now())


def _read_response(answer: requests.Response) -> ApiResponse:
    shown = {name: answer.headers[name] for name in _SHOWN_HEADERS if name in answer.headers}
    try:
        data = answer.json() if len(answer.content) <= _MAX_BYTES else None
    except ValueError:
        data = None
    if data is None:
        return ApiResponse(answer.status_code, shown, answer.text[:_MAX_TEXT])
    pictures = tuple(_extract_pictures(data))
    return ApiResponse(answer.status_code, shown, json.dumps(data, indent=2, ensure_ascii=False), data, pictures)


def _extract_pictures(data: Any) -> list[bytes]:
    """Decode the pictures of a response, and cut their base64 short in place."""
    entries = data.get("data") if isinstance(data, dict) else None
    pictures = []
    for entry in entries or []:
        if isinstance(entry, dict) and isinstance(entry.get("b64_json"), str):
            text = entry["b64_json"]
            pictures.append(base64.b64decode(text))
            entry["b64_json"] = f"{text[:_SHOWN_BASE64]}…"
    return pictures


def _files(names: Sequence[str]) -> Files | None:
    """Return the files of a sample: this site's own picture in place of the visitor's."""
    picture = _SAMPLE.read_bytes()
    files: Files = [
        ("mask", (name, _MASK, "image/png"))
        if name == "mask.png"
        else ("image", (name.replace(".png", ".webp"), picture, "image/webp"))
        for name in names
    ]
    return files or None


def _thumbnail_data_url(data: bytes) -> str:
    # The decoder is another process and takes paths (imaging/sandbox.py).
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "picture"), Path(folder, "small.webp")
        source.write_bytes(data)
        try:
            sandbox.make_thumbnail(source, target)
        except PictureError:
            return ""
        # In the page itself: the image belongs to no run, so it has no address.
        return f"data:image/webp;base64,{base64.b64encode(target.read_bytes()).decode('ascii')}"


def _picture_path(answer: ApiResponse) -> str:
    """Return the path of a picture that was delivered as `url`: it is on this server."""
    entries = answer.data.get("data") if isinstance(answer.data, dict) else None
    url = str(entries[0].get("url", "")) if entries else ""
    # The path begins at the first slash after `https://`.
    return url[url.index("/", 8) :] if url.startswith(("http://", "https://")) else ""


def _unsaved_run(sample: ImageRequest, error: ApiError, secret: str) -> Run:
    # A rehearsal does not belong in the history.
    now = timezone.now()
    facts = {"param": error.param, "retry_after": error.retry_after, "status": error.status or None}
    return Run(
        api=BUILTIN,
        account=BUILTIN,
        endpoint=sample.endpoint,
        parameters=sample.parameters(),
        state=_STATES.get(error.code, State.FAILED),
        error=error.code,
        error_facts={name: value for name, value in facts.items() if value is not None}
        | ({"provider_said": error.provider_message} if error.provider_message else {}),
        charged=error.charged,
        request_id=error.request_id,
        key_last4=secret[-4:],
        is_demo=True,
        created_at=now,
        claimed_at=now,
        sent_at=now if error.code not in ("network_unreachable", "key_forgotten") else None,
        finished_at=now,
    )


def _detached_card(card: RunCard) -> RunCard:
    """Let the buttons of a card lead to the form, because the run is not saved."""
    form = reverse("generate")
    actions = [
        replace(action, url=f"{form}#{action.url.partition('#')[2]}")
        if action.method == "get" and action.url.startswith("/")
        else action
        for action in card.actions
    ]
    return replace(card, actions=actions, error_url="")


def _texts_in(run: Run, language: str) -> tuple[str, str]:
    with translation.override(language):
        return run_errors.error_headline(run), run_errors.error_message(run, 0, timezone.now())
