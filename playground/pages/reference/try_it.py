"""One call to the built-in API, as any program would make it, and the answer as it came."""

import base64
import json
import tempfile
from collections.abc import Mapping
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
from playground.imageapi.client.ssrf import AddressGuard
from playground.imageapi.client.transport import CancellableSocket, open_session
from playground.imageapi.demo_keys import make_demo_key
from playground.imageapi.errors import ERRORS, REHEARSAL_CODES, REHEARSAL_HEADER, ApiError
from playground.imageapi.providers import BUILTIN, PROFILES, ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.imaging import sandbox
from playground.imaging.decode import PictureError
from playground.pages.presenters import run_card
from playground.pages.presenters.run_card import RunCard
from playground.pages.presenters.studio_page import examples
from playground.pages.session import api_keys
from playground.pages.texts import run_errors
from playground.runs.models import Run, State

Files = list[tuple[str, tuple[str, bytes, str]]]

CONNECT_SECONDS: Final = 5
# A demo picture is waited for a little longer than the demo takes.
PATIENCE_SECONDS: Final = 60
_SHOWN_HEADERS: Final = (
    "content-type",
    "x-request-id",
    "retry-after",
    "x-should-retry",
    "x-ignored",
    "www-authenticate",
    "allow",
)
_MOST_BYTES: Final = 32 * 1024 * 1024
_LONGEST_TEXT: Final = 4_000
_SHOWN_BASE64: Final = 24


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back. `status` is 0 when the connection closed without an answer; `body` has pictures cut short."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    said: Any = None
    pictures: tuple[bytes, ...] = ()

    @property
    def request_id(self) -> str:
        """The name of the call."""
        return self.headers.get("x-request-id", "")


def builtin_api() -> ImageApi:
    """The API of this server itself, listed or not."""
    listed = settings.IMAGE_APIS.get(BUILTIN)
    return listed or ImageApi(BUILTIN, PROFILES[BUILTIN], f"{settings.BUILTIN_URL.rstrip('/')}/v1")


def demo_key(request: HttpRequest) -> str:
    """The session's demo key; one for this call alone where the visitor has set a key of another kind."""
    api = builtin_api()
    kept = api_keys.stored_key(request, api.profile.account)
    return make_demo_key(settings.SECRET_KEY) if kept and not kept.is_demo else api_keys.use_key(request, api)


