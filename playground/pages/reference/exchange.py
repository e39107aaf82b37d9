"""One call to the built-in API, as any program would make it, and the answer as it came."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from django.conf import settings
from django.http import HttpRequest

from playground.imageapi.connection import open_session
from playground.imageapi.demokeys import make_demo_key
from playground.imageapi.guard import Guard
from playground.imageapi.options import Endpoint
from playground.imageapi.profiles import BUILTIN, PROFILES, ImageApi
from playground.imageapi.road import Road
from playground.pages import key

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


def builtin() -> ImageApi:
    """The API of this server itself, listed or not."""
    listed = settings.IMAGE_APIS.get(BUILTIN)
    return listed or ImageApi(BUILTIN, PROFILES[BUILTIN], f"{settings.BUILTIN_URL.rstrip('/')}/v1")


def demo_key(request: HttpRequest) -> str:
    """The session's demo key; one for this call alone where the visitor has set a key of another kind."""
    api = builtin()
    kept = key.kept(request, api.profile.account)
    return make_demo_key(settings.SECRET_KEY) if kept and not kept.is_demo else key.use(request, api)


def call(
    secret: str,
    endpoint: Endpoint,
    fields: Mapping[str, Any],
    files: Files | None = None,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """Ask the built-in API. `fields` go as JSON, or as a form where there are `files`."""
    base_url = builtin().base_url
    road = Road(Guard([base_url]), lambda: None, CONNECT_SECONDS)
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
