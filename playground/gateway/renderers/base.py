"""The interface of renderers, and the choice of the renderer for a key. Each starts at its first call."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from playground.gateway.client_connection import ClientConnection
from playground.gateway.models import ApiKey
from playground.imageapi.catalog import AUTO
from playground.imageapi.pricing import SecondsRange, demo_latency, expected_latency
from playground.imageapi.schemas import ImageRequest

# Imported at the first call: a server without an upstream never loads its renderer.
DEMO: Final = "playground.gateway.renderers.demo.start_demo_renderer"
UPSTREAM: Final = "playground.gateway.renderers.upstream.UpstreamRenderer"


@dataclass(frozen=True, slots=True)
class RenderingOptions:
    """The options of a rendered picture, all resolved: never `auto`."""

    size: str
    quality: str
    background: str
    output_format: str


@dataclass(frozen=True, slots=True)
class RenderedPreview:
    """A preview, in a file. `index` counts pictures, `step` the previews of one picture, both from 0."""

    index: int
    step: int
    path: Path
    options: RenderingOptions


@dataclass(frozen=True, slots=True)
class RenderedPicture:
    """A finished picture, in a file of the requested format. `index` counts from 0."""

    index: int
    path: Path
    options: RenderingOptions
    revised_prompt: str = ""


# A rendering yields None at least so often while it works.
PAUSE_SECONDS: Final = 1.0


class Rendering(Protocol):
    """Work in progress: previews and pictures, each picture once, in order; None while nothing is ready.

    Iterating raises ApiError when the work fails, and ClientDisconnected.
    """

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture | None]: ...

    def close(self) -> None:
        """Cancel open work, and return when all work is over: the key's slot is freed next.

        It can be called more than once.
        """
        ...


class Renderer(Protocol):
    """A backend that makes pictures."""

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> Rendering:
        """Start the work, or raise ApiError. Every field of `request` that has a default is set.

        Pictures are written to `folder`, which is removed after the answer, when the rendering is closed. Only the
        headers of an edit's files were checked; the files stay as long as the folder.
        """
        ...


def renderer_for(api_key: ApiKey) -> Renderer:
    """Return the renderer of a key: demo keys never spend the operator's money."""
    return demo_renderer() if api_key.is_demo else upstream_renderer() or demo_renderer()


def expected_seconds(api_key: ApiKey, request: ImageRequest) -> SecondsRange:
    """Return how long the renderer of a key takes for a request."""
    if api_key.is_demo or not settings.GATEWAY_UPSTREAM_URL:
        return demo_latency(settings.DEMO_SECONDS)
    fidelity = request.input_fidelity or "low"
    return expected_latency(
        request.size or AUTO, request.quality or AUTO, sources=len(request.images), fidelity=fidelity
    )


@cache
def demo_renderer() -> Renderer:
    return cast(Renderer, import_string(DEMO)())


@cache
def upstream_renderer() -> Renderer | None:
    """Return the provider behind this API, if any. It gets 90 % of the deadline, so that our answer is in time."""
    if not settings.GATEWAY_UPSTREAM_URL:
        return None
    url, key = settings.GATEWAY_UPSTREAM_URL, settings.GATEWAY_UPSTREAM_KEY
    return cast(Renderer, import_string(UPSTREAM)(url, key, settings.RUN_DEADLINE * 0.9))