def send_request(
    secret: str,
    endpoint: Endpoint,
    fields: Mapping[str, Any],
    files: Files | None = None,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """Ask the built-in API. `fields` go as JSON, or as a form where there are `files`."""
    base_url = builtin_api().base_url
    road = CancellableSocket(AddressGuard([base_url]), lambda: None, CONNECT_SECONDS)
    with open_session(road) as session:
        try:
            answer = session.post(
                f"{base_url}/images/{endpoint}",
                json=None if files else fields,
                data=fields if files else None,
                files=files,
                headers={**(headers or {}), "Authorization": f"Bearer {secret}"},
                timeout=(CONNECT_SECONDS, PATIENCE_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException:
            return Exchange(0)
        finally:
            road.release()
        return _read(answer)


def _read(answer: requests.Response) -> Exchange:
    shown = {name: answer.headers[name] for name in _SHOWN_HEADERS if name in answer.headers}
    try:
        said = answer.json() if len(answer.content) <= _MOST_BYTES else None
    except ValueError:
        said = None
    if said is None:
        return Exchange(answer.status_code, shown, answer.text[:_LONGEST_TEXT])
    pictures = tuple(_pictures(said))
    return Exchange(answer.status_code, shown, json.dumps(said, indent=2, ensure_ascii=False), said, pictures)


def _pictures(said: Any) -> list[bytes]:
    """The pictures of an answer, whose text is cut short in place."""
    entries = said.get("data") if isinstance(said, dict) else None
    found = []
    for entry in entries or []:
        if isinstance(entry, dict) and isinstance(entry.get("b64_json"), str):
            text = entry["b64_json"]
            found.append(base64.b64decode(text))
            entry["b64_json"] = f"{text[:_SHOWN_BASE64]}…"
    return found


_STREET: Final = {"model": "gpt-image-2", "size": "1024x1024", "quality": "low", "n": 1}
_CROWN: Final = {
    "model": "gpt-image-2",
    "prompt": "put a tiny crown on the cat",
    "size": "1024x1024",
    "quality": "high",
    "input_fidelity": "high",
    "background": "transparent",
    "output_format": "png",
}
_COMPOSE: Final = {"model": "gpt-image-2", "size": "1536x1024", "quality": "high", "input_fidelity": "high"}
_SCENE: Final = "Place the product naturally into the scene"
# What each program of the reference sends; a test reads them side by side.
FIELDS: Final[dict[str, Mapping[str, Any]]] = {
    "python": {**_STREET, "prompt": "A cyberpunk Tokyo street at night, neon reflecting in rain puddles"},
    "python-edit": _CROWN,
    "python-compose": {**_COMPOSE, "prompt": f"{_SCENE}, match the lighting and shadows."},
    "python-url": {
        "model": "gpt-image-2",
        "prompt": "A serene Japanese garden with a koi pond",
        "size": "1024x1024",
        "quality": "medium",
        "response_format": "url",
    },
    "curl": {**_STREET, "prompt": "A cyberpunk Tokyo street at night"},
    "curl-edit": _CROWN,
    "curl-compose": {**_COMPOSE, "prompt": _SCENE},
    "javascript": {**_STREET, "prompt": "A cyberpunk Tokyo street at night"},
    "javascript-edit": _CROWN,
    "node": {**_STREET, "prompt": "A small ceramic vase with sunflower, photorealistic"},
}
_SAMPLE: Final = Path(settings.BASE_DIR) / "static" / "img" / "sample.webp"
# 8 x 8 pixels, transparent in the upper middle; masks are scaled to their picture.
_MASK: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAGUlEQVR42mNgYGD4TwAjGGiABgoIuoFGCgAaQDPNxZTCyAAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class TryOut:
    """An answer, with its picture made small as a `data:` address; `picture` is empty where none came."""

    answer: Exchange
    picture: str


def try_endpoint(request: HttpRequest, name: str) -> TryOut:
    """Send what the program of that name sends. Raises KeyError for an unknown one."""
    endpoint: Endpoint = "edits" if "edit" in name or "compose" in name else "generations"
    answer = send_request(demo_key(request), endpoint, FIELDS[name], _files(name))
    return TryOut(answer, _small(answer.pictures[0]) if answer.pictures else _address(answer))


def _files(name: str) -> Files | None:
    """The pictures that go along: this site's own sample stands in for the visitor's files."""
    picture = _SAMPLE.read_bytes()
    if "compose" in name:
        return [("image", (f"{one}.webp", picture, "image/webp")) for one in ("scene", "product")]
    if "edit" in name:
        return [("image", ("cat.webp", picture, "image/webp")), ("mask", ("mask.png", _MASK, "image/png"))]
    return None


def _small(data: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "picture"), Path(folder, "small.webp")
        source.write_bytes(data)
        try:
            sandbox.thumbnail(source, target)
        except PictureError:
            return ""
        return f"data:image/webp;base64,{base64.b64encode(target.read_bytes()).decode('ascii')}"


def _address(answer: Exchange) -> str:
    """The address of the picture, for an answer that has one: it lies on this server."""
    data = answer.said.get("data") if isinstance(answer.said, dict) else None
    address = str(data[0].get("url", "")) if data else ""
    return address[address.index("/", 8) :] if address.startswith(("http://", "https://")) else ""


_STATES: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}


@dataclass(frozen=True, slots=True)
class ErrorSimulation:
    """An error as it would come. `answer` is None for what no API answers with; `said` is the message by language."""

    card: RunCard
    answer: Exchange | None
    said: Mapping[str, tuple[str, str]]


def simulate_error(request: HttpRequest, code: str) -> ErrorSimulation:
    """Bring that error about, free of charge. Raises KeyError for an unknown code."""
    asked = ImageRequest("generations", examples()[0].prompt, size="1024x1024", quality="low", n=1)
    secret = demo_key(request)
    answer = (
        send_request(secret, asked.endpoint, asked.parameters(), headers={REHEARSAL_HEADER: code})
        if code in REHEARSAL_CODES
        else None
    )
    error = ApiError(ERRORS[code].code) if answer is None else simulated_error(answer, secret)
    run = _run(asked, error, secret)
    return ErrorSimulation(
        _harmless(run_card.run_card(run)), answer, {code: _said(run, code) for code, _name in settings.LANGUAGES}
    )


def simulated_error(answer: Exchange, secret: str) -> ApiError:
    """The error that a client understands from an answer."""
    if answer.status == 0:
        return ApiError("unknown_outcome")
    if answer.status == 200:
        return error_mapping.garbled_error("it ended too early", request_id=answer.request_id)
    headers = {"Retry-After": answer.headers.get("retry-after", ""), "x-request-id": answer.request_id}
    said = read_error_fields(answer.said)
    return error_mapping.error_from_response(answer.status, headers, said, answer.body, secret, now=timezone.now())


def _run(asked: ImageRequest, error: ApiError, secret: str) -> Run:
    """A run that ended so. It is not saved: rehearsals are no history."""
    now = timezone.now()
    facts = {"param": error.param, "retry_after": error.retry_after, "status": error.status or None}
    return Run(
        api=BUILTIN,
        account=BUILTIN,
        endpoint=asked.endpoint,
        parameters=asked.parameters(),
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


def _harmless(card: RunCard) -> RunCard:
    """The card, with steps that lead to the form instead of to a run that is not there."""
    form = reverse("generate")
    steps = [
        one
        if one.method == "post"
        else replace(one, url=f"{form}#{one.url.partition('#')[2]}" if one.url.startswith("/") else one.url)
        for one in card.actions
    ]
    return replace(card, actions=steps, clinic_url="")


def _said(run: Run, language: str) -> tuple[str, str]:
    """Headline and message in that language."""
    with translation.override(language):
        return run_errors.error_headline(run), run_errors.error_message(run, 0, timezone.now())
